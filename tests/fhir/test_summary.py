"""What a clinician reads first."""

import pytest

from procedure_viewer.fhir.procedure import read_procedure
from procedure_viewer.fhir.summary import summary
from tests.fhir.samples import WHOLE_PROCEDURE, encoded
from tests.seed import SEED_PROCEDURE_JSON


def facts(**elements: object) -> dict[str, str]:
    found = summary(read_procedure(encoded({"resourceType": "Procedure", **elements})))
    return {fact.label: fact.value for fact in found}


def test_the_contracts_own_procedure() -> None:
    found = [(fact.label, fact.value) for fact in summary(read_procedure(encoded(SEED_PROCEDURE_JSON)))]
    labels = [label for label, _ in found]
    assert labels == ["Procedure", "Status", "When", "Code"]
    assert dict(found)["Procedure"] == "Biopsy soft tissue shoulder deep"
    assert dict(found)["When"].startswith("20 Sep 2023, 21:18 UTC")
    assert dict(found)["Code"] == "CPT 23066"


def test_a_whole_procedure_in_a_steady_order() -> None:
    found = summary(read_procedure(encoded(WHOLE_PROCEDURE)))
    values = [(fact.label, fact.value) for fact in found if fact.label != "When"]
    assert values == [
        ("Warning", "Not done: Patient refused"),
        ("Procedure", "Chest X-ray"),
        ("Status", "Not done"),
        ("Reason not done", "Patient refused"),
        ("Code", "ICD-10-PCS BW03ZZZ: Plain chest"),
        ("Category", "Diagnostic"),
        ("Performer", "Dr Cecil (Surgeon), on behalf of University Hospital\nGRAY, Ann"),
        ("Location", "Theatre 2"),
        ("Encounter", "Office visit"),
        ("Reason", "Cough (ICD-10-CM R05)\nBlood pressure"),
        ("Body site", "Left lung"),
        ("Outcome", "Successful"),
        ("Complication", "Bleeding\nPerforation"),
        ("Follow-up", "Review in clinic"),
        ("Note", "First line\nsecond line (Dr Cecil, 25 Mar 2013)"),
        ("Report", "Imaging report"),
        ("Device", "Pacemaker (Implanted)"),
        ("Used", "Endoscope\nNeedle"),
        ("Based on", "Order 7"),
        ("Part of", "Colonoscopy"),
        ("Recorded by", "R. Corder"),
        ("Stated by", "A. Serter"),
        ("Patient, as recorded", "Alice Alder"),
        ("Protocol", "https://example.org/protocol"),
        ("Identifier", "P-1 (urn:example)"),
        ("Contained", "Practitioner: GRAY, Ann"),
    ]


def test_the_names_of_r5() -> None:
    found = facts(
        status="completed",
        occurrenceDateTime="2023-09",
        category=[{"text": "Surgery"}],
        reason=[{"concept": {"text": "Cough"}}, {"reference": {"display": "Finding 5"}}],
        complication=[{"concept": {"text": "Bleeding"}, "reference": {"display": "Condition 6"}}],
        used=[{"concept": {"text": "Scope"}}],
        recorded="2023-10-01",
        reportedReference={"display": "The mother"},
        focus={"display": "Unborn child"},
        supportingInfo=[{"display": "Scan"}],
        note=[{"text": "x", "authorReference": {"display": "Dr Y"}}],
    )
    assert found["When"] == "Sep 2023"
    assert found["Category"] == "Surgery"
    assert found["Reason"] == "Cough\nFinding 5"
    assert found["Complication"] == "Bleeding\nCondition 6"
    assert found["Used"] == "Scope"
    assert found["Recorded"] == "01 Oct 2023"
    assert found["Stated by"] == "The mother"
    assert found["Focus"] == "Unborn child"
    assert found["Supporting information"] == "Scan"
    assert found["Note"] == "x (Dr Y)"
    assert facts(reportedBoolean=True)["Reported"] == "By report, not first-hand"


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ({"display": "Dr A", "reference": "Practitioner/1"}, "Dr A"),
        ({"reference": "Practitioner/1"}, "Practitioner/1"),
        ({"identifier": {"value": "NPI 7"}}, "NPI 7"),
        ({"type": "Practitioner"}, "Practitioner"),
        ({"reference": "#doc"}, "GRAY, Ann"),
        ({"reference": "#place"}, "Theatre 2"),
        ({"reference": "#pump"}, "Pump"),
        ({"reference": "#role"}, "Dr R"),
        ({"reference": "#coded"}, "Finding"),
        ({"reference": "#bare"}, "Condition"),
        ({"reference": "#missing"}, "#missing"),
    ],
)
def test_references_in_words(reference: object, words: str) -> None:
    contained = [
        {"resourceType": "Practitioner", "id": "doc", "name": [{"family": "Gray", "given": ["Ann"]}]},
        {"resourceType": "Location", "id": "place", "name": "Theatre 2"},
        {"resourceType": "Device", "id": "pump", "deviceName": [{"name": "Pump"}]},
        {"resourceType": "PractitionerRole", "id": "role", "practitioner": {"display": "Dr R", "reference": "#role"}},
        {"resourceType": "Condition", "id": "coded", "code": {"text": "Finding"}},
        {"resourceType": "Condition", "id": "bare"},
    ]
    assert facts(contained=contained, performer=[{"actor": reference}])["Performer"] == words


def test_a_missing_date_is_said() -> None:
    assert facts(status="completed")["When"] == "Not stated"


def test_reasons_are_named_for_what_they_explain() -> None:
    assert "Reason stopped" in facts(status="stopped", statusReason={"text": "x"})
    assert "Reason for status" in facts(status="on-hold", statusReason={"text": "x"})


@pytest.mark.parametrize(
    ("elements", "words"),
    [
        ({"modifierExtension": [{"url": "urn:negates", "valueBoolean": True}]}, "urn:negates"),
        ({"modifierExtension": [{}]}, "without an address"),
        ({"implicitRules": "urn:rules"}, "urn:rules"),
        ({"status": "entered-in-error"}, "entered in error"),
    ],
)
def test_what_may_change_the_meaning_comes_first(elements: dict[str, object], words: str) -> None:
    resource = {"resourceType": "Procedure", "status": "completed", **elements}
    first, *others = summary(read_procedure(encoded(resource)))
    assert first.warning
    assert words in first.value
    assert not any(fact.warning for fact in others)


def test_a_key_that_comes_twice_is_a_warning() -> None:
    raw = b'{"resourceType": "Procedure", "status": "unknown", "code": {"text": "x"}, "status": "completed"}'
    first = summary(read_procedure(raw))[0]
    assert first.warning
    assert first.value.endswith(": status")
    raw = b'{"resourceType": "Procedure", "status": "completed", "code": {"coding": [{"code": "1", "code": "2"}]}}'
    assert summary(read_procedure(raw))[0].value.endswith(": code.coding[0].code")


def test_an_unreadable_record_has_only_its_warning() -> None:
    (fact,) = summary(read_procedure(b"{"))
    assert fact.warning


@pytest.mark.parametrize(
    ("text", "code", "shown"),
    [
        ({"status": "additional", "div": "<div>More</div>"}, {"text": "x"}, "More"),
        ({"status": "generated", "div": "<div>Same</div>"}, {"text": "x"}, None),
        ({"status": "generated", "div": "<div>Only this</div>"}, None, "Only this"),
        ({"div": "<div><p>One &amp; <b>two</b></p><ul><li>three</li></ul></div>"}, None, "One & two\n• three"),
        ({"div": "<div>a<script>alert(1)</script><style>b{}</style>c</div>"}, None, "ac"),
        (
            {"div": "a <img src='file:///x' alt='of &lt;it'/><img/>"},
            None,
            "a [picture not shown: of <it][picture not shown]",
        ),
        ({"div": "<table><tr><td>1</td><td>2</td></tr></table>"}, None, "1 | 2"),
        ({"div": "<div>bi<b>op</b>sy\n of <b"}, None, "biopsy of <b"),
        ({"div": "word\u202e"}, None, "word\ufffd"),
        ({"div": 5}, None, None),
        ("x", None, None),
    ],
)
def test_the_narrative_as_plain_text_where_it_may_say_more(text: object, code: object, shown: str | None) -> None:
    assert facts(text=text, code=code).get("Narrative") == shown
