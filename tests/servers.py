"""A scripted HTTP/1.1 server on loopback, for what no well-behaved server library would do.

It runs in a thread with a loop of its own, so that a test's client may live in any other. A script is a coroutine
function that gets each request as an `Exchange` and does as it likes with the connection: answer, stall, cut, reset.

    with ScriptedServer(in_turn(reply(503), reply(200, bundle()))) as server:
        ...FhirClient(server.url, ...)...
    assert server.targets == ["/Procedure?_count=100"] * 2
"""

import asyncio
import json
import socket
import ssl
import struct
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

FHIR_JSON = "application/fhir+json"
PATIENCE = 10.0
"""Seconds after which something that a test waits for is taken to never happen."""
DISCOVERY = ("/metadata", "/.well-known/smart-configuration", "/.well-known/openid-configuration")
"""The ends of the addresses at which a server says what it offers."""


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A request as it came; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]


@dataclass(slots=True)
class Exchange:
    """One request and the connection that it came over."""

    request: SeenRequest
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    keeps_alive: bool = True

    async def send(self, data: bytes) -> None:
        """Write `data` to the wire as it is."""
        self.writer.write(data)
        await self.writer.drain()

    def hang_up(self) -> None:
        """End the connection after this exchange."""
        self.keeps_alive = False

    def reset(self) -> None:
        """End the connection with a TCP reset instead of an orderly end."""
        linger = struct.pack("ii", 1, 0)
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.writer.transport.abort()
        self.hang_up()

    async def until_peer_leaves(self) -> None:
        """Return when the client has closed its side."""
        while await self.reader.read(4096):
            pass
        self.hang_up()


Script = Callable[[Exchange], Awaitable[None]]


class OnlyDiscovery(Exception):
    """A connection was asked what the server offers, and ends; it isn't counted."""


class ScriptedServer:
    """The server as a context manager.

    With `tls` it speaks HTTPS; a `greeting` is sent to each client before it has asked anything. What every program
    asks first (see `DISCOVERY`) is answered with 404 and not noted, unless the test is about it: `discoverable`.
    """

    def __init__(
        self,
        script: Script,
        *,
        host: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
        greeting: bytes = b"",
        discoverable: bool = False,
    ) -> None:
        self._script = script
        self._discoverable = discoverable
        self._greeting = greeting
        self._host = host
        self._tls = tls
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="scripted server", daemon=True)
        self._connections: set[asyncio.Task[None]] = set()
        self._transports: list[asyncio.WriteTransport] = []
        self._changed = threading.Condition()
        self._requests: list[SeenRequest] = []
        self._opened = 0
        self._left = 0
        self.port = 0

    @property
    def url(self) -> str:
        """The server's address without a slash at its end."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}"

    @property
    def requests(self) -> tuple[SeenRequest, ...]:
        """What was asked so far, in the order of coming."""
        with self._changed:
            return tuple(self._requests)

    @property
    def targets(self) -> list[str]:
        """The paths and queries that were asked for so far."""
        return [request.target for request in self.requests]

    @property
    def connections(self) -> int:
        """How many connections were opened so far, with or without a request."""
        with self._changed:
            return self._opened

    def wait_for_connection(self) -> None:
        """Return when a client has connected."""
        self._wait(lambda: self._opened > 0, "no connection came")

    def wait_for_request(self, number: int = 1) -> None:
        """Return when `number` requests have come."""
        self._wait(lambda: len(self._requests) >= number, "too few requests came")

    def wait_until_left(self) -> None:
        """Return when every connection that was opened has come to its end."""
        self._wait(lambda: self._opened > 0 and self._left == self._opened, "a connection is still open")

    def close_connections(self) -> None:
        """End every connection, as a server does with those that rest for too long."""

        def close() -> None:
            for transport in self._transports:
                transport.abort()

        self.call(close)

    def call(self, function: Callable[[], object]) -> None:
        """Run a function inside the server's own loop, for a script that waits for an event of asyncio's."""
        self._loop.call_soon_threadsafe(function)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(PATIENCE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(PATIENCE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    def _run(self) -> None:
        self._loop.run_forever()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._connected, self._host, 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        for listening in self._server.sockets:
            self._loop.remove_reader(listening)
        # Who was accepted in this very round of events becomes a connection: of a closed server it can't any more.
        await asyncio.sleep(0)
        self._server.close()
        await self._server.wait_closed()
        ending = asyncio.current_task()
        async with asyncio.timeout(PATIENCE):
            # Also those that were only just accepted: each becomes a connection first, and nobody would close it later.
            while asyncio.all_tasks() != {ending} or self._is_connected():
                for connection in self._connections:
                    connection.cancel()
                for transport in self._transports:
                    transport.abort()
                await asyncio.sleep(0.001)

    def _is_connected(self) -> bool:
        """Whether a socket is still open, such as one whose handshake is being given up: no task knows of that."""
        descriptors = len(self._loop._selector.get_map())  # type: ignore[attr-defined]  # the loop has no better word
        return descriptors > 1  # the loop's own

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        self._transports.append(writer.transport)
        with self._changed:
            self._opened += 1
            self._changed.notify_all()
        counts = True
        try:
            writer.write(self._greeting)
            await self._serve(reader, writer)
        except OnlyDiscovery:
            counts = False
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # The client left, or the test is over: what the server came for has happened.
        finally:
            writer.transport.abort() if writer.transport.is_closing() else writer.close()
            self._connections.discard(task)
            with self._changed:
                if counts:
                    self._left += 1
                else:
                    self._opened -= 1
                self._changed.notify_all()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            line, *fields = head.split("\r\n")[:-2]
            method, target, _ = line.split(" ")
            headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
            request = SeenRequest(method, target, headers)
            exchange = Exchange(request, reader, writer)
            if target.endswith(DISCOVERY) and not self._discoverable:
                await reply(404, b"", {"Connection": "close"})(exchange)
                raise OnlyDiscovery
            self._note(request)
            await self._script(exchange)
            if not exchange.keeps_alive:
                return

    def _note(self, request: SeenRequest) -> None:
        with self._changed:
            self._requests.append(request)
            self._changed.notify_all()

    def _wait(self, happened: Callable[[], bool], otherwise: str) -> None:
        with self._changed:
            assert self._changed.wait_for(happened, PATIENCE), otherwise


def head(status: int, headers: Mapping[str, str] | None = None) -> bytes:
    """The status line and the headers of a response, up to the empty line."""
    lines = [f"HTTP/1.1 {status} Scripted", *(f"{name}: {value}" for name, value in (headers or {}).items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def reply(
    status: int = 200,
    body: bytes | str | Mapping[str, object] = b"",
    headers: Mapping[str, str] | None = None,
    *,
    content_type: str = FHIR_JSON,
) -> Script:
    """An orderly answer; a mapping is sent as JSON."""
    if isinstance(body, Mapping):
        body = json.dumps(body)
    content = body.encode() if isinstance(body, str) else body
    fields = {"Content-Type": content_type, "Content-Length": str(len(content)), **(headers or {})}

    async def script(exchange: Exchange) -> None:
        await exchange.send(head(status, fields) + content)

    return script


def raw(data: bytes) -> Script:
    """Some bytes, whatever they are, and the end of the connection."""

    async def script(exchange: Exchange) -> None:
        exchange.hang_up()
        await exchange.send(data)

    return script


def reset(data: bytes = b"") -> Script:
    """Some bytes, and a TCP reset."""

    async def script(exchange: Exchange) -> None:
        await exchange.send(data)
        exchange.reset()

    return script


def stall(data: bytes = b"") -> Script:
    """Some bytes, and then nothing more, until the client leaves."""

    async def script(exchange: Exchange) -> None:
        await exchange.send(data)
        await exchange.until_peer_leaves()

    return script


class Held:
    """An answer that waits until the test lets it go."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.gate = asyncio.Event()

    async def __call__(self, exchange: Exchange) -> None:
        await self.gate.wait()
        await self.script(exchange)


def in_turn(*scripts: Script) -> Script:
    """The first request gets the first script, and so on; the last one also answers all that come later."""
    remaining = list(scripts)

    async def script(exchange: Exchange) -> None:
        await (remaining.pop(0) if len(remaining) > 1 else remaining[0])(exchange)

    return script


def by_path(scripts: Mapping[str, Script]) -> Script:
    """Each path (without its query) gets its script; others the 404 of a server that has no such route."""

    async def script(exchange: Exchange) -> None:
        path = exchange.request.target.partition("?")[0]
        await scripts.get(path, reply(404, {"detail": "Not Found"}, content_type="application/json"))(exchange)

    return script


def bundle(
    resources: Sequence[object] = (), *, next_link: str | None = None, total: int | None = None
) -> dict[str, object]:
    """A searchset of `resources`, with a link to a next page where one is given."""
    page: dict[str, object] = {"resourceType": "Bundle", "type": "searchset"}
    if total is not None:
        page["total"] = total
    if next_link is not None:
        page["link"] = [{"relation": "next", "url": next_link}]
    if resources:
        page["entry"] = [{"resource": resource} for resource in resources]
    return page


def procedure(resource_id: str, patient: str = "b8dfa97bdcdf4754bcd8197ca78ef0f0") -> dict[str, object]:
    """A small Procedure of `patient`."""
    return {
        "resourceType": "Procedure",
        "id": resource_id,
        "status": "completed",
        "subject": {"reference": f"Patient/{patient}"},
    }


def outcome(code: str, text: str, severity: str = "error") -> dict[str, object]:
    """An OperationOutcome with one issue, its text where Canvas puts it."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": severity, "code": code, "details": {"text": text}}],
    }
