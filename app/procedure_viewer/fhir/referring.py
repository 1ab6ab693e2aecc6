"""Which records a Procedure points at that a server could be asked for: http://hl7.org/fhir/R4/references.html

Only elements that a summary shows are looked into. Each read may be noted in the server's audit log, and nobody should
have to explain there why it was made.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from procedure_viewer.fhir.datatypes import (
    Resource,
    ResourceKey,
    as_object,
    object_of,
    objects_of,
    read_reference,
    text_of,
)

ASKED_FOR: Final = frozenset(
    {
        "BodyStructure",
        "CarePlan",
        "CareTeam",
        "Composition",
        "Condition",
        "Device",
        "DiagnosticReport",
        "DocumentReference",
        "Encounter",
        "HealthcareService",
        "Location",
        "Medication",
        "MedicationAdministration",
        "MedicationRequest",
        "Observation",
        "Organization",
        "Practitioner",
        "PractitionerRole",
        "Procedure",
        "RelatedPerson",
        "ServiceRequest",
        "Specimen",
        "Substance",
    }
)
"""What a Procedure may point at and has a name. Patient is not among them: no other patient is named in a chart."""
MOST_REFERENCES: Final = 40
"""Of one record that are asked for; real ones have a dozen."""

_REFERENCES: Final = (
    *("location", "encounter", "recorder", "asserter", "reportedReference", "reasonReference", "bodyStructure"),
    *("complicationDetail", "report", "usedReference", "basedOn", "partOf", "focus", "supportingInfo"),
)
_CODEABLE_REFERENCES: Final = ("reason", "complication", "used")
"""R5's, http://hl7.org/fhir/R5/references.html#codeablereference; R4 has concepts under two of these names."""
_WITHIN: Final = (
    *(("performer", "actor"), ("performer", "onBehalfOf")),
    *(("focalDevice", "manipulated"), ("note", "authorReference"), ("extension", "valueReference")),
)


def references_in(resource: Resource, base_url: str) -> dict[str, ResourceKey]:
    """What may be asked for, by the text of each `reference` as it stands, in the order of a summary.

    Relative ones, absolute ones under `base_url` and versioned ones (`/_history/`) are there; the current version is
    what is asked for. Contained resources, other servers' and those known by an identifier only are not.
    """
    return askable(_references(resource), base_url)


def askable(references: Iterator[Resource], base_url: str) -> dict[str, ResourceKey]:
    """The same of any references."""
    found: dict[str, ResourceKey] = {}
    for reference in references:
        text = text_of(reference, "reference")
        key = key_to_ask(reference, base_url) if text not in found else None
        if key is not None:
            found[text] = key
            if len(found) == MOST_REFERENCES:
                break
    return found


def key_to_ask(reference: Resource, base_url: str) -> ResourceKey | None:
    """What the server at `base_url` may be asked for to name a reference; None where it may not."""
    # Without a base an absolute reference counts by its end, which is enough for comparing and not for asking.
    key = read_reference(reference).key(base_url or "https://no-server.invalid")
    return key if key is not None and key.type in ASKED_FOR else None


def is_about_another(resource: Resource, patient_id: str, base_url: str) -> bool:
    """Whether a record that was read may be another patient's: it says so, or should say whose it is and does not."""
    stated = [element for element in ("subject", "patient") if element in resource]
    if not stated:
        return text_of(resource, "resourceType") in _OF_ONE_PATIENT
    own = ResourceKey("Patient", patient_id)
    return any(read_reference(resource[element]).key(base_url) != own for element in stated)


_OF_ONE_PATIENT: Final = frozenset(
    {
        "BodyStructure",
        "CarePlan",
        "CareTeam",
        "Composition",
        "Condition",
        "DiagnosticReport",
        "DocumentReference",
        "Encounter",
        "MedicationAdministration",
        "MedicationRequest",
        "Observation",
        "Procedure",
        "RelatedPerson",
        "ServiceRequest",
        "Specimen",
    }
)
"""Records of one patient, also where FHIR lets them leave out of whom."""


def _references(resource: Resource) -> Iterator[Resource]:
    for element, inner in _WITHIN:
        for item in objects_of(resource, element):
            yield object_of(item, inner)
    for element in _REFERENCES:
        yield from objects_of(resource, element)
    for element in _CODEABLE_REFERENCES:
        for item in objects_of(resource, element):
            yield object_of(item, "reference")


def words_by_reference(references: Mapping[str, ResourceKey], names: Mapping[ResourceKey, str]) -> dict[str, str]:
    """The names that are known, by the text of the reference; an empty name is none."""
    return {text: name for text, key in references.items() if (name := names.get(key, ""))}


def inner_references(resource: Resource) -> Iterator[Resource]:
    """Whom a record is named after that has no name of its own: a PractitionerRole's practitioner and organisation."""
    if text_of(resource, "resourceType") == "PractitionerRole":
        for element in ("practitioner", "organization"):
            yield as_object(resource.get(element))
