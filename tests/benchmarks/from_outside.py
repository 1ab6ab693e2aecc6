"""From the start of a process to its first painted window as the X server has it: ours, a bare window, other programs.

Nothing in the programs is asked: the screen lies in a file (`Xvfb -fbdir`), and a window is there when an eighth of
some rows of pixels is no longer the empty screen's. A program that paints on black is seen that much later.

`python -m tests.benchmarks.from_outside RUNS FOLDER` prints JSON; DISPLAY has to be free of windows, and FOLDER has its
screen.
"""

import mmap
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from procedure_viewer.settings.connections import Connection, SignInMethod, put_connection, set_default
from tests.benchmarks.figures import Comparison, Mark, Series, told
from tests.benchmarks.peers import NotHad, named, python_of
from tests.benchmarks.serving import serving

PATIENCE = 20.0
"""Seconds after which a program is taken to show nothing."""
MARK = Mark(times=1.5)
BARE = Path(__file__).with_name("bare_window.py")
_ROWS = 24
"""How many rows of the screen are looked at."""
_COLOURS = 0x00FFFFFF
_POLL = 0.001
_REPOSITORY = "repository"
"""What stands for the folder of git-cola's repository in `PROGRAMS`."""
PROGRAMS: Mapping[str, Sequence[str]] = {
    "git-cola": ("-m", "cola", "--repo", _REPOSITORY),
    "vorta": ("-m", "vorta"),
    "qutebrowser": ("-m", "qutebrowser", "--temp-basedir", "about:blank"),
    "plover": ("-m", "plover.scripts.main"),
}


class Screen:
    """The display's pixels, as they are now."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("rb")
        self._pixels = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        # XWD version 7, big end first: the header's size, the picture's height, bytes per line, and colours.
        header = [int.from_bytes(self._pixels[4 * at : 4 * at + 4], "big") for at in range(25)]
        self._start = header[0] + 12 * header[19]
        self._height, self._line = header[5], header[12]
        self._blank = self._rows()

    def is_painted(self) -> bool:
        """Whether an eighth of it is no longer as it was at first."""
        rows = self._rows()
        if rows == self._blank:
            return False
        now, blank = memoryview(rows).cast("I"), memoryview(self._blank).cast("I")
        changed = sum((one ^ other) & _COLOURS != 0 for one, other in zip(now[::5], blank[::5], strict=True))
        return changed * 8 > len(now) / 5

    def is_blank(self) -> bool:
        """Whether it is as it was at first."""
        return self._rows() == self._blank

    def _rows(self) -> bytes:
        step = self._height // _ROWS
        starts = (self._start + row * step * self._line for row in range(_ROWS))
        return b"".join(self._pixels[at : at + self._line] for at in starts)


def first_sight(command: Sequence[str], environment: Mapping[str, str], screen: Screen) -> float:
    """Milliseconds from the start of a program, which is ended then, to its first painted window."""
    started = time.perf_counter()
    with subprocess.Popen(
        command, env=dict(environment), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            while not screen.is_painted():
                if process.poll() is not None:
                    raise NotHad(f"it ended by itself, with {process.returncode}")
                if time.perf_counter() - started > PATIENCE:
                    raise NotHad(f"no window within {PATIENCE:g} s")
                time.sleep(_POLL)
            return (time.perf_counter() - started) * 1000
        finally:
            process.kill()
            process.wait()
            _wait_for(screen)


def _wait_for(screen: Screen) -> None:
    """Until the window of a program that was ended is gone."""
    deadline = time.perf_counter() + PATIENCE
    while not screen.is_blank() and time.perf_counter() < deadline:
        time.sleep(0.01)


def commands(folder: Path, home: Mapping[str, str], reasons: dict[str, str]) -> dict[str, Sequence[str]]:
    """How each peer is started that can be had; `reasons` gets why the others can't."""
    repository = folder / "repository"
    subprocess.run(["git", "init", "--quiet", str(repository)], check=True, env={**os.environ, **home})
    found: dict[str, Sequence[str]] = {}
    for peer, arguments in PROGRAMS.items():
        try:
            python = python_of(peer)
        except NotHad as reason:
            reasons[peer] = str(reason)
        else:
            given = [str(repository) if argument == _REPOSITORY else argument for argument in arguments]
            found[peer] = [str(python), *given]
    return found


def saved_connection(settings: Path, url: str) -> None:
    """A connection that a start opens, as a person has who uses the program every day."""
    connection = Connection("0" * 32, "Practice", url, SignInMethod.OPEN)
    put_connection(settings, connection)
    set_default(settings, connection.id)


def measure(runs: int, screen: Screen, peers: Sequence[str] | None = None) -> Comparison:
    """Each `runs` times in turn, after one start that isn't counted; of the peers all, or only those."""
    reasons: dict[str, str] = {}
    numbers: dict[str, list[float]] = {"ours": [], "bare": []}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(serving())
        saved_connection(folder / "settings", server.url)
        home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config"), "XDG_RUNTIME_DIR": str(folder)}
        environment = {**os.environ, **home, "PROCEDURE_VIEWER_SETTINGS": str(folder / "settings")}
        environment["QTWEBENGINE_DISABLE_SANDBOX"] = "1"  # qutebrowser refuses to start as root otherwise
        ways = {
            "ours": [sys.executable, "-m", "procedure_viewer"],
            "bare": [sys.executable, str(BARE)],
            **{
                peer: command
                for peer, command in commands(folder, home, reasons).items()
                if peers is None or peer in peers
            },
        }
        for run in range(runs + 1):
            for way, command in ways.items():
                if way in reasons:
                    continue
                try:
                    taken = first_sight(command, environment, screen)
                except NotHad as reason:
                    reasons[way] = str(reason)
                else:
                    numbers.setdefault(way, [])
                    numbers[way] += [taken] * (run > 0)
    return Comparison(
        "process start to first painted window, saved connection, seen from the X server",
        numbers["ours"],
        "a bare PySide6 window",
        numbers["bare"],
        MARK,
        tuple(Series(named(peer), numbers.get(peer, []), reasons.get(peer, "")) for peer in PROGRAMS),
        reason=reasons.get("ours", ""),
    )


if __name__ == "__main__":
    print(told([measure(int(sys.argv[1]), Screen(Path(sys.argv[2]) / "Xvfb_screen0"))]))  # noqa: T201 - its answer
