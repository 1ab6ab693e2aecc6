"""The servers that this person works with, kept in `connections.json` in the settings folder. No secrets.

The file is `{"version": 1, "connections": [{"id", "name", "base_url"}]}`; a connection's token lies in the keyring
under its id.
"""

import logging
import os
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from platformdirs import user_config_path

from procedure_viewer.files.atomic import write_whole
from procedure_viewer.settings.base_url import AddressRefused, checked_base_url, is_loopback

__all__ = [
    "AddressRefused",
    "Connection",
    "checked_base_url",
    "is_loopback",
    "load_connections",
    "save_connections",
    "settings_folder",
]

FILE_NAME = "connections.json"
VERSION = 1
FOLDER_VARIABLE = "PROCEDURE_VIEWER_SETTINGS"
"""The environment variable that names another settings folder."""

_log = logging.getLogger("procedure_viewer.settings")
_ID = re.compile(r"[0-9a-f]{32}")


class Connection(msgspec.Struct, frozen=True):
    """One server: `id` is uuid4().hex and never changes, `name` is the person's word for it, `base_url` is checked."""

    id: str
    name: str
    base_url: str
    has_token: bool = False
    """Whether the keyring is to be asked for a token: an open server needs none, and then no keyring either."""


class _File(msgspec.Struct):
    version: int
    connections: list[msgspec.Raw]


def settings_folder() -> Path:
    """Where settings are kept, by the platform's custom or as PROCEDURE_VIEWER_SETTINGS says; it may not exist yet."""
    override = os.environ.get(FOLDER_VARIABLE)
    return Path(override) if override else user_config_path("procedure-viewer", appauthor=False)


def _log_set_aside(kept: Path) -> None:
    _log.warning("the list of connections could not be read whole; it is kept as %s", kept.name)


def load_connections(folder: Path, on_broken: Callable[[Path], None] = _log_set_aside) -> tuple[Connection, ...]:
    """The saved connections, in their order; none when nothing was saved yet.

    A file that can't be read whole is renamed, never lost: `on_broken` gets its new path, and what could be read is
    returned. Raises OSError when the file is there but the system does not let us read or rename it: an empty answer
    would be saved over it.
    """
    path = folder / FILE_NAME
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return ()
    connections, whole = _decode(content)
    if not whole:
        on_broken(_set_aside(path))
    return connections


def save_connections(folder: Path, connections: Iterable[Connection]) -> None:
    """Write the list, whole or not at all, readable by this person alone. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = msgspec.json.encode({"version": VERSION, "connections": list(connections)})
    write_whole(folder / FILE_NAME, msgspec.json.format(content, indent=2) + b"\n", replace=True)


def _decode(content: bytes) -> tuple[tuple[Connection, ...], bool]:
    """What can be read, and whether that is everything."""
    try:
        file = msgspec.json.decode(content, type=_File)
    except (msgspec.DecodeError, RecursionError):
        return (), False
    if file.version != VERSION:
        return (), False
    connections: dict[str, Connection] = {}
    for raw in file.connections:
        connection = _decode_one(raw)
        if connection is not None:
            connections.setdefault(connection.id, connection)
    return tuple(connections.values()), len(connections) == len(file.connections)


def _decode_one(raw: msgspec.Raw) -> Connection | None:
    try:
        connection = msgspec.json.decode(raw, type=Connection)
        # Somebody else may have edited the file; a token must not go where the window would not have let it.
        usable = checked_base_url(connection.base_url) == connection.base_url
    except (msgspec.DecodeError, RecursionError, AddressRefused):
        return None
    return connection if usable and _ID.fullmatch(connection.id) else None


def _set_aside(path: Path) -> Path:
    """Rename the file to one that says since when it is kept."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    return path.rename(path.with_name(f"connections.broken-{moment}.json"))
