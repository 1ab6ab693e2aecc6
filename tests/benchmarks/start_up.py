"""From the start of the process to the first painted window, to a key that is seen, to a search that reaches a server.

The program with a saved connection and a bare window in turn. What is typed is typed as soon as the window is painted,
and Enter is pressed as soon as that is seen in the field.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from procedure_viewer.settings.connections import Connection, put_connection
from tests.benchmarks.figures import Comparison, Mark

BARE = Path(__file__).with_name("bare_window.py")
NOBODY = b'{"resourceType": "Bundle", "type": "searchset", "total": 0}'


def measure(runs: int, environment: Mapping[str, str], folder: Path) -> list[Comparison]:
    """Start each `runs` times after one start that isn't counted: it compiles, and fills the disk cache."""
    program = ["-m", "procedure_viewer"]
    settings = folder / "saved"
    settings.mkdir()
    taken: dict[str, list[float]] = {name: [] for name in ("bare", "painted", "typed", "sent", "demo")}
    with _clinic() as clinic:
        put_connection(settings, Connection("0" * 32, "Clinic", clinic.address))
        saved = {**environment, "PROCEDURE_VIEWER_SETTINGS": str(settings)}
        report = folder / "report.json"
        for run in range(runs + 1):
            once = {
                "bare": _start([str(BARE)], environment, report)["ms"],
                "painted": _start([*program, "--startup-report"], saved, report)["ms"],
                "demo": _start([*program, "--demo", "--startup-report"], environment, report)["ms"],
            }
            clinic.searched.clear()
            told = _start([*program, "--find", "jones", "--startup-report"], saved, report)
            once |= {"typed": told["typed_ms"], "sent": (clinic.searched[0] - told["started_s"]) * 1000}
            if run:
                for name, milliseconds in once.items():
                    taken[name].append(milliseconds)
    rows = {
        "painted": ("start to first paint: saved connection", Mark(times=1.5)),
        "typed": ("start to a typed word that is seen", Mark(times=1.6)),
        "sent": ("start to a search that reached the server", Mark(times=3)),
        "demo": ("start to first paint: --demo", None),
    }
    bare = ("bare QMainWindow", taken["bare"])
    return [Comparison(words, taken[name], *bare, mark=mark) for name, (words, mark) in rows.items()]


def _start(arguments: list[str], environment: Mapping[str, str], report: Path) -> dict[str, float]:
    report.unlink(missing_ok=True)
    subprocess.run([sys.executable, *arguments, str(report)], env=dict(environment), check=True, timeout=60)
    told: dict[str, float] = json.loads(report.read_text())
    return told


class _Clinic(ThreadingHTTPServer):
    """Answers at once, and notes when a search for patients came in, in seconds since boot."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.searched: list[float] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/fhir"


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Clinic

    def do_GET(self) -> None:
        if self.path.startswith("/fhir/Patient?"):
            self.server.searched.append(time.clock_gettime(time.CLOCK_BOOTTIME))
        self.send_response(200)
        self.send_header("Content-Type", "application/fhir+json")
        self.send_header("Content-Length", str(len(NOBODY)))
        self.end_headers()
        self.wfile.write(NOBODY)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the class calls it
        pass


@contextmanager
def _clinic() -> Iterator[_Clinic]:
    clinic = _Clinic()
    thread = Thread(target=clinic.serve_forever, daemon=True)
    thread.start()
    try:
        yield clinic
    finally:
        clinic.shutdown()
        clinic.server_close()


def compiled(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment in which modules are compiled once, into `folder`, never into the repository."""
    return {
        **{name: value for name, value in {**os.environ, **environment}.items() if name != "PYTHONDONTWRITEBYTECODE"},
        "PYTHONPYCACHEPREFIX": str(folder),
    }
