"""From the start of the process to the first painted window, the program and a bare window in turn."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.benchmarks.figures import Comparison

BARE = Path(__file__).with_name("bare_window.py")


def measure(runs: int, environment: Mapping[str, str], folder: Path) -> list[Comparison]:
    """Start each `runs` times after one start that isn't counted: it compiles, and fills the disk cache."""
    program = ["-m", "procedure_viewer"]
    ways = {
        "server": [*program, "--server", "http://127.0.0.1:9", "--startup-report"],
        "demo": [*program, "--demo", "--startup-report"],
        "bare": [str(BARE)],
    }
    taken: dict[str, list[float]] = {way: [] for way in ways}
    for run in range(runs + 1):
        for way, arguments in ways.items():
            milliseconds = _start(arguments, environment, folder / "report.json")
            if run:
                taken[way].append(milliseconds)
    return [
        Comparison("start to first paint: --server", taken["server"], "bare QMainWindow", taken["bare"]),
        Comparison("start to first paint: --demo", taken["demo"], "bare QMainWindow", taken["bare"]),
    ]


def _start(arguments: list[str], environment: Mapping[str, str], report: Path) -> float:
    report.unlink(missing_ok=True)
    subprocess.run([sys.executable, *arguments, str(report)], env=dict(environment), check=True, timeout=60)
    return float(json.loads(report.read_text())["ms"])


def compiled(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment in which modules are compiled once, into `folder`, never into the repository."""
    return {
        **{name: value for name, value in {**os.environ, **environment}.items() if name != "PYTHONDONTWRITEBYTECODE"},
        "PYTHONPYCACHEPREFIX": str(folder),
    }
