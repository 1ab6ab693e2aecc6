"""`procedure-viewer --self-check` as IT's support has it run: what works on this machine, in words, and a status."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
import trustme

from procedure_viewer import __version__, self_check
from procedure_viewer.keychain.store import Keychain
from procedure_viewer.settings import policy_file
from tests.keychain.session import MISSING, Session, with_secret_service, without_bus


def checked(session: Session, **environment: str) -> subprocess.CompletedProcess[str]:
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
        done = checked(session)
        assert done.returncode == 0, done.stdout + done.stderr
        first, *rest = done.stdout.splitlines()
        assert first.startswith(f"procedure-viewer {__version__} (from source), Python 3.")
        assert [line[:4] for line in rest] == ["[ok]"] * 5
        assert "written, read and deleted again (SecretService)" in done.stdout
        assert session.ask("entries")["entries"] == {}


def test_what_does_not_work_is_said_with_status_1(tmp_path: Path) -> None:
    nowhere = tmp_path / "a file"
    nowhere.touch()
    done = checked(
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
    done = checked(without_bus(tmp_path / "home"), QT_QPA_PLATFORM="xcb")
    assert done.returncode == 2
    assert "Keyring: there is none in this session" in done.stdout
    assert "there is no screen" in done.stderr or "can't be used" in done.stderr


def test_whoever_has_read_enough_is_no_failure_of_the_program(tmp_path: Path) -> None:
    environment = {**without_bus(tmp_path / "home").environment, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "procedure_viewer", "--self-check"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        assert program.stdout.readline().startswith("procedure-viewer")
        program.stdout.close()
        assert program.stderr.read() == ""
    assert program.returncode == 1


def test_a_keyring_that_does_not_answer_is_said_to_wait_perhaps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A locked one with a screen asks for its password; here one that does nothing, as long as the test lasts."""
    answer = threading.Event()
    monkeypatch.setattr(Keychain, "set", lambda *_: answer.wait())
    monkeypatch.setattr(self_check, "KEYCHAIN_TIMEOUT", 0.01)
    (found,) = self_check._keyring()
    answer.set()
    assert not found.well
    assert "it may be locked" in found.words


@pytest.mark.parametrize(
    ("file", "folder", "known"),
    [
        ("ca.pem", "", ["ca.pem"]),
        ("words", "", []),
        ("", "unhashed", []),
        ("", "hashed", ["hashed"]),
        ("words", "hashed", ["hashed"]),
    ],
)
def test_certificates_are_there_where_openssl_can_use_them(
    file: str, folder: str, known: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trustme.CA().cert_pem.write_to_path(tmp_path / "ca.pem")
    (tmp_path / "words").write_text("no certificate")
    for name, entry in (("unhashed", "ca.pem"), ("hashed", "0123abcd.0")):
        (tmp_path / name).mkdir()
        (tmp_path / name / entry).symlink_to(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / (file or "nothing")))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / (folder or "nothing")))
    assert [path.name for path in self_check._stores()] == known
    assert [found.well for found in self_check._certificates()] == [bool(known)]


def test_a_policy_with_a_mistake_is_not_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("[settings]\nidle_minutes = 'soon'\nclipboard_seconds = 0\n")
    monkeypatch.setattr(policy_file, "policy_path", lambda: policy)
    found = list(self_check._policy())
    assert [one.well for one in found] == [False] * len(found)
    assert found


@pytest.mark.parametrize("forgets", [True, False])
def test_a_keyring_that_forgets_or_keeps_everything_is_not_well(forgets: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """No real one does; here the keyring of a test's session is replaced."""
    kept: dict[str, str] = {}
    monkeypatch.setattr(Keychain, "set", lambda _, account, secret: kept.update({} if forgets else {account: secret}))
    monkeypatch.setattr(Keychain, "get", lambda _, account: kept.get(account))
    monkeypatch.setattr(Keychain, "delete", lambda *_: None)
    (found,) = self_check._keyring()
    assert not found.well
    assert "does not keep" in found.words
