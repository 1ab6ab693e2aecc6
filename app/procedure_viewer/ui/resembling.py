"""Who was seen to look like whom in this run: the banner says so for as long as one of them is open."""

from collections.abc import Sequence

from procedure_viewer.fhir.lookalike import Likeness, LookAlikes, look_alikes
from procedure_viewer.fhir.patient import Patient

MOST_REMEMBERED = 500
"""Patients of whom it is known; those learnt of longest ago go first."""


class Resembling:
    """In memory only, and forgotten with the patients opened in this run."""

    def __init__(self) -> None:
        self._by_id: dict[str, dict[str, Likeness]] = {}

    def learn(self, alike: LookAlikes) -> None:
        """Remember what was found out about a list."""
        for identifier, likenesses in alike.by_id.items():
            known = self._by_id.pop(identifier, {})
            self._by_id[identifier] = known | {likeness.other.id: likeness for likeness in likenesses}
        for identifier in list(self._by_id)[:-MOST_REMEMBERED]:
            del self._by_id[identifier]

    def compare(self, patients: Sequence[Patient]) -> None:
        """The same for the few patients who were opened, from whatever lists."""
        self.learn(look_alikes(patients))

    def of(self, patient: Patient) -> tuple[Likeness, ...]:
        """Those who look like this one, as far as is known."""
        return tuple(self._by_id.get(patient.id, {}).values())

    def forget(self) -> None:
        """Know nobody."""
        self._by_id.clear()
