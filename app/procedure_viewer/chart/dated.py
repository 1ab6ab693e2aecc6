"""The procedures that a timeline shows, in the order of their dates: prepared once, ready for every look at them."""

from collections import Counter
from collections.abc import Sequence
from operator import attrgetter

import msgspec

from procedure_viewer.chart.timeline import Band
from procedure_viewer.chart.timeline_view import Bounds, bounds_of
from procedure_viewer.fhir.placing import Place
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.status import Status


class _Known(msgspec.Struct, frozen=True, gc=False):
    """What was made of a procedure once."""

    procedure: Procedure
    """Kept, so that nobody else comes to have its identity."""
    place: Place | None
    anchor: int = 0
    year: int = 0
    is_long: bool = False
    status: str = ""


class Row:
    """Procedures of one kind, and their places in the same order."""

    def __init__(self, entries: Sequence[_Known]) -> None:
        """`entries` have places, and are in the order of their anchors."""
        self.procedures = [entry.procedure for entry in entries]
        self.band = Band([entry.place for entry in entries if entry.place], [entry.anchor for entry in entries])
        self._statuses = [entry.status for entry in entries]
        self._shares: dict[tuple[int, int], list[tuple[Status, int]]] = {}
        self._stretches: dict[tuple[int, int], Place | None] = {}

    def statuses(self, first: int, stop: int) -> list[tuple[Status, int]]:
        """The statuses of some of them with their numbers, the most frequent first; counted once."""
        shares = self._shares.get((first, stop))
        if shares is None:
            counted = Counter(self._statuses[first:stop]).most_common()
            shares = self._shares[first, stop] = [(Status(value), count) for value, count in counted]
        return shares

    def stretch(self, first: int, stop: int) -> Place | None:
        """From the start of the first to the end of the last of some that take long; None where none does."""
        key = first, stop
        if key not in self._stretches:
            long = [place for place in self.band.places[first:stop] if place.is_long]
            whole = Place(min(place.start for place in long), max(place.end for place in long)) if long else None
            self._stretches[key] = whole
        return self._stretches[key]


class Dated:
    """What is shown now; the whole stretch of time grows only, so that a filter does not move what is left."""

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}
        self.shown: tuple[Procedure, ...] = ()
        """All that is drawn or counted."""
        self.undated: tuple[Procedure, ...] = ()
        self.long = Row(())
        """What takes more than a day, or may: years, months, periods."""
        self.short = Row(())
        """What has its day. Where both stand together, this is empty."""
        self.together = False
        """Whether there is room for one row only, `long`, in which days stand too."""
        self.bounds: Bounds | None = None
        self._years: Counter[int] = Counter()

    def show(self, procedures: Sequence[Procedure]) -> bool:
        """Show these and no others; False where that is what is shown already, in whatever order."""
        if len(procedures) == len(self.shown) and set(map(id, procedures)) == set(map(id, self.shown)):
            return False
        self.shown = tuple(procedures)
        known = self._known
        new = [procedure for procedure in self.shown if id(procedure) not in known]
        for procedure in new:
            known[id(procedure)] = _known(procedure)
        found = bounds_of(entry.place for procedure in new if (entry := known[id(procedure)]).place)
        if found is not None:
            self.bounds = found.including(self.bounds)
        self._arrange([known[id(procedure)] for procedure in self.shown])
        return True

    def _arrange(self, entries: list[_Known]) -> None:
        self.undated = tuple(entry.procedure for entry in entries if entry.place is None)
        dated = sorted((entry for entry in entries if entry.place is not None), key=attrgetter("anchor"))
        long = [entry for entry in dated if entry.is_long]
        short = [entry for entry in dated if not entry.is_long]
        if self.together and long:
            long, short = dated, []
        self.long, self.short = Row(long), Row(short)
        self._years = Counter([entry.year for entry in dated])

    def put_together(self, *, together: bool) -> None:
        """Put what is long and what has its day into one row, or into two."""
        if together != self.together:
            self.together = together
            self._arrange([self._known[id(procedure)] for procedure in self.shown])

    def clear(self) -> None:
        """Nothing, and no memory of anything; the room stays as it is."""
        together = self.together
        self.__init__()  # type: ignore[misc]  # every value as at first, so that none can be forgotten here
        self.together = together

    @property
    def count(self) -> int:
        """How many have a date."""
        return len(self.shown) - len(self.undated)

    def where(self, procedure: Procedure) -> tuple[Row, int] | None:
        """The row of a dated procedure, and its number there."""
        known = self._known.get(id(procedure))
        if known is None or known.place is None:
            return None
        row = self.long if known.is_long or not self.short.procedures else self.short
        at = row.band.first_at(known.anchor)
        while at < len(row.procedures) and row.band.anchors[at] == known.anchor:
            if row.procedures[at] is procedure:
                return row, at
            at += 1
        return None

    @property
    def years(self) -> tuple[int, int] | None:
        """The first and the last year in which a mark stands."""
        return (min(self._years), max(self._years)) if self._years else None

    @property
    def busiest_year(self) -> int | None:
        """The year with the most marks, where there is one such among several."""
        if len(self._years) < 2:
            return None
        (year, most), (_, second) = self._years.most_common(2)
        return year if most > second else None


def _known(procedure: Procedure) -> _Known:
    place = procedure.place
    if place is None:
        return _Known(procedure, None)
    return _Known(procedure, place, place.anchor, place.year, place.is_long, procedure.status.value)
