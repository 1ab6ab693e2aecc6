"""What the window has the keyring keep and forget; here a keyring in memory, which a test can have fail."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from procedure_viewer.bootstrap import wired
from procedure_viewer.demo import CLIENT_SECRET, CONFIDENTIAL_CLIENT, PUBLIC_CLIENT
from procedure_viewer.fhir.outcome import Failure, Kind, Problem
from procedure_viewer.remote.tokens import TokenSet, encoded
from procedure_viewer.settings.connections import Connection, SignInMethod
from procedure_viewer.settings.policy import IdleReturn, Policy, Setting
from procedure_viewer.ui.access import Standing
from procedure_viewer.ui.secret_dialogs import ClientSecretDialog
from procedure_viewer.ui.sign_in_dialog import SignInDialog
from procedure_viewer.ui.states import Link, Server
from tests.desk import Browser, Desk
from tests.oauth.browser import StandInBrowser
from tests.oauth.demo_server import RunningDemo


@dataclass
class Keyring:
    """Stands where `Secrets` does."""

    entries: dict[str, str] = field(default_factory=dict)
    fails: bool = False
    asked: int = 0

    async def _turn(self) -> None:
        self.asked += 1
        await asyncio.sleep(0.02)  # as long as a real one takes
        if self.fails:
            raise Failure(Problem(Kind.KEYCHAIN))

    async def get(self, account: str) -> str | None:
        await self._turn()
        return self.entries.get(account)

    async def set(self, account: str, secret: str) -> None:
        await self._turn()
        self.entries[account] = secret

    async def delete(self, account: str) -> None:
        await self._turn()
        self.entries.pop(account, None)


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Keyring:
    keyring = Keyring()
    monkeypatch.setattr("procedure_viewer.background.worker.Secrets", lambda: keyring)
    return keyring


@pytest.fixture
def policy() -> Policy:
    return Policy(locked=frozenset({Setting.IDLE_RETURN}))


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, keyring: Keyring, policy: Policy) -> Iterator[Desk]:
    browser = Browser()
    made = wired(tmp_path / "settings", policy, open_browser=browser.open)
    qtbot.addWidget(made.window)
    made.window.show()
    made.gateway.start()
    yield Desk(qtbot, made.window, made.session, made.gateway, made.access, browser, made.naming)
    assert made.gateway.shutdown(5)
    made.window.locking.covers.take_off()
    made.window.locking.watch.stop()


def by_browser(url: str) -> Connection:
    return Connection("1" * 32, "Clinic", url, SignInMethod.BROWSER, PUBLIC_CLIENT)


def as_program(url: str) -> Connection:
    return Connection("2" * 32, "Clinic", url, SignInMethod.CLIENT_CREDENTIALS, CONFIDENTIAL_CLIENT, confidential=True)


def turn_to(desk: Desk, connection: Connection) -> None:
    desk.session.use(Server(connection))
    desk.wait(lambda: desk.session.link is Link.READY)


def sign_in(desk: Desk, person: StandInBrowser) -> None:
    number = len(desk.browser.opened)
    desk.window.welcome.sign_in.click()
    desk.wait(lambda: len(desk.browser.opened) > number)
    visit = person.start(desk.browser.opened[number])
    desk.wait(lambda: desk.access.standing is Standing.SIGNED_IN)
    desk.wait(visit.done)


def dialog_of(desk: Desk, kind: type[QDialog]) -> QDialog:
    desk.wait(lambda: any(dialog.isVisible() for dialog in desk.window.findChildren(kind)))
    return next(dialog for dialog in desk.window.findChildren(kind) if dialog.isVisible())


def type_secret(desk: Desk) -> None:
    dialog = dialog_of(desk, ClientSecretDialog)
    assert isinstance(dialog, ClientSecretDialog)
    QTest.keyClicks(dialog.field, CLIENT_SECRET)
    dialog.sign_in.click()


def test_removing_many_connections_at_once_removes_the_secrets_of_each(desk: Desk, keyring: Keyring) -> None:
    connections = [Connection(str(n) * 32, f"Clinic {n}", "http://127.0.0.1:9") for n in range(5)]
    for connection in connections:
        keyring.entries |= {connection.account: "token", connection.secret_account: "secret"}
    for connection in connections:
        desk.access.forget(connection)
    desk.wait(lambda: keyring.entries == {})


def test_quitting_right_after_removing_one_still_removes_its_secrets(desk: Desk, keyring: Keyring) -> None:
    connection = Connection("1" * 32, "Clinic", "http://127.0.0.1:9")
    keyring.entries |= {connection.account: "token", connection.secret_account: "secret"}
    desk.access.forget(connection)
    desk.wait(lambda: keyring.asked > 0)
    assert desk.gateway.shutdown(5)
    assert keyring.entries == {}


def test_a_keyring_that_fails_at_a_sign_in_is_gone_on_without(
    desk: Desk, keyring: Keyring, demo_oauth: RunningDemo
) -> None:
    turn_to(desk, as_program(demo_oauth.url))
    keyring.fails = True
    desk.window.welcome.sign_in.click()
    desk.wait_for_error()
    error = desk.window.errors.current
    assert error is not None
    assert error.problem.kind is Kind.KEYCHAIN
    error.accept()  # Go on in memory only
    desk.wait(lambda: desk.access.standing is Standing.NEEDED)
    desk.window.welcome.sign_in.click()
    type_secret(desk)
    desk.wait(lambda: desk.access.standing is Standing.SIGNED_IN)
    assert "in memory only" in desk.window.signed_in.text()
    desk.read_chart("jones 1980-11-13")


def test_signing_the_program_out_forgets_its_secret(desk: Desk, keyring: Keyring, demo_oauth: RunningDemo) -> None:
    connection = as_program(demo_oauth.url)
    turn_to(desk, connection)
    desk.window.welcome.sign_in.click()
    type_secret(desk)
    desk.wait(lambda: desk.access.standing is Standing.SIGNED_IN)
    assert keyring.entries == {connection.secret_account: CLIENT_SECRET}
    desk.window.signed_in.sign_out.trigger()
    desk.wait(lambda: keyring.entries == {})
    turn_to(desk, connection)
    assert desk.access.standing is Standing.NEEDED  # and nobody is signed in by an older secret
    desk.window.welcome.sign_in.click()
    dialog_of(desk, ClientSecretDialog).reject()


def test_signing_out_forgets_an_older_sign_in_too(
    desk: Desk, keyring: Keyring, demo_oauth: RunningDemo, stand_in_browser: StandInBrowser
) -> None:
    connection = by_browser(demo_oauth.url)
    keyring.entries[connection.account] = encoded(TokenSet(access_token="older"))
    turn_to(desk, connection)
    desk.access.sign_in(keep=False, again=True)
    desk.wait(lambda: bool(desk.browser.opened))
    visit = stand_in_browser.start(desk.browser.opened[0])
    desk.wait(visit.done)
    desk.wait(lambda: desk.access.grant is not None and not desk.access.grant.kept)
    desk.window.signed_in.sign_out.trigger()
    desk.wait(lambda: keyring.entries == {})


def test_whoever_comes_back_and_gives_up_has_read_nothing_from_the_keyring(
    desk: Desk, keyring: Keyring, demo_oauth: RunningDemo, stand_in_browser: StandInBrowser
) -> None:
    turn_to(desk, by_browser(demo_oauth.url))
    sign_in(desk, stand_in_browser)
    desk.window.locking.lock()
    asked = keyring.asked
    desk.window.locking.covers.continue_wanted.emit()
    dialog_of(desk, SignInDialog).reject()
    desk.wait(lambda: desk.access.standing is Standing.NEEDED)
    assert keyring.asked == asked
    assert desk.access.grant is None
    assert desk.window.locking.locked


@pytest.mark.parametrize("policy", [Policy(idle_return=IdleReturn.CONTINUE)])
def test_where_it_allows_that_one_continues_with_what_the_keyring_has(
    desk: Desk, keyring: Keyring, demo_oauth: RunningDemo, stand_in_browser: StandInBrowser
) -> None:
    turn_to(desk, by_browser(demo_oauth.url))
    sign_in(desk, stand_in_browser)
    desk.window.locking.lock()
    assert desk.access.grant is None
    desk.window.locking.covers.continue_wanted.emit()
    desk.wait(lambda: not desk.window.locking.locked)
    assert desk.access.standing is Standing.SIGNED_IN
    assert len(desk.browser.opened) == 1
    desk.read_chart("jones 1980-11-13")


def test_signing_out_with_a_keyring_that_fails_forgets_what_was_typed_and_says_what_may_be_left(
    desk: Desk, keyring: Keyring, demo_oauth: RunningDemo
) -> None:
    turn_to(desk, as_program(demo_oauth.url))
    desk.window.welcome.sign_in.click()
    type_secret(desk)
    desk.wait(lambda: desk.access.standing is Standing.SIGNED_IN)
    keyring.fails = True
    keyring.entries.clear()  # as if it were another one by now
    desk.window.signed_in.sign_out.trigger()
    desk.wait_for_error()
    error = desk.window.errors.current
    assert error is not None
    assert error.problem.kind is Kind.NOT_FORGOTTEN
    error.reject()
    keyring.fails = False
    desk.window.welcome.sign_in.click()
    dialog_of(desk, ClientSecretDialog).reject()  # it has to be typed again
    assert desk.access.standing is Standing.NEEDED
