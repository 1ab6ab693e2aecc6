"""From the start of the frozen program's process to its first painted window, beside the same program from source.

Both have the same Python, the freezer's (`make frozen`), and take turns, on the screen and offscreen.
`python -m tests.benchmarks.frozen RUNS FOLDER` prints JSON; DISPLAY has to be there.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from procedure_viewer.settings.connections import Connection, put_connection
from tests.benchmarks.figures import Comparison, Mark, told
from tests.conftest import ROOT

FROZEN = ROOT / "build/frozen/procedure-viewer/procedure-viewer"
SOURCE = ROOT / "build/freezer/bin/procedure-viewer"
MARK = Mark(times=1.3)


def measure(runs: int, folder: Path) -> Iterator[Comparison]:
    """Start each `runs` times on either platform, after one start that isn't counted."""
    settings = folder / "settings"
    settings.mkdir()
    put_connection(settings, Connection("0" * 32, "Clinic", "https://fhir.example.org"))
    for platform in ("xcb", "offscreen"):
        name = f"start to first paint: frozen, {platform}"
        if not FROZEN.exists():
            yield Comparison(name, [], mark=MARK, reason="there is no build/frozen: make frozen")
            continue
        environment = {
            **os.environ,
            "QT_QPA_PLATFORM": platform,
            "PROCEDURE_VIEWER_SETTINGS": str(settings),
            "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
        }
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        taken: dict[Path, list[float]] = {FROZEN: [], SOURCE: []}
        for run in range(runs + 1):
            for program, milliseconds in taken.items():
                painted = _start(program, environment, folder / "report.json")
                if run:
                    milliseconds.append(painted)
        yield Comparison(name, taken[FROZEN], "from source", taken[SOURCE], mark=MARK)


def _start(program: Path, environment: dict[str, str], report: Path) -> float:
    report.unlink(missing_ok=True)
    subprocess.run([program, "--startup-report", report], env=environment, check=True, timeout=60)
    painted: float = json.loads(report.read_text())["ms"]
    return painted


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        print(told(list(measure(int(sys.argv[1]), Path(name)))))  # noqa: T201
