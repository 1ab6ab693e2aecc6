"""The same sign-in at two servers, of which one knows nothing of this program: each way in, who it was, how it ends."""

import asyncio
import base64
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from procedure_viewer.background.requests import PasteAnswer, SignOut
from procedure_viewer.demo import CLIENT_SECRET, CONFIDENTIAL_CLIENT, PUBLIC_CLIENT
from procedure_viewer.fhir.outcome import Failure, Kind
from procedure_viewer.remote.discovery import discover
from procedure_viewer.remote.redirect import Redirect
from procedure_viewer.remote.sign_in import OAuthClient, SignedIn, by_browser
from procedure_viewer.remote.transport import Transport
from procedure_viewer.settings.connections import Connection, SignInMethod
from tests.oauth.at_work import AtWork, at_work, connection_to, nobody
from tests.oauth.browser import StandInBrowser
from tests.oauth.demo_server import RunningDemo
from tests.oauth.django_server import FULL_NAME, DjangoOAuth

Server = RunningDemo | DjangoOAuth


@pytest.fixture(params=["demo_oauth", "django_oauth"])
def server(request: pytest.FixtureRequest) -> Server:
    """Each of the two."""
    found: Server = request.getfixturevalue(request.param)
    return found


def refreshes(server: Server) -> int:
    return server.switches.refreshes if isinstance(server, RunningDemo) else server.refreshes


def revoke_access_tokens(server: Server) -> None:
    (server.switches if isinstance(server, RunningDemo) else server).revoke_access_tokens()


def client_of(server: Server, *, confidential: bool) -> tuple[Connection, str]:
    """A connection, and the client secret where it needs one."""
    if isinstance(server, RunningDemo):
        client_id, secret = (CONFIDENTIAL_CLIENT, CLIENT_SECRET) if confidential else (PUBLIC_CLIENT, "")
    else:
        secret = server.client_secret if confidential else ""
        client_id = server.confidential_client if confidential else server.public_client
    return connection_to(server.url, client_id=client_id, confidential=confidential), secret


@pytest.mark.parametrize("confidential", [False, True])
def test_a_person_signs_in_goes_on_and_signs_out(
    server: Server, stand_in_browser: StandInBrowser, confidential: bool
) -> None:
    connection, secret = client_of(server, confidential=confidential)

    async def job(work: AtWork) -> None:
        assert (await work.use()).needs_sign_in
        if confidential:
            assert (await work.problem(work.sign_in())).kind is Kind.SECRET_WANTED
            assert (await work.problem(work.sign_in(secret="wrong-secret"))).kind is Kind.SIGN_IN
        grant = await work.sign_in(secret=secret)
        assert (grant.person, grant.renews, grant.kept) == (True, True, False)
        assert grant.who == FULL_NAME if isinstance(server, DjangoOAuth) else grant.who
        assert grant.until is not None
        for number in (1, 2):
            revoke_access_tokens(server)
            await asyncio.gather(*(work.find() for _ in range(10)))
            assert refreshes(server) == number
        await work.ask(SignOut())
        assert (await work.problem(work.find())).kind is Kind.SIGNED_OUT

    at_work(connection, job, stand_in_browser)


def test_a_person_pastes_the_address(server: Server, stand_in_browser: StandInBrowser) -> None:
    async def job(work: AtWork) -> None:
        await work.use()
        signing_in = asyncio.create_task(work.sign_in(again=True))
        await work.shown.wait()
        address = await asyncio.to_thread(stand_in_browser.redirect_of, work.addresses[0])
        await work.ask(PasteAnswer(text=f"  {address}\n"))
        await signing_in
        await work.find()

    connection, _ = client_of(server, confidential=False)
    at_work(connection, job, nobody)


def test_a_person_who_declines_is_told_so(server: Server, stand_in_browser: StandInBrowser) -> None:
    stand_in_browser.allows = False

    async def job(work: AtWork) -> None:
        await work.use()
        problem = await work.problem(work.sign_in())
        assert (problem.kind, problem.issues[0].code) == (Kind.SIGN_IN, "access_denied")

    connection, _ = client_of(server, confidential=False)
    at_work(connection, job, stand_in_browser)


def test_a_program_signs_itself_in_and_says_that_no_person_is_identified(server: Server) -> None:
    client_id = CONFIDENTIAL_CLIENT if isinstance(server, RunningDemo) else server.backend_client
    secret = CLIENT_SECRET if isinstance(server, RunningDemo) else server.client_secret
    connection = msgspec.structs.replace(
        connection_to(server.url, client_id=client_id),
        sign_in=SignInMethod.CLIENT_CREDENTIALS,
        scopes="system/Patient.read system/Procedure.read",
    )

    async def job(work: AtWork) -> None:
        assert (await work.use()).needs_sign_in
        assert (await work.problem(work.sign_in())).kind is Kind.SECRET_WANTED
        grant = await work.sign_in(secret=secret)
        assert (grant.who, grant.person, grant.renews) == ("", False, True)
        await work.find()
        revoke_access_tokens(server)
        await asyncio.gather(*(work.find() for _ in range(10)))

    at_work(connection, job, nobody)


@pytest.mark.parametrize("is_canvas", [True, False])
def test_canvas_gets_the_launch_value_without_which_it_denies_staff(
    demo_oauth: RunningDemo, stand_in_browser: StandInBrowser, is_canvas: bool
) -> None:
    """The demo server asks for it as Canvas does; only its address doesn't tell that it is Canvas's."""
    demo_oauth.switches.launch_required = True
    asked: list[str] = []

    async def sign_in() -> SignedIn:
        transport = Transport(demo_oauth.url)

        def show(address: str, _redirect: Redirect) -> None:
            asked.append(address)
            stand_in_browser.start(address)

        try:
            offer = replace(await discover(transport), launch_needed=is_canvas)
            client = OAuthClient(PUBLIC_CLIENT)
            return await by_browser(transport, offer, client, demo_oauth.url, show, again=False)
        finally:
            await transport.aclose()

    if is_canvas:
        assert asyncio.run(sign_in()).tokens.refresh_token
        assert parse_qs(urlsplit(asked[0]).query)["launch"] == [base64.b64encode(b'{"patient":""}').decode()]
    else:
        with pytest.raises(Failure) as failed:
            asyncio.run(sign_in())
        assert [issue.code for issue in failed.value.problem.issues] == ["access_denied"]
        assert "launch=" not in asked[0]


@pytest.mark.parametrize(
    ("offered", "chosen", "tries"),
    [
        ((), "", 1),
        (("user/Practitioner.read", "user/Provenance.read"), "", 1),
        (("user/Practitioner.read", "user/ServiceRequest.read"), "", 2),
        (("user/ServiceRequest.read",), "user/Patient.read user/Procedure.read", 1),
    ],
)
def test_leave_to_read_names_is_asked_for_where_it_is_offered_and_no_sign_in_hangs_on_it(
    demo_oauth: RunningDemo, stand_in_browser: StandInBrowser, offered: tuple[str, ...], chosen: str, tries: int
) -> None:
    """The demo server knows nothing of orders: with that in the list it refuses as one does that offers too much."""
    asked: list[str] = []

    async def sign_in() -> SignedIn:
        transport = Transport(demo_oauth.url)

        def show(address: str, _redirect: Redirect) -> None:
            asked.append(parse_qs(urlsplit(address).query)["scope"][0])
            stand_in_browser.start(address)

        try:
            offer = replace(await discover(transport), scopes_supported=("offline_access", *offered))
            return await by_browser(
                transport, offer, OAuthClient(PUBLIC_CLIENT, scopes=chosen), demo_oauth.url, show, again=False
            )
        finally:
            await transport.aclose()

    tokens = asyncio.run(sign_in()).tokens
    usual = {"user/Patient.read", "user/Procedure.read"}
    assert usual <= set(tokens.scope.split())
    assert len(asked) == tries
    assert set(asked[0].split()) >= usual | (set() if chosen else set(offered))
    assert "user/ServiceRequest.read" not in asked[-1]
