"""The list of servers survives restarts, broken files and other people's edits."""

import json
import os
import stat
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
import pytest

from procedure_viewer.settings.connections import (
    LOCK_NAME,
    Connection,
    SignInMethod,
    change_connections,
    checked_name,
    load_connections,
)
from procedure_viewer.settings.folder import FOLDER_VARIABLE, settings_folder

CLINIC = Connection(uuid.UUID(int=1).hex, "Clínica Sur", "https://fhir.example.com/r4", sign_in=SignInMethod.TOKEN)
LOCAL = Connection(uuid.UUID(int=2).hex, "Local", "http://127.0.0.1:8080")


def as_saved(*connections: object, version: object = 1) -> bytes:
    return json.dumps({"version": version, "connections": connections}).encode()


def entry(connection: Connection, **changes: object) -> dict[str, object]:
    return {**msgspec.to_builtins(connection), **changes}


def save(folder: Path, connections: Iterable[Connection]) -> None:
    """Put these in the place of whatever is saved."""
    change_connections(folder, lambda _: connections)


def kept(folder: Path) -> list[Path]:
    """The files in the folder, in the order of their names, without the lock."""
    return sorted(path for path in folder.iterdir() if path.name != LOCK_NAME)


def never(path: Path) -> None:
    pytest.fail(f"{path} was set aside")


def test_nothing_saved_yet_is_no_connection(tmp_path: Path) -> None:
    assert load_connections(tmp_path / "missing", never) == ()
    assert not (tmp_path / "missing").exists()


@pytest.mark.parametrize("saved", [(), (CLINIC,), (LOCAL, CLINIC)])
def test_what_was_saved_is_loaded_in_its_order(tmp_path: Path, saved: tuple[Connection, ...]) -> None:
    save(tmp_path, [LOCAL])
    save(tmp_path, saved)
    assert load_connections(tmp_path, never) == saved
    assert [path.name for path in kept(tmp_path)] == ["connections.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")
def test_folder_and_file_are_the_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "procedure-viewer"
    save(folder, [CLINIC])
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "connections.json").stat().st_mode) == 0o600


def test_the_file_can_be_read_by_a_person(tmp_path: Path) -> None:
    save(tmp_path, [CLINIC])
    text = (tmp_path / "connections.json").read_text(encoding="utf-8")
    assert '\n      "name": "Clínica Sur",\n' in text
    assert json.loads(text) == {"version": 1, "default": "", "connections": [entry(CLINIC)]}


def test_a_failed_save_keeps_the_old_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path, [CLINIC])

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save(tmp_path, [CLINIC, LOCAL])
    assert load_connections(tmp_path, never) == (CLINIC,)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not JSON",
        b"\xff\xfe",
        as_saved(entry(CLINIC, name="?")).replace(b"?", b"\xed\xa0\x80"),
        b"[]",
        b"null",
        b'{"version": 1}',
        b'{"connections": []}',
        b'{"version": 1, "connections": {}}',
        b'{"version": 1, "connections": [',
        as_saved(entry(CLINIC), version=2),
        as_saved(entry(CLINIC), version="1"),
        b'{"version":1,"connections":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
    ids=lambda content: repr(content[:40]),
)
def test_a_broken_file_is_set_aside_and_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "connections.json").write_bytes(content)
    said: list[Path] = []
    assert load_connections(tmp_path, said.append) == ()
    assert [path.read_bytes() for path in said] == [content]
    assert [path.parent for path in said] == [tmp_path]
    assert [path.name for path in kept(tmp_path)] == [said[0].name]
    assert load_connections(tmp_path, never) == ()


@pytest.mark.parametrize(
    "broken",
    [
        None,
        "text",
        {},
        entry(LOCAL, id=1),
        entry(LOCAL, id=""),
        entry(LOCAL, id="../../x"),
        entry(LOCAL, name=None),
        entry(LOCAL, base_url="http://fhir.example.com"),
        entry(LOCAL, base_url="https://user@fhir.example.com"),
        entry(LOCAL, base_url="https://FHIR.example.com/"),
        entry(LOCAL, id=CLINIC.id),
        entry(LOCAL, sign_in="magic"),
        entry(LOCAL, sign_in=None),
        entry(LOCAL, client_id=7),
        entry(LOCAL, client_id="a\u00e9"),
        entry(LOCAL, client_id="x" * 257),
        entry(LOCAL, confidential="yes"),
        entry(LOCAL, scopes=["user/Patient.read"]),
        entry(LOCAL, scopes='user/"'),
        entry(LOCAL, scopes="x" * 2001),
        entry(LOCAL, several_pages="no"),
        entry(LOCAL, several_pages=1),
        entry(LOCAL, redirect_port=True),
        entry(LOCAL, redirect_port=8000.5),
        entry(LOCAL, redirect_port=-1),
        entry(LOCAL, redirect_port=1023),
        entry(LOCAL, redirect_port=65536),
        entry(LOCAL, network=None),
        entry(LOCAL, network={"authority_file": 1}),
        entry(LOCAL, network={"authority_file": "relative.pem"}),
        entry(LOCAL, network={"authority_file": "/a\u0000b"}),
        entry(LOCAL, network={"authority_file": "/" + "x" * 4096}),
        entry(LOCAL, network={"client_key": "/key.pem"}),
    ],
    ids=lambda broken: repr(broken)[:80],
)
def test_one_broken_entry_costs_the_others_nothing(tmp_path: Path, broken: object) -> None:
    content = as_saved(entry(CLINIC), broken)
    (tmp_path / "connections.json").write_bytes(content)
    said: list[Path] = []
    assert load_connections(tmp_path, said.append) == (CLINIC,)
    assert [path.read_bytes() for path in said] == [content]


def test_two_broken_files_are_both_kept(tmp_path: Path) -> None:
    for content in (b"one", b"two"):
        (tmp_path / "connections.json").write_bytes(content)
        load_connections(tmp_path, lambda _: None)
    assert sorted(path.read_bytes() for path in kept(tmp_path)) == [b"one", b"two"]


def test_what_an_earlier_version_did_not_know_is_made_up_for(tmp_path: Path) -> None:
    without = {key: entry(LOCAL)[key] for key in ("id", "name", "base_url")}
    (tmp_path / "connections.json").write_bytes(as_saved(without))
    assert load_connections(tmp_path, never) == (LOCAL,)


def test_what_a_later_version_added_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "connections.json").write_bytes(as_saved(entry(CLINIC, colour="blue")))
    assert load_connections(tmp_path, never) == (CLINIC,)


def test_without_a_listener_the_log_tells_and_names_no_folder(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "connections.json").write_bytes(b"broken")
    load_connections(tmp_path)
    assert "connections.broken-" in caplog.text
    assert str(tmp_path) not in caplog.text


def test_a_file_that_cannot_be_opened_is_an_error_and_stays(tmp_path: Path) -> None:
    """An empty list would be saved over it."""
    (tmp_path / "connections.json").mkdir()
    with pytest.raises(OSError, match=r"connections\.json"):
        load_connections(tmp_path, never)
    with pytest.raises(OSError, match=r"connections\.json"):
        save(tmp_path, [CLINIC])
    assert [path.name for path in kept(tmp_path)] == ["connections.json"]
    assert (tmp_path / "connections.json").is_dir()


def test_a_change_starts_from_what_the_file_holds_now_and_returns_what_it_wrote(tmp_path: Path) -> None:
    save(tmp_path, [CLINIC])
    assert change_connections(tmp_path, lambda saved: [LOCAL, *saved]) == (LOCAL, CLINIC)
    assert load_connections(tmp_path, never) == (LOCAL, CLINIC)


def test_a_change_sets_a_broken_file_aside_and_keeps_what_could_be_read(tmp_path: Path) -> None:
    content = as_saved(entry(CLINIC), 7)
    (tmp_path / "connections.json").write_bytes(content)
    said: list[Path] = []
    assert change_connections(tmp_path, lambda saved: [*saved, LOCAL], said.append) == (CLINIC, LOCAL)
    assert [path.read_bytes() for path in said] == [content]
    assert load_connections(tmp_path, never) == (CLINIC, LOCAL)


def test_a_change_that_fails_changes_nothing_and_frees_the_lock(tmp_path: Path) -> None:
    save(tmp_path, [CLINIC])

    def fails(_: tuple[Connection, ...]) -> Iterable[Connection]:
        raise LookupError

    with pytest.raises(LookupError):
        change_connections(tmp_path, fails)
    assert change_connections(tmp_path, lambda saved: saved) == (CLINIC,)


ADDS_ITS_OWN = """
import sys, uuid
from pathlib import Path
from procedure_viewer.settings.connections import Connection, change_connections

for _ in range(20):
    own = Connection(uuid.uuid4().hex, sys.argv[2], "https://fhir.example.com")
    change_connections(Path(sys.argv[1]), lambda saved: [*saved, own])
"""


def test_windows_that_add_connections_at_the_same_time_lose_none(tmp_path: Path) -> None:
    windows = [subprocess.Popen([sys.executable, "-c", ADDS_ITS_OWN, str(tmp_path), name]) for name in "abc"]
    assert [window.wait(60) for window in windows] == [0, 0, 0]
    names = [connection.name for connection in load_connections(tmp_path, never)]
    assert len(set(names)) == 60
    assert sorted(name[0] for name in names) == sorted("abc" * 20)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  Clínica Sur ", "Clínica Sur"),
        ("one\ntwo\tthree", "one two three"),
        ("a\u202eb\x00\ud800", "a\ufffdb\u2400\ufffd"),
        ("x" * 81, "x" * 80),
        ("x" * 79 + " y", "x" * 79),
        ("\n", ""),
    ],
)
def test_a_name_is_one_printable_line(text: str, name: str) -> None:
    assert checked_name(text) == name
    assert checked_name(name) == name


def test_a_name_that_somebody_wrote_into_the_file_is_made_one_too(tmp_path: Path) -> None:
    (tmp_path / "connections.json").write_bytes(as_saved(entry(LOCAL, name="Local\n\u202e" + "x" * 100)))
    (connection,) = load_connections(tmp_path, never)
    assert connection.name == "Local \ufffd" + "x" * 73


def test_the_environment_names_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert settings_folder() == tmp_path


@pytest.mark.skipif(sys.platform != "linux", reason="the XDG base directory specification")
@pytest.mark.parametrize("unset", [lambda m: m.delenv(FOLDER_VARIABLE), lambda m: m.setenv(FOLDER_VARIABLE, "")])
def test_by_default_the_folder_is_where_the_platform_keeps_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, unset: Callable[[pytest.MonkeyPatch], None]
) -> None:
    unset(monkeypatch)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert settings_folder() == tmp_path / "procedure-viewer"
    assert not settings_folder().exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows asks no password database")
def test_an_account_without_a_home_folder_is_an_error_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    import pwd

    def unknown(_: int) -> pwd.struct_passwd:
        raise KeyError

    for variable in (FOLDER_VARIABLE, "HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    with pytest.raises(OSError, match="no home folder"):
        settings_folder()
