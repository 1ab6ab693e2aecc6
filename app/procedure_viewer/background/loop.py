"""The thread that runs the asyncio loop, and how it ends."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Collection, Coroutine
from typing import Any

from procedure_viewer.background.executor import DaemonExecutor
from procedure_viewer.background.turns import Turn, polite_selector

_log = logging.getLogger("procedure_viewer.background")


class LoopThread:
    """Owns one asyncio loop, made and closed inside a thread of its own.

    Not `asyncio.run`: at its end that joins the default executor, and one blocked keyring or DNS call would then hang
    quitting. Not a QThread: one that still runs when the program ends aborts the process, and there is no way to
    promise that it doesn't run, since a call that blocks the loop (a certificate check by the system inside a TLS
    handshake) can't be interrupted. A daemon thread simply ends with the process.
    """

    def __init__(self, close: Callable[[], Awaitable[None]], turn: Turn | None = None) -> None:
        """`close` is awaited inside the loop at its end, after every task of `create_task` has been cancelled; it waits
        for what must not be cut off. While it is the window's `turn`, the loop makes no step."""
        self._turn = turn or Turn()
        self._close = close
        self._thread = threading.Thread(target=self._run, name="background loop", daemon=True)
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._early: list[Callable[[], object]] = []
        self._started = False
        self._stopping = False
        # Touched inside the loop only.
        self._tasks: set[asyncio.Task[None]] = set()
        self._farewell: asyncio.Task[None] | None = None
        self._over = False

    def start(self) -> None:
        """Start the thread, once."""
        with self._lock:
            if self._stopping:
                return
            self._started = True
        self._thread.start()

    def call(self, callback: Callable[[], object]) -> None:
        """Have `callback` run inside the loop, in the order of the calls; from any thread. Before `start` it waits,
        after `stop` nothing happens any more."""
        with self._lock:
            if not self._stopping:
                self._call(callback)

    def stop(self, timeout: float) -> bool:
        """Cancel every task, await `close`, end the loop and the thread; wait for it at most `timeout` seconds.

        A task that goes on in spite of its cancellation is abandoned. False when the thread still runs, because
        something blocks the loop itself; it then ends as soon as it can. May be called again, to wait longer.
        """
        with self._lock:
            if self._started and not self._stopping:
                self._call(lambda: self._say_farewell(timeout))
            self._stopping = True
        if not self._started:
            return True
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _call(self, callback: Callable[[], object]) -> None:
        if self._loop is None:
            self._early.append(callback)
        else:
            self._loop.call_soon_threadsafe(callback)

    # From here on: inside the thread.

    def create_task(self, coroutine: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Run `coroutine` as a task that is kept until it is done: the loop itself holds its tasks weakly, and one that
        its owner forgot would be destroyed while it waits."""
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _run(self) -> None:
        loop = asyncio.SelectorEventLoop(polite_selector(self._turn))
        loop.set_exception_handler(_log_kind_only)
        executor = DaemonExecutor()
        loop.set_default_executor(executor)
        with self._lock:
            self._loop = loop
            for callback in self._early:
                loop.call_soon(callback)
            self._early.clear()
        while not self._over:
            try:
                loop.run_forever()
            except (KeyboardInterrupt, SystemExit) as error:
                # asyncio lets these two end the loop when a task raises them; one bad job must not end all others.
                _log.error("in the loop: a task raised %s", type(error).__name__)
        # In this order: a result that reaches a closed loop would be logged as an error.
        executor.shutdown(wait=False)
        loop.set_exception_handler(_say_no_more)
        loop.close()

    def _say_farewell(self, seconds: float) -> None:
        self._farewell = asyncio.get_running_loop().create_task(self._end(seconds))

    async def _end(self, seconds: float) -> None:
        """Everything in order, each step with a share of the time, so that the loop is over before the waiting is."""
        try:
            # Only our own: a task that a library made for itself is ended by the one that waits for it.
            await _cancelled(tuple(self._tasks), seconds * 0.3)
            await asyncio.wait({asyncio.create_task(self._close_down())}, timeout=seconds * 0.5)
            await _cancelled(_other_tasks(), seconds * 0.1)
            abandoned = len(_other_tasks())
            if abandoned:
                _log.error("at the end of the loop: %d tasks abandoned", abandoned)
        finally:
            self._over = True
            asyncio.get_running_loop().stop()

    async def _close_down(self) -> None:
        try:
            await self._close()
        except Exception as error:  # noqa: BLE001 - whatever it is, the loop ends all the same
            _log.error("closing failed: %s", type(error).__name__)
        await asyncio.get_running_loop().shutdown_asyncgens()


def _other_tasks() -> set["asyncio.Task[Any]"]:
    return {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}


async def _cancelled(tasks: Collection["asyncio.Task[Any]"], seconds: float) -> None:
    """Cancel the tasks and give them so many seconds to end."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=seconds)


def _log_kind_only(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """asyncio's own handler would log the exception's message, which may hold health data."""
    error = context.get("exception")
    _log.error("in the loop: %s (%s)", context["message"], type(error).__name__ if error else "no exception")


def _say_no_more(_loop: asyncio.AbstractEventLoop, _context: dict[str, Any]) -> None:
    """After the end: that abandoned tasks are pending has been said, and their objects may go at any time."""
