"""What the procedures of the demo point at: who did them, where, during which stay and why; and who recorded them.

http://hl7.org/fhir/R4/practitionerrole.html, organization.html, location.html, encounter.html, condition.html,
provenance.html. Only a few procedures point at these: the API's own point at nothing but the order behind them.
"""

from collections.abc import Iterable
from random import Random
from typing import Final

from procedure_viewer.demo.records.histories import subject_reference
from procedure_viewer.demo.records.keys import provenance_key
from procedure_viewer.demo.records.people import Json
from procedure_viewer.demo.records.staff import STAFF

SURGEON: Final = "Practitioner/demo-surgeon"
KNEE_SURGEON: Final = "PractitionerRole/demo-knee-surgeon"
CLINIC: Final = "Organization/demo-clinic"
ANAESTHESIA: Final = "Organization/demo-anaesthesia"
THEATRE: Final = "Location/demo-theatre-4"
STAY: Final = "Encounter/demo-knee-stay"
ARTHRITIS: Final = "Condition/demo-arthritis"
WOUND: Final = "Condition/demo-wound-infection"
RESTRICTED: Final = "Condition/demo-restricted"
"""Nobody is let see it: what a clinic holds back from most of its staff."""

_PARTICIPANT: Final = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
_ACTIVITY: Final = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"
_ACT: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


def surroundings(patient_id: str) -> list[Json]:
    """What the procedures of that patient point at."""
    subject = subject_reference(patient_id)
    surgeon = {"prefix": ["Dr."], "given": ["Amara"], "family": "Gray"}
    return [
        _at(SURGEON, active=True, name=[{"use": "official", **surgeon}], qualification=[{"code": {"text": "Surgeon"}}]),
        _at(
            KNEE_SURGEON,
            active=True,
            practitioner={"reference": SURGEON},
            organization={"reference": CLINIC},
            specialty=[{"text": "Orthopaedic surgery"}],
        ),
        _at(CLINIC, active=True, name="Demo clinic"),
        _at(ANAESTHESIA, active=True, name="City Anaesthesia"),
        _at(
            THEATRE,
            status="active",
            name="Operating theatre 4",
            managingOrganization={"reference": CLINIC, "display": "Demo clinic"},
        ),
        _at(
            STAY,
            status="finished",
            **{"class": {"system": _ACT, "code": "IMP", "display": "inpatient encounter"}},
            subject=subject,
            period={"start": "2024-09-03T06:30:00-04:00", "end": "2024-09-06T11:00:00-04:00"},
        ),
        _at(ARTHRITIS, subject=subject, code={"text": "Osteoarthritis of the right knee"}, onsetDateTime="2021"),
        _at(WOUND, subject=subject, code={"text": "Superficial wound infection"}, onsetDateTime="2024-09-09"),
        _at(RESTRICTED, subject=subject, code={"text": "A restricted diagnosis"}),
    ]


def provenances(procedures: Iterable[Json]) -> list[Json]:
    """A Provenance for each of these procedures that were recorded at a known time, as the API has them."""
    return [_provenance(procedure) for procedure in procedures if "performedDateTime" in procedure]


def _provenance(procedure: Json) -> Json:
    chance = Random(procedure["id"])  # noqa: S311 - always the same, which is what it is for
    when = procedure["performedDateTime"]
    return {
        "resourceType": "Provenance",
        "id": provenance_key(procedure["id"]),
        "target": [{"reference": f"Procedure/{procedure['id']}", "type": "Procedure"}],
        "recorded": when if "T" in when else "2015-01-05T14:00:00+00:00",
        "activity": {"coding": [{"system": _ACTIVITY, "code": "CREATE", "display": "create"}]},
        "agent": [
            {
                "type": {"coding": [{"system": _PARTICIPANT, "code": "author", "display": "Author"}]},
                "who": {"reference": chance.choice(STAFF).reference, "type": "Practitioner"},
                "onBehalfOf": {"reference": CLINIC, "type": "Organization", "display": "Demo clinic"},
            }
        ],
    }


def _at(reference: str, **elements: object) -> Json:
    resource_type, _, resource_id = reference.partition("/")
    return {"resourceType": resource_type, "id": resource_id, **elements}
