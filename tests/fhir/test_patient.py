"""Who a patient is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.fhir.datatypes import ResourceKey
from procedure_viewer.fhir.patient import Patient, read_patient, unstated_patient
from tests.fhir.samples import ODD_VALUES, WHOLE_PATIENT, encoded, mutations, with_odd_value


def patient(**elements: object) -> Patient:
    return read_patient(encoded({"resourceType": "Patient", "id": "p", **elements}))


def test_a_whole_patient() -> None:
    raw = encoded(WHOLE_PATIENT)
    found = read_patient(raw)
    assert found.raw == raw
    assert found.id == "b8dfa97bdcdf4754bcd8197ca78ef0f0"
    assert found.name == "JONES, Samantha Kay"
    assert found.other_names == ("MEJÍA, Samantha (maiden)", "Sammy (nickname)")
    assert (found.given, found.family) == (("Samantha", "Kay"), "Jones")
    assert (found.birth_date, found.sex, found.mrn) == ("1980-11-13", "Female", "963277285")
    assert [identifier.value for identifier in found.identifiers] == ["X-1", "963277285"]
    assert (found.active, found.deceased, found.deceased_text) == (True, False, "")
    assert (found.replaces, found.replaced_by) == ((ResourceKey("Patient", "older"),), ())
    assert (found.phones, found.emails) == (("5554320555",), ("sam@example.com",))
    assert found.readable


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ([{"use": "maiden", "family": "Old"}, {"use": "usual", "family": "Now"}], "NOW"),
        ([{"family": "Plain"}, {"use": "old", "family": "Old"}], "PLAIN"),
        ([{"use": "old", "family": "Old"}], "OLD"),
        ([{"use": "nickname", "given": ["Sam"]}], "Name not stated"),
        ([{"use": "official"}, {"use": "usual", "text": "Sam Jones"}], "Sam Jones"),
        ([{"use": "unheard-of", "family": "Odd"}, {"use": "maiden", "family": "M"}], "ODD"),
        ([], "Name not stated"),
        ("Sam", "Name not stated"),
        ({"family": "Single"}, "SINGLE"),
        ([{"family": ["List"], "given": "Text"}], "Text"),
    ],
)
def test_the_name_that_comes_first(names: object, shown: str) -> None:
    assert patient(name=names).name == shown


@pytest.mark.parametrize(
    ("use", "shown"),
    [
        ("official", "OLDER (official)"),
        ("usual", "OLDER (usual)"),
        ("temp", "OLDER (temporary)"),
        ("anonymous", "OLDER (pseudonym)"),
        ("old", "OLDER (former)"),
        ("unheard-of", "OLDER (unheard-of)"),
        ("", "OLDER"),
    ],
)
def test_other_names_say_their_use(use: str, shown: str) -> None:
    assert patient(name=[{"use": "official", "family": "First"}, {"use": use, "family": "Older"}]).other_names == (
        shown,
    )


MR = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]}
OLD_MR = {"coding": [{"system": "http://hl7.org/fhir/v2/0203", "code": "MR"}]}


@pytest.mark.parametrize(
    ("identifiers", "mrn"),
    [
        ([{"value": "1"}, {"type": MR, "value": "2"}], "2"),
        ([{"type": OLD_MR, "value": "2"}], "2"),
        ([{"type": MR, "value": "1", "use": "old"}, {"type": MR, "value": "2"}], "2"),
        ([{"system": "http://canvasmedical.com", "value": "3"}], "3"),
        ([{"system": "http://canvasmedical.com", "value": "3"}, {"type": MR, "value": "2"}], "2"),
        ([{"type": MR}, {"type": MR, "value": 5}], ""),
        ([{"type": {"coding": [{"code": "MR"}]}, "value": "9"}], ""),
        ("x", ""),
    ],
)
def test_the_medical_record_number(identifiers: object, mrn: str) -> None:
    assert patient(identifier=identifiers).mrn == mrn


@pytest.mark.parametrize(
    ("elements", "deceased", "text"),
    [
        ({}, False, ""),
        ({"deceasedBoolean": False}, False, ""),
        ({"deceasedBoolean": True}, True, "Deceased"),
        ({"deceasedDateTime": "1989-01"}, True, "Died Jan 1989"),
        ({"deceasedDateTime": "some day"}, True, "Died some day"),
        ({"deceasedDateTime": None}, False, ""),
        ({"deceasedBoolean": False, "deceasedDateTime": ""}, False, ""),
        ({"deceasedBoolean": "yes"}, False, ""),
        ({"deceasedBoolean": True, "deceasedDateTime": None}, True, "Deceased"),
    ],
)
def test_death_is_said_in_words(elements: dict[str, object], deceased: bool, text: str) -> None:
    found = patient(**elements)
    assert (found.deceased, found.deceased_text) == (deceased, text)


@pytest.mark.parametrize(
    ("gender", "sex"),
    [("male", "Male"), ("other", "Other"), ("unknown", "Unknown"), ("X", "X"), (5, ""), (None, "")],
)
def test_sex_in_words(gender: object, sex: str) -> None:
    assert patient(gender=gender).sex == sex


def test_a_merged_record_names_the_other() -> None:
    found = patient(link=[{"other": {"reference": "Patient/new"}, "type": "replaced-by"}, {"type": "replaces"}, 5])
    assert (found.replaced_by, found.replaces) == ((ResourceKey("Patient", "new"),), ())


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b'{"resourceType": "Person", "id": "p"}', b"\xff", b'{"id": '])
def test_what_is_no_patient_says_so(raw: bytes) -> None:
    found = read_patient(raw)
    assert not found.readable
    assert found.raw == raw
    assert found.name == "Unreadable patient record"


def test_a_patient_who_is_not_stated() -> None:
    found = unstated_patient()
    assert (found.id, found.name) == ("", "Patient not stated")


@pytest.mark.parametrize("odd", ODD_VALUES.values(), ids=ODD_VALUES)
def test_odd_values_elsewhere_do_no_harm(odd: bytes) -> None:
    raw = with_odd_value(WHOLE_PATIENT, odd)
    found = read_patient(raw)
    assert found.raw == raw
    assert found.readable == (len(odd) < 50_000)
    assert found.mrn == ("963277285" if found.readable else "")


@given(mutations(WHOLE_PATIENT))
def test_any_value_in_any_place_gives_a_patient_that_can_be_shown(value: dict[str, Any]) -> None:
    raw = encoded(value)
    found = read_patient(raw)
    assert found.raw == raw
    assert found.name
    texts = [
        found.id,
        found.name,
        *found.other_names,
        *found.given,
        found.family,
        found.birth_date,
        found.sex,
        found.mrn,
    ]
    texts += [found.deceased_text, *found.phones, *found.emails]
    "".join(texts).encode()
    assert all(len(text.splitlines()) <= 1 for text in texts)


@given(st.binary(max_size=60))
def test_arbitrary_bytes(raw: bytes) -> None:
    assert read_patient(raw).raw == raw


@pytest.mark.parametrize(
    ("elements", "ambiguous"),
    [
        ('"id": "b"', True),
        ('"birthDate": "1980-01-01", "birthDate": "1950-01-01"', True),
        ('"name": [{"family": "One", "family": "Two"}]', True),
        ('"maritalStatus": {"text": "a", "text": "b"}', False),
        ('"birthDate": "1980-01-01"', False),
    ],
)
def test_who_says_twice_who_this_is_is_nobody(elements: str, ambiguous: bool) -> None:
    patient = read_patient(f'{{"resourceType": "Patient", "id": "a", {elements}}}'.encode())
    assert patient.ambiguous is ambiguous
