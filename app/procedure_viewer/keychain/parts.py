"""Secrets of any length, also in a keyring that holds short entries only.

Windows' Credential Manager takes at most 2,560 bytes an entry, in UTF-16; a signed token may be longer. Such a secret
is kept in numbered entries of its own, its parts, and the account's entry is the directory that tells of them: it is
written when all parts are there. They have one of two generations, and the next secret takes the other: whoever is
stopped in between leaves the older secret whole, and leaves nothing that the next change would not find and remove. (No
keyring lets itself be asked on all systems which entries it has.)
"""

import hashlib
import logging
import re
from itertools import count

from keyring.backend import KeyringBackend

LONGEST_ON_WINDOWS = 640
"""Characters of an entry: 2,560 bytes where each of them takes four."""
_DIRECTORY = re.compile(r"procedure-viewer parts ([01]) ([0-9]{1,6}) ([0-9a-f]{64})")
"""What the account's entry holds in place of a long secret: generation, number of parts, digest of the whole."""
_GENERATIONS = ("0", "1")

_log = logging.getLogger("procedure_viewer.keychain")


class Parts:
    """The entries of one service in one keyring. Methods raise what the backend raises."""

    def __init__(self, backend: KeyringBackend, service: str, longest: int | None = None) -> None:
        """`longest` is how many characters an entry may have; None where it may have any number."""
        self._backend = backend
        self._service = service
        self._longest = longest

    def get(self, account: str) -> str | None:
        """The whole secret; None where there is none, or not all of it."""
        value = self._entry(account)
        while True:
            directory = _DIRECTORY.fullmatch(value or "")
            if directory is None:
                return value
            parts = [self._entry(_name(account, directory[1], number)) for number in range(int(directory[2]))]
            secret = "".join(part for part in parts if part is not None)
            if _digest(secret) == directory[3]:
                return secret
            # Another window may have put a new secret in its place while the parts of this one were being read.
            former, value = value, self._entry(account)
            if value == former:
                _log.warning("a secret in the keyring is not whole")
                return None

    def set(self, account: str, secret: str) -> None:
        """Keep `secret` in place of an older one, which stays as it is unless this comes to its end."""
        longest = self._longest or max(1, len(secret))
        if len(secret) <= longest and not _DIRECTORY.fullmatch(secret):
            self._backend.set_password(self._service, account, secret)
            self._tidy(account)
            return
        older = _DIRECTORY.fullmatch(self._entry(account) or "")
        generation = "1" if older and older[1] == "0" else "0"
        parts = [secret[start : start + longest] for start in range(0, len(secret), longest)]
        for number, part in enumerate(parts):
            self._backend.set_password(self._service, _name(account, generation, number), part)
        directory = f"procedure-viewer parts {generation} {len(parts)} {_digest(secret)}"
        self._backend.set_password(self._service, account, directory)
        self._tidy(account, generation, len(parts))

    def delete(self, account: str) -> None:
        """Forget the secret, what tells of its parts before them: what is left over is no secret any more."""
        self._remove(account)
        for generation in _GENERATIONS:
            self._forget(account, generation)

    def _entry(self, name: str) -> str | None:
        return self._backend.get_password(self._service, name)

    def _tidy(self, account: str, kept: str = "", number: int = 0) -> None:
        """Remove the parts of older secrets, all but so many of the generation that is `kept`.

        The new secret is safe by now: where this fails, the next change does it.
        """
        try:
            for generation in _GENERATIONS:
                self._forget(account, generation, number if generation == kept else 0)
        except Exception as error:  # noqa: BLE001 - backends raise what they like
            _log.warning("parts of an older secret stay in the keyring: %s", type(error).__name__)

    def _forget(self, account: str, generation: str, first: int = 0) -> None:
        """Remove the parts from number `first` on, the last one first: so there is never a gap that would hide some."""
        end = next(number for number in count(first) if self._entry(_name(account, generation, number)) is None)
        for number in reversed(range(first, end)):
            self._remove(_name(account, generation, number))

    def _remove(self, name: str) -> None:
        # Deleting what is not there is an error for every backend, and a matter of course for the caller.
        if self._entry(name) is not None:
            self._backend.delete_password(self._service, name)


def _name(account: str, generation: str, number: int) -> str:
    return f"{account} part {generation}.{number}"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
