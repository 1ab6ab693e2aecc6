"""One patient's chart while it is open: pages and endings go in, rows and a statement of completeness come out.

It decides what may be shown (nobody else's records, nothing twice) and what may be claimed ("All 312 records" only when
the pages add up). It is pure, so that every order of events can be tried.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from procedure_viewer.chart.belonging import Belonging, belonging
from procedure_viewer.chart.shortfall import Shortfall, reason
from procedure_viewer.fhir.datatypes import ResourceKey
from procedure_viewer.fhir.outcome import Issue, Problem
from procedure_viewer.fhir.patient import Patient, unstated_patient
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.words import translate


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


@dataclass(frozen=True, slots=True)
class ChartPage:
    """What one page brought: its Procedures in the server's order and what the Bundle said around them."""

    procedures: tuple[Procedure, ...]
    total: int | None = None
    warnings: tuple[Issue, ...] = ()
    unreadable: int = 0
    """Entries that held no resource at all."""
    included: tuple[Procedure, ...] = ()
    """Procedures that the server added without counting them as found (`search.mode` "include")."""
    total_unreadable: bool = False
    """The server stated a total that is no number."""
    continues: bool = False
    """Whether it is a further part of the page before: a large one comes in bites that a window can take in."""
    size: int | None = None
    """How many Procedures the whole page has, where this is its first part only."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What may be said of a chart's completeness, and whether it is a warning."""

    text: str
    warning: bool


_GRAVE = frozenset({"error", "fatal"})
"""The severities of an OperationOutcome inside a Bundle after which nothing may be called complete."""


class OpenChart:
    """The chart of `patient`, read from the server at `base_url`.

    Without a patient it holds one record that was opened by its id and names no patient of this server.
    """

    def __init__(self, patient: Patient | None, base_url: str) -> None:
        self.is_unstated = patient is None
        self.patient = patient or unstated_patient()
        self.base_url = base_url
        self.procedures: list[Procedure] = []
        """What may be shown, in the server's order."""
        self.entered_in_error = 0
        """How many of the shown records were withdrawn as entered in error."""
        self.withheld = {Belonging.OTHER: 0, Belonging.UNSTATED: 0}
        self.unreadable = 0
        self.gone: dict[str, datetime] = {}
        """Ids of shown records that the server no longer has, and since when that is known."""
        self.warnings: list[Issue] = []
        self.standing = Standing.LOADING
        self.shortfall: Shortfall | None = None
        self.problem: Problem | None = None
        self.total: int | None = None
        self.pages = 0
        self.loaded_at: datetime | None = None
        self._shortfalls: list[Shortfall] = []
        self._seen: dict[str, set[bytes]] = {}
        """Of each record that counts as received its id, and every content that it was seen with."""
        self._besides: dict[str | bytes, set[bytes]] = {}
        """The same of those that came along without being counted as found; one without an id goes by its content."""
        self._shown_besides: set[str | bytes] = set()
        self._unlisted: set[str] = set()
        self._withheld_ids: dict[str, Belonging] = {}
        self._records_without_id = 0
        self._first_page = 0

    @property
    def received(self) -> int:
        """Distinct records that the server sent, shown or withheld."""
        return len(self._seen) + self._records_without_id + self.unreadable

    @property
    def included(self) -> int:
        """Shown procedures that came along without being counted as found."""
        return sum(key not in self._seen for key in self._shown_besides)

    @property
    def unlisted(self) -> int:
        """Shown records that were read by their id and that the server's list of this patient lacks."""
        return len(self._unlisted)

    @property
    def expected_pages(self) -> int | None:
        """How many pages there will be if all are as long as the first; None while nobody can say."""
        if self.total is None or not self._first_page:
            return None
        return max(self.pages, -(-self.total // self._first_page))

    # Events

    def add_page(self, page: ChartPage) -> tuple[Procedure, ...]:
        """Take in a page or a part of one; returns the procedures that are new and of this chart, in their order."""
        if not page.continues:
            self.pages += 1
            self._first_page = self._first_page or page.size or len(page.procedures)
        self._note_total(page)
        self.warnings.extend(page.warnings)
        if any(issue.severity in _GRAVE for issue in page.warnings):
            self._shortfalls.append(Shortfall.SERVER_SAID)
        self.unreadable += page.unreadable
        new = (*self._admitted(page.procedures), *self._admitted_besides(page.included))
        self._show(new)
        return new

    def finish(self, at: datetime) -> None:
        """The last page was reached at the local time `at`; whether the chart is complete is counted, not assumed."""
        self.loaded_at = at
        if self.total is not None and self.received != self.total:
            self._shortfalls.append(Shortfall.COUNT_DIFFERS)
        if self._shortfalls:
            self._fall_short(self._shortfalls[0])
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
        """Show the one record that names no patient; returns it as the only row."""
        self._show((procedure,))
        self._seen[procedure.id] = {procedure.raw}
        self.pages = 1
        self.finish(at)
        return (procedure,)

    def admit(self, procedure: Procedure) -> bool:
        """Show a record that was read by its id and that the server's list lacks; False if it is not this patient's."""
        if self._whose(procedure) is not Belonging.OWN:
            return False
        self._show((procedure,))
        listed_as = self._withheld_ids.pop(procedure.id, None)
        if listed_as is None:
            self._unlisted.add(procedure.id)
        else:  # the list has it, with another subject than the record itself
            self.withheld[listed_as] -= 1
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
        self.entered_in_error -= older.entered_in_error
        if fresh.id in self._seen:
            self._seen[fresh.id].add(fresh.raw)  # a page that is still to come may bring the same
        whose = self._whose(fresh)
        if whose is Belonging.OWN or self.is_unstated:
            self.procedures[place] = fresh
            self.entered_in_error += fresh.entered_in_error
            return Reread.REPLACED
        del self.procedures[place]
        self._unlisted.discard(older.id)
        self._shown_besides.discard(older.id)
        self._withhold(fresh, whose)
        return Reread.LEFT

    def lose(self, procedure: Procedure, at: datetime) -> None:
        """The server says at `at` that it no longer has a shown record; it stays, and that is said."""
        self.gone[procedure.id] = at

    # What is asked

    def find(self, procedure_id: str) -> Procedure | None:
        """The shown procedure of that id."""
        return next((procedure for procedure in self.procedures if procedure.id == procedure_id), None)

    def statement(self, *, errors_shown: bool = False) -> Statement:
        """The completeness in words, counting what was received; `errors_shown`: what was entered in error has rows."""
        if self.standing is Standing.LOADING:
            return Statement(self._progress(), warning=False)
        if self.standing is Standing.COMPLETE and self.loaded_at is not None:
            attention = sum(self.withheld.values()) + self.unreadable + len(self.gone) + self.unlisted
            return Statement(self._all(self.loaded_at) + self._aside(errors_shown), warning=attention > 0)
        return Statement(self._incomplete() + self._aside(errors_shown), warning=True)

    # Inside

    def _show(self, procedures: Sequence[Procedure]) -> None:
        self.procedures.extend(procedures)
        self.entered_in_error += sum(procedure.entered_in_error for procedure in procedures)

    def _whose(self, procedure: Procedure) -> Belonging:
        return belonging(procedure.subject, ResourceKey("Patient", self.patient.id), self.base_url)

    def _fall_short(self, shortfall: Shortfall) -> None:
        self.standing = Standing.INCOMPLETE
        self.shortfall = shortfall

    def _note_total(self, page: ChartPage) -> None:
        if page.total_unreadable:
            self._shortfalls.append(Shortfall.TOTAL_UNREADABLE)
        if page.total is None:
            return
        if self.total is not None and self.total != page.total:
            self._shortfalls.append(Shortfall.TOTAL_CHANGED)
        self.total = page.total

    def _admitted(self, procedures: Sequence[Procedure]) -> list[Procedure]:
        """Those that are new and this patient's; the others are counted by what keeps them out."""
        admitted = []
        for procedure in procedures:
            if not procedure.readable:
                self.unreadable += 1
            elif self._is_new(procedure):
                whose = self._whose(procedure)
                if whose is Belonging.OWN:
                    admitted.append(procedure)
                else:
                    self._withhold(procedure, whose)
        return admitted

    def _withhold(self, procedure: Procedure, whose: Belonging) -> None:
        """Count what is kept out, each record once, however it came."""
        if procedure.id:
            if procedure.id in self._withheld_ids:
                return
            self._withheld_ids[procedure.id] = whose
        self.withheld[whose] += 1

    def _is_new(self, procedure: Procedure) -> bool:
        """Whether it didn't come before; one that came with other content then is shown too, and that is said."""
        if not procedure.id:
            self._records_without_id += 1
            return True
        came_besides = self._besides.get(procedure.id, set())
        versions = self._seen.setdefault(procedure.id, set())
        if procedure.raw in versions or procedure.raw in came_besides:
            versions.add(procedure.raw)
            return False
        if versions or came_besides:
            self._shortfalls.append(Shortfall.RECORD_CHANGED)
        versions.add(procedure.raw)
        return True

    def _admitted_besides(self, included: Sequence[Procedure]) -> list[Procedure]:
        """Those of this patient that aren't shown yet; they don't count as received. Others are withheld."""
        admitted = []
        for procedure in included:
            key = procedure.id or procedure.raw
            versions = self._besides.setdefault(key, set())
            found = self._seen.get(procedure.id, set())
            if not procedure.readable or procedure.raw in versions or procedure.raw in found:
                continue
            if versions or found:
                self._shortfalls.append(Shortfall.RECORD_CHANGED)
            versions.add(procedure.raw)
            whose = self._whose(procedure)
            if whose is Belonging.OWN:
                self._shown_besides.add(key)
                admitted.append(procedure)
            else:
                self._withhold(procedure, whose)
        return admitted

    def _progress(self) -> str:
        if self.total is None:
            return translate("chart", "Loading: {count} records so far").format(count=self.received)
        return translate("chart", "Loading: {count} of {total} records").format(count=self.received, total=self.total)

    def _all(self, loaded_at: datetime) -> str:
        if self.is_unstated:
            text = translate("chart", "One record, opened by its id, loaded {time}")
        elif self.received == 0 and (self.procedures or any(self.withheld.values())):
            text = translate("chart", "No record was found by the search itself, loaded {time}")
        elif self.received == 0:
            text = translate("chart", "No procedures, checked {time}")
        elif self.unreadable:
            # What can't be read can't be shown either: "all" would be taken for all that there is to see.
            text = (
                translate("chart", "1 record received, loaded {time}")
                if self.received == 1
                else translate("chart", "{count} records received, loaded {time}")
            )
        elif self.received == 1 and self.included:
            text = translate("chart", "The only record that was found by the search itself, loaded {time}")
        elif self.received == 1:
            text = translate("chart", "The only record, loaded {time}")
        else:
            text = translate("chart", "All {count} records, loaded {time}")
        return text.format(count=self.received, time=f"{loaded_at:%H:%M}")

    def _incomplete(self) -> str:
        counts = str(self.received)
        if self.total is not None:
            counts = translate("chart", "{count} of {total}").format(count=self.received, total=self.total)
        if not self.pages and self.shortfall is Shortfall.FAILED:
            return translate("chart", "Not loaded")
        text = translate("chart", "Incomplete: {counts} records")
        if self.shortfall is not None:
            text = translate("chart", "Incomplete: {counts} records ({reason})")
            return text.format(counts=counts, reason=reason(self.shortfall, self.problem))
        return text.format(counts=counts)

    def _aside(self, errors_shown: bool) -> str:
        """What is to be known besides, in brackets; empty if there is nothing to say."""
        hidden = translate("chart", "{count} entered in error hidden")
        shown = translate("chart", "{count} entered in error shown")
        if self.loaded_at is not None:
            unlisted = translate("chart", "{count} opened by its id, missing from the server's list")
        else:
            unlisted = translate("chart", "{count} opened by its id")
        remarks = (
            (self.entered_in_error, shown if errors_shown else hidden),
            (self.withheld[Belonging.OTHER], translate("chart", "{count} of another patient withheld")),
            (self.withheld[Belonging.UNSTATED], translate("chart", "{count} without a stated patient withheld")),
            (self.unreadable, translate("chart", "{count} unreadable and not shown")),
            (len(self.gone), translate("chart", "{count} no longer on the server")),
            (self.unlisted, unlisted),
            (self.included, translate("chart", "{count} included besides")),
        )
        said = [text.format(count=count) for count, text in remarks if count]
        return f" ({', '.join(said)})" if said else ""
