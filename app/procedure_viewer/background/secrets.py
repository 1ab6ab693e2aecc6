"""The keyring from inside the loop: blocking calls on threads that nobody has to wait for, and one window at a time."""

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from procedure_viewer.background.blocking import in_thread
from procedure_viewer.fhir.outcome import Failure, Kind, Problem
from procedure_viewer.remote.tokens import TokenSet, decoded, encoded
from procedure_viewer.settings.lock import locked

if TYPE_CHECKING:
    from procedure_viewer.keychain.store import Keychain

KEYCHAIN_TIMEOUT = 20.0
"""Seconds that a keyring call may take; a locked one waits for a person to type a password."""
OTHER_WINDOW = 45.0
"""Seconds to wait for another window that renews the same sign-in: as long as its server may take."""

Answer = TypeVar("Answer")


class Secrets:
    """The operating system's keyring, one call after the other: what is asked first is done first.

    Each method raises `Failure` of Kind.KEYCHAIN.
    """

    def __init__(self) -> None:
        self._keychain: Keychain | None = None
        self._in_turn = asyncio.Lock()

    async def get(self, account: str) -> str | None:
        """The secret of `account`, or None when there is none."""
        return await self._call(lambda keychain: keychain.get(account))

    async def set(self, account: str, secret: str) -> None:
        """Keep `secret` for `account`, in place of an older one."""
        await self._call(lambda keychain: keychain.set(account, secret))

    async def delete(self, account: str) -> None:
        """Forget the secret of `account`; it need not have one."""
        await self._call(lambda keychain: keychain.delete(account))

    async def name(self) -> str:
        """What the keyring is called; without one, why there is none. No secret is asked for."""
        try:
            return await self._call(lambda keychain: keychain.provider())
        except Failure as failure:
            return failure.problem.technical.removesuffix(": ")

    async def _call(self, call: "Callable[[Keychain], Answer]") -> Answer:
        from procedure_viewer.keychain.store import Keychain, KeychainTrouble

        def run() -> Answer:
            self._keychain = self._keychain or Keychain()
            return call(self._keychain)

        try:
            async with self._in_turn:
                return await in_thread(run, KEYCHAIN_TIMEOUT, Problem(Kind.KEYCHAIN, technical="no answer in time"))
        except KeychainTrouble as trouble:
            technical = f"{trouble.reason}: {trouble.technical}"
            raise Failure(Problem(Kind.KEYCHAIN, technical=technical)) from trouble


class KeyringStore:
    """One connection's grant in the keyring: a `TokenStore` that the windows of this person share."""

    def __init__(self, secrets: Secrets, account: str, lock: Path) -> None:
        """`lock` is the file by which windows exclude each other; its folder need not exist."""
        self._secrets = secrets
        self._account = account
        self._lock = lock

    async def load(self) -> TokenSet | None:
        """What the keyring holds; None for an entry that is no grant."""
        kept = await self._secrets.get(self._account)
        return decoded(kept) if kept is not None else None

    async def save(self, tokens: TokenSet) -> None:
        """Put the grant into the keyring."""
        await self._secrets.set(self._account, encoded(tokens))

    async def forget(self) -> None:
        """Take the grant out of the keyring."""
        await self._secrets.delete(self._account)

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[None]:
        """Hold the lock, which the system frees when this process ends, however it ends."""
        lock = await self._taken()
        try:
            yield
        finally:
            lock.__exit__(None, None, None)

    async def _taken(self) -> AbstractContextManager[None]:
        for path in (self._lock, _elsewhere(self._lock)):
            try:
                return await _entered(path)
            except TimeoutError as error:
                raise Failure(
                    Problem(Kind.TIMEOUT, technical="another window is still renewing the sign-in")
                ) from error
            except OSError:
                continue  # a settings folder that can't be written to
        raise Failure(Problem(Kind.SETTINGS, technical="no place for a lock between windows"))


async def _entered(path: Path) -> AbstractContextManager[None]:
    lock = locked(path, OTHER_WINDOW)

    def take() -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.__enter__()

    taking = asyncio.get_running_loop().run_in_executor(None, take)
    try:
        await asyncio.shield(taking)
    except asyncio.CancelledError:
        # The thread may take it all the same: then it is given back at once.
        taking.add_done_callback(lambda taken: None if taken.exception() else lock.__exit__(None, None, None))
        raise
    return lock


def _elsewhere(lock: Path) -> Path:
    """The same lock for every window of this person, in a place that can be written to all the same.

    Where the session has a folder of its own that is this person's alone, nobody else can stand in the way there.
    """
    key = hashlib.sha256(str(lock).encode()).hexdigest()[:16]
    own = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    place = own if own.is_absolute() and os.access(own, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())
    return place / f"procedure-viewer-{key}.lock"
