"""A server on loopback whose answers a machine plans ahead, holds back, and lets go in any order."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.safety.machine.clinic import KINDS, Way, answer, kind_of
from tests.servers import DISCOVERY, PATIENCE

MOST_NOTED = 200
"""Lines of the account of what was asked and answered."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of a request: how it is answered, and whether that waits until it is let go."""

    way: Way = Way.FINE
    held: bool = False


class _Connection(asyncio.Protocol):
    """One client's connection: GET requests one after the other, without bodies."""

    def __init__(self, server: "PlannedServer") -> None:
        self.server = server
        self.transport: asyncio.Transport | None = None
        self.target = ""
        """What was asked and is not answered yet."""
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.server.connections.add(self)

    def data_received(self, data: bytes) -> None:
        self._read += data
        if self._read.endswith(b"\r\n\r\n"):
            self.target = self._read.split(b" ", 2)[1].decode("ascii")
            self._read = b""
            self.server.asked(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self.server.connections.discard(self)
        self.server.left(self)

    def send(self, data: bytes, *, ends: bool) -> None:
        """Answer what was asked."""
        self.target = ""
        if self.transport is not None:
            self.transport.write(data)
            if ends:
                self.transport.close()


class PlannedServer:
    """The server as a context manager, in a thread with a loop of its own.

    Each request takes the next of the plans, or is answered well at once. `moved` is called from the server's thread
    when something has come or gone.
    """

    def __init__(self, moved: Callable[[], None]) -> None:
        self._moved = moved
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="planned server", daemon=True)
        self._plans: dict[str, deque[Plan]] = {}
        self._version = 0
        self._reassigned: set[str] = set()
        """The addresses of records that were answered with another patient's."""
        self.connections: set[_Connection] = set()
        self.held: list[_Connection] = []
        """Those that wait for their answer, in the order of their coming; only read outside the server's thread."""
        self.account: deque[str] = deque(maxlen=MOST_NOTED)
        """What was asked and how it was answered, for a person who has to find out what went wrong."""
        self.patients_asked: list[str] = []
        """The ids of the patients who were asked for by them."""
        self.port = 0

    @property
    def url(self) -> str:
        """The address without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        self._in_loop(self._listen())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._in_loop(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    def forget(self) -> None:
        """Forget all plans and leave whoever still waits without an answer."""
        self._in_loop(self._forget())

    def begin_account(self) -> None:
        """Forget what was noted so far."""
        self.account.clear()

    def plan(self, plans: Iterable[Plan]) -> None:
        """Answer the next requests of each kind so, instead of what was planned before.

        Requests of different kinds may come in either order: what becomes of them does not hang on that.
        """
        self._in_loop(self._replan(tuple(plans)))

    def let_go(self, number: int, way: Way) -> None:
        """Answer one of those that are held, in some way."""
        self._in_loop(self._let_go(number, way))

    def _in_loop(self, work: "asyncio.Future[None] | asyncio.Task[None] | object") -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)  # type: ignore[arg-type]

    async def _listen(self) -> None:
        self._server = await self._loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        self._server.close()
        await self._forget()
        ending = asyncio.current_task()
        async with asyncio.timeout(PATIENCE):
            # Also those that were only just accepted: each becomes a connection first, and nobody would close it later.
            while asyncio.all_tasks() != {ending} or self.connections:
                for connection in tuple(self.connections):
                    if connection.transport is not None:
                        connection.transport.abort()
                await asyncio.sleep(0.001)

    async def _forget(self) -> None:
        self._plans = {}
        self._version = 0
        self._reassigned.clear()
        for connection in self.held:
            if connection.transport is not None:
                connection.transport.abort()
        self.held = []

    async def _replan(self, plans: tuple[Plan, ...]) -> None:
        self._plans = {kind: deque(plans) for kind in KINDS}

    async def _let_go(self, number: int, way: Way) -> None:
        if self.held:
            connection = sorted(self.held, key=lambda one: one.target)[number % len(self.held)]
            self.held = [one for one in self.held if one is not connection]
            self.account.append(f"let go {connection.target}: {way}")
            self._answer(connection, way)

    # Inside the loop

    def asked(self, connection: _Connection) -> None:
        """A request has come."""
        target = connection.target
        if target.endswith(DISCOVERY):
            connection.send(answer("/nothing", Way.MISSING, 0)[0], ends=False)
            return
        if target.startswith("/Patient/"):
            self.patients_asked.append(target.removeprefix("/Patient/").partition("?")[0])
        plans = self._plans.get(kind_of(target))
        plan = plans.popleft() if plans else Plan()
        self.account.append(f"asked {target}: {plan.way}{' later' if plan.held else ''}")
        if plan.held:
            self.held = [*self.held, connection]
        else:
            self._answer(connection, plan.way)
        self._moved()

    def left(self, connection: _Connection) -> None:
        """A client no longer waits."""
        if connection in self.held:
            self.account.append(f"left {connection.target}")
            self.held = [one for one in self.held if one is not connection]
        self._moved()

    def _answer(self, connection: _Connection, way: Way) -> None:
        self._version += 1
        target = connection.target
        if way is Way.MIXED and kind_of(target) == "record":
            self._reassigned.add(target)
        data, ends = answer(target, way, self._version, reassigned=target in self._reassigned)
        connection.send(data, ends=ends)
