"""The real window on the server of `server`, and what is waited for in it."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from procedure_viewer.bootstrap import Desk, wired
from procedure_viewer.chart.open_chart import Standing
from procedure_viewer.chart.search import Progress
from procedure_viewer.ui.main_window import MainWindow
from procedure_viewer.ui.states import Link
from tests.desk import server_at

TIMEOUT = 120_000
"""Milliseconds after which something that is waited for is taken to never happen."""


class Painted(QObject):
    """Notes when a widget has been painted for the first time while a condition holds."""

    def __init__(self, widget: QWidget, holds: Callable[[], bool]) -> None:
        super().__init__(widget)
        self._widget = widget
        self._holds = holds
        self._seen = False
        self.at: float | None = None
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self._seen and self._holds():
            self._seen = True
            # Behind this event the widget is painted and the window is flushed.
            QTimer.singleShot(0, self._note)
        return super().eventFilter(watched, event)

    def _note(self) -> None:
        self.at = time.perf_counter()
        self._widget.removeEventFilter(self)


class Clinician:
    """Who sits before the window, and types as fast as a test can."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.window: MainWindow = desk.window
        self.session = desk.session

    def connect(self, url: str) -> None:
        """Turn to the server."""
        self.session.use(server_at(url))
        wait_for(lambda: self.session.link is Link.READY)

    def find(self, patient: str) -> float:
        """Milliseconds from Enter to the first painted patient."""
        self.session.close_chart()
        self.session.recent.clear()
        self.session.clear_search()
        search = self.window.search
        search.field.setText(f"Patient/{patient}")
        wait_for(lambda: not search.pane.shows_content)
        painted = Painted(search.results.viewport(), lambda: search.table.rowCount() > 0)
        started = time.perf_counter()
        QTest.keyClick(search.field, Qt.Key.Key_Return)
        wait_for(lambda: painted.at is not None)
        wait_for(lambda: self.session.progress is Progress.DONE)
        return milliseconds(started, painted)

    def open_first(self) -> tuple[float, float]:
        """Milliseconds from Enter on the patient to the first painted procedure, and to the painted "All … records"."""
        search, procedures = self.window.search, self.window.procedures
        search.results.selectRow(0)
        first = Painted(procedures.view.viewport(), lambda: procedures.table.rowCount() > 0)
        whole = Painted(procedures.statement, self._is_complete)
        started = time.perf_counter()
        QTest.keyClick(search.results, Qt.Key.Key_Return)
        wait_for(lambda: first.at is not None and whole.at is not None)
        return milliseconds(started, first), milliseconds(started, whole)

    def read(self, patient: str) -> tuple[float, float]:
        """Find a patient and open the chart, until all is there; milliseconds as `open_first` gives them."""
        self.find(patient)
        return self.open_first()

    def settle(self) -> None:
        """Wait until all rows are there that the chart has, and the window has nothing more to do at once."""
        wait_for(lambda: self._is_complete() and not self.session.rows_to_come)
        rest()

    def _is_complete(self) -> bool:
        chart = self.session.chart
        return chart is not None and chart.standing is Standing.COMPLETE and not self.session.rows_to_come


def milliseconds(started: float, painted: Painted) -> float:
    """From a moment until something was painted."""
    assert painted.at is not None
    return (painted.at - started) * 1000


def wait_for(condition: Callable[[], bool]) -> None:
    """Let the event loop run, asleep between events, until the condition holds."""
    loop = QEventLoop()
    looking = QTimer(interval=1)
    looking.timeout.connect(lambda: loop.quit() if condition() else None)
    late = QTimer(singleShot=True, interval=TIMEOUT)
    late.timeout.connect(loop.quit)
    looking.start()
    late.start()
    loop.exec()
    assert condition(), "it never happened"


def rest(times: int = 5) -> None:
    """Let the event loop run until it was idle some times, so that what was put off is done."""
    for _ in range(times):
        loop = QEventLoop()
        QTimer.singleShot(20, loop.quit)
        loop.exec()


@contextmanager
def window_on(url: str) -> Iterator[Clinician]:
    """The window as the program builds it, connected to a server."""
    with tempfile.TemporaryDirectory() as folder:
        desk = wired(Path(folder))
        desk.window.resize(1280, 800)
        desk.window.show()
        desk.gateway.start()
        clinician = Clinician(desk)
        try:
            clinician.connect(url)
            yield clinician
        finally:
            desk.gateway.shutdown(5)
            # As `bootstrap.run` does: a window that is left to the interpreter's end crashes now and then.
            desk.window.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
