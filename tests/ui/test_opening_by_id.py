"""A typed or pasted procedure id: read, its patient opened, the procedure selected."""

import pytest
from PySide6.QtWidgets import QPushButton

from procedure_viewer.chart.search import Progress
from tests.desk import SEED_PATIENT, SEED_PROCEDURE, Desk
from tests.servers import ScriptedServer, bundle, by_path, in_turn, procedure, reply


@pytest.mark.parametrize("line", [SEED_PROCEDURE, f"Procedure/{SEED_PROCEDURE}", f"  {SEED_PROCEDURE.upper()} "])
def test_an_id_opens_its_patient_and_selects_it(demo_desk: Desk, line: str) -> None:
    demo_desk.type_and_search(line)
    demo_desk.wait(lambda: demo_desk.window.detail.procedure is not None)
    assert demo_desk.session.chart is not None
    assert demo_desk.session.chart.patient.id == SEED_PATIENT
    selected = demo_desk.window.detail.procedure
    assert selected is not None
    assert selected.id == SEED_PROCEDURE
    assert "JONES" in demo_desk.window.banner.name.text()


def test_an_unknown_id_is_said(demo_desk: Desk) -> None:
    demo_desk.type_and_search("Procedure/a47c7b0e-bbb4-42cd-bc4a-df259d148ea1")
    demo_desk.wait_for_error()
    dialog = demo_desk.window.errors.current
    assert dialog is not None
    assert dialog.server_words.text() == (
        "error (not-found): Unknown Procedure resource 'a47c7b0e-bbb4-42cd-bc4a-df259d148ea1'"
    )
    dialog.reject()


def test_a_record_of_nobody_is_shown_alone(desk: Desk) -> None:
    orphan = {**procedure(SEED_PROCEDURE), "subject": {"display": "somebody"}}
    with ScriptedServer(by_path({f"/Procedure/{SEED_PROCEDURE}": reply(200, orphan)})) as server:
        desk.connect(server.url)
        desk.type_and_search(SEED_PROCEDURE)
        desk.wait(lambda: desk.window.detail.procedure is not None)
        assert desk.window.banner.name.text() == "Patient not stated"
        assert len(desk.rows()) == 1
        with desk.bot.waitSignal(desk.session.procedure_reread, timeout=5000):
            desk.window.actions_by_name["refresh"].trigger()
        assert len(desk.rows()) == 1


def test_a_record_that_came_after_the_list_was_read_is_found(desk: Desk) -> None:
    listed = [procedure("11111111-1111-4111-8111-111111111111")]
    late = procedure(SEED_PROCEDURE)
    patient = {"resourceType": "Patient", "id": SEED_PATIENT, "name": [{"family": "Jones"}]}
    answers = {
        "/Patient": reply(200, bundle([patient], total=1)),
        f"/Patient/{SEED_PATIENT}": reply(200, patient),
        "/Procedure": reply(200, bundle(listed, total=1)),
        f"/Procedure/{SEED_PROCEDURE}": reply(200, late),
    }
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.read_chart("jones")
        answers["/Procedure"] = reply(200, bundle([*listed, late], total=2))
        desk.type_and_search(SEED_PROCEDURE)
        desk.wait(lambda: desk.window.detail.procedure is not None)
        assert len(desk.rows()) == 2


def test_an_id_that_no_procedure_has_may_be_a_patients(desk: Desk) -> None:
    patient_id = "f8cb2d52-c53d-4585-8417-7a1cc1a74377"
    patient = {"resourceType": "Patient", "id": patient_id, "name": [{"family": "Alder"}]}
    answers = {"/Patient": reply(200, bundle([patient], total=1))}
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.type_and_search(patient_id)
        desk.wait(lambda: desk.session.progress is Progress.DONE)
        assert [one.id for one in desk.session.found.patients] == [patient_id]
        assert server.targets == [
            f"/Procedure/{patient_id}",
            f"/Patient?_id={patient_id}&_count=100",
            f"/Patient?identifier={patient_id}&_count=100",
        ]
        assert desk.window.errors.current is None
        assert "No procedure has the id" in desk.session.reading.text  # type: ignore[union-attr]


def test_an_id_that_nobody_has_is_said_once(desk: Desk) -> None:
    with ScriptedServer(by_path({"/Patient": reply(200, bundle([], total=0))})) as server:
        desk.connect(server.url)
        desk.type_and_search("f8cb2d52-c53d-4585-8417-7a1cc1a74377")
        desk.wait_for_error()
        dialog = desk.window.errors.current
        assert dialog is not None
        assert dialog.windowTitle() == "Not found on the server"
        dialog.reject()
        assert desk.window.errors.current is None


def test_an_id_that_is_said_to_be_a_procedures_is_looked_for_there_only(desk: Desk) -> None:
    with ScriptedServer(by_path({})) as server:
        desk.connect(server.url)
        desk.type_and_search("Procedure/f8cb2d52-c53d-4585-8417-7a1cc1a74377")
        desk.wait_for_error()
        assert len(server.targets) == 1
        desk.window.errors.current.reject()  # type: ignore[union-attr]


def test_a_retry_still_knows_that_the_id_may_be_a_patients(desk: Desk) -> None:
    patient_id = "f8cb2d52-c53d-4585-8417-7a1cc1a74377"
    patient = {"resourceType": "Patient", "id": patient_id, "name": [{"family": "Alder"}]}
    answers = {
        "/Patient": reply(200, bundle([patient], total=1)),
        f"/Procedure/{patient_id}": in_turn(reply(500), reply(404)),
        f"/Procedure/{SEED_PROCEDURE}": reply(500),
    }
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.type_and_search(patient_id)
        desk.wait_for_error()
        # Something else that is asked for meanwhile changes nothing about it.
        desk.session.open_procedure(SEED_PROCEDURE)
        desk.wait(lambda: not desk.session.busy)
        remedy = desk.window.errors.current.findChild(QPushButton, "errorRemedyButton")  # type: ignore[union-attr]
        assert isinstance(remedy, QPushButton)
        remedy.click()
        desk.wait(lambda: desk.session.progress is Progress.DONE)
        assert [one.id for one in desk.session.found.patients] == [patient_id]


def test_the_address_of_a_procedure_on_this_server_is_opened_and_another_servers_is_not(demo_desk: Desk) -> None:
    demo_desk.type_and_search(f"https://other-host/Procedure/{SEED_PROCEDURE}")
    assert demo_desk.window.search.reading.text() == "This address is on another server: other-host"
    assert demo_desk.session.progress is Progress.UNCLEAR
    assert not demo_desk.session.busy, "nothing is asked for"
    demo_desk.type_and_search(f"{demo_desk.session.base_url}/Procedure/{SEED_PROCEDURE}/_history/1")
    demo_desk.wait(lambda: demo_desk.window.detail.procedure is not None)
