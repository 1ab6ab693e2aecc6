"""No way to the server: nobody there, no such name, no answer to the knock."""

import contextlib
import socket
from collections.abc import Iterator

import pytest

from procedure_viewer.fhir.hindrance import Barrier, RouteTrouble
from procedure_viewer.fhir.outcome import Kind
from procedure_viewer.remote.transport import Timeouts
from tests.remote.asking import ONCE, asked, problem, read
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
    assert trouble.hindrance == RouteTrouble(Barrier.REFUSED, "127.0.0.1")


def test_a_name_that_nobody_has_is_offline() -> None:
    trouble = problem("https://nonexistent.invalid/fhir", timeouts=Timeouts(connect=60), pace=ONCE)
    assert trouble.kind is Kind.OFFLINE
    # Without a name server, this computer can't know that nobody has the name.
    assert trouble.hindrance in [
        RouteTrouble(barrier, "nonexistent.invalid") for barrier in (Barrier.UNKNOWN_NAME, Barrier.NO_NETWORK)
    ]


def test_a_knock_that_nobody_answers_is_a_time_out(full_port: int) -> None:
    trouble = problem(f"http://127.0.0.1:{full_port}", timeouts=Timeouts(connect=0.05))
    assert (trouble.kind, trouble.technical) == (Kind.TIMEOUT, "ConnectTimeout")
    assert trouble.hindrance == RouteTrouble(Barrier.SILENT, "127.0.0.1")


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


def test_a_proxy_of_the_settings_has_no_business_with_this_computer_either() -> None:
    with ScriptedServer(raw(b"")) as proxy, ScriptedServer(reply(200, procedure("1"))) as server:
        assert asked(server.url, read, proxy=proxy.url)
    assert proxy.connections == 0
