"""The export dialog: what, in which form, where to; and what it says before anything leaves."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from procedure_viewer.export.formats import Format
from procedure_viewer.export.manifest import manifest_of
from procedure_viewer.export.verify import verify
from procedure_viewer.fhir.procedure import read_procedure
from procedure_viewer.ui.export_choice import Chosen, Likings
from procedure_viewer.ui.export_dialog import ExportDialog
from procedure_viewer.ui.export_offers import offers
from procedure_viewer.ui.offered import Offered
from tests.desk import Desk
from tests.extracts import PATIENT, extract_of, several, simple


def dialog_on(qtbot: QtBot, desk: Desk, *offered: Offered, folder: Path | None = None) -> ExportDialog:
    dialog = ExportDialog(offered, Likings(folder or Path("/")), desk.window)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def choose(dialog: ExportDialog, chosen: Format) -> None:
    dialog.formats[chosen].click()
    assert dialog.format is chosen


def test_it_says_whose_records_leave(qtbot: QtBot, desk: Desk) -> None:
    extract = extract_of(several(2), PATIENT | {"active": False})
    dialog = dialog_on(qtbot, desk, Offered("Both", extract))
    whose = dialog.findChild(QLabel, "exportWhose")
    assert isinstance(whose, QLabel)
    assert whose.text().split("     ") == [
        "OKAFOR, Ngozi",
        "Born 02 Mar 1957 (69 y)",
        "Sex Female",
        "MRN 0104477201",
        "Inactive record",
    ]
    assert dialog.accessibleDescription() == whose.text(), "for who can't see it"


def test_tab_goes_through_the_dialog_as_it_stands(qtbot: QtBot, desk: Desk) -> None:
    one, two = extract_of([simple(0)]), extract_of(several(2))
    dialog = dialog_on(qtbot, desk, Offered("The selected procedure", one), Offered("Both", two))
    for number in (0, 1):
        dialog.which.setCurrentIndex(number)
        order = [dialog.which, *dialog.formats.values(), dialog.indent, dialog.paper, dialog.seal]
        order += [dialog.preview.text, dialog.name, dialog.go]
        chain: list[QWidget | None] = [dialog.nextInFocusChain()]
        while chain[-1] is not None and chain[-1] is not dialog:
            chain.append(chain[-1].nextInFocusChain())
        places = [chain.index(widget) for widget in order]
        assert places == sorted(places)


def test_one_is_a_resource_and_several_are_not(qtbot: QtBot, desk: Desk) -> None:
    two = extract_of(several(2))
    one = extract_of([simple(0)])
    dialog = dialog_on(qtbot, desk, Offered("The selected procedure", one), Offered("Both", two))
    assert list(dialog.formats) == [Format.JSON, Format.BUNDLE, Format.NDJSON, Format.CSV, Format.PDF]
    assert dialog.name.text() == "Procedure-pr0.json"
    dialog.which.setCurrentIndex(1)
    assert list(dialog.formats) == [Format.BUNDLE, Format.FILES, Format.NDJSON, Format.CSV, Format.PDF]
    assert dialog.name.text() == "Procedures-p1.bundle.json"
    assert dialog.extract is two
    for chosen, name in (
        (Format.FILES, "Procedures-p1"),
        (Format.NDJSON, "Procedures-p1.ndjson"),
        (Format.CSV, "Procedures-p1.csv"),
        (Format.PDF, "Procedures-p1.pdf"),
    ):
        choose(dialog, chosen)
        assert dialog.name.text() == name
        assert dialog.paper.isVisible() == (chosen is Format.PDF)
        assert dialog.indent.isVisible() == (chosen is Format.FILES)


def test_a_row_that_the_preview_has_no_room_for_is_not_shown_in_part(qtbot: QtBot, desk: Desk) -> None:
    long = [simple(number, note=[{"text": "word " * 600}]) for number in range(10)]
    dialog = dialog_on(qtbot, desk, Offered("All", extract_of(long)))
    choose(dialog, Format.CSV)
    rows = dialog.preview.rows
    assert 1 < rows.rowCount() < len(long)
    last = rows.item(rows.rowCount() - 1, rows.columnCount() - 1)
    assert last is not None
    assert last.text() == dialog.extract.completeness


def test_only_json_is_indented_and_the_preview_shows_it(qtbot: QtBot, desk: Desk) -> None:
    """Of another format the manifest would say so."""
    dialog = dialog_on(qtbot, desk, Offered("Both", extract_of(several(2))))
    dialog.indent.setChecked(True)
    for chosen in dialog.formats:
        choose(dialog, chosen)
        assert dialog.order.indent == (chosen in (Format.BUNDLE, Format.FILES))
    choose(dialog, Format.BUNDLE)
    assert '\n  "resourceType": "Bundle"' in dialog.preview.text.toPlainText()
    dialog.indent.setChecked(False)
    assert '\n  "resourceType": "Bundle"' not in dialog.preview.text.toPlainText()
    assert not dialog.order.indent


def test_a_name_that_was_typed_stays_and_gets_what_it_lacks(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    dialog = dialog_on(qtbot, desk, Offered("Both", extract_of(several(2))), folder=tmp_path)
    dialog.name.setText("mine")
    choose(dialog, Format.CSV)
    assert dialog.name.text() == "mine"
    assert dialog.path == tmp_path / "mine.csv"
    dialog.name.setText("mine.CSV")
    assert dialog.path == tmp_path / "mine.CSV"
    dialog.name.setText(str(tmp_path / "deep" / "x"))
    assert dialog.path == tmp_path / "deep" / "x.csv"
    for nothing in ("", "   ", "a\0b"):
        dialog.name.setText(nothing)
        assert not dialog.go.isEnabled()
        dialog.accept()
        assert dialog.isVisible()


@pytest.mark.parametrize(
    ("chosen", "seal", "said"),
    [
        (Format.BUNDLE, False, "The file says so, too."),
        (Format.CSV, False, "The file says so, too."),
        (Format.PDF, False, "The file says so, too."),
        (Format.NDJSON, False, "This format can't say so in the file."),
        (Format.NDJSON, True, "This format can't say so; the manifest does."),
        (Format.FILES, False, "This format can't say so in the file."),
    ],
)
def test_an_incomplete_list_is_told_before_it_leaves(
    qtbot: QtBot, desk: Desk, chosen: Format, seal: bool, said: str
) -> None:
    dialog = dialog_on(qtbot, desk, Offered("Both", extract_of(several(2), total=5)))
    choose(dialog, chosen)
    dialog.seal.setChecked(seal)
    assert dialog.warning.isVisible()
    assert dialog.warning.text().startswith("Incomplete: 2 of 5 records")
    assert dialog.warning.text().endswith(said)
    assert "-incomplete" in dialog.name.text()
    assert dialog.go.accessibleDescription() == dialog.warning.text(), "for who can't see it"


def test_of_a_complete_list_nothing_is_to_be_said(qtbot: QtBot, desk: Desk) -> None:
    dialog = dialog_on(qtbot, desk, Offered("Both", extract_of(several(2))))
    assert not dialog.warning.isVisible()


def test_the_preview_is_what_will_be_written(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    chosen: list[Chosen] = []
    dialog = dialog_on(qtbot, desk, Offered("All", extract_of(several(3))), folder=tmp_path)
    dialog.chosen.connect(chosen.append)
    for one in (Format.BUNDLE, Format.NDJSON):
        choose(dialog, one)
        shown = dialog.preview.text.toPlainText()
        desk.session.exports.write(dialog.path, dialog.order, replace=False)
        desk.wait(lambda: not desk.session.exporting)
        written = dialog.path.read_text("utf-8-sig").replace("\r\n", "\n")
        assert shown.rstrip("\n") == written.rstrip("\n")
    choose(dialog, Format.CSV)
    desk.session.exports.write(dialog.path, dialog.order, replace=False)
    desk.wait(lambda: not desk.session.exporting)
    rows = list(csv.reader(io.StringIO(dialog.path.read_text("utf-8-sig"))))
    table = dialog.preview.rows
    headings = [table.model().headerData(column, Qt.Orientation.Horizontal) for column in range(table.columnCount())]
    assert headings == rows[0]
    shown_rows = [
        [str(table.model().index(row, column).data()) for column in range(table.columnCount())] for row in range(3)
    ]
    assert shown_rows == rows[1:]
    choose(dialog, Format.FILES)
    assert dialog.preview.text.toPlainText() == "Procedure-pr0.json\nProcedure-pr1.json\nProcedure-pr2.json"
    choose(dialog, Format.PDF)
    desk.wait(lambda: dialog.preview.paging.paper is not None)
    paper = dialog.preview.paging.paper
    dialog.accept()
    assert chosen[0].paper is paper, "what was laid out for the preview is not laid out again"


def test_what_can_not_stand_in_a_bundle_says_so_and_can_not_be_chosen(qtbot: QtBot, desk: Desk) -> None:
    odd = read_procedure(
        b'{"resourceType":"Procedure","id":"odd","subject":{"reference":"Patient/p1"},"note":[{"text":"\xff"}]}'
    )
    dialog = dialog_on(qtbot, desk, Offered("All", extract_of([simple(0), odd])))
    for one in (Format.BUNDLE, Format.NDJSON):
        assert not dialog.formats[one].isEnabled()
        assert "not possible: one record is not proper FHIR JSON" in dialog.formats[one].text()
    assert dialog.format is Format.FILES


def test_the_window_exports_several_sealed_and_remembers_how(demo_desk: Desk, tmp_path: Path) -> None:
    desk = demo_desk
    desk.read_chart("okafor 1957-03-02")
    dialog = desk.ask_to_export_all()
    assert dialog.extract.procedures == desk.window.procedures.table.visible()
    choose(dialog, Format.CSV)
    dialog.seal.setChecked(True)
    dialog.choose_path(tmp_path / "all.csv")
    with desk.bot.waitSignal(desk.window.exporter.exported, timeout=10_000):
        dialog.accept()
    assert desk.window.foot.note.whole_text == f"Exported and sealed: {tmp_path.name}/all.csv"
    rows = list(csv.DictReader(io.StringIO((tmp_path / "all.csv").read_text("utf-8-sig"))))
    assert [row["procedure_id"] for row in rows] == [one.id for one in desk.window.procedures.table.visible()]
    assert {row["patient_name"] for row in rows} == {"OKAFOR, Ngozi Grace"}
    manifest = json.loads(manifest_of(tmp_path / "all.csv").read_text())
    assert manifest["records"] == len(rows)
    assert verify(tmp_path / "all.csv").holds
    desk.window.actions_by_name["export"].trigger()
    again = desk.export_dialog()
    assert again is not None
    assert (again.format, again.seal.isChecked(), again.folder.whole_text) == (Format.CSV, True, str(tmp_path))


def test_all_in_the_list_says_what_the_list_does_not_show(demo_desk: Desk) -> None:
    demo_desk.read_chart("demo-statuses")
    pane = demo_desk.window.procedures

    def offered() -> list[str]:
        return [one.words for one in offers(demo_desk.session, pane)]

    assert offered() == ["All 8 procedures in the list, without 2 entered in error"]
    pane.filters.text.setText("resection")
    demo_desk.wait(lambda: pane.table.hidden_by_filter > 0)
    assert offered() == []
    pane.filters.text.setText("replacement")
    demo_desk.wait(lambda: len(pane.table.visible()) == 1)
    assert offered() == ["The procedure in the list, without 7 that the filter hides and 2 entered in error"]
    pane.errors.setChecked(True)
    assert offered() == ["All 2 procedures in the list, without 8 that the filter hides"]


def test_a_folder_that_is_there_is_never_replaced(demo_desk: Desk, tmp_path: Path) -> None:
    desk = demo_desk
    desk.read_chart("okafor 1957-03-02")
    (tmp_path / "mine").mkdir()
    dialog = desk.ask_to_export_all()
    choose(dialog, Format.FILES)
    extract = dialog.extract
    dialog.choose_path(tmp_path / "mine")
    dialog.accept()
    desk.wait(lambda: bool(desk.window.findChildren(QPushButton, "replaceElsewhere")))
    assert desk.window.findChildren(QPushButton, "replaceYes") == []
    desk.window.findChildren(QPushButton, "replaceElsewhere")[0].click()
    again = desk.export_dialog()
    assert again is not None
    assert again.name.text() == "mine"
    assert again.extract is extract
    again.choose_path(tmp_path / "other")
    with desk.bot.waitSignal(desk.window.exporter.exported, timeout=10_000):
        again.accept()
    assert len(list((tmp_path / "other").iterdir())) == extract.count
    assert list((tmp_path / "mine").iterdir()) == []


def test_records_that_were_withheld_are_told_where_the_file_can_t(qtbot: QtBot, desk: Desk) -> None:
    extract = replace(extract_of(several(2)), withheld=3, completeness="All 5 records (3 of a merged record withheld)")
    dialog = dialog_on(qtbot, desk, Offered("Both", extract))
    choose(dialog, Format.NDJSON)
    assert dialog.warning.isVisible()
    assert dialog.warning.text() == f"{extract.completeness}. This format can't say so in the file."
    choose(dialog, Format.BUNDLE)
    assert dialog.warning.text() == f"{extract.completeness}. The file says so, too."
    assert "3 of a merged record withheld" in dialog.preview.text.toPlainText()
