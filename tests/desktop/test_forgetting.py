"""Forgetting the sign-in on close: by preference, by IT's policy, under the cover, and with a keyring that hangs."""

import json
import time
from pathlib import Path

import pytest

from procedure_viewer.remote.tokens import TokenSet, encoded
from procedure_viewer.settings.connections import Connection, SignInMethod, change_connections
from tests.desktop.conftest import Start
from tests.desktop.display import Display
from tests.desktop.program import MAIN, SECONDS_TO_END
from tests.desktop.test_tokens import PROMPT, let_the_keyring_ask
from tests.desktop.waiting import eventually
from tests.keychain.session import Session
from tests.oauth.demo_server import RunningDemo

TOKEN = "demo"
POLICY = """
import procedure_viewer.settings.policy_file as reading
from pathlib import Path
from procedure_viewer.settings.policy_file import read_policy
reading.load_policy = lambda: read_policy({content!r}, Path("policy.toml"))
"""
"""IT's policy lies where only IT may write: a test puts its own in its place."""
FORGETS = b"[settings]\nforget_sign_in_on_close = true\n"
HELD_TIME = """
import pathlib, time
import procedure_viewer.ui.idle as idle
idle.system_clock = lambda: lambda: time.monotonic() + 3600 * pathlib.Path({path!r}).exists()
"""


@pytest.fixture
def connections(secret_service: Session, demo_oauth: RunningDemo, settings: Path) -> list[Connection]:
    """Two connections, each with a sign-in in the keyring; the first was used last."""
    ways = (SignInMethod.TOKEN, SignInMethod.TOKEN)
    made = [Connection(str(n) * 32, f"Clinic {n}", demo_oauth.url, way) for n, way in enumerate(ways, 5)]
    change_connections(settings, lambda _: made)
    prefer(settings, connection=made[0].id)
    for connection in made:
        secret_service.ask("set", connection.account, encoded(TokenSet(access_token=TOKEN)))
    return made


def prefer(settings: Path, **preferences: object) -> None:
    (settings / "preferences.json").write_text(json.dumps(preferences))


def kept(session: Session) -> set[str]:
    """The accounts in the keyring."""
    return set(session.ask("entries")["entries"])


@pytest.mark.parametrize("who", ["person", "IT", "nobody"])
def test_what_this_run_used_is_forgotten(
    start: Start, secret_service: Session, connections: list[Connection], settings: Path, who: str
) -> None:
    prefer(settings, connection=connections[0].id, forget_sign_in_on_close=who == "person")
    before = POLICY.format(content=FORGETS) if who == "IT" else ""
    program = start(session=secret_service, before=before)
    program.find("jones 1980-11-13")
    assert program.quit() == 0
    assert program.errors() == ""
    everything = {connection.account for connection in connections}
    assert kept(secret_service) == (everything if who == "nobody" else {connections[1].account})


def test_every_connection_of_this_run_is_forgotten(
    start: Start, secret_service: Session, connections: list[Connection], settings: Path
) -> None:
    prefer(settings, connection=connections[0].id, forget_sign_in_on_close=True)
    program = start(session=secret_service)
    program.find("jones 1980-11-13")
    program.window()
    program.display.press("ctrl+f", *["shift+Tab"] * 3, "space", "Down", "Down", "Return")  # the second connection
    program.find("jones 1980-11-13")
    assert program.quit() == 0
    assert kept(secret_service) == set()


def test_it_is_forgotten_from_under_the_cover(
    start: Start, secret_service: Session, connections: list[Connection], settings: Path, tmp_path: Path
) -> None:
    prefer(settings, connection=connections[0].id, forget_sign_in_on_close=True)
    hour = tmp_path / "hour"
    program = start(session=secret_service, before=HELD_TIME.format(path=str(hour)))
    program.find("jones 1980-11-13")
    hour.touch()
    program.wait_for_page()
    program.display.press("Tab", "Return")  # Quit
    assert program.process.wait(SECONDS_TO_END) == 0
    assert kept(secret_service) == {connections[1].account}


def test_the_window_closes_although_the_keyring_hangs(
    start: Start, secret_service: Session, connections: list[Connection], settings: Path, display: Display
) -> None:
    prefer(settings, connection=connections[0].id, forget_sign_in_on_close=True)
    secret_service.ask("lock")
    let_the_keyring_ask(secret_service, display)
    program = start(session=secret_service)
    eventually(lambda: display.windows(PROMPT), "the keyring's own prompt")
    (window,) = display.windows(MAIN, program.process.pid)
    began = time.monotonic()
    display.ask_to_close(window)
    assert program.process.wait(SECONDS_TO_END) == 0
    assert time.monotonic() - began < 12
    assert program.errors() == ""
