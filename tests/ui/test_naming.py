"""Names of what a procedure points at: shown when they come, quietly absent when not, never another patient's."""

from collections.abc import Sequence

import pytest
from PySide6.QtWidgets import QApplication

from procedure_viewer.background.naming import MOST_PROVENANCES
from procedure_viewer.fhir.datatypes import ResourceKey
from procedure_viewer.fhir.provenance import MOST_ABOUT_ONE
from procedure_viewer.ui.access import Standing
from procedure_viewer.ui.session import Session
from procedure_viewer.ui.summary_rows import LineLabel
from tests.desk import Desk
from tests.servers import (
    DISCOVERY,
    Exchange,
    Held,
    Script,
    ScriptedServer,
    bundle,
    by_path,
    outcome,
    procedure,
    reply,
)

GRAY = {
    "resourceType": "Practitioner",
    "id": "gray",
    "name": [{"use": "official", "family": "Gray", "given": ["Amina"], "prefix": ["Dr"]}],
    "qualification": [{"code": {"text": "Orthopaedic surgery"}}],
}
SAID = "Dr Amina Gray (Orthopaedic surgery)"
ROLE = {
    "resourceType": "PractitionerRole",
    "id": "role",
    "practitioner": {"reference": "Practitioner/osei"},
    "organization": {"reference": "Organization/mary"},
    "specialty": [{"text": "Orthopaedic surgery"}],
}
OSEI = {"resourceType": "Practitioner", "id": "osei", "name": [{"text": "Dr. Amara Osei"}]}
MARY = {"resourceType": "Organization", "id": "mary", "name": "St Mary"}


def patient(patient_id: str) -> dict[str, object]:
    return {"resourceType": "Patient", "id": patient_id, "name": [{"family": "Common", "given": [patient_id.title()]}]}


def pointing(number: str, reference: str = "Practitioner/gray", owner: str = "pa", **more: object) -> dict[str, object]:
    return {**procedure(number, owner), "performer": [{"actor": {"reference": reference, **more}}]}


def clinic(procedures: Sequence[dict[str, object]], **more: Script) -> dict[str, Script]:
    """Two patients; the first has the procedures; `more` by path with _ for its slash."""
    answers: dict[str, Script] = {"/Patient": reply(200, bundle([patient("pa"), patient("pb")], total=2))}

    async def search(exchange: Exchange) -> None:
        (owner,) = [one for one in ("pa", "pb") if f"Patient%2F{one}&" in exchange.request.target]
        own = [one for one in procedures if one["subject"] == {"reference": f"Patient/{owner}"}]
        await reply(200, bundle(own, total=len(own)))(exchange)

    answers["/Procedure"] = search
    return answers | {f"/{path.replace('_', '/')}": script for path, script in more.items()}


def statement(*types: str) -> Script:
    """A CapabilityStatement that offers a read of these types and a search of some."""
    searched = {"Patient": ("name", "_id"), "Procedure": ("patient",), "Provenance": ("patient",)}
    resources = [
        {
            "type": each,
            "interaction": [{"code": "read"}, {"code": "search-type"}],
            "searchParam": [{"name": name} for name in searched.get(each, ())],
        }
        for each in types
    ]
    return reply(200, {"resourceType": "CapabilityStatement", "rest": [{"mode": "server", "resource": resources}]})


def open_chart(desk: Desk, server: ScriptedServer, place: int = 0, token: str | None = None) -> None:
    if desk.session.base_url != server.url:
        desk.connect(server.url, token)
        desk.find("common")
    desk.session.open(desk.session.found.patients[place])
    desk.wait_for_chart()


def said(desk: Desk) -> dict[str, str]:
    """The summary's values by their labels."""
    values: dict[str, list[str]] = {}
    body = desk.window.detail.summary.widget()
    for label in body.findChildren(LineLabel) if body is not None else []:
        values.setdefault(label.accessibleDescription().partition(",")[0], []).append(label.text())
    return {label: "\n".join(lines) for label, lines in values.items()}


def asked(server: ScriptedServer) -> list[str]:
    """The lookups: all that was asked but searches of patients and procedures, and discovery."""
    usual = ("/Patient?", "/Procedure?", *DISCOVERY)
    return [target for target in server.targets if not target.startswith(usual)]


def test_a_name_takes_the_place_of_a_bare_reference(desk: Desk) -> None:
    with ScriptedServer(by_path(clinic([pointing("1")], Practitioner_gray=reply(200, GRAY)))) as server:
        open_chart(desk, server)
        desk.select("1")
        assert said(desk)["Performer"] == "Practitioner/gray"
        desk.wait(lambda: said(desk)["Performer"] == SAID)
        assert asked(server) == ["/Practitioner/gray"]
        assert desk.window.errors.current is None


def test_what_differs_from_the_references_own_words_stands_beside_them(desk: Desk) -> None:
    records = [pointing("1", display="Dr. Ravi Menon"), pointing("2", display="GRAY, Amina")]
    with ScriptedServer(by_path(clinic(records, Practitioner_gray=reply(200, GRAY)))) as server:
        open_chart(desk, server)
        desk.select("1")
        desk.wait(lambda: said(desk)["Performer"] == f"Dr. Ravi Menon (its record says: {SAID})")
        desk.select("2")
        assert said(desk)["Performer"] == SAID


def test_a_role_is_named_after_its_practitioner_and_organisation(desk: Desk) -> None:
    answers = clinic(
        [pointing("1", "PractitionerRole/role")],
        PractitionerRole_role=reply(200, ROLE),
        Practitioner_osei=reply(200, OSEI),
        Organization_mary=reply(200, MARY),
    )
    with ScriptedServer(by_path(answers)) as server:
        open_chart(desk, server)
        desk.select("1")
        desk.wait(lambda: said(desk)["Performer"] == "Dr. Amara Osei (Orthopaedic surgery), St Mary")


def test_the_same_reference_of_fifty_procedures_is_asked_for_once(desk: Desk) -> None:
    records = [pointing(str(number), f"Practitioner/gray/_history/{number}") for number in range(49)]
    with ScriptedServer(by_path(clinic([]))) as server:
        records.append(pointing("49", f"{server.url}/Practitioner/gray"))
        server._script = by_path(clinic(records, Practitioner_gray=reply(200, GRAY)))
        open_chart(desk, server)
        desk.select("0")
        desk.wait(lambda: said(desk)["Performer"] == SAID)
        for number in range(1, 50):
            desk.select(str(number))
            assert said(desk)["Performer"] == SAID
        assert asked(server) == ["/Practitioner/gray"]


@pytest.mark.parametrize(
    "refusal",
    [
        reply(403, outcome("forbidden", "Authorization failed")),
        reply(404, outcome("not-found", "Unknown")),
        reply(500, outcome("exception", "Internal server error")),
        reply(200, "<html>", content_type="text/html"),
        reply(200, {**GRAY, "id": "another"}),
        reply(200, {**GRAY, "resourceType": "Person"}),
        reply(200, b'{"resourceType":"Practitioner","id":"gray","name":[{"text":"One"}],"name":[{"text":"Other"}]}'),
    ],
    ids=["403", "404", "500", "no FHIR", "another id", "another type", "two names"],
)
def test_what_does_not_come_is_quietly_absent(desk: Desk, refusal: Script) -> None:
    records = [
        {**pointing("1"), "location": {"reference": "Location/t"}},
        pointing("2", display="Dr A. Gray"),
    ]
    theatre = reply(200, {"resourceType": "Location", "id": "t", "name": "Theatre 2", "partOf": {"display": "St Mary"}})
    with ScriptedServer(by_path(clinic(records, Practitioner_gray=refusal, Location_t=theatre))) as server:
        open_chart(desk, server)
        desk.select("1")
        desk.wait(lambda: said(desk)["Location"] == "Theatre 2, St Mary")
        desk.wait(lambda: ResourceKey("Practitioner", "gray") in desk.naming._names)
        assert said(desk)["Performer"] == "Practitioner/gray"
        desk.select("2")
        desk.select("1")
        assert said(desk)["Performer"] == "Practitioner/gray"
        assert sorted(asked(server)) == ["/Location/t", "/Practitioner/gray"]
        assert desk.window.errors.current is None
        assert desk.window.procedures.statement.text().startswith("All 2 records")


def test_a_type_that_was_refused_is_not_asked_for_again_for_another_patient_either(desk: Desk) -> None:
    records = [
        pointing("1"),
        {**pointing("2", "Practitioner/osei", "pb"), "location": {"reference": "Location/t"}},
    ]
    answers = clinic(
        records,
        Practitioner_gray=reply(403, outcome("forbidden", "No")),
        Practitioner_osei=reply(200, OSEI),
        Location_t=reply(200, {"resourceType": "Location", "id": "t", "name": "Theatre 2"}),
    )
    with ScriptedServer(by_path(answers)) as server:
        open_chart(desk, server)
        desk.select("1")
        desk.wait(lambda: ResourceKey("Practitioner", "gray") in desk.naming._names)
        open_chart(desk, server, 1)
        desk.select("2")
        desk.wait(lambda: said(desk)["Location"] == "Theatre 2")
        assert said(desk)["Performer"] == "Practitioner/osei"
        assert asked(server) == ["/Practitioner/gray", "/Location/t"]


def test_a_401_signs_nobody_out_and_asks_for_no_dialog(desk: Desk) -> None:
    records = [pointing("1"), {**procedure("2", "pa"), "location": {"reference": "Location/t"}}]
    answers = clinic(
        records,
        Practitioner_gray=reply(401, outcome("login", "Authentication failed")),
        Location_t=reply(200, {"resourceType": "Location", "id": "t", "name": "Theatre 2"}),
    )
    with ScriptedServer(by_path(answers)) as server:
        open_chart(desk, server, token="secret-token")
        desk.select("1")
        desk.wait(lambda: ResourceKey("Practitioner", "gray") in desk.naming._names)
        desk.select("2")
        desk.wait(lambda: said(desk)["Location"] == "Theatre 2")
        assert desk.access.standing is Standing.SIGNED_IN
        assert desk.window.errors.current is None
        assert asked(server) == ["/Practitioner/gray", "/Location/t"]
        assert all(request.headers.get("authorization") == "Bearer secret-token" for request in server.requests)


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_left_alone(desk: Desk, status: int) -> None:
    records = [pointing("1"), {**procedure("2", "pa"), "location": {"reference": "Location/t"}}]
    answers = clinic(
        records,
        Practitioner_gray=reply(status, outcome("throttled", "Later"), {"Retry-After": "1"}),
        Location_t=reply(200, {"resourceType": "Location", "id": "t", "name": "Theatre 2"}),
    )
    with ScriptedServer(by_path(answers)) as server:
        open_chart(desk, server)
        desk.select("1")
        desk.wait(lambda: ResourceKey("Practitioner", "gray") in desk.naming._names)
        desk.select("2")
        desk.wait(lambda: desk.naming.is_idle)
        assert asked(server) == ["/Practitioner/gray"]
        assert said(desk)["Location"] == "Location/t"
        assert desk.window.errors.current is None
        desk.session.reload_chart()
        desk.wait_for_chart()
        assert len(desk.rows()) == 2


def test_a_type_that_the_server_does_not_offer_is_not_asked_for(desk: Desk) -> None:
    records = [{**pointing("1"), "location": {"reference": "Location/t"}}]
    answers = clinic(
        records,
        metadata=statement("Patient", "Procedure", "Practitioner"),
        Practitioner_gray=reply(200, GRAY),
        Location_t=reply(200, {"resourceType": "Location", "id": "t", "name": "Theatre 2"}),
    )
    with ScriptedServer(by_path(answers), discoverable=True) as server:
        open_chart(desk, server)
        desk.select("1")
        desk.wait(lambda: said(desk)["Performer"] == SAID)
        desk.wait(lambda: desk.naming.is_idle)
        assert said(desk)["Location"] == "Location/t"
        assert [target for target in asked(server) if "well-known" not in target] == ["/Practitioner/gray"]


@pytest.mark.parametrize(
    "address",
    [
        "{elsewhere}/Practitioner/gray",
        "//{elsewhere_host}/Practitioner/gray",
        "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0",
        "#gray",
        "Patient/pb",
        "Practitioner/..",
        "Practitioner/gray?x=1",
        "../Practitioner/gray",
        "Practitioner",
    ],
)
def test_nothing_is_asked_of_another_server_or_for_what_can_not_be_one(desk: Desk, address: str) -> None:
    with ScriptedServer(reply(200, GRAY)) as elsewhere, ScriptedServer(by_path(clinic([]))) as server:
        reference = address.format(elsewhere=elsewhere.url, elsewhere_host=elsewhere.url.partition("//")[2])
        records = [{**pointing("1", reference), "location": {"reference": "Location/t"}}]
        theatre = reply(200, {"resourceType": "Location", "id": "t", "name": "Theatre 2"})
        server._script = by_path(clinic(records, Location_t=theatre, Practitioner_gray=reply(200, GRAY)))
        open_chart(desk, server)
        desk.select("1")
        desk.wait(lambda: said(desk)["Location"] == "Theatre 2")
        desk.wait(lambda: desk.naming.is_idle)
        assert asked(server) == ["/Location/t"]
        assert elsewhere.connections == 0
        assert said(desk)["Performer"] == reference


def test_a_redirect_is_not_followed(desk: Desk) -> None:
    with ScriptedServer(reply(200, GRAY)) as elsewhere:
        away = reply(302, b"", {"Location": f"{elsewhere.url}/Practitioner/gray"})
        with ScriptedServer(by_path(clinic([pointing("1")], Practitioner_gray=away))) as server:
            open_chart(desk, server)
            desk.select("1")
            desk.wait(lambda: ResourceKey("Practitioner", "gray") in desk.naming._names)
            assert said(desk)["Performer"] == "Practitioner/gray"
            assert elsewhere.connections == 0


@pytest.mark.parametrize(
    "stray",
    [
        {"subject": {"reference": "Patient/pb"}},
        {},
        {"subject": {"display": "Somebody"}},
        {"subject": {"reference": "Group/pa"}},
        {"subject": {"reference": "http://elsewhere.example/Patient/pa"}},
        {"patient": {"reference": "Patient/pb"}, "subject": {"reference": "Patient/pa"}},
    ],
)
@pytest.mark.parametrize("kind", ["Encounter", "Condition"])
def test_another_patients_record_gives_no_name(desk: Desk, kind: str, stray: dict[str, object]) -> None:
    secret = {"text": "Secret"}
    named: dict[str, object] = {"type": [secret]} if kind == "Encounter" else {"code": secret}
    wrong = reply(200, {"resourceType": kind, "id": "x", **named, **stray})
    own = reply(200, {"resourceType": kind, "id": "y", **named, "subject": {"reference": "Patient/pa"}})
    record = {**procedure("1", "pa"), "reasonReference": [{"reference": f"{kind}/x"}, {"reference": f"{kind}/y"}]}
    with ScriptedServer(by_path(clinic([record], **{f"{kind}_x": wrong, f"{kind}_y": own}))) as server:
        open_chart(desk, server)
        desk.select("1")
        desk.wait(lambda: "Secret" in said(desk)["Reason"] and desk.naming.is_idle)
        assert said(desk)["Reason"].splitlines()[0] == f"{kind}/x"
        assert len(said(desk)["Reason"].splitlines()) == 2


def test_a_slow_answer_comes_to_its_own_record_when_the_reader_has_moved_on(desk: Desk) -> None:
    held = Held(reply(200, GRAY))
    records = [pointing("1"), pointing("2", "Practitioner/osei")]
    answers = clinic(records, Practitioner_gray=held, Practitioner_osei=reply(200, OSEI))
    with ScriptedServer(by_path(answers)) as server:
        open_chart(desk, server)
        desk.select("1")
        desk.wait(lambda: "/Practitioner/gray" in server.targets)
        desk.select("2")
        desk.wait(lambda: said(desk)["Performer"] == "Dr. Amara Osei")
        server.call(held.gate.set)
        desk.select("1")
        desk.wait(lambda: said(desk)["Performer"] == SAID)
        desk.select("2")
        assert said(desk)["Performer"] == "Dr. Amara Osei"
        assert asked(server) == ["/Practitioner/gray", "/Practitioner/osei"]


def test_nothing_of_one_patients_names_is_there_for_another(desk: Desk) -> None:
    held = Held(reply(200, GRAY))
    records = [pointing("1"), pointing("2", owner="pb")]
    with ScriptedServer(by_path(clinic(records, Practitioner_gray=held))) as server:
        open_chart(desk, server)
        desk.select("1")
        desk.wait(lambda: "/Practitioner/gray" in server.targets)
        open_chart(desk, server, 1)
        server.call(held.gate.set)
        desk.select("2")
        assert said(desk)["Performer"] == "Practitioner/gray"
        desk.wait(lambda: said(desk)["Performer"] == SAID)
        assert asked(server) == ["/Practitioner/gray"] * 2
        open_chart(desk, server)
        assert desk.naming._names == {}


@pytest.mark.parametrize("leave", [Session.forget, Session.lock_up, Session.close_chart, Session.reload_chart])
def test_names_are_forgotten_with_the_chart(desk: Desk, leave: object) -> None:
    with ScriptedServer(by_path(clinic([pointing("1")], Practitioner_gray=reply(200, GRAY)))) as server:
        open_chart(desk, server)
        desk.select("1")
        desk.wait(lambda: said(desk)["Performer"] == SAID)
        assert callable(leave)
        leave(desk.session)
        assert desk.naming._names == {}
        assert said(desk) == {}


def test_who_recorded_it_comes_from_provenance_once_a_patient(desk: Desk) -> None:
    def provenance(number: str, target: str, who: dict[str, object], **more: object) -> dict[str, object]:
        return {
            "resourceType": "Provenance",
            "id": number,
            "target": [{"reference": target}],
            "recorded": "2023-09-20T21:18:54.263690+00:00",
            "activity": {"coding": [{"code": "CREATE", "display": "create"}]},
            "agent": [
                {
                    "type": {"coding": [{"code": "author", "display": "Author"}]},
                    "who": who,
                    "onBehalfOf": {"reference": "Organization/mary", "display": "St Mary"},
                }
            ],
            **more,
        }

    found = [
        provenance("a", "Procedure/1/_history/2", {"reference": "Practitioner/gray"}),
        provenance("b", "Procedure/9", {"display": "Of another record"}),
        provenance("c", "Procedure/1", {"display": "Of another patient"}, patient={"reference": "Patient/pb"}),
        {"resourceType": "Provenance", "target": "Procedure/1", "agent": [7]},
    ]
    types = ("Patient", "Procedure", "Provenance", "Practitioner")
    answers = clinic(
        [procedure("1", "pa"), procedure("2", "pa")],
        metadata=statement(*types),
        Provenance=reply(200, bundle(found)),
        Practitioner_gray=reply(200, GRAY),
    )
    with ScriptedServer(by_path(answers), discoverable=True) as server:
        open_chart(desk, server)
        desk.select("1")
        desk.wait(
            lambda: said(desk).get("Record history", "").startswith(f"Author: {SAID}, on behalf of St Mary, 20 Sep")
        )
        assert said(desk)["Record history"].endswith("; create")
        desk.select("2")
        assert "Record history" not in said(desk)
        desk.wait(lambda: desk.naming.is_idle)
        lookups = [target for target in asked(server) if "well-known" not in target]
        assert lookups == ["/Provenance?patient=Patient%2Fpa&_count=100", "/Practitioner/gray"]


@pytest.mark.parametrize("offer", [statement("Patient", "Procedure", "Practitioner"), reply(404)])
def test_provenance_is_asked_for_only_where_it_is_offered(desk: Desk, offer: Script) -> None:
    answers = clinic([pointing("1")], metadata=offer, Practitioner_gray=reply(200, GRAY))
    with ScriptedServer(by_path(answers), discoverable=True) as server:
        open_chart(desk, server)
        desk.select("1")
        desk.wait(lambda: said(desk)["Performer"] == SAID)
        desk.wait(lambda: desk.naming.is_idle)
        assert not [target for target in server.targets if "Provenance" in target]


def test_the_readers_place_stays_when_names_come(desk: Desk) -> None:
    notes = [{"text": f"Line {number} 🦴\nand more"} for number in range(60)]
    held = Held(reply(200, GRAY))
    record = {**pointing("1"), "note": notes}
    with ScriptedServer(by_path(clinic([record], Practitioner_gray=held))) as server:
        open_chart(desk, server)
        desk.window.resize(1_024, 700)
        desk.select("1")
        summary = desk.window.detail.summary
        desk.wait(lambda: summary.verticalScrollBar().maximum() > 70)
        note = _label(desk, "Note")
        note.setFocus()
        note.setSelection(5, 10)
        chosen = note.selectedText()
        assert "🦴" in chosen
        summary.verticalScrollBar().setValue(60)
        place = summary.verticalScrollBar().value()
        server.call(held.gate.set)
        desk.wait(lambda: said(desk)["Performer"] == SAID)
        assert _label(desk, "Note") is not note
        assert _label(desk, "Note").selectedText() == chosen
        assert summary.verticalScrollBar().value() == place
        assert QApplication.focusWidget() is _label(desk, "Note")


def _label(desk: Desk, about: str) -> LineLabel:
    body = desk.window.detail.summary.widget()
    assert body is not None
    return next(label for label in body.findChildren(LineLabel) if label.accessibleDescription() == about)


def test_one_withheld_record_does_not_silence_the_others_of_its_type(desk: Desk) -> None:
    def condition(number: str) -> Script:
        own = {"reference": "Patient/pa"}
        return reply(
            200, {"resourceType": "Condition", "id": number, "subject": own, "code": {"text": f"Ill {number}"}}
        )

    withheld = reply(403, outcome("forbidden", "Authorization failed"))
    records = [
        {**procedure(str(number), "pa"), "reasonReference": [{"reference": f"Condition/{one}"} for one in reasons]}
        for number, reasons in enumerate(("ab", "c"))
    ]
    answers = clinic(records, Condition_a=condition("a"), Condition_b=withheld, Condition_c=condition("c"))
    with ScriptedServer(by_path(answers)) as server:
        open_chart(desk, server)
        desk.select("0")
        desk.wait(lambda: said(desk)["Reason"] == "Ill a\nCondition/b")
        desk.wait(lambda: desk.naming.is_idle)
        desk.select("1")
        desk.wait(lambda: said(desk)["Reason"] == "Ill c")


def test_a_procedure_of_the_same_chart_is_named_without_asking(desk: Desk) -> None:
    whole = {**procedure("1", "pa"), "code": {"text": "Knee replacement"}, "status": "entered-in-error"}
    records = [whole, {**procedure("2", "pa"), "partOf": [{"reference": "Procedure/1"}]}]
    with ScriptedServer(by_path(clinic(records))) as server:
        open_chart(desk, server)
        desk.select("2")
        assert said(desk)["Part of"] == "Knee replacement (entered in error)"
        desk.wait(lambda: desk.naming.is_idle)
        assert asked(server) == []


def test_the_demo_clinic_names_what_it_lets_be_seen(demo_desk: Desk) -> None:
    demo_desk.read_chart("demo-everything")
    chart = demo_desk.session.chart
    assert chart is not None
    demo_desk.select(next(one.id for one in chart.procedures if b"demo-knee-stay" in one.raw))
    demo_desk.wait(lambda: "Record history" in said(demo_desk) and demo_desk.naming.is_idle)
    facts = said(demo_desk)
    assert facts["Performer"].splitlines() == [
        "Dr. Amara Gray (Orthopaedic surgery), Demo clinic (Surgeon)",
        "Dr. Ravi Menon, on behalf of City Anaesthesia",
    ]
    assert facts["Location"] == "Operating theatre 4, Demo clinic"
    assert facts["Reason"].splitlines() == ["Osteoarthritis of the right knee", "Condition/demo-restricted"]
    assert facts["Stated by"] == "Dr. A. Gray (its record says: Dr. Amara Gray (Surgeon))"
    assert demo_desk.window.errors.current is None


def test_a_flood_of_provenances_is_not_all_made_into_notes(desk: Desk) -> None:
    found = [
        {
            "resourceType": "Provenance",
            "id": str(number),
            "target": [{"reference": f"Procedure/{target}"} for target in range(100)],
            "agent": [{"who": {"display": "Dr G"}}],
        }
        for number in range(MOST_ABOUT_ONE * 3)
    ]
    types = ("Patient", "Procedure", "Provenance")
    answers = clinic([procedure("1", "pa")], metadata=statement(*types), Provenance=reply(200, bundle(found)))
    with ScriptedServer(by_path(answers), discoverable=True) as server:
        open_chart(desk, server)
        desk.select("1")
        desk.wait(lambda: said(desk).get("Record history") == "Dr G")
        filed = [len(about_one) for about_one in desk.naming._provenances.values()]
        assert max(filed) == MOST_ABOUT_ONE
        assert sum(filed) <= MOST_PROVENANCES
