"""Canvas Medical's addresses: one instance a customer, and two hosts an instance.

The FHIR server of `myclinic` is `https://fumage-myclinic.canvasmedical.com`; people work and sign in at
`https://myclinic.canvasmedical.com`. People know the second, or the name alone.
"""

import base64
import re

from procedure_viewer.fhir.words import translate
from procedure_viewer.settings.base_url import INVISIBLE, AddressRefused, checked_base_url, is_loopback

DEFAULT_LAUNCH = base64.b64encode(b'{"patient":""}').decode("ascii")
"""The `launch` parameter without which Canvas denies staff access: no patient is chosen beforehand."""

_NAME = r"(?:fumage-)?(?P<instance>[a-z0-9-]+)"
_INSTANCE = re.compile(r"(?!fumage-)[a-z0-9](?:[a-z0-9-]{0,54}[a-z0-9])?")  # with `fumage-`, 63 make one DNS label
_TYPED = re.compile(_NAME, re.ASCII | re.IGNORECASE)
# What follows the host is dropped: somebody pastes the page that is open, which may name a patient.
_PASTED = re.compile(
    rf"(?:https?://)?{_NAME}\.canvasmedical\.com\.?(?::443)?(?:[/?#].*)?", re.ASCII | re.IGNORECASE | re.DOTALL
)
_BASE_URL = re.compile(r"https://fumage-(?P<instance>[a-z0-9-]+)\.canvasmedical\.com(?:/.*)?")
_WITHOUT_SCHEME = re.compile(r"[^/?#:@\[\]\\]+(?::[0-9]+)?(?:[/?#].*)?", re.DOTALL)
_PUBLIC = frozenset({"www", "docs"})
"""Canvas's own sites, which are no customer's."""


def canvas_base_url(instance: str) -> str:
    """The FHIR base URL of the instance that `instance` names, or whose address (of either host) it is.

    Raises AddressRefused.
    """
    text = _bare(instance)
    found = _TYPED.fullmatch(text) or _PASTED.fullmatch(text)
    name = found["instance"].lower() if found else ""
    if name in _PUBLIC:
        raise AddressRefused(
            translate("settings", "This is Canvas's public site: enter the address at which you sign in")
        )
    if not _INSTANCE.fullmatch(name):
        raise AddressRefused(
            translate(
                "settings",
                "A Canvas instance has a name of letters, digits and hyphens: the first word of the address at which "
                "you sign in",
            )
        )
    return f"https://fumage-{name}.canvasmedical.com"


def instance_of(base_url: str) -> str | None:
    """The name of the Canvas instance whose FHIR server this is; None for every other server."""
    try:
        found = _BASE_URL.fullmatch(checked_base_url(base_url))
    except AddressRefused:
        return None
    if found is None or not _INSTANCE.fullmatch(found["instance"]):
        return None
    return found["instance"]


def sign_in_base(base_url: str) -> str | None:
    """Where the Canvas instance with this FHIR base URL signs people in; None for every other server."""
    instance = instance_of(base_url)
    return None if instance is None else f"https://{instance}.canvasmedical.com"


def is_canvas(host: str) -> bool:
    """Whether the host is one of Canvas's."""
    return host.lower().endswith(".canvasmedical.com")


def read_address(text: str) -> str:
    """The checked base URL that a person means: a Canvas instance's name or address, or any FHIR base URL.

    A word alone is an instance. A host without `https://` gets it, unless it is this computer: there plain http is as
    likely, and nobody guesses. Raises AddressRefused.
    """
    bare = _bare(text)
    if _PASTED.fullmatch(bare):
        return canvas_base_url(bare)
    if "://" in bare or not _WITHOUT_SCHEME.fullmatch(bare):
        return checked_base_url(bare)
    if is_loopback(f"https://{bare}"):
        raise AddressRefused(translate("settings", "Begin an address of this computer with http:// or https://"))
    if not re.search(r"[.:/?#]", bare):
        return canvas_base_url(bare)
    return checked_base_url(f"https://{bare}")


def _bare(text: str) -> str:
    return text.strip().strip(INVISIBLE).strip()
