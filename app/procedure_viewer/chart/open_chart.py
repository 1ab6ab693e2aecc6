"""One patient's chart while it is open: pages and endings go in, rows and a statement of completeness come out.

It decides what may be shown (nobody else's records, nothing twice) and what may be claimed ("All 312 records" only when
the pages add up). It is pure, so that every order of events can be tried.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from procedure_viewer.chart.belonging import Belonging, belonging
from procedure_viewer.fhir.datatypes import ResourceKey
from procedure_viewer.fhir.outcome import Issue, Problem
from procedure_viewer.fhir.patient import Patient
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.words import translate


class Standing(StrEnum):
    """How far reading the chart has come."""

    LOADING = "loading"
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"


class Shortfall(StrEnum):
    """Why a chart is incomplete."""

    FAILED = "failed"
    CANCELLED = "cancelled"
    COUNT_DIFFERS = "count-differs"
    TOTAL_CHANGED = "total-changed"


@dataclass(frozen=True, slots=True)
class ChartPage:
    """What one page brought: its Procedures in the server's order and what the Bundle said around them."""

    procedures: tuple[Procedure, ...]
    total: int | None = None
    warnings: tuple[Issue, ...] = ()
    unreadable: int = 0
    """Entries that held no resource at all."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What may be said of a chart's completeness, and whether it is a warning."""

    text: str
    warning: bool


class OpenChart:
    """The chart of `patient`, read from the server at `base_url`."""

    def __init__(self, patient: Patient, base_url: str) -> None:
        self.patient = patient
        self.base_url = base_url
        self.procedures: list[Procedure] = []
        self.warnings: list[Issue] = []
        self.standing = Standing.LOADING
        self.shortfall: Shortfall | None = None
        self.problem: Problem | None = None
        self.total: int | None = None
        self.pages = 0
        self.loaded_at: datetime | None = None
        self.withheld = {Belonging.OTHER: 0, Belonging.UNSTATED: 0}
        self.unreadable = 0
        self._total_changed = False
        self._seen: set[str] = set()
        self.entered_in_error = 0
        """Records among the shown ones that were withdrawn as entered in error."""
        self._records_without_id = 0
        self._first_page = 0

    @property
    def received(self) -> int:
        """Distinct records that the server sent, shown or withheld."""
        return len(self._seen) + self._records_without_id + self.unreadable

    @property
    def expected_pages(self) -> int | None:
        """How many pages there will be if all are as long as the first; None while nobody can say."""
        if self.total is None or not self._first_page:
            return None
        return max(self.pages, -(-self.total // self._first_page))

    def add_page(self, page: ChartPage) -> tuple[Procedure, ...]:
        """Take in one page; returns the procedures that are new and belong to this chart, in the server's order."""
        self.pages += 1
        self._first_page = self._first_page or len(page.procedures)
        if page.total is not None:
            self._total_changed = self._total_changed or (self.total is not None and self.total != page.total)
            self.total = page.total
        self.warnings.extend(page.warnings)
        self.unreadable += page.unreadable
        new = tuple(self._admitted(page.procedures))
        self.procedures.extend(new)
        self.entered_in_error += sum(procedure.entered_in_error for procedure in new)
        return new

    def finish(self, at: datetime) -> None:
        """The last page was reached at the local time `at`; whether the chart is complete is counted, not assumed."""
        self.loaded_at = at
        if self._total_changed:
            self._fall_short(Shortfall.TOTAL_CHANGED)
        elif self.total is not None and self.received != self.total:
            self._fall_short(Shortfall.COUNT_DIFFERS)
        else:
            self.standing = Standing.COMPLETE

    def fail(self, problem: Problem) -> None:
        """A page did not come."""
        self.problem = problem
        self._fall_short(Shortfall.FAILED)

    def cancel(self) -> None:
        """The reader stopped the loading."""
        self._fall_short(Shortfall.CANCELLED)

    def show_alone(self, procedure: Procedure, at: datetime) -> tuple[Procedure, ...]:
        """Show one record that names no patient, under a patient who is not stated; returns it as the only row."""
        self.procedures = [procedure]
        self.entered_in_error = int(procedure.entered_in_error)
        self._seen.add(procedure.id)
        self.pages = 1
        self.finish(at)
        return (procedure,)

    def shows(self, procedure_id: str) -> bool:
        """Whether a procedure of that id is among those shown."""
        return any(procedure.id == procedure_id for procedure in self.procedures)

    def replace(self, fresh: Procedure) -> bool:
        """Put a record that was read again in the place of its older version; False if it is not ours."""
        expected = Belonging.OWN if self.patient.id else Belonging.UNSTATED
        if belonging(fresh.subject, self._key, self.base_url) is not expected:
            return False
        for index, procedure in enumerate(self.procedures):
            if procedure.id == fresh.id:
                self.procedures[index] = fresh
                self.entered_in_error += fresh.entered_in_error - procedure.entered_in_error
                return True
        return False

    def statement(self) -> Statement:
        """The completeness in words, counting the records received."""
        if self.standing is Standing.LOADING:
            return Statement(self._progress(), warning=False)
        if self.standing is Standing.COMPLETE and self.loaded_at is not None:
            if not self.patient.id:
                text = translate("chart", "One record, opened by its id, loaded {time}").format(
                    time=f"{self.loaded_at:%H:%M}"
                )
            elif self.received == 0:
                text = translate("chart", "No procedures, checked {time}").format(time=f"{self.loaded_at:%H:%M}")
            elif self.received == 1:
                text = translate("chart", "The only record, loaded {time}").format(time=f"{self.loaded_at:%H:%M}")
            else:
                text = translate("chart", "All {count} records, loaded {time}").format(
                    count=self.received, time=f"{self.loaded_at:%H:%M}"
                )
            return Statement(text + self._aside(), warning=bool(sum(self.withheld.values()) or self.unreadable))
        return Statement(self._incomplete() + self._aside(), warning=True)

    @property
    def _key(self) -> ResourceKey:
        return ResourceKey("Patient", self.patient.id)

    def _fall_short(self, shortfall: Shortfall) -> None:
        self.standing = Standing.INCOMPLETE
        self.shortfall = shortfall

    def _admitted(self, procedures: Sequence[Procedure]) -> list[Procedure]:
        admitted = []
        for procedure in procedures:
            if procedure.id:
                if procedure.id in self._seen:
                    continue
                self._seen.add(procedure.id)
            else:
                self._records_without_id += 1
            whose = belonging(procedure.subject, self._key, self.base_url)
            if whose is Belonging.OWN:
                admitted.append(procedure)
            else:
                self.withheld[whose] += 1
        return admitted

    def _progress(self) -> str:
        if self.total is None:
            return translate("chart", "Loading: {count} records so far").format(count=self.received)
        return translate("chart", "Loading: {count} of {total} records").format(count=self.received, total=self.total)

    def _incomplete(self) -> str:
        counts = str(self.received)
        if self.total is not None:
            counts = translate("chart", "{count} of {total}").format(count=self.received, total=self.total)
        reasons = {
            Shortfall.FAILED: translate("chart", "a page could not be loaded"),
            Shortfall.CANCELLED: translate("chart", "loading was stopped"),
            Shortfall.COUNT_DIFFERS: translate("chart", "the server announced another number of records"),
            Shortfall.TOTAL_CHANGED: translate("chart", "the record changed while it was being read"),
        }
        reason = reasons[self.shortfall] if self.shortfall else ""
        return translate("chart", "Incomplete: {counts} records ({reason})").format(counts=counts, reason=reason)

    def _aside(self) -> str:
        """What was received but is not in the list, in brackets; empty if there is nothing to say."""
        remarks = []
        if self.entered_in_error:
            remarks.append(translate("chart", "{count} entered in error").format(count=self.entered_in_error))
        if self.withheld[Belonging.OTHER]:
            remarks.append(
                translate("chart", "{count} of another patient withheld").format(count=self.withheld[Belonging.OTHER])
            )
        if self.withheld[Belonging.UNSTATED]:
            remarks.append(
                translate("chart", "{count} without a stated patient withheld").format(
                    count=self.withheld[Belonging.UNSTATED]
                )
            )
        if self.unreadable:
            remarks.append(translate("chart", "{count} unreadable").format(count=self.unreadable))
        return f" ({', '.join(remarks)})" if remarks else ""
