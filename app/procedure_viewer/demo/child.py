"""The demo server as a child process of the viewer, from source and from a frozen program.

The child's standard input is a pipe that we hold and never write to: when this process ends, however that happens, the
system closes it and the child ends too (see `stopping`).
"""

import os
import subprocess
import sys
import threading

from procedure_viewer.demo import DEMO_TOKEN, READY_LINE
from procedure_viewer.fhir.outcome import Failure, Kind, Problem

_READY_START = READY_LINE.format(url="")
_SECONDS_TO_END = 2.0
_LONGEST_WORDS = 2_000


class DemoServer:
    """One running child. Its methods may be called from any thread."""

    token = DEMO_TOKEN
    """The bearer token that it accepts."""

    def __init__(self, command: list[str]) -> None:
        """Start `command`, which is to print `READY_LINE` once it listens."""
        self._process = subprocess.Popen(  # noqa: S603 - our own program, and no shell
            command,
            # Unbuffered: the thread below must not hold a buffer's lock while the interpreter shuts down.
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._said = b""
        self._url: str | None = None
        self._settled = threading.Event()
        self._stopping = threading.Lock()
        self._reader = threading.Thread(target=self._listen, name="demo server's words", daemon=True)
        self._reader.start()

    @property
    def url(self) -> str:
        """The FHIR base URL; "" until it is known, and after `stop`."""
        return self._url or ""

    def wait_until_ready(self, timeout: float = 15.0) -> str:
        """Wait at most `timeout` seconds until the child listens; returns its base URL or raises `Failure`."""
        if not self._settled.wait(timeout):
            raise Failure(Problem(Kind.TIMEOUT, technical=f"the demo server was not ready within {timeout:g} s"))
        if self._url is None:
            words = self._said.decode("utf-8", "replace").strip()
            raise Failure(Problem(Kind.OFFLINE, technical=f"the demo server ended: {words or 'it said nothing'}"))
        return self._url

    def stop(self) -> None:
        """End the child, by closing its input or else by force, and wait until it is gone. May be called twice."""
        with self._stopping:
            assert self._process.stdin
            self._process.stdin.close()
            for insist in (self._process.terminate, self._process.kill):
                try:
                    self._process.wait(_SECONDS_TO_END)
                    break
                except subprocess.TimeoutExpired:
                    insist()
            self._process.wait()
            # Its output has ended with it.
            self._reader.join()
            assert self._process.stdout
            self._process.stdout.close()
            self._url, self._said = None, b"it was stopped"

    def _listen(self) -> None:
        """Read all that the child says, so that it never waits for us, and note its address."""
        assert self._process.stdout
        output = self._process.stdout.fileno()
        while words := os.read(output, 4096):
            if self._url is None and len(self._said) < _LONGEST_WORDS:
                self._said += words
                self._url = _url_in(self._said)
                if self._url is not None:
                    self._settled.set()
        self._settled.set()


def start_demo_server(latency_ms: int = 0) -> DemoServer:
    """Start the demo server on a free port, without waiting for it; each answer is delayed by `latency_ms`."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "procedure_viewer"]
    return DemoServer([*program, "serve-demo", "--port", "0", "--latency-ms", str(latency_ms)])


def _url_in(said: bytes) -> str | None:
    """The address in the line that says it, once that line is whole."""
    for line in said.decode("utf-8", "replace").splitlines(keepends=True):
        if line.startswith(_READY_START) and line.endswith(("\n", "\r")):
            return line.removeprefix(_READY_START).strip()
    return None
