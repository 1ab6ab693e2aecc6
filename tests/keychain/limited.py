"""A keyring with the limit of Windows' Credential Manager, which may be stopped at any of its operations."""

from keyring.backend import KeyringBackend

LARGEST = 2560
"""Bytes of one entry, in UTF-16."""


class Stopped(BaseException):
    """The process ends here, as far as the keyring is concerned: nobody catches it."""


class TooLarge(Exception):
    """What Windows says to an entry that is too large."""


class LimitedKeyring(KeyringBackend):
    """Entries in memory. `operations` counts down to the one that does not happen; None lets all happen."""

    priority = 9

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.entries: dict[str, str] = {}
        self.operations: int | None = None
        self.fails: type[BaseException] = Stopped
        self.done = 0
        self.persist = "enterprise"
        """As keyring itself has it: how far an entry goes with the person."""

    def get_password(self, service: str, username: str) -> str | None:
        self._step()
        return self.entries.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._step()
        if len(password.encode("utf-16-le")) > LARGEST:
            raise TooLarge
        self.entries[username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._step()
        del self.entries[username]

    def _step(self) -> None:
        if self.operations is not None and self.done >= self.operations:
            raise self.fails
        self.done += 1


# The keychain takes backends of the operating systems only, and knows them by their module.
LimitedKeyring.__module__ = "keyring.backends.Windows"
