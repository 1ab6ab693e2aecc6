"""What IT has laid down for this machine: connections, and settings that a person can't change. No secrets.

`policy_file.py` reads it.
"""

from dataclasses import dataclass
from enum import StrEnum

from procedure_viewer.fhir.words import translate
from procedure_viewer.settings.connection import Connection, SignInMethod, uniquely_named

SHORTEST_IDLE = 1
LONGEST_IDLE = 240
DEFAULT_IDLE = 15
"""Minutes without a key or a click after which the chart is covered."""
SHORTEST_COPY = 5
LONGEST_COPY = 3_600
DEFAULT_COPY = 60
"""Seconds after which what was copied is taken out of the clipboard."""


class Setting(StrEnum):
    """What IT may set, by its name in the file; what is set is locked."""

    IDLE_MINUTES = "idle_minutes"
    FORGET_SIGN_IN_ON_CLOSE = "forget_sign_in_on_close"
    ALLOW_OTHER_CONNECTIONS = "allow_other_connections"
    ALLOW_PASTED_TOKENS = "allow_pasted_tokens"
    ALLOW_DEMO = "allow_demo"
    IDLE_RETURN = "idle_return"
    CLIPBOARD_SECONDS = "clipboard_seconds"


class IdleReturn(StrEnum):
    """How one comes back to a covered window."""

    SIGN_IN = "sign-in"
    CONTINUE = "continue"  # the program goes on with the sign-in that it has


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy of this machine; the default is that of a machine without one, where nothing is locked.

    Of the settings that a person has as well (`preferences.py`), a value here counts where it is locked.
    """

    connections: tuple[Connection, ...] = ()
    locked: frozenset[Setting] = frozenset()
    idle_minutes: int = DEFAULT_IDLE
    forget_sign_in_on_close: bool = False
    allow_other_connections: bool = True
    """Whether a person may use servers other than IT's."""
    allow_pasted_tokens: bool = True
    allow_demo: bool = True
    idle_return: IdleReturn = IdleReturn.SIGN_IN
    clipboard_seconds: int = DEFAULT_COPY
    complaints: tuple[str, ...] = ()
    """What is wrong with the file, in words for IT, each with the name of the key."""

    def offered(self, saved: tuple[Connection, ...]) -> tuple[Connection, ...]:
        """What there is to choose from: IT's connections, then those of the person's own that IT allows.

        Each has a name of its own; IT's keep theirs.
        """
        ids = {connection.id for connection in self.connections}
        own = [c for c in saved if c.id not in ids] if self.allow_other_connections else []
        return uniquely_named((*self.connections, *own))

    def is_preset(self, connection: Connection) -> bool:
        """Whether this is one of IT's connections, which a person can't change."""
        return any(preset.id == connection.id for preset in self.connections)

    def refusal(self, connection: Connection) -> str:
        """Why this connection may not be used, in words; "" if it may. IT's own may, as IT wrote them."""
        if connection in self.connections:
            return ""
        if not self.allow_other_connections:
            return translate("settings", "Your IT department allows its own connections only")
        if not self.allow_pasted_tokens and connection.sign_in is SignInMethod.TOKEN:
            return translate(
                "settings", "Your IT department does not allow pasted tokens: choose another way to sign in"
            )
        return ""


NO_POLICY = Policy()
"""A machine on which IT has laid down nothing."""

STRICT = Policy(
    locked=frozenset(Setting),
    forget_sign_in_on_close=True,
    allow_other_connections=False,
    allow_pasted_tokens=False,
    allow_demo=False,
)
"""What holds while a policy is there and can't be read."""
