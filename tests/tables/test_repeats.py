"""What a chart has more than once is said: by code, else by words; and what has one date besides."""

import json

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from procedure_viewer.fhir.procedure import read_procedure
from procedure_viewer.fhir.when import read_when
from procedure_viewer.tables.columns import Column, short_dates
from procedure_viewer.tables.procedures import ProcedureTable
from tests.listed import CPT, HCPCS, procedure_in, record

CODE = (CPT, "45378")


@pytest.fixture
def table(qtbot: QtBot) -> ProcedureTable:
    table = ProcedureTable()
    table.show_entered_in_error(True)
    return table


def fill(table: ProcedureTable, *records: dict[str, object]) -> None:
    table.add([read_procedure(json.dumps(resource).encode()) for resource in records])


def repeats(table: ProcedureTable) -> dict[str, str]:
    rows = range(table.rowCount())
    return {procedure_in(table, row).id: str(table.index(row, Column.REPEATS).data()) for row in rows}


def told(table: ProcedureTable, identifier: str) -> str:
    row = next(row for row in range(table.rowCount()) if procedure_in(table, row).id == identifier)
    return str(table.index(row, Column.REPEATS).data(Qt.ItemDataRole.AccessibleTextRole))


def test_by_code_whatever_the_words_and_by_words_where_there_is_no_code(table: ProcedureTable) -> None:
    fill(
        table,
        record(1, "2020", title="Colonoscopy", code=CODE),
        record(2, "2021", title="Coloscopy", code=CODE),
        record(3, "2021", title="Something", code=(HCPCS, "45378")),
        record(4, "2021", title="Visite à domicile"),
        record(5, "2022", title=" visite  a DOMICILE "),
        record(6, "2022"),
        record(7, "2022"),
        record(8, "2022", title="Colonoscopy"),
    )
    assert repeats(table) == {"1": "2×", "2": "2×", "3": "", "4": "2×", "5": "2×", "6": "", "7": "", "8": ""}
    assert told(table, "1") == "Times: 2 records in this chart have this code: 2021 (Completed); 2020 (Completed)."
    assert told(table, "4").startswith("Times: 2 records in this chart have these words: ")
    assert told(table, "6") == "Times: Once in this chart, as far as its code or its words tell"


def test_what_comes_later_makes_earlier_records_repeat(table: ProcedureTable) -> None:
    table.sort(Column.REPEATS, Qt.SortOrder.DescendingOrder)
    fill(table, record(1, "2020", code=CODE), record(2, "2021", title="X-ray"))
    fill(table, record(3, "2022", code=CODE), record(4, "2022", title="X-ray"), record(5, "2019", title="X-ray"))
    assert repeats(table) == {"1": "2×", "3": "2×", "2": "3×", "4": "3×", "5": "3×"}
    assert [procedure.id for procedure in table.visible()] == ["2", "4", "5", "1", "3"]
    table.replace(table.visible()[0], None)
    assert repeats(table) == {"1": "2×", "3": "2×", "4": "2×", "5": "2×"}


def test_one_date_is_said_in_words_and_nothing_is_merged(table: ProcedureTable) -> None:
    fill(
        table,
        record("day", "2023-04-05", code=CODE),
        record("same day", "2023-04-05", code=CODE),
        record("not done", "2023-04-05", status="not-done", code=CODE),
        record("withdrawn", "2023-04-05", status="entered-in-error", code=CODE),
        record("year", "2023", code=CODE),
        record("same year", "2023", code=CODE),
        record("minute", "2023-04-05T10:00:00Z", title="X-ray"),
        record("same minute", "2023-04-05T12:00:00+02:00", title="X-ray"),
    )
    said = repeats(table)
    assert said["day"] == said["same day"] == "5×, 2 same date, 1 not done"
    assert said["not done"] == "5×, 1 not done"
    assert said["year"] == "5×, 1 not done", "two of one year may well be two"
    assert said["minute"] == said["same minute"] == "2×, 2 same time"
    assert said["withdrawn"] == ""
    assert told(table, "withdrawn") == "Times: Not counted: entered in error"
    assert told(table, "day").endswith("2 of them have this very date: perhaps one procedure, recorded twice.")
    assert table.rowCount() == 8


def test_a_tooltip_lists_some_and_counts_the_rest(table: ProcedureTable) -> None:
    fill(table, *(record(number, f"{2000 + number}", code=CODE) for number in range(20)))
    text = told(table, "0")
    assert "2019 (Completed); 2018 (Completed)" in text
    assert text.endswith("2008 (Completed); and 8 more.")


@pytest.mark.parametrize(
    ("performed", "expected"),
    [
        ("2023", ("2023 …",)),
        ("2023-04-05T10:00:00+02:00", ("05 Apr 2023, 10:00 …", "05 Apr 2023 …")),
        (
            {"start": "2023-04-05T10:00:00Z", "end": "2023-04-05T11:00:00Z"},
            ("05 Apr 2023, 10:00 to 11:00 …", "05 Apr 2023 …"),
        ),
        ({"start": "2023-04-05T10:00:00Z", "end": "2023-04-07"}, ("05 Apr 2023 to 07 Apr 2023 …", "05 Apr 2023 to …")),
        ({"start": "2023-04"}, ("from Apr 2023 …",)),
        ({"end": "2023-04"}, ("until Apr 2023 …",)),
        ({"start": "2023-04-07", "end": "2023-04-05"}, ()),
        ({"start": "yesterday", "end": "2023-04-05"}, ("until 05 Apr 2023 …",)),
        ({}, ()),
    ],
)
def test_a_short_date_says_less_and_never_else(performed: object, expected: tuple[str, ...]) -> None:
    assert short_dates(read_when(record(1, performed))) == expected
