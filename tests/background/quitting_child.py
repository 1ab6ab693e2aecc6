"""A small program with a window's loop and the gateway, which quits while requests are in flight.

`python -m tests.background.quitting_child CASE...` runs one cycle of start and quit for each case in turn; it exits
with 0 when every shutdown ended as it should.
"""

import asyncio
import contextlib
import faulthandler
import gc
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from procedure_viewer.background.gateway import Gateway, Reply, Report
from procedure_viewer.background.requests import Request, Scope
from tests.background.support import STUCK_AT, Ask, Browser, Phase, for_ever, stalling_server


class Case(StrEnum):
    """What is under way when the program quits."""

    REQUESTS = "requests"  # one in each phase, and a keyring call that never returns
    PAGES = "pages"  # a flood of pages
    STUBBORN = "stubborn"  # a job that ignores its cancellation
    BLOCKED = "blocked"  # a job that blocks the loop itself, for ever
    FORGOTTEN = "forgotten"  # nobody calls shutdown


def scoped(scope: Scope) -> type[Ask]:
    """A request class of that scope."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Scoped(Ask):
        pass

    Scoped.scope = scope
    return Scoped


class Quitter(QObject):
    """Quits when as many jobs as expected are stuck."""

    def __init__(self, gateway: Gateway, expected: int, quit_now: Callable[[], None]) -> None:
        super().__init__()
        self._waiting_for = expected
        self._quit_now = quit_now
        gateway.page.connect(self._page)

    @Slot(object)
    def _page(self, reply: Reply) -> None:
        if reply.payload == "stuck":
            self._waiting_for -= 1
            if self._waiting_for == 0:
                self._quit_now()


class Worker:
    """Performs what the case asks for."""

    def __init__(self, urls: dict[str, str]) -> None:
        self._urls = urls
        self._browser = Browser()
        self.close = self._browser.close

    async def perform(self, request: Request, report: Report) -> object:
        """The jobs by name; each reports "stuck" when it is."""
        assert isinstance(request, Ask)
        match request.key:
            case "keyring":
                report("stuck")
                await asyncio.get_running_loop().run_in_executor(None, threading.Event().wait)
            case Case.PAGES:
                report("stuck")
                for number in range(100_000):
                    report(number)
                    await asyncio.sleep(0)
            case Case.STUBBORN:
                report("stuck")
                while True:
                    with contextlib.suppress(asyncio.CancelledError):
                        await for_ever()
            case Case.BLOCKED:
                report("stuck")
                threading.Event().wait()
            case Case.FORGOTTEN:
                report("stuck")
                await for_ever()
            case phase:
                last = STUCK_AT[Phase(phase)]
                await self._browser.fetch(self._urls[phase], lambda step: report("stuck") if step == last else None)
        return None


def cycle(app: QApplication, case: Case) -> bool:
    """Start, wait until everything is stuck, quit; whether the shutdown ended as it should."""
    with contextlib.ExitStack() as servers:
        keys: list[str] = [case]
        urls: dict[str, str] = {}
        if case is Case.REQUESTS:
            phases = [Phase.HEADERS, Phase.BODY, Phase.TLS, Phase.CONNECT if sys.platform == "linux" else Phase.HEADERS]
            # DNS last: it blocks every look-up from then on.
            urls = {phase: servers.enter_context(stalling_server(phase)) for phase in [*phases, Phase.DNS]}
            keys = ["keyring", *urls]
        worker = Worker(urls)
        gateway = Gateway(worker.perform, worker.close)
        quitter = Quitter(gateway, len(keys), lambda: QTimer.singleShot(0, app.quit))
        gateway.start()
        for scope, key in zip(Scope, keys, strict=False):
            gateway.submit(scoped(scope)(key=key))
        app.exec()
        if case is Case.FORGOTTEN:
            return True
        ended = gateway.shutdown(0.3 if case in {Case.BLOCKED, Case.STUBBORN} else 5)
        app.processEvents()
        assert quitter is not None
        return ended is (case is not Case.BLOCKED)


def main(cases: list[str]) -> int:
    """Run the cycles. A hang says where it hangs, and is a failure."""
    faulthandler.dump_traceback_later(40, exit=True)
    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    ended = [cycle(app, Case(case)) for case in cases]
    gc.collect()  # what only a cycle held goes now, not at some time or other
    return 0 if all(ended) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
