"""The list of servers survives restarts, broken files and other people's edits."""

import json
import os
import stat
import sys
import uuid
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from procedure_viewer.settings import connections as module
from procedure_viewer.settings.connections import Connection, load_connections, save_connections, settings_folder

CLINIC = Connection(uuid.UUID(int=1).hex, "Clínica Sur", "https://fhir.example.com/r4", has_token=True)
LOCAL = Connection(uuid.UUID(int=2).hex, "Local", "http://127.0.0.1:8080")


def as_saved(*connections: object, version: object = 1) -> bytes:
    return json.dumps({"version": version, "connections": connections}).encode()


def entry(connection: Connection, **changes: object) -> dict[str, object]:
    return {**msgspec.to_builtins(connection), **changes}


def never(path: Path) -> None:
    pytest.fail(f"{path} was set aside")


def test_nothing_saved_yet_is_no_connection(tmp_path: Path) -> None:
    assert load_connections(tmp_path / "missing", never) == ()
    assert not (tmp_path / "missing").exists()


@pytest.mark.parametrize("saved", [(), (CLINIC,), (LOCAL, CLINIC)])
def test_what_was_saved_is_loaded_in_its_order(tmp_path: Path, saved: tuple[Connection, ...]) -> None:
    save_connections(tmp_path, [LOCAL])
    save_connections(tmp_path, saved)
    assert load_connections(tmp_path, never) == saved
    assert [path.name for path in tmp_path.iterdir()] == ["connections.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")
def test_folder_and_file_are_the_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "procedure-viewer"
    save_connections(folder, [CLINIC])
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "connections.json").stat().st_mode) == 0o600


def test_the_file_can_be_read_by_a_person(tmp_path: Path) -> None:
    save_connections(tmp_path, [CLINIC])
    text = (tmp_path / "connections.json").read_text(encoding="utf-8")
    assert '\n      "name": "Clínica Sur",\n' in text
    assert json.loads(text) == {"version": 1, "connections": [entry(CLINIC)]}


def test_a_failed_save_keeps_the_old_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_connections(tmp_path, [CLINIC])

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save_connections(tmp_path, [CLINIC, LOCAL])
    assert load_connections(tmp_path, never) == (CLINIC,)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not JSON",
        b"\xff\xfe",
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
    assert [path.name for path in tmp_path.iterdir()] == [said[0].name]
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
    assert sorted(path.read_bytes() for path in tmp_path.iterdir()) == [b"one", b"two"]


def test_what_an_earlier_version_did_not_know_is_made_up_for(tmp_path: Path) -> None:
    without = entry(LOCAL)
    del without["has_token"]
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
    assert (tmp_path / "connections.json").is_dir()


def test_the_environment_names_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(module.FOLDER_VARIABLE, str(tmp_path))
    assert settings_folder() == tmp_path


@pytest.mark.skipif(sys.platform != "linux", reason="the XDG base directory specification")
@pytest.mark.parametrize(
    "unset", [lambda m: m.delenv(module.FOLDER_VARIABLE), lambda m: m.setenv(module.FOLDER_VARIABLE, "")]
)
def test_by_default_the_folder_is_where_the_platform_keeps_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, unset: Callable[[pytest.MonkeyPatch], None]
) -> None:
    unset(monkeypatch)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert settings_folder() == tmp_path / "procedure-viewer"
    assert not settings_folder().exists()
