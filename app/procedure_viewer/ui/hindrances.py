"""What stands between this computer and a server, in words: what it means, and what IT has to do.

No word here offers to go on without a certificate that holds.
"""

from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication

from procedure_viewer.fhir.datatypes import printable
from procedure_viewer.fhir.hindrance import (
    Barrier,
    CertificateTrouble,
    FileFault,
    FileRole,
    FileTrouble,
    Hindrance,
    Mistrust,
    RouteTrouble,
)
from procedure_viewer.fhir.when import date_text

MOST_NAMES = 3
"""Names of a certificate that a sentence holds; the details hold more."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Hindrance", text)


def title_of(hindrance: Hindrance) -> str:
    """A title that says more than the problem's kind does; "" where there is none."""
    match hindrance:
        case CertificateTrouble(reason=Mistrust.CLIENT_WANTED):
            return _tr("The server asks for a certificate of this computer")
        case CertificateTrouble(reason=Mistrust.CLIENT_REFUSED):
            return _tr("The server refused this computer's certificate")
    return ""


def meaning_of(hindrance: Hindrance) -> str:
    """What it means and what to do about it; "" where the problem's kind says it all."""
    match hindrance:
        case CertificateTrouble():
            return _certificate(hindrance)
        case FileTrouble(role, fault, name):
            return f"{_what(fault).format(file=_file(role).format(name=printable(name)))} {_remedy(fault)}"
        case RouteTrouble(barrier, host, proxy):
            return _route(barrier).format(host=printable(host), proxy=printable(proxy))


def lines_of(hindrance: Hindrance) -> list[str]:
    """The same for support: a line a fact."""
    match hindrance:
        case CertificateTrouble(reason, host, names, issuer, not_before, not_after):
            lines = [f"Certificate: {reason}", f"Wanted for: {host}"]
            if names:
                lines.append(f"Is for: {', '.join(names)}")
            if issuer:
                lines.append(f"Issued by: {issuer}")
            if not_before and not_after:
                lines.append(f"Valid: {not_before:%Y-%m-%d %H:%M} to {not_after:%Y-%m-%d %H:%M} UTC")
        case FileTrouble(role, fault, name):
            lines = [f"File: {role}, {fault}: {name}"]
        case RouteTrouble(barrier, host, proxy):
            lines = [f"Way: {barrier}"]
            if host:
                lines.append(f"Host: {host}")
            if proxy:
                lines.append(f"Proxy: {proxy}")
    return [printable(line) for line in lines]


def _certificate(trouble: CertificateTrouble) -> str:
    words = {
        Mistrust.UNKNOWN_AUTHORITY: _tr(
            "Its certificate was issued by {issuer}, which this computer does not trust. Ask your IT department to add "
            "that authority to this computer's trusted certificates, or to the network settings of this connection; or "
            "to let the server send all certificates between its own and one that is trusted."
        ),
        Mistrust.SELF_SIGNED: _tr(
            "The certificate of {host} is vouched for by nobody but itself, so that anybody may have made it. Ask your "
            "IT department to give the server a certificate from an authority that this computer trusts."
        ),
        Mistrust.WRONG_HOST: _tr(
            "The certificate is for {names}, not for {host}. Look whether the address is mistyped. If it isn't, ask "
            "your IT department for the server's right address, or to give it a certificate for {host}."
        )
        if trouble.names
        else _tr(
            "The certificate is not for {host}. Look whether the address is mistyped. If it isn't, ask your IT "
            "department for the server's right address, or to give it a certificate for {host}."
        ),
        Mistrust.EXPIRED: _tr(
            "The certificate of {host} was valid until {last}. Ask your IT department to renew it on the server. If "
            "that day is still to come, look at this computer's date."
        )
        if trouble.not_after and trouble.not_after < datetime.now(UTC)
        else _tr(
            "The certificate of {host}, or the one of an authority above it, has expired. Look at this computer's "
            "date. If it is right, ask your IT department to renew the certificates of the server."
        ),
        Mistrust.NOT_YET_VALID: _tr(
            "The certificate of {host} is valid from {first} on. Look at this computer's date and time. If they are "
            "right, ask your IT department to give the server a certificate that is valid now."
        )
        if trouble.not_before
        else _tr(
            "The certificate of {host} is not valid yet. Look at this computer's date and time. If they are right, ask "
            "your IT department to give the server a certificate that is valid now."
        ),
        Mistrust.REVOKED: _tr(
            "The certificate of {host} was revoked: whoever issued it says that it must not be trusted any more. Tell "
            "your IT department at once; the server needs a new one."
        ),
        Mistrust.CLIENT_WANTED: _tr(
            "{host} talks only to computers that show a certificate, and this connection has none to show. Ask your IT "
            "department for a client certificate with its key, as PEM files, and name them in the network settings of "
            "this connection."
        ),
        Mistrust.CLIENT_REFUSED: _tr(
            "{host} did not accept the client certificate that this connection shows. It may have expired, or come "
            "from another authority than the server asks for. Ask your IT department for a new one."
        ),
        Mistrust.OTHER: _tr(
            "The certificate of {host} was not accepted by this computer. Copy the details for your IT department, who "
            "must put the server's certificate right."
        ),
    }
    meaning = words[trouble.reason].format(
        host=printable(trouble.host),
        names=_some(trouble.names),
        issuer=trouble.issuer or _tr("an unnamed authority"),
        first=_day(trouble.not_before),
        last=_day(trouble.not_after),
    )
    if trouble.reason in (Mistrust.CLIENT_WANTED, Mistrust.CLIENT_REFUSED):
        return meaning
    return f"{meaning} {_tr('Nothing was sent to it.')}"


def _some(names: tuple[str, ...]) -> str:
    shown = ", ".join(map(printable, names[:MOST_NAMES]))
    more = len(names) - MOST_NAMES
    return _tr("{names} and others").format(names=shown) if more > 0 else shown


def _day(moment: datetime | None) -> str:
    return date_text(moment.date().isoformat()) if moment else ""


def _file(role: FileRole) -> str:
    return {
        FileRole.AUTHORITY: _tr("The file of further certificate authorities, “{name}”,"),
        FileRole.CLIENT_CERTIFICATE: _tr("The file of the client certificate, “{name}”,"),
        FileRole.CLIENT_KEY: _tr("The file of the client certificate's key, “{name}”,"),
    }[role]


def _what(fault: FileFault) -> str:
    return {
        FileFault.MISSING: _tr("{file} is not where the connection says."),
        FileFault.UNREADABLE: _tr("{file} can't be read by this account."),
        FileFault.UNFIT: _tr("{file} holds nothing of the kind in the PEM format."),
        FileFault.ENCRYPTED: _tr("{file} is encrypted, and Procedure Viewer asks for no password."),
        FileFault.MISMATCHED: _tr("{file} belongs to another certificate than the one named beside it."),
        FileFault.SILENT: _tr("{file} could not be read in time: the place where it lies does not answer."),
    }[fault]


def _remedy(fault: FileFault) -> str:
    if fault is FileFault.ENCRYPTED:
        return _tr("Ask your IT department for a key without a password, in a folder that only you can read.")
    return _tr("Ask your IT department for the right file, and name it in the network settings of this connection.")


def _route(barrier: Barrier) -> str:
    return {
        Barrier.NO_NETWORK: _tr(
            "This computer has no network at the moment, or nobody there knows names. Look at the cable, the Wi-Fi or "
            "the VPN, then try again."
        ),
        Barrier.UNKNOWN_NAME: _tr(
            "Nobody on this network knows a server called {host}. Look whether the address is mistyped; some servers "
            "are known only inside a hospital's own network or VPN."
        ),
        Barrier.UNREACHABLE: _tr(
            "No way leads from this network to {host}. Look at the VPN, then try again; if it stays like this, ask "
            "your IT department."
        ),
        Barrier.REFUSED: _tr(
            "The computer {host} is there, but takes no connection: the server on it may be stopped, or a firewall in "
            "between. Try again in a moment, then ask whoever runs the server."
        ),
        Barrier.LOST: _tr("The connection to {host} was lost on the way. Check the network, then try again."),
        Barrier.SILENT: _tr(
            "{host} did not take the connection in time. A firewall may swallow it, or the server be down. Try again; "
            "if it stays like this, ask your IT department."
        ),
        Barrier.PROXY_UNREACHABLE: _tr(
            "This computer's settings name the proxy {proxy} for the way to {host}, and it does not answer as one. "
            "Check the network, then ask your IT department."
        ),
        Barrier.PROXY_SIGN_IN: _tr(
            "The proxy {proxy} wants a sign-in before it lets this computer through to {host}. Ask your IT department "
            "to let it through without one, or to put user name and password into this computer's proxy settings."
        ),
        Barrier.PROXY_REFUSED: _tr(
            "The proxy {proxy} did not connect this computer with {host}. Ask your IT department to allow that."
        ),
        Barrier.PROXY_UNSUPPORTED: _tr(
            "This computer's settings name a proxy for the way to {host} that Procedure Viewer can't use: it needs an "
            "HTTP proxy. Ask your IT department for one, or to let this computer through directly."
        ),
    }[barrier]
