"""Rule 3: a record whose subject isn't the open patient is kept out and reported."""

import pytest

from procedure_viewer.chart.belonging import Belonging, belonging
from procedure_viewer.fhir.datatypes import ResourceKey, read_reference
from tests.desk import Desk
from tests.servers import ScriptedServer, bundle, by_path, procedure, reply

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
