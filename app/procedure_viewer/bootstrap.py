"""The composition root: the one place where the rooms are wired together and where quitting is ordered."""

import gc
import logging
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from procedure_viewer import __version__
from procedure_viewer.background.gateway import Gateway
from procedure_viewer.background.worker import Worker
from procedure_viewer.fhir import words
from procedure_viewer.fhir.words import translate
from procedure_viewer.settings.connections import is_loopback, settings_folder
from procedure_viewer.settings.policy import NO_POLICY, Policy
from procedure_viewer.settings.policy_file import load_policy
from procedure_viewer.startup import FirstPaint, milliseconds_since_start, write_report
from procedure_viewer.ui.access import Access
from procedure_viewer.ui.clipboard_guard import forget_copies
from procedure_viewer.ui.crash import CrashGuard
from procedure_viewer.ui.idle import Clock
from procedure_viewer.ui.main_window import MainWindow
from procedure_viewer.ui.naming import Naming
from procedure_viewer.ui.session import Session
from procedure_viewer.ui.signing_in import OpenBrowser
from procedure_viewer.ui.states import Server

if TYPE_CHECKING:
    from procedure_viewer.tour import Tour

QUIT_TIMEOUT = 5.0
"""Seconds that the worker may take to end; it needs a few milliseconds."""
CRASH_LOG = "crash.log"


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line."""

    server: Server | None = None
    start_demo: Callable[[], Server] | None = None
    """Starts the embedded demo server; None where there is none."""
    connection: str = ""
    """Id or name of a saved connection; empty for the one used last."""
    tour: Path | None = None
    find: str = ""
    seal: bool = False
    """Whether what the tour exports is sealed."""
    startup_report: Path | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """One window and what is behind it."""

    gateway: Gateway
    session: Session
    access: Access
    window: MainWindow
    naming: Naming


def wired(
    settings: Path,
    policy: Policy = NO_POLICY,
    start_demo: Callable[[], Server] | None = None,
    open_browser: OpenBrowser = QDesktopServices.openUrl,
    clock: Clock | None = None,
) -> Desk:
    """A window on a session on a gateway on a worker, which starts with the gateway."""
    worker = Worker()
    gateway = Gateway(worker.perform, worker.close)
    worker.notify = gateway.notify
    session = Session(gateway)
    access = Access(gateway, session)
    naming = Naming(gateway, session)
    window = MainWindow(session, access, settings, policy, start_demo, open_browser, clock, naming)
    return Desk(gateway, session, access, window, naming)


class Program(QObject):
    """One run: the window, from its first paint to what follows from the command line."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        self._options = options
        settings = _settings()
        policy = load_policy()
        self._refusal = _refusal(options.server, policy)
        desk = wired(settings, policy, options.start_demo)
        self.gateway, self.session, self.window = desk.gateway, desk.session, desk.window
        self._crash_guard = CrashGuard(self.window.clear_chart, self.window.errors.show, settings / CRASH_LOG)
        self._crash_guard.install()
        self._first_paint = FirstPaint(self.window)
        self._first_paint.painted.connect(self._begin)
        self._tour: Tour | None = None
        # Before anybody can type: what is asked from now on waits for the worker, which starts after the first paint.
        self._has_server = self._choose_server()

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
        self.window.say_complaints()
        return True

    @Slot()
    def _begin(self) -> None:
        """After the first paint: only now are the HTTP client and the keyring imported, by the worker."""
        if self._options.startup_report is not None:
            self._report_start(self._options.startup_report)
            return
        self.gateway.start()
        if self._refusal:
            _complain(self._refusal)
        elif self._options.tour is not None and self._has_server:
            self._begin_tour(self._options.tour)
        elif self._options.tour is not None or (self._options.connection and not self._has_server):
            _complain(self.tr("There is no such saved connection."))

    def _report_start(self, path: Path) -> None:
        try:
            write_report(path, milliseconds_since_start())
        except OSError as error:
            _complain(self.tr("The report can't be written: {reason}.").format(reason=error.strerror))
        else:
            QCoreApplication.exit(0)

    def _begin_tour(self, folder: Path) -> None:
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
        QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    application = QApplication(sys.argv[:1])
    application.setApplicationName("procedure-viewer")
    application.setApplicationDisplayName("Procedure Viewer")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("procedure-viewer")
    words.use(QCoreApplication.translate)
    program = Program(options)
    program.window.show()
    status = application.exec()
    forget_copies()  # else the system, or a clipboard manager, takes them over: they would outlive the program
    # Nothing may reach a window that is going away: the gateway falls silent first, then ends its thread.
    if not program.gateway.shutdown(QUIT_TIMEOUT):
        logging.getLogger("procedure_viewer").error("the worker did not end in time")
    # And the window goes while the application is there: left to the interpreter's end, one quitting in three crashed
    # where a chart was still being read.
    program.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    # The interpreter would look through everything for circles once more: 150 ms, for memory that goes anyway.
    gc.freeze()
    return status


def _refusal(server: Server | None, policy: Policy) -> str:
    """Why IT's policy doesn't let this server be used, in words; "" if it does."""
    if server is None:
        return ""
    if server.is_demo:
        return "" if policy.allow_demo else translate("settings", "Your IT department does not allow the demo data")
    return policy.refusal(server.connection)


def _settings() -> Path:
    """Where settings are kept; without a home folder a place that can't be, so that every attempt says so in words."""
    try:
        return settings_folder()
    except OSError:
        return Path(os.devnull) / "settings"


def _complain(words_for_the_caller: str, status: int = 2) -> None:
    """Answer the command line, and end with that exit status."""
    print(words_for_the_caller, file=sys.stderr)  # noqa: T201 - the answer to a command line
    QCoreApplication.exit(status)
