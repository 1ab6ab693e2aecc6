"""Records that say something twice: marked, withheld where it is about whose they are, and no patient is opened so."""

import json

from tests.desk import Desk
from tests.servers import ScriptedServer, bundle, by_path, procedure, reply
from tests.ui.test_mixups import clinic, patient


def searchset(*resources: str) -> str:
    entries = ",".join(f'{{"resource":{resource}}}' for resource in resources)
    return f'{{"resourceType":"Bundle","type":"searchset","total":{len(resources)},"entry":[{entries}]}}'


TWO_TITLES = """{"resourceType":"Procedure","id":"a","status":"completed","subject":{"reference":"Patient/pa"},
    "code":{"text":"Amputation LEFT","text":"Amputation RIGHT"}}"""
TWO_SUBJECTS = """{"resourceType":"Procedure","id":"b","status":"completed",
    "subject":{"reference":"Patient/pb","reference":"Patient/pa"}}"""


def test_a_procedure_is_marked_in_its_row_and_detail_and_withheld_for_two_subjects(desk: Desk) -> None:
    answers = clinic() | {"/Procedure": reply(200, searchset(TWO_TITLES, TWO_SUBJECTS))}
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.find("common")
        desk.session.open(desk.session.found.patients[0])
        desk.wait_for_chart()
        assert [row[1] for row in desk.rows()] == ["(says something twice) Amputation RIGHT"]
        assert "1 without a stated patient withheld" in desk.window.procedures.statement.text()
        desk.select("a")
        assert any(text.endswith("only the last is shown: code.text") for text in desk.window.detail.summary.texts())


def test_a_patient_who_says_twice_who_this_is_is_not_opened(desk: Desk) -> None:
    two_dates = (
        '{"resourceType":"Patient","id":"pa","name":[{"family":"Common"}],'
        '"birthDate":"1980-01-01","birthDate":"1950-01-01"}'
    )
    answers = clinic() | {
        "/Patient": reply(200, searchset(two_dates, json.dumps(patient("pb")))),
        "/Patient/pa": reply(200, two_dates),
        "/Procedure/pa-1": reply(200, procedure("pa-1", "pa")),
    }
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.find("common")
        assert [one.id for one in desk.session.found.patients] == ["pb"]
        assert "could not be read" in desk.window.search.count.text()
        desk.session.open_procedure("pa-1")
        desk.wait_for_error()
        assert desk.session.chart is None
        desk.window.errors.current.reject()  # type: ignore[union-attr]


def test_two_different_patients_of_one_id_are_both_listed_and_that_is_said(desk: Desk) -> None:
    other = patient("pa") | {"name": [{"family": "Common", "given": ["Someone Else"]}]}
    answers = clinic() | {"/Patient": reply(200, bundle([patient("pa"), other, patient("pa")], total=3))}
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.find("common")
        assert [one.name for one in desk.session.found.patients] == ["COMMON, Pa", "COMMON, Someone Else"]
        assert "came under one id" in desk.window.search.warnings.text()
