"""Preferences survive a restart; whatever stands in their file, the program starts."""

from pathlib import Path

import pytest

from procedure_viewer.settings.preferences import Appearance, Preferences, load_preferences, save_preferences


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    preferences = Preferences(Appearance.DARK, "AdnQ", "0" * 32)
    save_preferences(tmp_path / "settings", preferences)
    assert load_preferences(tmp_path / "settings") == preferences


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"appearance": "pink"}',
        b"\xff\xfe",
        b'{"window": "\xff"}',
        b'{"\xed\xa0\x80": 1}',
        b"[" * 100_000,
    ],
    ids=lambda content: repr(content[:30]),
)
def test_a_file_that_cannot_be_read_gives_the_defaults(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "preferences.json").write_bytes(content)
    assert load_preferences(tmp_path) == Preferences()


def test_no_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load_preferences(tmp_path / "missing") == Preferences()
