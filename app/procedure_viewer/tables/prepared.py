"""What filtering, sorting and grouping ask of a procedure, worked out once when its row comes."""

from datetime import datetime, timedelta

import msgspec

from procedure_viewer.fhir.folding import without_accents
from procedure_viewer.fhir.moment import Moment
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.status import Status
from procedure_viewer.fhir.when import SortKey, When
from procedure_viewer.tables.columns import OWN_TEXT

LONGEST_SEARCHED = 5_000
LONGEST_COMPARED = 500
"""Characters of a cell that the filter, and the comparison of two texts, look at."""
BEFORE_ALL, AFTER_ALL = 0, 10_000
"""Years that bound a stretch whose start, or whose end, nobody states."""
_A_DAY = timedelta(days=1)

Concept = tuple[str, str]
"""What was done: a code system's name and a code; where there is no code, "" and the words without case or accents."""


class Prepared(msgspec.Struct, frozen=True, gc=False):
    """The keys of one row."""

    haystack: str
    """All its words as `for_search` gives them."""
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
    day: SortKey | None
    """When it was, where that is known to the day or better."""

    def lies_in(self, first: int, last: int) -> bool:
        """Whether it may lie in one of these years."""
        if self.first_year is None or self.last_year is None:
            return False
        return self.first_year <= last and self.last_year >= first


def for_search(text: str) -> str:
    """`text` in lower case and without accents."""
    return text.casefold() if text.isascii() else without_accents(text)


def prepare(procedure: Procedure) -> Prepared:
    """The keys of a procedure."""
    first, last = _years(procedure.when)
    codings = procedure.code.codings
    systems = tuple(dict.fromkeys(coding.system_name for coding in codings)) if codings else ("",)
    return Prepared(
        haystack=for_search("\n".join(text(procedure)[:LONGEST_SEARCHED] for text in OWN_TEXT.values())),
        status=procedure.status,
        systems=systems,
        first_year=first,
        last_year=last,
        year=last if first == BEFORE_ALL else first,
        concept=_concept(procedure),
        day=_day(procedure.when),
    )


def _concept(procedure: Procedure) -> Concept | None:
    """The first code counts: what else a record is coded as is often broader, and would make different things one."""
    for coding in procedure.code.codings:
        if coding.code:
            return coding.system_name, coding.code
    words = for_search(procedure.code.words[:LONGEST_COMPARED]).split()
    return ("", " ".join(words)) if words else None


def _years(when: When) -> tuple[int | None, int | None]:
    if when.sort_key is None:
        return None, None
    if when.moments:
        starts = [_year(moment.earliest, moment) for moment in when.moments]
        ends = [_year(moment.latest, moment) for moment in when.moments]
    else:  # several dates in one: their own years are not at hand any more
        starts = [when.earliest.year] if when.earliest else []
        ends = [when.latest.year] if when.latest else []
    first = min(starts) if when.earliest else BEFORE_ALL
    last = max(ends) if when.latest else AFTER_ALL
    return first, last


def _year(at: datetime, moment: Moment) -> int:
    """The year on the clocks of where it was: the last evening of a year is written in that year."""
    try:
        return (at + timedelta(minutes=moment.offset or 0)).year
    except OverflowError:
        return at.year


def _day(when: When) -> SortKey | None:
    if when.earliest is None or when.latest is None or not when.moments:
        return None
    exact = all(moment.latest - moment.earliest < _A_DAY for moment in when.moments)
    return when.sort_key if exact else None
