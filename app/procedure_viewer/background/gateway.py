"""Between the window and the worker: requests go in, replies come out as signals in the GUI thread.

All book-keeping happens in the GUI thread, so that what the window was told (cancelled, shut down) holds from that
moment on, however late the worker hears of it. The worker only posts what happened.
"""

import asyncio
import itertools
import logging
import threading
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum, auto

from PySide6.QtCore import QObject, Qt, Signal, Slot

from procedure_viewer.background.garbage import GuiThreadGarbage
from procedure_viewer.background.loop import LoopThread
from procedure_viewer.background.requests import Request, Scope
from procedure_viewer.background.turns import Turn, switch_quickly
from procedure_viewer.fhir.outcome import Failure, Kind, Problem

Report = Callable[[object], None]
Perform = Callable[[Request, Report], Awaitable[object]]

_log = logging.getLogger("procedure_viewer.background")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a signal carries: which ticket it answers, and with what (`failed`: a Problem; `cancelled`: None)."""

    ticket: int
    scope: Scope
    patient: str | None
    payload: object = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One submitted request. `id` is never used twice in a run of the program."""

    id: int
    scope: Scope
    patient: str | None
    _cancel: Callable[[int], None] = field(repr=False, compare=False)

    def cancel(self) -> None:
        """From now on nothing but `cancelled` comes for this ticket; GUI thread only. Nothing happens when it is over.

        It takes back the question, not always the deed: a file being written or a keyring call goes on to its end.
        """
        self._cancel(self.id)


class _Event(Enum):
    PAGE = auto()
    SUCCEEDED = auto()
    FAILED = auto()
    CANCELLED = auto()
    NOTICED = auto()


@dataclass(frozen=True, slots=True)
class _Arrival:
    ticket: int
    event: _Event
    payload: object


class Gateway(QObject):
    """Hands requests to the worker and its answers to the window. It lives in the GUI thread.

    Each signal carries a `Reply`. A ticket gets any number of `page`, then exactly one of `succeeded`, `failed` and
    `cancelled`; never while `submit` or `cancel` is still on the stack, and nothing at all after `shutdown`. Connect
    bound methods of QObjects. In a scope the latest request wins: the ticket before it is cancelled.
    """

    page = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)
    cancelled = Signal(object)
    noticed = Signal(object)
    """News that nobody asked for: whatever the worker gave to `notify`. It belongs to no ticket."""
    _arrived = Signal(object)

    def __init__(
        self,
        perform: Perform,
        close: Callable[[], Awaitable[None]],
        parent: QObject | None = None,
    ) -> None:
        """`perform` answers a request inside the loop. At shutdown all requests are cancelled there; then `close` is
        awaited, which waits for what must not be cut off."""
        super().__init__(parent)
        self._perform = perform
        self.turn = Turn()
        """What the window does while it is its turn, the worker does not compete with."""
        self._thread = LoopThread(close, self.turn)
        self._garbage = GuiThreadGarbage(self)
        self._ids = itertools.count(1)
        self._open: dict[int, Ticket] = {}
        self._withdrawn: set[int] = set()
        self._latest: dict[Scope, Ticket] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}  # touched inside the loop only
        self._closed = threading.Event()
        self._held: list[_Arrival] | None = None
        """What has come while it was to be kept back; None while nothing is."""
        # Queued also where the sender is the GUI thread: see the promise in the docstring of the class.
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Start the worker. Requests submitted before wait for it."""
        switch_quickly()
        self._garbage.start()
        self._thread.start()

    def hold(self) -> None:
        """Keep back what comes: who is to hear of it is not there yet."""
        self._held = []

    def release(self) -> None:
        """Tell of what was kept back, and from now on of everything at once."""
        held, self._held = self._held or [], None
        for arrival in held:
            self._deliver(arrival)

    def submit(self, request: Request) -> Ticket:
        """Have the worker answer `request`. After `shutdown` nothing happens and the ticket stays silent."""
        ticket = Ticket(next(self._ids), request.scope, request.patient, self._withdraw)
        if self._closed.is_set():
            return ticket
        earlier = self._latest.get(ticket.scope)
        if earlier is not None:
            earlier.cancel()
        self._latest[ticket.scope] = ticket
        self._open[ticket.id] = ticket
        self._thread.call(lambda: self._begin(ticket.id, request))
        return ticket

    def notify(self, news: object) -> None:
        """Have `noticed` carry `news` to the window; to be called inside the loop."""
        self._post(0, _Event.NOTICED, news)

    def shutdown(self, timeout: float) -> bool:
        """Stop emitting, cancel everything, close the worker and wait for its thread, at most `timeout` seconds.

        False when the thread is still running. May be called again.
        """
        self._closed.set()
        self._open.clear()
        ended = self._thread.stop(timeout)
        if ended:
            self._garbage.stop()
        return ended

    def _withdraw(self, ticket_id: int) -> None:
        if ticket_id not in self._open or ticket_id in self._withdrawn:
            return
        self._withdrawn.add(ticket_id)
        self._arrived.emit(_Arrival(ticket_id, _Event.CANCELLED, None))
        self._thread.call(lambda: self._end(ticket_id))

    @Slot(object)
    def _deliver(self, arrival: _Arrival) -> None:
        if self._held is not None:
            self._held.append(arrival)
            return
        if arrival.event is _Event.NOTICED:
            if not self._closed.is_set():
                self.noticed.emit(arrival.payload)
            return
        ticket = self._open.get(arrival.ticket)
        if ticket is None or (ticket.id in self._withdrawn and arrival.event is not _Event.CANCELLED):
            return
        if arrival.event is not _Event.PAGE:
            del self._open[ticket.id]
            self._withdrawn.discard(ticket.id)
        reply = Reply(ticket.id, ticket.scope, ticket.patient, arrival.payload)
        match arrival.event:
            case _Event.PAGE:
                self.page.emit(reply)
            case _Event.SUCCEEDED:
                self.succeeded.emit(reply)
            case _Event.FAILED:
                self.failed.emit(reply)
            case _Event.CANCELLED:
                self.cancelled.emit(reply)

    # From here on: inside the loop.

    def _begin(self, ticket_id: int, request: Request) -> None:
        task = self._thread.create_task(self._answer(ticket_id, request))
        self._tasks[ticket_id] = task
        task.add_done_callback(lambda _: self._tasks.pop(ticket_id))

    def _end(self, ticket_id: int) -> None:
        task = self._tasks.get(ticket_id)
        if task is not None:
            task.cancel()

    async def _answer(self, ticket_id: int, request: Request) -> None:
        """Perform the request and post how it ended. Nothing else would: an exception that leaves a task is silent."""
        if ticket_id in self._withdrawn or ticket_id not in self._open:
            return  # it was taken back before it began
        try:
            payload = await self._perform(request, lambda page: self._post(ticket_id, _Event.PAGE, page))
        except Failure as failure:
            self._post(ticket_id, _Event.FAILED, failure.problem)
        except GeneratorExit:
            raise  # the loop is gone; this coroutine is being thrown away
        except BaseException as error:  # the window must hear of SystemExit and its kin, too
            task = asyncio.current_task()
            if isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling():
                raise  # asked for, so that the window knows
            _log.error("%s failed: %s", type(request).__name__, _where(error))
            self._post(ticket_id, _Event.FAILED, Problem(Kind.INTERNAL, technical=type(error).__name__))
        else:
            self._post(ticket_id, _Event.SUCCEEDED, payload)

    def _post(self, ticket_id: int, event: _Event, payload: object) -> None:
        if not self._closed.is_set():
            self._arrived.emit(_Arrival(ticket_id, event, payload))


def _where(error: BaseException) -> str:
    """The type of the exception and the places that it came through; never its message, which may hold health data."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join([type(error).__name__, *(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))])
