"""A tolerant view of a Patient: who this is, and what tells them from others.

http://hl7.org/fhir/R4/patient.html
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from procedure_viewer.fhir.datatypes import (
    HumanName,
    Identifier,
    Reference,
    Resource,
    ResourceKey,
    as_object,
    objects_of,
    printable,
    read_human_name,
    read_identifier,
    read_reference,
    text_of,
)
from procedure_viewer.fhir.json_text import NotJson, decode_value
from procedure_viewer.fhir.repeating import UNKNOWN_PATH, repeated_paths, root_of
from procedure_viewer.fhir.when import When, read_when
from procedure_viewer.fhir.words import translate

_NAME_USES: Final = ("official", "usual", "", "temp", "anonymous", "maiden", "old")
"""Which of several names comes first; one of a use that is not listed stands after "", before "temp"."""
_NICKNAME: Final = "nickname"
_IDENTIFIER_TYPES: Final = ("http://terminology.hl7.org/CodeSystem/v2-0203", "http://hl7.org/fhir/v2/0203")
_MEDICAL_RECORD: Final = "MR"
_CANVAS: Final = "http://canvasmedical.com"
_DEATH: Final = "deceasedDateTime"
_REPLACED_BY: Final = "replaced-by"
_REPLACES: Final = "replaces"
_WHO: Final = frozenset(
    {
        "resourceType",
        "id",
        "identifier",
        "active",
        "name",
        "gender",
        "birthDate",
        "deceasedBoolean",
        "deceasedDateTime",
        "link",
        UNKNOWN_PATH,
    }
)
"""The elements by which a chart is told from another."""


class PatientLink(msgspec.Struct, frozen=True, gc=False):
    """Another record that is of the same person, or may be. http://hl7.org/fhir/R4/patient.html#links"""

    type: str
    """"replaced-by", "replaces", "refer" (the other one is the main one), "seealso", or what the server made up."""
    other: Reference


class Patient(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One patient, every text ready for a label. `raw` is what the server sent."""

    raw: bytes
    id: str = ""
    name: str = ""
    """The official name, "OKAFOR, Ngozi Grace", or the next best; never a nickname; "Name not stated" without one."""
    other_names: tuple[str, ...] = ()
    """The other names, each with its use: "JOHNSTON, Courtney (maiden)"."""
    names: tuple[HumanName, ...] = ()
    """All names, the one of `name` first."""
    given: tuple[str, ...] = ()
    family: str = ""
    birth_date: str = ""
    """As the server gave it, which may be partial."""
    sex: str = ""
    """The administrative gender in words; "" when it is not stated."""
    mrn: str = ""
    identifiers: tuple[Identifier, ...] = ()
    active: bool | None = None
    deceased: bool = False
    deceased_text: str = ""
    replaced_by: tuple[ResourceKey, ...] = ()
    """Records that this one was merged into."""
    replaces: tuple[ResourceKey, ...] = ()
    """Records that were merged into this one."""
    links: tuple[PatientLink, ...] = ()
    """All links to other records, whatever they point at."""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    readable: bool = True
    repeated: tuple[str, ...] = ()
    """Elements that the record has twice, "name[0].family": only the last of each is shown."""

    @property
    def merged(self) -> bool:
        """Whether another record has taken the place of this one."""
        return any(link.type == _REPLACED_BY for link in self.links)

    @property
    def ambiguous(self) -> bool:
        """Whether it says twice who this is: nobody can tell which of the two counts."""
        return any(root_of(path) in _WHO for path in self.repeated)


def unstated_patient() -> Patient:
    """Stands where a record names no patient."""
    return Patient(raw=b"", name=translate("fhir", "Patient not stated"))


def read_patient(raw: bytes) -> Patient:
    """Read a Patient; never raises. Other bytes give one who is not `readable`, with a name that says so."""
    try:
        value = decode_value(raw)
    except NotJson:
        value = None
    patient = as_object(value)
    if patient.get("resourceType") != "Patient":
        return Patient(
            raw=raw, id=text_of(patient, "id"), name=translate("fhir", "Unreadable patient record"), readable=False
        )
    names = sorted(map(read_human_name, objects_of(patient, "name")), key=_rank)
    best = next((name for name in names if name.use != _NICKNAME and name.formal), HumanName())
    identifiers = tuple(map(read_identifier, objects_of(patient, "identifier")))
    active = patient.get("active")
    died = read_when({_DEATH: patient.get(_DEATH)}, ("deceased",))
    deceased = patient.get("deceasedBoolean") is True or died.stated
    return Patient(
        raw=raw,
        id=text_of(patient, "id"),
        name=best.formal or translate("fhir", "Name not stated"),
        other_names=tuple(_with_use(name) for name in names if name is not best and name.formal),
        names=tuple(names),
        given=best.given,
        family=best.family,
        birth_date=text_of(patient, "birthDate"),
        sex=_sex(text_of(patient, "gender")),
        mrn=_mrn(identifiers),
        identifiers=identifiers,
        active=active if isinstance(active, bool) else None,
        deceased=deceased,
        deceased_text=_deceased_text(died) if deceased else "",
        replaced_by=tuple(_links(patient, _REPLACED_BY)),
        replaces=tuple(_links(patient, _REPLACES)),
        links=tuple(
            PatientLink(text_of(link, "type"), read_reference(link.get("other")))
            for link in objects_of(patient, "link")
        ),
        phones=tuple(_contacts(patient, "phone")),
        emails=tuple(_contacts(patient, "email")),
        repeated=tuple(map(printable, repeated_paths(raw, value))),
    )


def _rank(name: HumanName) -> int:
    if name.use == _NICKNAME:
        return len(_NAME_USES)
    return _NAME_USES.index(name.use) if name.use in _NAME_USES else _NAME_USES.index("")


def _with_use(name: HumanName) -> str:
    match name.use:
        case "":
            return name.formal
        case "nickname":
            use = translate("fhir", "nickname")
        case "maiden":
            use = translate("fhir", "maiden")
        case "old":
            use = translate("fhir", "former")
        case "official":
            use = translate("fhir", "official")
        case "usual":
            use = translate("fhir", "usual")
        case "temp":
            use = translate("fhir", "temporary")
        case "anonymous":
            use = translate("fhir", "pseudonym")
        case other:
            use = other
    return f"{name.formal} ({use})"


def _sex(gender: str) -> str:
    match gender:
        case "female":
            return translate("fhir", "Female")
        case "male":
            return translate("fhir", "Male")
        case "other":
            return translate("fhir", "Other")
        case "unknown":
            return translate("fhir", "Unknown")
        case unlisted:
            return unlisted


def _mrn(identifiers: tuple[Identifier, ...]) -> str:
    """The medical record number: typed MR (HL7 table 0203), else Canvas's own; one no longer in use comes last."""
    typed = [identifier for identifier in identifiers if identifier.value and _is_medical_record(identifier)]
    canvas = [identifier for identifier in identifiers if identifier.value and identifier.system == _CANVAS]
    candidates = sorted(typed or canvas, key=lambda identifier: identifier.use == "old")
    return candidates[0].value if candidates else ""


def _is_medical_record(identifier: Identifier) -> bool:
    return any(
        coding.code == _MEDICAL_RECORD and coding.system in _IDENTIFIER_TYPES for coding in identifier.type.codings
    )


def _deceased_text(died: When) -> str:
    if died.stated:
        return translate("fhir", "Died {date}").format(date=died.text)
    return translate("fhir", "Deceased")


def _links(patient: Resource, link_type: str) -> Iterator[ResourceKey]:
    for link in objects_of(patient, "link"):
        key = read_reference(link.get("other")).key()
        if link.get("type") == link_type and key is not None:
            yield key


def _contacts(patient: Resource, system: str) -> Iterator[str]:
    for contact in objects_of(patient, "telecom"):
        value = text_of(contact, "value")
        if value and contact.get("system") == system:
            yield value
