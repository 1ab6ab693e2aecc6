"""Servers, web pages and programs of others that try to break a sign-in: none gets a secret, each is told in words."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import keyring.core
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from procedure_viewer.background.requests import PasteAnswer, SignIn, SignOut
from procedure_viewer.demo import PUBLIC_CLIENT
from procedure_viewer.fhir.outcome import Failure, Kind, Problem
from procedure_viewer.remote import sign_in as module
from tests.keychain.limited import LimitedKeyring
from tests.oauth.at_work import AtWork, Hostile, at_work, connection_to, hostile, nobody, refusal
from tests.oauth.browser import StandInBrowser
from tests.oauth.demo_server import RunningDemo
from tests.oauth.program import Program
from tests.servers import Exchange, Script, ScriptedServer, head, outcome, raw, reply, stall

JSON = "application/json"


@pytest.fixture
def server() -> Iterator[Hostile]:
    with hostile() as running:
        yield running


def signed_in(server: Hostile) -> Problem | None:
    """The problem that a sign-in ends in; None where it goes well and a search after it."""

    async def job(work: AtWork) -> Problem | None:
        await work.use()
        try:
            await work.sign_in()
        except Failure as failure:
            return failure.problem
        await work.find()
        return None

    return at_work(connection_to(server.url), job, server.browser)


def test_without_an_attack_it_goes_well(server: Hostile) -> None:
    assert signed_in(server) is None
    (form,) = server.forms
    assert (form["code"], form["grant_type"], form["client_id"]) == ("canary-code", "authorization_code", PUBLIC_CLIENT)


# The answer that comes to the loopback port


@pytest.mark.parametrize(
    ("promised", "iss", "good"),
    [
        (True, None, False),
        (True, "https://other.example", False),
        (False, "https://other.example", False),
        (False, None, True),
        (True, "", False),
    ],
)
def test_an_answer_of_another_server_or_of_one_that_hides(
    server: Hostile, promised: bool, iss: str | None, good: bool
) -> None:
    server.configure(authorization_response_iss_parameter_supported=promised)
    server.back = {"iss": iss}
    problem = signed_in(server)
    if good:
        assert problem is None
    else:
        assert problem is not None
        assert (problem.kind, server.forms) == (Kind.SIGN_IN, [])


def test_others_at_the_loopback_port_change_nothing_and_get_nothing(server: Hostile) -> None:
    statuses: list[int] = []

    async def job(work: AtWork) -> None:
        await work.use()
        signing_in = asyncio.create_task(work.sign_in())
        await work.shown.wait()
        asked = parse_qs(urlsplit(work.addresses[0]).query)
        (home,), (state,) = asked["redirect_uri"], asked["state"]
        async with httpx.AsyncClient(trust_env=False) as attacker:
            queries = (
                "code=injected&state=guessed",
                "code=injected",
                "code=injected&state=",
                "error=access_denied&state=guessed",
                f"code=injected&state=guessed&state={state}",
            )
            statuses.extend([(await attacker.get(f"{home}?{query}")).status_code for query in queries])
            answer = await attacker.get(home, params={"code": "c", "state": state}, headers={"Host": "evil.example"})
            statuses.append(answer.status_code)
            post = await attacker.post(home, data={"code": "injected", "state": state})
            statuses.append(post.status_code)
        assert not signing_in.done()
        statuses.append(await asyncio.to_thread(server.come_back, work.addresses[0]))
        await signing_in
        with pytest.raises(httpx.TransportError):
            await asyncio.to_thread(server.come_back, work.addresses[0])

    at_work(connection_to(server.url), job, nobody)
    assert statuses == [400, 400, 400, 400, 400, 403, 404, 200]
    assert [form["code"] for form in server.forms] == ["canary-code"]


@pytest.mark.parametrize(
    "text", ["", "hello", "http://[", "http://[?code=a", "?code=\ud800&state=\ud800", "code=a&state=x"]
)
def test_what_is_pasted_is_refused_in_words(server: Hostile, text: str) -> None:
    async def job(work: AtWork) -> None:
        await work.use()
        signing_in = asyncio.create_task(work.sign_in())
        await work.shown.wait()
        problem = await work.problem(work.ask(PasteAnswer(text=text)))
        assert problem.kind is Kind.SIGN_IN
        assert problem.technical.startswith("This ")
        await asyncio.to_thread(server.come_back, work.addresses[0])
        await signing_in

    at_work(connection_to(server.url), job, nobody)


def test_a_code_that_somebody_uses_a_second_time_ends_in_words(
    demo_oauth: RunningDemo, stand_in_browser: StandInBrowser
) -> None:
    async def job(work: AtWork) -> Problem:
        await work.use()
        signing_in = asyncio.create_task(work.sign_in())
        await work.shown.wait()
        redirect = await asyncio.to_thread(stand_in_browser.redirect_of, work.addresses[0])
        await work.ask(PasteAnswer(text=redirect))
        await signing_in
        await work.find()
        with Program(demo_oauth.url, PUBLIC_CLIENT) as thief:
            stolen = parse_qs(urlsplit(redirect).query)["code"][0]
            thief.redirect_uri = redirect.partition("?")[0]
            refused = await asyncio.to_thread(thief.redeem, stolen)
        assert refused.json()["error"] == "invalid_grant"
        return await work.problem(work.find())

    assert at_work(connection_to(demo_oauth.url), job, nobody).kind is Kind.SIGNED_OUT


# The token endpoint


async def slowly(exchange: Exchange) -> None:
    """A byte now and then: each comes in time, all of them never."""
    await exchange.send(head(200, {"Content-Type": JSON, "Content-Length": "1000"}))
    while True:
        await exchange.send(b" ")
        await asyncio.sleep(0.02)


ANSWERS: dict[str, tuple[Script, Kind]] = {
    "a web page": (reply(200, "<html>Log in</html>", content_type="text/html"), Kind.NOT_FHIR),
    "nothing": (reply(200, b"", content_type=JSON), Kind.NOT_FHIR),
    "no JSON": (reply(200, b"{access_token:", content_type=JSON), Kind.NOT_FHIR),
    "a list": (reply(200, b"[1]", content_type=JSON), Kind.NOT_FHIR),
    "deep": (reply(200, b"[" * 100_000, content_type=JSON), Kind.NOT_FHIR),
    "huge": (reply(200, b'{"access_token":"' + b"a" * 300_000 + b'"}', content_type=JSON), Kind.NOT_FHIR),
    "no type": (reply(200, {"access_token": "a"}, content_type=JSON), Kind.NOT_FHIR),
    "another type": (reply(200, {"access_token": "a", "token_type": "mac"}, content_type=JSON), Kind.NOT_FHIR),
    "no token": (reply(200, {"token_type": "Bearer"}, content_type=JSON), Kind.NOT_FHIR),
    "a number": (reply(200, {"access_token": 7, "token_type": "Bearer"}, content_type=JSON), Kind.NOT_FHIR),
    "two lines": (reply(200, {"access_token": "a\r\nb: c", "token_type": "Bearer"}, content_type=JSON), Kind.NOT_FHIR),
    "a refusal that says 200": (refusal("invalid_grant", status=200), Kind.SIGN_IN),
    "a refusal": (refusal("invalid_client", status=401), Kind.SIGN_IN),
    "trouble": (reply(503), Kind.SERVER),
    "no HTTP": (raw(b"SSH-2.0-x\r\n\r\n"), Kind.NOT_FHIR),
    "silence": (stall(), Kind.TIMEOUT),
    "a byte now and then": (slowly, Kind.TIMEOUT),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_what_the_token_endpoint_answers_is_told_and_not_believed(
    server: Hostile, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TOKEN_PATIENCE", 0.3 if answer in ("silence", "a byte now and then") else 10)
    script, kind = ANSWERS[answer]
    server.token(script)
    problem = signed_in(server)
    assert problem is not None
    assert problem.kind is kind
    assert len(server.forms) == 1, "a code is sent once"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_token_endpoint_that_redirects_leads_no_secret_away(server: Hostile, status: int) -> None:
    with ScriptedServer(reply(200)) as elsewhere:
        server.token(reply(status, headers={"Location": f"{elsewhere.url}/token"}))
        problem = signed_in(server)
    assert problem is not None
    assert (problem.kind, elsewhere.requests, len(server.forms)) == (Kind.FOREIGN, (), 1)


def test_a_renewal_that_is_redirected_leads_no_secret_away_and_is_tried_again_later(server: Hostile) -> None:
    async def job(work: AtWork) -> None:
        await work.use()
        await work.sign_in()
        server.answers["/Patient"] = reply(401)
        server.token(reply(307, headers={"Location": f"{elsewhere.url}/token"}))
        assert (await work.problem(work.find())).kind is Kind.FOREIGN
        server.grant()
        server.answers["/Patient"] = reply(200, {"resourceType": "Bundle", "type": "searchset"})
        await work.find()

    with ScriptedServer(reply(200)) as elsewhere:
        at_work(connection_to(server.url), job, server.browser)
        assert elsewhere.requests == ()


@pytest.mark.parametrize(
    ("expires_in", "known"),
    [
        (3600, True),
        ("3600", True),
        (3599.5, True),
        (0, False),
        (-5, False),
        ("-5", False),
        (10**30, False),
        (10**400, False),
        ("9" * 400, False),
        (1e308, False),
        (True, False),
        ("soon", False),
        ([3600], False),
        (None, False),
    ],
)
def test_how_long_a_token_lives_is_read_or_not_known(server: Hostile, expires_in: object, known: bool) -> None:
    server.grant(expires_in=expires_in)

    async def job(work: AtWork) -> None:
        await work.use()
        grant = await work.sign_in()
        assert (grant.until is not None) is known
        for _ in range(3):
            await work.find()

    at_work(connection_to(server.url), job, server.browser)
    assert len(server.forms) == 1, "it is not renewed before each request"


def test_a_renewal_without_a_refresh_token_keeps_the_former_one_and_may_have_less_scope(server: Hostile) -> None:
    async def job(work: AtWork) -> None:
        await work.use()
        await work.sign_in()
        server.grant(refresh_token=None, scope="user/Patient.read")
        for _ in range(2):
            server.answers["/Patient"] = once(reply(401), server)
            await work.find()

    at_work(connection_to(server.url), job, server.browser)
    assert [form.get("refresh_token") for form in server.forms] == [None, "refresh-1", "refresh-1"]


def once(script: Script, server: Hostile) -> Script:
    """Answer one search so, and all later ones well."""
    usual = reply(200, {"resourceType": "Bundle", "type": "searchset"})

    async def answer(exchange: Exchange) -> None:
        server.answers["/Patient"] = usual
        await script(exchange)

    return answer


def test_a_server_that_refuses_every_token_causes_one_renewal(server: Hostile) -> None:
    server.answers["/Patient"] = reply(401)

    async def job(work: AtWork) -> list[Kind]:
        await work.use()
        await work.sign_in()
        problems = await asyncio.gather(*(work.problem(work.find()) for _ in range(20)))
        problems += [await work.problem(work.find()) for _ in range(3)]
        return [problem.kind for problem in problems]

    assert at_work(connection_to(server.url), job, server.browser) == [Kind.SIGNED_OUT] * 23
    assert [form["grant_type"] for form in server.forms] == ["authorization_code", "refresh_token"]


def test_a_refusal_that_repeats_the_secrets_is_told_without_them(server: Hostile) -> None:
    async def repeating(exchange: Exchange) -> None:
        form = server.forms[-1]
        words = " ".join(form.get(name, "") for name in ("code", "code_verifier", "refresh_token"))
        await refusal("invalid_grant", f"refused: {words}")(exchange)

    async def job(work: AtWork) -> list[Problem]:
        await work.use()
        server.token(repeating)
        problems = [await work.problem(work.sign_in())]
        server.grant()
        await work.sign_in()
        server.answers["/Patient"] = reply(403, outcome("forbidden", "access-2 is not allowed to"))
        problems.append(await work.problem(work.find()))
        server.answers["/Patient"] = reply(401, outcome("login", "access-2 has expired"))
        server.token(repeating)
        problems.append(await work.problem(work.find()))
        return problems

    problems = at_work(connection_to(server.url), job, server.browser)
    assert [problem.kind for problem in problems] == [Kind.SIGN_IN, Kind.FORBIDDEN, Kind.SIGNED_OUT]
    told = repr(problems)
    for form in server.forms:
        for secret in ("code", "code_verifier", "refresh_token"):
            assert secret not in form or form[secret] not in told
    assert "access-2" not in told
    assert "refused:" in told


# Who signed in


def id_token(server: Hostile, **changes: object) -> str:
    usual = {"iss": server.url, "aud": PUBLIC_CLIENT, "nonce": server.nonce, "sub": "1", "name": "Dr. Mallory"}
    claims = {name: value for name, value in (usual | changes).items() if value is not None}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("a key of the attacker's, long enough"))


FORGED: dict[str, Callable[[Hostile], object]] = {
    "nonce": lambda server: id_token(server, nonce="another"),
    "no nonce": lambda server: id_token(server, nonce=None),
    "aud": lambda server: id_token(server, aud="another-program"),
    "no aud": lambda server: id_token(server, aud=None),
    "iss": lambda server: id_token(server, iss="https://other.example"),
    "no iss": lambda server: id_token(server, iss=None),
    "expired": lambda server: id_token(server, exp=1_000_000),
    "no JWT": lambda _: "a.b.c",
    "not ASCII": lambda _: "\ud800.é.c",
    "claims are a list": lambda _: "eyJhbGciOiJIUzI1NiJ9.WzFd.AA",
}


@pytest.mark.parametrize("forged", [None, *FORGED])
def test_an_identity_token_that_is_not_for_this_sign_in(server: Hostile, forged: str | None) -> None:
    server.configure(capabilities=["launch-standalone", "permission-offline", "sso-openid-connect"])

    async def answer(exchange: Exchange) -> None:
        made = FORGED[forged](server) if forged else id_token(server)
        granted = {"access_token": "a" * 8, "token_type": "Bearer", "id_token": made}
        await reply(200, granted, content_type=JSON)(exchange)

    server.token(answer)
    problem = signed_in(server)
    if forged:
        assert problem is not None
        assert problem.kind is Kind.SIGN_IN
        assert "Mallory" not in repr(problem)
    else:
        assert problem is None


# Discovery


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint"])
@pytest.mark.parametrize("address", ["http://sign-in.example/", "//sign-in.example/", "javascript:alert(1)", 7])
def test_documents_that_point_to_where_anybody_listens(server: Hostile, name: str, address: object) -> None:
    server.configure(**{name: address})
    problem = signed_in(server)
    assert problem is not None
    assert (problem.kind, server.forms, server.nonce) == (Kind.SIGN_IN, [], "")


def test_a_document_that_names_another_place_later_leads_no_refresh_token_there(
    server: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", LimitedKeyring())

    async def job(work: AtWork) -> None:
        await work.use(memory_only=False)
        await work.sign_in()
        server.configure(revocation_endpoint=f"{elsewhere.url}/revoke", token_endpoint=f"{elsewhere.url}/token")
        await work.use(memory_only=False)  # which asks for the documents again
        server.answers["/Patient"] = once(reply(401), server)
        await work.find()
        await work.ask(SignOut())

    with ScriptedServer(reply(200)) as elsewhere:
        at_work(connection_to(server.url), job, server.browser)
        assert elsewhere.requests == ()
    assert [form["grant_type"] for form in server.forms] == ["authorization_code", "refresh_token"]


# The port, and several sign-ins


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_a_browser_that_was_closed_and_a_sign_in_that_is_given_up_free_the_port(server: Hostile) -> None:
    port = free_port()

    async def job(work: AtWork) -> None:
        await work.use()
        for _ in range(3):
            work.shown.clear()
            signing_in = asyncio.create_task(work.sign_in())
            await work.shown.wait()
            signing_in.cancel()
            with pytest.raises(asyncio.CancelledError):
                await signing_in
            with socket.create_server(("127.0.0.1", port)):
                pass
        work.browser = server.browser
        await work.sign_in()
        with socket.create_server(("127.0.0.1", port)):
            pass

    at_work(connection_to(server.url, redirect_port=port), job, nobody)


def test_a_port_that_is_taken_is_named(server: Hostile) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        async def job(work: AtWork) -> Problem:
            await work.use()
            return await work.problem(work.sign_in())

        problem = at_work(connection_to(server.url, redirect_port=port), job, nobody)
    assert problem.kind is Kind.SIGN_IN
    assert str(port) in problem.technical


def test_two_sign_ins_at_once_do_not_get_each_others_answer(server: Hostile) -> None:
    async def job(work: AtWork) -> None:
        await work.use()
        first = asyncio.create_task(work.sign_in())
        await work.shown.wait()
        work.shown.clear()
        second = asyncio.create_task(work.sign_in())
        await work.shown.wait()
        one, other = work.addresses
        assert parse_qs(urlsplit(one).query)["state"] != parse_qs(urlsplit(other).query)["state"]
        first.cancel()
        await asyncio.wait({first})
        state = parse_qs(urlsplit(one).query)["state"][0]
        refused = await work.problem(work.ask(PasteAnswer(text=f"http://127.0.0.1/callback?code=a&state={state}")))
        assert "another sign-in" in refused.technical
        state = parse_qs(urlsplit(other).query)["state"][0]
        await work.ask(PasteAnswer(text=f"http://127.0.0.1/callback?code=canary-code&state={state}"))
        await second
        await work.find()

    at_work(connection_to(server.url), job, nobody)
    assert len(server.forms) == 1


def test_a_sign_in_that_overtakes_a_renewal_is_not_overwritten_by_it(server: Hostile) -> None:
    """Somebody else signs in while the server still thinks about renewing the first person's grant."""
    think = asyncio.Event()

    async def thinking(exchange: Exchange) -> None:
        await think.wait()
        granted = {"access_token": "first-person", "refresh_token": "r", "token_type": "Bearer"}
        await reply(200, granted, content_type=JSON)(exchange)

    async def job(work: AtWork) -> None:
        await work.use()
        await work.sign_in()
        server.answers["/Patient"] = once(reply(401), server)
        server.token(thinking)
        searching = asyncio.create_task(work.find())
        await asyncio.to_thread(server.wait_for_form, 2)
        server.grant(access_token="second-person")
        signing_in = asyncio.create_task(work.ask(SignIn(again=True)))
        await asyncio.to_thread(server.wait_for_form, 3)
        server.server.call(think.set)
        await asyncio.gather(searching, signing_in)
        await work.find()

    at_work(connection_to(server.url), job, server.browser)
    sent = [request.headers["authorization"] for request in server.server.requests if request.target.startswith("/Pa")]
    assert sent[-1] == "Bearer second-person"
