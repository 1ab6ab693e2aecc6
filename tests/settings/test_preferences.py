"""Preferences survive a restart; whatever stands in their file, the program starts. IT's policy stands above them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from procedure_viewer.settings.policy import STRICT, IdleReturn, Policy, Setting
from procedure_viewer.settings.preferences import (
    Appearance,
    Preferences,
    change_preferences,
    effective,
    load_preferences,
    save_preferences,
)

FULL = Preferences(Appearance.DARK, "AdnQ", "0" * 32, 30, forget_sign_in_on_close=True)


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    save_preferences(tmp_path / "settings", FULL)
    assert load_preferences(tmp_path / "settings") == FULL


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
        b'{"window": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
    ids=lambda content: repr(content[:30]),
)
def test_a_file_that_cannot_be_read_gives_the_defaults(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "preferences.json").write_bytes(content)
    assert load_preferences(tmp_path) == Preferences()


def test_no_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load_preferences(tmp_path / "missing") == Preferences()


@pytest.mark.parametrize("value", [b"null", b"-1", b"241", b"15.5", b'"15"', b"true", b"[15]", b"1e400", b"9" * 40])
def test_one_bad_value_costs_itself_only(tmp_path: Path, value: bytes) -> None:
    save_preferences(tmp_path, FULL)
    path = tmp_path / "preferences.json"
    path.write_bytes(path.read_bytes().replace(b'"idle_minutes":30', b'"idle_minutes":' + value))
    assert load_preferences(tmp_path) == replace(FULL, idle_minutes=15)


def test_what_an_earlier_version_saved_is_kept(tmp_path: Path) -> None:
    (tmp_path / "preferences.json").write_bytes(b'{"appearance":"dark","window":"AdnQ","connection":"x","new":{}}')
    assert load_preferences(tmp_path) == Preferences(Appearance.DARK, "AdnQ", "x")


@pytest.mark.parametrize("minutes", [0, 1, 240])
def test_the_minutes_may_be_from_one_to_240_or_never(tmp_path: Path, minutes: int) -> None:
    save_preferences(tmp_path, Preferences(idle_minutes=minutes))
    assert load_preferences(tmp_path).idle_minutes == minutes


def test_a_change_keeps_what_another_window_has_saved(tmp_path: Path) -> None:
    change_preferences(tmp_path / "new", lambda saved: replace(saved, idle_minutes=5))
    after = change_preferences(tmp_path / "new", lambda saved: replace(saved, window="AdnQ"))
    assert load_preferences(tmp_path / "new") == after == Preferences(window="AdnQ", idle_minutes=5)


@pytest.mark.parametrize("value", [b"-1", b"3601", b"true", b'"60"'])
def test_how_long_a_copy_stays_has_bounds(tmp_path: Path, value: bytes) -> None:
    save_preferences(tmp_path, replace(FULL, clipboard_seconds=0))
    assert load_preferences(tmp_path).clipboard_seconds == 0
    path = tmp_path / "preferences.json"
    path.write_bytes(path.read_bytes().replace(b'"clipboard_seconds":0', b'"clipboard_seconds":' + value))
    assert load_preferences(tmp_path) == replace(FULL, clipboard_seconds=60)


def test_how_long_a_copy_stays_is_it_s_where_it_says_so() -> None:
    own = Preferences(clipboard_seconds=0)
    assert effective(own, Policy(clipboard_seconds=30)).clipboard_seconds == 0
    locked = frozenset({Setting.CLIPBOARD_SECONDS})
    assert effective(own, Policy(locked=locked, clipboard_seconds=30)).clipboard_seconds == 30
    assert effective(own, STRICT).clipboard_seconds == 60


def test_without_a_policy_the_person_chooses() -> None:
    holds = effective(replace(FULL, idle_minutes=0), Policy())
    assert (holds.idle_minutes, holds.forget_sign_in_on_close, holds.locked) == (0, True, frozenset())
    assert holds.allow_other_connections
    assert holds.allow_pasted_tokens
    assert holds.allow_demo
    assert holds.idle_return is IdleReturn.SIGN_IN


@given(
    st.integers(0, 240),
    st.booleans(),
    st.integers(1, 240),
    st.booleans(),
    st.frozensets(st.sampled_from(Setting)),
)
def test_what_is_locked_is_it_s_and_the_rest_the_person_s(
    own_minutes: int, own_forget: bool, minutes: int, forget: bool, locked: frozenset[Setting]
) -> None:
    own = Preferences(idle_minutes=own_minutes, forget_sign_in_on_close=own_forget)
    holds = effective(own, Policy(locked=locked, idle_minutes=minutes, forget_sign_in_on_close=forget))
    assert holds.idle_minutes == (minutes if "idle_minutes" in locked else own_minutes)
    assert holds.forget_sign_in_on_close == (forget if "forget_sign_in_on_close" in locked else own_forget)
    assert holds.locked == locked


def test_under_a_policy_that_cannot_be_read_nothing_is_loose() -> None:
    holds = effective(Preferences(idle_minutes=0), STRICT)
    assert holds.idle_minutes == 15
    assert holds.forget_sign_in_on_close
    assert not any((holds.allow_other_connections, holds.allow_pasted_tokens, holds.allow_demo))
    assert holds.locked == frozenset(Setting)
