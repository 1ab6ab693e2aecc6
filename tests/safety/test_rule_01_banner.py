"""Rule 1: who the patient is can be seen at every size, in every tab and on every page; no title carries a name."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QDialog, QLabel, QWidget
from pytestqt.exceptions import TimeoutError as WaitedInVain

from procedure_viewer.printing.paper import PaperSize
from procedure_viewer.printing.pdf import pdf_in_steps
from procedure_viewer.printing.printer import print_in_steps, printer_for
from procedure_viewer.ui.print_dialog import PrintPreviewDialog
from tests.desk import SEED_PROCEDURE, Desk
from tests.extracts import extract_of, several
from tests.printing.reading import facts_about, finished, in_one_line, laid_out, pages_of, without_spaces
from tests.servers import Held, ScriptedServer, bundle, by_path, in_turn, outcome, procedure, reply


def whole_in_window(widget: QWidget) -> bool:
    """Whether all of the widget lies inside its window."""
    window = widget.window()
    place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    return widget.isVisible() and window.rect().contains(place)


def is_cut(label: QLabel) -> bool:
    """Whether there is less room than the lines of the text take."""
    return label.height() < label.heightForWidth(label.width())


SIZES = [QSize(900, 560), QSize(1024, 700), QSize(1400, 900)]
LONG = "Wolfeschlegelsteinhausenbergerdorff-" * 4 + "Common"


def check_banner(desk: Desk, when: str) -> None:
    """All of the banner's lines can be read, and no title of a window names anybody."""
    banner = desk.window.banner
    for label in (banner.name, banner.facts, *([banner.remarks] if not banner.remarks.isHidden() else [])):
        assert label.text()
        try:
            desk.wait(lambda label=label: whole_in_window(label) and not is_cut(label))  # type: ignore[misc]
        except WaitedInVain:
            pytest.fail(f"{label.objectName()} is cut {when}: {label.geometry()} in {desk.window.banner.geometry()}")
    for window in (desk.window, *desk.window.findChildren(QDialog)):
        assert "common" not in window.windowTitle().casefold(), f"a title names the patient {when}"


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_banner_is_there_at_every_size_and_in_every_tab(demo_desk: Desk, size: QSize) -> None:
    demo_desk.read_chart("jones 1980-11-13")
    window = demo_desk.window
    assert window.minimumSize() == SIZES[0]
    demo_desk.select(SEED_PROCEDURE)
    window.resize(size)
    for tab in range(window.detail.tabs.count()):
        window.detail.tabs.setCurrentIndex(tab)
        check_banner(demo_desk, f"in tab {tab} at {size}")
        assert "JONES" in window.banner.name.text()
    assert "JONES" not in window.windowTitle().upper()


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_banner_is_there_whatever_becomes_of_the_chart(desk: Desk, size: QSize) -> None:
    """While it loads, when it fails, under dialogs, and with more to say of the patient than one line holds."""
    patient = {
        "resourceType": "Patient",
        "id": "pa",
        "active": False,
        "deceasedBoolean": True,
        "birthDate": "1957-02-03",
        "name": [{"family": LONG, "given": ["Pa", "Common"]}, {"use": "maiden", "family": LONG}],
        "identifier": [{"type": {"coding": [{"code": "MR"}]}, "value": "1234567890" * 2}],
        "link": [{"type": "replaced-by", "other": {"reference": "Patient/common-other"}}],
    }
    fine = Held(reply(200, bundle([procedure("common-1", "pa")], total=1)))
    failing = reply(403, outcome("forbidden", "COMMON, Pa is restricted"))
    answers = {"/Patient": reply(200, bundle([patient], total=1)), "/Procedure": in_turn(fine, failing)}
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.window.resize(size)
        desk.find("common")
        desk.session.open(desk.session.found.patients[0])
        check_banner(desk, "while its chart loads")
        server.call(fine.gate.set)
        desk.wait_for_chart()
        desk.select("common-1")
        check_banner(desk, "with a chart")
        assert desk.window.procedures.view.isVisible()
        desk.window.actions_by_name["export"].trigger()
        check_banner(desk, "below a dialog about a file")
        desk.session.reload_chart()
        desk.wait_for_error()
        check_banner(desk, "below an error")
        assert "Inactive" in desk.window.banner.remarks.text()


def test_deceased_inactive_and_merged_are_said_in_words(desk: Desk) -> None:
    patient = {
        "resourceType": "Patient",
        "id": "alice",
        "active": False,
        "deceasedDateTime": "2024-02",
        "gender": "female",
        "birthDate": "1957",
        "name": [{"use": "nickname", "given": ["Ali"]}, {"use": "official", "family": "Alder", "given": ["Alice"]}],
        "link": [{"type": "replaced-by", "other": {"reference": "Patient/alice2"}}],
    }
    answers = by_path(
        {
            "/Patient": reply(200, bundle([patient], total=1)),
            "/Procedure": reply(200, bundle([procedure("1", "alice")])),
        }
    )
    with ScriptedServer(answers) as server:
        desk.connect(server.url)
        desk.read_chart("alder")
        banner = desk.window.banner
        assert banner.name.text() == "ALDER, Alice"
        assert "Born 1957" in banner.facts.text()
        assert "MRN not stated" in banner.facts.text()
        remarks = banner.remarks.text()
        assert banner.remarks.isVisible()
        assert "Feb 2024" in remarks
        assert "Inactive" in remarks
        assert "replaced by Patient/alice2" in remarks


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("size", list(PaperSize))
def test_every_page_of_a_pdf_and_of_a_printer_says_who_it_is(size: PaperSize, tmp_path: Path) -> None:
    """Deceased, inactive and merged in words, too, and no name in what queues and file managers show."""
    patient = {
        "resourceType": "Patient",
        "id": "p1",
        "active": False,
        "deceasedDateTime": "2024-02",
        "gender": "female",
        "birthDate": "1957-02-03",
        "name": [{"family": LONG, "given": ["Pa"]}, {"use": "maiden", "family": "Alder"}],
        "identifier": [
            {
                "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]},
                "value": "1234567890",
            }
        ],
        "link": [{"type": "replaced-by", "other": {"reference": "Patient/alice2"}}],
    }
    paper = laid_out(extract_of(several(60), patient), size)
    exported, printed = tmp_path / "exported.pdf", tmp_path / "printed.pdf"
    exported.write_bytes(finished(pdf_in_steps(paper)))
    printer = printer_for(paper)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(printed))
    finished(print_in_steps(paper, printer))
    for path in (exported, printed):
        pages = pages_of(path)
        assert len(pages) == paper.page_count > 1
        for number, page in enumerate(pages):
            assert without_spaces(page).startswith(without_spaces(f"{LONG.upper()}, Pa"))
            words = in_one_line(page)
            for fact in ("Born 03 Feb 1957", "Sex Female", "MRN 1234567890", "Also ALDER"):
                assert fact in words
            assert "Died Feb 2024 Inactive record Merged: this record was replaced by Patient/alice2" in words
            assert f"Page {number + 1} of {len(pages)}" in words
        assert "wolfe" not in str(facts_about(path)).casefold()


def test_the_preview_of_pages_says_who_it_is_and_its_title_does_not(demo_desk: Desk) -> None:
    demo_desk.read_chart("jones 1980-11-13")
    demo_desk.window.actions_by_name["print"].trigger()
    dialog = demo_desk.window.findChild(PrintPreviewDialog)
    assert dialog is not None
    assert "JONES" in dialog.whose.text()
    assert whole_in_window(dialog.whose)
    assert "JONES" not in dialog.windowTitle().upper()
    demo_desk.wait(lambda: dialog.is_ready)
    paper = dialog.paging.paper
    assert paper is not None
    assert all("JONES" in paper.page_text(number) for number in range(paper.page_count))
    dialog.reject()
