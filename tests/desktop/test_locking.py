"""A shared workstation on a real display: what other programs could read of ours is gone once it is locked."""

from pathlib import Path

from tests.desktop.conftest import Start
from tests.desktop.display import Display
from tests.desktop.program import Program
from tests.desktop.waiting import eventually

HELD_TIME = """
import pathlib, time
import procedure_viewer.ui.idle as idle
idle.system_clock = lambda: lambda: time.monotonic() + 3600 * pathlib.Path({path!r}).exists()
"""
"""An hour passes at once when there is a file."""

ASKED_WHILE_CLEARING = "qt.qpa.clipboard: QXcbClipboard: Cannot transfer data, no data available\n"
"""What Qt says when another program (here the test) asks for the clipboard in the moment in which it is cleared."""


def started(start: Start, hour: Path) -> Program:
    """The demo with a chart open, and a clock that the test moves."""
    program = start("--demo", before=HELD_TIME.format(path=str(hour)))
    program.find_and_open("jones 1980-11-13")
    return program


def test_what_was_copied_and_selected_here_is_gone(start: Start, display: Display, tmp_path: Path) -> None:
    hour = tmp_path / "hour"
    program = started(start, hour)
    program.window()
    display.press("ctrl+f", "ctrl+a", "ctrl+c")
    for mode in ("Clipboard", "Selection"):
        assert display.clipboard(mode) == "jones 1980-11-13"
    hour.touch()
    eventually(lambda: display.clipboard() == "", "an empty clipboard")
    assert display.clipboard("Selection") == ""
    hour.unlink()
    program.window()
    display.press("ctrl+f", "ctrl+e", "F5", "F1", "ctrl+1")  # these get nowhere
    assert program.titles().split("\n").count("Procedure Viewer") == 1
    assert not program.has_window("^(Export|Keys)")
    display.press("Return")  # Continue
    program.wait_for_panes()
    program.find("jones")
    assert program.quit() == 0
    assert program.errors().replace(ASKED_WHILE_CLEARING, "") == ""


def test_what_was_copied_elsewhere_stays(start: Start, display: Display, tmp_path: Path) -> None:
    hour = tmp_path / "hour"
    program = started(start, hour)
    program.window()
    display.press("ctrl+f", "ctrl+a", "ctrl+c")
    with display.copied_elsewhere("a letter"):
        hour.touch()
        eventually(lambda: display.clipboard("Selection") == "", "nothing selected any more")
        assert display.clipboard() == "a letter"
    hour.unlink()
    assert program.process.poll() is None
