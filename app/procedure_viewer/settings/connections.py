"""The servers that this person works with, kept in `connections.json` in the settings folder. No secrets.

The file is `{"version": 1, "default": "...", "connections": [...]}`, each a `Connection`; its secrets lie in the
keyring, under its `account`. Several windows may change it at once: each change is made to what the file holds at that
moment, under a lock.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from procedure_viewer.files.atomic import write_whole
from procedure_viewer.settings.base_url import AddressRefused, checked_base_url, is_loopback
from procedure_viewer.settings.connection import (
    Connection,
    ConnectionRefused,
    Network,
    SignInMethod,
    checked_connection,
    checked_name,
    duplicate,
    find_connection,
    is_connection_id,
    unique_name,
    uniquely_named,
)
from procedure_viewer.settings.folder import settings_folder
from procedure_viewer.settings.lock import locked

__all__ = [
    "AddressRefused",
    "Change",
    "Connection",
    "ConnectionRefused",
    "Network",
    "Saved",
    "SignInMethod",
    "change_connections",
    "change_saved",
    "checked_base_url",
    "checked_name",
    "connection_to_open",
    "duplicate_connection",
    "find_connection",
    "is_loopback",
    "load_connections",
    "load_saved",
    "order_connections",
    "put_connection",
    "remove_connection",
    "set_default",
    "settings_folder",
]

FILE_NAME = "connections.json"
LOCK_NAME = "connections.lock"
VERSION = 1

_log = logging.getLogger("procedure_viewer.settings")
_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)
"""What reading a file that anybody may have edited can raise. ValueError: it is not UTF-8, or a field is refused."""

OnBroken = Callable[[Path], None]
"""Is told under which new path a file was kept that could not be read whole."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What the file holds: the connections in the person's order, each with a name of its own."""

    connections: tuple[Connection, ...] = ()
    default: str = ""
    """The id of the one that a start opens, which may be one of IT's; empty for the one used last."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a change did to one connection."""

    saved: Saved
    """The file as it is now."""
    before: Connection | None
    """As the file held it; None for a new one."""
    after: Connection | None
    """As it is kept now, under a name of its own; None for one that was removed."""

    @property
    def left_accounts(self) -> tuple[str, ...]:
        """The keyring's accounts that belong to nothing any more, whose secrets are to be removed."""
        if self.before is None or (self.after is not None and self.after.account == self.before.account):
            return ()
        return self.before.account, self.before.secret_account


class _File(msgspec.Struct):
    version: int
    connections: list[msgspec.Raw]
    default: Any = ""


def connection_to_open(connections: Sequence[Connection], default: str, last: str) -> Connection | None:
    """Which of these a start opens, by id: the default one, else the one used last; None where neither is there."""
    return next((c for wanted in (default, last) for c in connections if wanted and c.id == wanted), None)


def _log_set_aside(kept: Path) -> None:
    _log.warning("the list of connections could not be read whole; it is kept as %s", kept.name)


def load_connections(folder: Path, on_broken: OnBroken = _log_set_aside) -> tuple[Connection, ...]:
    """The saved connections, as `load_saved` gives them."""
    return load_saved(folder, on_broken).connections


def load_saved(folder: Path, on_broken: OnBroken = _log_set_aside) -> Saved:
    """What is saved; no connection when nothing was saved yet.

    A file that can't be read whole is renamed, never lost: `on_broken` gets its new path, and what could be read is
    returned. Raises OSError when the file is there but the system does not let us read or rename it.
    """
    saved, whole = _read(folder / FILE_NAME)
    if whole:
        return saved
    with locked(folder / LOCK_NAME):
        return _read_or_set_aside(folder / FILE_NAME, on_broken)


def change_connections(
    folder: Path,
    change: Callable[[tuple[Connection, ...]], Iterable[Connection]],
    on_broken: OnBroken = _log_set_aside,
) -> tuple[Connection, ...]:
    """Write what `change` makes of the saved connections, as `change_saved` does; returns what was written."""
    return change_saved(
        folder, lambda saved: replace(saved, connections=tuple(change(saved.connections))), on_broken
    ).connections


def change_saved(folder: Path, change: Callable[[Saved], Saved], on_broken: OnBroken = _log_set_aside) -> Saved:
    """Write what `change` makes of what is saved, whole or not at all, readable by this person alone.

    Nobody else changes the file meanwhile; `change` must not come back here. Returns what was written: each connection
    as `checked_connection` has it, under a name of its own. A file that can't be read whole is set aside as by
    `load_saved`. Raises ConnectionRefused or OSError, and then the file is as it was.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / FILE_NAME
    with locked(folder / LOCK_NAME):
        wanted = change(_read_or_set_aside(path, on_broken))
        saved = replace(wanted, connections=uniquely_named([checked_connection(c) for c in wanted.connections]))
        content = msgspec.json.encode({"version": VERSION, "default": saved.default, "connections": saved.connections})
        write_whole(path, msgspec.json.format(content, indent=2) + b"\n", replace=True)
    return saved


def put_connection(folder: Path, connection: Connection, on_broken: OnBroken = _log_set_aside) -> Change:
    """Save a changed connection in its place, or a new one at the end: also one that another window removed meanwhile.

    A name that another connection has is given a number. Raises ConnectionRefused or OSError.
    """
    return _place(folder, connection, on_broken, after="")


def duplicate_connection(folder: Path, original: Connection, on_broken: OnBroken = _log_set_aside) -> Change:
    """Save a copy under a new id and name, after the original where that is saved, else at the end. Its secrets are not
    copied. Raises ConnectionRefused or OSError."""
    return _place(folder, duplicate(original), on_broken, after=original.id)


def remove_connection(folder: Path, connection_id: str, on_broken: OnBroken = _log_set_aside) -> Change:
    """Remove a connection; one that is not there any more is none to remove. If it was the default, none is then.

    The caller removes the secrets of `left_accounts`. Raises OSError.
    """
    before: list[Connection] = []

    def without_it(saved: Saved) -> Saved:
        before.extend(c for c in saved.connections if c.id == connection_id)
        default = "" if saved.default == connection_id else saved.default
        return Saved(tuple(c for c in saved.connections if c.id != connection_id), default)

    saved = change_saved(folder, without_it, on_broken)
    return Change(saved, before[0] if before else None, None)


def order_connections(folder: Path, ids: Sequence[str], on_broken: OnBroken = _log_set_aside) -> Saved:
    """Put the connections in the order of `ids`; what another window added meanwhile comes last. Raises OSError."""
    places = {connection_id: place for place, connection_id in enumerate(ids)}

    def in_order(saved: Saved) -> Saved:
        return replace(saved, connections=tuple(sorted(saved.connections, key=lambda c: places.get(c.id, len(places)))))

    return change_saved(folder, in_order, on_broken)


def set_default(folder: Path, connection_id: str, on_broken: OnBroken = _log_set_aside) -> Saved:
    """Have a start open this connection, saved or one of IT's; with "", the one used last. Raises OSError."""
    default = connection_id if is_connection_id(connection_id) else ""
    return change_saved(folder, lambda saved: replace(saved, default=default), on_broken)


def _place(folder: Path, connection: Connection, on_broken: OnBroken, after: str) -> Change:
    connection = checked_connection(connection)
    before: list[Connection] = []

    def with_it(saved: Saved) -> Saved:
        others = [c for c in saved.connections if c.id != connection.id]
        before.extend(c for c in saved.connections if c.id == connection.id)
        # The one that is being named gives way: others keep the names by which they are called.
        name = unique_name(connection.name, [word for c in others for word in (c.id, c.name)])
        named = msgspec.structs.replace(connection, name=name)
        if before:
            return replace(saved, connections=tuple(named if c.id == named.id else c for c in saved.connections))
        place = next((place for place, c in enumerate(others, 1) if c.id == after), len(others))
        return replace(saved, connections=(*others[:place], named, *others[place:]))

    saved = change_saved(folder, with_it, on_broken)
    return Change(saved, before[0] if before else None, find_connection(saved.connections, connection.id))


def _read_or_set_aside(path: Path, on_broken: OnBroken) -> Saved:
    """What can be read, under the lock: what it renames must be what it has read."""
    saved, whole = _read(path)
    if not whole:
        on_broken(_set_aside(path))
    return saved


def _read(path: Path) -> tuple[Saved, bool]:
    """What can be read, and whether that is everything. Raises OSError: nothing at all would be saved over the file."""
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return Saved(), True
    return _decode(content)


def _decode(content: bytes) -> tuple[Saved, bool]:
    """What `content` holds, and whether that is everything."""
    try:
        file = msgspec.json.decode(content, type=_File)
    except _UNREADABLE:
        return Saved(), False
    if file.version != VERSION:
        return Saved(), False
    connections: dict[str, Connection] = {}
    for raw in file.connections:
        connection = _decode_one(raw)
        if connection is not None:
            connections.setdefault(connection.id, connection)
    saved = Saved(uniquely_named(tuple(connections.values())), file.default if is_connection_id(file.default) else "")
    return saved, len(connections) == len(file.connections)


def _decode_one(raw: msgspec.Raw) -> Connection | None:
    try:
        return checked_connection(msgspec.json.decode(raw, type=Connection))
    except _UNREADABLE:
        return None


def _set_aside(path: Path) -> Path:
    """Rename the file to one that says since when it is kept."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    return path.rename(path.with_name(f"connections.broken-{moment}.json"))
