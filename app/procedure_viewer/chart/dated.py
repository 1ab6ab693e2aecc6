"""The procedures that a timeline shows, in the order of their dates: prepared once, ready for every look at them."""

from collections import Counter
from collections.abc import Iterator, Sequence

from procedure_viewer.chart.timeline import Band
from procedure_viewer.chart.timeline_view import Bounds, bounds_of
from procedure_viewer.fhir.placing import Place
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.status import Status

STEP = 2_000
"""Procedures that are looked at in one step: a millisecond or two."""


_Entries = tuple[list[Procedure], list[Place], list[int]]
"""Procedures, their places, and the anchors of these."""


class Row:
    """Procedures of one kind, and their places in the same order."""

    def __init__(
        self, procedures: Sequence[Procedure] = (), places: Sequence[Place] = (), anchors: Sequence[int] = ()
    ) -> None:
        """`procedures`, each with its place, are in the order of their anchors."""
        self.procedures = procedures
        self.band = Band(places, anchors)
        self._shares: dict[tuple[int, int], list[tuple[Status, int]]] = {}
        self._stretches: dict[tuple[int, int], Place | None] = {}

    def statuses(self, first: int, stop: int) -> list[tuple[Status, int]]:
        """The statuses of some of them with their numbers, the most frequent first; counted once."""
        shares = self._shares.get((first, stop))
        if shares is None:
            counted = Counter([procedure.status.value for procedure in self.procedures[first:stop]]).most_common()
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


class _Order:
    """Everything that was ever shown of a chart and has a date, in the order of time."""

    def __init__(self) -> None:
        self.known: set[int] = set()
        """The identities of all, also of what has no date."""
        self.kept: list[Procedure] = []
        """What has none, kept so that nobody else comes to have its identity."""
        self.procedures: list[Procedure] = []
        self.anchors: list[int] = []
        self.years: list[int] = []

    def including(self, new: Sequence[Procedure]) -> Iterator[None]:
        """Put more in, a step at a time; at the end all of them are there, before it none."""
        procedures, anchors, years = [*self.procedures], [*self.anchors], [*self.years]
        for at in range(0, len(new), STEP):
            dated = [procedure for procedure in new[at : at + STEP] if procedure.place is not None]
            procedures += dated
            anchors += [procedure.place.anchor for procedure in dated if procedure.place is not None]
            years += [procedure.place.year for procedure in dated if procedure.place is not None]
            yield
        order = sorted(range(len(anchors)), key=anchors.__getitem__)  # nearly sorted: the most were there before
        yield
        self.procedures = [procedures[at] for at in order]
        self.anchors = [anchors[at] for at in order]
        self.years = [years[at] for at in order]
        self.kept += [procedure for procedure in new if procedure.place is None]
        self.known.update(map(id, new))


class Dated:
    """What is shown now; the whole stretch of time grows only, so that a filter does not move what is left."""

    def __init__(self) -> None:
        self._order = _Order()
        self.shown: tuple[Procedure, ...] = ()
        """All that is drawn or counted."""
        self.undated: tuple[Procedure, ...] = ()
        self.long = Row()
        """What takes more than a day, or may: years, months, periods."""
        self.short = Row()
        """What has its day. Where both stand together, this is empty."""
        self.together = False
        """Whether there is room for one row only, `long`, in which days stand too."""
        self.bounds: Bounds | None = None
        self._years: Counter[int] = Counter()

    def show(self, procedures: Sequence[Procedure]) -> bool:
        """Show these and no others; False where that is what is shown already, in whatever order."""
        before = self.shown
        for _ in self.showing(procedures):
            pass
        return self.shown is not before

    def showing(self, procedures: Sequence[Procedure]) -> Iterator[None]:
        """The same a step at a time, as there may be a hundred thousand. What is seen changes with the last step.

        If it is emptied meanwhile, it stays so.
        """
        return self._showing(tuple(procedures), self._order)

    def _showing(self, shown: tuple[Procedure, ...], order: _Order) -> Iterator[None]:
        """`order` is another one once this has been emptied."""
        ids: set[int] = set()
        for at in range(0, len(shown), STEP):
            ids.update(map(id, shown[at : at + STEP]))
            yield
        if len(shown) == len(self.shown) and ids.issuperset(map(id, self.shown)):
            return
        new: list[Procedure] = []
        for at in range(0, len(shown), STEP):
            new += [procedure for procedure in shown[at : at + STEP] if id(procedure) not in order.known]
            yield
        bounds = self.bounds
        if new:
            yield from order.including(new)
            found = bounds_of(procedure.place for procedure in new if procedure.place is not None)
            bounds = found.including(bounds) if found is not None else bounds
            yield
        years: Counter[int] = Counter()
        rows: tuple[_Entries, _Entries] = (([], [], []), ([], [], []))
        for at in range(0, len(order.procedures), STEP):
            part = slice(at, at + STEP)
            entries = zip(order.procedures[part], order.anchors[part], order.years[part], strict=True)
            chosen = [entry for entry in entries if id(entry[0]) in ids]
            years.update([year for _, _, year in chosen])
            for procedure, anchor, _ in chosen:
                if (place := procedure.place) is not None:
                    procedures, places, anchors = rows[not place.is_long]
                    procedures.append(procedure)
                    places.append(place)
                    anchors.append(anchor)
            yield
        together = self.together
        if together and rows[0][0]:
            both: _Entries = (rows[0][0] + rows[1][0], rows[0][1] + rows[1][1], rows[0][2] + rows[1][2])
            in_order = sorted(range(len(both[2])), key=both[2].__getitem__)
            yield
            rows = (([both[0][at] for at in in_order], [both[1][at] for at in in_order], sorted(both[2])), ([], [], []))
            yield
        long = Row(*rows[0])
        yield
        short = Row(*rows[1])
        yield
        if order is not self._order:
            return
        if together is self.together:
            self.shown, self.bounds, self._years = shown, bounds, years
            self.undated = tuple(procedure for procedure in shown if procedure.place is None)
            self.long, self.short = long, short
        else:  # the room has changed meanwhile
            yield from self._showing(shown, order)

    def put_together(self, *, together: bool) -> None:
        """Put what is long and what has its day into one row, or into two."""
        if together != self.together:
            self.together = together
            shown, self.shown = self.shown, ()
            self.show(shown)

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
        place = procedure.place
        if place is None:
            return None
        row = self.long if place.is_long or not self.short.procedures else self.short
        at = row.band.first_at(place.anchor)
        while at < len(row.procedures) and row.band.anchors[at] == place.anchor:
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
