"""The window that a machine uses over all its runs, with the real gateway, worker and HTTP client behind it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QTimer, Signal

from procedure_viewer.background.requests import Scope
from procedure_viewer.bootstrap import Desk, wired
from procedure_viewer.remote import client
from procedure_viewer.remote.retrying import Pace, retrying
from procedure_viewer.tables.grouping import Grouping
from procedure_viewer.ui.floating import hide_what_floats
from procedure_viewer.ui.states import Link
from tests.desk import server_at
from tests.safety.machine.looking import Looker
from tests.safety.machine.server import PlannedServer
from tests.servers import PATIENCE

AT_ONCE = Pace(first_wait=0.0)
"""The client tries again as often as ever, but without waiting in between."""
LOOK_AGAIN = 1
"""Milliseconds between two looks while something is waited for; most of what happens is told at once."""
NEVER = 3_600_000
"""Milliseconds that no test lasts."""
PAINTED = 4
"""Each fourth run is painted; in the others what would be painted is looked at whenever it could be."""
_NEVER_HELD = frozenset({Scope.CONNECTION, Scope.SIGN_IN, Scope.EXPORT})
"""Where what is asked for comes to its end without a planned answer of the server's."""
Flags = QEventLoop.ProcessEventsFlag


class Waker(QObject):
    """Wakes the GUI thread from any other."""

    moved = Signal()


class MachineDesk:
    """One window, one server, and how to wait for them."""

    def __init__(self, wiring: Desk, folder: Path) -> None:
        self.gateway = wiring.gateway
        self.session = wiring.session
        self.access = wiring.access
        self.window = wiring.window
        self.naming = wiring.naming
        self.folder = folder
        self.runs = 0
        self.waker = Waker()
        self.server = PlannedServer(self.waker.moved.emit)
        self.looker = Looker(self.window, self.server.patients_asked)
        self._tick = QTimer()
        self._tick.setInterval(LOOK_AGAIN)

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        """Let events come until the condition holds."""
        until = time.monotonic() + PATIENCE
        QCoreApplication.processEvents(Flags.AllEvents)
        if condition():
            return
        self._tick.start()
        while not condition():
            QCoreApplication.processEvents(Flags.AllEvents | Flags.WaitForMoreEvents)
            assert time.monotonic() < until, f"waited in vain for {what}"
        self._tick.stop()

    def settle(self) -> None:
        """Let everything happen that happens without a further answer of the server's or move of the reader's."""
        self.wait(self._is_quiet, "an end of all activity")
        QCoreApplication.processEvents(Flags.AllEvents)

    def _is_quiet(self) -> bool:
        scopes = [ticket.scope for ticket in self.gateway._open.values()]
        return len(scopes) <= len(self.server.held) and not _NEVER_HELD.intersection(scopes)

    def rest(self) -> None:
        """Have the reader rest on what is selected, until all is known that is asked about it then.

        Names give way to whatever else is asked: where an answer is held back they would wait for that.
        """
        if self.server.held:
            return
        self.server.plan(())
        if self.naming._rest.isActive():
            self.naming._rest.stop()
            self.naming._ask()
            self.wait(lambda: self.naming.is_idle, "names")

    def connect(self) -> None:
        """Turn to the server, with a token that it doesn't look at, and wait until it can be used."""
        self.session.use(server_at(self.server.url, "a-token"))
        self.wait(lambda: self.session.link is Link.READY, "a connection")

    def begin_anew(self) -> None:
        """Everything as it is after a connection, whatever the run before has left."""
        window = self.window
        self.runs += 1
        window.setUpdatesEnabled(self.runs % PAINTED == 0)
        hide_what_floats()
        window.locking.covers.take_off()
        window.errors.over_covers = False
        window.signing_in.give_up()
        window.errors.clear()
        self.session.forget()
        self.server.forget()
        self.looker.begin_anew()
        if self.session.link is not Link.READY or not self.session.base_url or self.access.grant is None:
            self.connect()
        window.detail.tabs.setCurrentIndex(0)
        window.procedures.group_by(Grouping.NONE)
        window.resize(900, 560)
        self.wait(lambda: not self.gateway._open, "the end of the run before")
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert window.errors.current is None
        self.looker.look("the end of a run")


@contextmanager
def machine_desk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MachineDesk]:
    """A window on a planned server; files go to `folder`."""
    monkeypatch.setattr(client, "retrying", lambda _pace: retrying(AT_ONCE))
    wiring = wired(folder / "settings", open_browser=lambda _: True)
    desk = MachineDesk(wiring, folder)
    # Whether a reader rests on a record is a move of the machine's, not a matter of how quick it is.
    wiring.naming._rest.setInterval(NEVER)
    wiring.naming._news.setInterval(0)
    # Every event would come by the watch for idleness: the machine locks without waiting for it.
    wiring.window.locking.watch.set_minutes(0)
    wiring.window.show()
    wiring.gateway.start()
    try:
        with desk.server:
            desk.begin_anew()
            yield desk
            assert wiring.gateway.shutdown(PATIENCE)
    finally:
        desk.looker.stop()
    wiring.window.close()
    wiring.window.deleteLater()
