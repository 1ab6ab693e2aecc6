"""Where settings can't be kept the window says so, once and quietly, and goes on with those that it has."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from procedure_viewer.settings.connections import Connection, SignInMethod, change_connections, load_connections
from procedure_viewer.settings.preferences import Appearance, Preferences, load_preferences, save_preferences
from procedure_viewer.ui.main_window import MainWindow
from tests.desk import Desk, another_window
from tests.disks import read_only, tiny_disk
from tests.ui.test_connections import editor, fill

CLINIC = Connection("1" * 32, "Clinic", "http://127.0.0.1:9", SignInMethod.OPEN)

NewWindow = Callable[[Path], MainWindow]


@pytest.fixture
def new_window(desk: Desk) -> NewWindow:
    """Opens one more window on these settings."""

    def open_one(settings: Path) -> MainWindow:
        window = another_window(desk.session, desk.access, settings)
        desk.bot.addWidget(window)
        window.show()
        return window

    return open_one


def notice(window: MainWindow) -> QLabel | None:
    return window.findChild(QLabel, "settingsNotKept")


def test_nothing_is_said_where_they_can(desk: Desk) -> None:
    assert notice(desk.window) is None


def test_a_home_that_can_not_be_written_to_is_said_at_the_foot(new_window: NewWindow, tmp_path: Path) -> None:
    folder = tmp_path / "home"
    change_connections(folder, lambda _: [CLINIC])
    save_preferences(folder, Preferences(appearance=Appearance.LIGHT))
    with read_only(folder):
        window = new_window(folder)
        said = notice(window)
        assert said is not None
        assert said.isVisible()
        assert said.text() == "Settings can't be kept"
        assert "Read-only file system" in said.toolTip()
        assert "Read-only file system" in said.accessibleDescription()
        # What is there holds, what is liked now holds as long as the window, and leaving asks nothing.
        assert window.server_menu.connections == (CLINIC,)
        window.rules.like(appearance=Appearance.DARK)
        window.close()
        assert window.errors.current is None
    assert load_preferences(folder).appearance is Appearance.LIGHT


def test_a_full_disk_leaves_the_connections_that_were_kept(desk: Desk, new_window: NewWindow, tmp_path: Path) -> None:
    with tiny_disk(tmp_path / "full", "32k") as folder:
        change_connections(folder, lambda _: [CLINIC])
        (folder / "filler").write_bytes(bytes(32 * 1024 - 4096))
        window = new_window(folder)
        assert notice(window) is not None
        window.server_menu.new_connection()
        fill(editor(replace(desk, window=window)), "New", CLINIC.base_url)
        desk.wait(lambda: window.errors.current is not None)
        dialog = window.errors.current
        assert dialog is not None
        assert dialog.windowTitle() == "The settings could not be read or saved"
        assert "No space left on device" in dialog.details.toPlainText()
        dialog.reject()
        assert load_connections(folder) == (CLINIC,)
        assert sorted(file.name for file in folder.iterdir()) == ["connections.json", "connections.lock", "filler"]
        # It can be worked with all the same, until the window is closed.
        assert desk.session.server is not None
        assert desk.session.server.name == "New"
