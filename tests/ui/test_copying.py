"""Copying from the list: a cell, rows as text and table, JSON to the byte; with keys and in the list's own menu."""

import json

import msgspec
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from procedure_viewer.tables.columns import Column
from procedure_viewer.tables.grouping import Grouping
from procedure_viewer.ui import copying
from procedure_viewer.ui.help import KeysDialog
from procedure_viewer.ui.labels import PlainLabel
from tests.desk import Desk
from tests.listed import CPT, chart_of, record

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
RECORDS = [
    record("a", "2023-05-04", title="Colonoscopy\twith biopsy", code=(CPT, "45378")),
    record("b", "2022-04", title="=HYPERLINK(1)", code=(CPT, "00100")),
    record("c", "2021-03-01", title="<b>Appendectomy</b>", status="entered-in-error"),
]
RECORDS[0]["value"] = 1.00


def copied() -> str:
    return QGuiApplication.clipboard().text()


def html() -> str:
    return QGuiApplication.clipboard().mimeData().html()


def press(desk: Desk, key: Qt.Key, modifiers: Qt.KeyboardModifier = CTRL) -> None:
    view = desk.window.procedures.view
    desk.window.activateWindow()
    view.setFocus()
    desk.wait(view.hasFocus)
    QTest.keyClick(view, key, modifiers)
    desk.wait(lambda: not desk.window.copying.is_working)


def note(desk: Desk) -> str:
    return desk.window.foot.note.whole_text


@pytest.fixture(autouse=True)
def _empty(qapp: QApplication) -> None:
    QGuiApplication.clipboard().clear()


def test_rows_are_copied_as_text_and_as_a_table(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        press(desk, Qt.Key.Key_A)
        press(desk, Qt.Key.Key_C)
        lines = copied().split("\n")
        assert lines[0].startswith("ALICE; Born 01 Jan 1950")
        assert lines[1].split("\t") == ["Date", "Procedure", "Code", "System", "Status"]
        assert [line.split("\t")[:3] for line in lines[2:]] == [
            ["04 May 2023", "Colonoscopy with biopsy", "45378"],
            ["Apr 2022", "'=HYPERLINK(1)", "00100"],
            [""],
        ]
        assert ">ALICE; Born 01 Jan 1950" in html()
        assert ">&#x27;=HYPERLINK(1)</td>" in html()
        assert note(desk) == "2 rows copied"


def test_columns_are_those_that_there_are_in_their_order(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        pane = desk.window.procedures
        pane.errors.setChecked(True)
        for column in (Column.STATUS, Column.SYSTEM):
            pane.columns.show(column, False)
        pane.columns.move(Column.CODE, -1)
        desk.select("c")
        press(desk, Qt.Key.Key_C)
        assert copied().split("\n")[1:] == [
            "Date\tCode\tProcedure",
            "(entered in error) 01 Mar 2021\t\t<b>Appendectomy</b>",
            "",
        ]
        assert "&lt;b&gt;Appendectomy" in html()
        assert note(desk) == "1 row copied"


def test_a_row_without_its_status_never_reads_as_done_where_it_was_not(desk: Desk) -> None:
    statuses = ("completed", "not-done", "preparation", "on-hold")
    records = [record(status, "2023-05-04", title=f"Was {status}", status=status) for status in statuses]
    with chart_of(desk, records):
        pane = desk.window.procedures
        pane.columns.show(Column.STATUS, False)
        pane.columns.show(Column.DATE, False)
        pane.view.selectAll()
        press(desk, Qt.Key.Key_C)
        desk.wait(lambda: note(desk) == "4 rows copied")
        firsts = {line.split("\t")[0] for line in copied().split("\n")[2:-1]}
        assert firsts == {
            "Was completed",
            "(not done) Was not-done",
            "(In preparation) Was preparation",
            "(On hold) Was on-hold",
        }
        desk.select("not-done")
        press(desk, Qt.Key.Key_C, CTRL | SHIFT)
        assert copied() == "(not done) Was not-done"
        desk.select("on-hold")
        press(desk, Qt.Key.Key_C, CTRL | SHIFT)
        assert copied() == "Was on-hold"


def test_a_cell_is_copied_where_the_keys_are(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        view = desk.window.procedures.view
        for row, column, text in (
            (1, Column.CODE, "00100"),
            (1, Column.TITLE, "'=HYPERLINK(1)"),
            (1, Column.DATE, "Apr 2022"),
        ):
            place = view.visualRect(view.model().index(row, column)).center()
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
            press(desk, Qt.Key.Key_C, CTRL | SHIFT)
            assert copied() == text
            assert note(desk) == "Cell copied"


def test_the_json_is_copied_to_the_byte(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        one = desk.select("a")
        press(desk, Qt.Key.Key_J, CTRL | SHIFT)
        assert copied().encode() == one.raw
        press(desk, Qt.Key.Key_A)
        press(desk, Qt.Key.Key_J, CTRL | SHIFT)
        bundle = json.loads(copied())
        assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "collection")
        assert [entry["resource"]["id"] for entry in bundle["entry"]] == ["a", "b"]
        assert one.raw.decode() in copied()
        assert note(desk) == "JSON of 2 procedures copied"


def test_too_much_for_a_clipboard_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with chart_of(desk, RECORDS):
        one = desk.select("a")
        for most, words in (
            (len(one.raw) - 1, "This is too much for the clipboard: export it instead"),
            (len(one.raw), "JSON copied"),
        ):
            assert copied() == ""
            monkeypatch.setattr(copying, "MOST_JSON", most)
            press(desk, Qt.Key.Key_J, CTRL | SHIFT)
            assert note(desk) == words
        assert copied().encode() == one.raw


def test_json_that_can_t_be_copied_as_it_is_is_not_copied(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        one = desk.select("a")
        assert one.raw
        broken = msgspec.structs.replace(one, kept=one.raw.replace(b"biopsy", b"bi\xffpsy"))
        desk.window.procedures.table.replace(one, broken)
        assert desk.session.chart is not None
        desk.session.chart.replace(one, broken)
        desk.window.procedures.view.selectRow(0)
        press(desk, Qt.Key.Key_J, CTRL | SHIFT)
        assert note(desk) == "The JSON can't be copied: it is not valid text. Export it instead"
        press(desk, Qt.Key.Key_A)
        press(desk, Qt.Key.Key_J, CTRL | SHIFT)
        assert note(desk).startswith("The JSON can't be copied: one record is not proper FHIR JSON")
        assert copied() == ""


def test_without_a_selection_nothing_is_copied(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        desk.window.procedures.view.clearSelection()
        for key, modifiers in ((Qt.Key.Key_C, CTRL), (Qt.Key.Key_J, CTRL | SHIFT)):
            press(desk, key, modifiers)
            assert not copied()
            assert note(desk) == "Nothing is selected"


def test_a_closed_heading_stands_for_its_rows(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        pane = desk.window.procedures
        pane.group_by(Grouping.YEAR)
        pane.view.selectRow(0)
        press(desk, Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier)
        press(desk, Qt.Key.Key_C)
        assert [line.split("\t")[0] for line in copied().split("\n")[2:]] == ["04 May 2023", ""]
        press(desk, Qt.Key.Key_C, CTRL | SHIFT)
        assert copied() == "2023 (1)"


def test_what_is_not_put_together_yet_goes_with_its_chart(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("procedure_viewer.ui.slices.SLICE", 0)
    with chart_of(desk, RECORDS):
        press(desk, Qt.Key.Key_A)
        desk.window.copying.copy_rows()
        assert desk.window.copying.is_working
        desk.session.close_chart()
        assert not desk.window.copying.is_working
        assert not copied()


def test_another_widget_s_copy_stays_its_own(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        desk.select("a")
        field = desk.window.search.field
        field.setText("a word")
        field.setFocus()
        field.selectAll()
        QTest.keyClick(field, Qt.Key.Key_C, CTRL)
        assert copied() == "a word"


@pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)
def test_the_menu_offers_copies_first_and_can_be_opened_with_a_key(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        desk.select("a")
        view = desk.window.procedures.view
        names = [action.objectName().removeprefix("action_") for action in view.actions()]
        assert names[:7] == [
            "copyRows",
            "copyCell",
            "copyJson",
            "selectAll",
            "export",
            "print",
            "betweenLeavingAndSorting",
        ]
        assert all(name.startswith("sort") for name in names[7:])
        seen: list[list[str]] = []

        def choose() -> None:
            menu = QApplication.activePopupWidget()
            if isinstance(menu, QMenu):
                seen.append([action.objectName() for action in menu.actions()])
                menu.close()

        QTimer.singleShot(0, choose)
        place = view.visualRect(view.currentIndex()).center()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, view.viewport().mapToGlobal(place))
        QApplication.sendEvent(view, event)
        assert seen
        assert seen[0][0] == "action_copyRows"


def test_the_keys_are_listed(desk: Desk) -> None:
    desk.window.actions_by_name["keys"].trigger()
    dialog = desk.window.findChild(KeysDialog)
    assert isinstance(dialog, KeysDialog)
    texts = [label.text() for label in dialog.findChildren(PlainLabel)]
    for words in ("Copy rows", "Copy cell", "Copy JSON", "Select all", "Ctrl+Shift+J"):
        assert words in texts
    dialog.reject()
