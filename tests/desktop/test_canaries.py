"""Whatever is done with it, no token, code or secret is ever written, logged, shown in a title, or told to the system.

The log is at its most talkative, everything that a sign-in goes through is used, and the program fails in between.
"""

import os
import secrets
import signal
from pathlib import Path
from types import SimpleNamespace

import pytest

from procedure_viewer.demo import CLIENT_SECRET, CONFIDENTIAL_CLIENT
from procedure_viewer.fhir.outcome import Kind
from procedure_viewer.settings.connections import Connection, SignInMethod, change_connections
from tests.desktop.conftest import Start
from tests.desktop.program import SIGN_IN
from tests.desktop.system_browser import SystemBrowser
from tests.desktop.waiting import eventually
from tests.keychain.session import Session
from tests.oauth.browser import StandInBrowser
from tests.oauth.demo_server import RunningDemo

CANARY = "canary-"
TALKATIVE_AND_FRAGILE = """
import gc, logging, signal
logging.basicConfig(level=logging.DEBUG)
def fail(*_):
    from procedure_viewer.remote.tokens import TokenSet
    held = [one.access_token + one.refresh_token for one in gc.get_objects() if isinstance(one, TokenSet)]
    raise RuntimeError(f"failed with {held}")
def fail_soon(*_):
    from PySide6.QtCore import QTimer
    QTimer.singleShot(0, fail)
signal.signal(signal.SIGUSR1, fail_soon)
"""
"""Logs everything, and fails at a signal, with all tokens in the exception's words: in a step of its own, as what a
signal raises amid PySide's look for an attribute comes out as an AttributeError."""


@pytest.fixture
def minted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every code and token that the demo server gives from now on; each begins with CANARY."""
    all_of_them: list[str] = []

    def mint(size: int = 32) -> str:
        all_of_them.append(CANARY + secrets.token_urlsafe(size))
        return all_of_them[-1]

    monkeypatch.setattr("procedure_viewer.demo.oauth.grants.secrets", SimpleNamespace(token_urlsafe=mint))
    return all_of_them


def test_no_canary_is_found_anywhere(
    start: Start,
    secret_service: Session,
    demo_oauth: RunningDemo,
    stand_in_browser: StandInBrowser,
    minted: list[str],
    settings: Path,
    tmp_path: Path,
) -> None:
    connection = Connection(
        "4" * 32, "Clinic", demo_oauth.url, SignInMethod.BROWSER, CONFIDENTIAL_CLIENT, confidential=True
    )
    change_connections(settings, lambda _: [connection])
    (tmp_path / "tmp").mkdir()
    environment = {**secret_service.environment, "TMPDIR": str(tmp_path / "tmp")}
    browser = SystemBrowser(tmp_path / "browser")
    program = start(session=browser.in_session(Session(environment)), before=TALKATIVE_AND_FRAGILE)
    display, told = program.display, b""

    def listen() -> None:
        nonlocal told
        told += program.told_to_the_system() + program.titles().encode() + display.clipboard().encode()

    # The client secret is typed, and so is the address with the code.
    program.open_sign_in()
    program.fill_in(CLIENT_SECRET)
    redirect = stand_in_browser.redirect_of(browser.wait_for_address())
    assert CANARY in redirect
    program.window(SIGN_IN)
    display.press("Tab", "Tab", "space")
    display.type(redirect)
    listen()
    display.press("Return")
    program.wait_for_panes()
    listen()

    # A chart is read, the token renewed, a procedure exported.
    program.find_and_open("jones 1980-11-13")
    demo_oauth.switches.revoke_access_tokens()
    display.press("shift+F5")
    eventually(lambda: demo_oauth.switches.refreshes, "a renewal")
    program.move_to_procedures()
    display.press("ctrl+e")
    program.window("^Export procedures")
    display.press("ctrl+a")
    program.fill_in(str(tmp_path / "exported.json"))
    eventually((tmp_path / "exported.json").exists, "the exported file")
    listen()

    # The program fails, then the sign-in; the details of both are copied.
    for kind, title in ((Kind.INTERNAL, "^Something went wrong"), (Kind.SIGNED_OUT, "^Signed out by the server")):
        fails = kind is Kind.INTERNAL
        if fails:
            os.kill(program.process.pid, signal.SIGUSR1)
        else:
            demo_oauth.switches.refuse_refreshes = True
            demo_oauth.switches.revoke_access_tokens()
            program.search("jones")
        program.window(title)
        listen()
        display.press("shift+Tab")
        display.press(*([] if fails else ["shift+Tab"]), "space")
        eventually(lambda kind=kind: f"Kind: {kind}" in display.clipboard(), "the details")  # type: ignore[misc]
        listen()
        display.press("Escape")
        eventually(lambda title=title: not program.has_window(title), "the end of the dialog")  # type: ignore[misc]
    assert program.quit() == 0

    assert len(minted) >= 5  # a code, and two tokens twice
    assert "RuntimeError" in (settings / "crash.log").read_text()
    assert "DEBUG" in program.errors()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"connections.json", "crash.log", "settings.stderr"} <= {path.name for path in files}
    for found in (told, *(path.read_bytes() for path in files)):
        for canary in (CANARY, CLIENT_SECRET):
            for encoding in ("utf-8", "utf-16-le"):
                assert canary.encode(encoding) not in found
