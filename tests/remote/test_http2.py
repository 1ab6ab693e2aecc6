"""HTTP/2, where the server offers it: one connection for all, and the same failures as elsewhere."""

import asyncio
import gc
import json
import warnings
from contextlib import aclosing
from urllib.parse import parse_qs

import pytest

from procedure_viewer.fhir.outcome import Kind
from procedure_viewer.remote import width
from procedure_viewer.remote.transport import Timeouts
from tests.remote.asking import PATIENT, TOKEN, asked, found, opened, problem, read
from tests.remote.authority import Authority
from tests.remote.http2_server import Answered, Answers, Http2Server, Unanswered
from tests.remote.offset_server import OffsetServer
from tests.servers import PATIENCE, SeenRequest, bundle, outcome, procedure


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


GOOD = Answered(200, json.dumps(procedure("1")).encode())


def always(answer: Answered | Unanswered) -> Answers:
    return lambda _: answer


def in_turn(*answers: Answered | Unanswered) -> Answers:
    remaining = iter(answers)
    return lambda _: next(remaining)


def test_pages_come_over_one_connection_with_the_token(authority: Authority) -> None:
    def pages(request: SeenRequest) -> Answered:
        last = request.target.endswith("p=2")
        page = bundle([procedure("2" if last else "1")], next_link=None if last else "/Procedure?p=2")
        return Answered(200, json.dumps(page).encode())

    with Http2Server(pages, tls=authority.server(alpn="h2")) as server:
        result = found(server.url, tls=authority.client())
    assert (len(result.resources), result.problem) == (2, None)
    assert server.connections == 1
    assert [request.headers["authorization"] for request in server.requests] == [f"Bearer {TOKEN}"] * 2


def test_a_refusal_has_its_kind_and_request_id(authority: Authority) -> None:
    refusal = Answered(403, json.dumps(outcome("forbidden", "Authorization failed")).encode())
    with Http2Server(always(refusal), tls=authority.server(alpn="h2")) as server:
        trouble = problem(server.url, tls=authority.client())
    assert (trouble.kind, trouble.status, trouble.request_id) == (Kind.FORBIDDEN, 403, "h2")
    assert trouble.issues[0].text == "Authorization failed"


@pytest.mark.parametrize("end", [Unanswered.REFUSED_STREAM, Unanswered.GOAWAY])
def test_a_stream_or_connection_that_the_server_ends_is_tried_again(authority: Authority, end: Unanswered) -> None:
    with Http2Server(in_turn(end, end, GOOD), tls=authority.server(alpn="h2")) as server:
        assert asked(server.url, read, tls=authority.client()) == GOOD.body


def test_a_status_that_is_no_number_is_not_http(authority: Authority) -> None:
    with Http2Server(always(Unanswered.GARBAGE), tls=authority.server(alpn="h2")) as server:
        trouble = problem(server.url, tls=authority.client())
    assert (trouble.kind, trouble.technical) == (Kind.NOT_FHIR, "ValueError")
    assert len(server.requests) == 1


@pytest.mark.parametrize("silence", [Unanswered.NOT_AT_ALL, Unanswered.HEADERS_ONLY])
def test_silence_is_a_time_out(authority: Authority, silence: Unanswered) -> None:
    with Http2Server(always(silence), tls=authority.server(alpn="h2")) as server:
        trouble = problem(server.url, tls=authority.client(), timeouts=Timeouts(read=0.05))
    assert trouble.kind is Kind.TIMEOUT


@pytest.mark.parametrize("silence", [Unanswered.NOT_AT_ALL, Unanswered.HEADERS_ONLY])
def test_a_cancelled_request_ends_at_once_and_the_client_goes_on(authority: Authority, silence: Unanswered) -> None:
    async def cancel_one(base_url: str) -> bytes:
        async with opened(base_url, tls=authority.client()) as client:
            task = asyncio.ensure_future(client.read("Procedure", "1"))
            await asyncio.to_thread(server.wait_for_request)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(task, 5)
            return await asyncio.wait_for(client.read("Procedure", "1"), 5)

    with Http2Server(in_turn(silence, GOOD, GOOD), tls=authority.server(alpn="h2")) as server:
        assert asyncio.run(cancel_one(server.url)) == GOOD.body


def test_one_cancelled_request_leaves_its_neighbours_alone(authority: Authority) -> None:
    """The next search is cancelled by the clinician's typing while a chart is loading over the same connection."""

    async def cancel_one(base_url: str) -> bytes:
        async with opened(base_url, tls=authority.client()) as client:
            await client.read("Procedure", "1")
            cancelled = asyncio.ensure_future(client.read("Procedure", "1"))
            await asyncio.to_thread(server.wait_for_request, 2)
            neighbour = asyncio.ensure_future(client.read("Procedure", "1"))
            await asyncio.to_thread(server.wait_for_request, 3)
            cancelled.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(cancelled, 5)
            last = await asyncio.wait_for(client.read("Procedure", "1"), 5)
            assert not neighbour.done()
            neighbour.cancel()
            return last

    silent = Unanswered.NOT_AT_ALL
    with Http2Server(in_turn(GOOD, silent, silent, GOOD), tls=authority.server(alpn="h2")) as server:
        assert asyncio.run(cancel_one(server.url)) == GOOD.body


@pytest.mark.parametrize("silence", [Unanswered.NOT_AT_ALL, Unanswered.HEADERS_ONLY])
def test_a_server_learns_that_a_question_was_given_up(authority: Authority, silence: Unanswered) -> None:
    async def cancel_one(base_url: str) -> None:
        async with opened(base_url, tls=authority.client()) as client:
            task = asyncio.ensure_future(client.read("Procedure", "1"))
            await asyncio.to_thread(server.wait_for_request)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.to_thread(server.wait_until_left)

    with Http2Server(always(silence), tls=authority.server(alpn="h2")) as server:
        asyncio.run(cancel_one(server.url))


def test_what_was_given_up_takes_nothing_from_what_follows(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader who leaves one large chart after the other in the middle of its list reads the last one to its end."""
    monkeypatch.setattr(width, "GAIN", 0.0)
    lists = OffsetServer(1_000)

    def page(request: SeenRequest) -> Answered:
        asked = parse_qs(request.target.partition("?")[2])
        found = lists.page(int(asked.get("_offset", ["0"])[0]), int(asked["_count"][0]))
        return Answered(200, json.dumps(found | {"extension": "x" * 2_000_000}).encode())

    async def leave_many(base_url: str) -> int:
        async with opened(base_url, tls=authority.client()) as client:
            for _ in range(5):
                async with aclosing(client.search("Procedure", PATIENT, ahead=True)) as pages:
                    taken = 0
                    async for _page in pages:
                        taken += 1
                        if taken == 4:  # three more are under way
                            break
            async with asyncio.timeout(PATIENCE):
                return len([one async for one in client.search("Procedure", PATIENT, ahead=True)])

    with Http2Server(page, tls=authority.server(alpn="h2")) as server:
        assert asyncio.run(leave_many(server.url)) == 10


@pytest.mark.parametrize("most", [100, 1])
def test_a_question_that_is_given_up_at_any_moment_leaves_its_neighbours_their_answers(
    authority: Authority, most: int
) -> None:
    """As the first search is, when more is typed, while the server is asked what it offers."""

    async def give_one_up(base_url: str, rounds: int) -> list[bytes]:
        async with opened(base_url, tls=authority.client()) as client:
            asking = [asyncio.ensure_future(client.read("Procedure", "1")) for _ in range(3)]
            for _ in range(rounds):
                await asyncio.sleep(0)
            asking[0].cancel()
            await asyncio.wait(asking)
            return [one.result() for one in asking[1:]]

    with (
        Http2Server(always(GOOD), tls=authority.server(alpn="h2"), most=most) as server,
        warnings.catch_warnings(record=True) as told,
    ):
        warnings.simplefilter("always", ResourceWarning)
        for rounds in range(0, 160, 4):
            assert asyncio.run(give_one_up(server.url, rounds)) == [GOOD.body] * 2, rounds
        gc.collect()
    assert [str(one.message) for one in told] == [], "a connection that nobody closed"
