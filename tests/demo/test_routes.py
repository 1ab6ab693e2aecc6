"""What is answered besides resources: capabilities, discovery, unknown routes and methods, forms of the answer."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from procedure_viewer import __version__
from procedure_viewer.demo.oauth.scopes import for_person, for_program
from procedure_viewer.demo.records.staff import STAFF
from tests.demo.asking import issue_of

PATIENT = "/Patient/b8dfa97bdcdf4754bcd8197ca78ef0f0"


def test_capabilities_need_no_token(stranger: httpx.Client) -> None:
    answer = stranger.get("/metadata")
    statement = answer.json()

    assert answer.headers["content-type"] == "application/fhir+json"
    assert (statement["resourceType"], statement["fhirVersion"]) == ("CapabilityStatement", "4.0.1")
    assert statement["software"]["version"] == __version__
    (rest,) = statement["rest"]
    searchable = [resource for resource in rest["resource"] if "searchParam" in resource]
    readable = [resource for resource in rest["resource"] if "searchParam" not in resource]
    searched = {resource["type"]: {found["name"] for found in resource["searchParam"]} for resource in searchable}
    assert searched["Procedure"] == {"_id", "patient"}
    assert {"name", "birthdate", "identifier", "phone"} < searched["Patient"]
    assert searched["Provenance"] == {"_id", "patient"}
    assert {"Practitioner", "PractitionerRole", "Organization", "Location", "Encounter", "Condition"} == {
        resource["type"] for resource in readable
    }
    for resource in readable:
        assert resource["interaction"] == [{"code": "read"}]
    for resource in searchable:
        assert {interaction["code"] for interaction in resource["interaction"]} == {"read", "search-type"}


def test_each_parameter_that_is_told_is_known(stranger: httpx.Client, client: httpx.Client) -> None:
    values = {"active": "true", "birthdate": "1980-11-13", "patient": "Patient/1"}
    for resource in stranger.get("/metadata").json()["rest"][0]["resource"][:2]:
        everything = client.get(f"/{resource['type']}").json()["total"]
        for parameter in resource["searchParam"]:
            value = values.get(parameter["name"], "no such value")
            assert client.get(f"/{resource['type']}", params={parameter["name"]: value}).json()["total"] < everything


def test_addresses_for_signing_in_are_the_same_everywhere(stranger: httpx.Client) -> None:
    (extension,) = stranger.get("/metadata").json()["rest"][0]["security"]["extension"]
    by_name = {part["url"]: part["valueUri"] for part in extension["extension"]}
    configuration = stranger.get("/.well-known/smart-configuration").raise_for_status().json()

    assert extension["url"] == "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
    assert by_name["authorize"] == configuration["authorization_endpoint"]
    assert by_name["token"] == configuration["token_endpoint"]
    assert by_name["revoke"] == configuration["revocation_endpoint"]
    assert by_name["token"] == f"{str(stranger.base_url).removesuffix('/')}/auth/token/"
    assert "S256" in configuration["code_challenge_methods_supported"]


def test_what_is_told_of_signing_in(stranger: httpx.Client) -> None:
    base_url = str(stranger.base_url).removesuffix("/")
    smart = stranger.get("/.well-known/smart-configuration").json()
    openid = stranger.get("/.well-known/openid-configuration").raise_for_status().json()

    assert {name: openid[name] for name in smart if name != "capabilities"} == {
        name: told for name, told in smart.items() if name != "capabilities"
    }
    assert smart["issuer"] == base_url
    assert smart["authorization_response_iss_parameter_supported"] is True
    assert set(smart["grant_types_supported"]) == {"authorization_code", "refresh_token", "client_credentials"}
    assert {"none", "client_secret_basic", "client_secret_post"} == set(smart["token_endpoint_auth_methods_supported"])
    assert "login" in smart["prompt_values_supported"]
    assert {
        "launch-standalone",
        "client-public",
        "client-confidential-symmetric",
        "sso-openid-connect",
        "permission-offline",
        "permission-v1",
        "permission-v2",
    } <= set(smart["capabilities"])
    (key,) = stranger.get(openid["jwks_uri"]).raise_for_status().json()["keys"]
    assert key["alg"] in openid["id_token_signing_alg_values_supported"]
    assert "d" not in key


@pytest.mark.parametrize("number", range(len(STAFF)))
def test_staff_can_be_read(client: httpx.Client, stranger: httpx.Client, number: int) -> None:
    member = STAFF[number]
    path = f"/{member.reference}"

    assert stranger.get(path).status_code == 401
    practitioner = client.get(path).raise_for_status().json()
    assert (practitioner["resourceType"], practitioner["id"]) == ("Practitioner", member.id)
    assert practitioner["name"][0]["text"] == member.full_name
    assert client.get("/Practitioner/nobody").status_code == 404


def test_each_scope_that_is_told_is_known(stranger: httpx.Client) -> None:
    offered = stranger.get("/.well-known/smart-configuration").json()["scopes_supported"]

    for scope in offered:
        (for_person if "system/" not in scope else for_program)(scope)


@pytest.mark.parametrize("path", ["/", "/x", "/Practitioner", "/Procedure/1/2", "/patient", "/metadata/x"])
def test_unknown_route(client: httpx.Client, path: str) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


@pytest.mark.parametrize("path", ["/Patient", PATIENT, "/Procedure", "/Procedure/1", "/metadata"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_written(client: httpx.Client, method: str, path: str) -> None:
    answer = client.request(method, path, json={})

    assert (answer.status_code, answer.json()) == (405, {"detail": "Method Not Allowed"})


@pytest.mark.parametrize(
    "path", ["/metadata", PATIENT, "/Patient?name=jones", "/nowhere", "/Patient/nobody", "/Patient/a_b"]
)
def test_each_answer_has_a_request_id_of_its_own(client: httpx.Client, path: str) -> None:
    first, second = (client.get(path).headers["fumage-correlation-id"] for _ in range(2))

    assert uuid.UUID(first) != uuid.UUID(second)


@pytest.mark.parametrize(
    ("resource_id", "reason"), [("a_b", "match pattern"), ("a" * 65, "at most 64 characters"), ("é", "match pattern")]
)
def test_ids_that_nothing_can_have(client: httpx.Client, resource_id: str, reason: str) -> None:
    answer = client.get(f"/Procedure/{resource_id}")
    severity, code, text = issue_of(answer)

    assert (answer.status_code, severity, code) == (400, "error", "value")
    assert reason in text


def test_formats(client: httpx.Client) -> None:
    plain = client.get(PATIENT)

    for name in ("json", "application/json", "application/fhir+json"):
        assert client.get(PATIENT, params={"_format": name}).content == plain.content
    for name in ("xml", "text/html", ""):
        answer = client.get(PATIENT, params={"_format": name})
        assert (answer.status_code, issue_of(answer)[1]) == (400, "structure")
    pretty = client.get(PATIENT, params={"_pretty": "true"})
    assert pretty.json() == plain.json()
    assert pretty.text.startswith('{\n  "resourceType": "Patient"')


def test_accept_is_ignored(client: httpx.Client) -> None:
    assert client.get(PATIENT, headers={"Accept": "text/html"}).headers["content-type"] == "application/fhir+json"


def test_many_at_once(client: httpx.Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(client.get, [PATIENT, "/Procedure?_count=100", "/Patient?name=o", "/nowhere"] * 10))

    assert [answer.status_code for answer in answers] == [200, 200, 200, 404] * 10


@pytest.mark.parametrize(
    "path", ["/Patient?name=%ff%fe", "/Patient?%", "/Patient?=&&=", "/Patient/%ff", "/Procedure?patient=%00"]
)
def test_odd_bytes_break_nothing(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code in (200, 400)
