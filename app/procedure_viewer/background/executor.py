"""Blocking calls on threads that nobody has to wait for."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class DaemonExecutor(ThreadPoolExecutor):
    """A daemon thread for each call: a look-up in DNS or a keyring call that never returns neither holds up the next
    call nor quitting. (The threads of a plain ThreadPoolExecutor are joined when the interpreter ends.)

    It is a ThreadPoolExecutor only because `loop.set_default_executor` takes nothing else; the pool stays empty.
    After `shutdown`, the results of calls still running are dropped: the loop that wanted them is about to close.
    """

    def __init__(self) -> None:
        super().__init__(max_workers=1)
        self._delivering = threading.RLock()
        self._accepting = True

    def submit(
        self, fn: Callable[Parameters, Result], /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Future[Result]:
        """Run `fn` on a thread of its own. Raises RuntimeError after `shutdown`."""
        future: Future[Result] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever awaits the future, whatever it is
                self._deliver(partial(future.set_exception, error))
            else:
                self._deliver(partial(future.set_result, result))

        with self._delivering:
            if not self._accepting:
                raise RuntimeError("the executor was shut down")
            threading.Thread(target=run, name="blocking call", daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls and forget those under way; it never waits, whatever it is told."""
        with self._delivering:
            self._accepting = False
        super().shutdown(wait, cancel_futures=cancel_futures)

    def _deliver(self, settle: Callable[[], None]) -> None:
        with self._delivering:
            if self._accepting:
                settle()
