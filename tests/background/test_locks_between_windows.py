"""The lock between windows on a sign-in, where the settings folder can't have it."""

import asyncio
import stat
from pathlib import Path

import pytest

from procedure_viewer.background.secrets import KeyringStore, Secrets
from procedure_viewer.fhir.outcome import Failure
from tests.disks import read_only


def hold(lock: Path) -> None:
    """Take it, and give it back."""

    async def held() -> None:
        async with KeyringStore(Secrets(), "account", lock).exclusive():
            pass

    asyncio.run(held())


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The temporary folder of everybody on the machine."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr("procedure_viewer.background.secrets.tempfile.gettempdir", lambda: str(folder))
    return folder


def test_it_lies_with_the_settings_where_it_can(
    temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    hold(tmp_path / "settings" / "sign-in.lock")
    assert [file.name for file in (tmp_path / "settings").iterdir()] == ["sign-in.lock"]
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("has_session", [True, False])
def test_else_where_only_this_person_can_write_if_there_is_such_a_place(
    temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_session: bool
) -> None:
    session = tmp_path / "run"
    session.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(session) if has_session else "")
    home = tmp_path / "home"
    home.mkdir()
    with read_only(home):
        hold(home / "settings" / "sign-in.lock")
    (lock,) = (session if has_session else temporary).iterdir()
    assert (lock.stat().st_size, stat.S_IMODE(lock.stat().st_mode)) == (0, 0o600)
    assert list((temporary if has_session else session).iterdir()) == []


def test_a_link_that_somebody_planted_is_not_followed(
    temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "")
    home = tmp_path / "home"
    home.mkdir()
    with read_only(home):
        hold(home / "sign-in.lock")
        (lock,) = temporary.iterdir()
        lock.unlink()
        lock.symlink_to(tmp_path / "elsewhere")
        with pytest.raises(Failure):
            hold(home / "sign-in.lock")
    assert not (tmp_path / "elsewhere").exists()
