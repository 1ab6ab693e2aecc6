"""What a certificate that was refused says of itself, found out by a second handshake over which nothing is sent.

The handshake goes the same way as the first, by the same proxy, but takes any certificate. It ends the moment it has
come about, before a byte of HTTP: whoever stands there learns no more than that this computer looked.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol, cast

import httpx

from procedure_viewer.fhir.datatypes import printable
from procedure_viewer.fhir.hindrance import CertificateTrouble, Mistrust
from procedure_viewer.remote.handshake import Handshake

MOST_NAMES = 12
"""Names of a certificate that are kept; those of large providers hold hundreds."""
_LONGEST = 120
"""Characters of a name or an issuer that are kept: whoever stands there may have written anything into it."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What one says of itself."""

    names: tuple[str, ...]
    issuer: str
    self_issued: bool
    not_before: datetime
    not_after: datetime


async def examined(
    trouble: CertificateTrouble, address: httpx.URL, proxy: httpx.Proxy | None, seconds: float
) -> CertificateTrouble:
    """The trouble with all that can be found out about the certificate at `address`; as it was where that is nothing.

    It takes no longer than `seconds`.
    """
    try:
        async with asyncio.timeout(seconds):
            shown = await _shown(address, proxy, seconds)
    except TimeoutError:
        return trouble
    certificate = read_certificate(shown) if shown else None
    return understood(trouble, certificate, datetime.now(UTC)) if certificate else trouble


def understood(trouble: CertificateTrouble, certificate: Certificate, now: datetime) -> CertificateTrouble:
    """The trouble in the light of the certificate, where the operating system was less precise than one can be."""
    reason = trouble.reason
    if reason in (Mistrust.OTHER, Mistrust.EXPIRED) and now < certificate.not_before:
        reason = Mistrust.NOT_YET_VALID
    elif reason is Mistrust.OTHER and now > certificate.not_after:
        reason = Mistrust.EXPIRED
    elif reason in (Mistrust.OTHER, Mistrust.UNKNOWN_AUTHORITY) and certificate.self_issued:
        reason = Mistrust.SELF_SIGNED
    return replace(
        trouble,
        reason=reason,
        names=certificate.names,
        issuer=certificate.issuer,
        not_before=certificate.not_before,
        not_after=certificate.not_after,
    )


def read_certificate(der: bytes) -> Certificate | None:
    """Read a certificate in DER form; None where that can't be done."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    def texts(name: x509.Name, oid: x509.ObjectIdentifier) -> list[str]:
        return [_short(str(attribute.value)) for attribute in name.get_attributes_for_oid(oid)]

    try:
        certificate = x509.load_der_x509_certificate(der)
        names = texts(certificate.subject, NameOID.COMMON_NAME)
        try:
            alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except x509.ExtensionNotFound:
            pass  # as in the old days: it is for its common name
        else:
            addresses = map(str, alternative.get_values_for_type(x509.IPAddress))
            names = [_short(name) for name in (*alternative.get_values_for_type(x509.DNSName), *addresses)]
        issuer = texts(certificate.issuer, NameOID.COMMON_NAME) + texts(certificate.issuer, NameOID.ORGANIZATION_NAME)
        return Certificate(
            names=tuple(names[:MOST_NAMES]),
            issuer=", ".join(dict.fromkeys(issuer)) or _short(certificate.issuer.rfc4514_string()),
            self_issued=certificate.issuer == certificate.subject,
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
        )
    except (ValueError, TypeError, x509.UnsupportedGeneralNameType, x509.DuplicateExtension, x509.InvalidVersion):
        return None


def _short(text: str) -> str:
    return printable(text)[:_LONGEST]


class _Stream(Protocol):
    async def aclose(self) -> None: ...

    def get_extra_info(self, info: str) -> object: ...


class _SeenEnough(Exception):
    """The handshake has come about; whoever raises it has closed the connection."""


async def _shown(address: httpx.URL, proxy: httpx.Proxy | None, seconds: float) -> bytes | None:
    """The certificate of the server at `address` in DER form, whoever that is; None where it shows none."""
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    at_server = "connection.start_tls.complete" if proxy is None else "proxy.start_tls.complete"
    shown: bytes | None = None

    handshake = Handshake()

    async def look(event: str, info: Mapping[str, object]) -> None:
        nonlocal shown
        await handshake.trace(event, info)
        if event == at_server:
            stream = cast("_Stream", info["return_value"])
            secured = stream.get_extra_info("ssl_object")
            shown = secured.getpeercert(binary_form=True) if isinstance(secured, ssl.SSLObject) else None
            await stream.aclose()
            raise _SeenEnough

    connections = httpx.AsyncClient(
        http2=True, verify=trusting, proxy=proxy, follow_redirects=False, trust_env=False, timeout=seconds
    )
    # What was shown before the connection ended is all there is.
    with contextlib.suppress(_SeenEnough, httpx.HTTPError, OSError, ValueError):
        async with connections:
            await connections.get(address.copy_with(raw_path=b"/"), extensions={"trace": look})
    return shown
