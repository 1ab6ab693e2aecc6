"""The clipboard on a real display, asked by another program (xclip): what was copied here goes, the rest stays."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.desktop.conftest import Start
from tests.desktop.display import Display
from tests.desktop.program import Program
from tests.desktop.waiting import eventually

WORDS = "jones 1980-11-13"
ASKED_WHILE_CLEARING = "qt.qpa.clipboard: QXcbClipboard: Cannot transfer data, no data available\n"
"""What Qt says when another program (here the test) asks for the clipboard in the moment in which it is cleared."""
FASTER = """
import pathlib
import procedure_viewer.ui.clipboard_guard as guard
guard.SECOND = 100
"""
"""Ten seconds pass in one."""

pytestmark = pytest.mark.skipif(shutil.which("xclip") is None, reason="not installed: xclip")


def pasted(display: Display, selection: str = "clipboard", target: str = "UTF8_STRING") -> str:
    """What another program gets; "" where there is nothing."""
    return subprocess.run(
        ["xclip", "-o", "-display", display.name, "-selection", selection, "-target", target],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    ).stdout


@contextmanager
def copied_elsewhere(display: Display, text: str, selection: str = "clipboard") -> Iterator[None]:
    """xclip has copied this, and stays to hand it out as long as the block."""
    with subprocess.Popen(
        ["xclip", "-i", "-quiet", "-display", display.name, "-selection", selection],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as other:
        assert other.stdin is not None
        other.stdin.write(text)
        other.stdin.close()
        eventually(lambda: pasted(display, selection) == text, "the other program's copy")
        yield
        other.terminate()


def with_a_copy(start: Start, display: Display, settings: Path, seconds: int, before: str = "") -> Program:
    """The demo, and in the clipboard what was typed into its search field."""
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "preferences.json").write_text(json.dumps({"clipboard_seconds": seconds}))
    program = start("--demo", before=before)
    program.find(WORDS)

    def copied() -> bool:
        program.window()
        display.press("ctrl+f", "ctrl+a", "ctrl+c")
        return pasted(display) == WORDS

    eventually(copied, "the copy")
    return program


def test_it_is_cleared_after_a_while_and_is_hidden_from_lists_of_copies(
    start: Start, display: Display, settings: Path
) -> None:
    program = with_a_copy(start, display, settings, 30, FASTER)
    assert pasted(display, target="x-kde-passwordManagerHint") == "secret"
    eventually(lambda: pasted(display) == "", "an empty clipboard")
    eventually(lambda: pasted(display, "primary") == "", "nothing selected any more")
    assert program.process.poll() is None
    assert program.quit() == 0
    assert program.errors().replace(ASKED_WHILE_CLEARING, "") == ""


def test_a_copy_that_was_made_elsewhere_in_between_stays(start: Start, display: Display, settings: Path) -> None:
    program = with_a_copy(start, display, settings, 30, FASTER)
    with copied_elsewhere(display, "a letter"):
        eventually(lambda: pasted(display, "primary") == "", "the time is up: nothing selected any more")
        assert pasted(display) == "a letter"
        assert program.quit() == 0
        assert pasted(display) == "a letter"
    assert program.errors().replace(ASKED_WHILE_CLEARING, "") == ""


def test_what_is_selected_elsewhere_stays(start: Start, display: Display, settings: Path) -> None:
    program = with_a_copy(start, display, settings, 30, FASTER)
    with copied_elsewhere(display, "a word", "primary"):
        eventually(lambda: pasted(display) == "", "an empty clipboard")
        assert pasted(display, "primary") == "a word"
    assert program.quit() == 0


def test_rows_are_pasted_as_text_or_as_a_table_and_json_to_the_byte(start: Start, display: Display) -> None:
    program = start("--demo")
    program.find_and_open(WORDS)
    program.window()

    def copied(*keys: str) -> str:
        display.press(*keys)
        return pasted(display)

    rows = eventually(lambda: copied("ctrl+a", "ctrl+c"), "the rows")
    assert rows.startswith("JONES, Samantha")
    assert rows.split("\n")[1].startswith("Date\tProcedure")
    table = pasted(display, target="text/html")
    assert ">JONES, Samantha" in table
    assert pasted(display, target="x-kde-passwordManagerHint") == "secret"
    eventually(lambda: copied("ctrl+shift+j").startswith("{"), "the JSON")
    assert json.loads(pasted(display))["resourceType"] in ("Procedure", "Bundle")
    assert program.quit() == 0
    assert pasted(display) == ""
    assert program.errors().replace(ASKED_WHILE_CLEARING, "") == ""


def test_the_menu_key_leads_to_the_copies(start: Start, display: Display) -> None:
    program = start("--demo")
    program.find_and_open(WORDS)
    program.window()

    def copied() -> bool:
        display.press("Menu", "Down", "Return")
        return pasted(display).startswith("JONES, Samantha")

    eventually(copied, "the rows")
    assert program.quit() == 0


def test_quitting_leaves_nothing(start: Start, display: Display, settings: Path) -> None:
    program = with_a_copy(start, display, settings, 0)
    assert program.quit() == 0
    assert pasted(display) == ""
    assert pasted(display, "primary") == ""
    assert program.errors().replace(ASKED_WHILE_CLEARING, "") == ""
