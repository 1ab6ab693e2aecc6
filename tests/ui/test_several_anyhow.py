"""Whatever is done with the list, what is selected is what a plain set of records says it is, and can be seen."""

import json
from unittest.mock import patch

from hypothesis import example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QApplication

from procedure_viewer.fhir.procedure import Procedure, read_procedure
from procedure_viewer.tables.columns import Column
from procedure_viewer.tables.filters import Filters
from procedure_viewer.tables.grouping import Grouping
from procedure_viewer.tables.procedures import GROUP_ROLE, ProcedureTable
from procedure_viewer.ui import several_rows
from procedure_viewer.ui.procedure_list import ProcedureList
from tests.listed import procedure_in, record

WORDS = ("biopsy", "scan", "visit")
NUMBERS = st.integers(0, 40)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("pick", "add", "sort", "group", "filter", "errors", "toggle", "toggle", "all")), NUMBERS
    ),
    max_size=12,
)
_Flag = QItemSelectionModel.SelectionFlag


def made(number: int) -> Procedure:
    """Every fourth was entered in error."""
    title = f"{WORDS[number % 3]} {number % 5}"
    status = "completed" if number % 4 else "entered-in-error"
    performed = f"{2020 + number % 4}" if number % 7 else None
    return read_procedure(json.dumps(record(number, performed, status=status, title=title)).encode())


def seen_as_selected(view: ProcedureList, table: ProcedureTable) -> list[int]:
    """By looking at each row."""
    found = []
    for row in range(table.rowCount()):
        index = table.index(row, 0)
        if not view.selectionModel().isSelected(index):
            continue
        group = table.group_at(row)
        if group is None:
            found.append(id(procedure_in(table, row)))
        elif not index.data(GROUP_ROLE):
            found += [id(table._procedures[place]) for place in group.members]
    return found


@settings(max_examples=250)
@given(st.integers(0, 15), STEPS, st.booleans())
@example(14, [("add", 4), ("toggle", 2), ("all", 0), ("errors", 1)], False)
def test_what_is_selected_is_what_can_be_seen(
    qapp: QApplication, count: int, steps: list[tuple[str, int]], many: bool
) -> None:
    with patch.object(several_rows, "MANY", 1 if many else 200):
        go_through(count, steps)


def go_through(count: int, steps: list[tuple[str, int]]) -> None:
    """All steps, with a look after each."""
    table = ProcedureTable()
    view = ProcedureList(table)
    table.add([made(number) for number in range(count)])
    table.group_by(list(Grouping)[count % 3])
    for what, number in steps:
        chosen = {id(one) for one in view.chosen_all}
        row = number % max(1, table.rowCount())
        if what == "toggle":  # a heading, where there are any
            headings = [one for one in range(table.rowCount()) if table.group_at(one) is not None]
            row = headings[number % len(headings)] if headings else row
        group, grows = table.group_at(row), set[int]()
        heading_chosen = group is not None and view.selectionModel().isSelected(table.index(row, 0))
        match what:
            case "pick" if table.rowCount():
                view.selectionModel().select(table.index(row, 0), _Flag.Toggle | _Flag.Rows)
            case "all":
                view.selectAll()
            case "add":
                grows = _under_chosen_headings(view, table)
                table.add([made(100 + number), made(200 + number)])
                grows = _under_chosen_headings(view, table) | grows
            case "sort":
                view.sortByColumn(Column(number % 6), Qt.SortOrder(number % 2))
            case "group":
                with view.keeping():
                    table.group_by(list(Grouping)[number % 3])
            case "filter":
                with view.keeping():
                    table.set_filters(Filters(text=(*WORDS, "")[number % 4]))
                chosen -= _under_headings_with_others(table, chosen)
            case "errors":
                with view.keeping():
                    table.show_entered_in_error(bool(number % 2))
                chosen -= _under_headings_with_others(table, chosen)
            case "toggle" if group is not None:
                closes = table.is_open(group)
                members = {id(table._procedures[place]) for place in group.members}
                view.toggle(row)
                if closes:
                    chosen = chosen | members if heading_chosen else chosen - members
        assert not view.in_flux
        after = {id(one) for one in view.chosen_all}
        visible = [id(one) for one in table.visible()]
        if what == "all":
            assert after == set(visible)
        elif what in ("group", "filter", "errors"):
            assert after == _with_a_place(table, chosen)
        elif what != "pick":
            assert after - grows == chosen - grows
        ordered = [id(one) for one in view.chosen_all]
        assert ordered == seen_as_selected(view, table) == [one for one in visible if one in after]
        assert view.chosen_count == len(ordered)
        assert view.chosen is None or id(view.chosen) in after
    view.deleteLater()


def _with_a_place(table: ProcedureTable, chosen: set[int]) -> set[int]:
    """Those that have a row, or stand under a closed heading together with none but such."""
    found: set[int] = set()
    for row in range(table.rowCount()):
        group = table.group_at(row)
        if group is None:
            found |= {id(procedure_in(table, row))} & chosen
        elif not table.is_open(group):
            members = {id(table._procedures[place]) for place in group.members}
            found |= members if members <= chosen else set()
    return found


def _under_chosen_headings(view: ProcedureList, table: ProcedureTable) -> set[int]:
    rows = (row for row in range(table.rowCount()) if view.selectionModel().isSelected(table.index(row, 0)))
    groups = (table.group_at(row) for row in rows)
    return {id(table._procedures[place]) for group in groups if group is not None for place in group.members}


def _under_headings_with_others(table: ProcedureTable, chosen: set[int]) -> set[int]:
    """What closed headings have beside members that were not chosen: such a heading can't stand for some of them."""
    found = set()
    for group in table._groups:
        members = {id(table._procedures[place]) for place in group.members}
        if not table.is_open(group) and not members <= chosen:
            found |= members
    return found
