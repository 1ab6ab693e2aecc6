"""The page on which one signs in to the demo server: what it shows, what it does with the answer, what it remembers."""

import base64
from collections.abc import Iterator

import httpx
import pytest

from procedure_viewer.demo.records.staff import STAFF
from tests.oauth.browser import NoWayOn, StandInBrowser, answer_in, form_in
from tests.oauth.demo_server import RunningDemo
from tests.oauth.program import Program, challenge_of

AUTHORIZE = "/auth/authorize/"


@pytest.fixture
def program(demo_oauth: RunningDemo) -> Iterator[Program]:
    """The public client."""
    demo_oauth.switches.launch_required = True
    with Program(demo_oauth.url, "demo-public") as program:
        yield program


def page_of(program: Program, **changes: str | None) -> httpx.Response:
    """The page as it is shown."""
    return program.http.get(program.address(**changes)).raise_for_status()


def answer(program: Program, page: httpx.Response, **values: str) -> httpx.Response:
    """What follows when the page's form is sent with `values`."""
    form = form_in(page.text)
    assert form
    return program.http.post(form.action, data={**form.values, **values})


def test_it_says_who_asks_for_what(program: Program) -> None:
    page = page_of(program, scope="openid offline_access user/Patient.rs user/*.read")

    for words in (
        "Procedure Viewer",
        "demo-public",
        "127.0.0.1:49152",
        "Read Patient records",
        "user/Patient.rs",
        "Read all records",
        "Stay signed in",
        "Allow",
        "Deny",
        *(member.full_name for member in STAFF),
    ):
        assert words in page.text
    form = form_in(page.text)
    assert form
    assert form.choices == {"staff": [member.id for member in STAFF]}


def test_it_is_plain(program: Program) -> None:
    page = page_of(program)

    assert "<script" not in page.text
    for outside in ("src=", "href=", "http:", "https:", "//"):
        assert outside not in page.text
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in page.headers


def test_nothing_that_was_asked_becomes_markup(program: Program) -> None:
    state = "\"><script>alert('x')</script>"
    page = page_of(program, state=state, nonce=state)
    assert "<script" not in page.text

    redirect = answer(program, page, staff=STAFF[1].id, decision="deny").headers["location"]
    assert answer_in(redirect)["state"] == state


@pytest.mark.parametrize("number", range(len(STAFF)))
def test_one_signs_in_as_whom_one_chose(
    demo_oauth: RunningDemo, program: Program, stand_in_browser: StandInBrowser, number: int
) -> None:
    stand_in_browser.staff = number
    code = answer_in(stand_in_browser.redirect_of(program.address()))["code"]
    token = program.redeem(code).json()["access_token"]
    told = program.get("/auth/userinfo/", token).json()

    member = STAFF[number]
    assert told == {"sub": member.id, "name": member.full_name, "fhirUser": f"Practitioner/{member.id}"}


def test_an_answer_counts_once(program: Program) -> None:
    page = page_of(program)
    first, second = (answer(program, page, staff=STAFF[0].id, decision="allow") for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 400)
    assert "location" not in second.headers


@pytest.mark.parametrize(
    "values",
    [
        {"ticket": "guessed", "staff": STAFF[0].id, "decision": "allow"},
        {"staff": "nobody", "decision": "allow"},
        {"staff": "", "decision": "allow"},
    ],
)
def test_an_answer_that_can_not_be_from_the_page_leads_nowhere(program: Program, values: dict[str, str]) -> None:
    refused = answer(program, page_of(program), **values)

    assert (refused.status_code, refused.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert "location" not in refused.headers


@pytest.mark.parametrize("decision", ["deny", "", "whatever"])
def test_all_but_allow_is_no(program: Program, decision: str) -> None:
    refused = answer(program, page_of(program), staff=STAFF[0].id, decision=decision)

    assert answer_in(refused.headers["location"])["error"] == "access_denied"


def test_an_answer_of_another_type_leads_nowhere(program: Program) -> None:
    refused = program.http.post(AUTHORIZE, json={"decision": "allow"})

    assert (refused.status_code, "location" in refused.headers) == (400, False)


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": None},
        {"client_id": "stranger"},
        {"redirect_uri": None},
        {"redirect_uri": "http://127.0.0.1:49152/"},
        {"redirect_uri": "http://127.0.0.1:49152/callback/more"},
        {"redirect_uri": "http://127.0.0.1:49152/callback?x=1"},
        {"redirect_uri": "http://127.0.0.1:49152/callback#x"},
        {"redirect_uri": "http://127.0.0.1:49152/callback\n"},
        {"redirect_uri": "http://127.0.0.1:49152@evil.example/callback"},
        {"redirect_uri": "http://127.0.0.1.evil.example/callback"},
        {"redirect_uri": "https://127.0.0.1:49152/callback"},
        {"redirect_uri": "http://localhost:49152/callback"},
        {"redirect_uri": "http://10.0.0.1/callback"},
        {"redirect_uri": "javascript:alert(1)//127.0.0.1/callback"},
    ],
)
def test_a_browser_is_sent_to_no_address_but_the_programs(program: Program, changes: dict[str, str | None]) -> None:
    page = program.http.get(program.address(**changes))

    assert (page.status_code, "location" in page.headers) == (400, False)


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_a_way_back_that_is_named_twice_is_none(program: Program, name: str) -> None:
    twice = httpx.URL(program.address()).copy_add_param(name, "x")

    assert program.http.get(twice).status_code == 400


@pytest.mark.parametrize("redirect_uri", ["http://127.0.0.1/callback", "http://[::1]:7/callback"])
def test_any_port_of_loopback_is_the_programs(program: Program, redirect_uri: str) -> None:
    refused = program.http.get(program.address(redirect_uri=redirect_uri, launch=None))

    assert refused.headers["location"].startswith(f"{redirect_uri}?error=access_denied&")


REFUSALS: list[tuple[dict[str, str | None], str]] = [
    ({"launch": None}, "access_denied"),
    ({"launch": ""}, "access_denied"),
    ({"launch": "%%%"}, "invalid_request"),
    ({"launch": "é"}, "invalid_request"),
    ({"launch": base64.b64encode(b"[]").decode()}, "invalid_request"),
    ({"launch": base64.b64encode(b"{").decode()}, "invalid_request"),
    ({"response_type": None}, "invalid_request"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_mode": "form_post"}, "invalid_request"),
    ({"code_challenge": None}, "invalid_request"),
    ({"code_challenge": "too short"}, "invalid_request"),
    ({"code_challenge_method": None}, "invalid_request"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"scope": "user/Patient.write"}, "invalid_scope"),
    ({"scope": "user/Observation.read"}, "invalid_scope"),
    ({"scope": "system/Patient.read"}, "invalid_scope"),
    ({"scope": "openid user/Patient.sr"}, "invalid_scope"),
    ({"aud": "https://elsewhere.example"}, "invalid_request"),
    ({"prompt": "surprise"}, "invalid_request"),
    ({"prompt": "none login"}, "invalid_request"),
    ({"prompt": "none"}, "login_required"),
    ({"max_age": "-1"}, "invalid_request"),
    ({"max_age": "soon"}, "invalid_request"),
]


@pytest.mark.parametrize(("changes", "error"), REFUSALS)
def test_a_refusal_is_sent_back(program: Program, changes: dict[str, str | None], error: str) -> None:
    refused = program.http.get(program.address(**changes))
    target, _, _ = refused.headers["location"].partition("?")
    told = answer_in(refused.headers["location"])

    assert (refused.status_code, target) == (303, program.redirect_uri)
    assert told.keys() == {"error", "error_description", "state", "iss"}
    assert (told["error"], told["state"], told["iss"]) == (error, program.state, program.url)
    assert told["error_description"].isascii()


def test_a_parameter_that_comes_twice_is_refused(program: Program) -> None:
    refused = program.http.get(httpx.URL(program.address()).copy_add_param("state", "another"))
    told = answer_in(refused.headers["location"])

    assert told["error"] == "invalid_request"
    assert "state" not in told


def test_no_state_comes_back_where_none_was_sent(program: Program) -> None:
    assert "state" not in answer_in(program.http.get(program.address(launch=None, state=None)).headers["location"])


@pytest.mark.parametrize(("content", "patient"), [(b"{}", None), (b'{"patient":""}', ""), (b'{"patient":"p1"}', "p1")])
def test_the_chart_that_was_launched_comes_with_the_tokens(
    program: Program, stand_in_browser: StandInBrowser, content: bytes, patient: str | None
) -> None:
    # Without its padding and in the alphabet for addresses as well.
    for launch in (base64.b64encode(content), base64.urlsafe_b64encode(content).rstrip(b"=")):
        code = answer_in(stand_in_browser.redirect_of(program.address(launch=launch.decode())))["code"]
        assert program.redeem(code).json().get("patient") == patient


def test_scopes_that_are_not_asked_for_are_those_for_charts(program: Program, stand_in_browser: StandInBrowser) -> None:
    code = answer_in(stand_in_browser.redirect_of(program.address(scope=None)))["code"]

    tokens = program.redeem(code).json()
    assert tokens["scope"] == "user/Patient.read user/Procedure.read"
    assert tokens.keys().isdisjoint({"refresh_token", "id_token"})


class TestRemembered:
    """A browser in which somebody has signed in before."""

    @pytest.fixture
    def browser(self, program: Program, stand_in_browser: StandInBrowser) -> StandInBrowser:
        stand_in_browser.staff = 1
        stand_in_browser.redirect_of(program.address())
        stand_in_browser.pages.clear()
        return stand_in_browser

    @pytest.mark.parametrize(
        "changes", [{}, {"scope": "openid"}, {"max_age": "60"}, {"prompt": "none"}, {"nonce": "n", "state": "s"}]
    )
    def test_it_is_not_asked_again(
        self, program: Program, browser: StandInBrowser, changes: dict[str, str | None]
    ) -> None:
        code = answer_in(browser.redirect_of(program.address(**changes)))["code"]

        assert browser.pages == []
        told = program.get("/auth/userinfo/", program.redeem(code).json()["access_token"]).json()
        assert told["sub"] == STAFF[1].id

    @pytest.mark.parametrize(
        "changes",
        [
            {"prompt": "login"},
            {"prompt": "consent"},
            {"prompt": "login consent"},
            {"scope": "user/*.read"},
            {"client_id": "demo-confidential"},
        ],
    )
    def test_it_is_asked_again(self, program: Program, browser: StandInBrowser, changes: dict[str, str | None]) -> None:
        assert "code" in answer_in(browser.redirect_of(program.address(**changes)))
        assert browser.pages == [AUTHORIZE]

    def test_another_browser_is_asked(self, program: Program, browser: StandInBrowser) -> None:
        browser.forget()
        browser.redirect_of(program.address())

        assert browser.pages == [AUTHORIZE]

    def test_the_cookie_is_kept_from_scripts_and_from_the_records(self, program: Program) -> None:
        allowed = answer(program, page_of(program), staff=STAFF[0].id, decision="allow")
        cookie = allowed.headers["set-cookie"]

        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert f"Path={AUTHORIZE}" in cookie
        assert "expires" not in cookie.lower()
        assert "max-age" not in cookie.lower()


def test_a_confidential_client_may_leave_pkce_out(demo_oauth: RunningDemo, stand_in_browser: StandInBrowser) -> None:
    with Program(demo_oauth.url, "demo-confidential", "demo-secret") as program:
        bare = program.address(code_challenge=None, code_challenge_method=None)
        code = answer_in(stand_in_browser.redirect_of(bare))["code"]
        superfluous = program.redeem(code)
        assert (superfluous.status_code, superfluous.json()["error"]) == (400, "invalid_grant")
        assert program.redeem(code, code_verifier=None).status_code == 200

        code = answer_in(stand_in_browser.redirect_of(program.address()))["code"]
        assert program.redeem(code, code_verifier=None).json()["error"] == "invalid_request"
        assert program.redeem(code, code_verifier=challenge_of("x")).json()["error"] == "invalid_grant"


def test_a_stand_in_browser_says_why_it_goes_no_further(program: Program, stand_in_browser: StandInBrowser) -> None:
    with pytest.raises(NoWayOn, match="is not known"):
        stand_in_browser.redirect_of(program.address(client_id="stranger"))
