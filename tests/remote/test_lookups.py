"""Lookups give way: a few at once, a token that is only borrowed, and no question that was answered with no before."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace

import httpx
import pytest

from procedure_viewer.fhir.datatypes import ResourceKey
from procedure_viewer.fhir.offer import OfferedResource, ServerOffer
from procedure_viewer.remote.lookups import AT_ONCE, MOST_PAGES, Lookups, NotAsked
from procedure_viewer.remote.tokens import Borrowed, MemoryStore, NoSignIn, TokenKeeper, TokenSet
from procedure_viewer.remote.transport import Transport
from tests.servers import Exchange, Script, ScriptedServer, bundle, by_path, in_turn, outcome, reply

NOW = 1_000_000.0
GRAY = ResourceKey("Practitioner", "gray")
SILENT = ServerOffer("")


def record(key: ResourceKey) -> dict[str, object]:
    return {"resourceType": key.type, "id": key.id}


def offering(*resources: OfferedResource) -> ServerOffer:
    return replace(SILENT, resources=resources)


def with_lookups(
    script: Script, job: Callable[[Lookups], Awaitable[None]], keeper: TokenKeeper | None = None
) -> list[str]:
    """What a server with this script was asked for while the job ran."""
    with ScriptedServer(script) as server:

        async def run() -> None:
            transport = Transport(server.url)
            credentials = NoSignIn() if keeper is None else Borrowed(keeper, lambda: NOW)
            try:
                if keeper is not None:
                    await keeper.load()
                await job(Lookups(transport, credentials))
            finally:
                await transport.aclose()

        asyncio.run(run())
        return server.targets


def test_at_most_four_are_asked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    answered = 0
    gate = asyncio.Event()

    async def exchange(_transport: Transport, _method: str, address: httpx.URL, **_: object) -> object:
        nonlocal answered
        asked.append(address.path)
        await gate.wait()
        assert len(asked) - answered <= AT_ONCE
        answered += 1
        number = address.path.rpartition("/")[2]
        body = json.dumps(record(ResourceKey("Location", number))).encode()
        return httpx.Response(200, request=httpx.Request("GET", address)), body

    async def job() -> None:
        lookups = Lookups(Transport("http://127.0.0.1:1"), NoSignIn())
        reading = asyncio.gather(*(lookups.read(ResourceKey("Location", str(number)), None) for number in range(20)))
        for _ in range(100):  # as many rounds as any number of them would need to get to the network
            await asyncio.sleep(0)
        assert len(asked) == AT_ONCE
        gate.set()
        assert all(await reading)
        assert len(asked) == 20

    monkeypatch.setattr(Transport, "exchange", exchange)
    asyncio.run(job())


@pytest.mark.parametrize(
    ("offer", "asks"),
    [
        (None, True),
        (SILENT, True),
        (offering(OfferedResource("Practitioner")), True),
        (offering(OfferedResource("Practitioner", reads=True)), True),
        (offering(OfferedResource("Practitioner", reads=False)), False),
        (offering(OfferedResource("Patient", reads=True)), False),
    ],
)
def test_only_what_is_offered_is_read(offer: ServerOffer | None, asks: bool) -> None:
    async def job(lookups: Lookups) -> None:
        if asks:
            assert await lookups.read(GRAY, offer)
        else:
            with pytest.raises(NotAsked):
                await lookups.read(GRAY, offer)

    assert with_lookups(reply(200, record(GRAY)), job) == ["/Practitioner/gray"] * asks


@pytest.mark.parametrize(
    ("offer", "asks"),
    [
        (None, False),
        (SILENT, False),
        (offering(OfferedResource("Practitioner")), False),
        (offering(OfferedResource("Provenance")), True),
        (offering(OfferedResource("Provenance", searches=True, parameters=frozenset({"patient"}))), True),
        (offering(OfferedResource("Provenance", searches=True, parameters=frozenset({"target"}))), False),
        (offering(OfferedResource("Provenance", searches=False)), False),
    ],
)
def test_a_search_is_made_only_where_it_is_offered(offer: ServerOffer | None, asks: bool) -> None:
    async def job(lookups: Lookups) -> None:
        if asks:
            assert await lookups.pages("Provenance", (("patient", "Patient/1"),), offer)
        else:
            with pytest.raises(NotAsked):
                await lookups.pages("Provenance", (("patient", "Patient/1"),), offer)

    assert len(with_lookups(reply(200, bundle()), job)) == asks


def test_a_search_without_end_is_left() -> None:
    async def script(exchange: Exchange) -> None:
        number = int(exchange.request.target.rpartition("=")[2])
        page = bundle([{"resourceType": "Provenance", "id": str(number)}], next_link=f"/Provenance?page={number + 1}")
        await reply(200, page)(exchange)

    async def job(lookups: Lookups) -> None:
        pages = await lookups.pages("Provenance", (), offering(OfferedResource("Provenance")))
        assert pages is not None
        assert len(pages) == MOST_PAGES

    assert len(with_lookups(script, job)) == MOST_PAGES


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_for_patience_is_asked_for_nothing_more(status: int) -> None:
    async def job(lookups: Lookups) -> None:
        assert await lookups.read(GRAY, None) is None
        for key in (GRAY, ResourceKey("Location", "1")):
            with pytest.raises(NotAsked):
                await lookups.read(key, None)
        lookups.try_anew()
        with pytest.raises(NotAsked):
            await lookups.read(GRAY, None)

    assert len(with_lookups(reply(status, outcome("throttled", "Later")), job)) == 1


@pytest.mark.parametrize(("status", "after_renewal"), [(401, 1), (403, 0)])
def test_a_refused_type_is_asked_for_again_only_when_that_may_have_changed(status: int, after_renewal: int) -> None:
    refused = reply(status, outcome("forbidden", "No"))

    async def job(lookups: Lookups) -> None:
        assert await lookups.read(GRAY, None) is None
        for key in (GRAY, ResourceKey("Practitioner", "osei")):
            with pytest.raises(NotAsked):
                await lookups.read(key, None)
        lookups.try_with_new_token()
        if after_renewal:
            assert await lookups.read(GRAY, None) is None
        else:
            with pytest.raises(NotAsked):
                await lookups.read(GRAY, None)
        lookups.try_anew()
        assert await lookups.read(GRAY, None) is None

    assert len(with_lookups(refused, job)) == 2 + after_renewal


@pytest.mark.parametrize("status", [404, 410, 500, 502])
def test_a_failure_is_not_tried_again_and_stands_in_nobodys_way(status: int) -> None:
    osei = ResourceKey("Practitioner", "osei")
    script = by_path({"/Practitioner/gray": reply(status), "/Practitioner/osei": reply(200, record(osei))})

    async def job(lookups: Lookups) -> None:
        assert await lookups.read(GRAY, None) is None
        assert await lookups.read(osei, None)

    assert with_lookups(script, job) == ["/Practitioner/gray", "/Practitioner/osei"]


def grant(expires_at: float | None) -> TokenSet:
    return TokenSet(
        access_token="borrowed",
        refresh_token="refresh",
        token_endpoint="https://x/",
        granted_at=0,
        expires_at=expires_at,
    )


class Kept:
    """A keeper that notes what a lookup might do to a sign-in: renew it, or end it."""

    def __init__(self, tokens: TokenSet | None) -> None:
        self.renewals = 0
        self.changes: list[TokenSet | None] = []

        async def renew(tokens: TokenSet) -> TokenSet:
            self.renewals += 1
            return tokens

        self.keeper = TokenKeeper(MemoryStore(tokens), renew, on_change=self.changes.append, clock=lambda: NOW)


@pytest.mark.parametrize(
    ("tokens", "asks"), [(grant(NOW + 1), 1), (grant(None), 1), (grant(NOW), 0), (grant(NOW - 1), 0), (None, 0)]
)
def test_a_token_is_used_to_its_end_and_never_renewed_for_a_lookup(tokens: TokenSet | None, asks: int) -> None:
    kept = Kept(tokens)

    async def job(lookups: Lookups) -> None:
        if asks:
            assert await lookups.read(GRAY, None)
        else:
            with pytest.raises(NotAsked):
                await lookups.read(GRAY, None)

    assert len(with_lookups(reply(200, record(GRAY)), job, kept.keeper)) == asks
    assert kept.renewals == 0


def test_a_401_leaves_the_sign_in_as_it_is() -> None:
    kept = Kept(grant(NOW + 3600))
    answers = in_turn(
        reply(401, outcome("login", "Authentication failed")), reply(200, {"resourceType": "Location", "id": "1"})
    )

    async def job(lookups: Lookups) -> None:
        assert await lookups.read(GRAY, None) is None
        assert await lookups.read(ResourceKey("Location", "1"), None)

    with_lookups(answers, job, kept.keeper)
    assert kept.renewals == 0
    assert kept.changes == [grant(NOW + 3600)]
    assert kept.keeper.tokens == grant(NOW + 3600)
