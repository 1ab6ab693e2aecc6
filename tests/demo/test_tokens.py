"""The demo server's token endpoint: what tokens are good for, for how long, and each way in which they are refused."""

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from procedure_viewer.demo.records.staff import STAFF
from tests.demo.asking import issue_of
from tests.oauth.browser import StandInBrowser, answer_in
from tests.oauth.demo_server import Gate, RunningDemo
from tests.oauth.program import Program

PATIENT = "/Patient/b8dfa97bdcdf4754bcd8197ca78ef0f0"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def program(demo_oauth: RunningDemo) -> Iterator[Program]:
    """The public client."""
    with Program(demo_oauth.url, "demo-public") as program:
        yield program


@pytest.fixture
def confidential(demo_oauth: RunningDemo) -> Iterator[Program]:
    """The confidential client."""
    with Program(demo_oauth.url, "demo-confidential", "demo-secret") as program:
        yield program


@pytest.fixture
def code(program: Program, stand_in_browser: StandInBrowser) -> str:
    """A code of the public client's."""
    return answer_in(stand_in_browser.redirect_of(program.address()))["code"]


@pytest.fixture
def refresh_token(program: Program, code: str) -> str:
    """A refresh token of the public client's."""
    return str(program.redeem(code).json()["refresh_token"])


def token_for(program: Program, browser: StandInBrowser, scope: str) -> str:
    code = answer_in(browser.redirect_of(program.address(scope=scope)))["code"]
    return str(program.redeem(code).raise_for_status().json()["access_token"])


def refusal(response: httpx.Response) -> tuple[int, str]:
    """Status and error; the rest of a refusal is the same everywhere."""
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    told = response.json()
    assert told.keys() == {"error", "error_description"}
    assert told["error_description"].isascii()
    return response.status_code, told["error"]


class TestCodes:
    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"code": None}, "invalid_request"),
            ({"code": "guessed"}, "invalid_grant"),
            ({"code": "é"}, "invalid_grant"),
            ({"redirect_uri": None}, "invalid_grant"),
            ({"redirect_uri": "http://127.0.0.1:49153/callback"}, "invalid_grant"),
            ({"code_verifier": None}, "invalid_request"),
            ({"code_verifier": "short"}, "invalid_request"),
            ({"code_verifier": "x" * 129}, "invalid_request"),
            ({"code_verifier": "x" * 64}, "invalid_grant"),
            ({"client_id": "demo-confidential", "client_secret": "demo-secret"}, "invalid_grant"),
            ({"grant_type": None}, "invalid_request"),
            ({"grant_type": "password"}, "unsupported_grant_type"),
        ],
    )
    def test_refused_and_still_good(
        self, program: Program, code: str, changes: dict[str, str | None], error: str
    ) -> None:
        assert refusal(program.redeem(code, **changes)) == (400, error)
        assert program.redeem(code).status_code == 200

    def test_an_old_one_is_refused(
        self, demo_oauth: RunningDemo, program: Program, stand_in_browser: StandInBrowser
    ) -> None:
        assert demo_oauth.switches.code_seconds == 60
        demo_oauth.switches.code_seconds = 0
        code = answer_in(stand_in_browser.redirect_of(program.address()))["code"]

        assert refusal(program.redeem(code)) == (400, "invalid_grant")

    def test_the_second_use_ends_all_that_the_first_gave(self, program: Program, code: str) -> None:
        first = program.redeem(code).json()
        renewed = program.refresh(first["refresh_token"]).json()
        assert program.get(PATIENT, renewed["access_token"]).status_code == 200

        assert refusal(program.redeem(code)) == (400, "invalid_grant")
        assert program.get(PATIENT, renewed["access_token"]).status_code == 401
        assert refusal(program.refresh(renewed["refresh_token"])) == (400, "invalid_grant")

    def test_of_two_at_once_neither_keeps_anything(self, demo_oauth: RunningDemo, program: Program, code: str) -> None:
        demo_oauth.switches.before_granting = gate = Gate("authorization_code")
        with ThreadPoolExecutor(2) as pool:
            asked = [pool.submit(program.redeem, code) for _ in range(2)]
            gate.wait_for_arrival(2)
            gate.open()
            answers = sorted((each.result() for each in asked), key=lambda answer: answer.status_code)

        assert [answer.status_code for answer in answers] == [200, 400]
        assert program.get(PATIENT, answers[0].json()["access_token"]).status_code == 401


class TestRefreshing:
    @pytest.mark.parametrize(
        ("changes", "status", "error"),
        [
            ({"refresh_token": None}, 400, "invalid_request"),
            ({"refresh_token": "guessed"}, 400, "invalid_grant"),
            ({"client_id": None}, 401, "invalid_client"),
            ({"client_id": "stranger"}, 401, "invalid_client"),
            ({"client_id": "demo-confidential", "client_secret": "demo-secret"}, 400, "invalid_grant"),
            ({"client_secret": "demo-secret"}, 401, "invalid_client"),
            ({"scope": "openid user/*.read"}, 400, "invalid_scope"),
        ],
    )
    def test_refused_and_still_good(
        self,
        demo_oauth: RunningDemo,
        program: Program,
        refresh_token: str,
        changes: dict[str, str | None],
        status: int,
        error: str,
    ) -> None:
        assert refusal(program.refresh(refresh_token, **changes)) == (status, error)
        assert demo_oauth.switches.refreshes == 0
        assert program.refresh(refresh_token).status_code == 200

    def test_a_used_one_is_refused_and_its_successor_stays_good(
        self, demo_oauth: RunningDemo, program: Program, refresh_token: str
    ) -> None:
        successor = program.refresh(refresh_token).json()

        assert refusal(program.refresh(refresh_token)) == (400, "invalid_grant")
        assert program.get(PATIENT, successor["access_token"]).status_code == 200
        assert program.refresh(successor["refresh_token"]).status_code == 200
        assert (demo_oauth.switches.refreshes, demo_oauth.switches.refused_refreshes) == (2, 1)

    def test_fewer_scopes_for_once(self, program: Program, refresh_token: str) -> None:
        fewer = program.refresh(refresh_token, scope="user/Procedure.read").json()
        assert fewer["scope"] == "user/Procedure.read"
        assert program.get(PATIENT, fewer["access_token"]).status_code == 403

        whole = program.refresh(fewer["refresh_token"]).json()
        assert program.get(PATIENT, whole["access_token"]).status_code == 200

    def test_of_two_at_once_one_gets_through(
        self, demo_oauth: RunningDemo, program: Program, refresh_token: str
    ) -> None:
        demo_oauth.switches.before_granting = gate = Gate()
        with ThreadPoolExecutor(2) as pool:
            asked = [pool.submit(program.refresh, refresh_token) for _ in range(2)]
            gate.wait_for_arrival(2)
            gate.open()
            statuses = sorted(each.result().status_code for each in asked)

        assert statuses == [200, 400]
        assert demo_oauth.switches.refreshes == 1

    def test_without_offline_access_there_is_none(self, program: Program, stand_in_browser: StandInBrowser) -> None:
        code = answer_in(stand_in_browser.redirect_of(program.address(scope="user/Patient.read")))["code"]

        assert "refresh_token" not in program.redeem(code).json()


class TestSwitches:
    def test_held_before_it_is_rotated(self, demo_oauth: RunningDemo, program: Program, refresh_token: str) -> None:
        demo_oauth.switches.before_granting = gate = Gate()
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(program.refresh, refresh_token)
            gate.wait_for_arrival()
            assert (demo_oauth.switches.refreshes, asked.done()) == (0, False)
            gate.abandon()
            assert (asked.result().status_code, asked.result().headers["Connection"]) == (500, "close")
        demo_oauth.switches.before_granting = Gate("none of these")

        assert program.refresh(refresh_token).status_code == 200

    def test_held_after_it_was_rotated(self, demo_oauth: RunningDemo, program: Program, refresh_token: str) -> None:
        demo_oauth.switches.after_granting = gate = Gate()
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(program.refresh, refresh_token)
            gate.wait_for_arrival()
            assert (demo_oauth.switches.refreshes, asked.done()) == (1, False)
            assert refusal(program.refresh(refresh_token)) == (400, "invalid_grant")
            gate.open()
            assert asked.result().status_code == 200

    def test_refreshes_are_refused(self, demo_oauth: RunningDemo, program: Program, refresh_token: str) -> None:
        demo_oauth.switches.refuse_refreshes = True
        assert refusal(program.refresh(refresh_token)) == (400, "invalid_grant")

        demo_oauth.switches.refuse_refreshes = False
        assert program.refresh(refresh_token).status_code == 200
        assert (demo_oauth.switches.refreshes, demo_oauth.switches.refused_refreshes) == (1, 1)

    def test_access_tokens_expire(self, demo_oauth: RunningDemo, program: Program, code: str) -> None:
        demo_oauth.switches.access_token_seconds = 0
        tokens = program.redeem(code).json()

        assert tokens["expires_in"] == 0
        answer = program.get(PATIENT, tokens["access_token"])
        assert (answer.status_code, issue_of(answer)[2]) == (401, "Authentication failed")

    def test_access_tokens_are_revoked(self, demo_oauth: RunningDemo, program: Program, code: str) -> None:
        tokens = program.redeem(code).json()
        demo_oauth.switches.revoke_access_tokens()
        assert program.get(PATIENT, tokens["access_token"]).status_code == 401
        assert program.get(PATIENT, "demo").status_code == 200

        renewed = program.refresh(tokens["refresh_token"]).json()
        assert program.get(PATIENT, renewed["access_token"]).status_code == 200


class TestClients:
    @pytest.mark.parametrize(
        ("header", "form", "status", "error"),
        [
            ("Basic ZGVtby1jb25maWRlbnRpYWw6Z3Vlc3NlZA==", {}, 401, "invalid_client"),
            ("Basic %%%", {}, 401, "invalid_client"),
            ("Basic ZGVtbw==", {}, 401, "invalid_client"),
            ("Bearer demo", {}, 401, "invalid_client"),
            ("", {"client_id": "demo-confidential"}, 401, "invalid_client"),
            ("", {"client_id": "demo-confidential", "client_secret": "guéssed"}, 401, "invalid_client"),
            ("", {"client_id": "stranger", "client_secret": "demo-secret"}, 401, "invalid_client"),
            ("", {}, 401, "invalid_client"),
            ("", {"client_id": "demo-public"}, 400, "unauthorized_client"),
        ],
    )
    def test_refused(self, program: Program, header: str, form: dict[str, str], status: int, error: str) -> None:
        headers = {"Authorization": header} if header else {}
        data = {"grant_type": "client_credentials", **form}
        refused = program.http.post("/auth/token/", data=data, headers=headers)

        assert refusal(refused) == (status, error)
        # RFC 6749 section 5.2: a client that tried a header is told which one is expected.
        assert ("www-authenticate" in refused.headers) is bool(header)

    @pytest.mark.parametrize("secret", ["demo-secret", "demo%2Dsecret"])
    def test_the_header(self, program: Program, secret: str) -> None:
        credentials = base64.b64encode(f"demo-confidential:{secret}".encode()).decode()
        headers = {"Authorization": f"Basic {credentials}"}
        data = {"grant_type": "client_credentials"}
        tokens = program.http.post("/auth/token/", data=data, headers=headers).raise_for_status().json()

        assert tokens.keys() == {"access_token", "token_type", "expires_in", "scope"}
        assert tokens["scope"] == "system/Patient.read system/Procedure.read"
        assert program.get(PATIENT, tokens["access_token"]).status_code == 200
        # Nobody is signed in.
        assert program.get("/auth/userinfo/", tokens["access_token"]).status_code == 401
        assert program.get(f"/Practitioner/{STAFF[0].id}", tokens["access_token"]).status_code == 403

    def test_two_proofs_at_once(self, program: Program) -> None:
        headers = {"Authorization": "Basic " + base64.b64encode(b"demo-confidential:demo-secret").decode()}
        for more in ({"client_secret": "demo-secret"}, {"client_id": "demo-public"}):
            data = {"grant_type": "client_credentials", **more}
            refused = program.http.post("/auth/token/", data=data, headers=headers)
            assert refusal(refused) == (400, "invalid_request")

    @pytest.mark.parametrize(
        "scope", ["openid", "offline_access", "system/Patient.cruds", "fhirUser user/Patient.read"]
    )
    def test_scopes_that_only_a_person_can_allow(self, confidential: Program, scope: str) -> None:
        refused = confidential.ask_for_tokens(grant_type="client_credentials", scope=scope)

        assert refusal(refused) == (400, "invalid_scope")

    @pytest.mark.parametrize(
        ("body", "headers"),
        [
            (b'{"grant_type": "client_credentials"}', {"Content-Type": "application/json"}),
            (b"grant_type=client_credentials", {}),
            (b"grant_type=client_credentials&grant_type=client_credentials", FORM),
            (b"grant_type=\xff", FORM),
        ],
    )
    def test_bodies_that_are_not_understood(self, program: Program, body: bytes, headers: dict[str, str]) -> None:
        refused = program.http.post("/auth/token/", content=body, headers=headers)

        assert refusal(refused) == (400, "invalid_request")

    @pytest.mark.parametrize("path", ["/auth/token/", "/auth/revoke/"])
    def test_only_by_post(self, program: Program, path: str) -> None:
        assert program.http.get(path).status_code == 405


class TestScopes:
    @pytest.mark.parametrize(
        ("scope", "statuses"),
        [
            ("user/Patient.read", (200, 200, 403, 403)),
            ("user/Patient.r", (200, 403, 403, 403)),
            ("user/Patient.s", (403, 200, 403, 403)),
            ("user/Patient.rs", (200, 200, 403, 403)),
            ("user/Procedure.rs", (403, 403, 200, 403)),
            ("user/*.read", (200, 200, 200, 200)),
            ("user/Practitioner.read", (403, 403, 403, 200)),
            ("openid fhirUser", (403, 403, 403, 200)),
            ("openid", (403, 403, 403, 403)),
        ],
    )
    def test_what_they_let_read(
        self, program: Program, stand_in_browser: StandInBrowser, scope: str, statuses: tuple[int, ...]
    ) -> None:
        token = token_for(program, stand_in_browser, scope)
        paths = (PATIENT, "/Patient?name=jones", "/Procedure?_count=1", f"/Practitioner/{STAFF[0].id}")

        assert tuple(program.get(path, token).status_code for path in paths) == statuses

    def test_fhir_user_is_for_ones_own_entry(self, program: Program, stand_in_browser: StandInBrowser) -> None:
        token = token_for(program, stand_in_browser, "openid fhirUser")

        assert program.get(f"/Practitioner/{STAFF[1].id}", token).status_code == 403

    def test_userinfo_needs_openid(self, program: Program, stand_in_browser: StandInBrowser) -> None:
        refused = program.get("/auth/userinfo/", token_for(program, stand_in_browser, "user/Patient.read"))
        assert (refused.status_code, refused.json()) == (403, {"error": "insufficient_scope"})
        assert "insufficient_scope" in refused.headers["www-authenticate"]

        for token in ("demo", "guessed"):
            refused = program.get("/auth/userinfo/", token)
            assert (refused.status_code, refused.json()) == (401, {"error": "invalid_token"})

    def test_fhir_user_is_told_where_it_was_asked_for(self, program: Program, stand_in_browser: StandInBrowser) -> None:
        told = program.get("/auth/userinfo/", token_for(program, stand_in_browser, "openid")).json()

        assert told == {"sub": STAFF[0].id, "name": STAFF[0].full_name}


class TestRevoking:
    def test_an_access_token_alone(self, program: Program, code: str) -> None:
        tokens = program.redeem(code).json()

        assert program.revoke(tokens["access_token"]).status_code == 200
        assert program.get(PATIENT, tokens["access_token"]).status_code == 401
        assert program.refresh(tokens["refresh_token"]).status_code == 200

    def test_not_those_of_another_client(self, program: Program, confidential: Program, code: str) -> None:
        tokens = program.redeem(code).json()
        for name in ("access_token", "refresh_token"):
            assert confidential.revoke(tokens[name]).status_code == 200

        assert program.get(PATIENT, tokens["access_token"]).status_code == 200
        assert program.refresh(tokens["refresh_token"]).status_code == 200

    def test_refused(self, program: Program, confidential: Program, refresh_token: str) -> None:
        confidential.client_secret = "guessed"
        assert refusal(confidential.revoke(refresh_token)) == (401, "invalid_client")
        assert refusal(program.revoke("")) == (400, "invalid_request")
