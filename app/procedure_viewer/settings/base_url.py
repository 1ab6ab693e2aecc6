"""The address of a FHIR server as people paste it, checked once and written in one way.

A bearer token travels to this address, so that it must mean the same to every reader: RFC 3986 section 3 is applied
strictly, and what browsers forgive (backslashes, `127.1`, a user name in front) is refused with a reason.
"""

import ipaddress
import re
from dataclasses import dataclass

from procedure_viewer.fhir.words import translate

DEFAULT_PORTS = {"https": 443, "http": 80}
LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"
"""Characters without width that travel along when text is copied from a web page or a document."""

_PARTS = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?P<rest>.*)", re.DOTALL
)
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^:\[\]@%]+)(?::(?P<port>[0-9]*))?")
_PATH = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")


class AddressRefused(ValueError):
    """The address can't be used; `str(refused)` is the reason in words for the person who typed it."""


@dataclass(frozen=True, slots=True)
class _Address:
    scheme: str
    host: str  # lower case, an IPv6 address without brackets
    port: int | None  # None where it is the scheme's own
    path: str  # without trailing slashes

    @property
    def loopback(self) -> bool:
        try:
            address = ipaddress.ip_address(self.host)
        except ValueError:
            return self.host == "localhost"
        return any(address in network for network in LOOPBACK if network.version == address.version)

    @property
    def text(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


def checked_base_url(text: str) -> str:
    """The base URL in `text`, normalised: lower-case scheme and host, no default port, no trailing slash.

    https goes anywhere, http to this computer only (127.0.0.0/8, ::1, `localhost`). White space around it and a pasted
    `/metadata` at its end are taken off. Raises AddressRefused.
    """
    address = _read(text)
    if address.scheme == "http" and not address.loopback:
        raise AddressRefused(
            translate("fhir", "Plain http would send records unprotected over the network: use https://")
        )
    return address.text


def is_loopback(base_url: str) -> bool:
    """Whether the address is one of this computer's own; what can't be read is not."""
    try:
        return _read(base_url).loopback
    except AddressRefused:
        return False


def _read(text: str) -> _Address:
    text = text.strip().strip(INVISIBLE).strip()
    if not text:
        raise AddressRefused(translate("fhir", "Enter the address of the server"))
    if any(character.isspace() or not character.isprintable() for character in text):
        raise AddressRefused(translate("fhir", "The address has a space or an invisible character inside"))
    if "\\" in text:
        raise AddressRefused(translate("fhir", "The address has a backslash inside: use / instead"))
    parts = _PARTS.fullmatch(text)
    if parts is None or parts["scheme"].lower() not in DEFAULT_PORTS:
        raise AddressRefused(translate("fhir", "Begin the address with https://"))
    if parts["rest"]:
        raise AddressRefused(translate("fhir", "Leave out everything from the ? or # on"))
    scheme = parts["scheme"].lower()
    host, port = _read_authority(parts["authority"])
    return _Address(scheme, host, None if port == DEFAULT_PORTS[scheme] else port, _read_path(parts["path"]))


def _read_authority(authority: str) -> tuple[str, int | None]:
    if "@" in authority:
        raise AddressRefused(translate("fhir", "Leave out the user name before the @"))
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None:
        raise AddressRefused(translate("fhir", "The name of the server is missing or can't be read"))
    digits = parts["port"]
    if digits and not (len(digits) <= 5 and 0 < int(digits) < 65536):
        raise AddressRefused(translate("fhir", "The port must be a number from 1 to 65535"))
    return _read_host(parts["host"]), int(digits) if digits else None


def _read_host(host: str) -> str:
    if host.startswith("["):
        try:
            return ipaddress.IPv6Address(host[1:-1]).compressed
        except ValueError:
            raise AddressRefused(translate("fhir", "The IPv6 address can't be read")) from None
    host = _in_ascii(host.lower()).removesuffix(".")
    labels = host.split(".")
    # As in the WHATWG URL standard: a name that ends in a number is an IPv4 address or nothing. System resolvers also
    # take 2130706433, 0x7f000001 and 127.1, which hide where the token would go.
    if _NUMERIC.fullmatch(labels[-1]):
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError:
            raise AddressRefused(
                translate("fhir", "Write the IPv4 address as four plain numbers, such as 192.0.2.10")
            ) from None
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressRefused(translate("fhir", "The name of the server is missing or can't be read"))
    return host


def _in_ascii(host: str) -> str:
    """An international name in its `xn--` form, so that look-alike letters show. Only a name that the older and the
    newer rules (RFC 3490, RFC 5891) read alike is taken."""
    if host.isascii():
        return host
    try:
        encoded = host.encode("idna")
        if encoded.decode("idna") == host:
            return encoded.decode("ascii")
    except UnicodeError:
        pass  # said below, as for a name that would come back changed
    raise AddressRefused(translate("fhir", "Write the name of the server in plain letters or in its xn-- form"))


def _read_path(path: str) -> str:
    if not _PATH.fullmatch(path):
        raise AddressRefused(translate("fhir", "The path of the address has a character that must be written as %XX"))
    segments = path.lower().replace("%2e", ".").split("/")
    if "." in segments or ".." in segments:
        raise AddressRefused(translate("fhir", "Leave out the . and .. parts of the path"))
    return path.rstrip("/").removesuffix("/metadata").rstrip("/")
