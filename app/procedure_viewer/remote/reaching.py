"""Why a server was not reached: what httpx, OpenSSL and the operating system tell of it, as a `Hindrance`."""

import errno
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from procedure_viewer.fhir.hindrance import Barrier, CertificateTrouble, Mistrust, RouteTrouble


@dataclass(frozen=True, slots=True)
class Way:
    """How a request went out."""

    host: str = ""
    proxy: str = ""
    """The host and port of the proxy that it went by; "" for none."""
    before_tunnel: bool = False
    """Whether it got no further than the proxy."""
    certified: bool = False
    """Whether this computer had a certificate to show."""

    @property
    def ends_at_proxy(self) -> bool:
        """Whether what went wrong is between this computer and the proxy."""
        return bool(self.proxy) and self.before_tunnel


DIRECT = Way()

_OPENSSL = {
    9: Mistrust.NOT_YET_VALID,
    10: Mistrust.EXPIRED,
    18: Mistrust.SELF_SIGNED,
    2: Mistrust.UNKNOWN_AUTHORITY,
    19: Mistrust.UNKNOWN_AUTHORITY,
    20: Mistrust.UNKNOWN_AUTHORITY,
    21: Mistrust.UNKNOWN_AUTHORITY,
    23: Mistrust.REVOKED,
    62: Mistrust.WRONG_HOST,
    64: Mistrust.WRONG_HOST,
}
"""X509_V_ERR_* of OpenSSL's x509_vfy.h."""
_WINDOWS = {
    0x800B0101: Mistrust.EXPIRED,  # or not yet valid
    0x800B0109: Mistrust.UNKNOWN_AUTHORITY,
    0x800B010A: Mistrust.UNKNOWN_AUTHORITY,
    0x800B010C: Mistrust.REVOKED,
    0x80092010: Mistrust.REVOKED,
    0x800B010F: Mistrust.WRONG_HOST,
}
"""CERT_E_* and CRYPT_E_* of winerror.h, as truststore hands them on."""
_MACOS = {
    -67818: Mistrust.EXPIRED,
    -67819: Mistrust.NOT_YET_VALID,
    -67820: Mistrust.REVOKED,
    -67602: Mistrust.WRONG_HOST,
    -67843: Mistrust.UNKNOWN_AUTHORITY,
    -25318: Mistrust.UNKNOWN_AUTHORITY,
}
"""errSec* of Security/SecBase.h, as truststore hands them on."""
_REASONS = {**_OPENSSL, **_WINDOWS, **_MACOS}

_ABOUT_THE_CLIENT = (
    "CERTIFICATE_REQUIRED",
    "BAD_CERTIFICATE",
    "UNSUPPORTED_CERTIFICATE",
    "CERTIFICATE_REVOKED",
    "CERTIFICATE_EXPIRED",
    "CERTIFICATE_UNKNOWN",
    "UNKNOWN_CA",
    "ACCESS_DENIED",
)
"""The alerts of RFC 8446, 6.2, by which a server says that it minds this computer's certificate."""

_NO_NETWORK = frozenset({errno.ENETUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL})
_UNREACHABLE = frozenset({errno.EHOSTUNREACH, errno.EHOSTDOWN})
_ORDER = (Barrier.REFUSED, Barrier.UNREACHABLE, Barrier.SILENT, Barrier.UNKNOWN_NAME, Barrier.NO_NETWORK, Barrier.LOST)
"""Of several addresses of a host, the one with which one came furthest tells most."""


def mistrusted(error: ssl.SSLCertVerificationError, host: str) -> CertificateTrouble:
    """The trouble of a server's certificate that was not accepted."""
    return CertificateTrouble(_REASONS.get(error.verify_code, Mistrust.OTHER), host)


def complained(error: ssl.SSLError, way: Way) -> CertificateTrouble | None:
    """The trouble of an alert about this computer's own certificate; None of any other error of TLS."""
    reason = error.reason or ""
    if "_ALERT_" not in reason or not reason.endswith(_ABOUT_THE_CLIENT):
        return None
    return CertificateTrouble(Mistrust.CLIENT_REFUSED if way.certified else Mistrust.CLIENT_WANTED, way.host)


def barrier(error: BaseException) -> Barrier:
    """How far a connection came that an exception ended."""
    met = {_barrier_of(cause) for cause in everything_behind(error)}
    return next((candidate for candidate in _ORDER if candidate in met), Barrier.LOST)


def route_trouble(error: BaseException, way: Way) -> RouteTrouble:
    """The trouble of a connection that did not come about or was lost."""
    if way.ends_at_proxy:
        return RouteTrouble(Barrier.PROXY_UNREACHABLE, way.host, way.proxy)
    return RouteTrouble(barrier(error), way.host)


def everything_behind(error: BaseException) -> Iterator[BaseException]:
    """`error` and all that led to it, every member of a group of attempts among them."""
    waiting = [error]
    while waiting:
        current = waiting.pop()
        yield current
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions
        elif (following := current.__cause__ or current.__context__) is not None:
            waiting.append(following)


def _barrier_of(error: BaseException) -> Barrier | None:
    if isinstance(error, httpx.ConnectTimeout):
        return Barrier.SILENT
    if isinstance(error, socket.gaierror):
        # Who has no network has no name server either, and learns that it might work later.
        return Barrier.NO_NETWORK if error.errno == socket.EAI_AGAIN else Barrier.UNKNOWN_NAME
    if isinstance(error, ConnectionRefusedError):
        return Barrier.REFUSED
    if not isinstance(error, OSError) or isinstance(error, ssl.SSLError):
        return None
    if error.errno in _NO_NETWORK:
        return Barrier.NO_NETWORK
    if error.errno in _UNREACHABLE:
        return Barrier.UNREACHABLE
    return Barrier.SILENT if error.errno == errno.ETIMEDOUT else None
