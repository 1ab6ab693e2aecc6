"""A renewal comes to its end whoever gave up meanwhile: the request, the connection, or the whole program."""

import asyncio
import threading
import time

import keyring.core
import pytest
from pytestqt.qtbot import QtBot

from procedure_viewer.background.gateway import Gateway
from procedure_viewer.background.requests import LockUp, SignOut, UseServer
from procedure_viewer.background.worker import Worker
from procedure_viewer.bootstrap import QUIT_TIMEOUT
from procedure_viewer.fhir.outcome import Kind
from procedure_viewer.settings.connections import Connection
from tests.background.support import Ears
from tests.keychain.limited import LimitedKeyring
from tests.oauth.at_work import SEARCH, AtWork, at_work, connection_to, nobody
from tests.oauth.browser import StandInBrowser
from tests.oauth.demo_server import Gate, RunningDemo


@pytest.fixture(autouse=True)
def limited(monkeypatch: pytest.MonkeyPatch) -> LimitedKeyring:
    """The keyring of this process."""
    backend = LimitedKeyring()
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    return backend


@pytest.fixture
def connection(demo_oauth: RunningDemo, stand_in_browser: StandInBrowser) -> Connection:
    """One at which somebody signed in in an earlier run; the server does not know the access token any more."""
    made = connection_to(demo_oauth.url)

    async def job(work: AtWork) -> None:
        await work.use(memory_only=False)
        await work.sign_in()

    at_work(made, job, stand_in_browser)
    demo_oauth.switches.revoke_access_tokens()
    return made


def goes_on(connection: Connection, server: RunningDemo) -> None:
    """The next run needs no sign-in, and had no renewal of its own to make."""

    async def job(work: AtWork) -> None:
        assert (await work.use(memory_only=False)).grant is not None
        await work.find()

    at_work(connection, job, nobody)
    assert (server.switches.refreshes, server.switches.refused_refreshes) == (1, 0)


def started(connection: Connection) -> Gateway:
    """The program below the window, searching with a token that is not good any more."""
    worker = Worker()
    gateway = Gateway(worker.perform, worker.close)
    gateway.start()
    gateway.submit(UseServer(connection=connection))
    gateway.submit(SEARCH)
    return gateway


@pytest.mark.parametrize("switched", [False, True])
def test_quitting_in_a_renewal_stores_what_came_of_it(
    qtbot: QtBot, demo_oauth: RunningDemo, connection: Connection, switched: bool
) -> None:
    demo_oauth.switches.after_granting = gate = Gate()
    gateway = started(connection)
    gate.wait_for_arrival()
    if switched:  # another server is in use by now
        ears = Ears(gateway)
        ticket = gateway.submit(UseServer(connection=connection_to(demo_oauth.url), memory_only=True))
        qtbot.waitUntil(lambda: ears.of(ticket.id) == ["succeeded"])
    opening = threading.Timer(0.3, gate.open)
    opening.start()
    began = time.perf_counter()
    assert gateway.shutdown(QUIT_TIMEOUT)
    print(f"quit in {time.perf_counter() - began:.3f} s, of which the server took 0.3 s")  # noqa: T201
    opening.join()
    goes_on(connection, demo_oauth)


def test_quitting_is_quick_where_no_renewal_is_under_way(
    qtbot: QtBot, demo_oauth: RunningDemo, connection: Connection
) -> None:
    gateway = started(connection)
    ears = Ears(gateway)
    qtbot.waitUntil(lambda: len(ears.payloads("succeeded")) == 2)
    began = time.perf_counter()
    assert gateway.shutdown(QUIT_TIMEOUT)
    print(f"quit at once in {(time.perf_counter() - began) * 1000:.1f} ms")  # noqa: T201
    goes_on(connection, demo_oauth)


@pytest.mark.usefixtures("qtbot")
def test_quitting_while_the_server_thinks_for_ever_ends_all_the_same(
    demo_oauth: RunningDemo, connection: Connection
) -> None:
    demo_oauth.switches.before_granting = gate = Gate()
    gateway = started(connection)
    gate.wait_for_arrival()
    began = time.perf_counter()
    assert gateway.shutdown(1.0)
    print(f"quit after {time.perf_counter() - began:.3f} s of 1 s")  # noqa: T201
    gate.abandon()


def test_a_request_that_is_cancelled_does_not_take_its_renewal_along(
    demo_oauth: RunningDemo, connection: Connection
) -> None:
    demo_oauth.switches.after_granting = gate = Gate()

    async def job(work: AtWork) -> None:
        await work.use(memory_only=False)
        searching = asyncio.create_task(work.find())
        await asyncio.to_thread(gate.wait_for_arrival)
        searching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await searching
        gate.open()
        await work.find()

    at_work(connection, job, nobody)
    goes_on(connection, demo_oauth)


@pytest.mark.parametrize("leave", ["lock up", "other server"])
def test_leaving_a_server_in_a_renewal_holds_nobody_up_and_loses_nothing(
    demo_oauth: RunningDemo, connection: Connection, leave: str
) -> None:
    demo_oauth.switches.after_granting = gate = Gate()

    async def job(work: AtWork) -> None:
        await work.use(memory_only=False)
        searching = asyncio.create_task(work.find())
        await asyncio.to_thread(gate.wait_for_arrival)
        if leave == "lock up":
            locking = asyncio.create_task(work.ask(LockUp()))
            await asyncio.sleep(0)
            locking.cancel()  # as the gateway does when somebody comes back at once
            await asyncio.wait({locking})
        await work.use()  # returns although the former server still thinks
        searching.cancel()
        gate.open()

    at_work(connection, job, nobody)
    goes_on(connection, demo_oauth)


def test_a_sign_out_in_a_renewal_leaves_nobody_signed_in(
    demo_oauth: RunningDemo, connection: Connection, limited: LimitedKeyring
) -> None:
    demo_oauth.switches.after_granting = gate = Gate()

    async def job(work: AtWork) -> None:
        await work.use(memory_only=False)
        searching = asyncio.create_task(work.problem(work.find()))
        await asyncio.to_thread(gate.wait_for_arrival)
        leaving = asyncio.create_task(work.ask(SignOut()))
        await asyncio.sleep(0)
        gate.open()
        await leaving
        assert (await searching).kind is Kind.SIGNED_OUT
        assert (await work.problem(work.find())).kind is Kind.SIGNED_OUT

    at_work(connection, job, nobody)
    assert limited.entries == {}
