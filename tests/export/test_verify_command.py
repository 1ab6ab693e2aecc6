"""`procedure-viewer verify FILE`, as somebody runs it: no window, no server, words and an exit status."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from procedure_viewer.export.formats import Format, Order
from procedure_viewer.fhir.patient import read_patient
from tests.export.reading import written
from tests.export.test_manifest import sha256
from tests.extracts import INCOMPLETE, extract_anyhow, record

WITHOUT_QT = """
import sys
class Refuse:
    def find_spec(self, name, *_):
        if name.partition(".")[0] in ("PySide6", "shiboken6", "httpx", "keyring", "socket"):
            raise ImportError(f"{name} is not wanted here")
if "socket" in sys.modules:
    raise SystemExit("the test itself imports socket")
sys.meta_path.insert(0, Refuse())
from procedure_viewer.__main__ import main
sys.exit(main())
"""


def run(*arguments: str | Path, code: str = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
    how = ["-c", code] if code else ["-m", "procedure_viewer"]
    return subprocess.run(
        [sys.executable, *how, *arguments],
        capture_output=True,
        check=False,
        env={name: value for name, value in os.environ.items() if name != "DISPLAY"} | environment,
        timeout=100,
    )


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    order = Order(extract_anyhow([record("a"), record("b")], complete=False), Format.BUNDLE, seal=True)
    return written(order, tmp_path / "Procedures-p1.bundle.json")[0]


def manifest_beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.manifest.json")


def test_what_holds_is_told_with_status_0_without_qt_or_a_network(bundle: Path) -> None:
    done = run("verify", bundle, code=WITHOUT_QT)
    words = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    assert "All of it holds: nothing was changed" in words
    assert "[holds] “Procedures-p1.bundle.json” is as it was exported" in words
    assert words.startswith("The manifest says:\n  Exported ")
    assert INCOMPLETE in words
    assert "OKAFOR, Ngozi" in words
    assert sha256(manifest_beside(bundle).read_bytes()) in words, "to be noted elsewhere"
    assert "not who made it" in words


def test_what_was_changed_is_told_with_status_1(bundle: Path) -> None:
    bundle.write_bytes(bundle.read_bytes().replace(b"completed", b"stopped", 1))
    done = run("verify", bundle, code=WITHOUT_QT)
    assert (done.returncode, done.stderr) == (1, b"")
    assert (
        "[!] “Procedures-p1.bundle.json” was changed since it was exported: changed: Procedure/a"
        in done.stdout.decode()
    )
    assert "It does not hold: see the lines" in done.stdout.decode()


def test_a_changed_manifest(bundle: Path) -> None:
    manifest = manifest_beside(bundle)
    manifest.write_bytes(manifest.read_bytes().replace(b"Incomplete", b"Complete", 1))
    done = run("verify", manifest)
    assert (done.returncode, done.stderr) == (1, b"")
    assert "[!] The manifest itself was changed" in done.stdout.decode()


def test_without_a_manifest_or_a_file(bundle: Path, tmp_path: Path) -> None:
    manifest_beside(bundle).unlink()
    for path, why in (
        (bundle, "There is no manifest “Procedures-p1.bundle.json.manifest.json” beside it"),
        (tmp_path / "nothing", "There is no file or folder “nothing”"),
        (tmp_path, "There is no “manifest.json” in this folder"),
        (tmp_path / ("x" * 300), "The manifest can't be read"),
    ):
        done = run("verify", path)
        assert (done.returncode, done.stderr) == (1, b"")
        words = done.stdout.decode()
        assert words.startswith(f"[!] {why}")
        assert "can't be told without a manifest" in words
        assert "This shows" not in words, "nothing was compared"


def test_a_terminal_of_another_code_gets_what_it_can_show(bundle: Path) -> None:
    done = run("verify", bundle, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"?Procedures-p1.bundle.json? is as it was exported" in done.stdout


def test_nothing_in_it_steers_the_terminal(tmp_path: Path) -> None:
    patient = read_patient(rb'{"resourceType":"Patient","id":"\u001b]0;x","name":[{"text":"\u001b[2J\u202eEvil"}]}')
    order = Order(extract_anyhow([record("\\u001b[31m")], patient=patient), Format.NDJSON, seal=True)
    path = written(order, tmp_path / "a\x1b[2J.ndjson")[0]
    path.write_bytes(b'{"id":"\\u001b[31m","resourceType":"Procedure"}\n')
    done = run("verify", path)
    assert done.returncode == 1
    assert not set(done.stdout.decode()) & set("\x1b\x07\u202e")


def test_it_needs_a_file_to_be_named() -> None:
    done = run("verify")
    assert done.returncode == 2
    assert b"FILE" in done.stderr
