"""Searching the elements and the JSON, copying from them, folding, and one element in three tabs."""

import json
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAccessible, QKeySequence, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from procedure_viewer.fhir.places import place_of
from procedure_viewer.fhir.procedure import read_procedure
from procedure_viewer.tables.json_rows import LONGEST_LINE
from procedure_viewer.ui import element_view
from procedure_viewer.ui.detail_pane import DetailPane
from procedure_viewer.ui.fold_marks import FoldMarks
from procedure_viewer.ui.help import KeysDialog
from procedure_viewer.ui.json_view import JsonView
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.slices import Slices
from tests.desk import Desk
from tests.servers import ScriptedServer, bundle, by_path, procedure, reply

PATIENT = {"resourceType": "Patient", "id": "alice", "name": [{"family": "Alder"}]}
OTHER = {"resourceType": "Patient", "id": "bob", "name": [{"family": "Aldous"}]}
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def reading(desk: Desk) -> Iterator[Desk]:
    """A window with an open patient."""
    answers = {
        "/Patient": reply(200, bundle([PATIENT, OTHER], total=2)),
        "/Procedure": reply(200, bundle([procedure("1", "alice")], total=1)),
    }
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.read_chart("ald")
        yield desk


def show(desk: Desk, raw: bytes | dict[str, object], tab: str = "") -> DetailPane:
    """Show a record in a tab: "tree" or "json"."""
    detail = desk.window.detail
    detail.show_procedure(read_procedure(raw if isinstance(raw, bytes) else json.dumps(raw).encode()))
    if tab:
        detail.tabs.setCurrentWidget(getattr(detail, tab))
    return detail


def works(owner: QObject) -> bool:
    """Whether it is in the middle of something long."""
    slices = owner.findChild(Slices)
    assert isinstance(slices, Slices)
    return slices.is_working


def turn(desk: Desk, tab: QWidget) -> None:
    """Turn to a tab, and wait until it shows the element that the reader is at."""
    detail = desk.window.detail
    detail.tabs.setCurrentWidget(tab)
    desk.wait(lambda: not detail.same.is_working and not detail.json.is_laying_out)


def seek(desk: Desk, words: str) -> None:
    """Type into the search field as a reader does, and wait for the last hit."""
    detail = desk.window.detail
    QTest.keySequence(desk.window, QKeySequence("Ctrl+Shift+F"))
    assert detail.find_bar.field.hasFocus()
    QTest.keyClicks(detail.find_bar.field, words)
    desk.wait(lambda: not works(detail.finder))


def path_in_tree(detail: DetailPane) -> str:
    element = detail.elements.element_at(detail.tree.currentIndex())
    return element.path if element is not None else ""


def line_in_json(detail: DetailPane) -> str:
    return detail.json.textCursor().block().text().strip()


def clipboard() -> str:
    return QApplication.clipboard().text()


RECORD: dict[str, object] = {
    "resourceType": "Procedure",
    "id": "1",
    "code": {"text": "Mejía repair", "coding": [{"code": "x", "display": "Wound repair"}]},
    "note": [{"text": "repaired by MEJIA"}, {"text": "other"}],
}


def test_elements_are_found_by_name_path_and_value_without_accents(
    reading: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: said.append(event.message()))
    detail = show(reading, RECORD)
    seek(reading, "mejia")
    assert detail.tabs.currentWidget() is detail.tree, "the summary has no search of its own"
    assert (detail.find_bar.count.text(), path_in_tree(detail)) == ("1 of 2", "Procedure.code.text")
    assert said[-1] == "1 of 2"
    field = detail.find_bar.field
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert (detail.find_bar.count.text(), path_in_tree(detail)) == ("2 of 2", "Procedure.note[0].text")
    assert said[-1] == "2 of 2, Procedure.note[0].text: repaired by MEJIA"
    QTest.keyClick(reading.window, Qt.Key.Key_F3)
    assert path_in_tree(detail) == "Procedure.code.text", "after the last one comes the first"
    QTest.keyClick(field, Qt.Key.Key_Return, SHIFT)
    assert path_in_tree(detail) == "Procedure.note[0].text"
    QTest.keyClick(reading.window, Qt.Key.Key_F3, SHIFT)
    assert path_in_tree(detail) == "Procedure.code.text"
    marked = detail.elements.data(detail.tree.currentIndex(), Qt.ItemDataRole.FontRole)
    assert marked is not None
    field.clear()
    seek(reading, "note[1].te")
    assert (detail.find_bar.count.text(), path_in_tree(detail)) == ("1 of 1", "Procedure.note[1].text")
    field.clear()
    seek(reading, "nowhere")
    assert detail.find_bar.count.text() == "Not found"
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    assert detail.tree.hasFocus()


def marked_in(view: JsonView) -> list[str]:
    return [mark.cursor.selectedText() for mark in view.extraSelections() if mark.cursor.hasSelection()]


def test_the_text_is_searched_and_every_hit_in_sight_is_marked(reading: Desk) -> None:
    detail = show(reading, RECORD, "json")
    reading.window.resize(1400, 1000)
    seek(reading, "mejia")
    assert '"Mej\\u00eda repair"' in detail.json.source, "what json.dumps escapes is found by what it means"
    assert detail.find_bar.count.text() == "1 of 2"
    assert detail.json.textCursor().selectedText() == "Mej\\u00eda"
    assert marked_in(detail.json) == ["MEJIA"]
    QTest.keyClick(reading.window, Qt.Key.Key_F3)
    assert detail.json.textCursor().selectedText() == "MEJIA"
    assert marked_in(detail.json) == ["Mej\\u00eda"]


def test_hits_far_down_and_deep_in_a_long_line_are_gone_to(reading: Desk) -> None:
    blob = "QUJD" * 20_000 + "needle" + "QUJD" * 20_000
    notes = [{"text": f"note {number}"} for number in range(20_000)]
    detail = show(reading, {"resourceType": "Procedure", "data": blob, "note": notes, "last": "needle"}, "json")
    reading.wait(lambda: bool(detail.json.source))
    seek(reading, "needle")
    assert detail.find_bar.count.text() == "1 of 2"
    view = detail.json
    assert view.textCursor().selectedText() == "needle"
    assert len(view.textCursor().block().text()) < 2 * LONGEST_LINE
    view.copy()
    assert clipboard() == "needle"
    QTest.keyClick(reading.window, Qt.Key.Key_F3)
    assert line_in_json(detail) == '"last": "needle"'
    assert view.document().firstBlock().text().startswith("… ")
    assert view.document().blockCount() < 1_000, "not all the lines between are laid out"
    bar = view.verticalScrollBar()
    shown = view.document().blockCount()
    bar.setValue(bar.minimum())
    assert view.document().blockCount() > shown, "further lines come where the reader scrolls back"
    view.selectAll()
    view.copy()
    assert clipboard() == view.source
    QTest.keySequence(view, QKeySequence("Ctrl+Home"))
    assert view.document().firstBlock().text() == "{"


def test_a_search_is_given_up_when_the_chart_is_left(reading: Desk) -> None:
    notes = [{"text": f"note {number}"} for number in range(30_000)]
    detail = show(reading, {"resourceType": "Procedure", "note": notes}, "tree")
    QTest.keySequence(reading.window, QKeySequence("Ctrl+Shift+F"))
    QTest.keyClicks(detail.find_bar.field, "n")
    assert works(detail.finder), "thirty thousand notes are not searched in one go"
    reading.wait(lambda: detail.find_bar.count.text().endswith("so far"))
    assert works(detail.finder)
    reading.session.open(reading.session.found.patients[1])
    assert not works(detail.finder)
    assert detail.find_bar.field.text() == ""
    assert detail.finder.hits == []


EVIL = '{"resourceType": "Procedure", "k\u202ey": "A \u202edlot\u202c \\u00e9\\n", "big": 1.00, "code": {"text": "t"}}'


def test_copying_from_the_elements_is_exact(reading: Desk) -> None:
    detail = show(reading, EVIL.encode(), "tree")
    tree = detail.tree
    tree.choose((1,))
    assert path_in_tree(detail) == "Procedure.`k\\u202ey`"
    assert "\u202e" not in str(tree.currentIndex().siblingAtColumn(1).data())
    tree.setFocus()
    QTest.keySequence(tree, QKeySequence("Ctrl+Shift+C"))
    assert clipboard() == "A \u202edlot\u202c é\n"
    QTest.keySequence(tree, QKeySequence("Alt+Shift+C"))
    assert clipboard() == "Procedure.`k\\u202ey`"
    tree.choose((2,))
    QTest.keySequence(tree, QKeySequence.StandardKey.Copy)
    assert clipboard() == "Procedure.big: 1.00"
    tree.choose((3,))
    QTest.keySequence(tree, QKeySequence("Ctrl+Shift+C"))
    assert clipboard() == '{"text": "t"}'
    texts = [action.text() for action in tree.actions()]
    assert texts[:3] == ["Copy path and value", "Copy value", "Copy path"]


def test_a_part_of_a_line_with_escapes_is_copied_as_it_came(reading: Desk) -> None:
    view = show(reading, EVIL.encode(), "json").json
    block = view.document().findBlockByNumber(2)
    assert block.text() == '  "k\\u202ey": "A \\u202edlot\\u202c \\u00e9\\n",'
    cursor = QTextCursor(block)
    cursor.setPosition(block.position() + block.text().index("y"))
    cursor.setPosition(block.position() + block.text().index("dlot") + 4, QTextCursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)
    view.copy()
    assert clipboard() == 'y": "A \u202edlot'
    cursor.setPosition(block.position() + block.text().index("202e"))
    cursor.setPosition(cursor.position() + 1, QTextCursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)
    view.copy()
    assert clipboard() == "\u202e", "half of an escape that stands for a character is that character"


def test_elements_fold_and_are_copied_whole(reading: Desk) -> None:
    detail = show(reading, RECORD, "json")
    view = detail.json
    whole = view.toPlainText()
    view.setFocus()
    view.moveCursor(QTextCursor.MoveOperation.Start)
    for _ in range(5):
        view.moveCursor(QTextCursor.MoveOperation.Down)
    assert line_in_json(detail) == '"coding": ['
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert line_in_json(detail) == '"coding": [ … 4 lines … ]'
    assert len(view.toPlainText().split("\n")) == len(whole.split("\n")) - 5
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert line_in_json(detail) == '"code": { … 7 lines … },'
    view.selectAll()
    view.copy()
    assert clipboard() == view.source == whole
    seek(reading, "wound")
    assert view.textCursor().selectedText() == "Wound", "what is found is unfolded"
    view.setFocus()
    assert view.toPlainText() == whole
    view.moveCursor(QTextCursor.MoveOperation.Start)
    for _ in range(3):
        view.moveCursor(QTextCursor.MoveOperation.Down)
    margin = view.findChild(FoldMarks)
    assert isinstance(margin, FoldMarks)
    for folded in ('"code": { … 7 lines … },', '"code": {'):
        QTest.mouseClick(margin, Qt.MouseButton.LeftButton, pos=QPoint(8, view.cursorRect().center().y()))
        assert line_in_json(detail) == folded
    view.moveCursor(QTextCursor.MoveOperation.Start)
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.toPlainText() == "{ … 19 lines … }"
    QTest.keyClick(view, Qt.Key.Key_Asterisk)
    assert view.toPlainText() == whole


def test_the_path_of_a_line_of_the_json_is_copied(reading: Desk) -> None:
    detail = show(reading, RECORD, "json")
    detail.json.setFocus()
    seek(reading, "wound")
    detail.json.setFocus()
    QTest.keySequence(detail.json, QKeySequence("Alt+Shift+C"))
    reading.wait(lambda: clipboard() == "Procedure.code.coding[0].display")


def test_scrolling_back_over_what_is_folded_leaves_no_line_out(reading: Desk) -> None:
    notes = [{"text": f"note {number}"} for number in range(1_000)]
    view = show(reading, {"resourceType": "Procedure", "note": notes, "last": "x"}, "json").json
    view.setFocus()
    seek(reading, "note 500")
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.textCursor().block().text() == "    { … 1 line … },"
    QTest.keySequence(view, QKeySequence("Ctrl+End"))
    assert view.document().firstBlock().text().startswith("… ")
    bar = view.verticalScrollBar()
    for _ in range(20):
        bar.setValue(bar.minimum() + 1)
        bar.setValue(bar.minimum())
    assert "… before" not in view.toPlainText()
    lines = view.source.split("\n")
    folded = lines.index('      "text": "note 500"')
    expected = [*lines[: folded - 1], "    { … 1 line … },", *lines[folded + 2 :]]
    assert view.toPlainText().split("\n") == expected


def test_an_element_chosen_in_one_tab_is_shown_in_the_others(reading: Desk) -> None:
    detail = show(reading, RECORD)
    detail.summary.chosen.emit("Procedure.note[1]")
    turn(reading, detail.tree)
    assert path_in_tree(detail) == "Procedure.note[1]"
    turn(reading, detail.json)
    cursor = detail.json.textCursor()
    assert detail.json.source[detail.json.offset :].startswith('{\n      "text": "other"')
    cursor.movePosition(QTextCursor.MoveOperation.Up, QTextCursor.MoveMode.MoveAnchor, 2)
    detail.json.setTextCursor(cursor)
    assert line_in_json(detail).startswith('"text": "repaired')
    turn(reading, detail.summary)
    assert detail.summary.current_path.startswith("Procedure.note")
    turn(reading, detail.tree)
    assert path_in_tree(detail) == "Procedure.note[0].text", "the summary knew less, and it stayed"
    assert detail.tree.root is not None
    detail.tree.choose(place_of(detail.tree.root, "Procedure.code.coding[0].display") or ())
    turn(reading, detail.json)
    assert line_in_json(detail) == '"display": "Wound repair"'


def test_what_is_found_far_down_comes_with_what_belongs_to_it(reading: Desk) -> None:
    record = procedure("1", "alice") | {"note": [{"text": f"Line {number}", "time": "2023"} for number in range(90)]}
    detail = show(reading, record, "tree")
    seek(reading, "Line 60")
    index = detail.tree.currentIndex()
    assert index.siblingAtColumn(1).data() == "Line 60"
    middle = detail.tree.viewport().height() / 2
    assert abs(detail.tree.visualRect(index).center().y() - middle) < middle / 2
    place = detail.tree.verticalScrollBar().value()
    detail.tree.choose(detail.elements.element_at(detail.tree.indexBelow(index)).place)  # type: ignore[union-attr]
    assert detail.tree.verticalScrollBar().value() == place  # what is in sight does not jump


def test_of_two_of_one_name_the_same_one_is_shown(reading: Desk) -> None:
    raw = b'{"resourceType": "Procedure", "status": "a", "status": "b", "note": [[1, {}], []], "status": {"x": 1}}'
    detail = show(reading, raw, "tree")
    for place, line in {
        (1,): '"status": "a",',
        (2,): '"status": "b",',
        (3, 0, 1): "{}",
        (3, 1): "[]",
        (4, 0): '"x": 1',
    }.items():
        detail.tree.choose(place)
        turn(reading, detail.json)
        assert line_in_json(detail) == line
        turn(reading, detail.tree)
        assert detail.tree.place == place
        cursor = detail.json.textCursor()
        detail.tree.choose((0,))
        turn(reading, detail.json)
        detail.json.setTextCursor(cursor)
        turn(reading, detail.tree)
        assert detail.tree.place == place


def test_a_large_record_is_resolved_in_steps(reading: Desk) -> None:
    notes = [{"text": f"note {number}"} for number in range(60_000)]
    detail = show(reading, {"resourceType": "Procedure", "note": notes, "status": "completed"}, "tree")
    detail.tree.choose((1, 59_999, 0))
    turn(reading, detail.json)
    assert line_in_json(detail) == '"text": "note 59999"'
    QTest.keySequence(detail.json, QKeySequence("Ctrl+End"))
    detail.json.moveCursor(QTextCursor.MoveOperation.Up)
    turn(reading, detail.tree)
    assert path_in_tree(detail) == "Procedure.status"


def test_opening_all_stops_in_time(reading: Desk) -> None:
    notes = [{"text": f"note {number}", "time": {"x": {}}} for number in range(30_000)]
    detail = show(reading, {"resourceType": "Procedure", "note": notes}, "tree")
    detail.tree.choose((1,))
    detail.tree.setCurrentIndex(detail.elements.index(1, 0))
    detail.tree.setFocus()
    QTest.keyClick(detail.tree, Qt.Key.Key_Asterisk)
    reading.wait(lambda: not works(detail.tree))
    assert detail.elements.count < 2 * element_view.MOST_EXPANDED
    assert detail.tree.isExpanded(detail.elements.index(0, 0, detail.elements.index(1, 0)))
    QTest.keyClick(detail.tree, Qt.Key.Key_Slash)
    assert not detail.tree.isExpanded(detail.elements.index(1, 0))
    assert detail.tree.currentIndex() == detail.elements.index(1, 0)


def test_the_keys_are_listed(reading: Desk) -> None:
    window = reading.window
    dialog = KeysDialog(list(window.actions_by_name.values()), window, window.detail.actions_by_tab)
    texts = [label.text() for label in dialog.findChildren(PlainLabel)]
    for words in ("Ctrl+Shift+F", "Find in the procedure", "F3", "Copy path", "Fold an element", "Everything", "JSON"):
        assert words in texts
    dialog.close()


def test_slices_end_once_and_can_be_stopped(qtbot: QtBot, qapp: QApplication) -> None:
    slices = Slices(qapp)
    worked: list[int] = []

    def work(size: int) -> Iterator[None]:
        for number in range(size):
            worked.append(number)
            yield

    with qtbot.waitSignal(slices.ended):
        slices.start(work(100_000))
        first = len(worked)
        assert 0 < first < 100_000
    assert len(worked) == 100_000
    slices.start(work(100_000))
    slices.stop()
    done = len(worked)
    QApplication.processEvents()
    assert len(worked) == done
    assert not slices.is_working
    slices.setParent(None)
