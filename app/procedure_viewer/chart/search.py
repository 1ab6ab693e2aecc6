"""What was looked for, and how that stands: patients by what was typed, or one record by its id."""

from dataclasses import dataclass, field
from enum import StrEnum

from procedure_viewer.fhir.lookalike import NONE_ALIKE, LookAlikes
from procedure_viewer.fhir.outcome import Issue, Problem
from procedure_viewer.fhir.patient import Patient
from procedure_viewer.fhir.query import Reading


class Progress(StrEnum):
    """How a search stands."""

    NOTHING = "nothing"
    LOADING = "loading"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    UNCLEAR = "unclear"  # Enter was pressed on what may mean several things, or nothing: nothing is searched


@dataclass(frozen=True, slots=True)
class PatientsFound:
    """The patients found so far, in the server's order, and how far the search has come.

    `candidates` records were looked at, of `total` where the server says so; `more` tells that the search stopped
    although the server had further pages. `warnings` are what the server said beside its answer; `unreadable` counts
    the entries that can't be listed: not readable, without an id, or no Patient. `passed_over` counts the patients who
    are left out because a word of the name that the server was not sent stands in none of their names.
    """

    patients: tuple[Patient, ...] = field(repr=False)
    candidates: int
    total: int | None
    more: bool
    warnings: tuple[Issue, ...] = ()
    unreadable: int = 0
    passed_over: int = 0
    alike: LookAlikes = field(default=NONE_ALIKE, repr=False)
    """Who of them is easily taken for whom."""


NOBODY = PatientsFound((), 0, None, more=False)


@dataclass(slots=True)
class Search:
    """The state of the search's place in the window."""

    asked: Reading | None = None
    """How the reader's own words were understood that led to what `found` and `progress` say."""
    reading: Reading | None = None
    """What is being looked for, or was: `asked`, or what followed from it."""
    found: PatientsFound = NOBODY
    problem: Problem | None = None
    progress: Progress = Progress.NOTHING

    def forget(self) -> None:
        """Back to where nothing was searched yet."""
        self.asked = self.reading = self.problem = None
        self.found, self.progress = NOBODY, Progress.NOTHING

    def begin(self, reading: Reading) -> None:
        """Patients are being searched for."""
        self.reading, self.problem = reading, None
        self.found, self.progress = NOBODY, Progress.LOADING

    def begin_opening(self) -> None:
        """What was asked for here is being opened by its id."""
        if self._is_by_id:
            self.found, self.problem, self.progress = NOBODY, None, Progress.LOADING

    def end_opening(self, progress: Progress, patients: tuple[Patient, ...] = ()) -> None:
        """Say how that ended, and whose record it was."""
        if self._is_by_id and self.progress is Progress.LOADING:
            self.found = PatientsFound(patients, len(patients), None, more=False)
            self.progress = progress

    @property
    def _is_by_id(self) -> bool:
        return self.reading is not None and bool(self.reading.procedure_id)
