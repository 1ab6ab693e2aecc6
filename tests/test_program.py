"""The program as a process: the tour, what start-up imports, and how wrong arguments are answered."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from procedure_viewer import __version__
from tests.desk import SEED_PROCEDURE
from tests.disks import tiny_disk
from tests.seed import SEED_PROCEDURE_JSON
from tests.servers import ScriptedServer, bundle, by_path, procedure, reply

HARMLESS = "This plugin does not support propagateSizeHints()"
"""What Qt's offscreen platform says at each dialog."""


def run(*arguments: str, stdin: str = "", settings: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    if settings is not None:
        environment["PROCEDURE_VIEWER_SETTINGS"] = str(settings)
    return subprocess.run(
        [sys.executable, "-m", "procedure_viewer", *arguments],
        capture_output=True,
        text=True,
        input=stdin,
        timeout=100,
        env=environment,
        check=False,
    )


def complaints(result: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in result.stderr.splitlines() if line.strip() and line != HARMLESS]


def test_the_tour_does_the_main_job(tmp_path: Path) -> None:
    result = run("--demo", "--tour", str(tmp_path / "tour"))
    assert (result.returncode, complaints(result)) == (0, [])
    report = json.loads((tmp_path / "tour" / "tour.json").read_text())
    assert [step["name"] for step in report["steps"] if not step["ok"]] == []
    assert {"patient found", "chart read", "exported", "error dialog"} <= {step["name"] for step in report["steps"]}
    for step in report["steps"]:
        assert (tmp_path / "tour" / step["screenshot"]).stat().st_size > 5_000
    assert (report["records"], report["complete"]) == (1, True)
    exported = tmp_path / "tour" / report["export"]["path"]
    # The values, and the order of the keys.
    assert json.dumps(json.loads(exported.read_text())) == json.dumps(SEED_PROCEDURE_JSON)
    assert exported.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("room", [0, 100_000], ids=["no room", "little room"])
def test_a_tour_onto_a_full_disk_ends_and_says_why(tmp_path: Path, room: int) -> None:
    with tiny_disk(tmp_path / "full", "200k") as folder:
        (folder / "filler").write_bytes(bytes(200 * 1024 - room))
        result = run("--demo", "--tour", str(folder))
        assert result.returncode == 1
        assert complaints(result) == ["The tour's folder can't be written to: No space left on device."]
        # What is there is whole.
        pictures = list(folder.glob("*.png"))
        assert bool(pictures) is bool(room)
        assert all(picture.read_bytes().endswith(b"IEND\xaeB`\x82") for picture in pictures)
        reports = [json.loads(report.read_text()) for report in folder.glob("*.json")]
        assert [report["steps"][-1]["ok"] for report in reports] == ([False] if room else [])


def test_the_program_ends_in_order_in_the_middle_of_its_work(tmp_path: Path) -> None:
    """Side by side, so that they disturb one another: of those that crashed at their end it was one in three."""
    for number in range(12):
        (tmp_path / str(number) / "02-patient-found.png" / "in the way").mkdir(parents=True)
    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(lambda number: run("--demo", "--tour", str(tmp_path / str(number))), range(12)))
    assert [result.returncode for result in ended] == [1] * 12
    assert {line for result in ended for line in complaints(result)} == {
        "The tour's folder can't be written to: Is a directory."
    }


def test_a_step_whose_picture_is_not_there_does_not_hold(tmp_path: Path) -> None:
    """Where the picture should go is a folder: the rest of the place can be written to."""
    (tmp_path / "02-patient-found.png" / "in the way").mkdir(parents=True)
    result = run("--demo", "--tour", str(tmp_path))
    assert result.returncode == 1
    report = json.loads((tmp_path / "tour.json").read_text())
    assert [step["ok"] for step in report["steps"][:3]] == [True, False, False]
    assert report["steps"][1]["screenshot"] == ""
    assert (tmp_path / "tour.json").stat().st_mode & 0o777 == 0o600


def test_the_tour_takes_the_id_of_a_procedure(tmp_path: Path) -> None:
    result = run("--demo", "--tour", str(tmp_path), "--find", SEED_PROCEDURE)
    assert (result.returncode, complaints(result)) == (0, [])
    report = json.loads((tmp_path / "tour.json").read_text())
    assert [step["name"] for step in report["steps"] if not step["ok"]] == []
    assert report["export"]["path"] == f"Procedure-{SEED_PROCEDURE}.json"


def test_what_the_tour_exports_is_sealed_on_demand_and_can_be_verified(tmp_path: Path) -> None:
    folder = tmp_path / "tour"
    result = run("--demo", "--tour", str(folder), "--seal")
    assert (result.returncode, complaints(result)) == (0, [])
    entry = json.loads((folder / "tour.json").read_text())["export"]
    assert entry["manifest"] == f"{entry['path']}.manifest.json"
    exported = folder / entry["path"]
    checked = run("verify", str(exported))
    assert (checked.returncode, complaints(checked)) == (0, [])
    assert "All of it holds:" in checked.stdout
    exported.write_bytes(exported.read_bytes().replace(b"unknown", b"completed"))
    checked = run("verify", str(exported))
    assert checked.returncode == 1
    assert f"changed: Procedure/{SEED_PROCEDURE}" in checked.stdout


def test_a_seal_goes_with_a_tour() -> None:
    result = run("--demo", "--seal")
    assert (result.returncode, complaints(result)) == (2, ["procedure-viewer: --seal goes with --tour"])


def test_a_report_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    result = run("--server", "http://127.0.0.1:9", "--startup-report", str(tmp_path / "no" / "report.json"))
    assert result.returncode == 2
    assert complaints(result) == ["The report can't be written: No such file or directory."]


def test_the_tour_fails_where_a_step_does(tmp_path: Path) -> None:
    result = run("--demo", "--tour", str(tmp_path / "tour"), "--find", "nobody-of-this-name")
    assert result.returncode == 1
    report = json.loads((tmp_path / "tour" / "tour.json").read_text())
    assert [step["ok"] for step in report["steps"][:3]] == [True, False, False]
    assert report["export"] is None


def test_the_tour_works_on_any_server_with_a_token_from_standard_input(tmp_path: Path) -> None:
    patient = {"resourceType": "Patient", "id": "p", "name": [{"family": "Alder", "given": ["Alice"]}]}
    answers = by_path(
        {
            "/fhir/Patient": reply(200, bundle([patient], total=1)),
            "/fhir/Procedure": reply(200, bundle([procedure("1", "p"), procedure("2", "p")], total=2)),
        }
    )
    with ScriptedServer(answers) as server:
        result = run(
            "--server",
            f"{server.url}/fhir/",
            "--token-stdin",
            "--tour",
            str(tmp_path),
            "--find",
            "alder",
            stdin="secret-1\n",
        )
        assert (result.returncode, complaints(result)) == (0, [])
        assert {request.headers.get("authorization") for request in server.requests} == {"Bearer secret-1"}
    report = json.loads((tmp_path / "tour.json").read_text())
    assert report["records"] == 2
    assert "error dialog" not in {step["name"] for step in report["steps"]}


def test_a_tour_refuses_a_saved_connection_to_somewhere_else(tmp_path: Path) -> None:
    settings = tmp_path / "settings"
    settings.mkdir()
    connection = {"id": "0" * 32, "name": "Clinic", "base_url": "https://fhir.example.org"}
    (settings / "connections.json").write_text(json.dumps({"version": 1, "connections": [connection]}))
    result = run("--connection", "Clinic", "--tour", str(tmp_path / "tour"), settings=settings)
    assert result.returncode == 2
    assert "on a saved connection to this machine only" in result.stderr
    assert list((tmp_path / "tour").iterdir()) == []


def test_nothing_slow_is_imported_before_the_first_paint(tmp_path: Path) -> None:
    result = run("--server", "http://127.0.0.1:9", "--startup-report", str(tmp_path / "report.json"))
    assert (result.returncode, complaints(result)) == (0, [])
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["ms"] > 0
    assert "PySide6.QtWidgets" in report["modules"]
    slow = {"httpx", "httpcore", "h2", "anyio", "keyring", "truststore", "tenacity", "starlette", "uvicorn", "authlib"}
    slow |= {"jellyfish", "nh3", "PySide6.QtPrintSupport", "procedure_viewer.printing", "procedure_viewer.tour"}
    assert slow.isdisjoint(report["modules"])


def test_only_what_is_seen_is_imported_before_the_first_paint(tmp_path: Path) -> None:
    connection = {"id": "0" * 32, "name": "Ward", "base_url": "http://127.0.0.1:9"}
    (tmp_path / "connections.json").write_text(json.dumps({"version": 1, "connections": [connection]}))
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PROCEDURE_VIEWER_SETTINGS": str(tmp_path)}
    report = tmp_path / "report.json"
    subprocess.run(
        [sys.executable, "-m", "procedure_viewer", "--startup-report", str(report)],
        env=environment,
        check=True,
        timeout=60,
    )
    modules = json.loads(report.read_text())["modules"]
    assert {name.removeprefix("procedure_viewer.") for name in modules if name.startswith("procedure_viewer.")} == {
        "arrival",
        "bootstrap",
        "demo",
        "fhir",
        "fhir.words",
        "settings",
        "settings.folder",
        "settings.glimpse",
        "settings.machine",
        "startup",
        "ui",
        "ui.first_sight",
        "ui.icons",
        "ui.main_window",
        "ui.palettes",
        "ui.resources",
        "ui.without_screen",
    }
    assert {"asyncio", "dataclasses", "datetime", "msgspec", "ssl", "platformdirs"}.isdisjoint(modules)


def test_the_demo_imports_no_server_into_the_window(tmp_path: Path) -> None:
    result = run("--demo", "--startup-report", str(tmp_path / "report.json"))
    assert (result.returncode, complaints(result)) == (0, [])
    modules = json.loads((tmp_path / "report.json").read_text())["modules"]
    assert {"starlette", "uvicorn", "httpx"}.isdisjoint(modules)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--server", "http://fhir.example.org"], "https"),
        (["--server", "ftp://127.0.0.1"], "http"),
        (["--server", "https://user:secret@fhir.example.org"], ""),
        (["--find", "jones"], "--find goes with --tour"),
        (["--server", "http://127.0.0.1:9", "--tour", "/proc/no"], "The folder of the tour can't be made"),
        (["--token-stdin"], "--token-stdin goes with --server"),
        (["--demo", "--server", "http://127.0.0.1:1"], "not allowed with"),
        (["--connection", "no such"], "no such saved connection"),
        (["serve-demo", "--port", "many"], "invalid int value"),
    ],
)
def test_wrong_arguments_are_answered_in_words(arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert result.returncode == 2
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert "secret" not in result.stderr


def test_the_version() -> None:
    told = run("--version")
    assert (told.returncode, told.stdout) == (0, f"procedure-viewer {__version__}\n")


def test_the_version_is_told_at_once() -> None:
    """Without Qt, and without anything else that a window takes."""
    script = """
import atexit, sys
atexit.register(lambda: print(*sys.modules))
import procedure_viewer.__main__ as program
program.main()
"""
    told = subprocess.run([sys.executable, "-c", script, "--version"], capture_output=True, text=True, check=True)
    modules = told.stdout.splitlines()[-1].split()
    assert "procedure_viewer.__main__" in modules
    assert [name for name in modules if name.startswith(("PySide6", "shiboken6", "msgspec", "asyncio", "httpx"))] == []


def test_what_is_typed_before_the_worker_runs_waits_for_it(tmp_path: Path) -> None:
    """The window of a program that has just started already knows its server."""
    script = """
import sys
from PySide6.QtWidgets import QApplication
from procedure_viewer.bootstrap import Options, Program
from procedure_viewer.chart.search import Progress
from tests.desk import server_at
application = QApplication(sys.argv)
program = Program(Options(server_at("http://127.0.0.1:9")))
program.complete()
program.window.search.search_for("jones")
assert program.session.progress is Progress.LOADING, program.session.progress
assert program.gateway.shutdown(5)
"""
    result = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PROCEDURE_VIEWER_SETTINGS": str(tmp_path)},
        check=False,
    )
    assert (result.returncode, complaints(result)) == (0, [])


def test_what_the_program_says_before_its_window_is_used_can_be_translated(tmp_path: Path) -> None:
    """The name of the demo's server, and the answers to a command line that are given once there is a window."""
    script = """
import sys
from pathlib import Path
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication
from procedure_viewer.bootstrap import Options, Program
from tests.desk import server_at

class Brackets(QTranslator):
    def translate(self, context, source, disambiguation=None, n=-1):
        return f"[[{source}]]"

application = QApplication(sys.argv)
translator = Brackets()
application.installTranslator(translator)
for options in (
    Options(server_at("http://127.0.0.1:9", name="", is_demo=True)),
    Options(connection="none"),
    Options(connection="elsewhere", tour=Path("nowhere")),
):
    program = Program(options)
    if options.server:
        program.complete()
        print(program.window.server_menu.text())
    else:
        program.window.show()
        application.exec()
    assert program.gateway.shutdown(5)
"""
    connection = {"id": "0" * 32, "name": "elsewhere", "base_url": "https://fhir.example.org"}
    (tmp_path / "connections.json").write_text(json.dumps({"version": 1, "connections": [connection]}))
    result = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PROCEDURE_VIEWER_SETTINGS": str(tmp_path)},
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "[[Demo clinic]]" in result.stdout
    assert complaints(result) == [
        "[[There is no such saved connection.]]",
        "[[A tour runs on --demo, on --server, or on a saved connection to this machine only.]]",
    ]
