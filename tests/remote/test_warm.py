"""Connections that are ready before they are needed: how many handshakes a search costs, and what is sent for it."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest

from procedure_viewer.fhir.outcome import Failure
from procedure_viewer.remote import transport as transports
from procedure_viewer.remote.client import FhirClient
from procedure_viewer.remote.discovery import discover
from procedure_viewer.remote.transport import Transport
from tests.remote.asking import PATIENT, TOKEN, Given
from tests.remote.authority import Authority
from tests.remote.http2_server import Answered, Http2Server
from tests.servers import ScriptedServer, SeenRequest, bundle, procedure, reply

ASKED_BY_ALL = "/.well-known/smart-configuration"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def answers(request: SeenRequest) -> Answered:
    """A page for a search; nothing else is there."""
    if request.target.startswith("/Procedure"):
        return Answered(200, json.dumps(bundle([procedure("1")], total=1)).encode())
    return Answered(404, b"")


async def search(transport: Transport) -> None:
    assert len([page async for page in FhirClient(transport, Given()).search("Procedure", PATIENT)]) == 1


def doing(transport: Transport, *steps: Callable[[Transport], Awaitable[object]]) -> None:
    async def do() -> None:
        try:
            for step in steps:
                await step(transport)
        finally:
            await transport.aclose()

    asyncio.run(do())


def test_what_is_asked_at_the_start_makes_the_one_handshake(authority: Authority) -> None:
    with Http2Server(answers, tls=authority.server(alpn="h2")) as server:
        doing(Transport(server.url, tls=authority.client()), discover, search)
    assert server.connections == 1
    assert server.requests[-1].target.startswith("/Procedure")


def test_a_connection_that_the_server_closed_is_made_anew_before_the_search(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transports, "RESTING", 0.0)
    seen: list[int] = []

    with Http2Server(answers, tls=authority.server(alpn="h2")) as server:

        async def rest(_transport: Transport) -> None:
            server.close_connections()
            await asyncio.to_thread(server.wait_until_left)

        async def warm_up(transport: Transport) -> None:
            await transport.warm_up()
            seen.append(server.connections)

        doing(Transport(server.url, tls=authority.client()), search, rest, warm_up, search)
        assert (seen, server.connections) == ([2], 2)
    asked = server.requests[1]
    assert asked.target == ASKED_BY_ALL
    assert "authorization" not in asked.headers
    assert not any(TOKEN in value or "Patient" in value for value in asked.headers.values())


@pytest.mark.parametrize("alpn", ["h2", "http/1.1"])
def test_a_connection_that_was_just_used_is_left_alone(authority: Authority, alpn: str) -> None:
    page = reply(200, bundle([procedure("1")], total=1))
    tls = authority.server(alpn=alpn)
    server = Http2Server(answers, tls=tls) if alpn == "h2" else ScriptedServer(page, tls=tls, discoverable=True)
    with server:
        doing(Transport(server.url, tls=authority.client()), search, Transport.warm_up, search)
    assert server.connections == 1
    assert [request.target.partition("?")[0] for request in server.requests] == ["/Procedure"] * 2


def test_a_server_that_is_not_there_is_the_next_questions_trouble(authority: Authority) -> None:
    with Http2Server(answers, tls=authority.server(alpn="h2")) as server:
        gone = server.url

    async def warm_up(transport: Transport) -> None:
        with pytest.raises(Failure):
            await transport.warm_up()

    doing(Transport(gone, tls=authority.client()), warm_up)


def test_one_connection_is_kept_for_as_long_as_a_reader_thinks() -> None:
    async def kept() -> float | None:
        transport = Transport("http://127.0.0.1:1")
        connections = await transport._opened()
        try:
            pool = connections._transport
            return float(pool._pool._keepalive_expiry)  # type: ignore[attr-defined]  # httpx tells it nowhere
        finally:
            await transport.aclose()

    assert asyncio.run(kept()) == transports.KEPT
