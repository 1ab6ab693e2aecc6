"""How large the wheel is, and how long the import of our own package takes.

`python -m tests.benchmarks.size RUNS` prints JSON.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figures import Comparison, Mark, told

ROOT = Path(__file__).parents[2]
WINDOW = "procedure_viewer.bootstrap"
"""What the start of the program imports."""


def wheel() -> float:
    """MB."""
    with tempfile.TemporaryDirectory() as folder:
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        subprocess.run(build, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        (built,) = Path(folder).glob("*.whl")
        return built.stat().st_size / 1e6


def importing(module: str) -> float:
    """Milliseconds that an import takes in a fresh interpreter, by its own account."""
    finished = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", f"import {module}"], check=True, stderr=subprocess.PIPE, text=True
    )
    # A line reads "import time: self [us] | cumulative | imported package".
    found = re.findall(rf"\|\s+(\d+) \|\s+{re.escape(module)}$", finished.stderr, re.MULTILINE)
    return int(found[-1]) / 1000


def measure(runs: int) -> Iterator[Comparison]:
    """The wheel once; each import after one that isn't counted, which compiles."""
    yield Comparison("the wheel", [wheel()], mark=Mark(more=2, worst=True), unit="MB")
    package = [importing("procedure_viewer") for _ in range(runs + 1)][1:]
    yield Comparison("import of our own package", package)
    ours, qt = [], []
    for _ in range(runs + 1):
        ours.append(importing(WINDOW))
        qt.append(importing("PySide6.QtWidgets"))
    yield Comparison("import of all that the window is made of", ours[1:], "PySide6.QtWidgets", qt[1:])


if __name__ == "__main__":
    print(told(measure(int(sys.argv[1]))))  # noqa: T201 - its answer
