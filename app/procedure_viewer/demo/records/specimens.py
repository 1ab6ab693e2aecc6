"""Procedures that are written out one by one: the API's published example, and what few servers send but FHIR allows.

The patients who have the latter carry a family name that begins with "Demo-".
"""

from collections.abc import Mapping

from procedure_viewer.demo.records import catalogue as acts
from procedure_viewer.demo.records import surroundings as around
from procedure_viewer.demo.records.catalogue import Act
from procedure_viewer.demo.records.histories import subject_reference
from procedure_viewer.demo.records.keys import procedure_key
from procedure_viewer.demo.records.namesakes import SEED_PATIENT
from procedure_viewer.demo.records.people import Json, Person
from procedure_viewer.demo.records.staff import STAFF

DATES = Person(slug="demo-dates", family="Demo-Dates", given=("Delia",), sex="female", born="1950-08")
STATUSES = Person(slug="demo-statuses", family="Demo-Statuses", given=("Stella",), sex="female", born="1963-04-12")
EVERYTHING = Person(slug="demo-everything", family="Demo-Everything", given=("Edgar",), sex="male", born="1947-10-05")

_UCUM = "http://unitsofmeasure.org"
_PUBLISHED: Json = {
    "resourceType": "Procedure",
    "id": "2dd9a3bc-a3bb-472b-aaef-c57be394de39",
    "status": "unknown",
    "code": {
        "coding": [
            {
                "system": "http://www.ama-assn.org/go/cpt",
                "code": "23066",
                "display": "Biopsy soft tissue shoulder deep",
            }
        ]
    },
    "subject": subject_reference(SEED_PATIENT),
    "performedDateTime": "2023-09-20T21:18:54.263690+00:00",
}


def specimens() -> Mapping[str, list[Json]]:
    """The procedures by the patient's id."""
    return {
        SEED_PATIENT: [_PUBLISHED],
        DATES.id: _dates(DATES.id),
        STATUSES.id: _statuses(STATUSES.id),
        EVERYTHING.id: _everything(EVERYTHING.id),
    }


def _procedure(
    patient_id: str, number: int, act: Act, performed: Json, status: str = "completed", **more: object
) -> Json:
    return {
        "resourceType": "Procedure",
        "id": procedure_key(patient_id, number),
        "status": status,
        "code": {"coding": [act.coding()]},
        "subject": subject_reference(patient_id),
        **performed,
        **more,
    }


def _dates(patient_id: str) -> list[Json]:
    """Every form of `performed[x]`, every precision, and times of day elsewhere."""
    years = {"system": _UCUM, "unit": "years", "code": "a"}
    performed: tuple[tuple[Act, Json], ...] = (
        (acts.TONSILS, {"performedString": "As a child, before school"}),
        (acts.APPENDIX, {"performedAge": {"value": 17, **years}}),
        (acts.THYROID, {"performedRange": {"low": {"value": 30, **years}, "high": {"value": 35, **years}}}),
        (acts.HERNIA, {"performedDateTime": "1998"}),
        (acts.GALLBLADDER, {"performedDateTime": "2004-11"}),
        (acts.COLONOSCOPY, {"performedDateTime": "2010-03-08"}),
        (acts.CATARACT_RIGHT, {"performedDateTime": "2019-02-28T23:30:00-10:00"}),
        (acts.CATARACT_LEFT, {"performedDateTime": "2019-04-01T00:15:00+05:30"}),
        (acts.ECHOCARDIOGRAM, {"performedDateTime": "2020-07-14T09:05:00Z"}),
        (
            acts.HIP_REPLACEMENT,
            {"performedPeriod": {"start": "2021-05-04T07:40:00-04:00", "end": "2021-05-04T09:55:00-04:00"}},
        ),
        (acts.GAIT_TRAINING, {"performedPeriod": {"start": "2021-05-06", "end": "2021-07"}}),
        (acts.INR, {"performedPeriod": {"start": "2022-01"}}),
        (acts.DRESSING, {"performedPeriod": {"end": "2023"}}),
        (acts.HEARING_AID_FITTING, {}),
    )
    return [_procedure(patient_id, number, act, when) for number, (act, when) in enumerate(performed, start=1)]


def _statuses(patient_id: str) -> list[Json]:
    """All eight statuses of R4, two of them twice."""
    reason = {"statusReason": {"text": "Patient declined on the day"}}
    stopped = {"statusReason": {"text": "Blood pressure fell"}}
    rows: tuple[tuple[str, Act, str, Json], ...] = (
        ("completed", acts.MAMMOGRAPHY, "2021-03-02T15:00:00+00:00", {}),
        ("entered-in-error", acts.CIRCUMCISION, "2021-03-02T15:10:00+00:00", {}),
        ("unknown", acts.SKIN_BIOPSY_BACK, "2022-08-19T14:20:00+00:00", {}),
        ("not-done", acts.COLONOSCOPY_SCREENING, "2023-05-11T08:00:00+00:00", reason),
        ("not-done", acts.FLU_SHOT, "2023-10-20T16:00:00+00:00", {}),
        ("stopped", acts.GASTROSCOPY, "2024-01-30T10:45:00+00:00", stopped),
        ("entered-in-error", acts.KNEE_REPLACEMENT_LEFT, "2024-02-14T12:00:00+00:00", {}),
        ("on-hold", acts.MANUAL_THERAPY, "2026-04-09T17:30:00+00:00", {}),
        ("in-progress", acts.CARDIAC_REHABILITATION, "2026-06-28T13:00:00+00:00", {}),
        ("preparation", acts.CATARACT_RIGHT, "2026-07-21T07:30:00+00:00", {}),
    )
    return [
        _procedure(patient_id, number, act, {"performedDateTime": when}, status, **more)
        for number, (status, act, when, more) in enumerate(rows, start=1)
    ]


def _everything(patient_id: str) -> list[Json]:
    """One record with most elements of R4, one with hardly any, one that may mean the opposite, one of two codes, one
    that says nearly everything by pointing at other records.
    """
    surgeon = {"reference": around.SURGEON, "display": "Dr. Amara Gray"}
    full = _procedure(
        patient_id,
        1,
        acts.KNEE_REPLACEMENT_RIGHT,
        {"performedPeriod": {"start": "2024-09-03T08:05:00-04:00", "end": "2024-09-03T10:20:00-04:00"}},
        identifier=[{"system": "urn:oid:1.2.36.146.595.217.0.1", "value": "OP-2024-0903-2"}],
        basedOn=[{"reference": "ServiceRequest/demo-knee", "type": "ServiceRequest"}],
        category={"text": "Surgical procedure"},
        encounter={"display": "Inpatient stay, 3 to 6 September 2024"},
        recorder={"display": "Theatre desk"},
        asserter=surgeon,
        performer=[
            {"function": {"text": "Surgeon"}, "actor": surgeon},
            {
                "function": {"text": "Anaesthetist"},
                "actor": {"display": "Dr. Ravi Menon"},
                "onBehalfOf": {"display": "City Anaesthesia"},
            },
        ],
        location={"display": "Operating theatre 4"},
        reasonCode=[{"text": "Osteoarthritis of the right knee"}],
        bodySite=[{"text": "Right knee"}],
        outcome={"text": "Successful"},
        report=[{"display": "Operation note"}],
        complication=[{"text": "Superficial wound infection"}],
        followUp=[{"text": "Suture removal after 14 days"}, {"text": "Physiotherapy"}],
        note=[
            {"authorString": "A. Gray", "time": "2024-09-03T11:00:00-04:00", "text": "Cemented.\nTourniquet 74 min."}
        ],
        focalDevice=[{"action": {"text": "Implanted"}, "manipulated": {"display": "Knee prosthesis, size 4"}}],
        usedCode=[{"text": "Bone cement"}],
        extension=[{"url": "https://example.org/fhir/StructureDefinition/theatre-minutes", "valueDecimal": 135.50}],
    )
    bare: Json = {
        "resourceType": "Procedure",
        "id": procedure_key(patient_id, 2),
        "status": "completed",
        "subject": subject_reference(patient_id),
    }
    doubtful = _procedure(
        patient_id,
        3,
        acts.TRANSFUSION,
        {"performedDateTime": "2024-09-04T06:30:00-04:00"},
        modifierExtension=[
            {"url": "https://example.org/fhir/StructureDefinition/refused-by-patient", "valueBoolean": True}
        ],
    )
    several = _procedure(patient_id, 4, acts.CARPAL_TUNNEL, {"performedDateTime": "2019-11-05T15:30:00+00:00"})
    several["code"] = {
        "coding": [
            acts.CARPAL_TUNNEL.coding(),
            {"system": acts.UNSTRUCTURED, "display": "Carpal tunnel release, left"},
        ],
        "text": "Carpal tunnel release, left hand, local anaesthesia",
    }
    pointing = _procedure(
        patient_id,
        5,
        acts.SUTURE_REMOVAL,
        {"performedDateTime": "2024-09-17T10:30:00-04:00"},
        encounter={"reference": around.STAY},
        recorder={"reference": STAFF[1].reference},
        asserter={"reference": around.SURGEON, "display": "Dr. A. Gray"},
        performer=[
            {"function": {"text": "Surgeon"}, "actor": {"reference": around.KNEE_SURGEON}},
            {"actor": {"display": "Dr. Ravi Menon"}, "onBehalfOf": {"reference": around.ANAESTHESIA}},
        ],
        location={"reference": around.THEATRE},
        reasonReference=[{"reference": around.ARTHRITIS}, {"reference": around.RESTRICTED}],
        complicationDetail=[{"reference": around.WOUND}],
        partOf=[{"reference": f"Procedure/{procedure_key(patient_id, 1)}"}],
    )
    return [full, bare, doubtful, several, pointing]
