"""What filtering, sorting and grouping ask of a procedure, worked out once when it is read."""

from datetime import datetime, timedelta

import msgspec

from procedure_viewer.fhir.concepts import Concept
from procedure_viewer.fhir.moment import Moment
from procedure_viewer.fhir.status import Status
from procedure_viewer.fhir.when import SortKey, When

BEFORE_ALL, AFTER_ALL = 0, 10_000
"""Years that bound a stretch whose start, or whose end, nobody states."""
_YEARS: dict[int, int] = {}
"""One object for each year: there are no more than ten thousand, and two of them in every record."""
_A_DAY = timedelta(days=1)


class Prepared(msgspec.Struct, frozen=True, gc=False):
    """The keys of one row."""

    said: str
    """What was done, its codes and its status, as `for_search` gives them; one text for all that say the same."""
    dated: str
    """The same of when it was."""
    status: Status
    systems: tuple[str, ...]
    """The names of its code systems, each once; "" for none."""
    first_year: int | None
    last_year: int | None
    """The years that it may lie in, as they are written in the record; None for what can't be placed in time."""
    year: int | None
    """The one that it is listed under: that of its start, where that is known."""
    concept: Concept | None
    """None where the record says neither a code nor words."""
    order: SortKey | None
    """Where it stands among others by its date; None for what can't be placed in time."""
    day: SortKey | None
    """The same where that is known to the day or better."""

    def has(self, word: str) -> bool:
        """Whether a word, as `for_search` gives it, stands in one of its cells."""
        return word in self.said or word in self.dated

    def lies_in(self, first: int, last: int) -> bool:
        """Whether it may lie in one of these years."""
        if self.first_year is None or self.last_year is None:
            return False
        return self.first_year <= last and self.last_year >= first


def years_of(when: When) -> tuple[int | None, int | None]:
    """The first and the last year that a procedure may lie in."""
    if when.sort_key is None:
        return None, None
    if len(when.moments) == 1 and when.earliest and when.latest:
        first = last = _year(when.earliest, when.moments[0])
        if when.latest is not when.earliest:
            last = _year(when.latest, when.moments[0])
        return _YEARS.setdefault(first, first), _YEARS.setdefault(last, last)
    if when.moments:
        starts = [_year(moment.earliest, moment) for moment in when.moments]
        ends = [_year(moment.latest, moment) for moment in when.moments]
    else:  # several dates in one: their own years are not at hand any more
        starts = [when.earliest.year] if when.earliest else []
        ends = [when.latest.year] if when.latest else []
    first = min(starts) if when.earliest else BEFORE_ALL
    last = max(ends) if when.latest else AFTER_ALL
    return _YEARS.setdefault(first, first), _YEARS.setdefault(last, last)


def _year(at: datetime, moment: Moment) -> int:
    """The year on the clocks of where it was: the last evening of a year is written in that year."""
    if not moment.offset or 1 < at.day < 28:
        return at.year
    try:
        return (at + timedelta(minutes=moment.offset)).year
    except OverflowError:
        return at.year


def day_of(when: When) -> SortKey | None:
    """When it was, where that is known to the day or better."""
    if when.earliest is None or when.latest is None or not when.moments:
        return None
    for moment in when.moments:
        if moment.latest is not moment.earliest and moment.latest - moment.earliest >= _A_DAY:
            return None
    return when.sort_key
