"""Printing: the pages as they will be, which sheets, and what becomes of a job."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from procedure_viewer.printing.paper import PaperSize
from procedure_viewer.printing.printer import printer_for
from procedure_viewer.settings.preferences import Appearance
from procedure_viewer.ui import theme
from procedure_viewer.ui.offered import Offered
from procedure_viewer.ui.page_preview import GAP
from procedure_viewer.ui.print_dialog import PrintPreviewDialog
from tests.extracts import PATIENT, extract_of, several
from tests.printing.reading import facts_about, pages_of


@pytest.fixture
def printers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of this machine's printers."""
    names = ["Ward"]
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", lambda: names)
    return names


@pytest.fixture
def window(qtbot: QtBot, printers: list[str]) -> QWidget:
    """What the dialog stands over."""
    shown = QWidget()
    qtbot.addWidget(shown)
    shown.resize(1024, 700)
    shown.show()
    return shown


def dialog_on(qtbot: QtBot, window: QWidget, count: int = 60, **more: Any) -> PrintPreviewDialog:
    """A dialog about all records and the first, once its pages are there."""
    records = several(count)
    offered = [Offered("All", extract_of(records, **more)), Offered("One", extract_of(records, first=1))]
    dialog = PrintPreviewDialog(offered, PaperSize.A4, window)
    dialog.open()
    qtbot.waitUntil(lambda: dialog.is_ready)
    return dialog


def to_file(dialog: PrintPreviewDialog, path: Path) -> QPrinter:
    assert dialog.paging.paper is not None
    printer = printer_for(dialog.paging.paper)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    return printer


def test_the_pages_and_their_number_are_shown_and_other_sheets_make_new_ones(qtbot: QtBot, window: QWidget) -> None:
    dialog = dialog_on(qtbot, window)
    assert dialog.paging.paper is not None
    first = dialog.paging.paper
    assert dialog.said.text() == f"{first.page_count} pages"
    assert dialog.go.isEnabled()
    assert not dialog.pdf.isVisible()
    dialog.paper.setCurrentIndex(dialog.paper.findData(PaperSize.LETTER))
    qtbot.waitUntil(lambda: dialog.is_ready)
    assert dialog.paging.paper is not first
    assert dialog.paging.paper.size is PaperSize.LETTER
    dialog.which.setCurrentIndex(1)
    qtbot.waitUntil(lambda: dialog.said.text() == "1 page")


def test_it_says_whose_pages_they_are_wherever_they_are_scrolled(qtbot: QtBot, window: QWidget) -> None:
    dialog = dialog_on(qtbot, window)
    assert dialog.whose.text().startswith("OKAFOR, Ngozi")
    assert "0104477201" in dialog.whose.text()
    assert "OKAFOR" not in dialog.windowTitle().upper()


def test_an_absurd_name_leaves_the_pages_room(qtbot: QtBot, window: QWidget) -> None:
    dialog = dialog_on(qtbot, window, 3, patient=PATIENT | {"name": [{"text": "Wolfe " * 5_000}]})
    assert dialog.whose.text().startswith("Wolfe Wolfe")
    assert "0104477201" in dialog.whose.text()
    assert dialog.paging.height() > dialog.height() // 2


def test_pages_are_reached_by_keys_and_told_to_who_can_t_see_them(qtbot: QtBot, window: QWidget) -> None:
    dialog = dialog_on(qtbot, window)
    pages = dialog.paging.pages
    qtbot.waitUntil(pages.hasFocus)
    assert dialog.paging.paper is not None
    last = dialog.paging.paper.page_count - 1
    assert pages.page == 0
    assert "Page 1 of" in pages.accessibleDescription()
    assert "Procedure 1\n" in pages.accessibleDescription()
    QTest.keyClick(pages, Qt.Key.Key_End)
    assert pages.page == last
    assert f"Page {last + 1} of" in pages.accessibleDescription()
    QTest.keyClick(pages, Qt.Key.Key_PageUp)
    QTest.keyClick(pages, Qt.Key.Key_PageUp)
    QTest.keyClick(pages, Qt.Key.Key_PageUp)
    assert 0 < pages.page < last
    QTest.keyClick(pages, Qt.Key.Key_Home)
    assert pages.page == 0
    before = pages.verticalScrollBar().value()
    QTest.keyClick(pages, Qt.Key.Key_PageDown)
    assert pages.verticalScrollBar().value() > before


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
def test_paper_is_white_with_black_words_in_light_and_dark(
    qtbot: QtBot, window: QWidget, appearance: Appearance
) -> None:
    theme.apply(appearance)
    try:
        pages = dialog_on(qtbot, window).paging.pages
        image = pages.viewport().grab().toImage()
        ratio = image.devicePixelRatio()
        corner = image.pixelColor(QPoint(GAP + 20, GAP + 20) * ratio)
        assert corner == QColor(Qt.GlobalColor.white)
        line = [image.pixelColor(x, round((GAP + 70) * ratio)).lightness() for x in range(image.width())]
        assert min(line) < 60
    finally:
        theme.apply(Appearance.SYSTEM)


def test_only_pages_in_sight_are_drawn(qtbot: QtBot, window: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    dialog = dialog_on(qtbot, window, 400)
    paper, pages = dialog.paging.paper, dialog.paging.pages
    assert paper is not None
    drawn: list[int] = []
    real = paper.paint_page

    def paint(painter: QPainter, number: int) -> None:
        drawn.append(number)
        real(painter, number)

    monkeypatch.setattr(paper, "paint_page", paint)
    pages.grab()
    QTest.keyClick(pages, Qt.Key.Key_End)
    pages.grab()
    assert len(set(drawn)) <= 4
    assert paper.page_count - 1 in drawn


def test_all_pages_go_to_the_printer_and_the_dialog_closes(qtbot: QtBot, window: QWidget, tmp_path: Path) -> None:
    dialog = dialog_on(qtbot, window)
    printer = to_file(dialog, tmp_path / "printed.pdf")
    assert dialog.paging.paper is not None
    count = dialog.paging.paper.page_count
    with qtbot.waitSignal(dialog.printed):
        dialog.print_to(printer)
    assert not dialog.isVisible()
    assert int(facts_about(tmp_path / "printed.pdf")["Pages"]) == count
    assert all("OKAFOR, Ngozi" in page for page in pages_of(tmp_path / "printed.pdf"))


def test_printing_can_be_stopped_and_begun_again(qtbot: QtBot, window: QWidget, tmp_path: Path) -> None:
    dialog = dialog_on(qtbot, window, 900)
    dialog.print_to(to_file(dialog, tmp_path / "first.pdf"))
    assert dialog.stop.isVisible()
    assert not dialog.go.isEnabled()
    count = dialog.paging.paper.page_count if dialog.paging.paper is not None else 0
    assert dialog.said.text().startswith("Printing: ")
    assert dialog.said.text().endswith(f" of {count} pages")
    dialog.stop.click()
    assert dialog.isVisible()
    assert dialog.said.text().startswith("Printing was stopped.")
    assert dialog.go.isEnabled()
    with qtbot.waitSignal(dialog.printed):
        dialog.print_to(to_file(dialog, tmp_path / "second.pdf"))


@pytest.mark.qt_log_ignore(r"^QPainter::begin\(\): Returned false$")
def test_a_printer_that_refuses_is_told_and_the_dialog_stays(qtbot: QtBot, window: QWidget, tmp_path: Path) -> None:
    dialog = dialog_on(qtbot, window)
    dialog.print_to(to_file(dialog, tmp_path / "gone" / "x.pdf"))
    qtbot.waitUntil(lambda: dialog.said.text().startswith("The printer did not take the pages."))
    assert dialog.isVisible()
    assert dialog.go.isEnabled()


def test_closing_in_the_middle_of_a_job_ends_it_and_keeps_nobody_s_pages(
    qtbot: QtBot, window: QWidget, tmp_path: Path
) -> None:
    dialog = dialog_on(qtbot, window, 900)
    printer = to_file(dialog, tmp_path / "some.pdf")
    dialog.print_to(printer)
    dialog.reject()
    assert printer.printerState() is not QPrinter.PrinterState.Active
    assert dialog.paging.paper is None
    assert dialog.paging.pages.accessibleDescription() == ""
    assert dialog.whose.text() == ""


def test_without_a_printer_a_pdf_is_offered(qtbot: QtBot, window: QWidget, printers: list[str]) -> None:
    printers.clear()
    dialog = dialog_on(qtbot, window)
    assert dialog.said.text().endswith("This computer has no printer.")
    assert not dialog.go.isEnabled()
    assert dialog.pdf.isVisible()
    with qtbot.waitSignal(dialog.pdf_wanted):
        dialog.pdf.click()
    assert not dialog.isVisible()


def test_the_system_s_dialog_offers_no_file_and_the_pages_that_there_are(
    qtbot: QtBot, window: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = dialog_on(qtbot, window)
    monkeypatch.setattr("procedure_viewer.ui.print_dialog.QPrintDialog.show", lambda _self: None)
    dialog.go.click()
    system = dialog.system
    assert system is not None
    assert not system.testOption(system.PrintDialogOption.PrintToFile)
    assert dialog.paging.paper is not None
    assert (system.minPage(), system.maxPage()) == (1, dialog.paging.paper.page_count)


def test_a_wider_window_shows_the_same_place_of_the_pages(qtbot: QtBot, window: QWidget) -> None:
    dialog = dialog_on(qtbot, window, 200)
    pages = dialog.paging.pages
    pages.verticalScrollBar().setValue(pages.verticalScrollBar().maximum() // 2)
    before = pages.verticalScrollBar().value() / pages.verticalScrollBar().maximum()
    dialog.resize(dialog.width() + 140, dialog.height())
    qtbot.waitUntil(
        lambda: abs(pages.verticalScrollBar().value() / pages.verticalScrollBar().maximum() - before) < 0.02
    )
    assert pages.verticalScrollBar().maximum() > 0


def test_the_system_s_dialog_goes_with_the_chart_and_prints_nothing_then(
    qtbot: QtBot, window: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = dialog_on(qtbot, window)
    monkeypatch.setattr("procedure_viewer.ui.print_dialog.QPrintDialog.show", lambda _self: None)
    printed: list[bool] = []
    monkeypatch.setattr(dialog, "print_to", lambda _printer: printed.append(True))
    dialog.go.click()
    system = dialog.system
    assert system is not None
    with qtbot.waitSignal(system.rejected):
        dialog.reject()
    assert dialog.system is None
    assert not printed
