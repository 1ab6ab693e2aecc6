"""Wayland, with a real compositor that has no screen: weston. What only a real desktop has is not tried here: its
decorations, its input methods, its portals."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.conftest import ROOT
from tests.desktop.display import amount
from tests.desktop.program import COMMAND
from tests.desktop.waiting import eventually

SOCKET = "wayland-test"
BADGE = "#fff1cc"
"""The ground of the words "Demo data"; weston's own screen is grey."""
MISSING = [program for program in ("weston", "weston-screenshooter") if shutil.which(program) is None]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")


def weston() -> list[str]:
    """The command line, which is not the same in all versions."""
    told = subprocess.run(["weston", "--help"], capture_output=True, text=True, check=False).stdout
    new = "--renderer=" in told
    return [
        *("weston", f"--backend={'headless' if new else 'headless-backend.so'}"),
        *("--renderer=pixman" if new else "--use-pixman", "--width=1400", "--height=900"),
        *(f"--socket={SOCKET}", "--idle-time=0", "--debug"),  # only then it lets its screen be seen
    ]


@pytest.fixture
def wayland(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment in which a compositor runs."""
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    inherited = {name: os.environ[name] for name in ("PATH", "PYTHONDONTWRITEBYTECODE") if name in os.environ}
    environment = {**inherited, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(runtime)}
    with (
        (tmp_path / "weston.log").open("wb") as log,
        subprocess.Popen(weston(), env=environment, stdout=log, stderr=log) as compositor,
    ):
        try:
            eventually(lambda: (runtime / SOCKET).exists() or compositor.poll() is not None, "the compositor's socket")
            assert compositor.poll() is None, (tmp_path / "weston.log").read_text()
            yield {**environment, "WAYLAND_DISPLAY": SOCKET}
        finally:
            compositor.terminate()


@contextmanager
def program(environment: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [*COMMAND, *arguments],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def test_the_tour_does_the_main_job(wayland: dict[str, str], tmp_path: Path) -> None:
    """Nobody says which platform it is: Qt sees by itself that there is a Wayland session."""
    folder = tmp_path / "tour"
    with program(wayland, "--demo", "--tour", str(folder)) as running:
        _, errors = running.communicate(timeout=100)
        assert (running.returncode, errors) == (0, "")
    report = json.loads((folder / "tour.json").read_text())
    assert [step["name"] for step in report["steps"] if not step["ok"]] == []


def test_the_window_is_the_one_of_the_menu_s_entry(wayland: dict[str, str]) -> None:
    """A Wayland desktop takes a window's icon from the entry of that name; an X11 desktop asks StartupWMClass."""
    entry = ROOT / "packaging/debian/procedure-viewer.desktop"
    assert f"\nStartupWMClass={entry.stem}\n" in entry.read_text()
    with program({**wayland, "WAYLAND_DEBUG": "1"}, "--demo") as running:
        assert running.stderr is not None
        said = next(line for line in running.stderr if "set_app_id" in line)
    assert f'"{entry.stem}"' in said


def test_the_window_is_on_the_screen(wayland: dict[str, str], tmp_path: Path) -> None:
    def picture() -> QImage | None:
        subprocess.run(["weston-screenshooter"], env=wayland, cwd=tmp_path, check=True, timeout=30)
        (file,) = tmp_path.glob("wayland-screenshot-*.png")
        seen = QImage(str(file))
        file.unlink()
        return seen if amount(seen, BADGE) > 1_000 else None

    with program({**wayland, "QT_QPA_PLATFORM": "wayland"}, "--demo") as running:
        assert eventually(picture, "a window on the screen") is not None
        assert running.poll() is None
