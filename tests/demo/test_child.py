"""The demo server as a child: found ready, stopped for good, and gone when its parent is, however that ended."""

import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from procedure_viewer.demo import child
from procedure_viewer.demo.child import DemoServer, start_demo_server
from procedure_viewer.fhir.outcome import Failure, Kind
from tests.demo.conftest import PATIENCE

PARENT = """
import sys
from procedure_viewer.demo.child import start_demo_server
server = start_demo_server()
print(server.wait_until_ready(30), flush=True)
sys.stdin.readline()
"""
posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def python(script: str) -> DemoServer:
    return DemoServer([sys.executable, "-c", script])


def test_ready_and_stopped() -> None:
    server = start_demo_server()
    try:
        url = server.wait_until_ready(PATIENCE)
        assert server.url == url == server.wait_until_ready(0)
        headers = {"Authorization": f"Bearer {server.token}"}
        assert httpx.get(f"{url}/Patient", headers=headers, trust_env=False).json()["total"] > 50
    finally:
        server.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/metadata", trust_env=False)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="reads /proc")
def test_stopping_twice_leaves_nothing_behind() -> None:
    def children() -> set[str]:
        return set(Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split())

    before = children()
    server = start_demo_server()
    assert len(children() - before) == 1
    server.stop()
    server.stop()

    assert children() == before
    assert server._reader not in threading.enumerate()


def test_stopped_before_it_was_ready() -> None:
    server = start_demo_server()
    server.stop()

    with pytest.raises(Failure) as failure:
        server.wait_until_ready(PATIENCE)
    assert failure.value.problem.kind is Kind.OFFLINE
    assert server.url == ""


def test_stopping_ends_the_waiting() -> None:
    server = python("import sys; sys.stdin.read()")
    kinds: list[Kind] = []

    def wait() -> None:
        with pytest.raises(Failure) as failure:
            server.wait_until_ready(PATIENCE)
        kinds.append(failure.value.problem.kind)

    waiting = threading.Thread(target=wait)
    waiting.start()
    server.stop()
    waiting.join(PATIENCE)

    assert kinds == [Kind.OFFLINE]


def test_a_child_that_fails_says_why() -> None:
    server = python("raise SystemExit('no such luck')")
    try:
        with pytest.raises(Failure) as failure:
            server.wait_until_ready(PATIENCE)
    finally:
        server.stop()

    assert failure.value.problem.kind is Kind.OFFLINE
    assert "no such luck" in failure.value.problem.technical


def test_a_child_that_says_nothing() -> None:
    server = python("import sys; sys.stdin.read()")
    try:
        with pytest.raises(Failure) as failure:
            server.wait_until_ready(0.05)
    finally:
        server.stop()

    assert failure.value.problem.kind is Kind.TIMEOUT


def test_a_child_that_talks_first_and_never_ends_talking() -> None:
    script = (
        "print('a warning'); print('Procedure Viewer demo server: http://127.0.0.1:9', flush=True); print('x' * 10**6);"
        "import sys; sys.stdin.read()"
    )
    server = python(script)
    try:
        assert server.wait_until_ready(PATIENCE) == "http://127.0.0.1:9"
    finally:
        server.stop()


@posix
def test_a_stubborn_child_is_ended_by_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "_SECONDS_TO_END", 0.2)
    script = (
        "import signal, threading; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print('Procedure Viewer demo server: http://127.0.0.1:9', flush=True); threading.Event().wait()"
    )
    server = python(script)
    server.wait_until_ready(PATIENCE)
    server.stop()

    assert server._process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("end", ["kill", "close"])
@posix
def test_gone_when_the_parent_is(end: str) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with parent:
        assert parent.stdout
        assert parent.stdin
        address = httpx.URL(parent.stdout.readline().strip())
        assert address.port
        with socket.create_connection((address.host, address.port), timeout=PATIENCE) as connection:
            # An open connection is closed by the system when the child's process is gone.
            if end == "kill":
                parent.kill()
            else:
                parent.stdin.close()
            with suppress(ConnectionResetError):  # the system's other way to say so
                assert connection.recv(1) == b""
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address.host, address.port), timeout=PATIENCE)


def test_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "DemoServer", list)
    monkeypatch.setattr(sys, "executable", "/opt/viewer")
    serving = ["serve-demo", "--port", "0", "--latency-ms", "250"]

    assert start_demo_server(250) == ["/opt/viewer", "-m", "procedure_viewer", *serving]  # type: ignore[comparison-overlap]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert start_demo_server(250) == ["/opt/viewer", *serving]  # type: ignore[comparison-overlap]


def test_the_parent_loads_no_server() -> None:
    script = "import sys, procedure_viewer.demo.child; print({'starlette', 'uvicorn', 'asyncio'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout

    assert said.strip() == "set()"
