"""The program as a clinician starts it: a process with a window on a display."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QImage

from tests.desktop.display import HEIGHT, WIDTH, Display, amount, colours
from tests.desktop.waiting import eventually, soon

_INSTALLED = os.environ.get("PROGRAM_TO_TEST")
COMMAND = [_INSTALLED] if _INSTALLED else [sys.executable, "-m", "procedure_viewer"]
"""What starts the program: from source, or (`make test-frozen`) as it is installed."""
SECONDS_TO_END = 20.0
MAIN = "^Procedure Viewer$"
SELECTION = "#1f6f8f"
"""The colour of a selected row on a bare X server (ui.theme lays the palette there)."""
EDITOR = "^New connection$"
SIGN_IN = "^Sign in$"
_MARGIN = (10, 120, 240, 500)
"""Left, top, width and height in pixels of what is empty beside a page, and holds a list beside the chart."""
_WELCOME = "#0b6e75"
"""A colour of the program's own icon, which only the welcome shows."""
_BLANK = 10
"""Colours that a screen without a painted window has at the most."""
_ROW_SELECTED = 2_000
"""Pixels of that colour that a selected row has at the least."""
_SECONDS_FOR_KEYS = 5.0
"""After which what should have come of a key is tried again from the start."""
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

    def wait_for_welcome(self) -> None:
        """Wait for the page of the first start."""
        self._wait_for(lambda seen: _is_page(seen) and amount(seen, _WELCOME) > 0, "the welcome")

    def wait_for_sign_in_page(self) -> None:
        """Wait for the page that asks for a sign-in."""
        self._wait_for(lambda seen: _is_page(seen) and amount(seen, _WELCOME) == 0, "the page that asks for a sign-in")

    def wait_for_page(self) -> None:
        """Wait for any page, or the cover."""
        self._wait_for(_is_page, "a page, or the cover")

    def wait_for_panes(self) -> None:
        """Wait until there is somewhere to search."""
        self._wait_for(lambda seen: not _is_page(seen), "the panes")

    def press_until_panes(self, key: str) -> None:
        """Press a key, again where it got lost, until there is somewhere to search."""

        def look() -> bool:
            self.window()
            self.display.press(key)
            return soon(lambda: not _is_page(self.display.picture()), _SECONDS_FOR_KEYS)

        eventually(look, f"the panes, by {key}")

    def _wait_for(self, is_it: Callable[[QImage], bool], what: str) -> None:
        def look() -> bool:
            picture = self.display.picture()
            return colours(picture) > _BLANK and is_it(picture)

        eventually(look, what)
        self.window()

    def open_sign_in(self) -> None:
        """Press the button of the page that asks for a sign-in, until its dialog is there.

        Without a window manager a key gets lost now and then, when the window that had the keyboard has just gone.
        """
        self.wait_for_sign_in_page()

        def look() -> bool:
            self.window()
            self.display.press("Return")
            return soon(lambda: self.has_window(SIGN_IN))

        eventually(look, "the dialog for signing in")

    def connect(self, name: str, address: str, *more: str, way: str = "") -> None:
        """From the welcome of the first start: make a connection, by keyboard alone.

        `way` is the first letter of the words for the way of signing in; `more` goes into the fields that follow.
        """
        self.wait_for_welcome()
        self.display.press("Return")  # Connect to your server
        self.window(EDITOR)
        self.display.type(name)
        self.display.press("Tab")
        self.display.type(address)
        self.display.press("Tab")
        if way:
            self.display.type(way)
        for line in more:
            self.display.press("Tab")
            self.display.type(line)
        self.display.press("Return")

    def search(self, line: str) -> None:
        """Type into the search field of the main window, then Enter."""
        self.window()
        self.display.press("ctrl+f")
        self.display.type(line)
        self.display.press("Return")

    def find(self, line: str) -> None:
        """Search, then press Down until a row in the list of patients is selected.

        All of it again where nothing came of it, as a person would: a window that has just come up may lose keys.
        """
        eventually(lambda: self._has_found(line), f"a patient found by {line!r}")

    def find_and_open(self, line: str) -> None:
        """Find a patient, open the chart and go to its first procedure."""
        eventually(lambda: self._has_found(line) and self._is_selected_by("Return", "Home"), f"the chart of {line!r}")

    def move_to_procedures(self) -> None:
        """Press Home until a row in the list of procedures is selected."""
        eventually(lambda: self._is_selected_by("Home"), "a selected procedure")

    def put_aside(self) -> None:
        """Move the window off the screen: what is seen there from now on is another's."""
        self.display.move(self.window(), WIDTH, 0)

    def bring_back(self) -> None:
        """Move it onto the screen again, before all others, with the keyboard."""
        window = self.window()
        self.display.move(window, 0, 0)
        self.display.raise_up(window)

    def _has_found(self, line: str) -> bool:
        self.search(line)
        return self._is_selected_by("Down", among_patients=True)

    def _is_selected_by(self, *keys: str, among_patients: bool = False) -> bool:
        """Whether pressing keys again and again for a while selects a row.

        One row at the most is to be found there, so a key too many moves nothing.
        """
        left, width = (0, _SIDE) if among_patients else (_SIDE, WIDTH - _SIDE)

        def look() -> bool:
            self.display.press(*keys)
            return amount(self.display.picture().copy(left, 0, width, HEIGHT), SELECTION) > _ROW_SELECTED

        return soon(look, _SECONDS_FOR_KEYS)

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

    def titles(self) -> str:
        """The titles of its windows, which every program of this person can read."""
        windows = self.display.windows(".*", self.process.pid)
        return "\n".join(self.display.title(window) for window in windows)

    def told_to_the_system(self) -> bytes:
        """Its arguments and its environment, and its children's, which other programs of this person can read."""
        processes = [Path(f"/proc/{pid}") for pid in (self.process.pid, *self.children())]
        return b"".join((one / name).read_bytes() for one in processes for name in ("cmdline", "environ"))


def _is_page(picture: QImage) -> bool:
    """Whether a page stands in the place of the panes: it is narrow, and empty at its sides."""
    return colours(picture.copy(*_MARGIN)) == 1


@contextmanager
def started(
    *arguments: str,
    display: Display,
    environment: Mapping[str, str],
    settings: Path,
    stdin: bytes = b"",
    before: str = "",
    under: Sequence[str] = (),
) -> Iterator[Program]:
    """The program with these arguments; it is ended with the block if a test left it running.

    `before` is Python that runs in its process before it does, from source; `under` is a command that runs it, and must
    become it.
    """
    command = [
        sys.executable,
        "-c",
        f"{before}\nimport procedure_viewer.__main__ as program, sys\nsys.exit(program.main())",
    ]
    error_file = settings.with_name(f"{settings.name}.stderr")
    with (
        error_file.open("wb") as errors,
        subprocess.Popen(
            [*under, *(command if before else COMMAND), *arguments],
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
