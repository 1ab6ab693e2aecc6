"""The operating system's keyring, and only that: a secret is kept by it or not at all.

Calls block, on Linux with a locked keyring for as long as the person takes to answer its prompt: the caller runs them
on a daemon thread with a time-out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

import keyring
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.backends.chainer import ChainerBackend
from keyring.errors import KeyringLocked, NoKeyringError

from procedure_viewer.keychain.parts import LONGEST_ON_WINDOWS, Parts

SERVICE = "Procedure Viewer"
"""The name under which the keyring's own program lists the entries."""

_WINDOWS = "keyring.backends.Windows"
_TRUSTED_MODULES = frozenset(
    {_WINDOWS, *(f"keyring.backends.{name}" for name in ("SecretService", "libsecret", "kwallet", "macOS"))}
)


class Reason(StrEnum):
    """Why a secret could not be kept or fetched."""

    NO_BACKEND = "no-backend"  # this computer offers no keyring
    INSECURE = "insecure"  # the one that it offers would keep secrets in the open
    LOCKED = "locked"
    FAILED = "failed"


class KeychainTrouble(Exception):
    """The keyring did not do what it was asked; `technical` is the type of what it raised, never its words."""

    def __init__(self, reason: Reason, technical: str = "") -> None:
        super().__init__(reason, technical)
        self.reason = reason
        self.technical = technical


class Keychain:
    """Secrets by account name. Each method blocks, and raises `KeychainTrouble`."""

    def get(self, account: str) -> str | None:
        """The secret of `account`, or None when there is none."""
        with _told():
            return _parts().get(account)

    def set(self, account: str, secret: str) -> None:
        """Keep `secret` for `account`, in place of an older one."""
        with _told():
            _parts().set(account, secret)

    def delete(self, account: str) -> None:
        """Forget the secret of `account`; it need not have one."""
        with _told():
            _parts().delete(account)

    def provider(self) -> str:
        """What the operating system's keyring is called here."""
        with _told():
            return type(_backend()).__module__.rpartition(".")[2]


def _parts() -> Parts:
    """The entries of this program. Elsewhere than on Windows one entry takes any secret, which is quicker and whole."""
    backend: Any = _backend()
    if type(backend).__module__ != _WINDOWS:
        return Parts(backend, SERVICE)
    # Else an entry goes with the person to other computers of the domain: a refresh token that works once would come
    # back from there when it has been used, and a server takes that for a theft.
    backend.persist = "local machine"
    return Parts(backend, SERVICE, LONGEST_ON_WINDOWS)


def _backend() -> KeyringBackend:
    """The best keyring that the operating system itself offers; raises `KeychainTrouble`.

    An allow-list, because any package may add a backend, and a setting or an environment variable may choose one that
    writes plain text.
    """
    chosen = keyring.get_keyring()
    offered = list(chosen.backends) if isinstance(chosen, ChainerBackend) else [chosen]
    for backend in offered:
        if type(backend).__module__ in _TRUSTED_MODULES:
            return backend
    if all(isinstance(backend, fail.Keyring) for backend in offered):
        raise KeychainTrouble(Reason.NO_BACKEND)
    raise KeychainTrouble(Reason.INSECURE, type(offered[0]).__module__)


@contextmanager
def _told() -> Iterator[None]:
    """Turn whatever a backend raises into `KeychainTrouble` alone: an encoding error, say, has the secret in it."""
    try:
        yield
    except KeychainTrouble:
        raise
    except KeyringLocked as error:
        raise KeychainTrouble(Reason.LOCKED, type(error).__name__) from None
    except NoKeyringError as error:
        raise KeychainTrouble(Reason.NO_BACKEND, type(error).__name__) from None
    # Backends raise what their D-Bus library raises, such as jeepney's errors for a half-installed KWallet.
    except Exception as error:  # noqa: BLE001
        raise KeychainTrouble(Reason.FAILED, type(error).__name__) from None
