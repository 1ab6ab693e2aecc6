"""Whom a connection trusts, and what this computer shows of itself: the system's trust, and files that IT hands out.

The files are PEM (RFC 7468); a certificate authority's may also be DER, as Windows exports it. Everything here blocks.
"""

import ssl
from pathlib import Path

import truststore

from procedure_viewer.fhir.hindrance import FileFault, FileRole, FileTrouble
from procedure_viewer.fhir.outcome import Failure, Kind, Problem
from procedure_viewer.settings.connections import Network

LARGEST_FILE = 16 * 1024 * 1024
"""Bytes of one file that are read at most; the largest bundles of authorities have about one million."""

_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
_KEY = b"PRIVATE KEY-----"
_ENCRYPTED = (b"-----BEGIN ENCRYPTED PRIVATE KEY-----", b"Proc-Type: 4,ENCRYPTED")


def secured(network: Network) -> ssl.SSLContext:
    """The system's trust, with what `network` adds to it; raises `Failure` that names the file at fault."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if network.authority_file:
        _trust(context, Path(network.authority_file))
    if network.client_certificate:
        _show(context, Path(network.client_certificate), Path(network.client_key or network.client_certificate))
    return context


def _trust(context: ssl.SSLContext, path: Path) -> None:
    content = _read(FileRole.AUTHORITY, path)
    try:
        # Bundles have comments in all languages between the certificates, which OpenSSL wants in ASCII.
        pem = content.decode("ascii", "ignore") if _CERTIFICATE in content else None
        context.load_verify_locations(cadata=content if pem is None else pem)
    except (ssl.SSLError, ValueError) as error:
        raise _failure(FileRole.AUTHORITY, FileFault.UNFIT, path, error) from error


def _show(context: ssl.SSLContext, certificate: Path, key: Path) -> None:
    shown = _read(FileRole.CLIENT_CERTIFICATE, certificate)
    if _CERTIFICATE not in shown:
        raise _failure(FileRole.CLIENT_CERTIFICATE, FileFault.UNFIT, certificate)
    secret = _read(FileRole.CLIENT_KEY, key)
    if any(mark in secret for mark in _ENCRYPTED):
        raise _failure(FileRole.CLIENT_KEY, FileFault.ENCRYPTED, key)
    if _KEY not in secret:
        raise _failure(FileRole.CLIENT_KEY, FileFault.UNFIT, key)
    try:
        # Without a password here, OpenSSL would ask for one on a terminal that nobody watches.
        context.load_cert_chain(certificate, key, password="")
    except (ssl.SSLError, OSError, ValueError) as error:
        if isinstance(error, ssl.SSLError) and error.reason == "KEY_VALUES_MISMATCH":
            raise _failure(FileRole.CLIENT_KEY, FileFault.MISMATCHED, key, error) from error
        if _is_certificate(shown):
            raise _failure(FileRole.CLIENT_KEY, FileFault.UNFIT, key, error) from error
        raise _failure(FileRole.CLIENT_CERTIFICATE, FileFault.UNFIT, certificate, error) from error


def _is_certificate(content: bytes) -> bool:
    from cryptography import x509

    try:
        return bool(x509.load_pem_x509_certificates(content))
    except ValueError:
        return False


def _read(role: FileRole, path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError as error:
        raise _failure(role, FileFault.MISSING, path, error) from error
    except (OSError, ValueError) as error:
        raise _failure(role, FileFault.UNREADABLE, path, error) from error
    if len(content) > LARGEST_FILE:
        raise _failure(role, FileFault.UNFIT, path)
    return content


def _failure(role: FileRole, fault: FileFault, path: Path, error: Exception | None = None) -> Failure:
    """The words of OpenSSL and of the system name paths; their reasons alone don't."""
    reason = error.reason if isinstance(error, ssl.SSLError) else error.strerror if isinstance(error, OSError) else None
    technical = reason or (type(error).__name__ if error else "")
    return Failure(Problem(Kind.NETWORK_FILE, technical=technical, hindrance=FileTrouble(role, fault, path.name)))
