"""What a server says it offers, in one line for the person who sets up a connection."""

from PySide6.QtCore import QCoreApplication

from procedure_viewer.fhir.offer import ServerOffer

_WANTED = ("Patient", "Procedure")
_RELEASES = {"4.0": "R4", "4.3": "R4B", "5.0": "R5", "3.0": "STU3", "1.0": "DSTU2"}
"""http://hl7.org/fhir/directory.html"""


def offer_words(offer: ServerOffer) -> tuple[str, bool]:
    """The words, such as "Reached; FHIR R4; Patient and Procedure search offered; sign-in by browser", and whether
    the server can be worked with."""
    missing = [name for name in _WANTED if offer.offers(name) is False]
    words = [_tr("Reached"), _version(offer.fhir_version), _searches(offer, missing), _sign_in(offer)]
    if offer.refused:
        words.append(_tr("an address that it names is not safe and is not used"))
    return "; ".join(words), not missing and offer.fhir_version[:2] in ("", "4.")


def _tr(text: str) -> str:
    return QCoreApplication.translate("ServerOffer", text)


def _version(version: str) -> str:
    if not version:
        return _tr("it does not say its FHIR version")
    return f"FHIR {_RELEASES.get(version[:3], version)}"


def _searches(offer: ServerOffer, missing: list[str]) -> str:
    if offer.resources is None:
        return _tr("it does not say what can be searched")
    if missing:
        return _tr("no search for {resources}").format(resources=", ".join(missing))
    return _tr("Patient and Procedure search offered")


def _sign_in(offer: ServerOffer) -> str:
    if offer.authorization_endpoint:
        return _tr("sign-in by browser")
    if offer.token_endpoint:
        return _tr("sign-in by the program")
    return _tr("no sign-in is named")
