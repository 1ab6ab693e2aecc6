"""`procedure-viewer --self-check` as IT's support has it run: what works on this machine, in words, and a status."""

import subprocess
import sys
from pathlib import Path

import pytest

from procedure_viewer import __version__
from tests.keychain.session import MISSING, Session, with_secret_service, without_bus


def self_check(session: Session, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run it offscreen, unless told otherwise."""
    return subprocess.run(
        [sys.executable, "-m", "procedure_viewer", "--self-check"],
        env={**session.environment, "QT_QPA_PLATFORM": "offscreen", **environment},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")
def test_where_all_is_well_each_is_said_and_nothing_stays_in_the_keyring(tmp_path: Path) -> None:
    with with_secret_service(tmp_path / "home") as session:
        done = self_check(session)
        assert done.returncode == 0, done.stdout + done.stderr
        first, *rest = done.stdout.splitlines()
        assert first.startswith(f"procedure-viewer {__version__} (from source), Python 3.")
        assert [line[:4] for line in rest] == ["[ok]"] * 5
        assert "written, read and deleted again (SecretService)" in done.stdout
        assert session.ask("entries")["entries"] == {}


def test_what_does_not_work_is_said_with_status_1(tmp_path: Path) -> None:
    nowhere = tmp_path / "a file"
    nowhere.touch()
    done = self_check(
        without_bus(tmp_path / "home"),
        PROCEDURE_VIEWER_SETTINGS=str(nowhere / "settings"),
        SSL_CERT_FILE=str(nowhere / "none"),
        SSL_CERT_DIR=str(tmp_path / "none"),
    )
    assert done.returncode == 1
    assert [line.split(":")[0] for line in done.stdout.splitlines() if line.startswith("[!]")] == [
        "[!]  Settings",
        "[!]  Certificates",
        "[!]  Keyring",
    ]


def test_without_a_screen_the_rest_is_said_first(tmp_path: Path) -> None:
    done = self_check(without_bus(tmp_path / "home"), QT_QPA_PLATFORM="xcb")
    assert done.returncode == 2
    assert "Keyring: there is none in this session" in done.stdout
    assert "there is no screen" in done.stderr or "can't be used" in done.stderr
