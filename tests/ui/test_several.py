"""Several procedures selected at once: with keys and mouse, through sorting, grouping and filters, and in words."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.tables.columns import Column
from procedure_viewer.tables.filters import Filters
from procedure_viewer.tables.grouping import Grouping
from tests.desk import Desk
from tests.listed import answers, chart_of, record, shown
from tests.servers import ScriptedServer, bundle, by_path, reply

RECORDS = [
    record("a", "2023-05-04", title="Colonoscopy"),
    record("b", "2022-04-01", title="Biopsy"),
    record("c", "2022-03-01", title="Appendectomy"),
    record("d", "2021-02-01", title="Biopsy"),
    record("e", "2020-01-01", title="Biopsy", status="entered-in-error"),
]
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


def chosen(desk: Desk) -> list[str]:
    """The ids of what is selected; what is shown in the detail is one of them, or nothing."""
    view = desk.window.procedures.view
    one = view.chosen
    assert one is desk.session.selected
    assert one is desk.window.detail.procedure
    assert one is None or any(one is other for other in view.chosen_all)
    assert view.chosen_count == len(view.chosen_all)
    return [procedure.id for procedure in view.chosen_all]


def looked_at(desk: Desk) -> str:
    """The id of what the detail shows."""
    return desk.session.selected.id if desk.session.selected is not None else ""


def press(desk: Desk, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(desk.window.procedures.view, key, modifiers)


def click(desk: Desk, row: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
    view = desk.window.procedures.view
    place = view.visualRect(view.model().index(row, 1)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifiers, place)


def said(desk: Desk) -> str:
    """What the foot of the window says of it; "" where it can't be seen."""
    label = desk.window.procedures.chosen_text
    assert label.isVisible() is bool(label.text())
    return label.text()


def test_keys_select_several_and_the_detail_follows_the_keys(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        desk.select("a")
        assert said(desk) == ""
        press(desk, Qt.Key.Key_Down, SHIFT)
        assert (chosen(desk), looked_at(desk), said(desk)) == (["a", "b"], "b", "2 of 4 selected")
        press(desk, Qt.Key.Key_A, CTRL)
        assert (chosen(desk), looked_at(desk), said(desk)) == (["a", "b", "c", "d"], "b", "4 of 4 selected")
        press(desk, Qt.Key.Key_Down)
        assert (chosen(desk), looked_at(desk), said(desk)) == (["c"], "c", "")
        press(desk, Qt.Key.Key_Down, CTRL)
        assert (chosen(desk), looked_at(desk)) == (["c"], "c"), "the frame went on, what is selected did not"
        press(desk, Qt.Key.Key_Space, CTRL)
        assert (chosen(desk), looked_at(desk)) == (["c", "d"], "d")


def test_the_mouse_selects_several(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        click(desk, 0)
        click(desk, 2, CTRL)
        assert (chosen(desk), looked_at(desk)) == (["a", "c"], "c")
        click(desk, 3, SHIFT)
        assert (chosen(desk), looked_at(desk)) == (["a", "c", "d"], "d")
        click(desk, 3, CTRL)
        assert (chosen(desk), looked_at(desk)) == (["a", "c"], "a")
        view = desk.window.procedures.view
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, NONE, view.viewport().rect().bottomLeft())
        assert chosen(desk) == ["a", "c"], "beside the rows nothing is meant"


def test_going_from_several_to_one_shows_no_third_on_the_way(desk: Desk) -> None:
    shown_ones: list[Procedure | None] = []
    with chart_of(desk, RECORDS):
        click(desk, 0)
        click(desk, 2, SHIFT)
        desk.window.procedures.selected.connect(shown_ones.append)
        click(desk, 3)
        assert [one.id if one is not None else "" for one in shown_ones] == ["d"]


def test_a_range_is_looked_at_once(desk: Desk) -> None:
    """Each record that is looked at may be asked about: those in between are not."""
    shown_ones: list[Procedure | None] = []
    with chart_of(desk, RECORDS):
        click(desk, 0)
        desk.window.procedures.selected.connect(shown_ones.append)
        click(desk, 3, SHIFT)
        assert chosen(desk) == ["a", "b", "c", "d"]
        press(desk, Qt.Key.Key_A, CTRL)
        press(desk, Qt.Key.Key_Home, SHIFT)
        assert [one.id if one is not None else "" for one in shown_ones] == ["d", "a"]


def test_what_is_selected_stays_so_while_it_has_a_row(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        pane = desk.window.procedures
        click(desk, 1)
        click(desk, 2, CTRL)
        pane.sort_by(Column.TITLE)
        assert (chosen(desk), looked_at(desk)) == (["c", "b"], "c")
        pane.group_by(Grouping.YEAR)
        assert sorted(chosen(desk)) == ["b", "c"]
        pane.group_by(Grouping.NONE)
        pane.filters.choose(Filters(text="biopsy"))
        assert (chosen(desk), looked_at(desk), said(desk)) == (["b"], "b", ""), "what the filter hides is not selected"
        press(desk, Qt.Key.Key_A, CTRL)
        pane.filters.clear()
        assert sorted(chosen(desk)) == ["b", "d"]
        assert said(desk) == "2 of 4 selected"
        pane.errors.setChecked(True)
        assert said(desk) == "2 of 5 selected"
        press(desk, Qt.Key.Key_A, CTRL)
        assert said(desk) == "5 of 5 selected"
        pane.errors.setChecked(False)
        assert sorted(chosen(desk)) == ["a", "b", "c", "d"]


def test_a_closed_heading_stands_for_its_members_and_an_open_one_for_nothing(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        pane, view = desk.window.procedures, desk.window.procedures.view
        pane.group_by(Grouping.YEAR)
        assert shown(desk) == ["[2023 (1)]", "a", "[2022 (2)]", "b", "c", "[2021 (1)]", "d"]
        view.selectRow(2)
        assert (chosen(desk), said(desk)) == ([], "")
        press(desk, Qt.Key.Key_Left)
        assert (chosen(desk), said(desk)) == (["b", "c"], "2 of 4 selected")
        press(desk, Qt.Key.Key_Right)
        assert (chosen(desk), said(desk)) == (["b", "c"], "2 of 4 selected"), "they have rows again"
        view.selectRow(0)
        press(desk, Qt.Key.Key_Left)
        assert (chosen(desk), said(desk)) == (["a"], "1 of 4 selected"), "the detail doesn't show it"
        press(desk, Qt.Key.Key_A, CTRL)
        assert chosen(desk) == ["a", "b", "c", "d"]


def test_closing_all_headings_keeps_what_they_can_stand_for(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        pane = desk.window.procedures
        pane.group_by(Grouping.YEAR)
        desk.select("a")
        click(desk, 3, CTRL)
        assert chosen(desk) == ["a", "b"]
        menu = pane.filters.view.menu()
        menu.aboutToShow.emit()
        {action.objectName(): action for action in menu.actions()}["closeGroups"].trigger()
        assert chosen(desk) == ["a"], "the heading of 2022 would stand for one more"
        menu.aboutToShow.emit()
        {action.objectName(): action for action in menu.actions()}["openGroups"].trigger()
        assert chosen(desk) == ["a"]


def test_a_record_that_is_read_again_stays_selected_among_others(desk: Desk) -> None:
    fresh = record("c", "2022-03-02", title="Appendectomy, once more")
    served = by_path(
        {
            "/Patient": reply(200, bundle([{"resourceType": "Patient", "id": "alice"}], total=1)),
            "/Procedure": reply(200, bundle(RECORDS, total=len(RECORDS))),
            "/Procedure/c": reply(200, fresh),
        }
    )
    with ScriptedServer(served) as server:
        desk.connect(server.url)
        desk.read_chart("alice")
        click(desk, 0)
        click(desk, 2, SHIFT)
        desk.window.actions_by_name["refresh"].trigger()
        desk.wait(lambda: not desk.session.busy)
        assert (chosen(desk), looked_at(desk)) == (["a", "b", "c"], "c")
        assert desk.session.selected is not None
        assert desk.session.selected.title.endswith("once more")


def test_another_chart_has_nothing_selected(desk: Desk) -> None:
    with ScriptedServer(answers(alice=RECORDS, bob=[record("z", "2020", patient="bob")])) as server:
        desk.connect(server.url)
        desk.read_chart("alice")
        click(desk, 0)
        press(desk, Qt.Key.Key_A, CTRL)
        assert said(desk) == "4 of 4 selected"
        desk.find("bob")
        seen: list[int] = []
        desk.session.chart_opened.connect(lambda: seen.append(desk.window.procedures.view.chosen_count))
        desk.open_first()
        desk.wait_for_chart()
        assert seen == [0]
        assert (chosen(desk), said(desk)) == ([], "")


def test_many_stay_selected_while_their_rows_move(desk: Desk) -> None:
    records = [
        record(f"r{number}", f"{1900 + number % 100}", title=f"Title {number % 7} {'even' if number % 2 else 'odd'}")
        for number in range(600)
    ]
    with chart_of(desk, records):
        pane = desk.window.procedures
        pane.filters.choose(Filters(text="even"))
        press(desk, Qt.Key.Key_Home)
        press(desk, Qt.Key.Key_A, CTRL)
        before = {id(one) for one in pane.view.chosen_all}
        pane.filters.clear()
        looked_at_before = looked_at(desk)
        for column in Column:
            pane.sort_by(column)
            assert {id(one) for one in pane.view.chosen_all} == before
            assert looked_at(desk) == looked_at_before
        assert len(chosen(desk)) == len(before) == 300
