"""The composition root: the one place where the rooms are wired together and where quitting is ordered.

The window is shown before most of the program is imported. What follows comes after the first paint, in steps of some
milliseconds: first what a search takes, then the parts of the window (see `arrival`).
"""

import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from procedure_viewer import __version__
from procedure_viewer.arrival import NETWORK, PARTS, SESSION, Arrival, in_steps
from procedure_viewer.fhir import words
from procedure_viewer.fhir.words import translate
from procedure_viewer.settings.folder import NOWHERE, settings_folder
from procedure_viewer.settings.glimpse import Glimpse, glimpse, preferences_at_a_glance
from procedure_viewer.startup import FirstPaint, Report
from procedure_viewer.ui.first_sight import FirstSight, lay_colours
from procedure_viewer.ui.main_window import MainWindow
from procedure_viewer.ui.without_screen import said_in_words

if TYPE_CHECKING:
    from procedure_viewer.background.gateway import Gateway
    from procedure_viewer.settings.policy import Policy
    from procedure_viewer.tour import Tour
    from procedure_viewer.ui.access import Access
    from procedure_viewer.ui.idle import Clock
    from procedure_viewer.ui.naming import Naming
    from procedure_viewer.ui.session import Session
    from procedure_viewer.ui.signing_in import OpenBrowser
    from procedure_viewer.ui.states import Server

QUIT_TIMEOUT = 5.0
"""Seconds that the worker may take to end; it needs a few milliseconds."""
HEAD_START = 25
"""Milliseconds that the worker gets to send a search that waits: beside imports it would take twice as long."""
CRASH_LOG = "crash.log"


class Options(NamedTuple):
    """What was asked for on the command line."""

    server: "Server | None" = None
    start_demo: "Callable[[], Server] | None" = None
    """Starts the embedded demo server; None where there is none."""
    connection: str = ""
    """Id or name of a saved connection; empty for the one used last."""
    tour: Path | None = None
    find: str = ""
    seal: bool = False
    """Whether what the tour exports is sealed."""
    startup_report: Path | None = None


class Desk(NamedTuple):
    """One window and what is behind it."""

    gateway: "Gateway"
    session: "Session"
    access: "Access"
    window: MainWindow
    naming: "Naming"


def wired(
    settings: Path,
    policy: "Policy | None" = None,
    start_demo: "Callable[[], Server] | None" = None,
    open_browser: "OpenBrowser" = QDesktopServices.openUrl,
    clock: "Clock | None" = None,
) -> Desk:
    """A furnished window on a session on a gateway on a worker, which starts with the gateway."""
    desk = _begun(MainWindow(preferences_at_a_glance(settings).window), settings, policy, start_demo)
    for _ in desk.window.furnish(open_browser, clock, desk.naming):
        pass
    return desk


def _begun(
    window: MainWindow, settings: Path, policy: "Policy | None", start_demo: "Callable[[], Server] | None"
) -> Desk:
    """The session of a window whose parts are still to come."""
    from procedure_viewer.background.gateway import Gateway
    from procedure_viewer.background.worker import Worker
    from procedure_viewer.settings.policy import NO_POLICY
    from procedure_viewer.ui.access import Access
    from procedure_viewer.ui.naming import Naming
    from procedure_viewer.ui.session import Session

    worker = Worker()
    gateway = Gateway(worker.perform, worker.close)
    worker.notify = gateway.notify
    session = Session(gateway)
    access = Access(gateway, session)
    naming = Naming(gateway, session)
    window.prepare(session, access, settings, policy or NO_POLICY, start_demo)
    return Desk(gateway, session, access, window, naming)


class Program(QObject):
    """One run: the window, from its first paint to what follows from the command line."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        self._options = options
        self._settings = _settings()
        self._desk: Desk | None = None
        self._refusal = ""
        self._has_server = False
        self._unclear = False
        """Whether what was entered last can't be searched for as it is: the reader is to be asked."""
        self._worker_started = False
        self._tour: Tour | None = None
        look = self._look()
        self.window = MainWindow(look.window)
        lay_colours(look.appearance)
        self._sight = FirstSight(self.window, look.server, look.list_share) if look.server else None
        self._report = Report(options.startup_report) if options.startup_report is not None else None
        self._arrival = Arrival(self._arrive(), self._begin_work, self)
        if self._sight is None:
            self.complete()
        self._first_paint = FirstPaint(self.window)
        self._first_paint.painted.connect(self._begin)

    @property
    def gateway(self) -> "Gateway":
        """Between the window and its worker, once the session has begun."""
        assert self._desk is not None
        return self._desk.gateway

    @property
    def session(self) -> "Session":
        """What the window is doing, once the session has begun."""
        assert self._desk is not None
        return self._desk.session

    def complete(self) -> None:
        """Have everything there now."""
        self._arrival.finish()

    def close_down(self) -> bool:
        """End the worker; False when it did not end in time."""
        return self._desk is None or self._desk.gateway.shutdown(QUIT_TIMEOUT)

    # From the first sight to the whole window

    def _look(self) -> Glimpse:
        """How the window looks at first; without a server where it is shown when it is whole."""
        server = self._options.server
        if server is None:
            seen = glimpse(self._settings, self._options.connection)
            return seen or preferences_at_a_glance(self._settings)
        name = "" if server.is_demo else server.name
        return preferences_at_a_glance(self._settings)._replace(server=name)

    def _arrive(self) -> Iterator[int | None]:
        yield from in_steps(SESSION)
        from procedure_viewer.settings.policy_file import load_policy

        policy = load_policy()
        self._refusal = _refusal(self._options.server, policy)
        desk = self._desk = _begun(self.window, self._settings, policy, self._options.start_demo)
        # What is asked from now on waits for the worker.
        self._has_server = self._choose_server()
        if self._sight is not None:
            desk.gateway.hold()
            self._search_early(self._sight)
            yield None
            yield from in_steps(NETWORK)
            self._start_worker()
            if self._sight.entered is not None:
                yield HEAD_START
        yield from in_steps(PARTS)
        yield from self.window.furnish(QDesktopServices.openUrl, None, desk.naming, self._sight)
        self._furnished()

    def _choose_server(self) -> bool:
        if self._refusal:
            return False
        server = self._options.server
        if server is None:
            found = self.window.use_connection(self._options.connection)
            if not found and self._options.connection:
                self._refusal = self.window.server_menu.refusal(self._options.connection)
            return found
        self.session.use(server)
        return True

    def _furnished(self) -> None:
        from procedure_viewer.ui.crash import CrashGuard

        window = self.window
        self._crash_guard = CrashGuard(window.clear_chart, window.errors.show, self._settings / CRASH_LOG)
        self._crash_guard.install()
        if not self._refusal:
            window.say_complaints()
        self.gateway.release()
        if self._unclear:
            window.search.search()
        self._sight = None
        window.do_as_pressed()

    @Slot()
    def _begin(self) -> None:
        """After the first paint."""
        if self._report is not None:
            self._report.note("ms")
            if not self._options.find:
                self._end_report()
                return
            self._report.type(self._options.find, self._sight.field if self._sight else self.window.search.field)
        self._arrival.go_on()

    def _search_early(self, sight: FirstSight) -> None:
        """Have searched for what is entered before the parts are there; what needs an answer waits for them."""
        sight.entered_now = self._search
        if sight.entered is not None:
            self._search(sight.entered)

    def _search(self, line: str) -> None:
        from datetime import date

        from procedure_viewer.fhir.query import read_query

        reading = read_query(line, date.today(), self.session.base_url or None)
        self._unclear = not (line.strip() and reading.ok and self._has_server)
        if not self._unclear:
            self.session.find(reading)

    def _start_worker(self) -> None:
        if not self._worker_started:
            self._worker_started = True
            self.gateway.start()

    def _begin_work(self) -> None:
        """Everything is there."""
        self._start_worker()
        if self._report is not None:
            self._report.note("whole_ms", longest_step_ms=self._arrival.longest)
            self.session.search_changed.connect(self._end_report_of_search)
            self._end_report_of_search()
        elif self._refusal:
            _complain(self._refusal)
        elif self._options.tour is not None and self._has_server:
            self._begin_tour(self._options.tour)
        elif self._options.tour is not None or (self._options.connection and not self._has_server):
            _complain(self.tr("There is no such saved connection."))

    def _end_report_of_search(self) -> None:
        from procedure_viewer.chart.search import Progress

        if self.session.progress not in (Progress.NOTHING, Progress.LOADING):
            self._end_report()

    def _end_report(self) -> None:
        assert self._report is not None
        try:
            self._report.write()
        except OSError as error:
            _complain(self.tr("The report can't be written: {reason}.").format(reason=error.strerror))
        else:
            QCoreApplication.exit(0)

    def _begin_tour(self, folder: Path) -> None:
        from procedure_viewer.settings.connections import is_loopback

        server = self.session.server
        saved = self._options.server is None
        if saved and server is not None and not is_loopback(server.connection.base_url):
            # A tour writes pictures and a file: never of real patients by a slip of a script.
            _complain(self.tr("A tour runs on --demo, on --server, or on a saved connection to this machine only."))
            return
        from procedure_viewer.tour import Tour

        self._tour = Tour(self.window, folder, self._options.find, seal=self._options.seal)
        self._tour.finished.connect(self._end_tour)
        self._tour.start()

    @Slot()
    def _end_tour(self) -> None:
        if self._tour is None:
            return
        if self._tour.complaint:
            reason = self._tour.complaint
            _complain(self.tr("The tour's folder can't be written to: {reason}.").format(reason=reason), status=1)
        else:
            QCoreApplication.exit(0 if self._tour.held else 1)


def run(options: Options) -> int:
    """Show the window and stay until it is closed; returns the exit status."""
    os.umask(0o077)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if options.tour is not None:
        try:
            options.tour.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            # Before there is an application, which is what a translation hangs on.
            _complain(f"The folder of the tour can't be made: {error.strerror}.")
            return 2
        from PySide6.QtCore import Qt

        QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    with said_in_words():
        application = QApplication(sys.argv[:1])
    if sys.platform == "win32":
        # Qt's own style, in the system's colours: Windows 11's draws black on a dark blue selection and fills frames,
        # Windows 10's has no dark (seen by `make try-windows`). What is in a row must be readable before it is native.
        application.setStyle("Fusion")
    application.setApplicationName("procedure-viewer")
    application.setApplicationDisplayName("Procedure Viewer")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("procedure-viewer")
    words.use(QCoreApplication.translate)
    program = Program(options)
    program.window.show()
    status = application.exec()
    from procedure_viewer.ui.clipboard_guard import forget_copies

    forget_copies()  # else the system, or a clipboard manager, takes them over: they would outlive the program
    # Nothing may reach a window that is going away: the gateway falls silent first, then ends its thread.
    if not program.close_down():
        logging.getLogger("procedure_viewer").error("the worker did not end in time")
    # And the window goes while the application is there: left to the interpreter's end, one quitting in three crashed
    # where a chart was still being read.
    program.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    # The interpreter would look through everything for circles once more: 150 ms, for memory that goes anyway.
    gc.freeze()
    return status


def _refusal(server: "Server | None", policy: "Policy") -> str:
    """Why IT's policy doesn't let this server be used, in words; "" if it does."""
    if server is None:
        return ""
    if server.is_demo:
        return "" if policy.allow_demo else translate("settings", "Your IT department does not allow the demo data")
    return policy.refusal(server.connection)


def _settings() -> Path:
    """Where settings are kept; without a home folder a place that can't be."""
    try:
        return settings_folder()
    except OSError:
        return NOWHERE


def _complain(words_for_the_caller: str, status: int = 2) -> None:
    """Answer the command line, and end with that exit status."""
    print(words_for_the_caller, file=sys.stderr)  # noqa: T201 - the answer to a command line
    QCoreApplication.exit(status)
