"""`make bench`: measures us and the peers, prints a table, and writes it to RESULTS.md. Gates nothing.

Each part runs in a process of its own on a display of its own; one that fails is a row that says so.
"""

import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import msgspec
import PySide6

from tests.benchmarks import growth, peers
from tests.benchmarks.figures import Comparison, markdown, table, understood
from tests.benchmarks.start_up import compiled
from tests.benchmarks.start_up import measure as measure_start_up
from tests.desktop.display import MISSING, new_display

RUNS = 9
RESULTS = Path(__file__).with_name("RESULTS.md")
PARTS: Mapping[str, int] = {
    "from_outside": 5,
    "frozen": RUNS,
    "answers": RUNS,
    "whole_list": 4,
    "decoding": 5,
    "stalls": 2,
    "timeline": 600,
    "exports": 2,
    "quitting": 5,
    "size": 3,
}
"""The modules that measure, and how often each."""
SECONDS = 420
"""That a part may take."""


def main() -> int:
    """Measure everything; returns the exit status."""
    if MISSING:
        print(f"not installed: {', '.join(MISSING)}", file=sys.stderr)  # noqa: T201
        return 1
    peers.install()
    comparisons: list[Comparison] = []
    sentences: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        for comparison in measured(Path(name), sentences):
            comparisons.append(comparison)
            print(table([comparison]), flush=True)  # noqa: T201 - one sees that it goes on
    print(about_this_machine())  # noqa: T201
    print(table(comparisons))  # noqa: T201
    print(*sentences, sep="\n")  # noqa: T201
    RESULTS.write_text(results(comparisons, sentences), encoding="utf-8")
    return 0


def measured(folder: Path, sentences: list[str]) -> Iterator[Comparison]:
    """Every part, one after the other; `sentences` gets how it grows with the number of procedures."""
    screen = folder / "screen"
    screen.mkdir()
    with new_display(screen) as display:
        settings = str(folder / "settings")
        own = {"DISPLAY": display.name, "QT_QPA_PLATFORM": "xcb", "PROCEDURE_VIEWER_SETTINGS": settings}
        environment = compiled(own, folder / "compiled")
        try:
            yield from measure_start_up(RUNS, environment, folder)
        except (subprocess.SubprocessError, OSError, ValueError) as error:
            yield failed("start_up", error)
        for part, runs in PARTS.items():
            yield from measure_in_a_process(part, runs, environment, screen)
        yield from measure_growth(environment, sentences)


def measure_in_a_process(part: str, runs: int, environment: Mapping[str, str], screen: Path) -> list[Comparison]:
    """What a module measures on a window of its own, or one row that says why it could not."""
    command = [sys.executable, "-m", f"tests.benchmarks.{part}", str(runs), str(screen)]
    try:
        finished = subprocess.run(
            command, env=dict(environment), check=True, stdout=subprocess.PIPE, text=True, timeout=SECONDS
        )
        return understood(finished.stdout)
    except (subprocess.SubprocessError, OSError, msgspec.MsgspecError) as error:
        return [failed(part, error)]


def measure_growth(environment: Mapping[str, str], sentences: list[str]) -> Iterator[Comparison]:
    """What lists of all sizes cost; the picture of it is made anew, or goes where that can't be done."""
    try:
        found = growth.measure(environment)
    except (subprocess.SubprocessError, OSError, msgspec.MsgspecError) as error:
        yield failed("growth", error)
        return
    yield from found.comparisons()
    sentences += [line.sentence for line in found.lines]
    try:
        growth.draw(found)
    except (peers.NotHad, subprocess.SubprocessError, OSError) as error:
        growth.PICTURE.unlink(missing_ok=True)
        sentences.append(f"The picture could not be drawn: {type(error).__name__}.")


def failed(part: str, error: Exception) -> Comparison:
    """The row of a part that could not be measured."""
    return Comparison(part, [], reason=f"it failed: {type(error).__name__}")


def results(comparisons: list[Comparison], sentences: list[str]) -> str:
    """The text of RESULTS.md."""
    parts = ["# How fast it is", f"Written by `make bench` on {date.today()}. {about_this_machine()}"]
    parts += [markdown(comparisons), "## How it grows", "\n".join(f"- {sentence}" for sentence in sentences)]
    if growth.PICTURE.exists():
        parts.append(f"![Each cost by the number of procedures]({growth.PICTURE.name})")
    return "\n\n".join(parts) + "\n"


def about_this_machine() -> str:
    """What the figures depend on."""
    return (
        f"Python {platform.python_version()}, Qt {PySide6.__version__}, {platform.system()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}; on Xvfb; compiled files; developers' tools are in the environment"
    )


if __name__ == "__main__":
    sys.exit(main())
