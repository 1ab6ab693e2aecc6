"""What records are called, and which of them may be asked for."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.fhir.datatypes import ResourceKey, as_object, printable
from procedure_viewer.fhir.known import NOTHING, Known
from procedure_viewer.fhir.pointing import Pointers
from procedure_viewer.fhir.procedure import read_procedure
from procedure_viewer.fhir.provenance import history_text, notes_on, read_provenance, references_of
from procedure_viewer.fhir.record_names import LONGEST_NAME, record_name
from procedure_viewer.fhir.referring import (
    ASKED_FOR,
    MOST_REFERENCES,
    askable,
    inner_references,
    is_about_another,
    references_in,
)
from procedure_viewer.fhir.summary import summary

BASE = "https://fhir.example.org/r4"
GRAY = {"prefix": ["Dr"], "given": ["Amina"], "family": "Gray"}
ORTHOPAEDICS = [{"coding": [{"display": "Orthopaedic surgery"}]}]

NAMES = [
    ({"resourceType": "Practitioner", "name": [GRAY]}, "Dr Amina Gray"),
    (
        {"resourceType": "Practitioner", "name": [{"use": "old", "text": "Was"}, {"use": "official", **GRAY}]},
        "Dr Amina Gray",
    ),
    ({"resourceType": "Practitioner", "name": [{"use": "maiden", "text": "Was"}]}, "Was"),
    (
        {"resourceType": "Practitioner", "name": [GRAY], "qualification": [{"code": {"text": "MD"}}]},
        "Dr Amina Gray (MD)",
    ),
    (
        {
            "resourceType": "PractitionerRole",
            "practitioner": {"display": "Dr A. Gray"},
            "organization": {"display": "St Mary"},
            "specialty": ORTHOPAEDICS,
        },
        "Dr A. Gray (Orthopaedic surgery), St Mary",
    ),
    ({"resourceType": "PractitionerRole", "practitioner": {"reference": "Practitioner/g"}}, "Dr G (MD)"),
    (
        {
            "resourceType": "PractitionerRole",
            "practitioner": {"reference": "Practitioner/g"},
            "specialty": ORTHOPAEDICS,
        },
        "Dr G (Orthopaedic surgery)",
    ),
    (
        {"resourceType": "PractitionerRole", "practitioner": {"display": "G (locum)"}, "specialty": ORTHOPAEDICS},
        "G (locum), Orthopaedic surgery",
    ),
    ({"resourceType": "PractitionerRole", "code": [{"text": "Nurse"}]}, "Nurse"),
    ({"resourceType": "Organization", "name": "St Mary"}, "St Mary"),
    (
        {"resourceType": "Location", "name": "Theatre 2", "managingOrganization": {"display": "St Mary"}},
        "Theatre 2, St Mary",
    ),
    (
        {
            "resourceType": "Encounter",
            "class": {"code": "AMB", "display": "ambulatory"},
            "period": {"start": "2023-09-20T09:00:00Z", "end": "2023-09-20T10:00:00Z"},
        },
        "Ambulatory, 20 Sep 2023",
    ),
    (
        {
            "resourceType": "Encounter",
            "class": [{"coding": [{"code": "IMP"}]}],
            "actualPeriod": {"start": "2023-09", "end": "2023-10"},
        },
        "IMP, Sep 2023 to Oct 2023",
    ),
    ({"resourceType": "Condition", "code": {"text": "Arthritis"}}, "Arthritis"),
    (
        {
            "resourceType": "Condition",
            "code": {"text": "Arthritis"},
            "verificationStatus": {"coding": [{"code": "refuted"}]},
        },
        "Arthritis (refuted)",
    ),
    (
        {
            "resourceType": "Observation",
            "status": "entered-in-error",
            "code": {"text": "Hb"},
            "effectiveDateTime": "2023",
        },
        "Hb, 2023 (entered in error)",
    ),
    (
        {"resourceType": "ServiceRequest", "code": {"text": "Knee"}, "authoredOn": "2023-09-20T21:00:00Z"},
        "Knee, 20 Sep 2023",
    ),
    ({"resourceType": "ServiceRequest", "code": {"concept": {"text": "Knee"}}}, "Knee"),
    ({"resourceType": "Device", "deviceName": [{"name": "Prosthesis"}]}, "Prosthesis"),
    ({"resourceType": "Device", "name": [{"value": "Prosthesis"}]}, "Prosthesis"),
    (
        {"resourceType": "RelatedPerson", "name": [{"text": "Grace"}], "relationship": [{"text": "mother"}]},
        "Grace (mother)",
    ),
    (
        {"resourceType": "DocumentReference", "description": "Operation note", "date": "2023-09-20T1"},
        "Operation note, 20 Sep 2023",
    ),
    ({"resourceType": "BodyStructure", "location": {"text": "Knee"}}, "Knee"),
    ({"resourceType": "BodyStructure", "includedStructure": [{"structure": {"text": "Knee"}}]}, "Knee"),
    (
        {"resourceType": "Specimen", "type": {"text": "Skin"}, "collection": {"collectedDateTime": "2023-09"}},
        "Skin, Sep 2023",
    ),
    ({"resourceType": "Medication", "code": {"text": "Cement"}}, "Cement"),
    ({"resourceType": "CareTeam", "name": "Knee team"}, "Knee team"),
    ({"resourceType": "Practitioner"}, ""),
    ({}, ""),
]


@pytest.mark.parametrize(("resource", "name"), NAMES)
def test_names(resource: dict[str, object], name: str) -> None:
    assert record_name(resource, {"Practitioner/g": "Dr G (MD)"}) == name


def test_a_name_has_an_end() -> None:
    assert len(record_name({"resourceType": "Organization", "name": "x" * 10_000})) == LONGEST_NAME + 1


@pytest.mark.parametrize(
    ("display", "shown"),
    [
        ("", "Dr Amina Gray (Surgeon)"),
        ("Amina Gray", "Dr Amina Gray (Surgeon)"),
        ("GRAY, Amina", "Dr Amina Gray (Surgeon)"),
        ("dr. amina gray", "Dr Amina Gray (Surgeon)"),
        ("Dr Amara Gray", "Dr Amara Gray (its record says: Dr Amina Gray (Surgeon))"),
        ("Gray Amina", "Gray Amina (its record says: Dr Amina Gray (Surgeon))"),
        ("Surgeon, Amina", "Surgeon, Amina (its record says: Dr Amina Gray (Surgeon))"),
    ],
)
def test_a_display_stays_to_be_seen(display: str, shown: str) -> None:
    pointers = Pointers({}, Known({"Practitioner/1": "Dr Amina Gray (Surgeon)"}))
    assert pointers.text({"reference": "Practitioner/1", "display": display}) == shown


def test_rooms_with_the_same_words_are_not_the_same() -> None:
    pointers = Pointers({}, Known({"Location/1": "Room 2, floor 1"}))
    text = pointers.text({"reference": "Location/1", "display": "Room 1, floor 2"})
    assert text == "Room 1, floor 2 (its record says: Room 2, floor 1)"


def test_a_contained_resource_is_not_taken_for_another_record() -> None:
    known = Known({"#1": "Somebody else", "Practitioner/1": "Dr G"})
    pointers = Pointers({"contained": [{"resourceType": "Practitioner", "id": "1", "name": [GRAY]}]}, known)
    assert references_in({"recorder": {"reference": "#1"}}, BASE) == {}
    assert pointers.text({"reference": "#1"}) != ""


@pytest.mark.parametrize(
    ("reference", "key"),
    [
        ("Practitioner/1", "Practitioner/1"),
        ("Practitioner/1/_history/2", "Practitioner/1"),
        (f"{BASE}/Practitioner/1", "Practitioner/1"),
        (f"{BASE}/Practitioner/1/_history/2", "Practitioner/1"),
        ("https://fhir.example.org:443/r4/Practitioner/1", "Practitioner/1"),
        ("https://fhir.example.org/Practitioner/1", ""),
        ("https://elsewhere.example/r4/Practitioner/1", ""),
        ("http://fhir.example.org/r4/Practitioner/1", ""),
        (f"https://elsewhere.example/?x={BASE}/Practitioner/1", ""),
        (f"{BASE}@elsewhere.example/Practitioner/1", ""),
        ("https://me@fhir.example.org/r4/Practitioner/1", ""),
        ("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", ""),
        ("#1", ""),
        ("Patient/1", ""),
        ("Group/1", ""),
        ("Practitioner?identifier=1", ""),
        ("Practitioner/1 ", "Practitioner/1"),
        ("", ""),
    ],
)
def test_what_may_be_asked_for(reference: str, key: str) -> None:
    found = references_in({"recorder": {"reference": reference}}, BASE)
    assert [each.text for each in found.values()] == [key] * bool(key)
    assert list(found) == [reference.strip()] * bool(key)


def test_without_a_base_no_absolute_reference_is_asked_for() -> None:
    assert references_in({"recorder": {"reference": f"{BASE}/Practitioner/1"}}, "") == {}


def test_every_element_of_a_summary_that_points_elsewhere_is_looked_into() -> None:
    """A name that is known for each of its references changes each line that says one."""
    counter = iter(range(1_000))

    def pointer() -> dict[str, str]:
        return {"reference": f"Organization/{next(counter)}"}

    lists = ("reasonReference", "report", "usedReference", "basedOn", "partOf", "supportingInfo", "complicationDetail")
    record: dict[str, object] = {name: [pointer(), pointer()] for name in lists}
    record |= {name: pointer() for name in ("location", "encounter", "recorder", "asserter", "focus", "bodyStructure")}
    record |= {"reportedReference": pointer(), "performer": [{"actor": pointer(), "onBehalfOf": pointer()}]}
    record |= {"focalDevice": [{"manipulated": pointer()}], "note": [{"text": "x", "authorReference": pointer()}]}
    record |= {name: [{"reference": pointer()}] for name in ("reason", "complication", "used")}
    record |= {"extension": [{"url": "https://example.org/assistant", "valueReference": pointer()}]}
    record |= {"resourceType": "Procedure", "id": "1", "status": "completed"}
    found = references_in(record, BASE)
    assert len(found) == next(counter)
    read = read_procedure(json.dumps(record).encode())
    known = Known({text: f"NAMED {key.id}." for text, key in found.items()})
    words = "\n".join(fact.value for fact in summary(read, known))
    assert all(f"NAMED {key.id}." in words for key in found.values())
    assert "Organization/" not in words
    assert "Organization/" in "\n".join(fact.value for fact in summary(read))


def test_there_is_an_end_to_what_is_asked_for() -> None:
    many = [{"reference": f"Organization/{number}"} for number in range(1_000)]
    assert len(references_in({"partOf": many}, BASE)) == MOST_REFERENCES


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.just("Patient/1"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *(
                        "name",
                        "text",
                        "family",
                        "given",
                        "code",
                        "coding",
                        "display",
                        "period",
                        "start",
                        "class",
                        "type",
                    ),
                    *("who", "agent", "target", "reference", "specialty", "practitioner", "organization", "subject"),
                    *("patient", "performer", "actor", "recorder", "reason", "recorded", "contained", "id", "status"),
                    *("deviceName", "collection", "verificationStatus", "qualification", "date", "partOf", "activity"),
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(json_values, st.sampled_from(sorted({*ASKED_FOR, "Provenance", "Nonsense"})))
def test_nothing_in_a_record_raises(value: object, kind: str) -> None:
    resource = {**as_object(value), "resourceType": kind}
    name = record_name(resource)
    assert name == name.strip()
    assert name == printable(name)  # a soft hyphen or a joiner is no character of its own, and may stay
    assert isinstance(is_about_another(resource, "1", BASE), bool)
    askable(inner_references(resource), BASE)
    references_in(resource, BASE)
    raw = json.dumps({**resource, "resourceType": "Provenance"}).encode()
    provenance = read_provenance(raw, "1", BASE)
    if provenance is not None:
        askable(references_of([provenance]), BASE)
        for note in notes_on([provenance], NOTHING):
            assert history_text(note)


@pytest.mark.parametrize(
    "raw", [b"", b"null", b"[1]", b'{"resourceType":"Provenance"}', b"\xff", b'{"resourceType":"Patient"}']
)
def test_what_is_no_provenance_tells_nothing(raw: bytes) -> None:
    assert read_provenance(raw, "1", BASE) is None


def test_notes_come_oldest_first_and_once() -> None:
    def raw(recorded: str, **who: str) -> bytes:
        target = [{"reference": "Procedure/p"}, {"reference": "https://elsewhere.example/Procedure/q"}]
        agent = [{"role": [{"text": "Enterer"}], "who": who}]
        record = {"resourceType": "Provenance", "target": target, "recorded": recorded, "agent": agent}
        return json.dumps(record).encode()

    found = [
        read_provenance(each, "1", BASE)
        for each in (
            raw("2024-01-02", display="Late"),
            raw("2023-01-02", reference="Practitioner/1"),
            raw("2023-01-02", reference="Practitioner/1"),
            raw("2023-02-02"),
        )
    ]
    provenances = [each for each in found if each is not None]
    assert [each.procedures for each in provenances] == [("p",)] * 4
    assert list(askable(references_of(provenances), BASE).values()) == [ResourceKey("Practitioner", "1")]
    notes = notes_on(provenances, Known({"Practitioner/1": "Dr G"}))
    assert [history_text(note) for note in notes] == ["Enterer: Dr G, 02 Jan 2023", "Enterer: Late, 02 Jan 2024"]


@pytest.mark.parametrize(
    "other",
    [
        {"reference": "Patient/2", "display": "Strange, Sue"},
        {"reference": f"{BASE}/Patient/2/_history/1", "display": "Strange, Sue"},
        {"reference": "https://elsewhere.example/Patient/1", "display": "Strange, Sue"},
        {"type": "Patient", "display": "Strange, Sue"},
    ],
)
def test_a_provenance_names_no_other_patient(other: dict[str, str]) -> None:
    record = {"resourceType": "Provenance", "target": [{"reference": "Procedure/p"}]}
    agents = [
        {"who": other},
        {"who": {"reference": "Patient/1", "display": "Self"}, "onBehalfOf": other},
        {"who": {"reference": "Practitioner/1", "display": "Dr G"}},
    ]
    provenance = read_provenance(json.dumps({**record, "agent": agents}).encode(), "1", BASE)
    assert provenance is not None
    assert [history_text(note) for note in notes_on([provenance], NOTHING)] == ["Self", "Dr G"]
    targets = [{"reference": "Procedure/p"}, other]
    assert read_provenance(json.dumps({**record, "agent": agents, "target": targets}).encode(), "1", BASE) is None
    own = [{"reference": "Patient/1"}, {"reference": "Procedure/p"}, {"reference": "Procedure/p/_history/2"}]
    about_own = read_provenance(json.dumps({**record, "agent": agents, "target": own}).encode(), "1", BASE)
    assert about_own is not None
    assert about_own.procedures == ("p",)


@pytest.mark.parametrize("reference", ["Patient/2", "https://elsewhere.example/Patient/2/_history/1"])
@pytest.mark.parametrize("kind", ["PractitionerRole", "Location"])
def test_no_patient_stands_in_the_name_of_what_is_pointed_at(kind: str, reference: str) -> None:
    strange = {"reference": reference, "display": "Strange, Sue"}
    role = {"practitioner": strange, "organization": strange, "specialty": [{"text": "Surgery"}]}
    place = {"name": "Surgery", "partOf": strange, "managingOrganization": strange}
    assert record_name({"resourceType": kind, **(role if kind == "PractitionerRole" else place)}) == "Surgery"
