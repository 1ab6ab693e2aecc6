"""By a proxy: only CONNECT, only what it must know, and its refusals told as its own."""

import asyncio
import json
import socket

import httpx
import pytest

from procedure_viewer.fhir.hindrance import Barrier, RouteTrouble
from procedure_viewer.fhir.outcome import Failure, Kind
from procedure_viewer.remote.client import FhirClient
from procedure_viewer.remote.transport import Timeouts, Transport
from tests.remote.asking import ONCE, TOKEN, asked, problem, read
from tests.remote.authority import Authority
from tests.remote.connect_proxy import ConnectProxy
from tests.remote.http2_server import Answered, Http2Server
from tests.servers import ScriptedServer, procedure, raw, reply, stall

ANSWER = reply(200, procedure("1"))
BODY = json.dumps(procedure("1")).encode()
HOST = "clinic.example"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def trouble(barrier: Barrier, proxy: ScriptedServer) -> RouteTrouble:
    return RouteTrouble(barrier, HOST, f"127.0.0.1:{proxy.port}")


def test_a_server_is_read_through_it_and_the_token_stays_inside_tls(authority: Authority) -> None:
    with ConnectProxy() as proxy, ScriptedServer(ANSWER, tls=authority.server(HOST)) as server:
        assert asked(f"https://{HOST}:{server.port}/fhir", read, tls=authority.client(), proxy=proxy.url)
    (request,) = proxy.requests
    assert (request.method, request.target) == ("CONNECT", f"{HOST}:{server.port}")
    assert TOKEN not in repr(request)
    assert TOKEN.encode() not in proxy.seen
    assert proxy.seen
    assert server.requests[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert "proxy-authorization" not in server.requests[0].headers


def test_http2_is_spoken_through_it(authority: Authority) -> None:
    with (
        ConnectProxy() as proxy,
        Http2Server(lambda _: Answered(200, BODY), tls=authority.server(HOST, alpn="h2")) as server,
    ):
        assert asked(f"https://{HOST}:{server.port}", read, tls=authority.client(), proxy=proxy.url) == BODY


def test_a_proxy_gets_the_user_and_password_that_it_wants(authority: Authority) -> None:
    with (
        ConnectProxy(user="dömain\\user", password="p@ss:/word") as proxy,
        ScriptedServer(ANSWER, tls=authority.server(HOST)) as server,
    ):
        by = f"http://d%C3%B6main%5Cuser:p%40ss%3A%2Fword@127.0.0.1:{proxy.port}"
        assert asked(f"https://{HOST}:{server.port}", read, tls=authority.client(), proxy=by)


@pytest.mark.parametrize("who", ["", "user:canary-password@"], ids=["nobody", "somebody else"])
def test_a_proxy_that_wants_a_sign_in_is_told(authority: Authority, who: str) -> None:
    with ConnectProxy(user="user", password="other") as proxy:
        found = problem(f"https://{HOST}", tls=authority.client(), proxy=f"http://{who}127.0.0.1:{proxy.port}")
    assert (found.kind, found.status) == (Kind.PROXY, 407)
    assert found.hindrance == trouble(Barrier.PROXY_SIGN_IN, proxy)
    assert "canary" not in repr(found)
    assert TOKEN not in repr(proxy.requests)
    assert len(proxy.requests) == 1


@pytest.mark.parametrize("status", [403, 502, 302])
def test_a_proxy_that_refuses_is_told(authority: Authority, status: int) -> None:
    with ConnectProxy(status=status) as proxy:
        found = problem(f"https://{HOST}", tls=authority.client(), proxy=proxy.url)
    assert (found.kind, found.status) == (Kind.PROXY, status)
    assert found.hindrance == trouble(Barrier.PROXY_REFUSED, proxy)
    assert len(proxy.requests) == (3 if status == 502 else 1)


def test_the_words_of_a_proxy_are_not_taken_over(authority: Authority) -> None:
    with ScriptedServer(raw(b"HTTP/1.1 403 canary-words\r\nContent-Length: 0\r\n\r\n")) as proxy:
        found = problem(f"https://{HOST}", tls=authority.client(), proxy=proxy.url)
    assert found.kind is Kind.PROXY
    assert "canary" not in repr(found)


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n"], ids=["hangs up", "nonsense"])
def test_a_proxy_that_is_none_is_told(authority: Authority, answer: bytes) -> None:
    with ScriptedServer(raw(answer)) as proxy:
        found = problem(f"https://{HOST}", tls=authority.client(), proxy=proxy.url)
    assert (found.kind, found.hindrance) == (Kind.PROXY, trouble(Barrier.PROXY_UNREACHABLE, proxy))


def test_a_proxy_that_is_not_there_is_told(authority: Authority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    found = problem(f"https://{HOST}", tls=authority.client(), proxy=f"http://user:canary@127.0.0.1:{port}")
    assert found.kind is Kind.PROXY
    assert found.hindrance == RouteTrouble(Barrier.PROXY_UNREACHABLE, HOST, f"127.0.0.1:{port}")


def test_a_proxy_that_says_nothing_is_a_time_out(authority: Authority) -> None:
    with ScriptedServer(stall()) as proxy:
        found = problem(
            f"https://{HOST}", tls=authority.client(), proxy=proxy.url, timeouts=Timeouts(connect=0.2, read=0.2)
        )
        proxy.wait_until_left()
    assert found.kind is Kind.TIMEOUT


@pytest.mark.parametrize("after", [0, 40], ids=["before TLS", "in its middle"])
def test_a_tunnel_that_dies_is_a_lost_connection(authority: Authority, after: int) -> None:
    with (
        ConnectProxy(dies_after=after) as proxy,
        ScriptedServer(ANSWER, tls=authority.server(HOST)) as server,
    ):
        found = problem(f"https://{HOST}:{server.port}", tls=authority.client(), proxy=proxy.url)
    assert (found.kind, found.hindrance) == (Kind.OFFLINE, RouteTrouble(Barrier.LOST, HOST))


def test_tunnels_that_died_are_not_counted_for_ever(authority: Authority) -> None:
    """httpcore keeps one in its pool after a handshake that failed, and has room for a hundred by default."""

    async def again_and_again(client: FhirClient) -> bytes:
        for _ in range(110):
            with pytest.raises(Failure) as failed:
                await client.read("Procedure", "1")
            assert failed.value.problem.kind is Kind.OFFLINE
        proxy.heal()
        return await client.read("Procedure", "1")

    with ConnectProxy(dies_after=0) as proxy, ScriptedServer(ANSWER, tls=authority.server(HOST)) as server:
        base = f"https://{HOST}:{server.port}"
        assert asked(base, again_and_again, tls=authority.client(), proxy=proxy.url, pace=ONCE)


@pytest.mark.parametrize(
    "proxy", ["socks5://127.0.0.1:1", "nonsense://canary@127.0.0.1:1", "http://u:canary@h:port", ""]
)
def test_a_proxy_that_can_not_be_used_is_told(proxy: str) -> None:
    found = problem(f"https://{HOST}", proxy=proxy)
    assert (found.kind, found.hindrance) == (Kind.PROXY, RouteTrouble(Barrier.PROXY_UNSUPPORTED, HOST))
    assert "canary" not in repr(found)


def test_the_environment_is_not_asked(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    with ConnectProxy() as other, ConnectProxy() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", other.url)
        monkeypatch.setenv("NO_PROXY", "*")
        with ScriptedServer(ANSWER, tls=authority.server(HOST)) as server:
            assert asked(f"https://{HOST}:{server.port}", read, tls=authority.client(), proxy=proxy.url)
    assert (other.connections, proxy.connections) == (0, 1)


def test_an_address_of_this_computer_is_never_asked_by_it() -> None:
    """The connection to the server goes by the proxy, the one to this computer's own loopback does not."""

    async def ask() -> int:
        transport = Transport(f"https://{HOST}", proxy=proxy.url)
        try:
            response, _ = await transport.exchange("GET", httpx.URL(f"{server.url}/x"))
            return response.status_code
        finally:
            await transport.aclose()

    with ConnectProxy() as proxy, ScriptedServer(reply(204)) as server:
        assert asyncio.run(ask()) == 204
    assert proxy.connections == 0
