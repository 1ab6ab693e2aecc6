"""A long list read ahead: the same as the links alone bring, whatever the server does, and never a flood."""

import asyncio
import json
import threading
from contextlib import aclosing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procedure_viewer.fhir.outcome import Failure, Kind
from procedure_viewer.remote import width
from procedure_viewer.remote.client import FhirClient
from procedure_viewer.remote.transport import Transport
from procedure_viewer.remote.width import MOST_AT_ONCE
from tests.remote.asking import HURRIED, PATIENT, Found, Given, found, opened
from tests.remote.offset_server import (
    PATIENT_ID,
    Act,
    Bundle,
    OffsetServer,
    changed,
    holding,
    instead,
    linking,
    links,
    usual,
    without,
)
from tests.servers import PATIENCE, Exchange, ScriptedServer, outcome, procedure, raw, reply, reset

WASTED = MOST_AT_ONCE + 1
"""Requests that may come to nothing: those under way, and one for a larger page."""


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many at once as there may be, however long the answers take: how many pay is tried in `test_width`."""
    monkeypatch.setattr(width, "GAIN", 0.0)


def ids(result: Found) -> list[int]:
    return [int(json.loads(resource)["id"]) for resource in result.resources]


def read(script: OffsetServer, *, ahead: bool = True) -> Found:
    with ScriptedServer(script) as server:
        return found(server.url, ahead=ahead)


def test_all_come_in_their_order_and_several_at_once() -> None:
    script = OffsetServer(3_000, seconds=0.005)
    result = read(script)
    assert (ids(result), result.problem) == (list(range(3_000)), None)
    assert [len(page.matches) for page in result.pages] == [100] * 30
    assert 2 < script.most_at_once <= MOST_AT_ONCE
    assert len(script.asked) == 30, "each page once"


def test_rows_are_given_as_their_pages_come_and_the_first_page_is_a_small_one() -> None:
    script = OffsetServer(3_000, largest=1_000)

    async def first_of(url: str) -> int:
        async with opened(url) as client, aclosing(client.search("Procedure", PATIENT, ahead=True)) as pages:
            async for page in pages:
                return len(page.matches)
        return 0

    with ScriptedServer(script) as server:
        assert asyncio.run(first_of(server.url)) == 100
    assert script.asked[0] == (0, 100)
    assert len(script.asked) == 1, "who looks at the first page only has asked for no other"


def test_larger_pages_are_asked_for_and_taken_where_the_server_gives_them() -> None:
    script = OffsetServer(3_000, largest=1_000)
    result = read(script)
    assert (ids(result), result.problem) == (list(range(3_000)), None)
    assert [len(page.matches) for page in result.pages] == [100, 500, 500, 500, 500, 500, 400]
    assert len(script.asked) == 7


@pytest.mark.parametrize(("total", "sizes"), [(600, [100, 500]), (599, [100, 499]), (201, [100, 101])])
def test_a_larger_page_may_be_all_that_was_left(total: int, sizes: list[int]) -> None:
    script = OffsetServer(total, largest=1_000)
    result = read(script)
    assert (ids(result), result.problem) == (list(range(total)), None)
    assert [len(page.matches) for page in result.pages] == sizes
    assert len(script.asked) == len(sizes)


@pytest.mark.parametrize("largest", [100, 37, 250])
def test_less_than_was_asked_for_is_taken(largest: int) -> None:
    script = OffsetServer(1_000, largest=largest)
    result = read(script)
    assert (ids(result), result.problem) == (list(range(1_000)), None)


def test_a_server_that_refuses_larger_pages_is_asked_for_them_once_and_still_read_ahead() -> None:
    script = OffsetServer(2_000, refuses_more_than=100, seconds=0.005)

    async def twice(url: str) -> list[int]:
        async with opened(url) as client:
            return [len([1 async for _ in client.search("Procedure", PATIENT, ahead=True)]) for _ in range(2)]

    with ScriptedServer(script) as server:
        assert asyncio.run(twice(server.url)) == [20, 20]
    assert [asked for asked in script.asked if asked[1] > 100] == [(100, 500)]
    assert script.most_at_once > 2
    assert len(script.asked) == 41


def test_a_server_that_only_says_that_it_gives_more_loses_nothing() -> None:
    script = OffsetServer(1_000, caps_quietly=True)
    result = read(script)
    assert (ids(result), result.problem) == (list(range(1_000)), None)
    assert len(script.asked) <= 10 + WASTED


def test_without_leave_one_page_is_asked_for_after_the_other() -> None:
    script = OffsetServer(1_000, largest=1_000)

    async def search(url: str) -> int:
        transport = Transport(url)
        client = FhirClient(transport, Given(), pace=HURRIED, reads_ahead=False)
        try:
            return len([page async for page in client.search("Procedure", PATIENT, ahead=True)])
        finally:
            await transport.aclose()

    with ScriptedServer(script) as server:
        assert asyncio.run(search(server.url)) == 10
    assert script.most_at_once == 1
    assert script.asked == [(at, 100) for at in range(0, 1_000, 100)]


def test_absolute_links_are_read_ahead_as_well() -> None:
    script = OffsetServer(2_000, seconds=0.005)
    with ScriptedServer(script) as server:
        script.absolute = server.url
        result = found(server.url, ahead=True)
    assert ids(result) == list(range(2_000))
    assert script.most_at_once > 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(total=st.integers(0, 1_500), largest=st.integers(20, 700), quiet=st.booleans(), refuses=st.integers(100, 900))
def test_it_is_what_the_links_alone_bring(total: int, largest: int, quiet: bool, refuses: int) -> None:
    server = OffsetServer(total, largest, caps_quietly=quiet, refuses_more_than=refuses)
    plain = read(OffsetServer(total, largest, caps_quietly=quiet), ahead=False)
    result = read(server)
    assert ids(result) == ids(plain)
    assert (result.problem is None) == (plain.problem is None)
    assert server.most_at_once <= MOST_AT_ONCE


# Where the links are of another kind


OTHER_LINKS: dict[str, Act] = {
    "no self": without("self"),
    "no last": without("last"),
    "no total": changed(total=None),
    "a total that is no number": changed(total="many"),
    "more than anybody has": changed(total=10**9),
    "a cursor": linking("next", f"/Procedure?patient=Patient%2F{PATIENT_ID}&_count=100&_offset=100&_snapshot=7"),
    "another count": linking("next", f"/Procedure?patient=Patient%2F{PATIENT_ID}&_count=50&_offset=100"),
    "a gap": linking("next", f"/Procedure?patient=Patient%2F{PATIENT_ID}&_count=100&_offset=200"),
    "two offsets": linking("next", f"/Procedure?patient=Patient%2F{PATIENT_ID}&_count=100&_offset=100&_offset=100"),
    "another patient": linking("next", "/Procedure?patient=Patient%2Fsomebody&_count=100&_offset=100"),
    "nobody": linking("next", "/Procedure?_count=100&_offset=100"),
    "a last page elsewhere": linking("last", f"/Procedure?patient=Patient%2F{PATIENT_ID}&_count=100&_offset=200"),
    "another path": linking("next", f"/Elsewhere?patient=Patient%2F{PATIENT_ID}&_count=100&_offset=100"),
    "a self of another page": linking("self", f"/Procedure?patient=Patient%2F{PATIENT_ID}&_count=100&_offset=100"),
    "fewer records than it says": holding([procedure("0", PATIENT_ID)]),
}


@pytest.mark.parametrize("name", OTHER_LINKS)
def test_a_first_page_that_is_not_sure_is_followed_link_by_link(name: str) -> None:
    script = OffsetServer(1_000, acts={0: OTHER_LINKS[name]})
    plain = OffsetServer(1_000, acts={0: OTHER_LINKS[name]})
    result, expected = read(script), read(plain, ahead=False)
    assert ids(result) == ids(expected)
    assert script.asked == plain.asked
    assert script.most_at_once == 1


# Where a page in the middle is not what it should be


def at_offset(offset: int) -> str:
    return f"/Procedure?patient=Patient%2F{PATIENT_ID}&_count=100&_offset={offset}"


async def shorter(exchange: Exchange, page: Bundle) -> None:
    entries = page["entry"]
    assert isinstance(entries, list)
    await reply(200, page | {"entry": entries[:60]})(exchange)


DISAGREEMENTS: dict[str, Act] = {
    "another page's name": linking("self", at_offset(500)),
    "no name": without("self"),
    "another total": changed(total=1_999),
    "no total": changed(total=None),
    "a page that is too short": shorter,
    "an empty page": changed(entry=[]),
    "another way on": linking("next", at_offset(800)),
    "an end in the middle": without("next"),
    "no Bundle": instead(reply(200, outcome("exception", "Broken"))),
    "a web page": instead(reply(200, "<html>", content_type="text/html")),
    "a failure": instead(reply(500)),
    "not now": instead(reply(503, b"", {"Retry-After": "0"})),
    "too many": instead(reply(429, b"", {"Retry-After": "0"})),
    "a bad request": instead(reply(400)),
    "forbidden": instead(reply(403)),
    "cut off": instead(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{")),
    "reset": instead(reset()),
}


@pytest.mark.parametrize("offset", [200, 600, 1_900])
@pytest.mark.parametrize("name", DISAGREEMENTS)
def test_after_a_disagreement_the_links_are_followed_and_nothing_is_lost_or_given_twice(name: str, offset: int) -> None:
    """What went wrong once is right when it is asked for again by its link."""
    script = OffsetServer(2_000, acts={offset: DISAGREEMENTS[name]}, seconds=0.001)
    result = read(script)
    assert (ids(result), result.problem) == (list(range(2_000)), None)
    assert script.most_at_once <= MOST_AT_ONCE
    assert len(script.asked) <= 20 + WASTED


@pytest.mark.parametrize("offset", [100, 200, 700])
@pytest.mark.parametrize("name", DISAGREEMENTS)
def test_what_stays_wrong_ends_as_it_does_link_by_link(name: str, offset: int) -> None:
    script = OffsetServer(1_000, always={offset: DISAGREEMENTS[name]})
    plain = OffsetServer(1_000, always={offset: DISAGREEMENTS[name]})
    result, expected = read(script), read(plain, ahead=False)
    assert ids(result) == ids(expected)
    assert (result.problem and result.problem.kind) == (expected.problem and expected.problem.kind)
    assert [page.total for page in result.pages] == [page.total for page in expected.pages]
    assert len(script.asked) <= len(plain.asked) + WASTED


def test_a_server_that_ignores_the_offset_is_noticed_at_the_first_page_ahead() -> None:
    script = OffsetServer(1_000)
    first = script.page(0, 100)
    script.always = {at: changed(**first) for at in range(100, 1_000, 100)}
    result = read(script)
    assert result.problem is not None
    assert result.problem.kind is Kind.CIRCLES
    assert len(script.asked) <= 2 + WASTED


@pytest.mark.parametrize(("first", "ends"), [(550, None), (500, Kind.CIRCLES)])
def test_a_page_with_its_neighbours_records_is_as_it_is_link_by_link(first: int, ends: Kind | None) -> None:
    """By its name it is page 7: what can't be told from the page is told by the ids, here or in the chart."""
    wrong = holding([procedure(str(n), PATIENT_ID) for n in range(first, first + 100)])
    result = read(OffsetServer(1_000, always={600: wrong}))
    expected = read(OffsetServer(1_000, always={600: wrong}), ahead=False)
    assert ids(result) == ids(expected)
    assert (result.problem and result.problem.kind) == (expected.problem and expected.problem.kind) == ends


def test_a_total_that_changes_half_way_is_given_as_it_is() -> None:
    script = OffsetServer(1_000)
    pages = {at: {**script.page(at, 100), "total": 1_001} for at in range(500, 1_000, 100)}
    script.always = {at: changed(**page) for at, page in pages.items()}
    result = read(script)
    assert [page.total for page in result.pages] == [1_000] * 5 + [1_001] * 5
    assert ids(result) == list(range(1_000))


def test_nothing_is_sent_along_a_link_that_leads_out_of_the_server() -> None:
    with ScriptedServer(reply(500)) as evil:
        there = f"{evil.url}{at_offset(500)}"
        script = OffsetServer(2_000, always={400: linking("next", there)})
        result = read(script)
    assert evil.connections == 0
    assert ids(result) == list(range(500))
    assert result.problem is not None
    assert result.problem.kind is Kind.FOREIGN


def test_who_asks_for_a_moment_gets_it_and_then_one_request_after_the_other() -> None:
    times: list[float] = []

    async def busy(exchange: Exchange, _page: Bundle) -> None:
        times.append(asyncio.get_running_loop().time())
        await reply(429, b"", {"Retry-After": "1"})(exchange)

    async def later(exchange: Exchange, page: Bundle) -> None:
        times.append(asyncio.get_running_loop().time())
        script.most_at_once = 0
        await usual(exchange, page)

    script = OffsetServer(2_000, acts={800: busy}, always={800: later}, seconds=0.002)
    result = read(script)
    assert (ids(result), result.problem) == (list(range(2_000)), None)
    assert times[1] - times[0] >= 0.99
    assert script.most_at_once == 1


def test_who_asks_for_long_patience_is_left_alone_and_that_is_told() -> None:
    script = OffsetServer(2_000, always={800: instead(reply(429, b"", {"Retry-After": "60"}))})
    result = read(script)
    assert ids(result) == list(range(800))
    assert result.problem is not None
    assert (result.problem.kind, result.problem.retry_after) == (Kind.THROTTLED, 60)
    assert script.asked.count((800, 100)) == 1


def test_after_a_refusal_for_being_too_busy_the_next_list_is_read_link_by_link() -> None:
    script = OffsetServer(1_000, acts={500: instead(reply(429, b"", {"Retry-After": "0"}))})

    async def twice(url: str) -> int:
        async with opened(url) as client:
            async for _ in client.search("Procedure", PATIENT, ahead=True):
                pass
            script.most_at_once = 0
            return len([page async for page in client.search("Procedure", PATIENT, ahead=True)])

    with ScriptedServer(script) as server:
        assert asyncio.run(twice(server.url)) == 10
    assert script.most_at_once == 1


# Ending early


def test_cancelling_ends_every_request_at_once() -> None:
    all_hang = threading.Event()
    hanging = 0

    async def hang(exchange: Exchange, _page: Bundle) -> None:
        nonlocal hanging
        hanging += 1
        if hanging == MOST_AT_ONCE:
            all_hang.set()
        await exchange.until_peer_leaves()

    async def cancel_it(url: str) -> int:
        given = 0

        async def search(client: FhirClient) -> None:
            nonlocal given
            async with aclosing(client.search("Procedure", PATIENT, ahead=True)) as pages:
                async for page in pages:
                    given += len(page.matches)

        async with opened(url) as client:
            task = asyncio.create_task(search(client))
            assert await asyncio.to_thread(all_hang.wait, PATIENCE)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(task, 5)
            assert not any(other.get_name() == "page" for other in asyncio.all_tasks())
            return given

    script = OffsetServer(5_000, always=dict.fromkeys(range(2_400, 5_000, 100), hang), refuses_more_than=100)
    with ScriptedServer(script) as server:
        assert asyncio.run(cancel_it(server.url)) == 2_400
        server.wait_until_left()
    assert script.most_at_once == MOST_AT_ONCE
    assert len(script.asked) <= 24 + WASTED


def test_leaving_in_the_middle_ends_every_request() -> None:
    script = OffsetServer(5_000, seconds=0.002)

    async def leave(url: str) -> None:
        async with opened(url) as client:
            async with aclosing(client.search("Procedure", PATIENT, ahead=True)) as pages:
                number = 0
                async for _ in pages:
                    number += 1
                    if number == 20:
                        break
            assert not any(task.get_name() == "page" for task in asyncio.all_tasks())

    with ScriptedServer(script) as server:
        asyncio.run(leave(server.url))
    assert len(script.asked) <= 20 + WASTED


def test_a_token_that_ends_in_the_middle_is_renewed_once_for_all() -> None:
    renewals = 0

    class Renewing(Given):
        token = "old"

        async def current(self) -> str | None:
            return self.token

        async def after_refusal(self, refused: str) -> str | None:
            nonlocal renewals
            if refused == self.token:
                renewals += 1
                self.token = "new"
            return self.token

    script = OffsetServer(3_000, seconds=0.002)

    async def guarded(exchange: Exchange) -> None:
        late = "_offset=2" in exchange.request.target
        if late and exchange.request.headers["authorization"] == "Bearer old":
            await reply(401)(exchange)
        else:
            await script(exchange)

    async def search(url: str) -> Found:
        transport = Transport(url)
        result = Found()
        try:
            client = FhirClient(transport, Renewing(), pace=HURRIED)
            result.pages = [page async for page in client.search("Procedure", PATIENT, ahead=True)]
        except Failure as failure:
            result.problem = failure.problem
        finally:
            await transport.aclose()
        return result

    with ScriptedServer(guarded) as server:
        result = asyncio.run(search(server.url))
    assert (ids(result), result.problem) == (list(range(3_000)), None)
    assert renewals == 1


def test_the_links_of_the_test_server_are_plain() -> None:
    assert [link["relation"] for link in links(OffsetServer(300).page(100, 100))] == ["self", "first", "last", "next"]
