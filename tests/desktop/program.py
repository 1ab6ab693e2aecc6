"""The program as a clinician starts it: a process with a window on a display."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.desktop.display import Display, amount
from tests.desktop.waiting import eventually

SECONDS_TO_END = 20.0
MAIN = "^Procedure Viewer$"
SELECTION = "#1f6f8f"
"""The colour of a selected row on a bare X server (ui.theme lays the palette there)."""
_ROW_SELECTED = 2_000
"""Pixels of that colour that a selected row has at the least."""
_SIDE = 340
"""Where the patients end and the chart begins, in pixels from the left, at the least."""


@dataclass(frozen=True, slots=True)
class Program:
    """A running program and the moves of the person before it."""

    process: subprocess.Popen[bytes]
    display: Display
    error_file: Path

    def window(self, title: str = MAIN) -> str:
        """Wait for a window by (a regular expression for) its title, give it the keyboard, return its id."""

        def look() -> list[str]:
            assert self.process.poll() is None, f"the program ended: {self.errors()}"
            return self.display.windows(title, self.process.pid)

        found = eventually(look, f"a window called {title!r}")[-1]
        self.display.focus(found)
        return found

    def has_window(self, title: str) -> bool:
        """Whether such a window is on the screen now."""
        return bool(self.display.windows(title, self.process.pid))

    def fill_in(self, *lines: str) -> None:
        """Type a line into each field of a dialog in turn, then Enter."""
        for line in lines[:-1]:
            self.display.type(line)
            self.display.press("Tab")
        self.display.type(lines[-1])
        self.display.press("Return")

    def search(self, line: str) -> None:
        """Type into the search field of the main window, then Enter."""
        self.window()
        self.display.press("ctrl+f")
        self.display.type(line)
        self.display.press("Return")

    def move_to_patients(self) -> None:
        """Press Down until a row in the list of patients is selected."""
        self._press_until_selected("Down", 0, _SIDE)

    def move_to_procedures(self) -> None:
        """Press Home until a row in the list of procedures is selected."""
        self._press_until_selected("Home", _SIDE, self.display.picture().width() - _SIDE)

    def _press_until_selected(self, key: str, left: int, width: int) -> None:
        # One such row at the most is looked for, so a key too many moves nothing.
        def look() -> bool:
            self.display.press(key)
            picture = self.display.picture()
            return amount(picture.copy(left, 0, width, picture.height()), SELECTION) > _ROW_SELECTED

        eventually(look, f"a row that {key} selects")

    def quit(self) -> int:
        """Press Ctrl+Q in the main window; returns the exit status."""
        self.window()
        self.display.press("ctrl+q")
        return self.process.wait(SECONDS_TO_END)

    def errors(self) -> str:
        """What it wrote to standard error so far."""
        return self.error_file.read_text()

    def children(self) -> list[int]:
        """The ids of the processes that it started and that still run."""
        pid = self.process.pid
        listed = [task / "children" for task in Path(f"/proc/{pid}/task").iterdir()]
        return [int(child) for file in listed for child in file.read_text().split()]

    def told_to_the_system(self) -> bytes:
        """Its arguments and its environment, which other programs of this person can read."""
        process = Path(f"/proc/{self.process.pid}")
        return (process / "cmdline").read_bytes() + (process / "environ").read_bytes()


@contextmanager
def started(
    *arguments: str, display: Display, environment: Mapping[str, str], settings: Path, stdin: bytes = b""
) -> Iterator[Program]:
    """The program with these arguments; it is ended with the block if a test left it running."""
    error_file = settings.with_name(f"{settings.name}.stderr")
    with (
        error_file.open("wb") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "procedure_viewer", *arguments],
            env={
                **environment,
                "DISPLAY": display.name,
                "QT_QPA_PLATFORM": "xcb",
                "PROCEDURE_VIEWER_SETTINGS": str(settings),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        ) as process,
    ):
        assert process.stdin is not None
        process.stdin.write(stdin)
        process.stdin.close()
        try:
            yield Program(process, display, error_file)
        finally:
            if process.poll() is None:
                process.kill()


def is_running(pid: int) -> bool:
    """Whether a process is there and has not ended; one that only waits to be counted has."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
