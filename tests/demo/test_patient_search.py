"""Each search parameter of Patient, and of Procedure beyond `patient`."""

import httpx
import pytest

from procedure_viewer.demo.records import patients
from tests.demo.asking import families, found, patient_called

EVERYBODY = len(patients())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("jones", {"Jones"}),
        ("JON", {"Jones"}),
        ("ONES", {"Jones"}),
        ("samant", {"Jones"}),
        ("Okafor", {"Okafor"}),
        ("nguyen", {"Nguyễn", "Nguyen"}),
        ("MÜLLER", {"Müller"}),
        ("muller", {"Müller"}),
        ("márquez", {"García Márquez"}),
        ("al-say", {"Al-Sayed"}),
        ("山田", {"山田"}),
        ("yamada", {"山田"}),
        ("o'br", {"O'Brien"}),
        ("briain", {"Ó Briain"}),
        ("Łuka", {"Łukasiewicz"}),
        ("tawhai", {"Tāwhai"}),
        ("rosenthal", {"Cohen"}),
        ("sammy", {"Jones"}),
        ("فاطمة", {"Al-Sayed"}),
        ("nobody-at-all", set()),
    ],
)
def test_name_is_part_of_any_name(client: httpx.Client, name: str, expected: set[str]) -> None:
    assert families(found(client, "Patient", ("name", name))) == expected


def test_several_people_share_a_name(client: httpx.Client) -> None:
    assert len(found(client, "Patient", ("name", "jones"))) == 3
    assert len(found(client, "Patient", ("name", "jones"), ("birthdate", "1980-11-13"))) == 1


def test_two_words_in_one_name_match_nobody(client: httpx.Client) -> None:
    assert found(client, "Patient", ("name", "Samantha Jones")) == []


def test_a_parameter_that_comes_twice_must_be_met_twice(client: httpx.Client) -> None:
    both = found(client, "Patient", ("name", "samantha"), ("name", "marie"))

    assert [patient["birthDate"] for patient in both] == ["1980-11-18"]


@pytest.mark.parametrize(
    ("parameter", "value", "expected"),
    [
        ("family", "jones", {"Jones"}),
        ("family", "ones", set()),
        ("family", "Demo-F", {"Demo-Forbidden"}),
        ("given", "Ngozi", {"Okafor"}),
        ("given", "grace", {"Okafor"}),
        ("given", "Sammy", set()),
        ("nickname", "sammy", {"Jones"}),
        ("nickname", "samantha", set()),
        ("_id", "b8dfa97bdcdf4754bcd8197ca78ef0f0", {"Jones"}),
        ("_id", "b8dfa97bdcdf4754bcd8197ca78ef0f1", set()),
        ("email", "okafor-ngozi@example.org", {"Okafor"}),
        ("email", "OKAFOR-NGOZI@EXAMPLE.ORG", {"Okafor"}),
        ("email", "okafor-ngozi", set()),
        ("identifier", "963277285", {"Jones"}),
        ("identifier", "http://canvasmedical.com|963277285", {"Jones"}),
        ("identifier", "http://example.org|963277285", set()),
        ("identifier", "|963277285", set()),
        ("identifier", "S99988801", {"Trần"}),
        ("identifier", "http://hl7.org/fhir/sid/us-ssn|", {"Trần"}),
        ("gender", "unknown", {""}),
        ("gender", "Female", set()),
        ("active", "false", {"Thompson", "Brown"}),
    ],
)
def test_parameters(client: httpx.Client, parameter: str, value: str, expected: set[str]) -> None:
    assert families(found(client, "Patient", (parameter, value))) == expected


def test_email_of_okafor_is_there_to_be_found() -> None:
    contacts = {contact["system"]: contact["value"] for contact in patient_called("Okafor", "Ngozi")["telecom"]}

    assert contacts["email"] == "okafor-ngozi@example.org"


def test_phone_has_ten_digits(client: httpx.Client) -> None:
    jones = patient_called("Jones", "Samantha")
    (phone,) = (contact["value"] for contact in jones["telecom"] if contact["system"] == "phone")

    assert len(phone) == 10
    assert jones["id"] in {patient["id"] for patient in found(client, "Patient", ("phone", phone))}
    assert found(client, "Patient", ("phone", phone[:9])) == []
    assert found(client, "Patient", ("phone", f"+1{phone}")) == []


def test_active_and_inactive_come_together(client: httpx.Client) -> None:
    active, inactive = (found(client, "Patient", ("active", value)) for value in ("true", "false"))

    assert len(found(client, "Patient")) == len(active) + len(inactive) == EVERYBODY


def test_genders_are_apart(client: httpx.Client) -> None:
    counts = [len(found(client, "Patient", ("gender", code))) for code in ("female", "male", "unknown", "other")]

    assert sum(counts) == EVERYBODY
    assert min(counts[:2]) > 20


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1957-03-02", {"1957-03-02"}),
        ("eq1957-03-02", {"1957-03-02"}),
        ("1957-03", {"1957-03-02", "1957-03-20"}),
        ("1957", {"1957-03-02", "1957-03-20"}),
        ("1948", {"1948"}),
        ("1948-05-01", set()),
        ("1972-06", {"1972-06"}),
        ("lt1934-01-01", {"1931-10-01"}),
        ("le1936-02-14", {"1931-10-01", "1936-02-14"}),
        ("lt1936-02-14", {"1931-10-01"}),
        ("ge2016-02-29", {"2016-02-29", "2026-06-22"}),
        ("gt2016-02-29", {"2026-06-22"}),
    ],
)
def test_birth_dates(client: httpx.Client, value: str, expected: set[str]) -> None:
    assert {patient["birthDate"] for patient in found(client, "Patient", ("birthdate", value))} == expected


def test_all_other_birth_dates(client: httpx.Client) -> None:
    others = {patient["birthDate"] for patient in found(client, "Patient", ("birthdate", "ne1957-03-02"))}
    dated = {patient["birthDate"] for patient in patients() if "birthDate" in patient}

    assert others == dated - {"1957-03-02"}


def test_two_birth_dates_are_a_span(client: httpx.Client) -> None:
    within = found(client, "Patient", ("birthdate", "ge1980-01-01"), ("birthdate", "lt1981-01-01"))

    assert {patient["birthDate"] for patient in within} == {"1980-11-13", "1980-11-18"}


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        *(
            ("birthdate", value)
            for value in ("13.11.1980", "1980-13-01", "1980-02-30", "0000", "ap1980", "GE1980", "", "198")
        ),
        ("active", "yes"),
        ("_sort", "phone"),
        ("_sort", ""),
    ],
)
def test_what_makes_no_sense_is_refused(client: httpx.Client, parameter: str, value: str) -> None:
    assert client.get("/Patient", params={parameter: value}).status_code == 400


def test_sorting(client: httpx.Client) -> None:
    def sorted_by(key: str) -> list[str]:
        return [patient["id"] for patient in found(client, "Patient", ("_sort", key))]

    by_id = sorted_by("_id")
    assert by_id == sorted(by_id)
    assert sorted_by("-_id") == by_id[::-1]
    born = [patient.get("birthDate", "") for patient in found(client, "Patient", ("_sort", "birthdate"))]
    assert born == sorted(born)
    jones = found(client, "Patient", ("name", "jones"), ("_sort", "given,-birthdate"))
    assert [patient["name"][0]["given"][0] for patient in jones] == ["Derek", "Samantha", "Samantha"]
    families_ = [
        patient["name"][0].get("family", "")
        for patient in found(client, "Patient", ("name", "demo-"), ("_sort", "-family"))
    ]
    assert families_ == sorted(families_, reverse=True)


@pytest.mark.parametrize(
    "query", ["", "?given-name=Ngozi", "?Name=jones", "?name:exact=Jones", "?general-practitioner=1"]
)
def test_unknown_parameters_are_ignored(client: httpx.Client, query: str) -> None:
    assert client.get(f"/Patient{query}").json()["total"] == EVERYBODY


def test_procedure_by_id(client: httpx.Client) -> None:
    wanted = "2dd9a3bc-a3bb-472b-aaef-c57be394de39"
    other = patient_called("Okafor", "Ngozi")["id"]

    assert [procedure["id"] for procedure in found(client, "Procedure", ("_id", wanted))] == [wanted]
    assert found(client, "Procedure", ("_id", wanted), ("patient", f"Patient/{other}")) == []
    assert found(client, "Procedure", ("_id", "1")) == []


@pytest.mark.parametrize("query", ["", "?subject=Patient/b8dfa97bdcdf4754bcd8197ca78ef0f0", "?date=2023"])
def test_a_procedure_search_that_says_nothing_finds_all(client: httpx.Client, query: str) -> None:
    assert client.get(f"/Procedure{query}").json()["total"] > 2_500


def test_of_two_patients_nobody_has_procedures(client: httpx.Client) -> None:
    pair = [("patient", f"Patient/{patient_called('Okafor', given)['id']}") for given in ("Ngozi", "Nnamdi")]

    assert found(client, "Procedure", *pair) == []
    assert len(found(client, "Procedure", pair[0], pair[0])) == 312
    assert len(found(client, "Procedure", ("patient", pair[0][1].removeprefix("Patient/")))) == 312
