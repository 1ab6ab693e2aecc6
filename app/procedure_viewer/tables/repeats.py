"""Procedures that a chart has more than once: the same code, or the same words where there is no code.

They are counted and said; never merged, never hidden. What was entered in error doesn't count.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from procedure_viewer.fhir.concepts import Concept
from procedure_viewer.fhir.prepared import Prepared
from procedure_viewer.fhir.status import Status
from procedure_viewer.fhir.when import SortKey

_MOST_AT_ONCE = 1 << 32
"""More than a chart has."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """What there is besides one record that repeats."""

    count: int
    """The records of the chart that have this code, this one among them; at least 2."""
    not_done: int
    """Those of them that say that it was not done."""
    at_once: int
    """Those with the date or time of this one, which may be one procedure recorded twice; 0 where there are none."""


class Repeats:
    """The records of one chart by what was done, and when."""

    def __init__(self) -> None:
        self._places: dict[Concept, list[int]] = defaultdict(list)
        self._not_done: dict[Concept, int] = defaultdict(int)
        self._at_once: dict[tuple[Concept, bool], dict[SortKey, int]] = defaultdict(dict)
        """How many of a code were done, or not done, at a date or time: the times are kept by the records anyway."""
        self._busy_days: set[SortKey] = set()
        """Dates and times that something has more than once."""

    def clear(self) -> None:
        """There are no records."""
        self._places.clear()
        self._not_done.clear()
        self._at_once.clear()
        self._busy_days.clear()

    def add(self, place: int, row: Prepared) -> None:
        """Count one record in, which is known by its place."""
        concept = row.concept
        if concept is None or row.status is Status.ENTERED_IN_ERROR:
            return
        self._places[concept].append(place)
        not_done = row.status is Status.NOT_DONE
        self._not_done[concept] += not_done
        if row.day is not None:
            days = self._at_once[concept, not_done]
            days[row.day] = count = days.get(row.day, 0) + 1
            if count > 1:
                self._busy_days.add(row.day)

    def weights(self, rows: Iterable[Prepared]) -> list[int]:
        """A number for each, by which rows are in the order of how often they repeat, then at once; 0 for not."""
        counts = {concept: len(places) * _MOST_AT_ONCE for concept, places in self._places.items() if len(places) > 1}
        busy_days, at_once_of = self._busy_days, self._at_once
        weights = []
        for row in rows:
            status, concept = row.status, row.concept
            if status is Status.ENTERED_IN_ERROR or concept is None:
                weights.append(0)
                continue
            weight = counts.get(concept, 0)
            if row.day in busy_days:
                at_once = at_once_of[concept, status is Status.NOT_DONE].get(row.day, 0)
                weight += at_once if at_once > 1 else 0
            weights.append(weight)
        return weights

    def of(self, row: Prepared) -> Repeat | None:
        """How often a record repeats; None where it doesn't, and for what doesn't count."""
        concept = row.concept
        if concept is None or row.status is Status.ENTERED_IN_ERROR:
            return None
        count = len(self._places.get(concept, ()))
        if count < 2:
            return None
        at_once = 0
        if row.day is not None:
            at_once = self._at_once[concept, row.status is Status.NOT_DONE].get(row.day, 0)
        return Repeat(count, self._not_done[concept], at_once if at_once > 1 else 0)

    def places(self, row: Prepared) -> list[int]:
        """The places of all that have its code."""
        return list(self._places.get(row.concept, ())) if row.concept is not None else []
