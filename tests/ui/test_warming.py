"""A connection is made ready when the window is turned to or typed in: not for nobody, and not again and again."""

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from procedure_viewer.background.gateway import Ticket
from procedure_viewer.background.requests import LockUp, Request, WarmUp
from procedure_viewer.ui.session import Session
from procedure_viewer.ui.warming import EVERY, Warming
from tests.desk import Desk
from tests.servers import ScriptedServer, reply


class Listening(QObject):
    """Stands for the session: there is a server, or not."""

    def __init__(self) -> None:
        super().__init__()
        self.ready = True
        self.times = 0

    def warm_up(self) -> bool:
        self.times += self.ready
        return self.ready


@pytest.fixture
def session() -> Listening:
    return Listening()


@pytest.fixture
def now() -> list[float]:
    return [1_000.0]


@pytest.fixture
def field(qtbot: QtBot, session: Listening, now: list[float]) -> QLineEdit:
    field = QLineEdit()
    qtbot.addWidget(field)
    Warming(session, field, field, lambda: now[0])  # type: ignore[arg-type]  # all that it asks of a session
    return field


def test_typing_asks_for_it_once_a_minute(field: QLineEdit, session: Listening, now: list[float]) -> None:
    QTest.keyClicks(field, "alder")
    assert session.times == 1
    now[0] += EVERY - 1
    QTest.keyClicks(field, " 1980")
    assert session.times == 1
    now[0] += 1
    QTest.keyClicks(field, "-")
    assert session.times == 2


def test_what_the_program_puts_into_the_field_asks_for_nothing(field: QLineEdit, session: Listening) -> None:
    field.setText("alder")
    assert session.times == 0


def test_coming_back_to_the_window_asks_for_it(field: QLineEdit, session: Listening) -> None:
    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    application.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert session.times == 0
    application.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert session.times == 1


def test_without_a_server_it_is_asked_for_as_soon_as_there_is_one(field: QLineEdit, session: Listening) -> None:
    session.ready = False
    QTest.keyClicks(field, "a")
    session.ready = True
    QTest.keyClicks(field, "l")
    assert session.times == 1


def test_nothing_is_sent_while_the_window_is_locked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    submitted: list[object] = []
    with ScriptedServer(reply(404)) as server:
        desk.connect(server.url)
        submit = desk.gateway.submit

        def noted(request: Request) -> Ticket:
            submitted.append(request)
            return submit(request)

        monkeypatch.setattr(desk.gateway, "submit", noted)
        session: Session = desk.session
        assert session.warm_up()
        session.lock_up()
        assert not session.warm_up()
        assert [type(request) for request in submitted if isinstance(request, WarmUp | LockUp)] == [WarmUp, LockUp]
