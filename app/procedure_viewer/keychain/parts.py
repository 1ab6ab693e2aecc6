"""Secrets of any length in keyrings that hold short entries only.

Windows' Credential Manager takes at most 2,560 bytes an entry, in UTF-16; a signed token may be longer. A long secret
is kept in numbered entries of its own, and the account's entry tells which they are. That is written last, so that a
crash in between leaves the older secret whole.
"""

import re
import secrets

from keyring.backend import KeyringBackend

_LONGEST = 640
"""Characters of an entry: 2,560 bytes where each of them takes four."""
_DIRECTORY = re.compile(r"procedure-viewer parts ([0-9a-f]{16}) ([0-9]{1,6})")
"""What the account's entry holds in place of a long secret."""


class MissingPartError(Exception):
    """A long secret lacks one of its entries."""


class Parts:
    """The entries of one service in one keyring. Methods raise what the backend raises."""

    def __init__(self, backend: KeyringBackend, service: str) -> None:
        self._backend = backend
        self._service = service

    def get(self, account: str) -> str | None:
        """The whole secret, or None; raises `MissingPartError`."""
        value = self._backend.get_password(self._service, account)
        names = _names(account, value)
        if not names:
            return value
        parts = [self._backend.get_password(self._service, name) for name in names]
        whole = [part for part in parts if part is not None]
        if len(whole) < len(names):
            raise MissingPartError
        return "".join(whole)

    def set(self, account: str, secret: str) -> None:
        """Keep `secret` in place of an older one, which stays as it is unless this comes to its end."""
        older = _names(account, self._backend.get_password(self._service, account))
        if len(secret) <= _LONGEST and not _DIRECTORY.fullmatch(secret):
            self._backend.set_password(self._service, account, secret)
        else:
            parts = [secret[start : start + _LONGEST] for start in range(0, len(secret), _LONGEST)]
            directory = f"procedure-viewer parts {secrets.token_hex(8)} {len(parts)}"
            for name, part in zip(_names(account, directory), parts, strict=True):
                self._backend.set_password(self._service, name, part)
            self._backend.set_password(self._service, account, directory)
        self._forget(older)

    def delete(self, account: str) -> None:
        """Forget the secret, its parts before what tells of them."""
        self._forget([*_names(account, self._backend.get_password(self._service, account)), account])

    def _forget(self, names: list[str]) -> None:
        for name in names:
            # Deleting what is not there is an error for every backend, and a matter of course for the caller.
            if self._backend.get_password(self._service, name) is not None:
                self._backend.delete_password(self._service, name)


def _names(account: str, value: str | None) -> list[str]:
    """The names of the entries that `value` tells of; none where it is a secret itself."""
    directory = _DIRECTORY.fullmatch(value or "")
    return [f"{account} {directory[1]} {number}" for number in range(int(directory[2]))] if directory else []
