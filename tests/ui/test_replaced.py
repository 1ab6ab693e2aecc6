"""The program's own file is replaced or removed under a window."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QFileSystemWatcher, QObject
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from procedure_viewer.ui.replaced import ReplacedProgram, watched_program
from tests.desk import Desk, another_window


@pytest.fixture
def program(tmp_path: Path) -> Path:
    file = tmp_path / "procedure-viewer"
    file.write_text("old")
    return file


def upgrade(program: Path) -> None:
    """As dpkg does it: the old file keeps a second name until the new one is in its place."""
    kept, new = program.with_suffix(".dpkg-tmp"), program.with_suffix(".dpkg-new")
    new.write_text("new")
    os.link(program, kept)
    new.rename(program)
    kept.unlink()


@pytest.mark.parametrize("change", [upgrade, Path.unlink])
def test_it_is_told_once(change: Callable[[Path], None], program: Path, qtbot: QtBot) -> None:
    parent = QObject()
    told: list[None] = []
    with program.open():  # as the system holds the file of what runs
        watched = ReplacedProgram(program, parent)
        watched.replaced.connect(lambda: told.append(None))
        with qtbot.waitSignal(watched.replaced):
            change(program)
    QApplication.processEvents()
    assert len(told) == 1


def test_a_second_name_is_no_other_program(program: Path, qtbot: QtBot) -> None:
    parent = QObject()
    watched = ReplacedProgram(program, parent)
    (watcher,) = watched.findChildren(QFileSystemWatcher)
    with qtbot.assertNotEmitted(watched.replaced), qtbot.waitSignal(watcher.fileChanged):
        os.link(program, program.with_suffix(".dpkg-tmp"))


def test_the_window_says_so_at_its_foot(
    desk: Desk, program: Path, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert watched_program() is None, "from source nothing is watched"
    monkeypatch.setattr("procedure_viewer.ui.furnishing.watched_program", lambda: program)
    window = another_window(desk.session, desk.access, tmp_path / "settings")
    desk.bot.addWidget(window)
    window.show()
    assert window.findChild(QLabel, "programReplaced") is None
    upgrade(program)
    qtbot.waitUntil(lambda: window.findChild(QLabel, "programReplaced") is not None)
    said = window.findChild(QLabel, "programReplaced")
    assert said is not None
    assert said.text() == "Upgraded or removed: please start again"
    assert "close" in said.accessibleDescription()
