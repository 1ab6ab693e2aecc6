"""What is found for many rows at once is what looking at each by itself finds."""

import json
from datetime import UTC, datetime
from functools import cmp_to_key

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from procedure_viewer.fhir.procedure import Procedure, read_procedure
from procedure_viewer.fhir.status import Status
from procedure_viewer.fhir.when import When
from procedure_viewer.tables.columns import Column
from procedure_viewer.tables.filters import Filters
from procedure_viewer.tables.procedures import ProcedureTable
from procedure_viewer.tables.repeats import Repeats
from procedure_viewer.tables.sorting import sort_keys

DATES = (
    "",
    "2019",
    "2019-05",
    "2019-05-02",
    "2019-05-02T10:00:00Z",
    "2019-05-02T12:00:00+02:00",
    "0001",
    "9999-12-31",
    "2019-05-02/",
    "2019-05-02/2019-05-03",
    "9999/2019",
)
TITLES = ("", "Biopsy", "biopsy of skin", "Cóloscopy", "Zystoskopie")
STATUSES = ("completed", "not-done", "entered-in-error", "odd")
WORDS = ("", "b", "bi", "bio", "biopsy sk", "2019", "may 2019", "colo", "done", "zzz")


def procedure(number: int, date: str, title: str, status: str) -> Procedure:
    content: dict[str, object] = {"resourceType": "Procedure", "id": str(number), "status": status}
    if "/" in date:
        start, end = date.split("/")
        content["performedPeriod"] = {"start": start} | ({"end": end} if end else {})
    else:
        content["performedDateTime"] = date
    return read_procedure(json.dumps(content | {"code": {"text": title}}).encode())


records = st.lists(
    st.tuples(st.sampled_from(DATES), st.sampled_from(TITLES), st.sampled_from(STATUSES)), min_size=1, max_size=25
).map(lambda chosen: [procedure(number, *one) for number, one in enumerate(chosen)])
filters = st.builds(
    Filters,
    text=st.sampled_from(WORDS),
    statuses=st.sets(st.sampled_from([Status.COMPLETED, Status.NOT_DONE])).map(frozenset),
    first_year=st.sampled_from([None, 2019, 2020]),
    undated=st.booleans(),
)


@given(records, st.lists(filters, max_size=5), st.booleans())
def test_one_filter_after_another(chosen: list[Procedure], steps: list[Filters], errors_shown: bool) -> None:
    table = ProcedureTable()
    table.show_entered_in_error(errors_shown)
    table.add(chosen[:10])
    for step in steps:
        table.set_filters(step)
    table.add(chosen[10:])
    for step in steps:
        table.set_filters(step)
        admitted = [one for one in chosen if errors_shown or not one.entered_in_error]
        passing = [one for one in admitted if not step.active or step.pass_through(one.prepared)]
        assert {one.id for one in table.visible()} == {one.id for one in passing}
        assert (table.hidden_by_filter, table.admitted) == (len(admitted) - len(passing), len(admitted))


def ends(when: When) -> tuple[datetime, datetime]:
    """The stretch that it may lie in."""
    start = when.earliest or when.latest
    assert start is not None
    return start, when.latest or datetime.max.replace(tzinfo=UTC)


@given(records)
def test_dates_are_in_the_order_of_what_they_may_mean(chosen: list[Procedure]) -> None:
    keys = sort_keys(chosen, Column.DATE, Repeats())
    stated = [number for number, one in enumerate(chosen) if one.when.sort_key is not None]
    assert [number for number, key in enumerate(keys) if key is not None] == stated
    by_number = sorted(stated, key=lambda number: keys[number])  # type: ignore[arg-type, return-value]
    assert by_number == sorted(stated, key=lambda number: ends(chosen[number].when))


@given(records)
def test_what_repeats_is_in_the_order_of_how_often(chosen: list[Procedure]) -> None:
    repeats = Repeats()
    for place, one in enumerate(chosen):
        repeats.add(place, one.prepared)
    keys = sort_keys(chosen, Column.REPEATS, repeats)
    for one, key in zip(chosen, keys, strict=True):
        assert (key is None) == (repeats.of(one.prepared) is None)

    def compared(one: int, other: int) -> int:
        a, b = repeats.of(chosen[one].prepared), repeats.of(chosen[other].prepared)
        assert a is not None
        assert b is not None
        return ((a.count, a.at_once) > (b.count, b.at_once)) - ((a.count, a.at_once) < (b.count, b.at_once))

    stated = [number for number, key in enumerate(keys) if key is not None]
    by_number = sorted(stated, key=lambda number: keys[number])  # type: ignore[arg-type, return-value]
    assert by_number == sorted(stated, key=cmp_to_key(compared))


@given(records, st.lists(st.sampled_from(list(Column)), min_size=1, max_size=4))
def test_sorting_what_came_in_parts_gives_what_sorting_all_gives(chosen: list[Procedure], by: list[Column]) -> None:
    in_parts, at_once = ProcedureTable(), ProcedureTable()
    for column in by:
        in_parts.sort(column, Qt.SortOrder.AscendingOrder)
    for at in range(0, len(chosen), 7):
        in_parts.add(chosen[at : at + 7])
    at_once.add(chosen)
    at_once.sort(by[-1], Qt.SortOrder.AscendingOrder)
    keys = sort_keys(chosen, by[-1], in_parts._repeats)
    for table in (in_parts, at_once):
        shown = [keys[int(one.id)] for one in table.visible()]
        stated = [key for key in shown if key is not None]
        assert stated == sorted(stated)  # type: ignore[type-var]
        assert shown[: len(stated)] == stated
