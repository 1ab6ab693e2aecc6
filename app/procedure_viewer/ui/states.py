"""The values that a session's state is made of."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from procedure_viewer.fhir.outcome import Problem
from procedure_viewer.settings.connections import Connection
from procedure_viewer.ui.advice import Asked


@dataclass(frozen=True, slots=True)
class Server:
    """A server to talk to, by a saved connection or by one that is made up for this run."""

    connection: Connection
    address: Callable[[], str] | None = None
    """Blocks until the base URL is known, where the connection can't name it (the demo server's)."""
    token: str | None = field(default=None, repr=False)
    """A bearer token for this run."""
    is_demo: bool = False
    memory_only: bool = False
    """Whether the keyring is left alone."""

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.connection.name or QCoreApplication.translate("Server", "Demo clinic")


class Link(StrEnum):
    """How the connection to the server stands."""

    NONE = "none"
    CONNECTING = "connecting"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A failure and what would mend it."""

    problem: Problem
    action: Callable[[], None] | None
    asked: Asked = Asked.OTHER
