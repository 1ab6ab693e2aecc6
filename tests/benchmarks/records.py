"""Synthetic procedures of a synthetic patient, as bytes: some 980 each, which 10,000 records of a chart come to.

The patient's id says how many there are: `a3000` and `b3000` are two patients with 3,000 each.
"""

import json
import random
import re
from datetime import date

_NUMBER = re.compile(r"[a-z](\d{1,6})")
_FIRST_DAY = date(1994, 1, 1).toordinal()
_DAYS = 30 * 365
_STATUSES = ("completed",) * 14 + ("unknown", "unknown", "not-done", "in-progress", "stopped")
_WHAT = (
    ("0HBKXZX", "Excision of Right Lower Leg Skin, External Approach, Diagnostic", "Skin excision", "Right lower leg"),
    ("0DTJ4ZZ", "Resection of Appendix, Percutaneous Endoscopic Approach", "Appendectomy", "Appendix"),
    ("0SR9019", "Replacement of Right Hip Joint with Metal Synthetic Substitute", "Hip replacement", "Right hip"),
    ("4A023N7", "Measurement of Cardiac Sampling and Pressure, Left Heart", "Heart catheter", "Left heart"),
    ("0DBN8ZX", "Excision of Sigmoid Colon, Via Natural Opening Endoscopic, Diagnostic", "Colon biopsy", "Colon"),
    ("BW28ZZZ", "Computerized Tomography (CT Scan) of Head", "CT of the head", "Head"),
    ("3E0234Z", "Introduction of Serum, Toxoid and Vaccine into Muscle", "Vaccination", "Left upper arm"),
    (
        "5A1D70Z",
        "Performance of Urinary Filtration, Intermittent, Less than 6 Hours",
        "Haemodialysis",
        "Kidney",
    ),
)
_NOTE = "Tolerated well; no bleeding. Sutures to be removed after ten days, seen again in the practice. " * 3


def count_of(patient: str) -> int | None:
    """How many procedures a patient has; None where there is no such patient."""
    found = _NUMBER.fullmatch(patient)
    return int(found[1]) if found else None


def patient_bytes(patient: str) -> bytes:
    """The Patient."""
    return _encoded(
        {
            "resourceType": "Patient",
            "id": patient,
            "active": True,
            "name": [{"use": "official", "family": f"Sample-{patient}", "given": ["Robin"]}],
            "gender": "female" if patient < "b" else "male",
            "birthDate": "1957-03-02",
            "identifier": [{"system": "http://example.org/mrn", "value": f"00{patient[1:]}"}],
        }
    )


def procedure_bytes(patient: str, number: int) -> bytes:
    """One Procedure of a patient; the same number gives the same one."""
    order = random.Random(number)
    code, display, text, where = order.choice(_WHAT)
    day = date.fromordinal(_FIRST_DAY + order.randrange(_DAYS)).isoformat()
    return _encoded(
        {
            "resourceType": "Procedure",
            "id": f"{patient}-8b0b-{number:012d}",
            "meta": {"versionId": "1", "lastUpdated": f"{day}T18:30:00Z"},
            "status": "entered-in-error" if number % 200 == 199 else order.choice(_STATUSES),
            "subject": {"reference": f"Patient/{patient}", "type": "Patient"},
            "category": {"text": "Surgical procedure"},
            "code": {
                "coding": [
                    {"system": "http://www.cms.gov/Medicare/Coding/ICD10", "code": code, "display": display},
                ],
                "text": f"{text} {order.randrange(40)}",
            },
            "performedDateTime": f"{day}T10:{number % 60:02d}:00+02:00",
            "performer": [
                {"actor": {"reference": f"Practitioner/{number % 40}", "display": "Dr. Amara Osei"}},
            ],
            "reasonCode": [{"text": "Changing mole, seen first by the patient some weeks ago"}],
            "bodySite": [{"text": where}],
            "note": [{"text": _NOTE}],
        }
    )


def procedures_of(patient: str) -> list[bytes]:
    """All of them."""
    return [procedure_bytes(patient, number) for number in range(count_of(patient) or 0)]


def _encoded(content: dict[str, object]) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()
