"""One reading of a patient's list, from its first page to its last: what came, what of it may be shown, what drifted.

Between two pages a server's list may change. The pages then overlap, or a record falls between them: the total changes,
an id comes on two pages, or the count doesn't add up.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from procedure_viewer.chart.belonging import Belonging
from procedure_viewer.chart.shortfall import DRIFT, Shortfall
from procedure_viewer.chart.versions import Versions
from procedure_viewer.fhir.datatypes import ResourceKey
from procedure_viewer.fhir.outcome import Issue
from procedure_viewer.fhir.procedure import Procedure


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


Whose = Callable[[Procedure], tuple[Belonging, ResourceKey | None]]
"""How a record relates to the open patient, and whose it is by type and id where that can be told."""

_HARMLESS = frozenset({"warning", "information", "success"})
"""The severities of an OperationOutcome inside a Bundle that speak of no failure. After any other, "ERROR" or one that
nobody knows among them, nothing may be called complete.
"""


class Reading:
    """Takes in pages; `procedures` is what may be shown, in the server's order."""

    def __init__(self, whose: Whose) -> None:
        self._whose = whose
        self.procedures: list[Procedure] = []
        self.withheld = {Belonging.OTHER: 0, Belonging.MERGED: 0, Belonging.UNSTATED: 0}
        self.merged: Counter[ResourceKey] = Counter()
        """How many records are withheld because they are filed under the other record of a merge, by that record."""
        self.entered_in_error = 0
        self.unreadable = 0
        self._warnings: dict[Issue, None] = {}
        self.total: int | None = None
        self.pages = 0
        self.shortfalls: list[Shortfall] = []
        self.on_two_pages: set[str] = set()
        """Ids that came on more than one page with the same content."""
        self._seen: Versions[str] = Versions()
        """Of each record that counts as received its id, and every content that it was seen with."""
        self._new_on_page: set[str | bytes] = set()
        """Of what came first on the latest page its id, or its fingerprint where it has none."""
        self._alike_on_two_pages = False
        """Whether two records without an id, alike to the letter, came on two pages: perhaps one of them is missing."""
        self._besides: Versions[str | bytes] = Versions()
        """The same of those that came along without being counted as found; without an id by its fingerprint."""
        self._shown_besides: set[str | bytes] = set()
        self._withheld_ids: dict[str, tuple[Belonging, ResourceKey | None]] = {}
        self._without_id: Counter[bytes] = Counter()
        self._page_size = 0
        self._on_pages = 0

    @property
    def warnings(self) -> Sequence[Issue]:
        """What the server said beside its records, each once."""
        return tuple(self._warnings)

    @property
    def received(self) -> int:
        """Distinct records that the server sent, shown or withheld."""
        return len(self._seen) + self._without_id.total() + self.unreadable

    @property
    def included(self) -> int:
        """Shown procedures that came along without being counted as found."""
        return sum(key not in self._seen for key in self._shown_besides)

    @property
    def expected_pages(self) -> int | None:
        """How many pages there will be if all are as long as the latest; None while nobody can say.

        The first may be a short one, so that its rows come soon.
        """
        if self.total is None or not self._page_size:
            return None
        return self.pages + max(0, -(-(self.total - self._on_pages) // self._page_size))

    @property
    def drifted(self) -> bool:
        """Whether all that is wrong with it may be mended by reading the list once more."""
        return bool(self.shortfalls) and DRIFT.issuperset(self.shortfalls)

    # Pages

    def add_page(self, page: ChartPage) -> tuple[Procedure, ...]:
        """Take in a page or a part of one; returns the procedures that are new and of this chart, in their order."""
        if not page.continues:
            self.pages += 1
            self._page_size = page.size or len(page.procedures)
            self._on_pages += self._page_size
            self._new_on_page.clear()
        self._note_total(page)
        self._warnings.update(dict.fromkeys(page.warnings))
        if any(issue.severity.casefold() not in _HARMLESS for issue in page.warnings):
            self.shortfalls.append(Shortfall.SERVER_SAID)
        self.unreadable += page.unreadable
        new = (*self._admitted(page.procedures), *self._admitted_besides(page.included))
        self.show(new)
        return new

    def finish(self, former: "Reading | None" = None) -> None:
        """The last page was reached: count. `former` is the reading before, where this is the second in a row.

        A server that twice sends exactly the same, overlap included, does not drift: it repeats itself.
        """
        if self.total is not None and self.received != self.total:
            self.shortfalls.append(Shortfall.COUNT_DIFFERS)
        if (self.on_two_pages or self._alike_on_two_pages) and not (former is not None and self.agrees_with(former)):
            self.shortfalls.append(Shortfall.PAGES_SHIFTED)

    def agrees_with(self, other: "Reading") -> bool:
        """Whether both brought the same records with the same contents."""
        return (self._seen, self._without_id, self._besides) == (other._seen, other._without_id, other._besides)

    # Single records

    def show(self, procedures: Sequence[Procedure]) -> None:
        """Append rows."""
        self.procedures.extend(procedures)
        self.entered_in_error += sum(procedure.entered_in_error for procedure in procedures)

    def count_alone(self, procedure: Procedure) -> None:
        """Show the one record that was not listed but opened by its id."""
        self.show((procedure,))
        self._seen.add(procedure.id, procedure)
        self.pages = 1

    def lists(self, procedure_id: str) -> bool:
        """Whether a record of that id is withheld; from now on it is not, for it was read with another subject."""
        listed_as = self._withheld_ids.pop(procedure_id, None)
        if listed_as is None:
            return False
        whose, key = listed_as
        self.withheld[whose] -= 1
        if whose is Belonging.MERGED and key is not None:
            self.merged[key] -= 1
        return True

    def put(self, place: int, fresh: Procedure, *, stays: bool) -> None:
        """The record in a place was read again: show its new content there, or take it out and count it as withheld."""
        older = self.procedures[place]
        self.entered_in_error -= older.entered_in_error
        if fresh.id in self._seen:
            self._seen.add(fresh.id, fresh)  # a page that is still to come may bring the same
        if stays:
            self.procedures[place] = fresh
            self.entered_in_error += fresh.entered_in_error
            return
        del self.procedures[place]
        self._shown_besides.discard(older.id)
        self._withhold(fresh, *self._whose(fresh))

    # Inside

    def _note_total(self, page: ChartPage) -> None:
        if page.total_unreadable:
            self.shortfalls.append(Shortfall.TOTAL_UNREADABLE)
        if page.total is None:
            return
        if self.total is not None and self.total != page.total:
            self.shortfalls.append(Shortfall.TOTAL_CHANGED)
        self.total = page.total

    def _admitted(self, procedures: Sequence[Procedure]) -> list[Procedure]:
        """Those that are new and this patient's; the others are counted by what keeps them out."""
        admitted = []
        for procedure in procedures:
            if not procedure.readable:
                self.unreadable += 1
            elif self._is_new(procedure):
                whose, key = self._whose(procedure)
                if whose is Belonging.OWN:
                    admitted.append(procedure)
                else:
                    self._withhold(procedure, whose, key)
        return admitted

    def _withhold(self, procedure: Procedure, whose: Belonging, key: ResourceKey | None) -> None:
        """Count what is kept out, each record once, however it came."""
        if procedure.id:
            if procedure.id in self._withheld_ids:
                return
            self._withheld_ids[procedure.id] = (whose, key)
        self.withheld[whose] += 1
        if whose is Belonging.MERGED and key is not None:
            self.merged[key] += 1

    def _is_new(self, procedure: Procedure) -> bool:
        """Whether it didn't come before; one that came with other content then is shown too, and that is said."""
        if not procedure.id:
            content = procedure.fingerprint
            shifted = self._has_shifted(content, content in self._without_id)
            self._without_id[content] += 1
            self._alike_on_two_pages = self._alike_on_two_pages or shifted
            return True
        key = procedure.id
        if self._has_shifted(key, key in self._seen):
            self.on_two_pages.add(key)
        is_known = self._seen.has(key, procedure) or self._besides.has(key, procedure)
        if not is_known and (key in self._seen or key in self._besides):
            self.shortfalls.append(Shortfall.RECORD_CHANGED)
        self._seen.add(key, procedure)
        return not is_known

    def _has_shifted(self, key: str | bytes, came_before: bool) -> bool:
        """Whether it came on an earlier page than the latest."""
        if not came_before:
            self._new_on_page.add(key)
        return key not in self._new_on_page

    def _admitted_besides(self, included: Sequence[Procedure]) -> list[Procedure]:
        """Those of this patient that aren't shown yet; they don't count as received. Others are withheld."""
        admitted = []
        for procedure in included:
            key = procedure.id or procedure.fingerprint
            if not procedure.readable or self._besides.has(key, procedure) or self._seen.has(procedure.id, procedure):
                continue
            if key in self._besides or procedure.id in self._seen:
                self.shortfalls.append(Shortfall.RECORD_CHANGED)
            self._besides.add(key, procedure)
            whose, subject = self._whose(procedure)
            if whose is Belonging.OWN:
                self._shown_besides.add(key)
                admitted.append(procedure)
            else:
                self._withhold(procedure, whose, subject)
        return admitted
