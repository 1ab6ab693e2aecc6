"""What a window is told while one patient's chart is opened, read and left; the values are small, in a strict order."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from procedure_viewer.chart.questions import Question
from procedure_viewer.fhir.outcome import Problem
from procedure_viewer.fhir.procedure import Procedure


class Changed(StrEnum):
    """Something is to be looked at anew."""

    SEARCH = "search"
    CLEARED = "cleared"  # no patient is open: nothing may stay shown of the one before
    OPENED = "opened"  # a patient is open, with no rows yet
    CHART = "chart"
    MORE = "more"  # there are rows still to be shown, when the window has had its breath


@dataclass(frozen=True, slots=True)
class NewRows:
    """Procedures of the open chart that are to be shown besides those that are."""

    procedures: tuple[Procedure, ...]


@dataclass(frozen=True, slots=True)
class ToBeSelected:
    """A shown procedure that the reader asked for."""

    procedure: Procedure


@dataclass(frozen=True, slots=True)
class RereadProcedure:
    """A shown procedure that was read again; `fresh` is None where it is no longer this patient's."""

    older: Procedure
    fresh: Procedure | None
    at: datetime

    @property
    def changed(self) -> bool:
        """Whether the server sent anything else than before."""
        return self.fresh is None or self.fresh.fingerprint != self.older.fingerprint


@dataclass(frozen=True, slots=True)
class Troubled:
    """What was asked for has failed; `mendable` where asking again, or signing in, may help."""

    problem: Problem
    question: Question | None = None
    mendable: bool = False


News = Changed | NewRows | ToBeSelected | RereadProcedure | Troubled
