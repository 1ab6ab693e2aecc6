"""The command `serve-demo`: where it listens, what it prints, and when it ends."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from procedure_viewer.demo.records.troubled import TROUBLED
from procedure_viewer.demo.server import _listener
from procedure_viewer.demo.trouble import Trouble
from tests.demo.conftest import PATIENCE
from tests.oauth.browser import StandInBrowser, answer_in
from tests.oauth.program import Program

COMMAND = [sys.executable, "-m", "procedure_viewer", "serve-demo"]
READY = "Procedure Viewer demo server: "
HEADERS = {"Authorization": "Bearer demo"}
posix = pytest.mark.skipif(os.name != "posix", reason="signals and shells of POSIX")


@contextmanager
def serving(*arguments: str, stdin: int = subprocess.PIPE) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The command, running and ready, and its base URL."""
    process = subprocess.Popen(
        [*COMMAND, *arguments], stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            assert line.startswith(f"{READY}http://127.0.0.1:"), line
            yield process, line.removeprefix(READY).strip()
        finally:
            process.kill()


@contextmanager
def request_under_way(url: str) -> Iterator[socket.socket]:
    """A connection whose request will not be answered for minutes, and has arrived."""
    address = httpx.URL(url)
    assert address.port
    path = f"/Procedure?patient={TROUBLED[Trouble.SILENT].id}"
    head = f"GET {path} HTTP/1.1\r\nHost: {address.host}\r\nAuthorization: Bearer demo\r\n\r\n"
    with socket.create_connection((address.host, address.port), timeout=PATIENCE) as connection:
        connection.sendall(head.encode())
        # One that came later is answered: the earlier one is surely in hand.
        httpx.get(f"{url}/metadata", trust_env=False).raise_for_status()
        yield connection


@pytest.mark.parametrize("busy", [False, True])
def test_ends_when_standard_input_closes(busy: bool) -> None:
    with serving("--port", "0") as (process, url):
        assert process.stdin
        if busy:
            with request_under_way(url) as connection:
                process.stdin.close()
                assert process.wait(PATIENCE) == 0
                # Whatever is still said to the one who waits, it is the last.
                while connection.recv(4096):
                    pass
        else:
            process.stdin.close()
            assert process.wait(PATIENCE) == 0


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("stdin", [subprocess.PIPE, subprocess.DEVNULL])
def test_ends_on_signals_with_status_0(number: signal.Signals, stdin: int) -> None:
    with serving("--port", "0", stdin=stdin) as (process, url), request_under_way(url):
        process.send_signal(number)
        assert process.wait(PATIENCE) == 0
        assert process.stderr
        assert process.stderr.read() == ""


@posix
def test_a_file_as_standard_input_is_no_reason_to_end(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with (tmp_path / "empty").open() as empty, serving("--port", "0", stdin=empty.fileno()) as (process, url):
        httpx.get(f"{url}/metadata", trust_env=False).raise_for_status()
        assert process.poll() is None


@posix
def test_without_any_standard_input_it_says_what_to_do() -> None:
    shell = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *COMMAND, "--port", "0"], capture_output=True, text=True, timeout=PATIENCE
    )

    assert (shell.returncode, shell.stdout) == (1, "")
    assert shell.stderr.count("\n") == 1
    assert "< /dev/null" in shell.stderr


def test_a_port_in_use_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = subprocess.run(
            [*COMMAND, "--port", str(port)], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE
        )

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.count("\n") == 1
    assert f"port {port}" in refused.stderr


@pytest.mark.parametrize("port", ["65536", "-1"])
def test_a_port_that_is_none(port: str) -> None:
    refused = subprocess.run(
        [*COMMAND, f"--port={port}"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE
    )

    assert refused.returncode in (1, 2)
    assert "Traceback" not in refused.stderr


def test_a_port_that_was_asked_for_is_used_and_free_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as any_port:
        port = any_port.getsockname()[1]
    for _ in range(2):
        with serving("--port", str(port)) as (_process, url):
            assert url == f"http://127.0.0.1:{port}"
            httpx.get(f"{url}/metadata", trust_env=False).raise_for_status()


def test_answers_leave_at_once() -> None:
    """Without the protocol's name asyncio leaves Nagle's algorithm on, and each answer took 40 ms."""
    with _listener(0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads /proc")
def test_listens_on_loopback_only() -> None:
    with serving("--port", "0") as (_process, url):
        port = f"{httpx.URL(url).port:04X}"
        tables = [Path("/proc/net/tcp"), Path("/proc/net/tcp6")]
        rows = [row.split() for table in tables if table.exists() for row in table.read_text().splitlines()[1:]]
        listening = [row[1] for row in rows if row[3] == "0A" and row[1].endswith(f":{port}")]

    assert listening == [f"0100007F:{port}"]


def test_prints_nothing_of_what_is_asked() -> None:
    with (
        serving("--port", "0") as (process, url),
        httpx.Client(base_url=url, headers=HEADERS, trust_env=False) as client,
    ):
        for path in ("/Patient?name=jones", "/Patient/nobody", "/nowhere?name=jones", "/Patient?birthdate=jones"):
            client.get(path)
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(f"/Procedure?patient={TROUBLED[Trouble.DROPPED].id}")
        with socket.create_connection(("127.0.0.1", client.base_url.port or 0), timeout=PATIENCE) as connection:
            connection.sendall(b"jones\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 400")
        assert process.stdin
        process.stdin.close()
        assert process.stdout
        assert process.stderr
        assert (process.stdout.read(), process.stderr.read()) == ("", "")


def test_prints_nothing_of_signing_in() -> None:
    with (
        serving("--port", "0", "--token-seconds", "7") as (process, url),
        Program(url, "demo-public") as program,
        StandInBrowser() as browser,
    ):
        answer = answer_in(browser.redirect_of(program.address()))
        tokens = program.redeem(answer["code"]).json()
        assert tokens["expires_in"] == 7
        for refused in (program.redeem(answer["code"]), program.refresh(tokens["refresh_token"])):
            assert refused.status_code == 400
        assert program.http.get(program.address(client_id="stranger")).status_code == 400
        assert process.stdin
        process.stdin.close()
        assert process.stdout
        assert process.stderr
        assert (process.stdout.read(), process.stderr.read()) == ("", "")


def test_answers_are_held_back() -> None:
    with serving("--port", "0", "--latency-ms", "300") as (_process, url):
        asked = time.monotonic()
        httpx.get(f"{url}/metadata", trust_env=False).raise_for_status()
        assert time.monotonic() - asked >= 0.3
