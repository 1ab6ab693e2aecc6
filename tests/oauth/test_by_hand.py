"""Signing in request for request, the same at the demo server and at django-oauth-toolkit."""

from collections.abc import Iterator

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.oauth.browser import NoWayOn, StandInBrowser, answer_in
from tests.oauth.demo_server import RunningDemo
from tests.oauth.django_server import DjangoOAuth
from tests.oauth.program import SCOPES, Program, challenge_of
from tests.servers import ScriptedServer, by_path, reply

Server = RunningDemo | DjangoOAuth


@pytest.fixture(params=["demo_oauth", "django_oauth"])
def server(request: pytest.FixtureRequest) -> Server:
    """Each of the two."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, RunningDemo | DjangoOAuth)
    return found


@pytest.fixture(params=["public", "confidential"])
def program(server: Server, request: pytest.FixtureRequest) -> Iterator[Program]:
    """A client of each kind."""
    prefix = "demo" if isinstance(server, RunningDemo) else "django"
    secret = f"{prefix}-secret" if request.param == "confidential" else ""
    with Program(server.url, f"{prefix}-{request.param}", secret) as program:
        yield program


def code_from(browser: StandInBrowser, program: Program) -> str:
    """The code of somebody who allows what is asked."""
    return answer_in(browser.redirect_of(program.address()))["code"]


def refreshes(server: Server) -> int:
    return server.switches.refreshes if isinstance(server, RunningDemo) else server.refreshes


def test_the_whole_way(server: Server, program: Program, stand_in_browser: StandInBrowser) -> None:
    with ScriptedServer(by_path({"/callback": reply(200, b"You can close this tab")})) as listener:
        program.redirect_uri = f"{listener.url}/callback"
        visit = stand_in_browser.visit(program.address())
        (target,) = listener.targets
    assert visit.page == "You can close this tab"
    assert visit.redirect == listener.url + target
    assert visit.answer.keys() == {"code", "state", "iss"}
    assert (visit.answer["state"], visit.answer["iss"]) == (program.state, program.offer["issuer"])

    tokens = program.redeem(visit.answer["code"]).raise_for_status()
    first = tokens.json()
    assert tokens.headers["cache-control"] == "no-store"
    assert (first["token_type"], first["expires_in"], first["scope"].split()) == ("Bearer", 36000, SCOPES.split())
    assert program.get("/Patient?name=okafor", first["access_token"]).json()["total"] > 0

    answer = program.refresh(first["refresh_token"]).raise_for_status()
    second = answer.json()
    assert second["refresh_token"] != first["refresh_token"]
    # As Canvas's own server does it, refreshing ends the access token before.
    assert program.get("/Patient", first["access_token"]).status_code == 401
    assert program.get("/Patient", second["access_token"]).status_code == 200

    again = program.refresh(first["refresh_token"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert refreshes(server) == 1


def test_who_signed_in(server: Server, program: Program, stand_in_browser: StandInBrowser) -> None:
    code = code_from(stand_in_browser, program)
    tokens = program.redeem(code).json()
    keys = KeySet.import_key_set(program.http.get(program.offer["jwks_uri"]).json())
    claims = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"]).claims

    assert (claims["iss"], claims["aud"], claims["nonce"]) == (
        program.offer["issuer"],
        program.client_id,
        program.nonce,
    )
    assert claims["exp"] > claims["iat"] >= claims["auth_time"]
    practitioner = program.get(f"/{claims['fhirUser']}", tokens["access_token"]).raise_for_status().json()
    assert practitioner["name"][0]["text"] == claims["name"]
    found = program.http.get(f"{program.offer['issuer']}/.well-known/openid-configuration").raise_for_status().json()
    told = program.get(found["userinfo_endpoint"], tokens["access_token"]).raise_for_status().json()
    assert (told["sub"], told["fhirUser"]) == (claims["sub"], claims["fhirUser"])


def test_no_is_an_answer(server: Server, program: Program, stand_in_browser: StandInBrowser) -> None:
    stand_in_browser.allows = False
    redirect = httpx.URL(stand_in_browser.redirect_of(program.address()))

    assert (redirect.params["error"], redirect.params["state"]) == ("access_denied", program.state)
    # django-oauth-toolkit says that it names itself in each answer, and leaves it out of this one.
    assert redirect.params.get("iss") == (program.offer["issuer"] if isinstance(server, RunningDemo) else None)


@pytest.mark.parametrize("redirect_uri", ["http://127.0.0.1:1/elsewhere", "https://evil.example/callback"])
def test_nothing_is_sent_to_an_address_that_is_not_the_programs(
    program: Program, stand_in_browser: StandInBrowser, redirect_uri: str
) -> None:
    with pytest.raises(NoWayOn):
        stand_in_browser.redirect_of(program.address(redirect_uri=redirect_uri))


def test_a_code_works_once_and_for_who_asked(
    server: Server, program: Program, stand_in_browser: StandInBrowser
) -> None:
    code = code_from(stand_in_browser, program)
    thief = program.redeem(code, code_verifier="0" * 43)
    assert (thief.status_code, thief.json()["error"]) == (400, "invalid_grant")

    assert program.redeem(code).status_code == 200
    again = program.redeem(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_without_pkce_nobody_gets_in(server: Server, stand_in_browser: StandInBrowser) -> None:
    client = "demo-public" if isinstance(server, RunningDemo) else server.public_client
    with Program(server.url, client) as program:
        for method in (None, "plain"):
            address = program.address(code_challenge_method=method, code_challenge=method and challenge_of("x"))
            redirect = httpx.URL(stand_in_browser.redirect_of(address))
            assert redirect.params["error"] == "invalid_request"


def test_a_remembered_browser_asks_again_where_it_must(
    server: Server, program: Program, stand_in_browser: StandInBrowser
) -> None:
    stand_in_browser.redirect_of(program.address())
    first = len(stand_in_browser.pages)
    stand_in_browser.redirect_of(program.address())
    remembered = len(stand_in_browser.pages) - first
    stand_in_browser.redirect_of(program.address(prompt="login"))
    asked = len(stand_in_browser.pages) - first - remembered

    assert remembered < asked


def test_client_credentials(server: Server) -> None:
    client, secret = (
        ("demo-confidential", "demo-secret")
        if isinstance(server, RunningDemo)
        else (server.backend_client, server.client_secret)
    )
    with Program(server.url, client, secret) as program:
        scope = "system/Patient.read system/Procedure.read"
        tokens = program.ask_for_tokens(grant_type="client_credentials", scope=scope).raise_for_status().json()
        assert "refresh_token" not in tokens
        assert program.get("/Procedure", tokens["access_token"]).status_code == 200
        program.client_secret = "guessed"
        refused = program.ask_for_tokens(grant_type="client_credentials", scope=scope)
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


def test_revoked_by_the_program(program: Program, stand_in_browser: StandInBrowser) -> None:
    code = code_from(stand_in_browser, program)
    tokens = program.redeem(code).json()

    assert program.revoke(tokens["refresh_token"]).status_code == 200
    assert program.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert program.get("/Patient", tokens["access_token"]).status_code == 401
    assert program.revoke("nothing of the kind").status_code == 200


def test_a_short_life(server: Server, program: Program, stand_in_browser: StandInBrowser) -> None:
    if isinstance(server, RunningDemo):
        server.switches.access_token_seconds = 7
    else:
        server.set_access_token_seconds(7)
    code = code_from(stand_in_browser, program)
    tokens = program.redeem(code).json()

    assert tokens["expires_in"] == 7
    assert program.refresh(tokens["refresh_token"]).json()["expires_in"] == 7


def test_access_tokens_are_revoked_by_the_test(
    server: Server, program: Program, stand_in_browser: StandInBrowser
) -> None:
    code = code_from(stand_in_browser, program)
    tokens = program.redeem(code).json()
    (server.switches if isinstance(server, RunningDemo) else server).revoke_access_tokens()

    assert program.get("/Patient", tokens["access_token"]).status_code == 401
    renewed = program.refresh(tokens["refresh_token"]).raise_for_status().json()
    assert program.get("/Patient", renewed["access_token"]).status_code == 200


def test_refresh_tokens_are_refused_by_the_test(
    server: Server, program: Program, stand_in_browser: StandInBrowser
) -> None:
    code = code_from(stand_in_browser, program)
    tokens = program.redeem(code).json()
    if isinstance(server, RunningDemo):
        server.switches.refuse_refreshes = True
    else:
        server.revoke_refresh_tokens()

    assert program.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert refreshes(server) == 0
