"""The demo server in a thread of the test's own process, so that the test can turn its switches while it runs."""

import asyncio
import socket
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn

from procedure_viewer.demo.app import demo_app
from procedure_viewer.demo.oauth.switches import Switches

PATIENCE = 10.0
REFRESH_TOKEN = "refresh_token"


class Abandoned(Exception):
    """The server fails in the middle of a request, because the test said so."""


class Gate:
    """Holds back the token endpoint's work on one grant type until the test lets it go on.

    server.switches.before_granting = gate = Gate()
    ...                      # the program refreshes
    gate.wait_for_arrival()  # and hangs, until
    gate.open()
    """

    def __init__(self, grant_type: str = REFRESH_TOKEN) -> None:
        self._grant_type = grant_type
        self._changed = threading.Condition()
        self._arrived = 0
        self._open = threading.Event()
        self._abandoned = False

    async def __call__(self, grant_type: str) -> None:
        """What the server awaits."""
        if grant_type != self._grant_type:
            return
        with self._changed:
            self._arrived += 1
            self._changed.notify_all()
        while not self._open.is_set():  # noqa: ASYNC110 - it is opened by another thread
            await asyncio.sleep(0.005)
        if self._abandoned:
            raise Abandoned

    @property
    def arrivals(self) -> int:
        """How many requests have come as far as this gate."""
        with self._changed:
            return self._arrived

    def wait_for_arrival(self, number: int = 1) -> None:
        """Return when `number` requests have come to the gate."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._arrived >= number, PATIENCE), "too few requests came"

    def open(self) -> None:
        """Let all go on, those that are waiting and those to come."""
        self._open.set()

    def abandon(self) -> None:
        """Let all fail with status 500; before granting this means that nothing was changed."""
        self._abandoned = True
        self._open.set()


class RunningDemo:
    """A demo server with `switches`, as a context manager; with `certificate` it speaks TLS."""

    def __init__(self, switches: Switches | None = None, *, certificate: Path | None = None) -> None:
        """`certificate` is a PEM file with the chain and the key."""
        self.switches = switches or Switches()
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(128)
        self._server = uvicorn.Server(
            uvicorn.Config(
                demo_app(switches=self.switches),
                loop="asyncio",
                http="h11",
                ws="none",
                lifespan="off",
                access_log=False,
                log_config=None,
                log_level="critical",
                ssl_certfile=certificate,
            )
        )
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],), name="demo", daemon=True)
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End, whatever is under way. May be called twice."""
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        self._listener.close()
