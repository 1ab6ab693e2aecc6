"""A shared workstation: nobody there, everything covered and forgotten, and the way back of each kind of connection."""

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from procedure_viewer.bootstrap import Desk as Wired
from procedure_viewer.bootstrap import wired
from procedure_viewer.chart.search import Progress
from procedure_viewer.demo import CLIENT_SECRET, CONFIDENTIAL_CLIENT, PUBLIC_CLIENT
from procedure_viewer.fhir.outcome import Kind, Problem
from procedure_viewer.settings.connections import Connection, SignInMethod
from procedure_viewer.settings.policy import IdleReturn, Policy, Setting
from procedure_viewer.ui.access import Standing
from procedure_viewer.ui.connections_dialog import ConnectionsDialog
from procedure_viewer.ui.cover import Cover, IdleWarning
from procedure_viewer.ui.export_dialog import ExportDialog
from procedure_viewer.ui.secret_dialogs import ClientSecretDialog, TokenDialog
from procedure_viewer.ui.sign_in_dialog import SignInDialog
from procedure_viewer.ui.states import Link, Server
from tests.desk import SEED_PROCEDURE, Browser, Desk, server_at
from tests.oauth.browser import StandInBrowser, Visit
from tests.oauth.demo_server import RunningDemo
from tests.servers import Held, Script, ScriptedServer, bundle, by_path, procedure, reply

NAME = "samantha"
"""A word of the patient's name, as it may stand anywhere in the window."""
PATIENT = {"resourceType": "Patient", "id": "p", "name": [{"family": "Alder", "given": ["Samantha"]}]}


@dataclass
class Clock:
    """Moves only when a test moves it."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Workstation:
    """Desks whose time a test holds, one after the other."""

    bot: QtBot
    folder: Path
    clock: Clock = field(default_factory=Clock)
    desks: list[Wired] = field(default_factory=list)

    def desk(self, policy: Policy | None = None) -> Desk:
        """A window, not connected yet."""
        browser = Browser()
        made = wired(self.folder / "settings", policy or Policy(), open_browser=browser.open, clock=self.clock)
        self.bot.addWidget(made.window)
        with self.bot.waitActive(made.window):
            made.window.show()
        made.gateway.start()
        self.desks.append(made)
        return Desk(self.bot, made.window, made.session, made.gateway, made.access, browser, made.naming)

    def leave(self, desk: Desk, seconds: float) -> None:
        """Nobody does anything for so long, and the window looks at the clock."""
        self.clock.now += seconds
        desk.window.locking.watch.check()

    def lock(self, desk: Desk) -> Cover:
        """Leave it until it locks."""
        self.leave(desk, 15 * 60)
        assert desk.window.locking.locked
        return cover_of(desk)


@pytest.fixture
def workstation(qtbot: QtBot, tmp_path: Path) -> Iterator[Workstation]:
    workstation = Workstation(qtbot, tmp_path)
    yield workstation
    for desk in workstation.desks:
        assert desk.gateway.shutdown(5)
        desk.window.locking.covers.take_off()
        desk.window.locking.watch.stop()


@pytest.fixture
def desk(workstation: Workstation) -> Desk:
    return workstation.desk()


def connection_to(url: str, way: SignInMethod = SignInMethod.BROWSER) -> Connection:
    client = {SignInMethod.BROWSER: PUBLIC_CLIENT, SignInMethod.CLIENT_CREDENTIALS: CONFIDENTIAL_CLIENT}.get(way, "")
    return Connection("1" * 32, "My clinic", url, way, client, confidential=client == CONFIDENTIAL_CLIENT)


def turn_to(desk: Desk, connection: Connection) -> None:
    desk.session.use(Server(connection, memory_only=True))
    desk.wait(lambda: desk.session.link is Link.READY)


def cover_of(desk: Desk) -> Cover:
    (cover,) = (one for one in desk.window.findChildren(Cover) if one.isVisible())
    assert isinstance(cover, Cover)
    return cover


def is_covered(desk: Desk) -> bool:
    return desk.window.locking.locked and cover_of(desk).size() == desk.window.size()


def dialog_of(desk: Desk, kind: type[QDialog]) -> QDialog:
    desk.wait(lambda: any(dialog.isVisible() for dialog in desk.window.findChildren(kind)))
    return next(dialog for dialog in desk.window.findChildren(kind) if dialog.isVisible())


def visible_dialogs() -> list[str]:
    return [one.objectName() for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()]


def in_browser(desk: Desk, person: StandInBrowser, number: int = 1) -> Future[Visit]:
    """What the person does at the address of that number."""
    desk.wait(lambda: len(desk.browser.opened) >= number)
    return person.start(desk.browser.opened[number - 1])


def sign_in(desk: Desk, person: StandInBrowser) -> None:
    number = len(desk.browser.opened) + 1
    desk.window.welcome.sign_in.click()
    visit = in_browser(desk, person, number)
    desk.wait(lambda: desk.access.standing is Standing.SIGNED_IN)
    desk.wait(visit.done)


def all_texts(window: QWidget) -> str:
    """Whatever any widget of the window holds, seen or not."""
    texts = []
    for widget in window.findChildren(QWidget):
        if isinstance(widget, QLabel | QLineEdit):
            texts.append(widget.text())
        if isinstance(widget, QPlainTextEdit | QTextEdit):
            texts.append(widget.toPlainText())
        texts += [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription(), widget.windowTitle()]
    return "\n".join(texts).casefold()


def undo_everywhere(window: QWidget) -> None:
    for line in window.findChildren(QLineEdit):
        for _ in range(5):
            line.undo()


def test_the_last_half_minute_is_counted_down(workstation: Workstation, demo_desk_url: str) -> None:
    desk = workstation.desk()
    desk.connect(demo_desk_url)
    (warning,) = desk.window.findChildren(IdleWarning)
    workstation.leave(desk, 15 * 60 - 31)
    assert not warning.isVisible()
    seen = []
    for _ in range(30):
        workstation.leave(desk, 1)
        seen.append(warning.text())
        assert warning.isVisible()
        assert not desk.window.locking.locked
    assert seen == [f"This window locks in {left} s. Press any key to stay." for left in range(30, 0, -1)]
    QTest.keyClick(desk.window.windowHandle(), Qt.Key.Key_Shift)
    assert not warning.isVisible()
    workstation.leave(desk, 15 * 60 - 1)
    assert warning.isVisible()
    workstation.leave(desk, 1)
    assert not warning.isVisible()
    assert is_covered(desk)


@pytest.fixture
def demo_desk_url() -> Iterator[str]:
    """An open server with a patient and a procedure."""
    answers = {
        "/Patient": reply(200, bundle([PATIENT], total=1)),
        "/Patient/p": reply(200, PATIENT),
        "/Procedure": reply(200, bundle([procedure("1", "p")], total=1)),
        "/Procedure/1": reply(200, procedure("1", "p")),
    }
    with ScriptedServer(by_path(answers)) as server:
        yield server.url


def test_nothing_stays_that_was_read_or_typed(
    workstation: Workstation, desk: Desk, demo_oauth: RunningDemo, stand_in_browser: StandInBrowser
) -> None:
    turn_to(desk, connection_to(demo_oauth.url))
    sign_in(desk, stand_in_browser)
    desk.read_chart("jones 1980-11-13")
    desk.select(SEED_PROCEDURE)
    for tab in range(3):
        desk.window.detail.tabs.setCurrentIndex(tab)
    QTest.keyClicks(desk.window.procedures.filter, "biopsy")
    assert NAME in all_texts(desk.window)

    cover = workstation.lock(desk)

    assert cover.findChild(QLabel, "coverConnection") is not None
    assert desk.session.chart is None
    assert desk.session.selected is None
    assert desk.session.recent == []
    assert desk.session.found.patients == ()
    assert desk.access.grant is None
    assert desk.window.procedures.table.rowCount() == 0
    assert desk.window.search.table.rowCount() == 0
    assert desk.window.detail.procedure is None
    desk.wait(lambda: desk.window.signed_in.text() == "")
    for word in (NAME, "jones", "1980", "biopsy", "osei"):
        assert word not in all_texts(desk.window), word
    undo_everywhere(desk.window)
    for word in (NAME, "jones", "1980"):
        assert word not in all_texts(desk.window), word


def test_the_worker_has_no_token_any_more(
    workstation: Workstation, desk: Desk, demo_oauth: RunningDemo, stand_in_browser: StandInBrowser
) -> None:
    turn_to(desk, connection_to(demo_oauth.url))
    sign_in(desk, stand_in_browser)
    workstation.lock(desk)
    desk.window.search.search_for("jones")  # nobody can; if somebody could, there would be nothing to ask with
    desk.wait(lambda: desk.session.progress is Progress.FAILED)
    assert desk.session.search_problem is not None
    assert desk.session.search_problem.technical == "no server chosen"


def test_a_token_given_for_this_run_is_gone_too(workstation: Workstation, desk: Desk, demo_oauth: RunningDemo) -> None:
    desk.session.use(server_at(demo_oauth.url, "demo"))
    desk.wait(lambda: desk.session.link is Link.READY)
    cover = workstation.lock(desk)
    assert desk.session.server is not None
    assert desk.session.server.token is None
    cover.again.click()
    token = dialog_of(desk, TokenDialog)
    assert isinstance(token, TokenDialog)
    QTest.keyClicks(token.field, "demo")
    token.sign_in.click()
    desk.wait(lambda: not desk.window.locking.locked)
    desk.read_chart("jones 1980-11-13")


def test_the_form_is_emptied_too(workstation: Workstation, desk: Desk, demo_desk_url: str) -> None:
    desk.connect(demo_desk_url)
    desk.window.search.question._form_button.click()
    family = desk.window.findChild(QLineEdit, "searchForm_family")
    assert isinstance(family, QLineEdit)
    QTest.keyClicks(family, "okafor")
    workstation.lock(desk)
    assert "okafor" not in all_texts(desk.window)
    undo_everywhere(desk.window)
    assert "okafor" not in all_texts(desk.window)


def test_every_dialog_is_gone(workstation: Workstation, desk: Desk, demo_desk_url: str) -> None:
    desk.connect(demo_desk_url)
    desk.read_chart("alder")
    desk.select("1")
    desk.window.actions_by_name["export"].trigger()
    dialog_of(desk, ExportDialog)
    workstation.lock(desk)
    assert visible_dialogs() == []
    comes_back(desk)

    desk.window.errors.show(Problem(Kind.SERVER, status=500))
    desk.window.errors.show(Problem(Kind.TIMEOUT))
    assert visible_dialogs() == ["errorDialog"]
    workstation.lock(desk)
    desk.wait(lambda: visible_dialogs() == [])
    assert desk.window.errors._waiting == []
    comes_back(desk)

    desk.window.server_menu.show_list()
    desk.window.server_menu.new_connection()
    assert len(visible_dialogs()) == 2
    workstation.lock(desk)
    assert visible_dialogs() == []
    assert desk.window.findChild(ConnectionsDialog) is None or not dialog_visible(desk, ConnectionsDialog)
    comes_back(desk)
    assert desk.window.errors.current is None


def dialog_visible(desk: Desk, kind: type[QDialog]) -> bool:
    return any(dialog.isVisible() for dialog in desk.window.findChildren(kind))


def comes_back(desk: Desk) -> None:
    """Press the one button of a connection without a sign-in."""
    cover = cover_of(desk)
    assert cover.again.text() == "Continue"
    cover.again.click()
    desk.wait(lambda: not desk.window.locking.locked)
    assert desk.session.link is Link.READY


def test_no_key_reaches_the_window_below(workstation: Workstation, desk: Desk, demo_desk_url: str) -> None:
    desk.connect(demo_desk_url)
    workstation.lock(desk)
    heard: list[str] = []
    for name, action in desk.window.actions_by_name.items():
        assert isinstance(action, QAction)
        action.setEnabled(True)
        action.triggered.connect(lambda _=False, name=name: heard.append(name))
    handle = desk.window.windowHandle()
    assert isinstance(handle, QWindow)
    control = Qt.KeyboardModifier.ControlModifier
    for key in (Qt.Key.Key_F, Qt.Key.Key_L, Qt.Key.Key_E, Qt.Key.Key_Q, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3):
        QTest.keyClick(handle, key, control)
    for key in (Qt.Key.Key_F5, Qt.Key.Key_F1, Qt.Key.Key_Escape):
        QTest.keyClick(handle, key)
    QTest.keyClick(handle, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    QTest.keyClicks(desk.window.focusWidget(), "okafor")
    QTest.mouseClick(handle, Qt.MouseButton.LeftButton, pos=QPoint(40, 20))
    assert heard == []
    assert "okafor" not in all_texts(desk.window)
    assert is_covered(desk)
    assert desk.window.isVisible()
    assert visible_dialogs() == []


def test_quitting_from_the_cover(workstation: Workstation, desk: Desk, demo_desk_url: str) -> None:
    desk.connect(demo_desk_url)
    with desk.bot.waitSignal(desk.window.closed):
        workstation.lock(desk).leave.click()


def test_without_a_server_there_is_nothing_to_lock(workstation: Workstation, desk: Desk) -> None:
    workstation.leave(desk, 15 * 60)
    assert not desk.window.locking.locked
    workstation.leave(desk, 14 * 60 + 45)
    (warning,) = desk.window.findChildren(IdleWarning)
    assert not warning.isVisible()


# The way back


def test_back_by_browser_with_a_new_login(
    workstation: Workstation, desk: Desk, demo_oauth: RunningDemo, stand_in_browser: StandInBrowser
) -> None:
    turn_to(desk, connection_to(demo_oauth.url))
    sign_in(desk, stand_in_browser)
    asked_before = len(stand_in_browser.pages)
    cover = workstation.lock(desk)
    assert cover.again.text() == "Sign in again"
    cover.again.click()
    visit = in_browser(desk, stand_in_browser, 2)
    assert "prompt=login" in desk.browser.opened[1]
    assert "prompt=login" not in desk.browser.opened[0]
    desk.wait(lambda: not desk.window.locking.locked)
    desk.wait(visit.done)
    assert len(stand_in_browser.pages) > asked_before  # although the browser remembered who had signed in
    assert desk.access.standing is Standing.SIGNED_IN
    assert desk.session.chart is None
    assert visible_dialogs() == []
    assert desk.window.focusWidget() is desk.window.search.field
    desk.read_chart("jones 1980-11-13")
    workstation.lock(desk)  # and it counts again


def test_refused_or_given_up_it_stays_covered(
    workstation: Workstation, desk: Desk, demo_oauth: RunningDemo, stand_in_browser: StandInBrowser
) -> None:
    turn_to(desk, connection_to(demo_oauth.url))
    sign_in(desk, stand_in_browser)
    cover = workstation.lock(desk)

    cover.again.click()
    dialog_of(desk, SignInDialog).reject()
    desk.wait(lambda: desk.access.standing is Standing.NEEDED)
    assert is_covered(desk)
    assert desk.access.grant is None

    stand_in_browser.allows = False
    cover.again.click()
    visit = in_browser(desk, stand_in_browser, 3)
    desk.wait_for_error()
    desk.wait(visit.done)
    error = desk.window.errors.current
    assert error is not None
    assert error.problem.kind is Kind.SIGN_IN
    assert is_covered(desk)
    error.reject()
    desk.wait(lambda: visible_dialogs() == [])
    assert is_covered(desk)

    stand_in_browser.allows = True
    cover.again.click()
    visit = in_browser(desk, stand_in_browser, 4)
    desk.wait(lambda: not desk.window.locking.locked)
    desk.wait(visit.done)
    assert all("prompt=login" in address for address in desk.browser.opened[1:])


def test_back_with_the_token(workstation: Workstation, desk: Desk, demo_oauth: RunningDemo) -> None:
    turn_to(desk, connection_to(demo_oauth.url, SignInMethod.TOKEN))
    desk.access.sign_in("demo")
    desk.wait(lambda: desk.access.standing is Standing.SIGNED_IN)
    cover = workstation.lock(desk)
    cover.again.click()
    asked = dialog_of(desk, TokenDialog)
    assert isinstance(asked, TokenDialog)
    asked.reject()
    assert is_covered(desk)
    cover.again.click()
    asked = dialog_of(desk, TokenDialog)
    assert isinstance(asked, TokenDialog)
    QTest.keyClicks(asked.field, "demo")
    asked.sign_in.click()
    desk.wait(lambda: not desk.window.locking.locked)
    desk.read_chart("jones 1980-11-13")


def test_back_with_the_client_secret(workstation: Workstation, desk: Desk, demo_oauth: RunningDemo) -> None:
    turn_to(desk, connection_to(demo_oauth.url, SignInMethod.CLIENT_CREDENTIALS))
    desk.access.sign_in(CLIENT_SECRET)
    desk.wait(lambda: desk.access.standing is Standing.SIGNED_IN)
    cover = workstation.lock(desk)
    cover.again.click()
    asked = dialog_of(desk, ClientSecretDialog)
    assert isinstance(asked, ClientSecretDialog)
    QTest.keyClicks(asked.field, "guessed")
    asked.sign_in.click()
    desk.wait_for_error()
    assert is_covered(desk)
    assert desk.window.errors.current is not None
    desk.window.errors.current.accept()  # Sign in again
    asked = dialog_of(desk, ClientSecretDialog)
    assert isinstance(asked, ClientSecretDialog)
    QTest.keyClicks(asked.field, CLIENT_SECRET)
    asked.sign_in.click()
    desk.wait(lambda: not desk.window.locking.locked)
    desk.read_chart("jones 1980-11-13")


def test_back_to_the_demo(workstation: Workstation, desk: Desk, demo_oauth: RunningDemo) -> None:
    desk.connect(demo_oauth.url, "demo", is_demo=True)
    workstation.lock(desk)
    comes_back(desk)
    desk.read_chart("jones 1980-11-13")


def test_it_may_let_people_continue(
    workstation: Workstation, demo_oauth: RunningDemo, stand_in_browser: StandInBrowser
) -> None:
    desk = workstation.desk(Policy(locked=frozenset({Setting.IDLE_RETURN}), idle_return=IdleReturn.CONTINUE))
    turn_to(desk, connection_to(demo_oauth.url))
    sign_in(desk, stand_in_browser)
    workstation.lock(desk)
    comes_back(desk)
    # It was in memory only: then there is nothing to go on with, and the page asks.
    assert desk.access.standing is Standing.NEEDED
    assert desk.window.welcome.isVisible()
    assert len(desk.browser.opened) == 1


def test_without_a_network_it_stays_covered_and_says_why(
    workstation: Workstation, desk: Desk, demo_oauth: RunningDemo, stand_in_browser: StandInBrowser
) -> None:
    turn_to(desk, connection_to(demo_oauth.url))
    sign_in(desk, stand_in_browser)
    cover = workstation.lock(desk)
    demo_oauth.stop()
    cover.again.click()
    desk.wait_for_error()
    assert desk.window.errors.current is not None
    assert desk.window.errors.current.problem.kind is Kind.OFFLINE
    assert is_covered(desk)
    desk.window.errors.current.reject()


# While something is under way


@pytest.mark.parametrize("under_way", ["/Patient", "/Procedure"])
def test_late_answers_show_nothing(workstation: Workstation, desk: Desk, under_way: str) -> None:
    held = Held(reply(200, bundle([PATIENT if under_way == "/Patient" else procedure("1", "p")], total=1)))
    answers: dict[str, Script] = {"/Patient": reply(200, bundle([PATIENT], total=1)), under_way: held}
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.type_and_search("alder")
        if under_way == "/Procedure":
            desk.wait(lambda: desk.session.progress is Progress.DONE)
            desk.open_first()
        server.wait_for_request(1 if under_way == "/Patient" else 2)
        workstation.lock(desk)
        server.call(held.gate.set)
        server.wait_until_left()
        comes_back(desk)
        assert desk.session.chart is None
        assert desk.session.progress is Progress.NOTHING
        assert "alder" not in all_texts(desk.window)
        assert desk.window.errors.current is None


def test_a_sign_in_under_way_is_given_up(
    workstation: Workstation, desk: Desk, demo_oauth: RunningDemo, stand_in_browser: StandInBrowser
) -> None:
    turn_to(desk, connection_to(demo_oauth.url))
    desk.window.welcome.sign_in.click()
    dialog_of(desk, SignInDialog)
    redirect = stand_in_browser.redirect_of(desk.browser.opened[0])
    cover = workstation.lock(desk)
    desk.wait(lambda: visible_dialogs() == [])
    desk.access.paste(redirect)
    cover.again.click()
    dialog_of(desk, SignInDialog)
    assert is_covered(desk)
    visit = in_browser(desk, stand_in_browser, 2)
    desk.wait(lambda: not desk.window.locking.locked)
    desk.wait(visit.done)


def test_connecting_under_way_is_given_up(workstation: Workstation, desk: Desk, demo_desk_url: str) -> None:
    desk.session.use(server_at(demo_desk_url))
    workstation.lock(desk)
    desk.wait(lambda: Link.NONE is desk.session.link)
    comes_back(desk)
    desk.read_chart("alder")


def test_an_export_under_way_is_finished_and_its_name_is_not_left(
    workstation: Workstation, desk: Desk, demo_desk_url: str, tmp_path: Path
) -> None:
    desk.connect(demo_desk_url)
    desk.read_chart("alder")
    desk.export(desk.select("1"), tmp_path / "samantha.json")
    workstation.lock(desk)
    desk.wait(lambda: not desk.session.exporting)
    assert (tmp_path / "samantha.json").exists()
    assert NAME not in all_texts(desk.window)
    comes_back(desk)


# What IT and the person lay down


def idle_actions(desk: Desk) -> list[QAction]:
    actions: list[QAction] = desk.window.findChildren(QAction)
    return [action for action in actions if action.objectName().startswith("idle_")]


def test_the_minutes_that_it_has_set_are_shown_and_locked(workstation: Workstation, demo_desk_url: str) -> None:
    desk = workstation.desk(Policy(locked=frozenset({Setting.IDLE_MINUTES}), idle_minutes=7))
    actions = idle_actions(desk)
    assert [action.text() for action in actions if action.isChecked()] == ["After 7 minutes"]
    assert not any(action.isEnabled() for action in actions)
    desk.connect(demo_desk_url)
    workstation.leave(desk, 7 * 60 - 1)
    assert not desk.window.locking.locked
    workstation.leave(desk, 1)
    assert desk.window.locking.locked
    title = cover_of(desk).findChild(QLabel, "coverTitle")
    assert isinstance(title, QLabel)
    assert title.text() == "Locked after 7 minutes without use"


def test_the_person_chooses_the_minutes_where_it_leaves_the_choice(
    workstation: Workstation, desk: Desk, demo_desk_url: str
) -> None:
    desk.connect(demo_desk_url)
    never = next(action for action in idle_actions(desk) if action.objectName() == "idle_0")
    never.trigger()
    workstation.leave(desk, 100 * 60)
    assert not desk.window.locking.locked
    five = next(action for action in idle_actions(desk) if action.objectName() == "idle_5")
    five.trigger()
    workstation.leave(desk, 5 * 60)
    assert desk.window.locking.locked
