"""Rule 3: a record whose subject isn't the open patient is kept out and reported."""

import json

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from procedure_viewer.chart.belonging import Belonging, belonging
from procedure_viewer.chart.merging import Merging, merging_of
from procedure_viewer.fhir.datatypes import ResourceKey, read_reference
from procedure_viewer.fhir.patient import Patient, read_patient
from tests.desk import Desk
from tests.servers import Exchange, ScriptedServer, bundle, by_path, procedure, reply

BASE = "https://fhir.example.org/r4"
PATIENT = {"resourceType": "Patient", "id": "alice", "name": [{"family": "Alder"}]}


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ({"reference": "Patient/alice"}, Belonging.OWN),
        ({"reference": "Patient/alice/_history/3"}, Belonging.OWN),
        ({"reference": f"{BASE}/Patient/alice"}, Belonging.OWN),
        ({"reference": f"{BASE}/Patient/alice/_history/3"}, Belonging.OWN),
        ({"reference": "Patient/Alice"}, Belonging.OTHER),
        ({"reference": "Patient/bob"}, Belonging.OTHER),
        ({"reference": "Group/alice"}, Belonging.OTHER),
        ({"reference": "https://elsewhere.example.org/r4/Patient/alice"}, Belonging.UNSTATED),
        ({"reference": f"https://fhir.example.org.evil/?x={BASE}/Patient/alice"}, Belonging.UNSTATED),
        ({"reference": "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"}, Belonging.UNSTATED),
        ({"reference": "#alice"}, Belonging.UNSTATED),
        ({"display": "Alice Alder"}, Belonging.UNSTATED),
        ({"identifier": {"value": "alice"}}, Belonging.UNSTATED),
        ({}, Belonging.UNSTATED),
        (None, Belonging.UNSTATED),
        ("Patient/alice", Belonging.UNSTATED),
        ({"reference": ["Patient/alice"]}, Belonging.UNSTATED),
    ],
)
def test_whose_record_it_is(subject: object, expected: Belonging) -> None:
    assert belonging(read_reference(subject), ResourceKey("Patient", "alice"), BASE) is expected


def test_a_server_that_ignores_the_filter_does_not_mix_charts(desk: Desk) -> None:
    mixed = [
        procedure("1", "alice"),
        procedure("2", "bob"),
        procedure("3", "carol"),
        {**procedure("4"), "subject": {"display": "Alice Alder"}},
        procedure("5", "alice"),
    ]
    answers = by_path(
        {"/Patient": reply(200, bundle([PATIENT], total=1)), "/Procedure": reply(200, bundle(mixed, total=5))}
    )
    with ScriptedServer(answers) as server:
        desk.connect(server.url)
        desk.read_chart("alder")
        assert server.targets[-1].startswith("/Procedure?patient=Patient%2Falice&")
        assert desk.session.chart is not None
        assert {p.id for p in desk.session.chart.procedures} == {"1", "5"}
        assert len(desk.rows()) == 2
        statement = desk.window.procedures.statement.text()
        assert statement.startswith("All 5 records, loaded ")
        assert "2 of another patient withheld" in statement
        assert "1 without a stated patient withheld" in statement


CAROL = ResourceKey("Patient", "carol")


def test_a_merged_record_is_told_from_other_strangers() -> None:
    patient = ResourceKey("Patient", "alice")
    for reference in ("Patient/carol", f"{BASE}/Patient/carol", "Patient/carol/_history/2"):
        subject = read_reference({"reference": reference})
        assert belonging(subject, patient, BASE, {CAROL}) is Belonging.MERGED
        assert belonging(subject, patient, BASE) is Belonging.OTHER
    elsewhere = read_reference({"reference": "https://elsewhere.example.org/r4/Patient/carol"})
    assert belonging(elsewhere, patient, BASE, {CAROL}) is Belonging.UNSTATED


def linked(patient_id: str, link_type: str, other: str) -> Patient:
    link = {"type": link_type, "other": {"reference": other}}
    return read_patient(json.dumps({"resourceType": "Patient", "id": patient_id, "link": [link]}).encode())


def test_who_was_merged_is_known_from_either_side() -> None:
    alice = read_patient(json.dumps(PATIENT).encode())
    assert merging_of(linked("alice", "replaces", "Patient/carol"), BASE) == Merging(replaces=(CAROL,))
    assert merging_of(linked("alice", "replaced-by", f"{BASE}/Patient/carol"), BASE) == Merging(replaced_by=(CAROL,))
    assert merging_of(alice, BASE, [linked("carol", "replaced-by", "Patient/alice")]) == Merging(replaces=(CAROL,))
    assert merging_of(alice, BASE, [linked("carol", "replaces", "Patient/alice")]) == Merging(replaced_by=(CAROL,))
    nobody = [
        linked("carol", "seealso", "Patient/alice"),
        linked("carol", "replaced-by", "Patient/bob"),
        linked("carol", "replaced-by", "https://elsewhere.example.org/r4/Patient/alice"),
        linked("alice", "replaced-by", "Patient/alice"),
    ]
    assert merging_of(alice, BASE, nobody) == Merging()
    assert merging_of(linked("alice", "replaces", "https://elsewhere.example.org/r4/Patient/carol"), BASE) == Merging()


@pytest.mark.parametrize("side", ["replaces", "replaced-by"])
def test_records_of_a_merged_record_are_said_and_one_press_away(desk: Desk, side: str) -> None:
    alice: dict[str, object] = {**PATIENT, "link": [{"type": "replaces", "other": {"reference": "Patient/carol"}}]}
    carol: dict[str, object] = {"resourceType": "Patient", "id": "carol", "name": [{"family": "Alder-Cedar"}]}
    if side == "replaced-by":
        alice, carol = dict(PATIENT), carol | {"link": [{"type": side, "other": {"reference": "Patient/alice"}}]}
    of_alice = [procedure("1", "alice"), procedure("2", "carol"), procedure("3", "carol"), procedure("4", "bob")]

    async def procedures(exchange: Exchange) -> None:
        found = of_alice if "alice" in exchange.request.target else [procedure("2", "carol"), procedure("3", "carol")]
        await reply(200, bundle(found, total=len(found)))(exchange)

    answers = {"/Patient": reply(200, bundle([alice, carol], total=2)), "/Procedure": procedures}
    with ScriptedServer(by_path(answers | {"/Patient/carol": reply(200, carol)})) as server:
        desk.connect(server.url)
        desk.find("alder")
        desk.session.open(next(one for one in desk.session.found.patients if one.id == "alice"))
        desk.wait_for_chart()
        statement, merged = desk.window.procedures.statement, desk.window.procedures.merged
        assert statement.text().startswith("All 4 records, loaded ")
        assert "1 of another patient withheld, 2 of a merged record withheld" in statement.text()
        assert statement.warns
        said = merged.findChild(QLabel, "mergedRecord0")
        assert isinstance(said, QLabel)
        assert said.isVisible()
        assert said.text() == (
            "2 records are filed under a merged record of this patient, Patient/carol, and not shown here"
        )
        button = merged.findChild(QPushButton, "openMergedRecord0")
        assert isinstance(button, QPushButton)
        button.click()
        desk.wait(lambda: desk.session.chart is not None and desk.session.chart.patient.id == "carol")
        desk.wait_for_chart()
        assert len(desk.rows()) == 2
        assert merged.isHidden()
        assert "ALDER-CEDAR" in desk.window.banner.name.text()


def test_what_is_filed_under_a_stranger_has_no_way_there(desk: Desk) -> None:
    answers = {
        "/Patient": reply(200, bundle([PATIENT], total=1)),
        "/Procedure": reply(200, bundle([procedure("1", "alice"), procedure("4", "bob")], total=2)),
    }
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.read_chart("alder")
        assert desk.window.procedures.merged.isHidden()
        assert desk.window.procedures.merged.shown == {}
