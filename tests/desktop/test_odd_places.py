"""Where something that a program counts on is missing, this one starts, does its job, and writes nowhere else."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from procedure_viewer.settings.connections import load_connections
from procedure_viewer.settings.preferences import Preferences, load_preferences, save_preferences
from tests.desktop.conftest import Start
from tests.desktop.display import Display
from tests.desktop.program import COMMAND
from tests.disks import read_only, tiny_disk
from tests.servers import ScriptedServer, bundle, by_path, reply

STRANGER = ("unshare", "--user", "--map-user=54321")
"""Runs a command as a user whom this machine doesn't know, with the rights of this one."""


def tour(
    folder: Path, display: Display, *, before: Sequence[str] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """Do the main job in a process that has nothing in its environment but this, and what finding programs takes."""
    inherited = {name: os.environ[name] for name in ("PATH", "PYTHONDONTWRITEBYTECODE") if name in os.environ}
    return subprocess.run(
        [*before, *COMMAND, "--demo", "--tour", str(folder)],
        env={**inherited, "DISPLAY": display.name, "QT_QPA_PLATFORM": "xcb", **environment},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def assert_done(ended: subprocess.CompletedProcess[str], folder: Path) -> None:
    assert (ended.returncode, ended.stderr) == (0, "")
    report = json.loads((folder / "tour.json").read_text())
    assert [step["name"] for step in report["steps"] if not step["ok"]] == []


def test_a_home_that_can_not_be_written_to(display: Display, tmp_path: Path) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "tmp"
    save_preferences(home / ".config" / "procedure-viewer", Preferences(timeline=False))
    elsewhere.mkdir()
    before = sorted(home.rglob("*"))
    with read_only(home):
        ended = tour(tmp_path / "tour", display, HOME=str(home), TMPDIR=str(elsewhere))
    assert_done(ended, tmp_path / "tour")
    assert sorted(home.rglob("*")) == before
    assert list(elsewhere.iterdir()) == []


def test_a_home_on_a_full_disk(start: Start, settings: Path) -> None:
    """What is liked is lost, and nothing that was kept."""
    with tiny_disk(settings, "64k") as folder:
        save_preferences(folder, Preferences(timeline=False))
        kept = (folder / "preferences.json").read_bytes()
        (folder / "filler").write_bytes(bytes(60 * 1024))
        program = start("--demo")
        program.find_and_open("jones 1980-11-13")
        program.display.press("ctrl+t")
        assert program.quit() == 0
        assert program.errors() == ""
        assert (folder / "preferences.json").read_bytes() == kept
        assert {file.name for file in folder.iterdir()} - {"preferences.lock"} == {"preferences.json", "filler"}


def test_neither_home_nor_runtime_folder_nor_bus(display: Display, tmp_path: Path) -> None:
    elsewhere = tmp_path / "tmp"
    elsewhere.mkdir()
    settings = tmp_path / "settings"
    ended = tour(tmp_path / "tour", display, TMPDIR=str(elsewhere), PROCEDURE_VIEWER_SETTINGS=str(settings))
    assert_done(ended, tmp_path / "tour")
    assert list(elsewhere.iterdir()) == []


def test_an_account_that_the_machine_does_not_know(display: Display, tmp_path: Path) -> None:
    if shutil.which("unshare") is None or subprocess.run([*STRANGER, "true"], check=False).returncode:
        pytest.skip("this machine lets nobody be somebody else")
    elsewhere = tmp_path / "tmp"
    elsewhere.mkdir()
    ended = tour(tmp_path / "tour", display, before=STRANGER, TMPDIR=str(elsewhere))
    assert_done(ended, tmp_path / "tour")
    assert list(elsewhere.iterdir()) == []


def test_settings_of_which_nothing_can_be_read(start: Start, settings: Path) -> None:
    (settings / "preferences.json").mkdir(parents=True)
    (settings / "connections.json").write_bytes(b"\xff{")
    program = start()
    program.window("^The settings could not be read or saved$")
    program.display.press("Escape")
    program.wait_for_welcome()
    assert program.quit() == 0
    (kept,) = settings.glob("connections.broken-*.json")
    assert kept.read_bytes() == b"\xff{"


def test_two_windows_keep_each_other_s_connections(start: Start, settings: Path) -> None:
    """A second program is a second window. Both are there before either has saved anything."""
    with ScriptedServer(by_path({"/fhir/Patient": reply(200, bundle([], total=0))})) as server:
        first = start()
        first.wait_for_welcome()
        first.put_aside()
        second = start()
        second.wait_for_welcome()
        second.connect("Second", f"{server.url}/fhir", way="N")
        second.wait_for_panes()
        second.put_aside()
        first.bring_back()
        first.connect("First", f"{server.url}/fhir", way="N")
        first.wait_for_panes()
        assert [one.name for one in load_connections(settings)] == ["Second", "First"]
        for program in (first, second):
            assert program.quit() == 0
    assert load_preferences(settings).connection in {one.id for one in load_connections(settings)}
