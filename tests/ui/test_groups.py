"""The list under headings: opened and closed with mouse and keys, heard as well as seen, with the selection kept."""

import json

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QMenu

from procedure_viewer.fhir.procedure import Procedure, read_procedure
from procedure_viewer.tables.columns import Column
from procedure_viewer.tables.filters import Filters
from procedure_viewer.tables.grouping import Grouping
from procedure_viewer.tables.procedures import ProcedureTable
from tests.desk import Desk
from tests.listed import CPT, answers, chart_of, procedure_in, record, shown, spoken
from tests.servers import ScriptedServer

COLONOSCOPY = (CPT, "45378")
RECORDS = [
    record("a", "2023-05-04", title="Colonoscopy", code=COLONOSCOPY),
    record("b", "2023", title="Colonoscopy with biopsy", code=COLONOSCOPY),
    record("c", {"start": "2022-12-30", "end": "2023-01-02"}, title="Home visits"),
    record("d", title="Appendectomy"),
    record("e", {"end": "2019"}, title="home  VISITS"),
    record("f", "2023-12-31T23:30:00-05:00", title="45379", code=(CPT, "45379")),
    record("g"),
]
BY_YEAR = ["[2023 (3)]", "f", "a", "b", "[2022 (1)]", "c", "[2019 (1)]", "e", "[Not dated (2)]", "d", "g"]
BY_CODE = [
    "[Appendectomy (1)]", "d",
    "[Colonoscopy, CPT 45378 (2)]", "a", "b",
    "[CPT 45379 (1)]", "f",
    "[Home visits (2)]", "c", "e",
    "[Without code or words (1)]", "g",
]  # fmt: skip


def read(resource: dict[str, object]) -> Procedure:
    return read_procedure(json.dumps(resource).encode())


def test_the_list_is_divided_by_key_and_says_so(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        desk.select("b")
        for expected, said in (
            (BY_YEAR, "Grouped by year"),
            (BY_CODE, "Grouped by code"),
            (["f", "a", "b", "c", "e", "d", "g"], "One list, without groups"),
        ):
            QTest.keyClick(desk.window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
            assert sorted(shown(desk)) == sorted(expected)
            assert desk.window.foot.note.whole_text == said
            chosen = desk.window.procedures.view.chosen
            assert chosen is not None
            assert chosen is desk.session.selected
            assert chosen.id == "b", "what was selected stays so"
            if said == "Grouped by year":
                assert shown(desk) == BY_YEAR


def test_headings_open_and_close_with_keys(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        pane, view = desk.window.procedures, desk.window.procedures.view
        pane.group_by(Grouping.YEAR)
        desk.window.activateWindow()
        view.setFocus()
        desk.wait(view.hasFocus)
        desk.select("a")
        QTest.keyClick(view, Qt.Key.Key_Left)
        assert view.currentIndex().row() == 0, "from a row to its heading"
        assert desk.session.selected is None, "a heading is no procedure: nothing of one is shown below"
        assert not desk.window.detail.pane.shows_content
        QTest.keyClick(view, Qt.Key.Key_Left)
        assert shown(desk) == ["[2023 (3)]", *BY_YEAR[4:]]
        assert spoken(desk, 0, 0) == "Heading: 2023 (3), closed"
        assert len(pane.table.visible()) == 7, "what is folded away is not hidden"
        QTest.keyClick(view, Qt.Key.Key_Right)
        assert shown(desk) == BY_YEAR
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
            QTest.keyClick(view, key)
            assert len(shown(desk)) == len(BY_YEAR) - 3
            QTest.keyClick(view, key)
            assert shown(desk) == BY_YEAR
        assert {spoken(desk, 0, column) for column in Column} == {"Heading: 2023 (3), open"}
        QTest.keyClick(view, Qt.Key.Key_Down)
        assert desk.session.selected is not None
        assert desk.session.selected.id == "f"


def test_headings_open_and_close_with_the_mouse_and_all_at_once(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        pane, view = desk.window.procedures, desk.window.procedures.view
        pane.group_by(Grouping.YEAR)
        heading = view.visualRect(pane.table.index(4, 0)).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(heading))
        assert shown(desk) == [*BY_YEAR[:5], *BY_YEAR[6:]]
        desk.select("c")
        assert shown(desk) == BY_YEAR, "what is asked for is not left behind a closed heading"
        menu = pane.filters.view.menu()
        menu.aboutToShow.emit()
        actions = {action.objectName(): action for action in menu.actions()}
        actions["closeGroups"].trigger()
        assert shown(desk) == [line for line in BY_YEAR if line.startswith("[")]
        menu.aboutToShow.emit()
        {action.objectName(): action for action in menu.actions()}["openGroups"].trigger()
        assert shown(desk) == BY_YEAR


def test_a_filter_and_a_heading_count_together(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        pane = desk.window.procedures
        pane.group_by(Grouping.YEAR)
        pane.filters.choose(Filters(text="colonoscopy"))
        assert shown(desk) == ["[2023 (2 of 3)]", "a", "b"]


def test_menus_leave_nothing_of_a_chart_behind(desk: Desk) -> None:
    with ScriptedServer(answers(alice=RECORDS, bob=[])) as server:
        desk.connect(server.url)
        desk.read_chart("alice")
        bar = desk.window.procedures.filters
        menus = [button.menu() for button in (bar.statuses, bar.years, bar.systems)]
        for _ in range(3):
            for menu in (*menus, bar.view.menu()):
                menu.aboutToShow.emit()
        desk.wait(lambda: len(bar.years.menu().findChildren(QMenu)) == 2)
        desk.wait(lambda: len(bar.view.menu().findChildren(QMenu)) == 3)
        desk.read_chart("bob")
        assert [action.text() for menu in menus for action in menu.actions()] == []


@pytest.mark.parametrize("grouping", list(Grouping))
def test_qt_finds_no_fault_with_headings(qtbot: object, grouping: Grouping) -> None:
    table = ProcedureTable()
    tester = QAbstractItemModelTester(table, QAbstractItemModelTester.FailureReportingMode.Fatal)
    table.group_by(grouping)
    table.add([read(resource) for resource in RECORDS[:3]])
    table.toggle(0)
    table.add([read(resource) for resource in RECORDS[3:]])
    table.sort(Column.TITLE, Qt.SortOrder.DescendingOrder)
    table.toggle(0)
    table.set_filters(Filters(text="co"))
    table.collapse_all()
    table.replace(table.visible()[0], None)
    table.expand_all()
    table.clear()
    assert tester.model() is table


def test_ten_thousand_rows_keep_their_places_under_headings(qtbot: object) -> None:
    """Every record stands under its own heading once, whichever way the pages came in."""
    records = [read(record(number, f"{1990 + number % 35}", title=f"Visit {number % 300}")) for number in range(10_000)]
    table = ProcedureTable()
    table.group_by(Grouping.YEAR)
    for start in range(0, 10_000, 500):
        table.add(records[start : start + 500])
    heading = ""
    seen = set()
    for row in range(table.rowCount()):
        group = table.group_at(row)
        if group is not None:
            heading = group.text
        else:
            procedure = procedure_in(table, row)
            assert heading.startswith(procedure.when.text)
            seen.add(procedure.id)
    assert len(seen) == 10_000
    assert table.rowCount() == 10_035
    assert heading == "1990 (286)"


def test_what_a_filter_does_is_spoken_once_it_rests(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: said.append(event.message()))
    with chart_of(desk, RECORDS):
        pane = desk.window.procedures
        for length in range(1, 12):
            pane.filter.setText("colonoscopy"[:length])
        desk.wait(lambda: bool(said))
        assert said == ["5 of 7 rows hidden by the filter: “colonoscopy”"]
        pane.notice.button.click()
        desk.wait(lambda: len(said) > 1)
        assert said[1:] == ["No filter; all rows are there"]


def test_others_hear_when_another_set_is_shown_and_not_when_it_is_only_arranged(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        pane = desk.window.procedures
        heard: list[int] = []
        pane.visible_changed.connect(lambda: heard.append(len(pane.table.visible())))
        pane.filters.choose(Filters(text="colonoscopy"))
        pane.filters.clear()
        assert heard == [2, 7]
        pane.group_by(Grouping.CODE)
        pane.sort_by(Column.TITLE)
        pane.table.collapse_all()
        assert heard == [2, 7]
        desk.session.close_chart()
        assert heard[2:]
        assert heard[-1] == 0
