"""What a timeline shows: nothing more than it is given, in the order of time, whatever came first."""

import json
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.chart import dated as dated_module
from procedure_viewer.chart.dated import Dated
from procedure_viewer.fhir.placing import place_of
from procedure_viewer.fhir.procedure import Procedure, read_procedure
from procedure_viewer.fhir.status import Status

DATES = ("", "1998", "2003-06", "2003-06-07", "2003-06-07T10:00:00Z", "2019-01-01", "2019-02-01", "9999", "last spring")


def procedure(number: int, date: str, status: str = "completed") -> Procedure:
    content = {"resourceType": "Procedure", "id": str(number), "status": status, "performedDateTime": date}
    return read_procedure(json.dumps(content).encode())


ALL = [procedure(number, date) for number, date in enumerate(DATES * 3)]


@given(st.lists(st.sets(st.sampled_from(range(len(ALL)))), max_size=6))
def test_what_is_given_is_shown_in_the_order_of_time(steps: list[set[int]]) -> None:
    dated = Dated()
    for step in steps:
        given_now = [ALL[number] for number in step]
        dated.show(given_now)
        assert [*dated.shown] == given_now
        rows = [*dated.long.procedures, *dated.short.procedures, *dated.undated]
        assert sorted(map(id, rows)) == sorted(map(id, given_now))
        assert dated.count == len(given_now) - len(dated.undated)
        for row in (dated.long, dated.short):
            assert list(row.band.anchors) == sorted(row.band.anchors)
            for at, shown in enumerate(row.procedures):
                assert place_of(shown.when) == row.band.places[at]
                assert dated.where(shown) == (row, at)
        for hidden in ALL:
            if all(hidden is not shown for shown in given_now):
                assert dated.where(hidden) is None


def test_a_filter_does_not_move_what_is_left() -> None:
    dated = Dated()
    dated.show(ALL)
    bounds = dated.bounds
    dated.show(ALL[2:3])
    assert dated.bounds == bounds
    dated.clear()
    assert (dated.bounds, dated.shown, dated.count) == (None, (), 0)


def test_the_same_in_another_order_is_no_news() -> None:
    dated = Dated()
    assert dated.show(ALL)
    assert not dated.show(ALL[::-1])
    assert dated.show([*ALL[1:], procedure(0, "1998")])


def test_statuses_are_counted() -> None:
    dated = Dated()
    dated.show([procedure(0, "2019-01-01"), procedure(1, "2019-01-01", "unknown"), procedure(2, "2019-01-02")])
    assert dated.short.statuses(0, 3) == [(Status.COMPLETED, 2), (Status.UNKNOWN, 1)]


def test_the_busiest_year() -> None:
    dated = Dated()
    dated.show([procedure(0, "2018-01-01"), procedure(1, "2019-01-01"), procedure(2, "2019-05-02")])
    assert (dated.years, dated.busiest_year) == ((2018, 2019), 2019)
    dated.show([procedure(0, "2018-01-01"), procedure(1, "2019-01-01")])
    assert dated.busiest_year is None


def test_room_that_changes_while_it_is_put_in_order_counts_at_the_end() -> None:
    dated, many = Dated(), [procedure(0, "2020"), procedure(1, "2021-03-04")]
    steps = 0
    for _ in Dated().showing(many):
        steps += 1
    for change_after in range(steps):
        dated = Dated()
        for at, _ in enumerate(dated.showing(many)):
            if at == change_after:
                dated.put_together(together=True)
        assert (dated.long.procedures, dated.short.procedures) == (many, [])


@given(st.integers(0, 40), st.sampled_from([0, 1, 5]))
def test_what_is_emptied_while_it_is_put_in_order_stays_empty(steps: int, before: int) -> None:
    dated = Dated()
    dated.show(ALL[:before])
    showing = dated.showing(ALL)
    for _ in range(steps):
        if next(showing, "ended") == "ended":
            return
    dated.clear()
    for _ in showing:
        pass
    assert (dated.shown, dated.count, dated.bounds, dated.years) == ((), 0, None, None)


@given(st.lists(st.sets(st.sampled_from(range(len(ALL)))), max_size=5), st.integers(1, 5))
def test_however_many_at_a_time_the_same_is_shown(given_sets: list[set[int]], step: int) -> None:
    plain, sliced = Dated(), Dated()
    for chosen in given_sets:
        plain.show([ALL[number] for number in chosen])
        with patch.object(dated_module, "STEP", step):
            taken = sum(1 for _ in sliced.showing([ALL[number] for number in chosen]))
        assert taken >= len(chosen) / step
        for one, other in ((plain.long, sliced.long), (plain.short, sliced.short)):
            assert list(map(id, one.procedures)) == list(map(id, other.procedures))
            assert list(one.band.anchors) == list(other.band.anchors)
        assert (plain.bounds, plain.years, plain.undated) == (sliced.bounds, sliced.years, sliced.undated)
