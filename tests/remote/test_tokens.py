"""A sign-in is renewed once, by one of all who wait, and stored before it is used."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import msgspec
import pytest

from procedure_viewer.fhir.outcome import Failure, Kind, Problem
from procedure_viewer.remote.tokens import MemoryStore, TokenKeeper, TokenSet, decoded, encoded

NOW = 1_000_000.0
LIFE = 3600.0

Answer = TypeVar("Answer")


def grant(number: int, *, expires_at: float | None = NOW + LIFE, refresh: bool = True) -> TokenSet:
    """The grant of that number, with a refresh token that works once."""
    return TokenSet(
        access_token=f"access-{number}",
        refresh_token=f"refresh-{number}" if refresh else "",
        token_endpoint="https://clinic.example/auth/token/",
        granted_at=NOW,
        expires_at=expires_at,
    )


class Server:
    """A token endpoint with single-use refresh tokens."""

    def __init__(self) -> None:
        self.used: list[str] = []
        self.refuses: Kind | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def renew(self, former: TokenSet) -> TokenSet:
        await self.gate.wait()
        if self.refuses is not None or former.refresh_token in self.used:
            raise Failure(Problem(self.refuses or Kind.SIGNED_OUT))
        self.used.append(former.refresh_token)
        return grant(int(former.refresh_token.rpartition("-")[2]) + 1)


class SharedStore(MemoryStore):
    """A store that several keepers share, as windows share a keyring; it writes down what happens to it."""

    def __init__(self, tokens: TokenSet | None = None) -> None:
        super().__init__(tokens)
        self.history: list[str] = []
        self.fails = False
        self._held = asyncio.Lock()

    async def save(self, tokens: TokenSet) -> None:
        if self.fails:
            raise Failure(Problem(Kind.KEYCHAIN))
        self.history.append(f"saved {tokens.access_token}")
        await super().save(tokens)

    async def forget(self) -> None:
        self.history.append("forgotten")
        await super().forget()

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[None]:
        async with self._held:
            yield


def run(job: Callable[[], Awaitable[Answer]]) -> Answer:
    async def main() -> Answer:
        return await job()

    return asyncio.run(main())


def failed_kind(error: pytest.ExceptionInfo[Failure]) -> Kind:
    return error.value.problem.kind


def test_however_many_wait_one_renewal_serves_them_all() -> None:
    async def job() -> None:
        server, store = Server(), SharedStore(grant(1))
        keeper = TokenKeeper(store, server.renew, clock=lambda: NOW)
        assert await keeper.current() == "access-1"
        server.gate.clear()
        waiting = [asyncio.create_task(keeper.after_refusal("access-1")) for _ in range(50)]
        await asyncio.sleep(0)
        server.gate.set()
        assert set(await asyncio.gather(*waiting)) == {"access-2"}
        assert await keeper.after_refusal("access-1") == "access-2"  # one that was refused late
        assert server.used == ["refresh-1"]

    run(job)


def test_two_windows_renew_once() -> None:
    async def job() -> None:
        server, store = Server(), SharedStore(grant(1))
        keepers = [TokenKeeper(store, server.renew, clock=lambda: NOW) for _ in range(2)]
        assert [await keeper.current() for keeper in keepers] == ["access-1"] * 2
        assert await asyncio.gather(*(keeper.after_refusal("access-1") for keeper in keepers)) == ["access-2"] * 2
        assert server.used == ["refresh-1"]
        assert store.history == ["saved access-2"]

    run(job)


def test_it_is_stored_before_anybody_gets_it() -> None:
    async def job() -> None:
        server, store = Server(), SharedStore(grant(1))
        changes: list[str] = []
        keeper = TokenKeeper(
            store,
            server.renew,
            on_change=lambda tokens: store.history.append(f"used {tokens.access_token if tokens else None}"),
            clock=lambda: NOW,
        )
        await keeper.current()
        await keeper.after_refusal("access-1")
        assert changes == []
        assert store.history == ["used access-1", "saved access-2", "used access-2"]

    run(job)


@pytest.mark.parametrize(("seconds_left", "renews"), [(61, False), (60, True), (0, True), (-5, True)])
def test_it_is_renewed_before_it_ends(seconds_left: float, renews: bool) -> None:
    async def job() -> str | None:
        store = SharedStore(grant(1))
        return await TokenKeeper(store, Server().renew, clock=lambda: NOW + LIFE - seconds_left).current()

    assert run(job) == ("access-2" if renews else "access-1")


def test_a_short_lived_one_is_not_renewed_all_the_time() -> None:
    tokens = grant(1, expires_at=NOW + 20)
    assert [tokens.is_expiring(NOW + second) for second in (0, 15.9, 16, 20)] == [False, False, True, True]


def test_while_it_is_still_good_a_failed_renewal_does_no_harm() -> None:
    async def job() -> None:
        server, store = Server(), SharedStore(grant(1))
        server.refuses = Kind.OFFLINE
        clock = [NOW + LIFE - 30]
        keeper = TokenKeeper(store, server.renew, clock=lambda: clock[0])
        assert await keeper.current() == "access-1"
        clock[0] = NOW + LIFE
        with pytest.raises(Failure) as failed:
            await keeper.current()
        assert failed_kind(failed) is Kind.OFFLINE
        server.refuses = None
        assert await keeper.current() == "access-2"

    run(job)


def test_a_refused_renewal_signs_out_for_all_who_wait_and_forgets() -> None:
    async def job() -> None:
        server, store = Server(), SharedStore(grant(1))
        server.refuses = Kind.SIGNED_OUT
        keeper = TokenKeeper(store, server.renew, clock=lambda: NOW)
        await keeper.current()
        ended = await asyncio.gather(*(keeper.after_refusal("access-1") for _ in range(3)), return_exceptions=True)
        assert {error.problem.kind for error in ended if isinstance(error, Failure)} == {Kind.SIGNED_OUT}
        assert len({id(error) for error in ended}) == 1
        assert store.history == ["forgotten"]
        with pytest.raises(Failure) as failed:
            await keeper.current()
        assert failed_kind(failed) is Kind.SIGNED_OUT

    run(job)


def test_a_server_that_refuses_every_token_causes_one_renewal() -> None:
    async def job() -> None:
        server, store = Server(), SharedStore(grant(1))
        keeper = TokenKeeper(store, server.renew, clock=lambda: NOW)
        await keeper.current()
        assert await keeper.after_refusal("access-1") == "access-2"
        for _ in range(5):
            assert await keeper.after_refusal("access-2") is None
        assert server.used == ["refresh-1"]

    run(job)


def test_one_that_was_accepted_is_renewed_again_when_it_is_refused_later() -> None:
    async def job() -> None:
        server, store = Server(), SharedStore(grant(1))
        keeper = TokenKeeper(store, server.renew, clock=lambda: NOW)
        await keeper.current()
        assert await keeper.after_refusal("access-1") == "access-2"
        keeper.accepted("access-2")
        assert await keeper.after_refusal("access-2") == "access-3"

    run(job)


def test_who_gives_up_does_not_take_the_renewal_along() -> None:
    async def job() -> None:
        server, store = Server(), SharedStore(grant(1))
        keeper = TokenKeeper(store, server.renew, clock=lambda: NOW)
        await keeper.current()
        server.gate.clear()
        waiting = asyncio.create_task(keeper.after_refusal("access-1"))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        server.gate.set()
        await asyncio.wait(keeper.renewals)
        assert await keeper.current() == "access-2"
        assert store.history == ["saved access-2"]

    run(job)


def test_where_the_store_fails_it_holds_for_this_run_and_that_is_told() -> None:
    async def job() -> None:
        server, store = Server(), SharedStore(grant(1))
        told: list[Kind] = []
        keeper = TokenKeeper(
            store, server.renew, on_unkept=lambda problem: told.append(problem.kind), clock=lambda: NOW
        )
        await keeper.current()
        store.fails = True
        assert await keeper.after_refusal("access-1") == "access-2"
        keeper.accepted("access-2")
        assert await keeper.after_refusal("access-2") == "access-3"  # from memory: the stored one has been used up
        assert told == [Kind.KEYCHAIN]

    run(job)


def test_a_new_sign_in_that_can_not_be_stored_is_told_and_used() -> None:
    async def job() -> None:
        store = SharedStore()
        store.fails = True
        keeper = TokenKeeper(store, Server().renew, clock=lambda: NOW)
        with pytest.raises(Failure):
            await keeper.replace(grant(1))
        assert await keeper.current() == "access-1"
        assert await keeper.after_refusal("access-1") == "access-2"

    run(job)


def test_signed_out_in_another_window_is_signed_out_here() -> None:
    async def job() -> None:
        server, store = Server(), SharedStore(grant(1))
        here, there = (TokenKeeper(store, server.renew, clock=lambda: NOW) for _ in range(2))
        assert await here.current() == "access-1"
        await there.sign_out()
        with pytest.raises(Failure) as failed:
            await here.after_refusal("access-1")
        assert failed_kind(failed) is Kind.SIGNED_OUT
        assert server.used == []

    run(job)


def test_a_pasted_token_that_is_refused_is_read_again_and_not_renewed() -> None:
    async def job() -> None:
        store = SharedStore(grant(1, expires_at=None, refresh=False))
        keeper = TokenKeeper(store, clock=lambda: NOW)
        assert await keeper.current() == "access-1"
        assert await keeper.after_refusal("access-1") is None
        await store.save(grant(7, refresh=False))  # in another window
        assert await keeper.after_refusal("access-1") == "access-7"

    run(job)


def test_nobody_signed_in_is_said() -> None:
    async def job() -> None:
        with pytest.raises(Failure) as failed:
            await TokenKeeper(SharedStore(), clock=lambda: NOW).current()
        assert failed_kind(failed) is Kind.SIGNED_OUT

    run(job)


def test_what_is_stored_comes_back_and_nothing_else_does() -> None:
    assert decoded(encoded(grant(1))) == grant(1)
    for text in ("", "access-1", "{}", '{"access_token": 1}', "[" * 100_000, "\ud800"):
        assert decoded(text) is None


def test_no_token_is_named_where_one_is_printed() -> None:
    assert "access-1" not in repr(grant(1))
    assert "access-1" not in str([grant(1)])
    assert "access-1" not in f"{msgspec.structs.replace(grant(1), who='Dr. A. Gray')}"
