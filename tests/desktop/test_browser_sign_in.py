"""Signing in by browser as a clinician does it: real windows, a real keyring, the system's browser, two processes."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from procedure_viewer.demo import PUBLIC_CLIENT
from procedure_viewer.settings.connections import Connection, SignInMethod, change_connections, load_connections
from tests.desktop.conftest import Start
from tests.desktop.program import Program
from tests.desktop.system_browser import SystemBrowser
from tests.desktop.waiting import eventually
from tests.keychain.session import Session
from tests.oauth.browser import StandInBrowser
from tests.oauth.demo_server import RunningDemo

SIGNED_OUT = "^Signed out by the server$"
REMOVE = "^Remove the connection$"
LIST = "^Connections$"


@dataclass(frozen=True, slots=True)
class Desk:
    """A session with a keyring and a browser, and the person who uses both."""

    start: Start
    session: Session
    browser: SystemBrowser
    person: StandInBrowser
    server: RunningDemo
    settings: Path

    def open_window(self) -> Program:
        """Start the program."""
        return self.start(session=self.session)

    def save_connection(self) -> Connection:
        """Leave a connection to the server, as an earlier run does."""
        connection = Connection("3" * 32, "Clinic", self.server.url, SignInMethod.BROWSER, PUBLIC_CLIENT)
        change_connections(self.settings, lambda _: [connection])
        return connection

    def sign_in(self, program: Program) -> None:
        """Press the button of the page that asks for it, and do in the browser what is asked there."""
        number = len(self.browser.opened) + 1
        program.open_sign_in()
        visit = self.person.visit(self.browser.wait_for_address(number))
        assert "You can close this tab" in visit.page
        program.wait_for_panes()

    def kept(self) -> dict[str, int]:
        """The entries of the keyring."""
        entries: dict[str, int] = self.session.ask("entries")["entries"]
        return entries


@pytest.fixture
def clinic(
    start: Start,
    secret_service: Session,
    stand_in_browser: StandInBrowser,
    demo_oauth: RunningDemo,
    settings: Path,
    tmp_path: Path,
) -> Desk:
    """A desk at a server on which one signs in by browser."""
    browser = SystemBrowser(tmp_path / "browser")
    return Desk(start, browser.in_session(secret_service), browser, stand_in_browser, demo_oauth, settings)


def read_chart(program: Program) -> None:
    """Find and open a patient, which only who is signed in can do."""
    program.find_and_open("jones 1980-11-13")


def press_sign_out(program: Program) -> None:
    """With a chart open: from the search field back into the tool bar, to the menu of who is signed in, to its end."""
    program.window()
    program.display.press("ctrl+f")
    program.display.press(*["shift+Tab"] * 5, "space", "Up", "Return")


def test_from_the_first_start_to_the_second_without_a_word(clinic: Desk) -> None:
    program = clinic.open_window()
    program.connect("Clinic", clinic.server.url, PUBLIC_CLIENT)
    clinic.sign_in(program)
    read_chart(program)
    (saved,) = load_connections(clinic.settings)
    assert saved.account in clinic.kept()
    assert program.quit() == 0
    assert program.errors() == ""

    for end in ("quit", "kill", "quit"):
        again = clinic.open_window()
        again.wait_for_panes()
        read_chart(again)
        if end == "kill":
            again.process.kill()
            again.process.wait()
        else:
            assert again.quit() == 0
            assert again.errors() == ""
    assert len(set(clinic.browser.opened)) == 1


def test_signing_out_leaves_nothing_in_the_keyring(clinic: Desk) -> None:
    connection = clinic.save_connection()
    program = clinic.open_window()
    clinic.sign_in(program)
    read_chart(program)
    assert connection.account in clinic.kept()
    press_sign_out(program)
    program.wait_for_sign_in_page()
    eventually(lambda: clinic.kept() == {}, "an empty keyring")
    assert program.quit() == 0
    assert program.errors() == ""


def test_removing_a_connection_removes_its_sign_in(clinic: Desk) -> None:
    connection = clinic.save_connection()
    program = clinic.open_window()
    clinic.sign_in(program)
    read_chart(program)
    assert connection.account in clinic.kept()
    program.window()
    program.display.press("ctrl+f")
    program.display.press(*["shift+Tab"] * 6, "space", "Up", "Up", "Return")
    program.window(LIST)
    program.display.press("Delete")
    program.window(REMOVE)
    program.display.press("Tab", "space")
    program.window(LIST)
    program.display.press("Escape")
    program.wait_for_welcome()
    eventually(lambda: clinic.kept() == {}, "an empty keyring")
    assert load_connections(clinic.settings) == ()
    assert program.quit() == 0
    assert program.errors() == ""


def test_a_window_that_waits_takes_up_what_another_has_signed_in(clinic: Desk) -> None:
    clinic.save_connection()
    second = clinic.open_window()
    second.wait_for_sign_in_page()
    second.put_aside()
    first = clinic.open_window()
    clinic.sign_in(first)
    eventually(lambda: clinic.kept(), "a kept sign-in")
    first.put_aside()
    second.bring_back()
    second.wait_for_sign_in_page()
    second.press_until_panes("Return")
    read_chart(second)
    assert len(set(clinic.browser.opened)) == 1


def test_two_windows_share_a_sign_in_and_its_end(clinic: Desk) -> None:
    clinic.save_connection()
    first = clinic.open_window()
    clinic.sign_in(first)
    read_chart(first)
    first.put_aside()
    second = clinic.open_window()
    second.wait_for_panes()
    read_chart(second)
    assert len(set(clinic.browser.opened)) == 1

    press_sign_out(first)
    eventually(lambda: clinic.kept() == {}, "an empty keyring")
    second.window()
    second.display.press("shift+F5", "ctrl+f")
    second.display.type("jones")
    second.display.press("Return")
    second.window(SIGNED_OUT)
    assert len(second.display.windows(SIGNED_OUT, second.process.pid)) == 1
    second.display.press("Escape")
    eventually(lambda: not second.has_window(SIGNED_OUT), "the end of the dialog")
    for program in (first, second):
        assert program.quit() == 0
        assert program.errors() == ""
