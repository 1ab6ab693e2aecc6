"""A request over real sockets is cancelled, and quit upon, in whatever phase it is stuck."""

import sys
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from procedure_viewer.background.gateway import Gateway, Report, Ticket
from procedure_viewer.background.requests import Request
from tests.background.conftest import MakeGateway
from tests.background.support import STUCK_AT, Ask, AskElsewhere, Browser, Ears, Phase, stalling_server


# httpcore leaves a connection open whose TLS handshake is cancelled, until the garbage collector finds it and warns,
# in whatever test that is. Quitting in that phase is tested in a process of its own.
@pytest.fixture(params=[phase for phase in Phase if phase is not Phase.TLS])
def phase(request: pytest.FixtureRequest) -> Phase:
    phase: Phase = request.param
    if phase is Phase.CONNECT and sys.platform != "linux":
        pytest.skip("other systems refuse, or accept, what comes after the queue is full")
    return phase


@pytest.fixture
def url(phase: Phase) -> Iterator[str]:
    with stalling_server(phase) as url:
        yield url


@pytest.fixture
def browser() -> Browser:
    return Browser()


def stuck_request(
    qtbot: QtBot, make_gateway: MakeGateway, browser: Browser, url: str, phase: Phase
) -> tuple[Gateway, Ears, Ticket]:
    async def perform(request: Request, report: Report) -> object:
        assert isinstance(request, Ask)
        return await browser.fetch(request.key, report) if request.key else "answer"

    gateway, ears = make_gateway(perform, browser.close)
    ticket = gateway.submit(Ask(key=url))
    qtbot.waitUntil(lambda: ears.payloads("page")[-1:] == [STUCK_AT[phase]])
    return gateway, ears, ticket


def test_cancelled_exactly_once(
    qtbot: QtBot, make_gateway: MakeGateway, browser: Browser, url: str, phase: Phase
) -> None:
    gateway, ears, ticket = stuck_request(qtbot, make_gateway, browser, url, phase)
    ticket.cancel()
    assert browser.ended.acquire(timeout=5), "the job itself has ended"
    marker = gateway.submit(AskElsewhere())
    qtbot.waitUntil(lambda: ears.of(marker.id) == ["succeeded"])
    assert [name for name in ears.of(ticket.id) if name != "page"] == ["cancelled"]
    assert ears.of(ticket.id)[-1] == "cancelled"


def test_the_latest_request_gets_through(
    qtbot: QtBot, make_gateway: MakeGateway, browser: Browser, url: str, phase: Phase
) -> None:
    gateway, ears, ticket = stuck_request(qtbot, make_gateway, browser, url, phase)
    latest = gateway.submit(Ask())
    qtbot.waitUntil(lambda: ears.of(latest.id) == ["succeeded"])
    assert browser.ended.acquire(timeout=5)
    assert ears.of(ticket.id)[-1] == "cancelled"


def test_shut_down_in_time_and_in_silence(
    qtbot: QtBot, make_gateway: MakeGateway, browser: Browser, url: str, phase: Phase
) -> None:
    gateway, ears, _ = stuck_request(qtbot, make_gateway, browser, url, phase)
    heard = len(ears.heard)
    assert gateway.shutdown(5)
    assert browser.ended.acquire(timeout=0), "the job had ended before the thread did"
    QApplication.processEvents()
    assert len(ears.heard) == heard
