"""`python -m tests.safety.machine [runs]`: many runs on all processors, and their figures."""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.safety.machine.running import Task

RUNS = 20_000
PROCESSES = max(2, os.cpu_count() or 1)
TEST = "tests/safety/test_window_machine.py"

COUNTED = {
    "runs": "runs",
    "steps": "steps",
    "looks": "looks",
    "full_looks": "of them with rows and a record in the detail",
    "switches": "openings after another patient's chart",
    "exports": "files compared",
    "milliseconds": "ms of processor time",
}


def main() -> int:
    """Start the processes, wait for them, add up what they did; 0 if none of them found anything."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        tasks = [
            Task(-(-runs // PROCESSES), random.SystemRandom().randrange(2**32), Path(folder) / f"{number}.json")
            for number in range(PROCESSES)
        ]
        failed = [process.wait() for process in [_start(task) for task in tasks]]
        figures = [json.loads(task.figures.read_text()) for task in tasks if task.figures and task.figures.exists()]
    seconds = time.monotonic() - began
    _say(f"{PROCESSES} processes, seeds from {', '.join(str(task.seed) for task in tasks)}")
    for one in figures:
        _say(_line(one))
    totals = {name: sum(one[name] for one in figures) for name in COUNTED}
    _say(f"In all {_line(totals)}, {seconds:.0f} s")
    return 1 if any(failed) or totals["runs"] < runs else 0


def _line(figures: dict[str, int]) -> str:
    return ", ".join(f"{figures[name]:,} {words}" for name, words in COUNTED.items())


def _start(task: Task) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "pytest", "-q", f"{TEST}", "-k", "[1]", "-o", "timeout=0", "--no-header"]
    return subprocess.Popen(command, env=os.environ | task.environment)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
