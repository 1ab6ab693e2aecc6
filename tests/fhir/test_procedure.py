"""The row that a procedure becomes."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.fhir.datatypes import ResourceKey
from procedure_viewer.fhir.packing import Packed, in_blocks
from procedure_viewer.fhir.procedure import LARGEST_KEPT, Procedure, Status, read_procedure, status_text
from procedure_viewer.fhir.summary import summary
from procedure_viewer.fhir.when import read_when
from procedure_viewer.fhir.words import forget_remembered
from tests.fhir.samples import ODD_VALUES, WHOLE_PROCEDURE, encoded, mutations, with_odd_value
from tests.seed import SEED_PROCEDURE_JSON

CPT = "http://www.ama-assn.org/go/cpt"


def procedure(**elements: object) -> Procedure:
    return read_procedure(encoded({"resourceType": "Procedure", "id": "p", **elements}))


def test_the_contracts_own_procedure() -> None:
    raw = encoded(SEED_PROCEDURE_JSON)
    found = read_procedure(raw)
    assert found.raw == raw
    assert found.id == "2dd9a3bc-a3bb-472b-aaef-c57be394de39"
    assert (found.status, found.status_code, found.status_text) == (Status.UNKNOWN, "unknown", "Unknown")
    assert found.title == "Biopsy soft tissue shoulder deep"
    assert (found.code_text, found.system_text) == ("23066", "CPT")
    assert found.when.text == "20 Sep 2023, 21:18 UTC"
    assert found.subject.key() == ResourceKey("Patient", "b8dfa97bdcdf4754bcd8197ca78ef0f0")
    assert found.readable
    assert not found.entered_in_error


STATUSES = [
    ("preparation", "In preparation"),
    ("in-progress", "In progress"),
    ("not-done", "Not done"),
    ("on-hold", "On hold"),
    ("stopped", "Stopped"),
    ("completed", "Completed"),
    ("entered-in-error", "Entered in error"),
    ("unknown", "Unknown"),
]


@pytest.mark.parametrize(("code", "text"), STATUSES)
def test_the_eight_statuses(code: str, text: str) -> None:
    found = procedure(status=code)
    assert found.status == code
    assert found.status_text == text
    assert found.entered_in_error == (code == "entered-in-error")


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("Completed", "Unlisted: “Completed”"),
        ("unlisted", "Unlisted: “unlisted”"),
        ("not-stated", "Unlisted: “not-stated”"),
        ("done", "Unlisted: “done”"),
        ("", "Status not stated"),
        (None, "Status not stated"),
        (["completed"], "Status not stated"),
    ],
)
def test_any_other_status_is_shown_as_such(code: object, text: str) -> None:
    found = procedure(status=code)
    assert found.status is (Status.UNLISTED if text.startswith("Unlisted") else Status.NOT_STATED)
    assert found.status_text == text


def test_no_two_statuses_read_alike() -> None:
    texts = [status_text(status, "odd") for status in Status]
    assert len(set(texts)) == len(Status) == 10


@pytest.mark.parametrize(
    ("code", "title", "codes", "systems"),
    [
        (None, "Unspecified procedure", "", ""),
        ({}, "Unspecified procedure", "", ""),
        ({"coding": []}, "Unspecified procedure", "", ""),
        ({"coding": [{"system": CPT}]}, "Unspecified procedure", "", "CPT"),
        ({"coding": [{"system": CPT, "code": "23066"}]}, "23066", "23066", "CPT"),
        ({"text": "Biopsy"}, "Biopsy", "", ""),
        ({"coding": [{"system": "unstructured", "display": "Home visit"}]}, "Home visit", "", "Unstructured"),
        (
            {
                "text": "Rehab",
                "coding": [{"system": "http://snomed.info/sct", "code": "1"}, {"system": CPT, "code": "2"}],
            },
            "Rehab",
            "1, 2",
            "SNOMED CT, CPT",
        ),
        ({"coding": [{"system": CPT, "code": "2"}, {"system": CPT, "code": "2"}]}, "2", "2", "CPT"),
        ({"text": "line\nbreak"}, "line break", "", ""),
    ],
)
def test_what_was_done(code: object, title: str, codes: str, systems: str) -> None:
    found = procedure(code=code)
    assert (found.title, found.code_text, found.system_text) == (title, codes, systems)


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b'"x"', b"\xff", b'{"id": "p", "status"', b"[" * 100_000])
def test_unreadable_bytes_are_a_row_that_says_so(raw: bytes) -> None:
    found = read_procedure(raw)
    assert found.raw == raw
    assert not found.readable
    assert (found.title, found.status, found.when.stated) == ("Unreadable record", Status.NOT_STATED, False)
    assert found.subject.key() is None


def test_another_resource_is_not_taken_for_a_procedure() -> None:
    found = read_procedure(
        b'{"resourceType": "Patient", "id": "x", "status": "completed", "subject": {"reference": "Patient/1"}}'
    )
    assert not found.readable
    assert (found.id, found.status, found.subject.key()) == ("x", Status.NOT_STATED, None)


@pytest.mark.parametrize("odd", ODD_VALUES.values(), ids=ODD_VALUES)
def test_odd_values_elsewhere_do_no_harm(odd: bytes) -> None:
    raw = with_odd_value(SEED_PROCEDURE_JSON, odd)
    found = read_procedure(raw)
    assert found.raw == raw
    # What is nested beyond the interpreter's stack can't be read, and says so.
    assert found.readable == (len(odd) < 50_000)
    assert found.title == ("Biopsy soft tissue shoulder deep" if found.readable else "Unreadable record")


@given(mutations(WHOLE_PROCEDURE))
def test_any_value_in_any_place_gives_a_row_and_a_summary_that_can_be_shown(value: dict[str, Any]) -> None:
    raw = encoded(value)
    found = read_procedure(raw)
    assert found.raw == raw
    texts = [found.id, found.title, found.status_text, found.code_text, found.system_text, found.when.text]
    assert all(len(text.splitlines()) <= 1 for text in texts)
    assert found.when == read_when(value if found.readable else {})
    assert found.prepared.order == found.when.sort_key
    assert found.title
    assert found.status_text
    "".join(texts).encode()
    for fact in summary(found):
        assert fact.label
        assert fact.value
        f"{fact.label}: {fact.value}".encode()


@given(mutations(WHOLE_PROCEDURE))
def test_what_is_packed_is_the_same_record(value: dict[str, Any]) -> None:
    raw = encoded(value)
    plain, packed = read_procedure(raw), read_procedure(raw, in_blocks([b"{}", raw])[1])
    assert isinstance(packed.kept, Packed)
    assert (packed.raw, packed.size, packed.fingerprint) == (raw, len(raw), plain.fingerprint)
    assert msgspec.structs.replace(packed, kept=raw) == plain
    assert summary(packed) == summary(plain)


@given(st.binary(max_size=60))
def test_arbitrary_bytes(raw: bytes) -> None:
    found = read_procedure(raw)
    assert found.raw == raw
    assert summary(found)


@pytest.mark.shared
@pytest.mark.parametrize(
    "file", ["official/Procedure.hl7-r4.ndjson", "official/Procedure.us-core-9.ndjson", "small/Procedure.ndjson"]
)
def test_records_that_nobody_here_wrote(shared_data: Path, file: str) -> None:
    for raw in (shared_data / file).read_bytes().splitlines():
        resource = json.loads(raw)
        found = read_procedure(raw)
        assert found.readable
        assert found.id == resource["id"]
        assert found.status == resource["status"]
        assert found.title == "Unspecified procedure" or found.title in raw.decode() or found.title in str(resource)
        assert found.when.stated == any(name.startswith("performed") for name in resource)
        assert found.when.sort_key is not None or not found.when.stated
        labels = [fact.label for fact in summary(found) if not fact.warning]
        assert labels[:2] == ["Procedure", "Status"]
        assert len(labels) == len(set(labels))


def test_what_is_said_twice_is_told_and_a_subject_said_twice_is_none() -> None:
    text = '{"resourceType": "Procedure", "subject": %s, "code": {"text": "LEFT", "text": "RIGHT"}}'
    found = read_procedure((text % '{"reference": "Patient/a"}').encode())
    assert (found.title, found.repeated, found.subject.reference) == ("RIGHT", ("code.text",), "Patient/a")
    for subject in (
        '{"reference": "Patient/b", "reference": "Patient/a"}',
        '{"reference": "Patient/a"}, "subject": {"reference": "Patient/a"}',
        '{"reference": "Patient/a", "identifier": {"value": "1", "value": "2"}}',
    ):
        assert read_procedure((text % subject).encode()).subject.reference == ""


def test_what_many_records_have_in_common_takes_its_room_once() -> None:
    content = {
        "resourceType": "Procedure",
        "status": "completed",
        "code": {"text": "Biopsy"},
        "subject": {"reference": "Patient/1"},
    }
    one, other = (read_procedure(json.dumps(content | {"id": number}).encode()) for number in "12")
    assert one.code is other.code
    assert one.subject is other.subject
    assert one.prepared.said is other.prepared.said


def test_nothing_is_kept_of_a_record_of_absurd_size() -> None:
    content = {"resourceType": "Procedure", "code": {"text": "x" * LARGEST_KEPT}}
    one, other = (read_procedure(json.dumps(content | {"id": number}).encode()) for number in "12")
    assert one.code == other.code
    assert one.code is not other.code


def test_what_was_in_common_is_forgotten_when_asked() -> None:
    raw = b'{"resourceType":"Procedure","code":{"text":"Excision"}}'
    before = read_procedure(raw)
    forget_remembered()
    assert read_procedure(raw).code is not before.code
    assert read_procedure(raw) == before
