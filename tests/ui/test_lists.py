"""The two lists: names in full, columns as wide as what stands in them, sorting by keys, a frame that stays put."""

from collections.abc import Mapping
from functools import partial

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest

from procedure_viewer.tables.columns import Column
from procedure_viewer.tables.patients import Column as PatientColumn
from procedure_viewer.ui.help import KeysDialog
from procedure_viewer.ui.labels import PlainLabel
from tests.desk import SEED_PATIENT, Desk
from tests.servers import ScriptedServer, bundle, by_path, procedure, reply

LONG = {"family": "Wolfeschlegelsteinhausenbergerdorff", "given": ["Hubert", "Blaine", "Maximilian"]}


def patient(patient_id: str, name: Mapping[str, object], **more: object) -> dict[str, object]:
    return {"resourceType": "Patient", "id": patient_id, "name": [name], "birthDate": "1944-01-09", **more}


def shown_whole(desk: Desk, row: int) -> bool:
    """Whether the name of a row has all the room that it needs, line by line."""
    results = desk.window.search.results
    index = desk.window.search.table.index(row, PatientColumn.NAME)
    cell = results.visualRect(index)
    needed = results.fontMetrics().boundingRect(
        QRect(0, 0, cell.width() - 6, 10_000), Qt.TextFlag.TextWordWrap, str(index.data())
    )
    return needed.width() <= cell.width() - 6 and needed.height() <= cell.height()


@pytest.mark.parametrize("size", [(1024, 700), (1280, 800)])
def test_a_name_is_read_in_full_and_what_is_said_of_it_stands_below(demo_desk: Desk, size: tuple[int, int]) -> None:
    demo_desk.window.resize(*size)
    for line, name in (
        ("thompson", "THOMPSON, Margaret\n(inactive, merged)"),
        ("williams", "WILLIAMS, Denise\n(deceased)"),
    ):
        demo_desk.find(line)
        table = demo_desk.window.search.table
        names = [str(table.index(row, PatientColumn.NAME).data()) for row in range(table.rowCount())]
        assert name.split("\n")[1] in {part for text in names for part in text.split("\n")}
        for row in range(table.rowCount()):
            demo_desk.wait(partial(shown_whole, demo_desk, row))
        assert "\n" not in str(table.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole))


def test_a_long_name_makes_a_higher_row_up_to_a_limit(desk: Desk) -> None:
    endless = {"family": "Endless", "given": ["Name"] * 100}
    short = patient("p3", {"family": "Short", "given": ["Sue"]})
    people = [patient("p1", {"family": "Long", "given": ["Maria Magdalena", "Josephine"]}, active=False)]
    answers = {"/Patient": reply(200, bundle([*people, patient("p2", endless), short], total=3))}
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.window.resize(1024, 700)
        desk.find("e")
        results = desk.window.search.results
        desk.wait(lambda: results.rowHeight(1) > results.rowHeight(2))
        assert shown_whole(desk, 1)
        assert shown_whole(desk, 2)
        assert results.rowHeight(0) < 5 * results.rowHeight(2), "one name does not push out all others"


def needs(desk: Desk, column: Column, text: str) -> int:
    return desk.window.procedures.view.fontMetrics().horizontalAdvance(text) + (24 if column is Column.STATUS else 0)


@pytest.mark.parametrize(
    ("line", "column", "text"),
    [
        ("demo-dates", Column.DATE, "28 Feb 2019, 23:30 -10:00"),
        ("demo-dates", Column.SYSTEM, "Unstructured"),
        ("demo-statuses", Column.STATUS, "In preparation"),
    ],
)
def test_columns_are_wide_enough_for_what_stands_in_them(demo_desk: Desk, line: str, column: Column, text: str) -> None:
    demo_desk.window.resize(1024, 700)
    demo_desk.read_chart(line)
    view = demo_desk.window.procedures.view
    assert text in {row[column] for row in demo_desk.rows()}
    demo_desk.wait(lambda: view.columnWidth(column) > needs(demo_desk, column, text))
    demo_desk.wait(lambda: view.horizontalHeader().length() <= view.viewport().width())
    assert view.columnWidth(Column.TITLE) >= 140


def test_widths_that_the_reader_chose_stay(demo_desk: Desk) -> None:
    demo_desk.read_chart("demo-dates")
    view = demo_desk.window.procedures.view
    view.horizontalHeader().resizeSection(Column.CODE, 111)
    demo_desk.window.resize(1024, 700)
    demo_desk.read_chart("demo-statuses")
    assert view.columnWidth(Column.CODE) == 111


def test_the_procedures_are_sorted_by_keys(demo_desk: Desk) -> None:
    demo_desk.read_chart("demo-statuses")
    window = demo_desk.window
    view = window.procedures.view
    assert view.accessibleDescription() == "Sorted by Date, newest first"
    view.setFocus()
    for number, column in enumerate(Column, start=1):
        key = Qt.Key(Qt.Key.Key_0 + number)
        QTest.keyClick(window, key, Qt.KeyboardModifier.AltModifier)
        once = [row[column] for row in demo_desk.rows()]
        said = window.foot.note.whole_text
        assert view.accessibleDescription() == said
        QTest.keyClick(window, key, Qt.KeyboardModifier.AltModifier)
        assert [row[column] for row in demo_desk.rows()] != once or len(set(once)) == 1
        assert window.foot.note.whole_text != said
    assert window.foot.note.whole_text == "Sorted by Times, fewest first"


def test_the_keys_for_sorting_are_listed(demo_desk: Desk) -> None:
    window = demo_desk.window
    dialog = KeysDialog(list(window.actions_by_name.values()), window)
    texts = [label.text() for label in dialog.findChildren(PlainLabel)]
    for number in range(1, 7):
        assert f"Alt+{number}" in texts
    in_the_menu = {action.objectName() for action in window.procedures.view.actions()}
    assert in_the_menu >= {f"action_sort{number}" for number in range(1, 7)}
    assert window.procedures.view.contextMenuPolicy() is Qt.ContextMenuPolicy.ActionsContextMenu
    dialog.deleteLater()


def test_the_frame_does_not_wander_off_with_a_row_that_nobody_chose(desk: Desk) -> None:
    first = [procedure(f"a{number}") | {"performedDateTime": "2010"} for number in range(3)]
    second = [procedure(f"b{number}") | {"performedDateTime": "2020"} for number in range(3)]
    one = {"resourceType": "Patient", "id": SEED_PATIENT, "name": [{"family": "Jones"}]}
    pages = {
        "/Patient": reply(200, bundle([one], total=1)),
        "/Procedure": reply(200, bundle(first, total=6, next_link="/Page2")),
        "/Page2": reply(200, bundle(second, total=6)),
    }
    with ScriptedServer(by_path(pages)) as server:
        desk.connect(server.url)
        desk.find("jones")
        desk.window.activateWindow()
        view = desk.window.procedures.view
        desk.open_first()  # which moves the keys to the list that is still empty
        desk.session.rows_added.connect(view.setFocus)
        desk.wait_for_chart()
        desk.wait(view.hasFocus)
        assert len(desk.rows()) == 6
        assert not view.selectionModel().hasSelection()
        assert view.currentIndex().row() == 0
        QTest.keyClick(view, Qt.Key.Key_Down)
        assert [index.row() for index in view.selectionModel().selectedRows()] == [0]
