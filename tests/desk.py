"""A real window on a real gateway, talking over real HTTP to the demo server or to a scripted one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from procedure_viewer.background.gateway import Gateway
from procedure_viewer.bootstrap import wired
from procedure_viewer.chart.extract import extract_from
from procedure_viewer.chart.open_chart import Standing
from procedure_viewer.chart.search import Progress
from procedure_viewer.demo.child import DemoServer, start_demo_server
from procedure_viewer.export.formats import Format, Order
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.settings.connections import Connection, SignInMethod
from procedure_viewer.settings.policy import NO_POLICY
from procedure_viewer.ui.access import Access
from procedure_viewer.ui.export_choice import Chosen, Likings
from procedure_viewer.ui.export_dialog import ExportDialog
from procedure_viewer.ui.main_window import MainWindow
from procedure_viewer.ui.naming import Naming
from procedure_viewer.ui.session import Session
from procedure_viewer.ui.states import Link, Server

SEED_PATIENT = "b8dfa97bdcdf4754bcd8197ca78ef0f0"
SEED_PROCEDURE = "2dd9a3bc-a3bb-472b-aaef-c57be394de39"


def server_at(base_url: str, token: str | None = None, *, name: str = "Test", is_demo: bool = False) -> Server:
    """A server that nobody has saved, as `--server` makes one."""
    sign_in = SignInMethod.TOKEN if token else SignInMethod.OPEN
    return Server(Connection("0" * 32, name, base_url, sign_in), token=token, is_demo=is_demo, memory_only=True)


class Browser:
    """Stands where the system's browser is: it notes what it is asked to open. A test goes on from there."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.is_there = True

    def open(self, address: QUrl) -> bool:
        """Note the address."""
        self.opened.append(address.toString(QUrl.ComponentFormattingOption.FullyEncoded))
        return self.is_there


def another_window(session: Session, access: Access, settings: Path) -> MainWindow:
    """One more window on a session that there is already, as it looks at the next start."""
    window = MainWindow()
    window.prepare(session, access, settings, NO_POLICY)
    for _ in window.furnish(lambda _: True):
        pass
    return window


def chosen_for(session: Session, procedure: Procedure, path: Path) -> Chosen:
    """What the export dialog gives when this procedure of the open chart is to be written to `path` as JSON."""
    assert session.chart is not None
    extract = extract_from(session.chart, [procedure], session.clock())
    return Chosen(path, Order(extract, Format.JSON), None, Likings(path.parent))


@dataclass
class Desk:
    """A clinician's desk: the window, what is behind it, and the moves that every test makes."""

    bot: QtBot
    window: MainWindow
    session: Session
    gateway: Gateway
    access: Access
    browser: Browser
    naming: Naming

    def connect(self, base_url: str, token: str | None = None, *, is_demo: bool = False) -> None:
        """Turn to a server and wait until it can be used."""
        self.session.use(server_at(base_url, token, is_demo=is_demo))
        self.wait(lambda: self.session.link is Link.READY)

    def wait(self, condition: Callable[[], bool]) -> None:
        """Let the event loop run until the condition holds."""
        self.bot.waitUntil(condition, timeout=10_000)

    def type_and_search(self, line: str) -> None:
        """Type into the field and press Enter."""
        field = self.window.search.field
        field.clear()
        QTest.keyClicks(field, line)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def find(self, line: str) -> None:
        """Search and wait for the end of it."""
        self.type_and_search(line)
        self.wait(lambda: self.session.progress in (Progress.DONE, Progress.FAILED))

    def open_first(self) -> None:
        """Open the first patient found, from the keyboard."""
        QTest.keyClick(self.window.search.field, Qt.Key.Key_Down)
        QTest.keyClick(self.window.search.results, Qt.Key.Key_Return)

    def read_chart(self, line: str) -> None:
        """Find, open, and wait for all pages."""
        self.find(line)
        self.open_first()
        self.wait_for_chart()

    def wait_for_chart(self) -> None:
        """Wait until the chart is no longer loading."""
        self.wait(lambda: self.session.chart is not None and self.session.chart.standing is not Standing.LOADING)

    def select(self, procedure_id: str) -> Procedure:
        """Select a procedure of the open chart by its id."""
        procedure = self.session.chart.find(procedure_id) if self.session.chart is not None else None
        assert procedure is not None
        self.window.procedures.select(procedure)
        assert self.session.selected is procedure
        return procedure

    def export(self, procedure: Procedure, path: Path, *, replace: bool = False) -> None:
        """Have this procedure of the open chart written, as the export dialog does once a place is chosen."""
        self.window.exporter.write(chosen_for(self.session, procedure, path), replace=replace)

    def export_dialog(self) -> ExportDialog | None:
        """The dialog that asks what is exported."""
        return next((one for one in self.window.findChildren(ExportDialog) if one.isVisible()), None)

    def ask_to_export_all(self) -> ExportDialog:
        """Select all that the list shows, and have the dialog asked about it."""
        self.window.procedures.view.setFocus()
        self.window.procedures.view.selectAll()
        self.window.actions_by_name["export"].trigger()
        dialog = self.export_dialog()
        assert dialog is not None
        return dialog

    def rows(self) -> list[tuple[str, ...]]:
        """The texts of the procedure table."""
        table = self.window.procedures.table
        return [
            tuple(str(table.index(row, column).data()) for column in range(table.columnCount()))
            for row in range(table.rowCount())
        ]

    def wait_for_error(self) -> None:
        """Wait for an error dialog."""
        self.wait(lambda: self.window.errors.current is not None)


@pytest.fixture(scope="session")
def demo_server() -> Iterator[DemoServer]:
    """The demo server as `--demo` starts it: a child process."""
    server = start_demo_server()
    server.wait_until_ready(20)
    yield server
    server.stop()


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    """A window that is not connected yet."""
    browser = Browser()
    desk = wired(tmp_path / "settings", open_browser=browser.open)
    qtbot.addWidget(desk.window)
    desk.window.show()
    qtbot.waitExposed(desk.window)
    desk.gateway.start()
    yield Desk(qtbot, desk.window, desk.session, desk.gateway, desk.access, browser, desk.naming)
    assert desk.gateway.shutdown(5)


@pytest.fixture
def demo_desk(desk: Desk, demo_server: DemoServer) -> Desk:
    """A window on the demo server."""
    desk.connect(demo_server.url, demo_server.token, is_demo=True)
    return desk
