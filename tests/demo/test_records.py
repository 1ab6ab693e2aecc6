"""The made-up records: valid, plausible, of the promised number and variety, and always the same."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date

import pytest
from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.patient import Patient
from fhir.resources.R4B.procedure import Procedure

from procedure_viewer.demo.records import others, patients, procedures
from procedure_viewer.demo.records.catalogue import HCPCS, ICD_10_PCS, UNSTRUCTURED
from procedure_viewer.demo.records.histories import LAST_DAY
from tests.demo.asking import Json, patient_called

CPT = "http://www.ama-assn.org/go/cpt"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DIGEST = """
import hashlib, msgspec
from procedure_viewer.demo.records import others, patients, procedures
print(hashlib.sha256(msgspec.json.encode([patients(), procedures(), others()])).hexdigest())
"""


def by_patient() -> Counter[str]:
    return Counter(procedure["subject"]["reference"] for procedure in procedures())


def codings() -> list[Json]:
    return [coding for procedure in procedures() for coding in procedure.get("code", {}).get("coding", ())]


def test_patients_are_valid() -> None:
    for patient in patients():
        Patient.model_validate(patient)


def test_procedures_are_valid() -> None:
    for procedure in procedures():
        Procedure.model_validate(procedure)


def test_what_procedures_point_at_is_valid_and_there() -> None:
    there = {f"{other['resourceType']}/{other['id']}" for other in others()}
    for other in others():
        get_fhir_model_class(other["resourceType"]).model_validate(other)
    pointed_at = {
        reference
        for reference in re.findall(r'"reference": ?"([^"]+)"', json.dumps([*procedures(), *others()]))
        if not reference.startswith(("Patient/", "Procedure/", "ServiceRequest/"))
    }

    assert pointed_at <= there


def test_counts() -> None:
    counts = by_patient()

    assert 55 <= len(patients()) <= 75
    assert 2_900 <= len(procedures()) <= 3_300
    assert counts[f"Patient/{patient_called('Okafor', 'Ngozi')['id']}"] == 312
    assert counts[f"Patient/{patient_called('Lindqvist')['id']}"] == 0
    assert counts["Patient/b8dfa97bdcdf4754bcd8197ca78ef0f0"] == 1


def test_ids_have_the_forms_of_the_api_and_are_unique() -> None:
    keys = [patient["id"] for patient in patients()]
    ids = [procedure["id"] for procedure in procedures()]

    assert all(re.fullmatch(r"[0-9a-f]{32}", key) for key in keys)
    assert all(UUID.fullmatch(id_) for id_ in ids)
    assert len(set(keys)) == len(keys)
    assert len(set(ids)) == len(ids)


def test_each_procedure_is_of_somebody_here() -> None:
    assert by_patient().keys() <= {f"Patient/{patient['id']}" for patient in patients()}


def test_code_systems() -> None:
    assert {coding["system"] for coding in codings()} == {CPT, HCPCS, ICD_10_PCS, UNSTRUCTURED}
    (published,) = [coding for coding in codings() if coding["system"] == CPT]
    assert published["code"] == "23066"


def test_codes_have_the_forms_of_their_systems() -> None:
    for coding in codings():
        if coding["system"] == ICD_10_PCS:
            assert re.fullmatch(r"[0-9B-DF-HX][0-9A-HJ-NP-Z]{6}", coding["code"])
        elif coding["system"] == HCPCS:
            assert re.fullmatch(r"[A-CE-V]\d{4}", coding["code"])
        elif coding["system"] == UNSTRUCTURED:
            assert "code" not in coding


def test_one_code_has_one_title() -> None:
    titles = {(coding["system"], coding["code"], coding["display"]) for coding in codings() if "code" in coding}

    assert len(titles) == len({title[:2] for title in titles}) > 80


def test_all_statuses_are_there() -> None:
    counts = Counter(procedure["status"] for procedure in procedures())

    assert counts.keys() == {
        "preparation",
        "in-progress",
        "not-done",
        "on-hold",
        "stopped",
        "completed",
        "entered-in-error",
        "unknown",
    }
    assert counts["completed"] / len(procedures()) > 0.9


def test_nobody_is_treated_before_birth_or_after_death() -> None:
    people = {f"Patient/{patient['id']}": patient for patient in patients()}
    for procedure in procedures():
        patient = people[procedure["subject"]["reference"]]
        if len(procedure.get("performedDateTime", "")) < 10:
            continue
        day = procedure["performedDateTime"][:10]
        assert day >= patient.get("birthDate", "")
        assert day <= patient.get("deceasedDateTime", "9999")[:10]
        if procedure["status"] == "completed":
            assert day <= LAST_DAY.isoformat()


WOMEN = ("Uterus", "Products of Conception", "cervical or vaginal", "Contraceptive", "Fetus", "Lactation", "Childbirth")
MEN = ("Prostate", "Vas Deferens", "Prepuce")


@pytest.mark.parametrize(("words", "sex"), [(WOMEN, "female"), (MEN, "male")])
def test_procedures_suit_the_sex(words: tuple[str, ...], sex: str) -> None:
    people = {f"Patient/{patient['id']}": patient for patient in patients()}
    for procedure in procedures():
        display = procedure.get("code", {}).get("coding", [{}])[0].get("display", "")
        if procedure["status"] != "entered-in-error" and any(word.lower() in display.lower() for word in words):
            assert people[procedure["subject"]["reference"]]["gender"] == sex, display


def test_pregnancies_suit_the_age() -> None:
    people = {f"Patient/{patient['id']}": patient for patient in patients()}
    for procedure in procedures():
        if "Conception" in procedure.get("code", {}).get("coding", [{}])[0].get("display", ""):
            born = date.fromisoformat(people[procedure["subject"]["reference"]]["birthDate"])
            assert 18 <= int(procedure["performedDateTime"][:4]) - born.year <= 45


def test_some_records_are_not_tidy() -> None:
    everybody = patients()

    assert any("name" not in patient for patient in everybody)
    assert any("identifier" not in patient for patient in everybody)
    assert any(patient.get("active") is False for patient in everybody)
    assert any("deceasedDateTime" in patient for patient in everybody)
    assert {patient["link"][0]["type"] for patient in everybody if "link" in patient} == {"replaced-by", "replaces"}
    assert any(
        patient["identifier"][0]["type"]["coding"][0]["code"] != "MR"
        for patient in everybody
        if "identifier" in patient
    )
    assert {len(patient["birthDate"]) for patient in everybody if "birthDate" in patient} == {4, 7, 10}
    uses = {name["use"] for patient in everybody for name in patient.get("name", ())}
    assert uses == {"official", "nickname", "maiden", "usual", "old"}


def test_linked_patients_point_at_each_other() -> None:
    linked = {
        f"Patient/{patient['id']}": patient["link"][0]["other"]["reference"]
        for patient in patients()
        if "link" in patient
    }

    assert len(linked) == 2
    assert all(linked[other] == one for one, other in linked.items())


def test_record_numbers_are_unique() -> None:
    numbers = [identifier["value"] for patient in patients() for identifier in patient.get("identifier", ())]

    assert len(numbers) == len(set(numbers))


def test_records_are_the_same_at_each_start() -> None:
    def digest(seed: str) -> bytes:
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        return subprocess.run([sys.executable, "-c", DIGEST], env=environment, check=True, capture_output=True).stdout

    assert digest("1") == digest("2")
