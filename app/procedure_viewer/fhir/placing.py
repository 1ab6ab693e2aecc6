"""Where a procedure stands on the timeline, as far as its record says when it was done.

Places are counted in whole seconds from 1 January of the year 1 by the record's own clock: what reads "20 Sep 2023,
21:18 -05:00" stands over 20 Sep 2023 on every machine, and a date without a time is that calendar day everywhere.
"""

from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from procedure_viewer.fhir.moment import Moment
from procedure_viewer.fhir.when import When

_SECOND: Final = 1_000_000
"""Microseconds."""
HOUR: Final = 3_600
DAY: Final = 24 * HOUR

_YEARS: Final[dict[int, int]] = {}
"""One object for each year, of which every procedure has one."""
_FIRST: Final = 1850
_LAST: Final = 2200
"""Years beyond which the end of a period says that nobody knows: "0001-01-01", "9999-12-31"."""


class Place(msgspec.Struct, frozen=True, gc=False):
    """A stretch of time, in seconds from the beginning of the year 1; `end` is exclusive."""

    start: int
    end: int
    lasts: bool = False
    """It went on from start to end; otherwise it was done somewhere in between."""
    open_start: bool = False
    """It lasts, and nobody knows since when: only its end is known."""
    open_end: bool = False
    """It lasts, and nobody knows until when: only its start is known."""

    @property
    def anchor(self) -> int:
        """Where its mark stands: the start of what lasts (or the end, where only that is known), else the middle."""
        if self.lasts:
            return self.end - 1 if self.open_start else self.start
        return (self.start + self.end) // 2

    @property
    def is_long(self) -> bool:
        """Whether it takes more than a day, or may: on no scale is it a mere point."""
        return self.end - self.start > DAY or self.open_start or self.open_end

    @property
    def year(self) -> int:
        """The calendar year of its mark."""
        return year_of(self.anchor)


def place_of(when: When) -> Place | None:
    """The place of what `when` says; None where it names no date."""
    one = when.moments[0] if len(when.moments) == 1 else None
    if one is not None and when.earliest is one.earliest and when.latest is one.latest:
        return _place_of_one(one, when)
    earliest, latest = _by_own_clock(when.earliest, when), _by_own_clock(when.latest, when)
    if earliest is not None and latest is not None:
        start, end = seconds_to(earliest), seconds_to(latest) + 1
        is_one_date = one is not None and (one.earliest, one.latest) == (when.earliest, when.latest)
        return _with_known_ends(Place(start, max(start + 1, end), lasts=not is_one_date), when)
    if earliest is not None:
        known = _by_own_clock(one.latest, when) if one is not None else None
        start = seconds_to(earliest)
        return Place(start, max(start, seconds_to(known or earliest)) + 1, lasts=True, open_end=True)
    if latest is not None:
        known = _by_own_clock(one.earliest, when) if one is not None else None
        end = seconds_to(latest)
        return Place(min(end, seconds_to(known or latest)), end + 1, lasts=True, open_start=True)
    return None


def _place_of_one(moment: Moment, when: When) -> Place:
    """The place of a single date, as nearly every record has one."""
    earliest, latest = moment.earliest, moment.latest
    shift = 60 * (moment.offset or 0)
    if not date.min.year < earliest.year <= latest.year < date.max.year:
        shift = 0  # at the edge of the calendar there is no other clock
    first, last = when.ends
    start = first // _SECOND + shift
    return Place(start, start + 1 if latest is earliest else last // _SECOND + shift + 1)


def seconds_to(moment: datetime) -> int:
    """Whole seconds from the beginning of the year 1 to what the clock of `moment` shows."""
    return (moment.toordinal() - 1) * DAY + moment.hour * HOUR + moment.minute * 60 + moment.second


def year_of(seconds: float) -> int:
    """The calendar year in which a place lies; 1 to 9999 also for what lies beyond."""
    year = date_at(seconds).year
    return _YEARS.setdefault(year, year)


def day_text(seconds: float) -> str:
    """The calendar day of a place as FHIR writes it, "2023-09-20"."""
    return date_at(seconds).isoformat()


def date_at(seconds: float) -> date:
    """The same as a date."""
    ordinal = int(seconds // DAY) + 1
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))


def _by_own_clock(moment: datetime | None, when: When) -> datetime | None:
    """A moment in UTC as the clock showed it that the record was written by."""
    if moment is None:
        return None
    moments = when.moments
    if len(moments) == 1:
        offset = moments[0].offset
    else:
        offset = next((m.offset for m in moments if moment in (m.earliest, m.latest)), None)
    if not offset:
        return moment
    try:
        return moment + timedelta(minutes=offset)
    except OverflowError:  # at the edge of the calendar
        return moment


def _with_known_ends(place: Place, when: When) -> Place:
    """What lasts to an absurd year has an end that nobody knows."""
    if not place.lasts or len(when.moments) != 2:
        return place
    first, last = year_of(place.start), year_of(place.end - 1)
    if first >= _FIRST and last >= _LAST > first:
        known = _by_own_clock(when.moments[0].latest, when)
        end = seconds_to(known) + 1 if known is not None else place.start + 1
        return Place(place.start, max(place.start + 1, end), lasts=True, open_end=True)
    if first < _FIRST <= last < _LAST:
        known = _by_own_clock(when.moments[1].earliest, when)
        start = seconds_to(known) if known is not None else place.end - 1
        return Place(min(start, place.end - 1), place.end, lasts=True, open_start=True)
    return place
