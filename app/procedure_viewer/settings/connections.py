"""The servers that this person works with, kept in `connections.json` in the settings folder. No secrets.

The file is `{"version": 1, "connections": [...]}`, each a `Connection`; its secrets lie in the keyring, under its
`account`. Several windows may change it at once: each change is made to what the file holds at that moment, under a
lock.
"""

import errno
import logging
import os
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import msgspec
from platformdirs import user_config_path

from procedure_viewer.fhir.datatypes import printable
from procedure_viewer.fhir.words import translate
from procedure_viewer.files.atomic import write_whole
from procedure_viewer.settings.base_url import AddressRefused, checked_base_url, is_loopback
from procedure_viewer.settings.lock import locked

__all__ = [
    "AddressRefused",
    "Connection",
    "Network",
    "SignInMethod",
    "change_connections",
    "checked_base_url",
    "checked_name",
    "is_loopback",
    "load_connections",
    "settings_folder",
]

FILE_NAME = "connections.json"
LOCK_NAME = "connections.lock"
VERSION = 1
FOLDER_VARIABLE = "PROCEDURE_VIEWER_SETTINGS"
"""The environment variable that names another settings folder."""
LONGEST_NAME = 80

_log = logging.getLogger("procedure_viewer.settings")
_ID = re.compile(r"[0-9a-f]{32}")
_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)
"""What reading a file that anybody may have edited can raise. ValueError: it is not UTF-8, or an address is refused."""


class SignInMethod(StrEnum):
    """How one gets in."""

    OPEN = "open"  # the server asks for nothing
    TOKEN = "token"  # noqa: S105 - a bearer token that somebody else issued, pasted in; this is no password
    BROWSER = "browser"  # OAuth's authorization code with PKCE, in the system's browser
    CLIENT_CREDENTIALS = "client-credentials"  # the program signs in, and no person


class Network(msgspec.Struct, frozen=True):
    """What this computer needs to reach a server, beyond the system's own trust and proxies. Paths of PEM files."""

    authority_file: str = ""
    """Further certificate authorities to trust for this connection."""
    client_certificate: str = ""
    """The certificate that this computer shows (mutual TLS); it may hold the key as well."""
    client_key: str = ""


class Connection(msgspec.Struct, frozen=True):
    """One server: `id` is uuid4().hex and never changes, `name` is the person's word for it, `base_url` is checked."""

    id: str
    name: str
    base_url: str
    sign_in: SignInMethod = SignInMethod.OPEN
    client_id: str = ""
    """The name under which the server's OAuth knows this program."""
    confidential: bool = False
    """Whether the program proves itself with a client secret, which lies in the keyring under `secret_account`."""
    scopes: str = ""
    """What to ask leave for, separated by spaces; empty for what reading procedures needs."""
    redirect_port: int = 0
    """The port of 127.0.0.1 to which the browser comes back; 0 takes a free one."""
    network: Network = Network()

    @property
    def account(self) -> str:
        """Under which name the keyring keeps what was granted.

        The address is part of it: a token is never found for another address than the one that it was entered for,
        however the settings file came to name another.
        """
        return f"{self.base_url} {self.id}"

    @property
    def secret_account(self) -> str:
        """Under which name the keyring keeps the client secret."""
        return f"{self.account} client secret"


class _File(msgspec.Struct):
    version: int
    connections: list[msgspec.Raw]


def settings_folder() -> Path:
    """Where settings are kept, by the platform's custom or as PROCEDURE_VIEWER_SETTINGS says; it may not exist yet.

    Raises OSError when this account has no home folder to keep them in.
    """
    override = os.environ.get(FOLDER_VARIABLE)
    if override:
        return Path(override)
    try:
        return user_config_path("procedure-viewer", appauthor=False)
    except RuntimeError as error:
        raise OSError(errno.ENOENT, translate("fhir", "This account has no home folder")) from error


def checked_name(text: str) -> str:
    """A connection's name in the form in which it is kept: printable, on one line, at most 80 characters; maybe ""."""
    return printable(text).strip()[:LONGEST_NAME].rstrip()


def _log_set_aside(kept: Path) -> None:
    _log.warning("the list of connections could not be read whole; it is kept as %s", kept.name)


def load_connections(folder: Path, on_broken: Callable[[Path], None] = _log_set_aside) -> tuple[Connection, ...]:
    """The saved connections, in their order; none when nothing was saved yet.

    A file that can't be read whole is renamed, never lost: `on_broken` gets its new path, and what could be read is
    returned. Raises OSError when the file is there but the system does not let us read or rename it.
    """
    connections, whole = _read(folder / FILE_NAME)
    if whole:
        return connections
    with locked(folder / LOCK_NAME):
        return _read_or_set_aside(folder / FILE_NAME, on_broken)


def change_connections(
    folder: Path,
    change: Callable[[tuple[Connection, ...]], Iterable[Connection]],
    on_broken: Callable[[Path], None] = _log_set_aside,
) -> tuple[Connection, ...]:
    """Write what `change` makes of the saved connections, whole or not at all, readable by this person alone.

    Nobody else changes the file meanwhile; `change` must not come back here. Returns what was written. A file that
    can't be read whole is set aside as by `load_connections`. Raises OSError, and then the file is as it was.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / FILE_NAME
    with locked(folder / LOCK_NAME):
        connections = tuple(change(_read_or_set_aside(path, on_broken)))
        content = msgspec.json.encode({"version": VERSION, "connections": connections})
        write_whole(path, msgspec.json.format(content, indent=2) + b"\n", replace=True)
    return connections


def _read_or_set_aside(path: Path, on_broken: Callable[[Path], None]) -> tuple[Connection, ...]:
    """What can be read, under the lock: what it renames must be what it has read."""
    connections, whole = _read(path)
    if not whole:
        on_broken(_set_aside(path))
    return connections


def _read(path: Path) -> tuple[tuple[Connection, ...], bool]:
    """What can be read, and whether that is everything. Raises OSError: nothing at all would be saved over the file."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return (), True
    return _decode(content)


def _decode(content: bytes) -> tuple[tuple[Connection, ...], bool]:
    """The connections in `content`, and whether that is everything."""
    try:
        file = msgspec.json.decode(content, type=_File)
    except _UNREADABLE:
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
    except _UNREADABLE:
        return None
    if not usable or not _ID.fullmatch(connection.id):
        return None
    return msgspec.structs.replace(connection, name=checked_name(connection.name))


def _set_aside(path: Path) -> Path:
    """Rename the file to one that says since when it is kept."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    return path.rename(path.with_name(f"connections.broken-{moment}.json"))
