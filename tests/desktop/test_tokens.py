"""A bearer token goes into the real keyring and to its server, and nowhere else (safety rule 17)."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from procedure_viewer.remote.tokens import TokenSet, decoded, encoded
from procedure_viewer.settings.connections import Connection, SignInMethod, change_connections, load_connections
from tests.desktop.conftest import Start
from tests.desktop.display import HEIGHT, WIDTH, Display, colours
from tests.desktop.program import MAIN, SECONDS_TO_END, SIGN_IN, Program
from tests.desktop.waiting import eventually, soon
from tests.keychain.session import Session
from tests.servers import ScriptedServer, bundle, by_path, procedure, reply

TOKEN = "canary-7f3a9b52c4"
OLDER_TOKEN = "canary-0d1e6f88a1"
BEARER_TOKEN = "w"
"""The letter with which the words for this way of signing in begin."""
TROUBLE = "^The keyring can't be used"
PROMPT = "^Unlock"
"""The title of the keyring's own question for its password."""
PATIENT = {"resourceType": "Patient", "id": "p", "name": [{"family": "Alder", "given": ["Alice"]}]}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """One patient with one procedure."""
    answers = {
        "/Patient": reply(200, bundle([PATIENT], total=1)),
        "/Procedure": reply(200, bundle([procedure("1", "p")], total=1)),
    }
    with ScriptedServer(by_path(answers)) as running:
        yield running


def search(program: Program, server: ScriptedServer) -> dict[str, str]:
    """Search by hand; returns the headers that the server saw."""
    before = len(server.requests)

    def look() -> bool:
        program.search("alder")
        return soon(lambda: len(server.requests) > before)

    eventually(look, "a search")
    return dict(server.requests[before].headers)


def saved(settings: Path) -> Connection:
    """The one connection in the settings."""
    (connection,) = load_connections(settings)
    return connection


def leave_locked_token(settings: Path, server: ScriptedServer, session: Session) -> None:
    """What an earlier run leaves: a connection, used last, and its token in a keyring that is locked by now."""
    connection = Connection(id="0" * 32, name="Clinic", base_url=server.url, sign_in=SignInMethod.TOKEN)
    change_connections(settings, lambda _: [connection])
    (settings / "preferences.json").write_text(json.dumps({"connection": connection.id}))
    session.ask("set", connection.account, encoded(TokenSet(access_token=OLDER_TOKEN)))
    session.ask("lock")


def kept_token(session: Session, account: str) -> str:
    """The token in the keyring; empty without one."""
    kept = session.ask("get", account)["secret"]
    tokens = decoded(kept) if kept else None
    return tokens.access_token if tokens else ""


def let_the_keyring_ask(session: Session, display: Display) -> None:
    """Tell the session of the display: from now on a locked keyring asks for its password there."""
    asked = ["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/"]
    offered = subprocess.run(
        [*asked, "org.freedesktop.DBus.ListActivatableNames"],
        env=dict(session.environment),
        check=True,
        capture_output=True,
        text=True,
        timeout=30,
    )
    if "org.gnome.keyring.SystemPrompter" not in offered.stdout:
        pytest.skip("not installed: the keyring's prompt (gcr)")
    told = ["dbus-update-activation-environment", f"DISPLAY={display.name}"]
    subprocess.run(told, env=dict(session.environment), check=True, timeout=30)


def places_with_token(folder: Path) -> list[Path]:
    """Files under the folder that have the token in them."""
    return [path for path in folder.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]


def test_a_token_goes_into_the_keyring_and_nowhere_else(
    start: Start, secret_service: Session, server: ScriptedServer, settings: Path, tmp_path: Path
) -> None:
    program = start(session=secret_service)
    program.connect("Clinic", server.url, TOKEN, way=BEARER_TOKEN)
    program.wait_for_panes()
    eventually(lambda: settings.joinpath("connections.json").exists(), "the saved connection")
    account = saved(settings).account
    eventually(lambda: kept_token(secret_service, account) == TOKEN, "the token in the keyring")
    assert search(program, server)["authorization"] == f"Bearer {TOKEN}"
    assert TOKEN.encode() not in program.told_to_the_system()
    assert program.children() == []
    assert program.quit() == 0
    assert program.errors() == ""
    assert places_with_token(tmp_path) == []

    # The next run finds it there.
    again = start(session=secret_service)
    assert search(again, server)["authorization"] == f"Bearer {TOKEN}"
    assert not again.has_window(SIGN_IN)
    assert TOKEN.encode() not in again.told_to_the_system()
    assert again.quit() == 0
    assert again.errors() == ""
    assert places_with_token(tmp_path) == []


def test_without_any_bus_the_token_holds_for_this_run(
    start: Start, server: ScriptedServer, settings: Path, tmp_path: Path
) -> None:
    program = start()
    program.connect("Clinic", server.url, TOKEN, way=BEARER_TOKEN)
    program.window(TROUBLE)
    program.display.press("Return")  # Go on in memory only
    program.wait_for_panes()
    assert search(program, server)["authorization"] == f"Bearer {TOKEN}"
    program.find("alder")
    assert program.quit() == 0
    assert program.errors() == ""
    assert places_with_token(tmp_path) == []


def test_a_locked_keyring_is_said_and_a_new_token_holds_for_this_run(
    start: Start, secret_service: Session, server: ScriptedServer, settings: Path, tmp_path: Path
) -> None:
    leave_locked_token(settings, server, secret_service)
    program = start(session=secret_service)
    program.window(TROUBLE)
    program.display.press("Return")  # Go on in memory only
    program.open_sign_in()
    program.window(SIGN_IN)
    program.fill_in(TOKEN)
    program.wait_for_panes()
    assert search(program, server)["authorization"] == f"Bearer {TOKEN}"
    program.find("alder")
    assert program.quit() == 0
    assert program.errors() == ""
    assert places_with_token(tmp_path) == []


def test_the_window_lives_while_the_keyring_asks_for_its_password(
    start: Start, secret_service: Session, server: ScriptedServer, settings: Path, display: Display
) -> None:
    leave_locked_token(settings, server, secret_service)
    let_the_keyring_ask(secret_service, display)
    program = start(session=secret_service)
    eventually(lambda: display.windows(PROMPT), "the keyring's own prompt")
    # The prompt holds the keyboard, the keyring's call waits for a person; the window paints and closes all the same.
    (window,) = program.display.windows(MAIN, program.process.pid)
    display.resize(window, WIDTH, HEIGHT)
    eventually(lambda: colours(display.picture().copy(WIDTH - 100, 0, 100, 100)) > 10, "the window in its new size")
    display.ask_to_close(window)
    assert program.process.wait(SECONDS_TO_END) == 0
    assert program.errors() == ""
    assert server.targets == []


def test_the_keyring_unlocked_by_its_own_prompt_gives_the_token(
    start: Start, secret_service: Session, server: ScriptedServer, settings: Path, display: Display
) -> None:
    leave_locked_token(settings, server, secret_service)
    let_the_keyring_ask(secret_service, display)
    program = start(session=secret_service)
    (prompt,) = eventually(lambda: display.windows(PROMPT), "the keyring's own prompt")
    display.focus(prompt)
    display.type("test-pass")
    display.press("Return")
    eventually(lambda: not display.windows(PROMPT), "the end of the prompt")
    assert search(program, server)["authorization"] == f"Bearer {OLDER_TOKEN}"
    program.find("alder")
    assert program.quit() == 0
    assert program.errors() == ""
