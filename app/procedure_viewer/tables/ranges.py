"""Rows that follow one another."""

from collections.abc import Iterable


def ranges_where(wanted: Iterable[bool]) -> list[range]:
    """The rows, counted from 0, that are wanted; as few ranges as there can be, from the top."""
    ranges: list[range] = []
    first, row = -1, -1
    for row, is_wanted in enumerate(wanted):
        if is_wanted and first < 0:
            first = row
        elif not is_wanted and first >= 0:
            ranges.append(range(first, row))
            first = -1
    return [*ranges, range(first, row + 1)] if first >= 0 else ranges
