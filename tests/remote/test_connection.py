"""No way to the server: nobody there, no such name, no answer to the knock, no usable proxy."""

import contextlib
import socket
from collections.abc import Iterator

import pytest

from procedure_viewer.fhir.outcome import Kind
from procedure_viewer.remote.client import Timeouts
from tests.remote.asking import ONCE, TOKEN, asked, problem, read
from tests.servers import ScriptedServer, procedure, raw, reply, stall

PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def full_port() -> Iterator[int]:
    """A port whose queue of callers is full, so that the system lets further ones knock for ever."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):
            caller = stack.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def test_a_refused_connection_is_offline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    trouble = problem(f"http://127.0.0.1:{port}")
    assert (trouble.kind, trouble.status) == (Kind.OFFLINE, None)
    assert trouble.technical.startswith("ConnectError")


def test_a_name_that_nobody_has_is_offline() -> None:
    trouble = problem("https://nonexistent.invalid/fhir", timeouts=Timeouts(connect=60), pace=ONCE)
    assert trouble.kind is Kind.OFFLINE


def test_a_knock_that_nobody_answers_is_a_time_out(full_port: int) -> None:
    trouble = problem(f"http://127.0.0.1:{full_port}", timeouts=Timeouts(connect=0.05))
    assert (trouble.kind, trouble.technical) == (Kind.TIMEOUT, "ConnectTimeout")


def test_a_server_that_does_not_answer_in_tls_is_a_time_out() -> None:
    with ScriptedServer(stall()) as server:
        trouble = problem(f"https://127.0.0.1:{server.port}", timeouts=Timeouts(connect=0.05))
        server.wait_until_left()
    assert (trouble.kind, trouble.technical) == (Kind.TIMEOUT, "ConnectTimeout")


def test_a_proxy_of_the_environment_has_no_business_with_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer(raw(b"")) as proxy, ScriptedServer(reply(200, procedure("1"))) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        assert asked(server.url, read)
    assert proxy.connections == 0


def test_a_proxy_that_refuses_is_offline_and_never_sees_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer(reply(407)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        trouble = problem("https://h.example/fhir", pace=ONCE)
    assert trouble.kind is Kind.OFFLINE
    (request,) = proxy.requests
    assert (request.method, request.target) == ("CONNECT", "h.example:443")
    assert TOKEN not in repr(request)


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "nonsense://127.0.0.1:1", "http://127.0.0.1:port"])
def test_a_proxy_that_can_not_be_used_is_told(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    trouble = problem("https://h.example/fhir")
    assert (trouble.kind, trouble.technical) == (Kind.OFFLINE, "the proxy settings of this computer")
