"""The server's own place on the web: its origin (RFC 6454) and base path, outside which no token is ever sent."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Self
from urllib.parse import quote, unquote, urlencode

import httpx

from procedure_viewer.fhir.outcome import Failure, Kind, Problem

_HOST_NAME = re.compile(r"[a-z0-9._-]+")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class NotABase(ValueError):
    """The address can not be the base of a FHIR server."""


@dataclass(frozen=True, slots=True)
class Base:
    """The FHIR base URL, without a slash at its end.

    Addresses are judged as `httpx.URL`s, the very objects that are sent, so that no second parser can read them
    otherwise.
    """

    url: httpx.URL

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a base URL: origin and path only, https, or http to this computer; raises `NotABase`."""
        try:
            url = httpx.URL(text.strip())
        except (httpx.InvalidURL, ValueError) as error:
            raise NotABase("not an address") from error
        if url.scheme not in _DEFAULT_PORTS or not _is_host(url.raw_host.decode("ascii")):
            raise NotABase("not an http or https address")
        if url.userinfo or url.query or url.fragment or _climbs(url):
            raise NotABase("more than an origin and a path")
        if url.scheme == "http" and not _is_loopback(url.host):
            raise NotABase("http to another computer")
        return cls(url.copy_with(raw_path=_raw_path(url).rstrip(b"/") or b"/"))

    @property
    def is_loopback(self) -> bool:
        """Whether the server runs on this computer."""
        return _is_loopback(self.url.host)

    def address(self, path: str, parameters: Sequence[tuple[str, str]] = ()) -> httpx.URL:
        """The URL of `path` (needing no encoding) under the base, with the parameters' reserved characters encoded.

        Raises `Failure` when it gets longer than an address can be.
        """
        query = urlencode(parameters, quote_via=quote, safe="", errors="replace")
        try:
            return httpx.URL(f"{self._text}/{path}" + (f"?{query}" if query else ""))
        except httpx.InvalidURL as error:
            raise Failure(Problem(Kind.BAD_REQUEST, technical="more parameters than an address can hold")) from error

    def rooted(self, link: str) -> httpx.URL:
        """The URL of a link that starts with one slash.

        Servers mean the base by the slash, as in FHIR's own examples, or the host's root, as in RFC 3986. The second is
        taken only where it lies under the base path, because nothing else may be asked for.
        """
        # What `join` comes to for such a link, in a third of its time: every page of a list has some.
        at_root = httpx.URL(self._text.removesuffix(_raw_path(self.url).rstrip(b"/").decode("ascii")) + link)
        return at_root if self.holds(at_root) else httpx.URL(self._text + link)

    def is_origin_of(self, url: httpx.URL) -> bool:
        """Whether scheme, host and port are the server's, with nobody's name before the host."""
        return not url.userinfo and _origin(url) == _origin(self.url)

    def holds(self, url: httpx.URL) -> bool:
        """Whether `url` is the base or lies under it, for a reader that decodes its path, too: where a token may go."""
        path, base_path = _raw_path(url), _raw_path(self.url).rstrip(b"/")
        return self.is_origin_of(url) and not _climbs(url) and (path == base_path or path.startswith(base_path + b"/"))

    @property
    def _text(self) -> str:
        return str(self.url).rstrip("/")


def _origin(url: httpx.URL) -> tuple[str, bytes, int | None]:
    return url.scheme, url.raw_host, url.port or _DEFAULT_PORTS.get(url.scheme)


def _raw_path(url: httpx.URL) -> bytes:
    return url.raw_path.partition(b"?")[0]


def _climbs(url: httpx.URL) -> bool:
    """Whether some server could read the path as climbing out of a folder.

    httpx resolves plain dot segments; encoded ones (`%2e%2e`, `..%2f`), backslashes and path parameters (`..;x`) are
    left for the server to resolve, which is too late to check.
    """
    path = _raw_path(url).decode("ascii")
    while (decoded := unquote(path, errors="replace")) != path:
        path = decoded
    segments = path.replace("\\", "/").split("/")
    return any(segment.partition(";")[0] in (".", "..") for segment in segments)


def _is_host(host: str) -> bool:
    """Whether `host` is a name or an IP address; httpx itself takes more, such as an unclosed bracket."""
    return bool(_HOST_NAME.fullmatch(host)) or _ip_address(host) is not None


def _ip_address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _is_loopback(host: str) -> bool:
    address = _ip_address(host)
    return address.is_loopback if address else host == "localhost"
