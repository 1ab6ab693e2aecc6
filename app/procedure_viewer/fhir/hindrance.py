"""What stands between this computer and a server, as values: the window turns them into words and into advice.

They hold hosts, names of files and what a certificate says of itself: no path, no address with a query, no secret.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Mistrust(StrEnum):
    """Why a certificate was refused: the server's by this computer, or this computer's by the server."""

    UNKNOWN_AUTHORITY = "unknown-authority"
    SELF_SIGNED = "self-signed"
    WRONG_HOST = "wrong-host"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    REVOKED = "revoked"
    CLIENT_WANTED = "client-wanted"  # the server demands a certificate of this computer, which showed none
    CLIENT_REFUSED = "client-refused"  # this computer showed one, and the server does not take it
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CertificateTrouble:
    """A certificate that was refused. What the server's certificate says is "", () or None where it isn't known."""

    reason: Mistrust
    host: str
    """Whom the certificate had to be for."""
    names: tuple[str, ...] = ()
    """The names and addresses that it is for."""
    issuer: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None


class FileRole(StrEnum):
    """What a file is for, in the network settings of a connection."""

    AUTHORITY = "authority"
    CLIENT_CERTIFICATE = "client-certificate"
    CLIENT_KEY = "client-key"


class FileFault(StrEnum):
    """Why it can't be used."""

    MISSING = "missing"
    UNREADABLE = "unreadable"  # the system does not let us read it
    UNFIT = "unfit"  # it holds nothing of the kind, or not in the PEM format
    ENCRYPTED = "encrypted"
    MISMATCHED = "mismatched"  # the key is not the certificate's
    SILENT = "silent"  # the disk, or the server behind it, did not answer in time


@dataclass(frozen=True, slots=True)
class FileTrouble:
    """A file of the network settings that can't be used; `name` is without its folder."""

    role: FileRole
    fault: FileFault
    name: str


class Barrier(StrEnum):
    """How far a connection came."""

    NO_NETWORK = "no-network"
    UNKNOWN_NAME = "unknown-name"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    LOST = "lost"
    SILENT = "silent"
    PROXY_UNREACHABLE = "proxy-unreachable"  # or it hung up before it had answered
    PROXY_SIGN_IN = "proxy-sign-in"
    PROXY_REFUSED = "proxy-refused"
    PROXY_UNSUPPORTED = "proxy-unsupported"


@dataclass(frozen=True, slots=True)
class RouteTrouble:
    """A server, or the proxy on the way to it, that was not reached. `proxy` is its host and port."""

    barrier: Barrier
    host: str = ""
    proxy: str = ""


Hindrance = CertificateTrouble | FileTrouble | RouteTrouble
