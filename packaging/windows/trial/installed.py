"""The installed program: what it answers, its tour, and what it finds in Credential Manager."""

import json
import shutil
import subprocess
from pathlib import Path

import checks

from procedure_viewer.demo import DEMO_TOKEN, READY_LINE
from procedure_viewer.keychain.store import Keychain
from procedure_viewer.remote.tokens import TokenSet, encoded
from procedure_viewer.settings.connections import Connection, SignInMethod, load_connections, put_connection
from procedure_viewer.settings.folder import settings_folder

WINDOW, COMMAND = "procedure-viewer.exe", "procedure-viewer-cli.exe"
SECONDS = 300


def answers(folder: Path, version: str) -> None:
    """At a command line, and where a program with a window is asked what it can't answer."""
    said = _said(folder / COMMAND, "--version")
    checks.equal(said.stdout.strip(), f"procedure-viewer {version}", "--version")
    said = _said(folder / COMMAND, "--self-check")
    checks.equal(said.returncode, 0, "--self-check, exit code")
    for line in said.stdout.splitlines():
        checks.holds(not line.startswith("[!]"), line.removeprefix("[ok]").strip())
    silent = subprocess.run([folder / WINDOW, "--version"], timeout=SECONDS, check=False)
    checks.equal(silent.returncode, 0, "the program with the window has nowhere to say it, and ends all the same")


def does_the_tour(folder: Path, target: Path) -> None:
    """The main job on Windows' own window system, each step with a picture."""
    status = _run(folder / WINDOW, "--demo", "--tour", target, "--seal")
    checks.equal(status, 0, "the tour on the demo data, exit code")
    report = json.loads((target / "tour.json").read_text(encoding="utf-8"))
    for step in report["steps"]:
        checks.holds(step["ok"], f"{step['name']}, {step['ms']:.0f} ms")
    status = _said(folder / COMMAND, "verify", target / report["export"]["path"]).returncode
    checks.equal(status, 0, "what was exported is verified, exit code")


def paints_soon(folder: Path, pictures: Path) -> None:
    """How soon, is said; judged is only that the time can be told."""
    start = pictures / "start.json"
    _run(folder / WINDOW, "--startup-report", start)
    milliseconds = json.loads(start.read_text(encoding="utf-8"))["ms"]
    checks.holds(0 < milliseconds < SECONDS * 1000, f"first paint {milliseconds:.0f} ms after the process began")


def opens_what_credential_manager_keeps(folder: Path, pictures: Path) -> None:
    """A saved connection whose token lies in Credential Manager: only whoever finds it there gets an answer."""
    command, pipe = str(folder / COMMAND), subprocess.PIPE
    with subprocess.Popen([command, "serve-demo"], stdin=pipe, stdout=pipe, text=True) as server:
        assert server.stdin
        assert server.stdout
        start, _, end = READY_LINE.partition("{url}")
        address = server.stdout.readline().strip().removeprefix(start).removesuffix(end)
        connection = Connection("1" * 32, "Trial", address, SignInMethod.TOKEN)
        put_connection(settings_folder(), connection)
        status = _run(folder / WINDOW, "--connection", "Trial", "--tour", pictures / "without")
        checks.holds(status != 0, f"without a token no chart is read, exit code {status}")
        Keychain().set(connection.account, encoded(TokenSet(access_token=DEMO_TOKEN)))
        status = _run(folder / WINDOW, "--connection", "Trial", "--tour", pictures / "connection")
        checks.equal(status, 0, "with one in Credential Manager it is, exit code")
        server.stdin.close()
        checks.equal(server.wait(SECONDS), 0, "the demo server ends with its standard input, exit code")
    shutil.rmtree(pictures / "without", ignore_errors=True)


def forget_what_a_person_set() -> None:
    """As the README tells a person to."""
    for connection in load_connections(settings_folder()):
        Keychain().delete(connection.account)
    shutil.rmtree(settings_folder())


def _run(*command: object) -> int:
    return subprocess.run([str(word) for word in command], timeout=SECONDS, check=False).returncode


def _said(*command: object) -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in command]
    return subprocess.run(words, timeout=SECONDS, check=False, capture_output=True, text=True)
