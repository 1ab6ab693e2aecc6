"""The calendar in pieces, for marks that stand too close together: each kind of cell lies inside of the next larger.

So what is in one cell on a closer look was in one cell before, and a group's borders are those of years, months, days.
"""

from bisect import bisect_right
from datetime import MAXYEAR, MINYEAR, date
from typing import Final, Protocol

from procedure_viewer.fhir.placing import DAY, HOUR, date_at

_MINUTE: Final = 60
_END: Final = date.max.toordinal() * DAY


class Cells(Protocol):
    """One way to cut time into cells, which are numbered."""

    shortest: int
    """Seconds in the shortest of them."""

    def number(self, time: int) -> int:
        """Which cell a time lies in."""

    def start(self, number: int) -> int:
        """Where a cell begins; the one before ends there."""


class _Seconds:
    """Cells of a day and less, all as long."""

    def __init__(self, length: int) -> None:
        self.shortest = length

    def number(self, time: int) -> int:
        return time // self.shortest

    def start(self, number: int) -> int:
        return number * self.shortest


class _DaysOfMonth:
    """A month in pieces that begin on these days of it."""

    def __init__(self, *first_days: int) -> None:
        self._first_days = first_days
        ends = (*first_days[1:], 29)
        self.shortest = min(end - start for start, end in zip(first_days, ends, strict=True)) * DAY

    def number(self, time: int) -> int:
        day = date_at(time)
        piece = bisect_right(self._first_days, day.day) - 1
        return _month(day) * len(self._first_days) + piece

    def start(self, number: int) -> int:
        month, piece = divmod(number, len(self._first_days))
        return _start_of_month(month) + (self._first_days[piece] - 1) * DAY


class _Months:
    """So many months, from a January on."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.shortest = count * 28 * DAY

    def number(self, time: int) -> int:
        return _month(date_at(time)) // self._count

    def start(self, number: int) -> int:
        return _start_of_month(number * self._count)


SIZES: Final[tuple[Cells, ...]] = (
    *(_Seconds(minutes * _MINUTE) for minutes in (1, 5, 15, 30)),
    *(_Seconds(hours * HOUR) for hours in (1, 3, 6, 12, 24)),
    _DaysOfMonth(1, 3, 6, 8, 11, 13, 16, 18, 21, 23, 26),
    _DaysOfMonth(1, 6, 11, 16, 21, 26),
    _DaysOfMonth(1, 16),
    *(_Months(months) for months in (1, 3, 6)),
    *(_Months(years * 12) for years in (1, 2, 4, 8, 24, 72, 216, 648, 1_944, 5_832)),
)
"""From the smallest on; each is inside of the next."""


def cells_of(length: float) -> Cells:
    """The smallest cells that all are at least so many seconds long; the largest there are, if none is."""
    return next((cells for cells in SIZES if cells.shortest >= length), SIZES[-1])


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _start_of_month(month: int) -> int:
    if month < MINYEAR * 12:
        return 0
    if month >= (MAXYEAR + 1) * 12:
        return _END
    return (date(month // 12, month % 12 + 1, 1).toordinal() - 1) * DAY
