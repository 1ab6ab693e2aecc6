"""A worker at one connection in the test's own process, and servers that answer as an attacker would."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar
from urllib.parse import parse_qs, parse_qsl, urlsplit
from uuid import uuid4

import httpx

from procedure_viewer.background.executor import DaemonExecutor
from procedure_viewer.background.requests import (
    BrowserWanted,
    Connected,
    FindPatients,
    Grant,
    NotKept,
    Request,
    SignIn,
    UseServer,
)
from procedure_viewer.background.worker import Worker
from procedure_viewer.chart.search import PatientsFound
from procedure_viewer.demo import PUBLIC_CLIENT
from procedure_viewer.fhir.outcome import Failure, Problem
from procedure_viewer.fhir.query import read_query
from procedure_viewer.settings.connections import Connection, SignInMethod
from tests.oauth.browser import StandInBrowser
from tests.servers import PATIENCE, Exchange, Script, ScriptedServer, bundle, by_path, reply

Answer = TypeVar("Answer")

SEARCH = FindPatients(reading=read_query("Nobody", date(2024, 1, 1), "http://127.0.0.1"))


def connection_to(url: str, *, client_id: str = PUBLIC_CLIENT, **fields: Any) -> Connection:
    """A connection that signs in by browser, with an id of its own."""
    return Connection(uuid4().hex, "Clinic", url, SignInMethod.BROWSER, client_id, **fields)


class AtWork:
    """A worker, and what it said that nobody had asked for. `browser` gets the address that is to be opened."""

    def __init__(self, connection: Connection, browser: Callable[[str], object]) -> None:
        self.connection = connection
        self.browser = browser
        self.news: list[object] = []
        self.addresses: list[str] = []
        self.shown = asyncio.Event()
        """Set when the browser was to be opened."""
        self.worker = Worker(self.news.append)

    @property
    def not_kept(self) -> int:
        """How often it was told that a sign-in is not kept."""
        return sum(isinstance(news, NotKept) for news in self.news)

    async def use(self, *, memory_only: bool = True) -> Connected:
        used = await self.ask(UseServer(connection=self.connection, memory_only=memory_only))
        assert isinstance(used, Connected)
        return used

    async def sign_in(self, **how: Any) -> Grant:
        grant = await self.ask(SignIn(**how))
        assert isinstance(grant, Grant)
        return grant

    async def find(self) -> PatientsFound:
        found = await self.ask(SEARCH)
        assert isinstance(found, PatientsFound)
        return found

    async def ask(self, request: Request) -> object:
        return await self.worker.perform(request, self._hear)

    async def problem(self, asked: Awaitable[object]) -> Problem:
        """The problem in which something ends that must fail."""
        try:
            answer = await asked
        except Failure as failure:
            return failure.problem
        raise AssertionError(f"it went well: {answer!r}")

    def _hear(self, page: object) -> None:
        if isinstance(page, BrowserWanted):
            self.addresses.append(page.address)
            self.shown.set()
            self.browser(page.address)


def at_work(
    connection: Connection,
    job: Callable[[AtWork], Awaitable[Answer]],
    browser: StandInBrowser | Callable[[str], object],
) -> Answer:
    """What a job answers, done with a worker that is closed at the end."""

    async def run() -> Answer:
        # As the program does: nobody waits for a keyring that hangs.
        asyncio.get_running_loop().set_default_executor(DaemonExecutor())
        work = AtWork(connection, browser.start if isinstance(browser, StandInBrowser) else browser)
        try:
            return await job(work)
        finally:
            await work.worker.close()

    return asyncio.run(run())


def nobody(_address: str) -> None:
    """A browser that was closed."""


class Hostile:
    """A FHIR and OAuth server of which each answer can be changed while it runs.

    `forms` is what its token endpoint got. Its person allows everything at once: see `browser`.
    """

    def __init__(self, answers: dict[str, Script], server: ScriptedServer) -> None:
        self.url = server.url
        self.server = server
        self.answers = answers
        self.forms: list[dict[str, str]] = []
        self._changed = threading.Condition()
        self.nonce = ""
        self.back: dict[str, str | None] = {}
        """Changes to the parameters with which the browser comes back; None leaves one out."""
        self.configuration: dict[str, object] = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "revocation_endpoint": f"{self.url}/revoke",
            "capabilities": ["launch-standalone", "client-public", "permission-offline"],
        }
        self.configure()
        self.grant()
        answers["/Patient"] = reply(200, bundle())

    def configure(self, **changes: object) -> None:
        """Change what the server says of itself."""
        self.configuration |= changes
        self.answers["/.well-known/smart-configuration"] = reply(
            200, self.configuration, content_type="application/json"
        )

    def grant(self, **changes: object) -> None:
        """What the token endpoint gives from now on, instead of two numbered tokens and an hour; None leaves out."""

        def answer() -> Mapping[str, object]:
            number = len(self.forms)
            usual: dict[str, object] = {
                "access_token": f"access-{number}",
                "refresh_token": f"refresh-{number}",
                "token_type": "Bearer",
                "expires_in": 3600,
            }
            return {name: value for name, value in (usual | changes).items() if value is not None}

        async def script(exchange: Exchange) -> None:
            await reply(200, answer(), content_type="application/json")(exchange)

        self.token(script)

    def token(self, script: Script) -> None:
        """What the token endpoint does from now on."""

        async def noting(exchange: Exchange) -> None:
            length = int(exchange.request.headers["content-length"])
            form = dict(parse_qsl((await exchange.reader.readexactly(length)).decode()))
            with self._changed:
                self.forms.append(form)
                self._changed.notify_all()
            await script(exchange)

        self.answers["/token"] = noting

    def wait_for_form(self, number: int) -> None:
        """Return when so many forms have come to the token endpoint."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.forms) >= number, PATIENCE), "too few forms came"

    def browser(self, address: str) -> None:
        """Come back at once, in a thread that nobody waits for."""
        self.nonce = parse_qs(urlsplit(address).query).get("nonce", [""])[0]
        asyncio.get_running_loop().run_in_executor(None, self.come_back, address)

    def come_back(self, address: str) -> int:
        """Go to the program's own address; its status."""
        asked = {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}
        usual: dict[str, str | None] = {"code": "canary-code", "state": asked["state"], "iss": self.url}
        parameters = {name: value for name, value in (usual | self.back).items() if value is not None}
        return httpx.get(asked["redirect_uri"], params=parameters, trust_env=False).status_code


@contextmanager
def hostile() -> Iterator[Hostile]:
    """A running one."""
    answers: dict[str, Script] = {}
    with ScriptedServer(by_path(answers), discoverable=True) as server:
        yield Hostile(answers, server)


def refusal(error: str, words: str = "", status: int = 400) -> Script:
    """How a token endpoint says no."""
    body = json.dumps({"error": error, "error_description": words})
    return reply(status, body, content_type="application/json")
