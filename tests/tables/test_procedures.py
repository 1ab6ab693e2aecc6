"""The procedure table: order, filter, and what is hidden."""

import json

import msgspec
import pytest
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from procedure_viewer.fhir.procedure import Procedure, read_procedure
from procedure_viewer.tables.columns import Column
from procedure_viewer.tables.filters import Filters, choices_in
from procedure_viewer.tables.procedures import ProcedureTable
from tests.listed import procedure_in


def record(identifier: str, performed: str | None = None, text: str = "Biopsy", status: str = "completed") -> Procedure:
    resource: dict[str, object] = {
        "resourceType": "Procedure",
        "id": identifier,
        "status": status,
        "code": {"text": text},
        "subject": {"reference": "Patient/alice"},
    }
    if performed is not None:
        resource["performedDateTime"] = performed
    return read_procedure(json.dumps(resource).encode())


@pytest.fixture
def table() -> ProcedureTable:
    return ProcedureTable()


def ids(table: ProcedureTable) -> list[str]:
    return [procedure_in(table, row).id for row in range(table.rowCount())]


def test_qt_finds_no_fault_with_the_model(table: ProcedureTable) -> None:
    tester = QAbstractItemModelTester(table, QAbstractItemModelTester.FailureReportingMode.Fatal)
    table.add([record("1", "2020"), record("2")])
    table.add([record("3", "2021"), record("4", "2019", status="entered-in-error")])
    table.sort(Column.DATE, Qt.SortOrder.AscendingOrder)
    table.set_filters(Filters("biopsy"))
    table.show_entered_in_error(True)
    table.replace(procedure_in(table, 0), record("2", "2022"))
    table.replace(procedure_in(table, 0), None)
    table.clear()
    assert tester.model() is table


@pytest.mark.parametrize("order", [Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder])
def test_missing_dates_stand_last_in_both_directions(table: ProcedureTable, order: Qt.SortOrder) -> None:
    table.add([record("none"), record("old", "1999-01-01"), record("new", "2024-05-06"), record("none2")])
    table.sort(Column.DATE, order)
    expected = ["old", "new"] if order is Qt.SortOrder.AscendingOrder else ["new", "old"]
    assert ids(table) == [*expected, "none", "none2"]


def test_sorting_is_stable(table: ProcedureTable) -> None:
    table.add([record(str(number), text="same") for number in range(20)])
    table.sort(Column.TITLE, Qt.SortOrder.DescendingOrder)
    assert ids(table) == [str(number) for number in range(20)]


def test_the_selection_follows_its_procedure(table: ProcedureTable) -> None:
    table.add([record("a", "2020"), record("b", "2021")])
    table.sort(Column.DATE, Qt.SortOrder.AscendingOrder)
    selection = QItemSelectionModel(table)
    selection.select(
        table.index(0, 0), QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    )
    index = QPersistentModelIndex(table.index(0, 0))
    table.add([record("c", "2019"), record("d", "2018")])
    assert ids(table) == ["d", "c", "a", "b"]
    assert procedure_in(table, index.row()).id == "a"
    assert [procedure_in(table, i.row()).id for i in selection.selectedRows()] == ["a"]


def test_every_word_of_the_filter_must_occur_somewhere(table: ProcedureTable) -> None:
    table.add(
        [record("1", "2020", "Biopsy of skin"), record("2", "2021", "Biopsy of liver"), record("3", text="X-ray")]
    )
    table.set_filters(Filters("BIOPSY 2021"))
    assert ids(table) == ["2"]
    assert table.hidden_by_filter == 2
    table.set_filters(Filters(""))
    assert table.hidden_by_filter == 0
    assert len(ids(table)) == 3


def test_entered_in_error_is_hidden_until_asked_for_and_struck_through(table: ProcedureTable) -> None:
    table.add([record("1"), record("2", status="entered-in-error")])
    assert ids(table) == ["1"]
    assert table.hidden_by_filter == 0
    table.show_entered_in_error(True)
    assert ids(table) == ["1", "2"]
    font = table.index(1, Column.TITLE).data(Qt.ItemDataRole.FontRole)
    assert font.strikeOut()
    assert table.index(0, Column.TITLE).data(Qt.ItemDataRole.FontRole) is None


def test_absurd_years_are_counted_without_looking_at_all_records_for_each() -> None:
    looked_at = []

    class Year(int):
        def __lt__(self, other: int) -> bool:
            looked_at.append(self)
            return int(self) < int(other)

        def __le__(self, other: int) -> bool:
            looked_at.append(self)
            return int(self) <= int(other)

    spans = [(1 + number, 9_000 - number) for number in range(1_000)]
    row = record("1", "2020").prepared
    rows = [msgspec.structs.replace(row, first_year=Year(first), last_year=Year(last)) for first, last in spans]
    years = choices_in(rows).years
    assert list(years) == sorted({year for span in spans for year in span}, reverse=True)
    assert (years[1], years[1_000], years[8_001], years[8_002], years[9_000]) == (1, 1_000, 1_000, 999, 1)
    assert len(looked_at) < 100 * len(rows)


def test_each_year_counts_all_that_may_lie_in_it() -> None:
    dates = ("2019", "2020-05", "2020", "2021-01-01", None)
    rows = [record(str(number), date).prepared for number, date in enumerate(dates)]
    choices = choices_in(rows)
    assert (choices.years, choices.undated) == ({2021: 1, 2020: 2, 2019: 1}, 1)
