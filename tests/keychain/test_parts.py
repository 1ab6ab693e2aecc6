"""Long secrets in a keyring with short entries: whole or not there, and nothing is left behind, wherever it ends."""

import secrets
from collections.abc import Callable

import keyring.core
import pytest

from procedure_viewer.keychain.parts import LONGEST_ON_WINDOWS, Parts
from procedure_viewer.keychain.store import SERVICE, Keychain
from tests.keychain.limited import LARGEST, LimitedKeyring, Stopped

ACCOUNT = "https://fhir.clinic.example/ 0123"


def token(length: int = 16 * 1024) -> str:
    return secrets.token_hex(length // 2)


def parts_of(backend: LimitedKeyring) -> Parts:
    return Parts(backend, SERVICE, LONGEST_ON_WINDOWS)


def stopped_after(keyring: LimitedKeyring, operations: int, change: Callable[[Parts], None]) -> bool:
    """Make a change that ends after so many operations; whether it was stopped."""
    keyring.operations, keyring.done = operations, 0
    try:
        change(parts_of(keyring))
    except Stopped:
        return True
    finally:
        keyring.operations = None
    return False


def test_a_token_of_16_kib_fits_entries_of_windows() -> None:
    keyring, secret = LimitedKeyring(), token()
    parts_of(keyring).set(ACCOUNT, secret)

    assert parts_of(keyring).get(ACCOUNT) == secret
    assert len(keyring.entries) == 1 + 26
    assert max(len(entry.encode("utf-16-le")) for entry in keyring.entries.values()) <= LARGEST


def test_where_entries_have_no_limit_there_is_one() -> None:
    keyring, secret = LimitedKeyring(), token(2560 // 2)
    parts = Parts(keyring, SERVICE)
    for kept in (secret, "", "procedure-viewer parts 0 3 " + "0" * 64, secret):
        parts.set(ACCOUNT, kept)
        assert parts.get(ACCOUNT) == kept
    assert keyring.entries == {ACCOUNT: secret}


@pytest.mark.parametrize("older", ["", "short", token(2000), token(4000), token(1280)])
@pytest.mark.parametrize("newer", ["short", token(2000), token(4000)])
def test_wherever_a_change_is_stopped_the_secret_is_the_older_or_the_newer_one(older: str, newer: str) -> None:
    operations, stopped, seen = 0, True, set()
    while stopped:
        keyring = LimitedKeyring()
        if older:
            parts_of(keyring).set(ACCOUNT, older)
        stopped = stopped_after(keyring, operations, lambda parts: parts.set(ACCOUNT, newer))
        seen.add(parts_of(keyring).get(ACCOUNT))
        for secret in (token(3000), newer):
            parts_of(keyring).set(ACCOUNT, secret)
            assert parts_of(keyring).get(ACCOUNT) == secret
        fresh = LimitedKeyring()
        parts_of(fresh).set(ACCOUNT, newer)
        assert len(keyring.entries) == len(fresh.entries), "nothing of earlier attempts is left"
        operations += 1
    assert seen == {older or None, newer}


@pytest.mark.parametrize("older", ["short", token(4000)])
def test_wherever_a_removal_is_stopped_the_next_one_removes_all(older: str) -> None:
    operations, stopped, seen = 0, True, set()
    while stopped:
        keyring = LimitedKeyring()
        for secret in (token(6000), older):
            parts_of(keyring).set(ACCOUNT, secret)
        stopped = stopped_after(keyring, operations, lambda parts: parts.delete(ACCOUNT))
        seen.add(parts_of(keyring).get(ACCOUNT))
        parts_of(keyring).delete(ACCOUNT)
        assert keyring.entries == {}
        operations += 1
    assert seen == {older, None}


def test_what_a_change_that_was_stopped_left_is_removed_with_the_secret() -> None:
    keyring = LimitedKeyring()
    parts_of(keyring).set(ACCOUNT, "short")
    assert stopped_after(keyring, 4, lambda parts: parts.set(ACCOUNT, token()))
    assert len(keyring.entries) > 1
    parts_of(keyring).delete(ACCOUNT)
    assert keyring.entries == {}


def test_a_set_that_lacks_a_part_or_has_a_foreign_one_is_none() -> None:
    for number in range(3):
        keyring = LimitedKeyring()
        parts_of(keyring).set(ACCOUNT, token(1900))
        name = sorted(keyring.entries)[1 + number]
        part = keyring.entries.pop(name)
        assert parts_of(keyring).get(ACCOUNT) is None
        keyring.entries[name] = part[::-1]
        assert parts_of(keyring).get(ACCOUNT) is None
        parts_of(keyring).set(ACCOUNT, "after a new sign-in")
        assert keyring.entries == {ACCOUNT: "after a new sign-in"}


def test_who_reads_while_another_window_writes_reads_one_of_the_two() -> None:
    """At each step of the reader another window changes the secret, once or twice."""
    for changes in (1, 2):
        step, seen = 0, set[bool]()
        while len(seen) < 2:
            keyring = LimitedKeyring()
            first, *later = [token(2000) for _ in range(1 + changes)]
            parts_of(keyring).set(ACCOUNT, first)
            reader = Interrupted(keyring, step, later)
            found = parts_of(reader).get(ACCOUNT)
            assert found in (first, later[-1])
            seen.add(found == first)
            step += 1


class Interrupted(LimitedKeyring):
    """Reads the entries of a keyring; before the read of that number another window writes."""

    def __init__(self, keyring: LimitedKeyring, step: int, later: list[str]) -> None:
        super().__init__()
        self._keyring = keyring
        self._step_of_change = step
        self._later = later

    def get_password(self, service: str, username: str) -> str | None:
        if self.done == self._step_of_change:
            for secret in self._later:
                parts_of(self._keyring).set(ACCOUNT, secret)
        self.done += 1
        return self._keyring.get_password(service, username)


def test_a_secret_is_kept_also_where_older_parts_can_not_be_removed() -> None:
    keyring, newer = LimitedKeyring(), token(1500)
    parts_of(keyring).set(ACCOUNT, token(4000))
    keyring.fails = OSError
    # Three parts, the directory before and after them: then nothing works any more.
    stopped_after(keyring, 5, lambda parts: parts.set(ACCOUNT, newer))
    assert parts_of(keyring).get(ACCOUNT) == newer


def test_a_secret_stays_on_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credential Manager would take it along to others of the domain, and bring back what has been used there."""
    backend = LimitedKeyring()
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    Keychain().set("account", "secret")
    assert backend.entries == {"account": "secret"}
    assert backend.persist == "local machine"
