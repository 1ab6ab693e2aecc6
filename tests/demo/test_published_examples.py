"""The bodies that the API's documentation prints, value for value and element for element."""

import json
import re

import httpx
import pytest

from tests.conftest import SHARED

KEY = "b8dfa97bdcdf4754bcd8197ca78ef0f0"
PROCEDURE_ID = "2dd9a3bc-a3bb-472b-aaef-c57be394de39"
PROCEDURE = {
    "resourceType": "Procedure",
    "id": PROCEDURE_ID,
    "status": "unknown",
    "code": {
        "coding": [
            {
                "system": "http://www.ama-assn.org/go/cpt",
                "code": "23066",
                "display": "Biopsy soft tissue shoulder deep",
            }
        ]
    },
    "subject": {"reference": f"Patient/{KEY}", "type": "Patient"},
    "performedDateTime": "2023-09-20T21:18:54.263690+00:00",
}
LINK = f"/Procedure?patient=Patient%2F{KEY}&_count=10&_offset=0"
SEARCHSET = {
    "resourceType": "Bundle",
    "type": "searchset",
    "total": 1,
    "link": [
        {"relation": "self", "url": LINK},
        {"relation": "first", "url": LINK},
        {"relation": "last", "url": LINK},
    ],
    "entry": [{"resource": PROCEDURE}],
}


def outcome(code: str, text: str) -> dict[str, object]:
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": code, "details": {"text": text}}],
    }


def assert_same(response: httpx.Response, status: int, expected: object) -> None:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/fhir+json"
    # As text: the order of the elements counts, too.
    assert response.text == json.dumps(expected, separators=(",", ":"))


def test_read_procedure(client: httpx.Client) -> None:
    assert_same(client.get(f"/Procedure/{PROCEDURE_ID}"), 200, PROCEDURE)


@pytest.mark.parametrize("reference", [f"Patient%2F{KEY}", f"Patient/{KEY}"])
def test_search_procedures_of_a_patient(client: httpx.Client, reference: str) -> None:
    assert_same(client.get(f"/Procedure?patient={reference}"), 200, SEARCHSET)


def test_unknown_procedure(client: httpx.Client) -> None:
    unknown = "a47c7b0e-bbb4-42cd-bc4a-df259d148ea1"
    expected = outcome("not-found", f"Unknown Procedure resource '{unknown}'")
    assert_same(client.get(f"/Procedure/{unknown}"), 404, expected)


@pytest.mark.parametrize("path", [f"/Procedure/{PROCEDURE_ID}", LINK, f"/Patient/{KEY}", "/Patient?name=jones"])
@pytest.mark.parametrize("header", [None, "Bearer", "Bearer other", "Basic demo", "demo", "Bearer demo2"])
def test_without_a_good_token(stranger: httpx.Client, path: str, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    assert_same(stranger.get(path, headers=headers), 401, outcome("unknown", "Authentication failed"))


@pytest.mark.parametrize("path", [f"/Procedure/{PROCEDURE_ID}", LINK, f"/Patient/{KEY}", "/Patient?name=jones"])
def test_with_a_token_that_may_see_nothing(stranger: httpx.Client, path: str) -> None:
    answer = stranger.get(path, headers={"Authorization": "Bearer demo-forbidden"})
    assert_same(answer, 403, outcome("forbidden", "Authorization failed"))


@pytest.mark.parametrize(
    "query", ["patient=Group%2F1", "patient=", "patient=Patient%2F", f"patient=Patient%2F{KEY}&_count=x"]
)
def test_bad_request(client: httpx.Client, query: str) -> None:
    assert_same(client.get(f"/Procedure?{query}"), 400, outcome("invalid", "Bad request"))


def test_the_page_itself_prints_these_bodies(client: httpx.Client, stranger: httpx.Client) -> None:
    page = SHARED / "seed" / "procedure-api.txt"
    if not page.is_file():
        pytest.skip("needs the page ../shared/seed/procedure-api.txt, which is not beside this clone")
    printed = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", page.read_text("utf-8"), re.DOTALL)]
    forbidden = {"Authorization": "Bearer demo-forbidden"}
    answers = [
        client.get(f"/Procedure/{PROCEDURE_ID}"),
        stranger.get(f"/Procedure/{PROCEDURE_ID}"),
        stranger.get(f"/Procedure/{PROCEDURE_ID}", headers=forbidden),
        client.get("/Procedure/a47c7b0e-bbb4-42cd-bc4a-df259d148ea1"),
        client.get(LINK),
        client.get("/Procedure?patient=Group/1"),
        stranger.get(LINK),
        stranger.get(LINK, headers=forbidden),
    ]

    assert [answer.json() for answer in answers] == printed


def test_the_patient_of_the_example(client: httpx.Client) -> None:
    patient = client.get(f"/Patient/{KEY}").json()

    assert (patient["name"][0]["family"], patient["name"][0]["given"]) == ("Jones", ["Samantha", "Ann"])
    assert (patient["birthDate"], patient["identifier"][0]["value"]) == ("1980-11-13", "963277285")
