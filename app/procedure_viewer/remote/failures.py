"""What went wrong on the way to the server and back, as a `Problem`.

No text of an exception is taken over where it could carry an address with a query, a header or a body.
"""

import os
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from procedure_viewer.fhir.hindrance import Barrier, CertificateTrouble, Hindrance, Mistrust, RouteTrouble
from procedure_viewer.fhir.outcome import Kind, Problem, issues_from
from procedure_viewer.remote.origin import Base
from procedure_viewer.remote.reaching import DIRECT, Way, complained, everything_behind, mistrusted, route_trouble

_REQUEST_ID_HEADERS = ("fumage-correlation-id", "x-request-id", "x-correlation-id")
_LONGEST_SHOWN = 200
_LONGEST_WAIT = 366 * 24 * 3600.0
"""Seconds. A server that asks for more has sent nonsense, which must stay a number that can be shown."""

_KINDS: dict[int, Kind] = {
    HTTPStatus.UNAUTHORIZED: Kind.SIGNED_OUT,
    HTTPStatus.FORBIDDEN: Kind.FORBIDDEN,
    HTTPStatus.NOT_FOUND: Kind.NOT_FOUND,
    HTTPStatus.GONE: Kind.NOT_FOUND,
    HTTPStatus.TOO_MANY_REQUESTS: Kind.THROTTLED,
}

_KINDS_OF_ISSUES = {
    "login": Kind.SIGNED_OUT,
    "expired": Kind.SIGNED_OUT,
    "security": Kind.FORBIDDEN,
    "forbidden": Kind.FORBIDDEN,
    "not-found": Kind.NOT_FOUND,
    "deleted": Kind.NOT_FOUND,
    "throttled": Kind.THROTTLED,
    "invalid": Kind.BAD_REQUEST,
    "required": Kind.BAD_REQUEST,
    "structure": Kind.BAD_REQUEST,
    "value": Kind.BAD_REQUEST,
    "not-supported": Kind.BAD_REQUEST,
}
"""For an OperationOutcome that comes with status 200: http://hl7.org/fhir/R4/valueset-issue-type.html."""

_WORDS_OF_NGINX = {
    b"<title>400 No required SSL certificate was sent</title>": Mistrust.CLIENT_WANTED,
    b"<title>400 The SSL certificate error</title>": Mistrust.CLIENT_REFUSED,
}

_NO_QUARREL = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
"""An end of the connection in the middle of TLS is a lost connection."""


def request_id(headers: Mapping[str, str]) -> str | None:
    """The name under which the server's log knows the request, where it tells one."""
    for name in _REQUEST_ID_HEADERS:
        if value := shown(headers.get(name, "")):
            return value
    return None


def shown(header: str) -> str:
    """A header's value in a form that a dialog and a log can take: on one line, and not too long."""
    return "".join(filter(str.isprintable, header))[:_LONGEST_SHOWN]


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait, from `Retry-After` as seconds or as a date (RFC 9110, 10.2.3); None where it can't be read."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdecimal():
        return min(float(value), _LONGEST_WAIT)
    try:
        then = parsedate_to_datetime(value)
        # RFC 9110 dates are in GMT; "-0000" is the one form that comes back without a zone.
        seconds = (then.replace(tzinfo=then.tzinfo or UTC) - now).total_seconds()
    except (ValueError, OverflowError, TypeError, IndexError):  # what the standard library makes of odd dates
        return None
    return min(max(0.0, seconds), _LONGEST_WAIT)


def answered(response: httpx.Response, body: bytes, base: Base) -> Problem:
    """The problem of a response that is no success. `body` may be empty or anything."""
    certificate = _about_the_client(response, body)
    if response.is_success:
        kind, technical = Kind.NOT_FHIR, f"status {response.status_code}: not a whole answer"
    elif response.status_code < HTTPStatus.BAD_REQUEST:
        kind, technical = _redirected(response, base)
    else:
        kind, technical = Kind.TLS if certificate else _kind_of_status(response.status_code), ""
    return Problem(
        kind,
        issues=issues_from(body),
        status=response.status_code,
        request_id=request_id(response.headers),
        retry_after=retry_after(response.headers, datetime.now(UTC)),
        technical=technical,
        hindrance=certificate,
    )


def unreadable(response: httpx.Response, body: bytes, technical: str) -> Problem:
    """The problem of a success whose body is not what was asked for: an OperationOutcome, a web page, nothing."""
    issues = issues_from(body)
    kinds = [_KINDS_OF_ISSUES.get(issue.code, Kind.SERVER) for issue in issues]
    return Problem(
        kinds[0] if kinds else Kind.NOT_FHIR,
        issues=issues,
        status=response.status_code,
        request_id=request_id(response.headers),
        technical=technical,
    )


def broken(error: Exception, response: httpx.Response | None, way: Way = DIRECT) -> Problem:
    """The problem of an exchange that an exception ended; `response` is given when its headers had come."""
    found = _found(error, way, before_headers=response is None)
    return Problem(
        found.kind,
        status=response.status_code if response else found.status,
        request_id=request_id(response.headers) if response else None,
        technical=found.technical,
        hindrance=found.hindrance,
    )


def _kind_of_status(status: int) -> Kind:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Kind.SERVER
    return _KINDS.get(status, Kind.BAD_REQUEST)


def _about_the_client(response: httpx.Response, body: bytes) -> CertificateTrouble | None:
    """nginx, which stands before many servers, takes the connection and says in a page of its own what it minds."""
    if response.status_code == HTTPStatus.BAD_REQUEST:
        for words, reason in _WORDS_OF_NGINX.items():
            if words in body:
                return CertificateTrouble(reason, response.url.host)
    return None


def _redirected(response: httpx.Response, base: Base) -> tuple[Kind, str]:
    try:
        target = response.url.join(response.headers.get("location", ""))
    except (httpx.InvalidURL, ValueError):
        return Kind.FOREIGN, "redirect refused: no readable address"
    if base.is_origin_of(target):
        return Kind.NOT_FHIR, "redirect refused"
    return Kind.FOREIGN, "redirect refused: another server"


@dataclass(frozen=True, slots=True)
class _Found:
    """What an exception turned out to mean."""

    kind: Kind
    technical: str
    hindrance: Hindrance | None = None
    status: int | None = None


def _found(error: Exception, way: Way, *, before_headers: bool) -> _Found:
    name = type(error).__name__
    if isinstance(error, httpx.ProxyError):
        return _refused_by_proxy(error, way)
    if isinstance(error, httpx.ConnectTimeout):
        return _Found(Kind.PROXY if way.ends_at_proxy else Kind.TIMEOUT, name, route_trouble(error, way))
    if isinstance(error, httpx.TimeoutException):
        return _Found(Kind.TIMEOUT, name)
    causes = list(everything_behind(error))
    if (quarrel := _quarrel_about_tls(causes, name, way)) is not None:
        return quarrel
    if way.ends_at_proxy and isinstance(error, httpx.TransportError):
        return _Found(Kind.PROXY, name, route_trouble(error, way))
    if any(isinstance(cause, httpx.InvalidURL) for cause in causes):
        # httpx reads the address of a redirect, although it is not asked to follow.
        return _Found(Kind.FOREIGN, "redirect refused: no readable address")
    if isinstance(error, httpx.RemoteProtocolError) and before_headers and len(causes) > 2:
        # httpx and httpcore stand in every chain; a third one is the HTTP parser's complaint about what it was given.
        return _Found(Kind.NOT_FHIR, f"{name}: the answer is not HTTP")
    if isinstance(error, httpx.DecodingError | httpx.LocalProtocolError) or not isinstance(
        error, httpx.HTTPError | OSError
    ):
        return _Found(Kind.NOT_FHIR, name)
    # What OpenSSL calls errno is a number of its own, not the system's.
    numbers = [cause.errno for cause in causes if isinstance(cause, OSError) and not isinstance(cause, ssl.SSLError)]
    reasons = [os.strerror(number) for number in numbers if number and number > 0]
    return _Found(Kind.OFFLINE, ": ".join([name, *reasons[-1:]]), route_trouble(error, way))


def _refused_by_proxy(error: httpx.ProxyError, way: Way) -> _Found:
    """The reason phrase is the proxy's own and may be anything; the number in front of it is read, and no more."""
    digits = str(error)[:3]
    status = int(digits) if digits.isascii() and digits.isdecimal() else None
    barrier = Barrier.PROXY_SIGN_IN if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED else Barrier.PROXY_REFUSED
    return _Found(Kind.PROXY, type(error).__name__, RouteTrouble(barrier, way.host, way.proxy), status)


def _quarrel_about_tls(causes: Sequence[BaseException], name: str, way: Way) -> _Found | None:
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            # The certificate of a proxy that speaks TLS itself is nothing that the server could be asked about.
            trouble = None if way.ends_at_proxy else mistrusted(cause, way.host)
            return _Found(Kind.TLS, f"{name}: {cause.verify_message}", trouble)
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, _NO_QUARREL):
            return _Found(Kind.TLS, f"{name}: {cause.reason}", complained(cause, way))
    return None
