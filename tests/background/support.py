"""What the tests of the worker share: requests, servers that stall where one wants them to, ears for signals."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar
from unittest import mock

import httpx
from PySide6.QtCore import QObject, QThread, Slot

from procedure_viewer.background.gateway import Gateway, Reply, Report
from procedure_viewer.background.requests import Request, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Request):
    """A request that a test made up; `key` names what is to be done."""

    scope: ClassVar[Scope] = Scope.CHART
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskElsewhere(Ask):
    """The same in another scope, so that it cancels none of the others."""

    scope: ClassVar[Scope] = Scope.PATIENTS


Job = Callable[[Report], Awaitable[object]]


def jobs(table: Mapping[str, Job]) -> Callable[[Request, Report], Awaitable[object]]:
    """A `perform` that looks the job up by its key."""

    async def perform(request: Request, report: Report) -> object:
        assert isinstance(request, Ask)
        return await table[request.key](report)

    return perform


async def nothing_to_close() -> None:
    """A `close` for a worker without connections."""


class Ears(QObject):
    """Hears every signal of a gateway, in order, as a panel of the window would."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__()
        self.heard: list[tuple[str, Reply]] = []
        self.threads: set[QThread] = set()
        gateway.page.connect(self._page)
        gateway.succeeded.connect(self._succeeded)
        gateway.failed.connect(self._failed)
        gateway.cancelled.connect(self._cancelled)

    def of(self, ticket: int) -> list[str]:
        """The names of the signals for one ticket."""
        return [name for name, reply in self.heard if reply.ticket == ticket]

    def payloads(self, name: str) -> list[Any]:
        """The payloads that one signal carried."""
        return [reply.payload for heard, reply in self.heard if heard == name]

    def _note(self, name: str, reply: Reply) -> None:
        self.threads.add(QThread.currentThread())
        self.heard.append((name, reply))

    @Slot(object)
    def _page(self, reply: Reply) -> None:
        self._note("page", reply)

    @Slot(object)
    def _succeeded(self, reply: Reply) -> None:
        self._note("succeeded", reply)

    @Slot(object)
    def _failed(self, reply: Reply) -> None:
        self._note("failed", reply)

    @Slot(object)
    def _cancelled(self, reply: Reply) -> None:
        self._note("cancelled", reply)


class Phase(StrEnum):
    """Where a request to a server can get stuck."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    HEADERS = "headers"
    BODY = "body"


@contextlib.contextmanager
def blocked_dns() -> Iterator[None]:
    """Look-ups never end, until the end of the block lets their threads go."""
    release = threading.Event()

    def blocked(*_: object, **__: object) -> None:
        release.wait()
        raise socket.gaierror(socket.EAI_AGAIN, "released")

    with mock.patch.object(socket, "getaddrinfo", blocked):
        try:
            yield
        finally:
            release.set()


@contextlib.contextmanager
def stalling_server(phase: Phase) -> Iterator[str]:
    """The URL of a server on which a request gets as far as `phase` and no further."""
    with contextlib.ExitStack() as stack:
        backlog = 0 if phase is Phase.CONNECT else 8
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=backlog))
        address = listener.getsockname()
        if phase is Phase.DNS:
            stack.enter_context(blocked_dns())
            yield "http://fhir.example.invalid/"
            return
        if phase is Phase.CONNECT:
            # Linux drops what comes after the queue is full: one more connection than the backlog fills it.
            for _ in range(4):
                filler = stack.enter_context(socket.socket())
                filler.setblocking(False)
                filler.connect_ex(address)
        else:
            server = _StallingServer(listener, phase)
            stack.callback(server.stop)
        yield f"{'https' if phase is Phase.TLS else 'http'}://{address[0]}:{address[1]}/"


class _StallingServer:
    """Takes one connection, as far as the phase."""

    def __init__(self, listener: socket.socket, phase: Phase) -> None:
        self._listener = listener
        self._phase = phase
        self._accepted: Future[socket.socket] = Future()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def stop(self) -> None:
        """Hang up; a client may keep a connection open that it was told to forget."""
        # Where nobody came, or the thread has not noticed yet, a connection of our own lets it go on.
        with socket.create_connection(self._listener.getsockname()):
            connection = self._accepted.result()
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            self._thread.join()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        self._accepted.set_result(connection)
        with connection, contextlib.suppress(OSError):
            connection.recv(65536)
            if self._phase is Phase.BODY:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
            while connection.recv(65536):
                pass  # until the client goes away


STUCK_AT = {
    Phase.DNS: "connection.connect_tcp.started",
    Phase.CONNECT: "connection.connect_tcp.started",
    Phase.TLS: "connection.start_tls.started",
    Phase.HEADERS: "http11.receive_response_headers.started",
    Phase.BODY: "http11.receive_response_body.started",
}
"""The last step of httpcore that a request takes on such a server."""


class Browser:
    """A worker that fetches over HTTP: one client, made and closed inside the loop."""

    def __init__(self) -> None:
        self._client: httpx.AsyncClient | None = None
        self.ended = threading.Semaphore(0)
        """Released whenever a job is over, however it ended."""

    async def fetch(self, url: str, report: Report) -> bytes:
        """The body at `url`; the steps on the way are reported by httpcore's names."""
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=None, trust_env=False, verify=False)  # noqa: S501, S113

        async def trace(step: str, _: object) -> None:
            report(step)

        try:
            return (await self._client.get(url, extensions={"trace": trace})).content
        finally:
            self.ended.release()

    async def close(self) -> None:
        """Close the client."""
        if self._client is not None:
            await self._client.aclose()


async def for_ever() -> None:
    """Wait for what never comes."""
    await asyncio.Event().wait()
