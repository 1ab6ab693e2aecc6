"""Rows that follow one another."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.tables.ranges import ranges_where


@given(st.lists(st.booleans()))
def test_ranges_are_all_that_is_wanted_and_as_few_as_there_can_be(wanted: list[bool]) -> None:
    ranges = ranges_where(wanted)
    assert [row for rows in ranges for row in rows] == [row for row, is_wanted in enumerate(wanted) if is_wanted]
    assert all(before.stop < after.start for before, after in pairwise(ranges))
