"""What IT lays down holds, mistakes are said and never loosen anything, and nobody else can lay down anything."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.settings.connection import Connection, Network, SignInMethod, is_connection_id
from procedure_viewer.settings.machine import LARGEST, policy_path
from procedure_viewer.settings.policy import STRICT, IdleReturn, Policy, Setting
from procedure_viewer.settings.policy_file import load_policy, read_policy
from tests.conftest import ROOT

PLACE = Path("/etc/xdg/procedure-viewer/policy.toml")
EXAMPLE = ROOT / "packaging" / "policy.example.toml"
STRANGER = 65534

as_root = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only root can give files to other people"
)
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")


def said(text: str) -> Policy:
    return read_policy(text.encode(), PLACE)


def minimal(**values: str) -> str:
    """A connection as TOML; each value is TOML, "" leaves its key out."""
    lines = {"id": '"main"', "name": '"Clinic"', "canvas": '"myclinic"', "client_id": '"viewer"'} | values
    return "[[connections]]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items() if value)


@pytest.fixture
def own() -> frozenset[int]:
    """The tests' own account in the place of root's."""
    return frozenset({0, os.getuid()}) if sys.platform != "win32" else frozenset()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A policy that is in order, in a folder of IT's."""
    folder = tmp_path / "procedure-viewer"
    folder.mkdir(mode=0o755)
    path = folder / "policy.toml"
    path.write_text("[settings]\nidle_minutes = 5\n", "utf-8")
    path.chmod(0o644)
    return path


def assert_strict(policy: Policy, reason: str) -> None:
    assert replace(policy, complaints=()) == STRICT
    (complaint,) = policy.complaints
    assert re.search(reason, complaint)
    assert "policy.toml" in complaint


# What it says


def test_the_example_is_without_fault_and_uses_every_key(own: frozenset[int], tmp_path: Path) -> None:
    path = shutil.copy(EXAMPLE, tmp_path / "policy.toml")
    Path(path).chmod(0o644)
    policy = load_policy(Path(path), own)
    assert policy.complaints == ()
    assert policy.locked == frozenset(Setting)
    assert [(c.name, c.base_url, c.sign_in) for c in policy.connections] == [
        ("My clinic", "https://fumage-myclinic.canvasmedical.com", SignInMethod.BROWSER),
        ("Research", "https://fhir.example.org/r4", SignInMethod.CLIENT_CREDENTIALS),
    ]
    whole = read_policy(
        EXAMPLE.read_bytes().replace(b"\n# authority", b"\nauthority").replace(b"\n# client_", b"\nclient_"), PLACE
    )
    assert whole.complaints == ()
    assert all(msgspec.structs.astuple(whole.connections[1].network))


def test_every_key_of_a_connection_reaches_it() -> None:
    policy = said(
        """
        [[connections]]
        id = "main"
        name = "Clinic"
        base_url = "HTTPS://FHIR.example.com/r4/"
        sign_in = "browser"
        client_id = "viewer"
        confidential = true
        scopes = "user/Patient.read  user/Procedure.read"
        redirect_port = 8765
        authority_file = "/ca.pem"
        client_certificate = "/own.pem"
        client_key = "/own.key"
        several_pages = false
        """
    )
    assert policy.complaints == ()
    assert policy.locked == frozenset()
    (connection,) = policy.connections
    assert is_connection_id(connection.id)
    assert connection == Connection(
        connection.id,
        "Clinic",
        "https://fhir.example.com/r4",
        SignInMethod.BROWSER,
        "viewer",
        confidential=True,
        scopes="user/Patient.read user/Procedure.read",
        redirect_port=8765,
        network=Network("/ca.pem", "/own.pem", "/own.key"),
        several_pages=False,
    )


def test_an_id_stays_the_same_whatever_else_changes() -> None:
    (one,), (two,) = (said(minimal(name=name)).connections for name in ('"One"', '"Two"'))
    assert one.id == two.id
    (other,) = said(minimal(id='"other"')).connections
    assert other.id != one.id
    (hexadecimal,) = said(minimal(id=f'"{UUID(int=7).hex}"')).connections
    assert hexadecimal.id == UUID(int=7).hex


@pytest.mark.parametrize(
    ("values", "sign_in", "confidential"),
    [
        ({}, SignInMethod.BROWSER, False),
        ({"confidential": "true"}, SignInMethod.BROWSER, True),
        ({"sign_in": '"client-credentials"'}, SignInMethod.CLIENT_CREDENTIALS, True),
        ({"sign_in": '"token"', "client_id": ""}, SignInMethod.TOKEN, False),
        ({"sign_in": '"open"', "client_id": ""}, SignInMethod.OPEN, False),
    ],
)
def test_how_one_signs_in(values: dict[str, str], sign_in: SignInMethod, confidential: bool) -> None:
    policy = said(minimal(**values))
    assert policy.complaints == ()
    assert [(c.sign_in, c.confidential) for c in policy.connections] == [(sign_in, confidential)]


def test_what_is_set_is_locked_and_what_is_not_is_the_person_s() -> None:
    policy = said('[settings]\nidle_minutes = 240\nallow_demo = true\nidle_return = "continue"')
    assert policy == Policy(
        locked=frozenset({Setting.IDLE_MINUTES, Setting.ALLOW_DEMO, Setting.IDLE_RETURN}),
        idle_minutes=240,
        idle_return=IdleReturn.CONTINUE,
    )
    assert "idle_minutes" in policy.locked


@pytest.mark.parametrize("text", ["", "\ufeff", "# nothing", "[settings]", "connections = []"])
def test_a_policy_that_says_nothing_is_none(text: str) -> None:
    assert said(text) == Policy()


def test_a_byte_order_mark_does_no_harm() -> None:
    assert said("\ufeff[settings]\nidle_minutes = 5").idle_minutes == 5


# Mistakes


@pytest.mark.parametrize("setting", Setting)
@pytest.mark.parametrize("value", ['"15"', "0", "3601", "-1", "1.5", "[]", "{}", "1979-05-27", '"yes"', "9" * 40])
def test_a_setting_that_cannot_be_understood_is_locked_at_its_strict_value(setting: Setting, value: str) -> None:
    policy = said(f"[settings]\n{setting} = {value}\n\n{minimal()}")
    assert policy.locked == {setting}
    assert getattr(policy, setting) == getattr(STRICT, setting)
    (complaint,) = policy.complaints
    assert complaint.startswith(f"settings.{setting}: Must be ")
    assert complaint.endswith(" holds")
    assert len(policy.connections) == 1


@pytest.mark.parametrize(
    ("setting", "least", "most"), [(Setting.IDLE_MINUTES, 1, 240), (Setting.CLIPBOARD_SECONDS, 5, 3600)]
)
def test_a_number_has_bounds(setting: Setting, least: int, most: int) -> None:
    for value in (least, most):
        assert getattr(said(f"[settings]\n{setting} = {value}"), setting) == value
    for value in (least - 1, most + 1):
        policy = said(f"[settings]\n{setting} = {value}")
        assert getattr(policy, setting) == getattr(STRICT, setting)
        assert f"from {least} to {most}" in policy.complaints[0]


@pytest.mark.parametrize("value", ["true", "false"])
def test_a_truth_is_no_number_of_minutes(value: str) -> None:
    assert said(f"[settings]\nidle_minutes = {value}").complaints != ()


def test_settings_that_are_no_table_are_the_strictest() -> None:
    policy = said(f"settings = 5\n{minimal()}")
    assert replace(policy, complaints=(), connections=()) == STRICT
    assert len(policy.connections) == 1
    assert policy.complaints[0].startswith("settings: ")


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"id": ""}, "id"),
        ({"id": '""'}, "id"),
        ({"id": '"two words"'}, "id"),
        ({"id": '"../x"'}, "id"),
        ({"id": "7"}, "id"),
        ({"name": "7"}, "name"),
        ({"canvas": ""}, "base_url"),
        ({"base_url": '"https://fhir.example.com"'}, "base_url"),
        ({"canvas": '"my clinic"'}, "canvas"),
        ({"canvas": "true"}, "canvas"),
        ({"canvas": "", "base_url": '"http://fhir.example.com"'}, "base_url"),
        ({"canvas": "", "base_url": '"https://user:word@fhir.example.com"'}, "base_url"),
        ({"sign_in": '"magic"'}, "sign_in"),
        ({"sign_in": "[]"}, "sign_in"),
        ({"client_id": ""}, "client_id"),
        ({"client_id": "7"}, "client_id"),
        ({"client_id": '"é"'}, "client_id"),
        ({"confidential": '"yes"'}, "confidential"),
        ({"confidential": "1"}, "confidential"),
        ({"scopes": '["a"]'}, "scopes"),
        ({"scopes": r"'a\b'"}, "scopes"),
        ({"several_pages": '"no"'}, "several_pages"),
        ({"several_pages": "0"}, "several_pages"),
        ({"redirect_port": "true"}, "redirect_port"),
        ({"redirect_port": '"8765"'}, "redirect_port"),
        ({"redirect_port": "80"}, "redirect_port"),
        ({"authority_file": '"ca.pem"'}, "authority_file"),
        ({"client_key": '"/own.key"'}, "client_key"),
    ],
)
def test_a_connection_with_a_mistake_is_not_offered_and_the_others_are(values: dict[str, str], key: str) -> None:
    other = minimal(id='"other"', name='"Other"')
    policy = said(f"[settings]\nidle_minutes = 5\n{minimal(**values)}\n{other}")
    assert [connection.name for connection in policy.connections] == ["Other"]
    (complaint,) = policy.complaints
    assert complaint.startswith(f"connections[1].{key}: ")
    assert policy.idle_minutes == 5


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("[setting]\nidle_minutes = 5", ["setting"]),
        ("idle_minutes = 5", ["idle_minutes"]),
        ("[settings]\nidle_minute = 5", ["settings.idle_minute"]),
        ("[settings]\nallow_pasted_token = true", ["settings.allow_pasted_token"]),
        (minimal(colour='"blue"', network="{}"), ["connections[1].colour", "connections[1].network"]),
        ('"a\\u202eb\\n" = 1', ["a\ufffdb"]),
        (f"{'x' * 500} = 1", ["x" * 60]),
    ],
)
def test_an_unknown_key_is_said_and_costs_nothing(text: str, places: list[str]) -> None:
    policy = said(text)
    assert policy.locked == frozenset()
    assert len(policy.connections) == text.count("[[connections]]")
    assert [re.split(r" ?: ", complaint) for complaint in policy.complaints] == [
        [place, "This key is not known, and does nothing"] for place in places
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (minimal(client_secret='"canary-7f3a"'), "connections[1].client_secret"),
        (minimal(Password='"canary-7f3a"'), "connections[1].Password"),
        (minimal(access_token='"canary-7f3a"'), "connections[1].access_token"),
        (minimal(oauth='{refresh-token = "canary-7f3a"}'), "connections[1].oauth"),
        (minimal(tokens='["canary-7f3a"]'), "connections[1].tokens"),
        ('[settings]\nbearer = "canary-7f3a"', "settings.bearer"),
        ('[keyring]\npassphrase = "canary-7f3a"', "keyring"),
    ],
)
def test_a_secret_is_refused_said_and_not_repeated(text: str, place: str) -> None:
    policy = said(text)
    (complaint,) = policy.complaints
    assert complaint.startswith(f"{place}: Everybody on this computer can read this file")
    assert "canary-7f3a" not in repr(policy)


def test_no_value_is_repeated_in_a_complaint() -> None:
    """A secret may stand at the wrong key."""
    text = "\n".join(f'{key} = "canary 7f3a\\u0000"' for key in ("id", "base_url", "sign_in", "client_id", "scopes"))
    settings = "\n".join(f'{setting} = "canary 7f3a"' for setting in Setting)
    assert "canary" not in repr(said(f"[settings]\n{settings}\n[[connections]]\n{text}"))


@pytest.mark.parametrize("text", ["connections = 5", "connections = [5]", '[connections]\nid = "main"'])
def test_connections_in_another_form_are_said(text: str) -> None:
    (complaint,) = said(text).complaints
    assert complaint.startswith("connections: ")


def test_two_connections_with_one_id_or_one_name() -> None:
    policy = said(minimal() + minimal(name='"Second"') + minimal(id='"third"', name='"clinic"'))
    assert [connection.name for connection in policy.connections] == ["Clinic", "clinic (2)"]
    (complaint,) = policy.complaints
    assert complaint.startswith("connections[2].id: ")


def test_a_connection_by_a_pasted_token_where_those_are_not_allowed_is_said() -> None:
    policy = said("[settings]\nallow_pasted_tokens = false\n" + minimal(sign_in='"token"'))
    assert policy.connections == ()
    (complaint,) = policy.complaints
    assert complaint.startswith("connections[1].sign_in: ")


def test_that_nobody_can_use_anything_is_said() -> None:
    (complaint,) = said("[settings]\nallow_other_connections = false").complaints
    assert complaint.startswith("settings.allow_other_connections: ")


values = st.recursive(
    st.text("abc \\'\"", max_size=5).map(lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"')
    | st.integers(-5, 300).map(str)
    | st.sampled_from(["true", "false", "1.5", "nan", "1979-05-27", '"browser"', '"https://fhir.example.com"']),
    lambda inner: st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
    max_leaves=4,
)
settings_keys = st.sampled_from([*Setting, "token", "unknown"])
connection_keys = st.sampled_from(
    ["id", "name", "base_url", "canvas", "sign_in", "client_id", "confidential", "scopes", "redirect_port", "secret"]
)


@given(st.dictionaries(settings_keys, values), st.lists(st.dictionaries(connection_keys, values), max_size=3))
def test_whatever_it_says_the_policy_never_breaks_and_never_loosens(
    settings: dict[str, str], connections: list[dict[str, str]]
) -> None:
    tables = ["[settings]", *(f"{key} = {value}" for key, value in settings.items())]
    for connection in connections:
        tables += ["[[connections]]", *(f"{key} = {value}" for key, value in connection.items())]
    policy = said("\n".join(tables))
    assert policy.locked == {key for key in settings if key in frozenset(Setting)}
    for setting in Setting:
        value = getattr(policy, setting)
        if setting in policy.locked:
            assert value == getattr(STRICT, setting) or str(value).lower() == settings[setting].strip('"')
        else:
            assert value == getattr(Policy(), setting)
    assert len({connection.id for connection in policy.connections}) == len(policy.connections)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_a_policy_or_the_strictest_one(content: bytes) -> None:
    policy = read_policy(content, PLACE)
    assert policy.locked in (frozenset(), frozenset(Setting))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[settings", r"not valid TOML \(line 1, column \d+\)|end of document"),
        (b"[settings]\nidle_minutes = ", r"not valid TOML"),
        (b"[settings]\nidle_minutes = 5\nidle_minutes = 6", r"not valid TOML"),
        (b"[settings]\nidle_minutes = canary", r"not valid TOML \(line 2, column 16\)"),
        (b"\xff\xfe[\x00", "UTF-8"),
        (b"x = " + b"[" * 100_000, "not valid TOML"),
        (b"x = " + b"9" * 10_000, "not valid TOML"),
        (b"x = 1979-13-45", "not valid TOML"),
        (b"\x00", "not valid TOML"),
    ],
    ids=lambda value: repr(value[:30]),
)
def test_a_file_that_cannot_be_understood_locks_everything(content: bytes, reason: str) -> None:
    policy = read_policy(content, PLACE)
    assert_strict(policy, reason)
    assert "canary" not in policy.complaints[0]


# What a person may use under it

CLINIC = Connection(UUID(int=1).hex, "Clinic", "https://fhir.example.com")
PRIVATE = Connection(UUID(int=2).hex, "clinic", "https://fhir.example.org", SignInMethod.TOKEN)


def test_it_s_connections_come_first_and_keep_their_names() -> None:
    policy = Policy(connections=(CLINIC,))
    assert policy.offered((PRIVATE,)) == (CLINIC, msgspec.structs.replace(PRIVATE, name="clinic (2)"))
    assert policy.offered((msgspec.structs.replace(CLINIC, base_url="https://evil.example"),)) == (CLINIC,)
    assert policy.is_preset(CLINIC)
    assert not policy.is_preset(PRIVATE)


def test_a_connection_that_it_does_not_allow_is_neither_offered_nor_used() -> None:
    policy = Policy(connections=(CLINIC,), allow_other_connections=False)
    assert policy.offered((PRIVATE,)) == (CLINIC,)
    assert policy.refusal(CLINIC) == ""
    assert "its own connections only" in policy.refusal(PRIVATE)
    forged = msgspec.structs.replace(CLINIC, base_url="https://evil.example")
    assert "its own connections only" in policy.refusal(forged)


def test_a_pasted_token_is_refused_where_it_does_not_allow_them() -> None:
    assert Policy().refusal(PRIVATE) == ""
    policy = Policy(allow_pasted_tokens=False)
    assert "pasted tokens" in policy.refusal(PRIVATE)
    assert policy.refusal(CLINIC) == ""


# Where it lies, and who may write it


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's place")
def test_the_environment_moves_and_hides_nothing(place: Path) -> None:
    show = "from procedure_viewer.settings.policy_file import *; print(policy_path(), load_policy())"
    folder = str(place.parent.parent)
    names = ("XDG_CONFIG_DIRS", "XDG_CONFIG_HOME", "PROGRAMDATA", "ALLUSERSPROFILE", "WIN_PD_OVERRIDE_COMMON_APPDATA")
    lies = dict.fromkeys((*names, "HOME", "PROCEDURE_VIEWER_SETTINGS"), folder)
    outputs = [
        subprocess.run(
            [sys.executable, "-c", show], env=environment, cwd=folder, check=True, capture_output=True
        ).stdout
        for environment in (dict(os.environ), {**os.environ, **lies})
    ]
    assert outputs[0].startswith(f"{PLACE} Policy(".encode())
    assert outputs[0] == outputs[1]


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's place")
def test_the_place_is_the_platform_s() -> None:
    assert policy_path() == PLACE


def test_a_file_in_order_holds(place: Path, own: frozenset[int]) -> None:
    assert load_policy(place, own) == Policy(locked=frozenset({Setting.IDLE_MINUTES}), idle_minutes=5)


def test_no_file_is_no_policy(tmp_path: Path, own: frozenset[int]) -> None:
    assert load_policy(tmp_path / "policy.toml", own) == Policy()
    assert load_policy(tmp_path / "missing" / "policy.toml", own) == Policy()


@posix
@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666, 0o620])
def test_a_file_that_others_may_write_is_refused(place: Path, own: frozenset[int], mode: int) -> None:
    place.chmod(mode)
    assert_strict(load_policy(place, own), "Others than the system's administrator")


@posix
@pytest.mark.parametrize("mode", [0o775, 0o757, 0o777, 0o1777])
def test_a_folder_that_others_may_write_to_is_refused(place: Path, own: frozenset[int], mode: int) -> None:
    place.parent.chmod(mode)
    assert_strict(load_policy(place, own), "Others than the system's administrator")


@posix
def test_a_folder_above_that_others_may_write_to_is_refused_unless_it_keeps_its_entries(
    place: Path, own: frozenset[int]
) -> None:
    above = place.parent.parent
    above.chmod(0o777)
    assert_strict(load_policy(place, own), "Others than the system's administrator")
    above.chmod(0o1777)
    assert load_policy(place, own).complaints == ()


@as_root
def test_a_file_of_somebody_else_s_is_refused(place: Path) -> None:
    os.chown(place, STRANGER, STRANGER)
    assert_strict(load_policy(place), "Others than the system's administrator")
    os.chown(place, 0, 0)
    assert load_policy(place).complaints == ()


@as_root
@pytest.mark.parametrize("up", [0, 1])
def test_a_folder_of_somebody_else_s_is_refused(place: Path, up: int) -> None:
    os.chown(place.parents[up], STRANGER, STRANGER)
    assert_strict(load_policy(place), "Others than the system's administrator")


@posix
def test_links_of_it_s_are_followed(place: Path, own: frozenset[int], tmp_path: Path) -> None:
    (tmp_path / "managed").mkdir(mode=0o755)
    target = place.rename(tmp_path / "managed" / "real.toml")
    (tmp_path / "managed" / "policy.toml").symlink_to("../managed/real.toml")
    place.symlink_to(tmp_path / "managed" / "policy.toml")
    assert load_policy(place, own).complaints == ()
    for mode in (0o777, 0o1777):
        target.parent.chmod(mode)
        assert_strict(load_policy(place, own), "Others than the system's administrator")


@as_root
def test_a_link_that_somebody_else_may_turn_elsewhere_is_refused(place: Path, tmp_path: Path) -> None:
    """Both ends are root's, and what lies between is not."""
    (tmp_path / "managed").mkdir(mode=0o755)
    target = place.rename(tmp_path / "managed" / "real.toml")
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "link").symlink_to(target)
    place.symlink_to(shared / "link")
    shared.chmod(0o1777)
    assert load_policy(place).complaints == ()
    os.chown(shared / "link", STRANGER, STRANGER, follow_symlinks=False)
    assert_strict(load_policy(place), "Others than the system's administrator")


@posix
@pytest.mark.parametrize("above", [False, True], ids=["file", "folder"])
def test_a_link_to_nothing_is_no_absent_file(place: Path, own: frozenset[int], above: bool) -> None:
    place.unlink()
    if above:
        place.parent.rmdir()
    (place.parent if above else place).symlink_to("/missing/file")
    assert_strict(load_policy(place, own), "link to something that is not there")


@posix
def test_a_circle_of_links_ends(place: Path, own: frozenset[int]) -> None:
    place.unlink()
    place.symlink_to(place.name)
    assert_strict(load_policy(place, own), "link")


@posix
def test_what_is_no_plain_file_is_refused_at_once(place: Path, own: frozenset[int]) -> None:
    place.unlink()
    place.mkdir()
    assert_strict(load_policy(place, own), "not a plain file")
    place.rmdir()
    os.mkfifo(place)
    assert_strict(load_policy(place, own), "not a plain file")


def test_a_file_that_is_far_too_large_is_refused(place: Path, own: frozenset[int]) -> None:
    place.write_bytes(b"#" * (LARGEST + 1))
    place.chmod(0o644)
    assert_strict(load_policy(place, own), "too large")


AS_STRANGER = """
import os, sys, tomllib
from pathlib import Path
from procedure_viewer.settings.policy_file import load_policy

os.setgroups([])
os.setgid(65534)
os.setuid(65534)
policy = load_policy(Path(sys.argv[1]))
print(policy.idle_minutes, policy.allow_other_connections, len(policy.locked), *policy.complaints)
"""


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that every account may enter, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@as_root
def test_a_person_can_use_the_policy_but_not_get_round_it(public_folder: Path) -> None:
    path = public_folder / "policy.toml"

    def as_stranger() -> str:
        result = subprocess.run(
            [sys.executable, "-c", AS_STRANGER, str(path)], check=True, capture_output=True, text=True, timeout=60
        )
        return result.stdout.strip()

    assert as_stranger() == "15 True 0"
    path.write_text("[settings]\nidle_minutes = 5\n", "utf-8")
    path.chmod(0o644)
    assert as_stranger() == "5 True 1"
    path.chmod(0o600)
    assert re.fullmatch(r"15 False 7 .*Permission denied", as_stranger())
    path.chmod(0o644)
    public_folder.chmod(0o700)
    assert re.fullmatch(r"15 False 7 .*Permission denied", as_stranger())
