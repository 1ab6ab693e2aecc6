"""Whether an address that a document names may be used: a secret or a sign-in may go there."""

import httpx

from procedure_viewer.fhir.offer import Suspicion
from procedure_viewer.remote.origin import Base
from procedure_viewer.settings.base_url import AddressRefused, checked_base_url, is_loopback

_LONGEST = 2048


class Suspicious(ValueError):
    """The address is not used."""

    def __init__(self, suspicion: Suspicion, place: str = "") -> None:
        super().__init__(suspicion)
        self.suspicion = suspicion
        self.place = place


def checked_endpoint(value: object, base: Base) -> httpx.URL:
    """The address in `value`, out of a document of the server at `base`; raises `Suspicious`.

    https goes anywhere but to this computer; this computer, with or without TLS, may be named only by a server on it.
    A query is allowed (RFC 6749, 3.1), a user or a fragment is not; a slash at the end stays.
    """
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST or not value.isascii():
        raise Suspicious(Suspicion.MALFORMED)
    # What browsers take for a slash and others for a letter would be read in two ways.
    if not value.isprintable() or " " in value or "\\" in value:
        raise Suspicious(Suspicion.MALFORMED)
    try:
        url = httpx.URL(value)
        # As strict as for an address that somebody types: `127.1` and `2130706433` are this computer to some readers.
        origin = checked_base_url(f"https://{url.netloc.decode('ascii')}")
    except (httpx.InvalidURL, AddressRefused, ValueError) as error:
        raise Suspicious(Suspicion.MALFORMED) from error
    if url.scheme not in ("http", "https"):
        raise Suspicious(Suspicion.MALFORMED)
    place = f"{url.scheme}://{url.netloc.decode('ascii')}"
    if url.userinfo or url.fragment or "#" in value:
        raise Suspicious(Suspicion.MALFORMED, place)
    if is_loopback(origin):
        if not base.is_loopback:
            raise Suspicious(Suspicion.THIS_COMPUTER, place)
    elif url.scheme == "http":
        raise Suspicious(Suspicion.PLAIN, place)
    return url
