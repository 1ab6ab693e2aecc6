"""How this person likes the window, kept in `preferences.json` in the settings folder. No secrets, no health data."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import msgspec

from procedure_viewer.files.atomic import write_whole
from procedure_viewer.settings.lock import locked
from procedure_viewer.settings.policy import (
    DEFAULT_COPY,
    DEFAULT_IDLE,
    LONGEST_COPY,
    LONGEST_IDLE,
    IdleReturn,
    Policy,
    Setting,
)

FILE_NAME = "preferences.json"
LOCK_NAME = "preferences.lock"
NEVER = 0
"""The number of idle minutes after which nothing is ever covered: on a desk of one's own, the system's lock does it.
And of the seconds after which nothing that was copied is cleared by time."""

_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)  # ValueError: not UTF-8


class Appearance(StrEnum):
    """Light or dark."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


LAYOUT_VERSION = 1
LEAST_WIDTH, MOST_WIDTH = 16, 4_000
"""Pixels that a column may be wide."""
_Name = Annotated[str, msgspec.Meta(max_length=40)]
_Names = Annotated[tuple[_Name, ...], msgspec.Meta(max_length=40)]
_Widths = Annotated[
    dict[_Name, Annotated[int, msgspec.Meta(ge=LEAST_WIDTH, le=MOST_WIDTH)]], msgspec.Meta(max_length=40)
]


class ColumnLayout(msgspec.Struct, frozen=True):
    """How the columns of the procedures are arranged. Names that a later or older version doesn't know are passed over.

    A layout of another version says nothing: whoever reads it goes by the defaults.
    """

    version: int = LAYOUT_VERSION
    order: _Names = ()
    """Names from the left; () for the program's own order."""
    hidden: _Names = ()
    widths: _Widths = msgspec.field(default_factory=dict)
    """Pixels of each column that the reader took in hand."""


class Preferences(msgspec.Struct, frozen=True):
    """What is remembered between runs; each field has a value that does no harm."""

    appearance: Appearance = Appearance.SYSTEM
    window: str = ""
    """Qt's saved geometry, base64."""
    connection: str = ""
    """The id of the connection used last."""
    idle_minutes: Annotated[int, msgspec.Meta(ge=NEVER, le=LONGEST_IDLE)] = DEFAULT_IDLE
    """After how many minutes without a key or a click the chart is covered; NEVER turns that off."""
    forget_sign_in_on_close: bool = False
    columns: ColumnLayout = ColumnLayout()
    list_share: Annotated[int, msgspec.Meta(ge=0, lt=1_000)] = 0
    """Thousandths of the room for list and details that the list gets; 0 leaves it to the program."""
    timeline: bool = True
    """Whether the timeline above the list is shown."""
    clipboard_seconds: Annotated[int, msgspec.Meta(ge=NEVER, le=LONGEST_COPY)] = DEFAULT_COPY
    """After how many seconds what was copied is cleared; NEVER leaves it until the window locks or closes."""


@dataclass(frozen=True, slots=True)
class Effective:
    """What holds for this window: the person's preferences where IT left them a choice, else IT's."""

    idle_minutes: int
    """NEVER, or minutes."""
    forget_sign_in_on_close: bool
    allow_other_connections: bool
    allow_pasted_tokens: bool
    allow_demo: bool
    idle_return: IdleReturn
    clipboard_seconds: int
    """NEVER, or seconds."""
    locked: frozenset[Setting]
    """What the person can't change: shown, and not to be edited."""


def effective(preferences: Preferences, policy: Policy) -> Effective:
    """The settings that hold under the machine's policy."""
    own_idle = Setting.IDLE_MINUTES not in policy.locked
    own_copy = Setting.CLIPBOARD_SECONDS not in policy.locked
    own_forget = Setting.FORGET_SIGN_IN_ON_CLOSE not in policy.locked
    return Effective(
        idle_minutes=preferences.idle_minutes if own_idle else policy.idle_minutes,
        forget_sign_in_on_close=(preferences.forget_sign_in_on_close if own_forget else policy.forget_sign_in_on_close),
        allow_other_connections=policy.allow_other_connections,
        allow_pasted_tokens=policy.allow_pasted_tokens,
        allow_demo=policy.allow_demo,
        idle_return=policy.idle_return,
        clipboard_seconds=preferences.clipboard_seconds if own_copy else policy.clipboard_seconds,
        locked=policy.locked,
    )


def load_preferences(folder: Path) -> Preferences:
    """The saved preferences; a value that can't be read is the default, and so is all of a file that can't."""
    try:
        saved = msgspec.json.decode((folder / FILE_NAME).read_bytes(), type=dict[str, msgspec.Raw])
    except (OSError, *_UNREADABLE):
        return Preferences()
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(Preferences):
        if field.name in saved:
            try:
                values[field.name] = msgspec.json.decode(saved[field.name], type=field.type)
            except _UNREADABLE:
                continue
    return Preferences(**values)


def save_preferences(folder: Path, preferences: Preferences) -> None:
    """Write them, whole or not at all. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(folder / FILE_NAME, msgspec.json.encode(preferences), replace=True)


def change_preferences(folder: Path, change: Callable[[Preferences], Preferences]) -> Preferences:
    """Write what `change` makes of the preferences as another window may have left them. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(folder / LOCK_NAME):
        preferences = change(load_preferences(folder))
        save_preferences(folder, preferences)
    return preferences
