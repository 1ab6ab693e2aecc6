"""No screen, or a Qt that can't use it: one sentence and an exit status, where Qt would abort with a core dump."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from procedure_viewer.ui.without_screen import why

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")


def start(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: os.environ[name] for name in ("PATH", "PROCEDURE_VIEWER_SETTINGS")}
    return subprocess.run(
        [sys.executable, "-m", "procedure_viewer", *arguments],
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "there is no screen: neither WAYLAND_DISPLAY nor DISPLAY names one"),
        ({"DISPLAY": ":9876"}, "can't be used (DISPLAY=:9876)"),
        ({"WAYLAND_DISPLAY": "no-such"}, "can't be used (WAYLAND_DISPLAY=no-such)"),
        ({"QT_QPA_PLATFORM": "nonsense"}, "can't be used (QT_QPA_PLATFORM=nonsense)"),
    ],
)
def test_it_is_said_in_one_line(environment: dict[str, str], words: str, tmp_path: Path) -> None:
    ended = start("--demo", XDG_RUNTIME_DIR=str(tmp_path), **environment)
    assert ended.returncode == 2
    (line,) = ended.stderr.splitlines()
    assert line.startswith("procedure-viewer: ")
    assert words in line
    assert "QT_QPA_PLATFORM=offscreen" in line  # the way out


def test_a_library_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plugin is a fake, with a library of that name missing to the real loader."""
    source = tmp_path / "plugin.c"
    source.write_text("int plugin(void) { return 0; }")
    (tmp_path / "platforms").mkdir()
    for output, further in (("libneeded.so", []), ("platforms/libqxcb.so", ["-L", str(tmp_path), "-lneeded"])):
        made = ["cc", "-shared", "-Wl,--no-as-needed", "-o", str(tmp_path / output), str(source), *further]
        try:
            subprocess.run(made, check=True)
        except FileNotFoundError:
            pytest.skip("needs a C compiler")
    (tmp_path / "libneeded.so").unlink()
    monkeypatch.setattr("PySide6.QtCore.QLibraryInfo.path", lambda _: str(tmp_path))
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    assert "the system lacks libneeded.so." in why()


def test_what_qt_says_otherwise_is_passed_on(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    ended = start(
        "--server", "http://127.0.0.1:9", "--startup-report", str(report), QT_QPA_PLATFORM="nonsense;offscreen"
    )
    assert (ended.returncode, report.exists()) == (0, True)
    assert 'Could not find the Qt platform plugin "nonsense"' in ended.stderr
