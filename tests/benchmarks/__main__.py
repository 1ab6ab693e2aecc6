"""`make bench`: measures, prints a table, gates nothing, writes nothing that stays."""

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import PySide6

from tests.benchmarks.figures import Comparison, table
from tests.benchmarks.start_up import compiled
from tests.benchmarks.start_up import measure as measure_start_up
from tests.desktop.display import MISSING, new_display

RUNS = 9
EXPORTS = 5
STEPS = 600
"""Notches, drags and selections on the timeline."""


def main() -> int:
    """Measure everything on a display of its own; returns the exit status."""
    if MISSING:
        print(f"not installed: {', '.join(MISSING)}", file=sys.stderr)  # noqa: T201
        return 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        screen = folder / "screen"
        screen.mkdir()
        with new_display(screen) as display:
            own = {
                "DISPLAY": display.name,
                "QT_QPA_PLATFORM": "xcb",
                "PROCEDURE_VIEWER_SETTINGS": str(folder / "settings"),
            }
            environment = compiled(own, folder / "compiled")
            comparisons = [
                *measure_start_up(RUNS, environment, folder),
                *measure_in_a_process("tests.benchmarks.answers", RUNS, environment),
                *measure_in_a_process("tests.benchmarks.timeline", STEPS, environment),
                *measure_in_a_process("tests.benchmarks.exports", EXPORTS, environment),
            ]
    print(about_this_machine())  # noqa: T201
    print(table(comparisons))  # noqa: T201
    return 0


def measure_in_a_process(module: str, runs: int, environment: Mapping[str, str]) -> list[Comparison]:
    """What a module measures on a window of its own."""
    finished = subprocess.run(
        [sys.executable, "-m", module, str(runs)],
        env=dict(environment),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=300,
    )
    return [Comparison(**comparison) for comparison in json.loads(finished.stdout)]


def about_this_machine() -> str:
    """What the figures depend on."""
    return (
        f"Python {platform.python_version()}, Qt {PySide6.__version__}, {platform.system()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}; on Xvfb; compiled files; developers' tools are in the environment"
    )


if __name__ == "__main__":
    sys.exit(main())
