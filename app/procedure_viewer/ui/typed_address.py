"""How the address of a server was understood, and the words that say so under the field."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from procedure_viewer.settings.canvas import instance_of, read_address, sign_in_base


@dataclass(frozen=True, slots=True)
class TypedAddress:
    """One address as typed: the FHIR base URL; for Canvas also the instance's name and where one signs in."""

    base_url: str
    instance: str = ""
    sign_in_url: str = ""


def read_typed_address(text: str) -> TypedAddress:
    """What the person meant. Raises AddressRefused, whose text is for the person."""
    base_url = read_address(text)
    return TypedAddress(base_url, instance_of(base_url) or "", sign_in_base(base_url) or "")


def address_words(address: TypedAddress) -> str:
    """How the address was read, so that a wrong guess is seen."""
    if address.instance:
        words = QCoreApplication.translate(
            "TypedAddress", "Canvas instance {name}: FHIR at {fhir}, sign-in at {sign_in}"
        )
        return words.format(name=address.instance, fhir=address.base_url, sign_in=address.sign_in_url)
    words = QCoreApplication.translate("TypedAddress", "FHIR server at {fhir}; the server says where one signs in")
    return words.format(fhir=address.base_url)
