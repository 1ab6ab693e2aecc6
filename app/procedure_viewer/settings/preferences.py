"""How this person likes the window, kept in `preferences.json` in the settings folder. No secrets, no health data."""

from enum import StrEnum
from pathlib import Path

import msgspec

from procedure_viewer.files.atomic import write_whole

FILE_NAME = "preferences.json"


class Appearance(StrEnum):
    """Light or dark."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Preferences(msgspec.Struct, frozen=True):
    """What is remembered between runs; each field has a value that does no harm."""

    appearance: Appearance = Appearance.SYSTEM
    window: str = ""
    """Qt's saved geometry, base64."""
    connection: str = ""
    """The id of the connection used last."""


def load_preferences(folder: Path) -> Preferences:
    """The saved preferences; the defaults when there are none or they can't be read: nothing of worth is in them."""
    try:
        return msgspec.json.decode((folder / FILE_NAME).read_bytes(), type=Preferences)
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):  # ValueError: not UTF-8
        return Preferences()


def save_preferences(folder: Path, preferences: Preferences) -> None:
    """Write them, whole or not at all. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(folder / FILE_NAME, msgspec.json.encode(preferences), replace=True)
