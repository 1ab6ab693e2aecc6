"""IT's policy at the window: what it presets, refuses and locks is seen, said in words, and held to."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from procedure_viewer.bootstrap import Desk as Wired
from procedure_viewer.bootstrap import wired
from procedure_viewer.fhir.outcome import Kind
from procedure_viewer.settings.connections import Connection, SignInMethod, change_connections, load_connections
from procedure_viewer.settings.policy import Policy
from procedure_viewer.settings.policy_file import read_policy
from procedure_viewer.ui.connection_editor import ConnectionEditor
from procedure_viewer.ui.connections_dialog import ConnectionsDialog
from procedure_viewer.ui.states import Link

OWN = Connection("1" * 32, "My own", "http://127.0.0.1:9/own", SignInMethod.OPEN)
TOKEN = Connection("2" * 32, "With a token", "http://127.0.0.1:9/token", SignInMethod.TOKEN)
PRESETS = b"""
[[connections]]
id = "ward"
name = "Ward"
base_url = "http://127.0.0.1:9/ward"
sign_in = "open"

[[connections]]
id = "lab"
name = "Lab"
base_url = "http://127.0.0.1:9/lab"
sign_in = "browser"
client_id = "viewer"
"""
CLOSED = b"[settings]\nallow_other_connections = false\nallow_demo = false\nallow_pasted_tokens = false\n" + PRESETS
NO_TOKENS = b"[settings]\nallow_pasted_tokens = false\n"
FAULTY = b'[settings]\nidle_minutes = "soon"\nallow_demo = 1\ncolour = "red"\n'

Open = Callable[..., Wired]


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    return tmp_path / "settings"


@pytest.fixture
def open_window(qtbot: QtBot, settings: Path) -> Iterator[Open]:
    """Opens a window under a policy, with these connections of the person's own."""
    desks = []

    def open_one(policy: bytes, *own: Connection) -> Wired:
        change_connections(settings, lambda _: own)
        desk = wired(settings, read_policy(policy, Path("policy.toml")))
        qtbot.addWidget(desk.window)
        desk.window.show()
        desk.gateway.start()
        desks.append(desk)
        return desk

    yield open_one
    for desk in desks:
        assert desk.gateway.shutdown(5)
        desk.window.locking.watch.stop()


def open_dialogs(desk: Wired, kind: type[QDialog]) -> list[QDialog]:
    return [dialog for dialog in desk.window.findChildren(kind) if dialog.isVisible()]


def visible_texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def menu_of(desk: Wired) -> list[str]:
    menu = desk.window.server_menu.menu()
    menu.aboutToShow.emit()
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def list_of(desk: Wired) -> ConnectionsDialog:
    (dialog,) = open_dialogs(desk, ConnectionsDialog)
    assert isinstance(dialog, ConnectionsDialog)
    return dialog


def names_in(dialog: ConnectionsDialog) -> list[str]:
    model = dialog.list.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_presets_are_offered_first_and_are_read_only(open_window: Open) -> None:
    desk = open_window(PRESETS, OWN)
    assert menu_of(desk)[:3] == ["Ward", "Lab", "My own"]
    desk.window.server_menu.show_list()
    dialog = list_of(desk)
    assert names_in(dialog) == ["Ward", "Lab", "My own"]
    dialog.list.setCurrentIndex(dialog.list.model().index(1, 0))
    assert dialog.edit.text() == "Show…"
    assert not dialog.remove.isEnabled()
    dialog.edit.click()
    (editor,) = open_dialogs(desk, ConnectionEditor)
    assert isinstance(editor, ConnectionEditor)
    assert editor.name.isReadOnly()
    assert editor.address.isReadOnly()
    assert editor.client_id.isReadOnly()
    assert not editor.save.isVisible()
    assert any("Set by your IT department" in text for text in visible_texts(editor))
    editor.reject()
    dialog.reject()


def test_others_are_neither_offered_nor_made(open_window: Open, settings: Path) -> None:
    desk = open_window(CLOSED, OWN)
    assert not desk.window.use_connection(OWN.id)
    assert desk.window.server_menu.refusal("My own") == "Your IT department allows its own connections only"
    assert desk.window.server_menu.refusal("Nobody's") == ""
    assert menu_of(desk) == ["Ward", "Lab", "Connections…"]
    assert not desk.window.welcome.demo.isVisible()
    desk.window.welcome.connect_button.click()  # which of IT's connections?
    dialog = list_of(desk)
    assert names_in(dialog) == ["Ward", "Lab"]
    assert not dialog.add.isEnabled()
    assert not dialog.duplicate.isEnabled()
    assert any("IT department decides" in text for text in visible_texts(dialog))
    dialog.reject()
    assert load_connections(settings) == (OWN,)  # the person's own are kept for a day with another policy


def test_how_long_a_copy_stays_is_shown_and_locked(open_window: Open) -> None:
    desk = open_window(b"[settings]\nclipboard_seconds = 45")
    choices = [one for one in desk.window.findChildren(QAction) if one.objectName().startswith("clipboard_")]
    assert [choice.text() for choice in choices if choice.isChecked()] == ["After 45 seconds"]
    assert not any(choice.isEnabled() for choice in choices)


def test_with_presets_the_first_start_lets_one_choose(open_window: Open) -> None:
    desk = open_window(PRESETS)
    assert not desk.window.use_connection("")
    desk.window.welcome.connect_button.click()
    assert names_in(list_of(desk)) == ["Ward", "Lab"]
    list_of(desk).reject()


def test_pasted_tokens_are_not_offered(open_window: Open) -> None:
    desk = open_window(NO_TOKENS, TOKEN)
    desk.window.server_menu.new_connection()
    (editor,) = open_dialogs(desk, ConnectionEditor)
    assert isinstance(editor, ConnectionEditor)
    assert editor.method.findData(SignInMethod.TOKEN.value) == -1
    editor.reject()


def test_a_saved_connection_with_a_token_is_refused_in_words(open_window: Open) -> None:
    desk = open_window(NO_TOKENS, TOKEN)
    assert not desk.window.use_connection("")  # though it is the only one
    assert not desk.window.use_connection(TOKEN.name)
    assert "does not allow pasted tokens" in desk.window.server_menu.refusal(TOKEN.name)
    desk.window.server_menu._use_by_id(TOKEN.id)
    assert desk.session.link is Link.NONE
    error = desk.window.errors.current
    assert error is not None
    assert error.problem.kind is Kind.NOT_ALLOWED
    assert error.windowTitle() == "Not allowed on this computer"
    assert error.meaning.text() == ("Your IT department does not allow pasted tokens: choose another way to sign in.")
    error.reject()


def test_all_complaints_are_said_in_one_dialog_that_stays(open_window: Open) -> None:
    desk = open_window(FAULTY, OWN)
    assert desk.window.use_connection("")
    error = desk.window.errors.current
    assert error is not None
    assert error.problem.kind is Kind.POLICY
    for words in ("settings.idle_minutes: Must be", "settings.allow_demo: Must be", "settings.colour: This key"):
        assert words in error.server_words.text()
    assert error.isVisible()
    error.reject()
    holds = desk.window.rules.effective
    assert (holds.idle_minutes, holds.allow_demo) == (15, False)


def test_it_can_not_be_got_round_in_the_editor(open_window: Open, settings: Path) -> None:
    desk = open_window(NO_TOKENS, TOKEN)
    desk.window.server_menu.show_list()
    list_of(desk).edit.click()
    (editor,) = open_dialogs(desk, ConnectionEditor)
    assert isinstance(editor, ConnectionEditor)
    assert any("doesn't allow pasted tokens" in text for text in visible_texts(editor))
    assert editor.chosen is not SignInMethod.TOKEN
    editor.reject()
    list_of(desk).reject()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--demo"], "Your IT department does not allow the demo data"),
        (["--server", "http://127.0.0.1:9/fhir"], "Your IT department allows its own connections only"),
        (["--connection", "My own"], "Your IT department allows its own connections only"),
        (["--connection", "Nobody's"], "There is no such saved connection."),
    ],
)
def test_the_command_line_is_refused_in_words(settings: Path, arguments: list[str], words: str) -> None:
    change_connections(settings, lambda _: [OWN])
    script = (
        "import sys\nfrom pathlib import Path\nimport procedure_viewer.settings.policy_file as reading\n"
        "from procedure_viewer.settings.policy_file import read_policy\n"
        f"reading.load_policy = lambda: read_policy({CLOSED!r}, Path('policy.toml'))\n"
        "from procedure_viewer.__main__ import main\nsys.exit(main())"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PROCEDURE_VIEWER_SETTINGS": str(settings)},
        check=False,
    )
    said = [line for line in result.stderr.splitlines() if "propagateSizeHints" not in line]
    assert (result.returncode, said) == (2, [words])


def test_a_machine_without_a_policy_locks_nothing() -> None:
    assert read_policy(b"", Path("policy.toml")) == Policy()
