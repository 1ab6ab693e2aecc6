"""Rule 13: partial dates stand by the interval that they cover, missing ones last both ways; sorting is stable.

The order is compared with an oracle that knows each interval because it made the date, and reads none.
"""

import calendar
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from procedure_viewer.fhir.procedure import Procedure, read_procedure
from procedure_viewer.tables.columns import Column
from procedure_viewer.tables.filters import Filters
from procedure_viewer.tables.grouping import Grouping
from procedure_viewer.tables.procedures import ProcedureTable
from tests.desk import Desk
from tests.listed import chart_of, record, shown

END = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Made:
    """A date as it stands in a record, and the first and the last moment that it may mean."""

    text: str
    first: datetime
    last: datetime


@st.composite
def dates(draw: st.DrawFn) -> Made:
    year, month, day = draw(st.integers(2021, 2023)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    hour, offset = draw(st.integers(0, 23)), draw(st.sampled_from([-12, -5, 0, 2, 14]))
    match draw(st.sampled_from(["year", "month", "day", "minute"])):
        case "year":
            return Made(f"{year}", datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC) - TICK)
        case "month":
            last = calendar.monthrange(year, month)[1]
            start = datetime(year, month, 1, tzinfo=UTC)
            return Made(f"{year}-{month:02}", start, start + timedelta(days=last) - TICK)
        case "day":
            start = datetime(year, month, day, tzinfo=UTC)
            return Made(f"{year}-{month:02}-{day:02}", start, start + timedelta(days=1) - TICK)
    start = datetime(year, month, day, hour, 30, tzinfo=UTC) - timedelta(hours=offset)
    sign = "-" if offset < 0 else "+"
    text = f"{year}-{month:02}-{day:02}T{hour:02}:30:00{sign}{abs(offset):02}:00"
    return Made(text, start, start + timedelta(seconds=1) - TICK)


@st.composite
def performed(draw: st.DrawFn) -> tuple[dict[str, object], tuple[datetime, datetime] | None]:
    """What a record says of its time, and what it is to be sorted by; None for what has no place in time."""
    one, other = draw(dates()), draw(dates())
    match draw(st.sampled_from(["date", "period", "open end", "open start", "age", "string", "absent"])):
        case "date":
            return {"performedDateTime": one.text}, (one.first, one.last)
        case "period":
            if other.last < one.first:
                one, other = other, one
            return {"performedPeriod": {"start": one.text, "end": other.text}}, (one.first, other.last)
        case "open end":
            return {"performedPeriod": {"start": one.text}}, (one.first, END)
        case "open start":
            return {"performedPeriod": {"end": one.text}}, (one.last, one.last)
        case "age":
            return {"performedAge": {"value": 40, "unit": "a", "code": "a"}}, None
        case "string":
            return {"performedString": f"about {one.text}"}, None
    return {}, None


titles = st.sampled_from(["Biopsy", "appendectomy", "Zoledronic acid", "Ärztliche Visite", ""])
rows = st.lists(st.tuples(performed(), titles, st.booleans()), max_size=14)
Row = tuple[tuple[dict[str, object], tuple[datetime, datetime] | None], str, bool]


def read(number: int, row: Row) -> Procedure:
    resource = record(number, title=row[1], status="entered-in-error" if row[2] else "completed") | row[0][0]
    return read_procedure(json.dumps(resource).encode())


def sorted_by_date(made: list[Row], before: list[int], *, descending: bool) -> list[int]:
    """The oracle: insertion, one at a time, behind all that may not stand behind it."""
    placed: list[int] = []
    for number in before:
        key = made[number][0][1]
        at = len(placed)
        while at > 0:
            other = made[placed[at - 1]][0][1]
            if key is None or (other is not None and (other >= key if descending else other <= key)):
                break
            at -= 1
        placed.insert(at, number)
    return placed


def ids(table: ProcedureTable) -> list[int]:
    return [int(procedure.id) for procedure in table.visible()]


@given(rows, st.booleans(), st.integers(0, 14), st.sampled_from(Grouping))
@pytest.mark.usefixtures("qapp")
def test_the_order_is_that_of_the_oracle(made: list[Row], descending: bool, cut: int, grouping: Grouping) -> None:
    """However the pages come; hiding rows, showing them and dividing them into groups changes nothing in it."""
    order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
    table = ProcedureTable()
    table.show_entered_in_error(True)
    table.sort(Column.DATE, order)
    records = [read(number, row) for number, row in enumerate(made)]
    table.add(records[:cut])
    table.add(records[cut:])
    expected = sorted_by_date(made, list(range(len(made))), descending=descending)
    assert ids(table) == expected
    table.set_filters(Filters(text="biopsy"))
    assert ids(table) == [number for number in expected if made[number][1] == "Biopsy"]
    table.set_filters(Filters())
    table.show_entered_in_error(False)
    table.group_by(grouping)
    for row in range(table.rowCount()):
        group = table.group_at(row)
        if group is not None:
            members = [int(records[place].id) for place in group.members]
            assert members == [number for number in expected if number in members]
    table.group_by(Grouping.NONE)
    table.show_entered_in_error(True)
    assert ids(table) == expected


@given(rows, st.booleans())
@pytest.mark.usefixtures("qapp")
def test_what_is_equal_in_a_column_keeps_the_order_it_stood_in(made: list[Row], descending: bool) -> None:
    order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
    table = ProcedureTable()
    table.show_entered_in_error(True)
    table.add([read(number, row) for number, row in enumerate(made)])
    table.sort(Column.DATE, Qt.SortOrder.AscendingOrder)
    before = ids(table)
    for column in Column:
        table.sort(column, order)
        position = {number: place for place, number in enumerate(before)}
        texts = {number: str(table.index(row, column).data()) for row, number in enumerate(ids(table))}
        after = ids(table)
        for one, other in pairwise(after):
            same = texts[one] == texts[other] if column is not Column.DATE else made[one][0][1] == made[other][0][1]
            assert not same or position[one] < position[other], column
        before = after


@given(rows, st.booleans())
@pytest.mark.usefixtures("qapp")
def test_groups_stand_by_year_and_what_is_not_dated_last(made: list[Row], descending: bool) -> None:
    table = ProcedureTable()
    table.show_entered_in_error(True)
    table.sort(Column.DATE, Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder)
    table.add([read(number, row) for number, row in enumerate(made)])
    table.group_by(Grouping.YEAR)
    names = [group.name for row in range(table.rowCount()) if (group := table.group_at(row)) is not None]
    years = [name for name in names if name != "Not dated"]
    assert years == sorted(years, reverse=descending)
    assert ("Not dated" in names) == any(row[0][1] is None for row in made)
    assert "Not dated" not in names[:-1]


def test_the_window_sorts_by_its_header_and_missing_dates_stay_last(desk: Desk) -> None:
    records = [
        record("none"),
        record("2020", "2020"),
        record("feb", "2020-02"),
        record("day", "2020-02-01"),
        record("span", {"start": "2020-02-01", "end": "2020-04-01"}),
        record("open", {"start": "2020-02-01"}),
        record("until", {"end": "2019-12"}),
        record("none2"),
    ]
    oldest = ["until", "2020", "day", "feb", "span", "open"]
    with chart_of(desk, records):
        assert shown(desk) == [*reversed(oldest), "none", "none2"]
        QTest.keyClick(desk.window, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
        desk.window.procedures.view.setFocus()
        desk.wait(lambda: shown(desk) == [*oldest, "none", "none2"])
