"""Each status of an answer, told as the kind of trouble that it is, in the server's own words."""

import asyncio
import json

import pytest

from procedure_viewer.fhir.outcome import Failure, Kind, Problem
from procedure_viewer.remote.client import FhirClient
from tests.remote.asking import PATIENT, TOKEN, asked, found, opened, problem, read
from tests.servers import ScriptedServer, bundle, by_path, outcome, procedure, reply


def test_a_read_gives_the_exact_bytes_and_asks_for_fhir_json_with_the_token() -> None:
    body = '{"resourceType": "Procedure",  "id": "1", "extension": [{"url": "x", "valueDecimal": 1.00}]}'
    with ScriptedServer(reply(200, body)) as server:
        assert asked(server.url, read) == body.encode()
    (request,) = server.requests
    assert (request.method, request.target) == ("GET", "/Procedure/1")
    assert request.headers["accept"] == "application/fhir+json, application/json"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["user-agent"].startswith("procedure-viewer/")


def test_without_a_token_no_authorization_is_sent() -> None:
    async def none() -> str | None:
        return None

    with ScriptedServer(reply(200, procedure("1"))) as server:
        asked(server.url, read, access_token=none)
    assert "authorization" not in server.requests[0].headers


@pytest.mark.parametrize("bad", ["two\r\nX-Evil: 1", "with space", "nul\0", "ünï", "", "surrogate\udc80"])
def test_a_token_that_no_header_can_carry_counts_as_signed_out_and_is_not_told(bad: str) -> None:
    async def unfit() -> str | None:
        return bad

    with ScriptedServer(reply(200, procedure("1"))) as server:
        trouble = problem(server.url, access_token=unfit)
    assert trouble.kind is Kind.SIGNED_OUT
    assert server.requests == ()
    assert not bad or bad not in trouble.technical


def test_a_failure_of_the_token_source_comes_out_as_it_is() -> None:
    async def expired() -> str | None:
        raise Failure(Problem(Kind.SIGNED_OUT, technical="refresh refused"))

    with ScriptedServer(reply()) as server:
        assert problem(server.url, access_token=expired).technical == "refresh refused"
    assert server.requests == ()


def test_parameters_are_encoded_and_a_hundred_are_asked_for() -> None:
    with ScriptedServer(reply(200, bundle())) as server:
        found(server.url, [*PATIENT, ("identifier", "http://canvasmedical.com|96 & 3"), ("name", "Zoë+#")])
    assert server.targets == [
        "/Procedure?patient=Patient%2Fb8dfa97bdcdf4754bcd8197ca78ef0f0"
        "&identifier=http%3A%2F%2Fcanvasmedical.com%7C96%20%26%203&name=Zo%C3%AB%2B%23&_count=100"
    ]


def test_a_lone_surrogate_in_a_parameter_is_sent_as_a_question_mark() -> None:
    with ScriptedServer(reply(200, bundle())) as server:
        assert found(server.url, [("name", "a\ud800b")]).problem is None
    assert server.targets == ["/Procedure?name=a%3Fb&_count=100"]


def test_parameters_that_no_address_can_hold_are_a_bad_request() -> None:
    with ScriptedServer(reply(200, bundle())) as server:
        trouble = found(server.url, [("name", "x" * 70_000)]).problem
    assert trouble is not None
    assert trouble.kind is Kind.BAD_REQUEST
    assert server.requests == ()


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "invalid", Kind.BAD_REQUEST),
        (401, "unknown", Kind.SIGNED_OUT),
        (403, "forbidden", Kind.FORBIDDEN),
        (404, "not-found", Kind.NOT_FOUND),
        (405, "not-supported", Kind.BAD_REQUEST),
        (410, "deleted", Kind.NOT_FOUND),
        (412, "conflict", Kind.BAD_REQUEST),
        (418, "unknown", Kind.BAD_REQUEST),
        (422, "business-rule", Kind.BAD_REQUEST),
        (429, "throttled", Kind.THROTTLED),
        (451, "forbidden", Kind.BAD_REQUEST),
        (500, "exception", Kind.SERVER),
        (501, "not-supported", Kind.SERVER),
        (502, "transient", Kind.SERVER),
        (503, "transient", Kind.SERVER),
        (504, "timeout", Kind.SERVER),
        (599, "exception", Kind.SERVER),
    ],
)
def test_a_status_has_its_kind_and_the_servers_words(status: int, code: str, kind: Kind) -> None:
    answer = reply(status, outcome(code, "Said by the server"), {"fumage-correlation-id": "c0ffee"})
    with ScriptedServer(answer) as server:
        trouble = problem(server.url)
    assert (trouble.kind, trouble.status, trouble.request_id) == (kind, status, "c0ffee")
    assert [(issue.severity, issue.code, issue.text) for issue in trouble.issues] == [
        ("error", code, "Said by the server")
    ]


def test_an_unknown_route_is_not_found() -> None:
    with ScriptedServer(by_path({})) as server:
        trouble = problem(server.url)
    assert (trouble.kind, trouble.status) == (Kind.NOT_FOUND, 404)
    assert trouble.issues[0].text == "Not Found"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("body", ["", "<html><h1>Bad Gateway</h1></html>", '{"issue": 7}', "\x00\xff"])
def test_a_refusal_may_have_any_body_or_none(status: int, body: str) -> None:
    with ScriptedServer(reply(status, body, content_type="text/html")) as server:
        trouble = problem(server.url)
    assert (trouble.status, trouble.issues) == (status, ())


@pytest.mark.parametrize("name", ["fumage-correlation-id", "X-Request-ID", "x-correlation-id"])
def test_the_request_id_is_found_in_any_of_the_usual_headers(name: str) -> None:
    with ScriptedServer(reply(404, b"", {name: "abc-123"})) as server:
        assert problem(server.url).request_id == "abc-123"


def test_a_request_id_of_any_length_is_cut_short() -> None:
    with ScriptedServer(reply(404, b"", {"x-request-id": "x" * 5000})) as server:
        assert problem(server.url).request_id == "x" * 200


@pytest.mark.parametrize("resource_id", ["", ".", "..", "a/b", "../Patient/1", "a?b", "a" * 65, "ä", "1\n", "%2e%2e"])
def test_an_id_that_fhir_does_not_know_never_reaches_a_path(resource_id: str) -> None:
    with ScriptedServer(reply(200, procedure("1"))) as server:
        trouble = problem(server.url, lambda client: client.read("Procedure", resource_id))
    assert trouble.kind is Kind.BAD_REQUEST
    assert server.requests == ()


def test_one_client_asks_many_times_over_one_connection() -> None:
    async def three(client: FhirClient) -> list[bytes]:
        return [await client.read("Procedure", "1") for _ in range(3)]

    with ScriptedServer(reply(200, procedure("1"))) as server:
        assert len(asked(server.url, three)) == 3
    assert server.connections == 1


def test_closing_an_unused_client_is_no_trouble() -> None:
    async def nothing() -> None:
        async with opened("https://example.org/fhir"):
            pass

    asyncio.run(nothing())


@pytest.mark.parametrize("status", [201, 202, 203, 204, 206])
def test_a_success_other_than_200_is_no_whole_answer(status: int) -> None:
    body = b"" if status == 204 else json.dumps(bundle([procedure("1")])).encode()
    with ScriptedServer(reply(status, body)) as server:
        result = found(server.url)
    assert result.problem is not None
    assert (result.problem.kind, result.problem.status, result.pages) == (Kind.NOT_FHIR, status, [])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_server_is_refused_and_nothing_is_sent_there(status: int) -> None:
    with (
        ScriptedServer(reply(200, procedure("1"))) as other,
        ScriptedServer(reply(status, b"", {"Location": f"{other.url}/Procedure/1"})) as server,
    ):
        trouble = problem(server.url)
    assert (trouble.kind, trouble.status) == (Kind.FOREIGN, status)
    assert other.connections == 0
    assert len(server.requests) == 1


@pytest.mark.parametrize("location", ["/login", "Procedure/2", "", None])
def test_a_redirect_within_the_server_is_not_followed_either(location: str | None) -> None:
    headers = {} if location is None else {"Location": location}
    with ScriptedServer(reply(302, b"", headers)) as server:
        trouble = problem(server.url)
    assert (trouble.kind, trouble.status) == (Kind.NOT_FHIR, 302)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "location", ["http://[broken", "http://h:port/", "http://h/\x7f", "http://user@127.0.0.1/", "//evil.invalid/"]
)
def test_a_redirect_to_a_strange_address_is_foreign(location: str) -> None:
    with ScriptedServer(reply(302, b"", {"Location": location})) as server:
        assert problem(server.url).kind is Kind.FOREIGN
    assert len(server.requests) == 1


def test_a_304_that_nobody_asked_for_is_not_fhir() -> None:
    with ScriptedServer(reply(304)) as server:
        assert problem(server.url).kind is Kind.NOT_FHIR
