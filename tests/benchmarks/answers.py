"""From Enter to what the clinician waits for, on a real window with a warm connection to the demo server.

`python -m tests.benchmarks.answers RUNS` prints JSON. Beside each, one bare httpx client with a warm connection of its
own gets the same pages from the same server, in turn with the window.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path

import httpx
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from procedure_viewer.bootstrap import wired
from procedure_viewer.chart.open_chart import Standing
from procedure_viewer.chart.search import Progress
from procedure_viewer.demo.child import DemoServer, start_demo_server
from procedure_viewer.fhir.query import read_query
from procedure_viewer.ui.main_window import MainWindow
from procedure_viewer.ui.states import Link
from tests.benchmarks.figures import Comparison
from tests.desk import server_at

SMALL = "jones 1980-11-13"
LARGE = "okafor 1957-03-02"
COUNT = ("_count", "100")
TIMEOUT = 30_000
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


class Desk:
    """A window on the demo server and a bare client beside it."""

    def __init__(self, window: MainWindow, server: DemoServer, bare: httpx.Client) -> None:
        self._window = window
        self._session = window.session
        self._server = server
        self._bare = bare

    def connect(self) -> None:
        """Turn to the server."""
        self._session.use(server_at(self._server.url, self._server.token, is_demo=True))
        wait_for(lambda: self._session.link is Link.READY)

    def find(self, line: str) -> float:
        """Milliseconds from Enter to the first painted patient."""
        self._session.close_chart()
        self._session.recent.clear()
        self._session.clear_search()
        search = self._window.search
        search.field.setText(line)
        wait_for(lambda: not search.pane.shows_content)
        painted = Painted(search.results.viewport(), lambda: search.table.rowCount() > 0)
        taken = self._after_enter(search.field, painted)
        wait_for(lambda: self._session.progress is Progress.DONE)
        return taken

    def open_first(self) -> tuple[float, float]:
        """Milliseconds from Enter on the patient to the first painted procedure, and to the painted "All … records"."""
        search, procedures = self._window.search, self._window.procedures
        search.results.selectRow(0)
        first = Painted(procedures.view.viewport(), lambda: procedures.table.rowCount() > 0)
        whole = Painted(procedures.statement, self._is_complete)
        started = time.perf_counter()
        QTest.keyClick(search.results, Qt.Key.Key_Return)
        wait_for(lambda: first.at is not None and whole.at is not None)
        assert first.at is not None
        assert whole.at is not None
        return (first.at - started) * 1000, (whole.at - started) * 1000

    def patient_parameters(self, line: str) -> list[tuple[str, str]]:
        """What the window asks for, as the bare client asks for it."""
        (parameters,) = read_query(line, date.today(), None).searches
        return [*parameters, COUNT]

    def procedure_parameters(self) -> list[tuple[str, str]]:
        """The same for the procedures of the open patient."""
        assert self._session.chart is not None
        return [("patient", f"Patient/{self._session.chart.patient.id}"), COUNT]

    def get(self, resource_type: str, parameters: list[tuple[str, str]], *, all_pages: bool = False) -> float:
        """Milliseconds of the bare client for the first page or all of them."""
        started = time.perf_counter()
        answer = self._bare.get(f"{self._server.url}/{resource_type}", params=tuple(parameters))
        # Reading the links takes the whole page apart, as any client has to.
        while all_pages and (further := next_link(answer)):
            answer = self._bare.get(further)
        taken = (time.perf_counter() - started) * 1000
        answer.raise_for_status()
        return taken

    def _is_complete(self) -> bool:
        chart = self._session.chart
        return chart is not None and chart.standing is Standing.COMPLETE

    def _after_enter(self, widget: QWidget, painted: Painted) -> float:
        started = time.perf_counter()
        QTest.keyClick(widget, Qt.Key.Key_Return)
        wait_for(lambda: painted.at is not None)
        assert painted.at is not None
        return (painted.at - started) * 1000


def next_link(answer: httpx.Response) -> httpx.URL | None:
    """The address of the next page, which may stand there relative to this one; None on the last."""
    links = answer.json().get("link", [])
    return next((answer.url.join(link["url"]) for link in links if link["relation"] == "next"), None)


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


@contextmanager
def desk(settings: Path) -> Iterator[Desk]:
    """The window as the program builds it."""
    server = start_demo_server()
    at = wired(settings)
    at.window.show()
    at.gateway.start()
    server.wait_until_ready(20)
    headers = {"Authorization": f"Bearer {server.token}", "Accept": "application/fhir+json"}
    with httpx.Client(headers=headers, trust_env=False) as bare:
        try:
            yield Desk(at.window, server, bare)
        finally:
            at.gateway.shutdown(5)
            server.stop()
            # As `bootstrap.run` does: a window that is left to the interpreter's end crashes now and then.
            at.window.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def measure(at: Desk, runs: int) -> list[Comparison]:
    """Each `runs` times, after one run that isn't counted: it opens the connections."""
    found, first, whole = [], [], []
    bare_found, bare_first, bare_whole = [], [], []
    at.connect()
    for run in range(runs + 1):
        small = at.find(SMALL)
        bare_small = at.get("Patient", at.patient_parameters(SMALL))
        at.find(LARGE)
        first_row, complete = at.open_first()
        bare_page = at.get("Procedure", at.procedure_parameters())
        bare_pages = at.get("Procedure", at.procedure_parameters(), all_pages=True)
        if run:
            found.append(small)
            first.append(first_row)
            whole.append(complete)
            bare_found.append(bare_small)
            bare_first.append(bare_page)
            bare_whole.append(bare_pages)
    return [
        Comparison("Enter to first painted patient", found, "one bare GET of that page", bare_found),
        Comparison("Enter to first painted procedure (100 a page)", first, "one bare GET of that page", bare_first),
        Comparison("Enter to painted 'All 312 records'", whole, "bare GETs of the 4 pages, one by one", bare_whole),
    ]


def main(runs: int) -> None:
    application = QApplication([])
    with tempfile.TemporaryDirectory() as folder, desk(Path(folder)) as at:
        comparisons = measure(at, runs)
    print(json.dumps([asdict(comparison) for comparison in comparisons]))  # noqa: T201 - its answer
    del application


if __name__ == "__main__":
    main(int(sys.argv[1]))
