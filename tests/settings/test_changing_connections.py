"""Adding, changing, duplicating, removing, ordering and choosing a default, whatever other windows do meanwhile."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from procedure_viewer.fhir import words
from procedure_viewer.settings.connection import (
    LONGEST_NAME,
    Connection,
    ConnectionRefused,
    Network,
    SignInMethod,
    checked_connection,
    checked_name,
    find_connection,
    uniquely_named,
)
from procedure_viewer.settings.connections import (
    Saved,
    change_saved,
    connection_to_open,
    duplicate_connection,
    load_saved,
    order_connections,
    put_connection,
    remove_connection,
    set_default,
)


def made(number: int, name: str) -> Connection:
    return Connection(uuid.UUID(int=number).hex, name, f"https://fhir{number}.example.com")


FULL = Connection(
    uuid.UUID(int=9).hex,
    "Full",
    "https://fhir.example.com/r4",
    sign_in=SignInMethod.BROWSER,
    client_id="the viewer",
    confidential=True,
    scopes="user/Patient.read user/Procedure.read",
    redirect_port=8765,
    network=Network("/ca.pem", "/own.pem", "/own.key"),
    several_pages=False,
)
ONE, TWO, THREE = made(1, "One"), made(2, "Two"), made(3, "Three")


@pytest.fixture
def three(tmp_path: Path) -> Path:
    change_saved(tmp_path, lambda _: Saved((ONE, TWO, THREE), TWO.id))
    return tmp_path


@pytest.fixture
def _german() -> Iterator[None]:
    words.use(lambda _, text: {"{name} (copy)": "Kopie von {name}"}.get(text, text))
    yield
    words.use(words.english)


def test_every_field_is_saved(tmp_path: Path) -> None:
    change = put_connection(tmp_path, FULL)
    assert (change.before, change.after, change.left_accounts) == (None, FULL, ())
    assert load_saved(tmp_path) == change.saved == Saved((FULL,))


def test_a_new_connection_comes_last_and_a_changed_one_stays_in_its_place(three: Path) -> None:
    assert put_connection(three, FULL).saved.connections == (ONE, TWO, THREE, FULL)
    changed = replace(TWO, name="Zwei", redirect_port=1024)
    change = put_connection(three, changed)
    assert (change.before, change.after) == (TWO, changed)
    assert load_saved(three) == change.saved == Saved((ONE, changed, THREE, FULL), TWO.id)


def test_a_connection_that_another_window_removed_is_saved_again(three: Path) -> None:
    remove_connection(three, ONE.id)
    assert put_connection(three, ONE).saved.connections == (TWO, THREE, ONE)


def test_what_is_saved_is_tidy(tmp_path: Path) -> None:
    untidy = replace(FULL, name=" ", client_id=" the viewer ", scopes="\n user/Patient.read\t user/Procedure.read ")
    assert put_connection(tmp_path, untidy).after == replace(FULL, name="fhir.example.com/r4")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(FULL, id="x"), "id"),
        (replace(FULL, base_url="http://fhir.example.com"), "base_url"),
        (replace(FULL, base_url="https://fhir.example.com/"), "base_url"),
        (replace(FULL, client_id="a\x00"), "client_id"),
        (replace(FULL, scopes="back\\slash"), "scopes"),
        (replace(FULL, redirect_port=80), "redirect_port"),
        (replace(FULL, network=Network(authority_file="ca.pem")), "authority_file"),
        (replace(FULL, network=Network(client_certificate="/\ud800.pem")), "client_certificate"),
        (replace(FULL, network=Network(client_key="/own.key")), "client_key"),
    ],
)
def test_what_would_not_be_loaded_is_not_saved(three: Path, wrong: Connection, field: str) -> None:
    with pytest.raises(ConnectionRefused) as refused:
        put_connection(three, wrong)
    assert refused.value.field == field
    assert str(refused.value)
    assert load_saved(three).connections == (ONE, TWO, THREE)


def test_a_name_that_another_has_is_numbered_and_the_other_keeps_it(three: Path) -> None:
    assert put_connection(three, made(4, "two")).after == made(4, "two (2)")
    assert put_connection(three, made(5, "TWO")).after == made(5, "TWO (3)")
    assert put_connection(three, replace(ONE, name="Three")).after == replace(ONE, name="Three (2)")
    assert put_connection(three, made(6, ONE.id)).after == made(6, f"{ONE.id} (2)")
    assert put_connection(three, made(4, "two (2)")).after == made(4, "two (2)")


def test_a_copy_has_an_id_and_a_name_of_its_own_and_follows_the_original(three: Path) -> None:
    change = duplicate_connection(three, ONE)
    assert change.before is None
    assert change.after is not None
    assert change.after == replace(ONE, id=change.after.id, name="One (copy)")
    assert change.after.account != ONE.account
    again = duplicate_connection(three, ONE).after
    assert again is not None
    assert again.name == "One (copy) (2)"
    assert load_saved(three).connections == (ONE, again, change.after, TWO, THREE)


def test_a_copy_of_one_that_is_not_saved_comes_last(three: Path) -> None:
    change = duplicate_connection(three, FULL)
    assert change.saved.connections == (ONE, TWO, THREE, change.after)


def test_a_long_name_leaves_room_for_what_tells_it_apart(tmp_path: Path) -> None:
    long = made(1, "x" * LONGEST_NAME)
    put_connection(tmp_path, long)
    names = [str(change.after and change.after.name) for change in (duplicate_connection(tmp_path, long),) * 2]
    assert names[0] == "x" * (LONGEST_NAME - 7) + " (copy)"
    assert put_connection(tmp_path, made(2, "x" * LONGEST_NAME)).after == made(2, "x" * (LONGEST_NAME - 4) + " (2)")


@pytest.mark.usefixtures("_german")
def test_a_copy_is_named_in_the_person_s_language(three: Path) -> None:
    after = duplicate_connection(three, ONE).after
    assert after is not None
    assert after.name == "Kopie von One"


def test_braces_in_a_name_are_letters(tmp_path: Path) -> None:
    put_connection(tmp_path, made(1, "{name.__class__} {0}"))
    after = duplicate_connection(tmp_path, made(1, "{name.__class__} {0}")).after
    assert after is not None
    assert after.name == "{name.__class__} {0} (copy)"


def test_removing_one_names_the_accounts_whose_secrets_go_with_it(three: Path) -> None:
    change = remove_connection(three, TWO.id)
    assert (change.before, change.after) == (TWO, None)
    assert change.left_accounts == (TWO.account, TWO.secret_account)
    assert load_saved(three) == change.saved == Saved((ONE, THREE), "")
    assert remove_connection(three, TWO.id).left_accounts == ()


def test_removing_another_leaves_the_default(three: Path) -> None:
    assert remove_connection(three, ONE.id).saved == Saved((TWO, THREE), TWO.id)


def test_moving_to_another_address_leaves_the_accounts_of_the_old_one(three: Path) -> None:
    assert put_connection(three, replace(ONE, name="Uno")).left_accounts == ()
    moved = put_connection(three, replace(ONE, base_url="https://elsewhere.example.com"))
    assert moved.left_accounts == (ONE.account, ONE.secret_account)


def test_the_order_is_the_person_s_and_what_came_meanwhile_is_last(three: Path) -> None:
    put_connection(three, FULL)
    saved = order_connections(three, [THREE.id, "f" * 32, ONE.id, TWO.id])
    assert load_saved(three) == saved == Saved((THREE, ONE, TWO, FULL), TWO.id)


@pytest.mark.parametrize(("wanted", "kept"), [(ONE.id, ONE.id), ("f" * 32, "f" * 32), ("", ""), ("One", "")])
def test_the_default_is_an_id_which_may_be_one_of_it_s(three: Path, wanted: str, kept: str) -> None:
    assert set_default(three, wanted).default == kept
    assert load_saved(three) == Saved((ONE, TWO, THREE), kept)


@pytest.mark.parametrize("default", [None, 7, "x", [ONE.id]])
def test_a_default_that_makes_no_sense_costs_itself_only(three: Path, default: object) -> None:
    path = three / "connections.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "default": default}), "utf-8")
    assert load_saved(three, lambda _: pytest.fail("set aside")) == Saved((ONE, TWO, THREE), "")


def test_a_start_opens_the_default_or_else_the_one_used_last() -> None:
    both = (ONE, TWO)
    assert connection_to_open(both, TWO.id, ONE.id) == TWO
    assert connection_to_open(both, "", ONE.id) == ONE
    assert connection_to_open(both, THREE.id, ONE.id) == ONE
    assert connection_to_open(both, THREE.id, THREE.id) is None
    assert connection_to_open(both, "", "") is None


def test_one_is_found_by_its_id_or_its_name() -> None:
    for wanted in (TWO.id, "Two", "tWO"):
        assert find_connection((ONE, TWO), wanted) == TWO
    for wanted in ("", "Tw", THREE.id):
        assert find_connection((ONE, TWO), wanted) is None


def test_names_that_somebody_wrote_alike_are_told_apart_when_loaded(three: Path) -> None:
    path = three / "connections.json"
    path.write_text(path.read_text("utf-8").replace('"Two"', '"one"').replace('"Three"', '"one (2)"'), "utf-8")
    names = [connection.name for connection in load_saved(three, lambda _: pytest.fail("set aside")).connections]
    assert names == ["One", "one (3)", "one (2)"]


@given(st.lists(st.sampled_from(["a", "A", "a (2)", "ß", "ss", "x" * 80, uuid.UUID(int=1).hex]) | st.text(max_size=90)))
def test_every_connection_can_be_found_by_its_name(names: list[str]) -> None:
    connections = [checked_connection(made(number, name)) for number, name in enumerate(names)]
    named = uniquely_named(connections)
    assert uniquely_named(named) == named
    for connection in named:
        assert checked_name(connection.name) == connection.name
        assert find_connection(named, connection.name) == find_connection(named, connection.id) == connection
