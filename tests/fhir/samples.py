"""Bodies that the tests of this room share: the contract's own, whole resources, and what can go wrong in them."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

SEED_BUNDLE = b"""{
    "resourceType": "Bundle",
    "type": "searchset",
    "total": 1,
    "link": [
        {
            "relation": "self",
            "url": "/Procedure?patient=Patient%2Fb8dfa97bdcdf4754bcd8197ca78ef0f0&_count=10&_offset=0"
        },
        {
            "relation": "first",
            "url": "/Procedure?patient=Patient%2Fb8dfa97bdcdf4754bcd8197ca78ef0f0&_count=10&_offset=0"
        },
        {
            "relation": "last",
            "url": "/Procedure?patient=Patient%2Fb8dfa97bdcdf4754bcd8197ca78ef0f0&_count=10&_offset=0"
        }
    ],
    "entry": [
        {
            "resource": {
                "resourceType": "Procedure",
                "id": "2dd9a3bc-a3bb-472b-aaef-c57be394de39",
                "status": "unknown",
                "code": {
                    "coding": [
                        {
                            "system": "http://www.ama-assn.org/go/cpt",
                            "code": "23066",
                            "display": "Biopsy soft tissue shoulder deep"
                        }
                    ]
                },
                "subject": {
                    "reference": "Patient/b8dfa97bdcdf4754bcd8197ca78ef0f0",
                    "type": "Patient"
                },
                "performedDateTime": "2023-09-20T21:18:54.263690+00:00"
            }
        }
    ]
}"""

WHOLE_PROCEDURE: dict[str, Any] = {
    "resourceType": "Procedure",
    "id": "whole",
    "contained": [{"resourceType": "Practitioner", "id": "nurse", "name": [{"family": "Gray", "given": ["Ann"]}]}],
    "identifier": [{"system": "urn:example", "value": "P-1"}],
    "instantiatesUri": ["https://example.org/protocol"],
    "basedOn": [{"display": "Order 7"}],
    "partOf": [{"display": "Colonoscopy"}],
    "status": "not-done",
    "statusReason": {"text": "Patient refused"},
    "category": {"text": "Diagnostic"},
    "code": {
        "text": "Chest X-ray",
        "coding": [{"system": "http://www.cms.gov/Medicare/Coding/ICD10", "code": "BW03ZZZ", "display": "Plain chest"}],
    },
    "subject": {"reference": "Patient/alice", "display": "Alice Alder"},
    "encounter": {"display": "Office visit"},
    "performedPeriod": {"start": "2013-03-24T09:30:10+01:00", "end": "2013-03-24T10:30:10+01:00"},
    "recorder": {"display": "R. Corder"},
    "asserter": {"display": "A. Serter"},
    "performer": [
        {
            "function": {"text": "Surgeon"},
            "actor": {"display": "Dr Cecil"},
            "onBehalfOf": {"display": "University Hospital"},
        },
        {"actor": {"reference": "#nurse"}},
    ],
    "location": {"display": "Theatre 2"},
    "reasonCode": [{"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "R05", "display": "Cough"}]}],
    "reasonReference": [{"display": "Blood pressure"}],
    "bodySite": [{"text": "Left lung"}],
    "outcome": {"text": "Successful"},
    "report": [{"display": "Imaging report"}],
    "complication": [{"text": "Bleeding"}],
    "complicationDetail": [{"display": "Perforation"}],
    "followUp": [{"text": "Review in clinic"}],
    "note": [{"authorString": "Dr Cecil", "time": "2013-03-25", "text": "First line\nsecond line"}],
    "focalDevice": [{"action": {"text": "Implanted"}, "manipulated": {"display": "Pacemaker"}}],
    "usedReference": [{"display": "Endoscope"}],
    "usedCode": [{"text": "Needle"}],
}

WHOLE_PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "b8dfa97bdcdf4754bcd8197ca78ef0f0",
    "active": True,
    "identifier": [
        {"system": "urn:other", "value": "X-1"},
        {
            "system": "http://canvasmedical.com",
            "value": "963277285",
            "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]},
            "use": "usual",
        },
    ],
    "name": [
        {"use": "nickname", "given": ["Sammy"]},
        {
            "use": "official",
            "family": "Jones",
            "given": ["Samantha", "Kay"],
            "period": {"start": "0001-01-01T00:00:00+00:00", "end": "9999-12-31T23:59:59.999999+00:00"},
        },
        {"use": "maiden", "family": "Mejía", "given": ["Samantha"]},
    ],
    "telecom": [{"system": "phone", "value": "5554320555"}, {"system": "email", "value": "sam@example.com"}],
    "gender": "female",
    "birthDate": "1980-11-13",
    "deceasedBoolean": False,
    "link": [{"other": {"reference": "Patient/older"}, "type": "replaces"}],
}

BUNDLE: dict[str, Any] = {
    "resourceType": "Bundle",
    "type": "searchset",
    "total": 3,
    "link": [{"relation": "next", "url": "/Procedure?_offset=10"}],
    "entry": [
        {"resource": WHOLE_PROCEDURE, "search": {"mode": "match"}},
        {"resource": {"resourceType": "Procedure", "id": "b"}},
        {
            "resource": {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "diagnostics": "slow"}]},
            "search": {"mode": "outcome"},
        },
    ],
}

NESTED_TOO_DEEP = b"[" * 100_000 + b"]" * 100_000
HUGE_INTEGER = b"9" * 10_000

ODD_VALUES = {
    "deep nesting": NESTED_TOO_DEEP,
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "a huge integer": HUGE_INTEGER,
    "a huge float": b"1e999999",
    "NaN": b"NaN",
    "minus infinity": b"-Infinity",
    "a lone surrogate": rb'"\ud800"',
    "surrogates the wrong way round": rb'"\udc00\ud800"',
    "invalid UTF-8": b'"\xff\xfe"',
    "a surrogate in UTF-8": b'"\xed\xa0\x80"',
    "a control character": b'"\x01\n"',
    "NUL": rb'"\u0000"',
}
"""Values by what is odd about them, each in the form in which it may come over the wire."""


def encoded(value: object) -> bytes:
    """The value as a server might send it."""
    return json.dumps(value).encode()


def with_odd_value(resource: dict[str, Any], value: bytes) -> bytes:
    """The resource with one more member, whose value is given as bytes."""
    return encoded(resource)[:-1] + b', "odd": ' + value + b"}"


characters = st.characters(exclude_categories=())
"""Every character, lone surrogates too."""
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(characters, max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def mutations(draw: st.DrawFn, resource: dict[str, Any]) -> dict[str, Any]:
    """The resource with any JSON value in the place of any of its own, the root's members first of all."""
    mutated = copy.deepcopy(resource)
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(mutated))
        holder, key = places[draw(st.integers(0, len(places) - 1))]
        holder[key] = draw(json_values)
    return mutated


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys: list[Any] = []
    if isinstance(value, dict):
        keys = list(value)
    elif isinstance(value, list):
        keys = list(range(len(value)))
    for key in keys:
        yield value, key
        yield from _places(value[key])
