"""One server that a person works with, and what its fields may hold."""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import PurePath
from uuid import uuid4

import msgspec

from procedure_viewer.fhir.datatypes import printable
from procedure_viewer.fhir.words import translate
from procedure_viewer.settings.base_url import AddressRefused, checked_base_url

LONGEST_NAME = 80
LONGEST_CLIENT_ID = 256
LONGEST_SCOPES = 2000
LONGEST_PATH = 4096
LOWEST_PORT = 1024
"""The ports below are the system's."""
HIGHEST_PORT = 65535

_ID = re.compile(r"[0-9a-f]{32}")
_CLIENT_ID = re.compile(r"[\x20-\x7e]*")  # RFC 6749, appendix A.1
_SCOPES = re.compile(r"[\x20\x21\x23-\x5b\x5d-\x7e]*")  # RFC 6749, section 3.3


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
    several_pages: bool = True
    """Whether a long list may be read by several requests at once, where the server's links show how."""

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

    @property
    def lacks_client_id(self) -> bool:
        """Whether nobody can sign in before a client id is entered (RFC 6749, sections 4.1.1 and 2.3.1)."""
        return self.sign_in in (SignInMethod.BROWSER, SignInMethod.CLIENT_CREDENTIALS) and not self.client_id


class ConnectionRefused(ValueError):
    """A connection can't be kept as it is: `field` names what is wrong, `str(refused)` says it in words."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


def is_connection_id(text: object) -> bool:
    """Whether this has the form of a connection's id."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def checked_name(text: str) -> str:
    """A connection's name in the form in which it is kept: printable, on one line, at most 80 characters; maybe ""."""
    return printable(text).strip()[:LONGEST_NAME].rstrip()


def checked_connection(connection: Connection) -> Connection:
    """The connection as it is kept: named, and without spaces that mean nothing. Raises ConnectionRefused."""
    network = connection.network
    tidy = msgspec.structs.replace(
        connection,
        name=checked_name(connection.name) or checked_name(connection.base_url.partition("://")[2]),
        client_id=connection.client_id.strip(),
        scopes=" ".join(connection.scopes.split()),
        network=Network(network.authority_file.strip(), network.client_certificate.strip(), network.client_key.strip()),
    )
    for field, words in faults(tidy).items():
        raise ConnectionRefused(field, words)
    return tidy


def faults(connection: Connection) -> dict[str, str]:
    """What is wrong with the connection, in words by the name of the field; those of `network` stand among them."""
    network = connection.network
    found = {
        "id": "" if is_connection_id(connection.id) else translate("settings", "This is no connection's id"),
        "base_url": _address_fault(connection.base_url),
        "client_id": _client_id_fault(connection.client_id),
        "scopes": _scopes_fault(connection.scopes),
        "redirect_port": _port_fault(connection.redirect_port),
        "authority_file": _path_fault(network.authority_file),
        "client_certificate": _path_fault(network.client_certificate),
        "client_key": _path_fault(network.client_key) or _key_fault(network),
    }
    return {field: words for field, words in found.items() if words}


def duplicate(connection: Connection) -> Connection:
    """A new connection like this one. It has no secrets: the keyring knows them by the id."""
    return msgspec.structs.replace(
        connection, id=uuid4().hex, name=_with_suffix(connection.name, translate("settings", "{name} (copy)"))
    )


def unique_name(name: str, others: Iterable[str]) -> str:
    """The name, with a number where one of `others` has it already, in whatever case."""
    taken = {other.casefold() for other in others}
    candidate, number = name, 1
    while candidate.casefold() in taken:
        number += 1
        candidate = _with_suffix(name, f"{{name}} ({number})")
    return candidate


def uniquely_named(connections: Sequence[Connection]) -> tuple[Connection, ...]:
    """The connections, those renamed that have an earlier one's name or another's id: `--connection` opens one only."""
    ids = {connection.id for connection in connections}
    taken = ids | {connection.name for connection in connections}
    seen = set(ids)
    result = []
    for connection in connections:
        name = connection.name
        if name.casefold() in seen:
            name = unique_name(name, taken)
            taken.add(name)
        seen.add(name.casefold())
        result.append(connection if name == connection.name else msgspec.structs.replace(connection, name=name))
    return tuple(result)


def find_connection(connections: Iterable[Connection], wanted: str) -> Connection | None:
    """The connection with this id or, in whatever case, this name; None if there is none, or `wanted` is empty."""
    connections = tuple(connections)
    by_name = wanted.casefold()
    same_id = (connection for connection in connections if connection.id == wanted)
    same_name = (connection for connection in connections if connection.name.casefold() == by_name)
    return next(same_id, next(same_name, None)) if wanted else None


def _with_suffix(name: str, pattern: str) -> str:
    """`pattern` filled with as much of the name as the longest name leaves room for."""
    room = LONGEST_NAME - len(pattern.format(name=""))
    return pattern.format(name=name[:room].rstrip())


def _address_fault(base_url: str) -> str:
    try:
        usual = checked_base_url(base_url)
    except AddressRefused as refusal:
        return str(refusal)
    # Somebody else may have edited the file; a token must not go where the window would not have let it.
    return "" if usual == base_url else translate("settings", "The address is not in its usual form")


def _client_id_fault(client_id: str) -> str:
    if len(client_id) > LONGEST_CLIENT_ID:
        return translate("settings", "The client id is too long")
    if not _CLIENT_ID.fullmatch(client_id):
        return translate("settings", "The client id has a character that OAuth does not allow")
    return ""


def _scopes_fault(scopes: str) -> str:
    if len(scopes) > LONGEST_SCOPES:
        return translate("settings", "The list of scopes is too long")
    if not _SCOPES.fullmatch(scopes):
        return translate("settings", "A scope has a character that OAuth does not allow")
    return ""


def _port_fault(port: int) -> str:
    if port == 0 or LOWEST_PORT <= port <= HIGHEST_PORT:
        return ""
    return translate("settings", "The port must be a number from 1024 to 65535, or 0 for any free one")


def _path_fault(path: str) -> str:
    if not path:
        return ""
    if len(path) > LONGEST_PATH:
        return translate("settings", "The path of the file is too long")
    if printable(path) != path:
        return translate("settings", "The path of the file has a character that can't be shown")
    if not PurePath(path).is_absolute():
        return translate("settings", "Give the whole path of the file, from the root on")
    return ""


def _key_fault(network: Network) -> str:
    if network.client_key and not network.client_certificate:
        return translate("settings", "A key is of use with its certificate only")
    return ""
