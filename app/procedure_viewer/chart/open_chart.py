"""One patient's chart while it is open: pages and endings go in, rows and counts come out, which `statement` words.

It decides what may be shown (nobody else's records, nothing twice) and what may be claimed ("All 312 records" only when
the pages add up). It is pure, so that every order of events can be tried.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from procedure_viewer.chart.belonging import Belonging, belonging
from procedure_viewer.chart.difference import Difference, take_over
from procedure_viewer.chart.merging import Merging
from procedure_viewer.chart.reading import ChartPage, Reading
from procedure_viewer.chart.shortfall import Shortfall
from procedure_viewer.fhir.datatypes import ResourceKey
from procedure_viewer.fhir.outcome import Issue, Problem
from procedure_viewer.fhir.patient import Patient, unstated_patient
from procedure_viewer.fhir.procedure import Procedure


class Standing(StrEnum):
    """How far reading the chart has come."""

    LOADING = "loading"
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"


class Reread(StrEnum):
    """What came of reading one shown record again."""

    REPLACED = "replaced"
    LEFT = "left"  # it is now another patient's, or nobody's: it was taken out
    STATED = "stated"  # it named no patient and now names one: it belongs in that patient's chart
    STRANGER = "stranger"  # the answer is not the record that was asked for


class OpenChart:
    """The chart of `patient`, read from the server at `base_url`.

    Without a patient it holds one record that was opened by its id and names no patient of this server. A chart whose
    list drifted while it was read may be read once more (`read_again`): until that has ended, what the first reading
    brought stays shown.
    """

    def __init__(self, patient: Patient | None, base_url: str, merging: Merging | None = None) -> None:
        self.is_unstated = patient is None
        self.patient = patient or unstated_patient()
        self.base_url = base_url
        self.merging = merging or Merging()
        """The other records of this patient, by the server's word."""
        self.gone: dict[str, datetime] = {}
        """Ids of shown records that the server no longer has, and since when that is known."""
        self.standing = Standing.LOADING
        self.shortfall: Shortfall | None = None
        self.second_shortfall: Shortfall | None = None
        """What kept a second reading from its end."""
        self.problem: Problem | None = None
        self.loaded_at: datetime | None = None
        """When the last page of what is shown had come."""
        self.ended_at: datetime | None = None
        """When the reading ended of what is shown, at its last page or before."""
        self.times_read = 1
        self._key = ResourceKey("Patient", self.patient.id)
        self._shown = Reading(self._whose)
        self._again: Reading | None = None
        self._lost_meanwhile: set[str] = set()
        self._unlisted: set[str] = set()

    # What is shown

    @property
    def procedures(self) -> Sequence[Procedure]:
        """What may be shown, in the server's order."""
        return self._shown.procedures

    @property
    def entered_in_error(self) -> int:
        """How many of the shown records were withdrawn as entered in error."""
        return self._shown.entered_in_error

    @property
    def withheld(self) -> Mapping[Belonging, int]:
        """How many records were kept out, by what keeps them out."""
        return self._shown.withheld

    @property
    def merged_records(self) -> Mapping[ResourceKey, int]:
        """How many records are withheld that are filed under the other record of a merge, by that record."""
        return +self._shown.merged

    @property
    def unreadable(self) -> int:
        """Entries that can't be read, or are no Procedures."""
        return self._shown.unreadable

    @property
    def warnings(self) -> Sequence[Issue]:
        """What the server said beside its records."""
        return self._shown.warnings

    @property
    def total(self) -> int | None:
        """How many records the server said there are."""
        return self._shown.total

    @property
    def pages(self) -> int:
        """How many pages came."""
        return self._shown.pages

    @property
    def received(self) -> int:
        """Distinct records that the server sent, shown or withheld."""
        return self._shown.received

    @property
    def included(self) -> int:
        """Shown procedures that came along without being counted as found."""
        return self._shown.included

    @property
    def sent_twice(self) -> int:
        """Records that came on two pages, with the same content."""
        return len(self._shown.on_two_pages)

    @property
    def unlisted(self) -> int:
        """Shown records that were read by their id and that the server's list of this patient lacks."""
        return len(self._unlisted)

    # The reading

    @property
    def under_way(self) -> Reading:
        """The reading that pages go to: of a second one nothing is shown before its end."""
        return self._again or self._shown

    @property
    def reading_again_for(self) -> Shortfall | None:
        """Why the list is being read a second time; None where it isn't."""
        return self.shortfall if self._again is not None else None

    def add_page(self, page: ChartPage) -> tuple[Procedure, ...]:
        """Take in a page or a part of one; returns the procedures that are to be shown now, in their order."""
        new = self.under_way.add_page(page)
        return () if self._again is not None else new

    def finish(self, at: datetime) -> Difference:
        """The last page was reached at the local time `at`; whether the chart is complete is counted, not assumed.

        At the end of a second reading its rows take the place of the first one's; returns what that changes.
        """
        if not self.under_way.pages:  # an end without a single page tells nothing, least of all that there is nothing
            self._break_off(Shortfall.FAILED, at)
            return Difference()
        former, fresh = (self._shown, self._again) if self._again is not None else (None, self._shown)
        fresh.finish(former)
        self.loaded_at = self.ended_at = at
        self.problem = self.shortfall = self.second_shortfall = None
        changes = Difference()
        if former is not None:
            changes = take_over(former.procedures, fresh.procedures)
            self._shown, self._again = fresh, None
            self._unlisted.clear()
            self.gone = {
                key: since
                for key, since in self.gone.items()
                if key in self._lost_meanwhile and self.find(key) is not None
            }
        if fresh.shortfalls:
            self._fall_short(fresh.shortfalls[0])
        else:
            self.standing = Standing.COMPLETE
        return changes

    @property
    def may_be_read_again(self) -> bool:
        """Whether the list drifted, and was read only once: never more than twice without being asked."""
        return self.standing is Standing.INCOMPLETE and self.times_read == 1 and self._shown.drifted

    def read_again(self) -> None:
        """The list is read from its first page once more; what is shown stays until that has ended."""
        self.standing = Standing.LOADING
        self.times_read += 1
        self._again = Reading(self._whose)
        self._lost_meanwhile.clear()

    def fail(self, problem: Problem, at: datetime | None = None) -> None:
        """A page did not come."""
        self.problem = problem
        self._break_off(Shortfall.FAILED, at)

    def cancel(self, at: datetime | None = None) -> None:
        """The reader stopped the loading."""
        self._break_off(Shortfall.CANCELLED, at)

    # Single records

    def show_alone(self, procedure: Procedure, at: datetime) -> tuple[Procedure, ...]:
        """Show the one record that names no patient; returns it as the only row."""
        self._shown.count_alone(procedure)
        self.finish(at)
        return (procedure,)

    def admit(self, procedure: Procedure) -> bool:
        """Show a record that was read by its id and that the server's list lacks; False if it is not this patient's."""
        if self._whose(procedure)[0] is not Belonging.OWN:
            return False
        self._shown.show((procedure,))
        if not self._shown.lists(procedure.id):  # else the list has it, with another subject than the record itself
            self._unlisted.add(procedure.id)
        return True

    def replace(self, older: Procedure, fresh: Procedure) -> Reread:
        """The shown record `older` was read again and is now `fresh`."""
        place = next((place for place, shown in enumerate(self.procedures) if shown is older), None)
        if place is None or fresh.id != older.id:
            return Reread.STRANGER
        key = fresh.subject.key(self.base_url)
        if self.is_unstated and key is not None and key.type == "Patient":
            return Reread.STATED
        self.gone.pop(older.id, None)
        self._lost_meanwhile.discard(older.id)
        stays = self.is_unstated or self._whose(fresh)[0] is Belonging.OWN
        self._shown.put(place, fresh, stays=stays)
        if self._again is not None:
            listed = (place for place, other in enumerate(self._again.procedures) if fresh.id and other.id == fresh.id)
            if (again := next(listed, None)) is not None:
                self._again.put(again, fresh, stays=stays)
        if not stays:
            self._unlisted.discard(older.id)
        return Reread.REPLACED if stays else Reread.LEFT

    def lose(self, procedure: Procedure, at: datetime) -> None:
        """The server says at `at` that it no longer has a shown record; it stays, and that is said."""
        self.gone[procedure.id] = at
        self._lost_meanwhile.add(procedure.id)

    # What is asked

    def find(self, procedure_id: str) -> Procedure | None:
        """The shown procedure of that id."""
        return next((procedure for procedure in self.procedures if procedure.id == procedure_id), None)

    def shows(self, procedure: Procedure) -> bool:
        """Whether this very record is shown."""
        return any(shown is procedure for shown in self.procedures)

    # Inside

    def _whose(self, procedure: Procedure) -> tuple[Belonging, ResourceKey | None]:
        key = procedure.subject.key(self.base_url)
        return belonging(procedure.subject, self._key, self.base_url, self.merging.keys), key

    def _break_off(self, shortfall: Shortfall, at: datetime | None) -> None:
        """A reading ended before its last page; of a second one the first one's rows and reason stay."""
        if self._again is None:
            self.ended_at = at
            self._fall_short(shortfall)
        else:
            self._again = None
            self.second_shortfall = shortfall
            self.standing = Standing.INCOMPLETE

    def _fall_short(self, shortfall: Shortfall) -> None:
        self.standing = Standing.INCOMPLETE
        self.shortfall = shortfall
