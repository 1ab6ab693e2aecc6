"""What a record is called: a few words for any resource that a Procedure may point at. Never raises.

"Dr Amina Gray (Orthopaedic surgery)", "Theatre 2, St Mary", "Ambulatory, 20 Sep 2023". Codes are shown as the server
displays them. What was entered in error or ruled out says so, for its name alone would say the contrary.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from types import MappingProxyType
from typing import Final

from procedure_viewer.fhir.datatypes import (
    HumanName,
    Resource,
    object_of,
    objects_of,
    read_concept,
    read_human_name,
    read_reference,
    text_of,
    texts_of,
)
from procedure_viewer.fhir.when import date_text, read_when
from procedure_viewer.fhir.words import translate

LONGEST_NAME: Final = 200
"""Characters of a name; nobody is called more than that."""
_DAY: Final = len("2023-09-20")
_CONTRARY: Final = ("entered-in-error", "refuted")
NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})


def record_name(resource: Resource, others: Mapping[str, str] = NO_NAMES) -> str:
    """What a resource is called, "" where nothing in it tells.

    `others` are names of records that it points at, by the text of the reference.
    """
    kind = text_of(resource, "resourceType")
    words = _BY_TYPE.get(kind, _by_code)(resource, others)
    if not words:
        return ""
    if len(words) > LONGEST_NAME:
        words = f"{words[:LONGEST_NAME]}…"
    match _doubt(resource):
        case "entered-in-error":
            return translate("fhir", "{name} (entered in error)").format(name=words)
        case "refuted":
            return translate("fhir", "{name} (refuted)").format(name=words)
        case _:
            return words


def person_name(resource: Resource) -> str:
    """A person as colleagues name them, "Dr Amina Gray": the official name, else the first that has words."""
    names = sorted(map(read_human_name, objects_of(resource, "name")), key=lambda name: name.use != "official")
    current = [name for name in names if name.use not in ("old", "maiden")]
    return next((text for name in (*current, *names) if (text := _said(name))), "")


def _said(name: HumanName) -> str:
    return name.text or " ".join(filter(None, (*name.prefix, *name.given, name.family, *name.suffix)))


def _person(resource: Resource, _others: Mapping[str, str]) -> str:
    qualifications = (read_concept(item.get("code")).label for item in objects_of(resource, "qualification"))
    return _with(person_name(resource), next(filter(None, qualifications), ""))


def _related_person(resource: Resource, _others: Mapping[str, str]) -> str:
    kind = next(_labels(resource, "relationship"), "")
    return _with(person_name(resource), kind)


def _role(resource: Resource, others: Mapping[str, str]) -> str:
    who = _pointed_at(resource, "practitioner", others)
    what = next(chain(_labels(resource, "specialty"), _labels(resource, "code")), "")
    if what and who in others.values() and who.count("(") == 1 and who.endswith(")"):
        who = who[: who.index("(")].rstrip()  # what the role is says more than the practitioner's own qualification
    who = f"{who}, {what}" if who.endswith(")") and what else _with(who, what)
    return ", ".join(filter(None, (who, _pointed_at(resource, "organization", others))))


def _location(resource: Resource, others: Mapping[str, str]) -> str:
    name = text_of(resource, "name") or text_of(resource, "description") or next(_labels(resource, "type"), "")
    house = _pointed_at(resource, "partOf", others) or _pointed_at(resource, "managingOrganization", others)
    return ", ".join(dict.fromkeys(filter(None, (name, house))))


def _organisation(resource: Resource, _others: Mapping[str, str]) -> str:
    return (
        text_of(resource, "name") or next(iter(texts_of(resource, "alias")), "") or next(_labels(resource, "type"), "")
    )


def _encounter(resource: Resource, _others: Mapping[str, str]) -> str:
    """R4's `class` is a Coding, R5's a list of CodeableConcepts: http://hl7.org/fhir/R4/encounter.html"""
    classes = (
        text_of(item, "display") or text_of(item, "code") or read_concept(item).label
        for item in objects_of(resource, "class")
    )
    kind = next(chain(_labels(resource, "type"), filter(None, classes)), "")
    return ", ".join(filter(None, (f"{kind[:1].upper()}{kind[1:]}", _days(resource, "period", "actualPeriod"))))


def _device(resource: Resource, _others: Mapping[str, str]) -> str:
    names = (
        *(text_of(name, "name") or text_of(name, "value") for name in objects_of(resource, "deviceName")),
        *(text_of(name, "value") for name in objects_of(resource, "name")),
        text_of(resource, "displayName"),
        *_labels(resource, "type"),
        text_of(resource, "modelNumber"),
    )
    return next(filter(None, names), "")


def _document(resource: Resource, _others: Mapping[str, str]) -> str:
    words = text_of(resource, "title") or text_of(resource, "description") or next(_labels(resource, "type"), "")
    return ", ".join(filter(None, (words, date_text(text_of(resource, "date")[:_DAY]))))


def _titled(resource: Resource, _others: Mapping[str, str]) -> str:
    kinds = (*_labels(resource, "category"), *_labels(resource, "type"))
    return text_of(resource, "title") or text_of(resource, "name") or next(iter(kinds), "")


def _body_structure(resource: Resource, _others: Mapping[str, str]) -> str:
    return (
        text_of(resource, "description")
        or ", ".join((*_labels(resource, "morphology"), *_labels(resource, "location")))
        or ", ".join(
            label
            for item in objects_of(resource, "includedStructure")
            if (label := read_concept(item.get("structure")).label)
        )
    )


def _specimen(resource: Resource, _others: Mapping[str, str]) -> str:
    collected = text_of(object_of(resource, "collection"), "collectedDateTime")
    return ", ".join(filter(None, (next(_labels(resource, "type"), ""), date_text(collected[:_DAY]))))


def _by_code(resource: Resource, _others: Mapping[str, str]) -> str:
    """What has a code, and the day for which it stands; R5's CodeableReference has the code a level down."""
    labels = (
        read_concept(object_of(item, "concept") if "concept" in item else item).label
        for element in ("code", "medicationCodeableConcept", "medication")
        for item in objects_of(resource, element)
    )
    words = next(filter(None, labels), "") or text_of(resource, "code")
    return ", ".join(filter(None, (words, _day_of(resource))))


_DATES: Final = ("authoredOn", "effectiveDateTime", "performedDateTime", "occurrenceDateTime", "issued")
_PERIODS: Final = ("effectivePeriod", "performedPeriod", "occurrencePeriod")


def _day_of(resource: Resource) -> str:
    dates = (date_text(text_of(resource, element)[:_DAY]) for element in _DATES)
    return next(filter(None, dates), "") or _days(resource, *_PERIODS)


def _days(resource: Resource, *elements: str) -> str:
    """A stretch of time in days; times of day are more than a name needs."""
    for element in elements:
        period = {name: text_of(object_of(resource, element), name)[:_DAY] for name in ("start", "end")}
        stated = {name: day for name, day in period.items() if day}
        if not stated:
            continue
        if len(set(period.values())) == 1:
            return date_text(period["start"])
        return read_when({"performedPeriod": stated}).text
    return ""


def _doubt(resource: Resource) -> str:
    """A word that turns the record's meaning round, if it has one."""
    verified = read_concept(resource.get("verificationStatus"))
    codes = (text_of(resource, "status"), *(coding.code for coding in verified.codings), verified.text.lower())
    return next((code for code in codes if code in _CONTRARY), "")


def _pointed_at(resource: Resource, element: str, others: Mapping[str, str]) -> str:
    reference = object_of(resource, element)
    if (key := read_reference(reference).key()) is not None and key.type == "Patient":
        return ""  # no other patient is named in a chart
    return others.get(text_of(reference, "reference"), "") or text_of(reference, "display")


def _labels(resource: Resource, element: str) -> Iterator[str]:
    return (label for item in objects_of(resource, element) if (label := read_concept(item).label))


def _with(name: str, addition: str) -> str:
    return f"{name} ({addition})" if name and addition else name or addition


_BY_TYPE: Final[Mapping[str, Callable[[Resource, Mapping[str, str]], str]]] = {
    "BodyStructure": _body_structure,
    "CarePlan": _titled,
    "CareTeam": _titled,
    "Composition": _document,
    "Device": _device,
    "DocumentReference": _document,
    "Encounter": _encounter,
    "HealthcareService": _titled,
    "Location": _location,
    "Organization": _organisation,
    "Practitioner": _person,
    "PractitionerRole": _role,
    "RelatedPerson": _related_person,
    "Specimen": _specimen,
}
