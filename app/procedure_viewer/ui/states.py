"""The values that a session's state is made of."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from procedure_viewer.fhir.outcome import Problem
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.ui.advice import Asked


@dataclass(frozen=True, slots=True)
class Server:
    """A server to talk to. The address may be known only later (the demo server's): then it is a blocking function."""

    name: str
    base_url: str | Callable[[], str]
    token: str | None = field(default=None, repr=False)
    account: str | None = None
    """Where the keyring keeps the token, if it does."""
    is_demo: bool = False


class Link(StrEnum):
    """How the connection to the server stands."""

    NONE = "none"
    CONNECTING = "connecting"
    READY = "ready"
    FAILED = "failed"


class Progress(StrEnum):
    """How a search stands."""

    NOTHING = "nothing"
    LOADING = "loading"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    UNCLEAR = "unclear"  # Enter was pressed on what may mean several things, or nothing: nothing is searched


@dataclass(frozen=True, slots=True)
class Trouble:
    """A failure and what would mend it."""

    problem: Problem
    action: Callable[[], None] | None
    asked: Asked = Asked.OTHER


@dataclass(frozen=True, slots=True)
class RereadProcedure:
    """A shown procedure that was read again; `fresh` is None where it is no longer this patient's."""

    older: Procedure
    fresh: Procedure | None
    at: datetime

    @property
    def changed(self) -> bool:
        """Whether the server sent anything else than before."""
        return self.fresh is None or self.fresh.raw != self.older.raw
