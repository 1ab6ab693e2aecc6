"""Rule 10: what may change or negate a record is said at the top of the detail, wherever in the record it stands."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.fhir import cautions
from procedure_viewer.fhir.elements import Element, read_elements
from procedure_viewer.fhir.fact import Fact
from procedure_viewer.fhir.procedure import read_procedure
from procedure_viewer.fhir.summary import summary
from procedure_viewer.ui.labels import PlainLabel
from tests.desk import Desk
from tests.fhir.samples import WHOLE_PROCEDURE
from tests.servers import ScriptedServer, bundle, by_path, reply

PATIENT = {"resourceType": "Patient", "id": "alice", "name": [{"family": "Alder"}]}
MODIFIER = {"url": "urn:refused", "valueBoolean": True}


def facts_of(raw: bytes) -> tuple[Fact, ...]:
    return summary(read_procedure(raw))


def facts(elements: Mapping[str, object]) -> tuple[Fact, ...]:
    resource = {"resourceType": "Procedure", "id": "1", "status": "completed", **elements}
    resource = {name: value for name, value in resource.items() if value is not ...}
    return facts_of(json.dumps(resource).encode())


def warnings(elements: Mapping[str, object]) -> list[str]:
    found = facts(elements)
    warned = [fact.value for fact in found if fact.warning]
    assert [fact.warning for fact in found] == [True] * len(warned) + [False] * (len(found) - len(warned))
    return warned


@pytest.mark.parametrize(
    ("elements", "path", "words"),
    [
        ({"modifierExtension": [MODIFIER]}, "Procedure.modifierExtension[0]", "urn:refused"),
        ({"modifierExtension": MODIFIER}, "Procedure.modifierExtension", "urn:refused"),
        ({"modifierExtension": [{}]}, "Procedure.modifierExtension[0]", "without an address"),
        ({"modifierExtension": ["urn:odd"]}, "Procedure.modifierExtension[0]", "without an address"),
        (
            {"performer": [{"actor": {"display": "x"}}, {"modifierExtension": [MODIFIER]}]},
            "Procedure.performer[1].modifierExtension[0]",
            "In performer[1]: ",
        ),
        (
            {"focalDevice": [{"modifierExtension": [MODIFIER], "manipulated": {"display": "x"}}]},
            "Procedure.focalDevice[0].modifierExtension[0]",
            "In focalDevice[0]: ",
        ),
        (
            {"contained": [{"resourceType": "Condition", "stage": [{"modifierExtension": [MODIFIER]}]}]},
            "Procedure.contained[0].stage[0].modifierExtension[0]",
            "In contained[0].stage[0]: ",
        ),
        ({"implicitRules": "urn:rules"}, "Procedure.implicitRules", "urn:rules"),
        (
            {"contained": [{"resourceType": "Condition", "implicitRules": "urn:rules"}]},
            "Procedure.contained[0].implicitRules",
            "urn:rules",
        ),
        ({"status": "entered-in-error"}, "Procedure.status", "entered in error"),
        ({"status": "not-done"}, "Procedure.status", "Not done. The record gives no reason."),
        ({"status": "not-done", "statusReason": {"text": "Patient refused"}}, "Procedure.status", "Patient refused"),
        ({"status": None}, "Procedure.status", "no status"),
        ({"status": ...}, "", "no status"),
        ({"status": "Completed"}, "Procedure.status", "“Completed”"),
        ({"meta": {"tag": [{"code": "SUBSETTED"}]}}, "Procedure.meta", "only a part"),
    ],
)
def test_it_is_said_first_and_names_its_element(elements: dict[str, object], path: str, words: str) -> None:
    first, *others = facts(elements)
    assert first.warning
    assert words in first.value
    assert first.lines[0].path == path
    assert not any(fact.warning for fact in others)


def test_a_name_that_is_written_with_escapes_is_found() -> None:
    raw = b'{"resourceType": "Procedure", "status": "completed", "performer": [{"m\\u006fdifierExtension": [{}]}]}'
    assert facts_of(raw)[0].warning


@pytest.mark.parametrize("nothing", [[], {}, None, "", [None]])
def test_what_says_nothing_is_not_warned_of(nothing: object) -> None:
    assert warnings({"modifierExtension": nothing, "implicitRules": nothing}) == []


def test_of_very_many_the_number_is_said() -> None:
    found = warnings({"performer": [{"modifierExtension": [{"url": f"urn:{number}"}]} for number in range(5_000)]})
    assert len(found) == 6
    assert found[-1] == "and 4995 more: see Everything"


def test_one_behind_what_a_summary_leaves_out_is_found() -> None:
    performers: list[object] = [{"actor": {"display": "x"}}] * 60 + [{"modifierExtension": [MODIFIER]}]
    (found,) = warnings({"performer": performers})
    assert found.startswith("In performer[60]: ")


def places(value: object) -> list[dict[str, object]]:
    """Every object in a resource, itself too."""
    if isinstance(value, dict):
        return [value, *(place for member in value.values() for place in places(member))]
    return [place for item in value for place in places(item)] if isinstance(value, list) else []


@given(st.data())
def test_wherever_it_stands_it_is_warned_of_by_its_path(data: st.DataObject) -> None:
    resource = json.loads(json.dumps({**WHOLE_PROCEDURE, "status": "completed"}))
    data.draw(st.sampled_from(places(resource)))["modifierExtension"] = [MODIFIER]
    raw = json.dumps(resource).encode()
    first, *others = facts_of(raw)
    assert first.warning
    assert not any(fact.warning for fact in others)
    assert first.lines[0].path in {element.path for element in every_element(read_elements(raw))}


def every_element(element: Element) -> list[Element]:
    return [element, *(each for child in element.children for each in every_element(child))]


def test_unknown_never_looks_like_done() -> None:
    (status,) = (fact.value for fact in facts({"status": "unknown"}) if fact.label == "Status")
    assert status == "Unknown (the record does not say whether it was done)"
    assert warnings({"status": "unknown"}) == []


def test_the_window_says_it_above_everything_else(desk: Desk) -> None:
    records = [
        {
            "resourceType": "Procedure",
            "id": "refused",
            "status": "not-done",
            "statusReason": {"text": "Patient refused"},
            "subject": {"reference": "Patient/alice"},
            "performer": [{"actor": {"display": "Dr A"}, "modifierExtension": [MODIFIER]}],
        }
    ]
    answers = by_path(
        {"/Patient": reply(200, bundle([PATIENT], total=1)), "/Procedure": reply(200, bundle(records, total=1))}
    )
    with ScriptedServer(answers) as server:
        desk.connect(server.url)
        desk.read_chart("alder")
        desk.select("refused")
        view = desk.window.detail.summary
        labels = sorted(view.findChildren(PlainLabel), key=lambda label: label.geometry().top())
        assert [label.warns for label in labels[:3]] == [True, True, False]
        assert labels[0].text() == "Not done: Patient refused"
        assert labels[1].text().startswith("In performer[0]: ")
        assert labels[0].visibleRegion().boundingRect().contains(labels[0].rect())


def test_a_record_too_large_to_be_looked_through_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cautions, "_MOST_LOOKED_AT", 100)
    deep = {"extension": [{"modifierExtension": [MODIFIER]}]}
    assert warnings({"note": [deep] * 200})[-1].startswith("This record is too large")
    (found,) = warnings({"note": [deep]})
    assert found.startswith("In note[0].extension[0]: ")
    assert warnings({"note": [{"text": "x"}] * 200}) == []
