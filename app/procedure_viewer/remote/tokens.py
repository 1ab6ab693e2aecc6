"""What a server granted, and how it is kept fresh. http://hl7.org/fhir/smart-app-launch/app-launch.html

A refresh token may work only once. So it is renewed by one process at a time, only from what the store holds at that
moment, and what comes back is stored before anything is asked with it.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

import msgspec

from procedure_viewer.fhir.outcome import Failure, Kind, Problem

EXPIRING = 60.0
"""Seconds before its end from which on a token is renewed; of a short-lived one, the last fifth."""

_log = logging.getLogger("procedure_viewer.remote")


class TokenSet(msgspec.Struct, frozen=True, kw_only=True):
    """One grant. Its text names no token."""

    access_token: str
    refresh_token: str = ""
    token_endpoint: str = ""
    """Where it came from: the refresh token goes there and nowhere else, whatever a discovery document says later."""
    granted_at: float = 0.0
    """Unix time in seconds."""
    expires_at: float | None = None
    """Unix time in seconds; None where the server did not say."""
    scope: str = ""
    who: str = ""
    """The name of the person who signed in, as far as the server told."""
    person: bool = True
    """Whether a person signed in, or only the program."""

    def __repr__(self) -> str:
        return "TokenSet(...)"

    def is_expiring(self, now: float) -> bool:
        """Whether it is about to end or has ended."""
        if self.expires_at is None:
            return False
        return now >= self.expires_at - min(EXPIRING, (self.expires_at - self.granted_at) / 5)


def encoded(tokens: TokenSet) -> str:
    """As a store keeps it."""
    return msgspec.json.encode(tokens).decode()


def decoded(text: str) -> TokenSet | None:
    """What `encoded` made; None for anything else."""
    try:
        return msgspec.json.decode(text, type=TokenSet)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


class TokenStore(Protocol):
    """Where one connection's grant is kept. Each method raises `Failure`."""

    async def load(self) -> TokenSet | None:
        """What is kept now, which another process may have changed."""

    async def save(self, tokens: TokenSet) -> None:
        """Keep `tokens` in place of what was kept; they are safe when this returns."""

    async def forget(self) -> None:
        """Keep nothing."""

    def exclusive(self) -> AbstractAsyncContextManager[None]:
        """While it is held, no other process renews or replaces what is kept."""


class MemoryStore:
    """Keeps a grant for this run only."""

    def __init__(self, tokens: TokenSet | None = None) -> None:
        self._tokens = tokens

    async def load(self) -> TokenSet | None:
        """What was saved in this run."""
        return self._tokens

    async def save(self, tokens: TokenSet) -> None:
        """Keep it in memory."""
        self._tokens = tokens

    async def forget(self) -> None:
        """Keep nothing."""
        self._tokens = None

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[None]:
        """Nobody else knows of it."""
        yield


class Credentials(Protocol):
    """What the FHIR client signs its requests with. Each method may raise `Failure`."""

    async def current(self) -> str | None:
        """The bearer token to use now; None where the server needs none."""

    async def after_refusal(self, refused: str) -> str | None:
        """Another token to try, after the server refused one with 401; None if there is none."""

    def accepted(self, token: str) -> None:
        """The server did not refuse this token."""


class NoSignIn:
    """For a server that is open to all."""

    async def current(self) -> str | None:
        """No token."""
        return None

    async def after_refusal(self, refused: str) -> str | None:  # noqa: ARG002 - the protocol's
        """No other token."""
        return None

    def accepted(self, token: str) -> None:
        """There is none."""


Renew = Callable[[TokenSet], Awaitable[TokenSet]]
"""Asks the server for the next grant; raises `Failure`, of Kind.SIGNED_OUT where it was refused for good."""
Revoke = Callable[[TokenSet], Awaitable[None]]
"""Has the server forget a grant, as far as it lets itself be told."""


async def _unrevoked(_tokens: TokenSet) -> None:
    """For a grant that no server can be told to forget."""


class TokenKeeper:
    """Gives out one connection's token. In one event loop; other processes may use the same store.

    `renew` is None where nothing can be renewed. `on_change` is called whenever there is another grant, or none;
    `on_unkept` with the problem when the store fails at a renewal, after which the grant holds for this run only.
    """

    def __init__(
        self,
        store: TokenStore,
        renew: Renew | None = None,
        *,
        on_change: Callable[[TokenSet | None], None] = lambda _: None,
        on_unkept: Callable[[Problem], None] = lambda _: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._renew = renew
        self._on_change = on_change
        self._on_unkept = on_unkept
        self._clock = clock
        self._tokens: TokenSet | None = None
        self._is_out = False
        """By a person, here: until somebody signs in here, nothing is taken up from other windows."""
        self._renewal: asyncio.Task[None] | None = None
        self._alone = asyncio.Lock()
        """Held while the grant is replaced: a renewal under way must not overwrite a new sign-in."""
        self._unproved = ""
        """A renewed token that the server has not accepted yet: refused, it is not renewed again."""

    @property
    def tokens(self) -> TokenSet | None:
        """What is in use now."""
        return self._tokens

    async def load(self) -> TokenSet | None:
        """Take up what the store keeps."""
        if self._may_take_up:
            kept = await self._store.load()
            if self._may_take_up:  # nobody has signed in or out here while it was read
                self._take(kept)
        return self._tokens

    @property
    def _may_take_up(self) -> bool:
        return self._tokens is None and not self._is_out

    async def replace(self, tokens: TokenSet, *, keep: bool = True) -> None:
        """Use a new sign-in, and store it first; where that fails, it holds for this run and `Failure` is raised.

        Without `keep` it holds for this run, and what the store has is left as it is.
        """
        async with self._alone:
            if not keep:
                self._store = MemoryStore(tokens)
            try:
                async with self._store.exclusive():
                    await self._store.save(tokens)
            except Failure:
                self._store = MemoryStore(tokens)
                raise
            finally:
                self._unproved = ""
                self._is_out = False
                self._take(tokens)

    async def sign_out(self, revoke: Revoke = _unrevoked) -> None:
        """Forget the grant here and in the store, and have the server forget the newest that is known of.

        Raises `Failure` where the store still holds it; the server has been told all the same.
        """
        self._is_out = True
        known, trouble = self._tokens, None
        self._take(None)
        async with self._alone:
            try:
                async with self._store.exclusive():
                    known = await self._store.load() or known  # a renewal may have been faster, here or elsewhere
                    await self._store.forget()
            except Failure as failure:
                trouble = failure
        if known is not None:
            await revoke(known)
        if trouble is not None:
            raise trouble

    async def current(self) -> str | None:
        tokens = await self.load()
        if tokens is None:
            raise _signed_out("nobody is signed in")
        if not tokens.is_expiring(self._clock()) or not self._can_renew(tokens):
            return tokens.access_token
        try:
            return await self._renewed(tokens)
        except Failure as failure:
            # There is still some time left in which the next request may have more luck.
            if failure.problem.kind is Kind.SIGNED_OUT or self._clock() >= (tokens.expires_at or 0):
                raise
            return tokens.access_token

    async def after_refusal(self, refused: str) -> str | None:
        tokens = await self.load()
        if tokens is None:
            return None
        if tokens.access_token != refused:
            return tokens.access_token
        if refused == self._unproved:
            return None
        if self._can_renew(tokens):
            return await self._renewed(tokens)
        try:
            kept = await self._store.load()
        except Failure:
            return None
        if kept is None or kept.access_token == refused:
            return None
        self._take(kept)  # somebody signed in anew in another window
        return kept.access_token

    def accepted(self, token: str) -> None:
        if token == self._unproved:
            self._unproved = ""

    @property
    def renewals(self) -> "tuple[asyncio.Task[None], ...]":
        """The renewal that is under way, if one is: cut off, it would cost the sign-in."""
        return (self._renewal,) if self._renewal is not None else ()

    def _take(self, tokens: TokenSet | None) -> None:
        changed = tokens != self._tokens
        self._tokens = tokens
        if changed:
            self._on_change(tokens)

    def _can_renew(self, tokens: TokenSet) -> bool:
        return self._renew is not None and (bool(tokens.refresh_token) or not tokens.person)

    async def _renewed(self, known: TokenSet) -> str:
        """The token after `known`, from the one renewal that is under way for all who wait; who gives up leaves it."""
        if self._renewal is None:
            self._renewal = asyncio.create_task(self._renew_alone(known), name="renewal")
            self._renewal.add_done_callback(self._renewal_ended)
        await asyncio.shield(self._renewal)
        if self._tokens is None:
            raise _signed_out("signed out meanwhile")
        return self._tokens.access_token

    def _renewal_ended(self, renewal: "asyncio.Task[None]") -> None:
        self._renewal = None
        if not renewal.cancelled():
            renewal.exception()  # marked as seen: whoever asked may have given up

    async def _renew_alone(self, known: TokenSet) -> None:
        async with self._alone, self._store.exclusive():
            if self._tokens is not known:
                return  # signed in anew, or out, while this waited
            kept = await self._newest(known)
            if kept is None:
                self._take(None)
                raise _signed_out("signed out in another window")
            if kept.access_token != known.access_token and not kept.is_expiring(self._clock()):
                self._take(kept)  # another process has just renewed it
                return
            assert self._renew is not None
            try:
                fresh = await self._renew(kept)
            except Failure as failure:
                if failure.problem.kind is Kind.SIGNED_OUT:
                    self._take(None)
                    await self._forget_refused()
                raise
            try:
                await self._store.save(fresh)
            except Failure as failure:
                self._go_on_in_memory(fresh, failure.problem)  # what the other one holds has been used up
            self._unproved = fresh.access_token
            if self._tokens is known:
                self._take(fresh)

    async def _newest(self, known: TokenSet) -> TokenSet | None:
        """What the store keeps, which another process may have renewed; `known` where the store fails."""
        try:
            return await self._store.load()
        except Failure as failure:
            self._go_on_in_memory(known, failure.problem)
            return known

    def _go_on_in_memory(self, tokens: TokenSet, problem: Problem) -> None:
        _log.warning("a sign-in can't be stored any more: %s", problem.kind)
        self._store = MemoryStore(tokens)
        self._on_unkept(problem)

    async def _forget_refused(self) -> None:
        """What was refused is worth nothing: where the store keeps it all the same, it is refused again next time."""
        try:
            await self._store.forget()
        except Failure as failure:
            _log.warning("a refused sign-in stays in the store: %s", failure.problem.kind)


class Borrowed:
    """A keeper's token for questions on which nothing hangs: it is used while it lasts.

    Such a question never renews it, for a refusal of the renewal would sign somebody out. It also tells nobody of a
    401: some servers answer that for what a token is not for.
    """

    def __init__(self, keeper: TokenKeeper, clock: Callable[[], float] = time.time) -> None:
        self._keeper = keeper
        self._clock = clock

    async def current(self) -> str | None:
        """The token in use; raises `Failure` once it has ended."""
        tokens = self._keeper.tokens
        if tokens is None or (tokens.expires_at is not None and self._clock() >= tokens.expires_at):
            raise _signed_out("no token to borrow")
        return tokens.access_token

    async def after_refusal(self, refused: str) -> str | None:  # noqa: ARG002 - the protocol's
        """No other token."""
        return None

    def accepted(self, token: str) -> None:
        """The keeper hears of it: a renewed token has proved good."""
        self._keeper.accepted(token)


def _signed_out(technical: str) -> Failure:
    return Failure(Problem(Kind.SIGNED_OUT, technical=technical))
