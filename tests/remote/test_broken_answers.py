"""Answers that are cut, garbled, empty, huge, or something else than was asked for."""

import asyncio
import gzip
import tracemalloc

import httpx
import pytest

from procedure_viewer.fhir.outcome import Failure, Kind
from procedure_viewer.remote.body import read_body
from procedure_viewer.remote.transport import LARGEST_BODY, Timeouts
from tests.remote.asking import asked, found, problem, read
from tests.servers import Exchange, ScriptedServer, bundle, head, in_turn, outcome, procedure, raw, reply, reset, stall

GOOD = b'{"resourceType":"Procedure","id":"1"}'


@pytest.mark.parametrize("content_type", ["text/html", "application/json", "text/plain; charset=latin-1", "nonsense"])
def test_the_body_counts_and_not_its_content_type(content_type: str) -> None:
    with ScriptedServer(reply(200, GOOD, content_type=content_type)) as server:
        assert asked(server.url, read) == GOOD


def test_a_byte_order_mark_is_removed() -> None:
    with ScriptedServer(reply(200, b"\xef\xbb\xbf" + GOOD)) as server:
        assert asked(server.url, read) == GOOD


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>Please sign in</html>", b"[]", b"null", b"{}", b'{"resourceType":"Patient","id":"1"}', b"\xff"],
)
def test_a_success_that_is_not_the_resource_is_not_fhir(body: bytes) -> None:
    with ScriptedServer(reply(200, body, {"x-request-id": "r1"}, content_type="text/html")) as server:
        trouble = problem(server.url)
    assert (trouble.kind, trouble.status, trouble.request_id) == (Kind.NOT_FHIR, 200, "r1")
    assert "text/html" in trouble.technical
    assert len(server.requests) == 1


def test_a_strange_content_type_is_told_on_one_short_line() -> None:
    with ScriptedServer(reply(200, b"", content_type="a\tb" + "x" * 5000)) as server:
        technical = problem(server.url).technical
    assert "abx" in technical
    assert len(technical) < 300


@pytest.mark.parametrize(
    "body",
    [
        b'{"resourceType":"Procedure","id":"2"}',
        b'{"resourceType":"Procedure","id":"2","x":"\\ud800"}',
        b'{"resourceType":"Procedure","id":"2","x":"\xff"}',
        b'{"resourceType":"Procedure"}',
        b'{"resourceType":"Procedure","id":""}',
        b'{"resourceType":"Procedure","id":1}',
    ],
)
def test_another_resource_than_the_one_asked_for_is_refused(body: bytes) -> None:
    with ScriptedServer(reply(200, body)) as server:
        trouble = problem(server.url)
    assert (trouble.kind, trouble.status) == (Kind.NOT_FHIR, 200)
    assert "not the Procedure asked for" in trouble.technical


def test_odd_characters_do_not_cost_the_resource_asked_for() -> None:
    body = b'{"resourceType":"Procedure","id":"1","x":"\\ud800","y":"\xff"}'
    with ScriptedServer(reply(200, body)) as server:
        assert asked(server.url, read) == body


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("not-found", Kind.NOT_FOUND),
        ("login", Kind.SIGNED_OUT),
        ("forbidden", Kind.FORBIDDEN),
        ("throttled", Kind.THROTTLED),
        ("exception", Kind.SERVER),
        ("informational", Kind.SERVER),
    ],
)
def test_an_operation_outcome_with_status_200_is_a_problem_with_its_issues(code: str, kind: Kind) -> None:
    with ScriptedServer(reply(200, outcome(code, "No such thing"))) as server:
        for trouble in (problem(server.url), found(server.url).problem):
            assert trouble is not None
            assert (trouble.kind, trouble.status) == (kind, 200)
            assert trouble.issues[0].text == "No such thing"


def test_a_bundle_without_entries_is_an_empty_page() -> None:
    with ScriptedServer(reply(200, {"resourceType": "Bundle", "type": "searchset", "total": 0})) as server:
        result = found(server.url)
    assert result.problem is None
    assert [(page.matches, page.total) for page in result.pages] == [((), 0)]


def test_an_entry_without_a_resource_costs_itself_only() -> None:
    body = '{"resourceType":"Bundle","entry":[{},7,{"resource":{"resourceType":"Procedure","id":"1"}}]}'
    with ScriptedServer(reply(200, body)) as server:
        result = found(server.url)
    assert result.resources == [GOOD]
    assert result.pages[0].unreadable == 2


CUT_BY_LENGTH = head(200, {"Content-Length": "500"}) + GOOD
CUT_BY_CHUNK = head(200, {"Transfer-Encoding": "chunked"}) + b"40\r\n" + GOOD
CUT_BETWEEN_CHUNKS = head(200, {"Transfer-Encoding": "chunked"}) + b"%x\r\n%b\r\n" % (len(GOOD), GOOD)


@pytest.mark.parametrize("cut", [CUT_BY_LENGTH, CUT_BY_CHUNK, CUT_BETWEEN_CHUNKS], ids=["length", "chunk", "between"])
@pytest.mark.parametrize("end", [raw, reset], ids=["end", "reset"])
def test_a_body_cut_short_is_a_lost_connection_and_never_taken_for_whole(cut: bytes, end: type) -> None:
    with ScriptedServer(end(cut)) as server:
        trouble = problem(server.url)
    assert trouble.kind is Kind.OFFLINE
    assert len(server.requests) == 3


def test_a_body_cut_short_once_is_asked_for_again() -> None:
    with ScriptedServer(in_turn(raw(CUT_BY_LENGTH), raw(CUT_BY_CHUNK), reply(200, GOOD))) as server:
        assert asked(server.url, read) == GOOD


@pytest.mark.parametrize("silence", [raw(b""), reset()], ids=["end", "reset"])
def test_a_connection_closed_instead_of_an_answer_is_lost(silence: object) -> None:
    with ScriptedServer(silence) as server:  # type: ignore[arg-type]
        assert problem(server.url).kind is Kind.OFFLINE
    assert len(server.requests) == 3


def test_a_close_of_an_idle_connection_is_not_noticed() -> None:
    with ScriptedServer(
        in_turn(reply(200, bundle([procedure("1")], next_link="?page=2")), raw(b""), reply(200, bundle()))
    ) as server:
        result = found(server.url)
    assert (result.problem, len(result.pages)) == (None, 2)


@pytest.mark.parametrize(
    "garbage",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"HTTP/1.1 two hundred OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000,
    ],
)
def test_what_is_not_http_is_told_so_and_not_asked_again(garbage: bytes) -> None:
    with ScriptedServer(raw(garbage + b"\r\n\r\n")) as server:
        trouble = problem(server.url)
    assert trouble.kind is Kind.NOT_FHIR
    assert len(server.requests) == 1


def test_a_broken_chunk_ends_in_a_problem() -> None:
    with ScriptedServer(raw(head(200, {"Transfer-Encoding": "chunked"}) + b"zz\r\n" + GOOD)) as server:
        assert problem(server.url).kind is Kind.OFFLINE


def test_a_body_that_is_not_compressed_as_it_says_is_not_fhir() -> None:
    with ScriptedServer(reply(200, GOOD, {"Content-Encoding": "gzip"})) as server:
        assert problem(server.url).kind is Kind.NOT_FHIR
    assert len(server.requests) == 1


def test_a_compressed_body_is_read() -> None:
    with ScriptedServer(reply(200, gzip.compress(GOOD), {"Content-Encoding": "gzip"})) as server:
        assert asked(server.url, read) == GOOD


def test_a_small_answer_that_unpacks_to_a_huge_one_is_refused() -> None:
    bomb = gzip.compress(GOOD + b" " * LARGEST_BODY, compresslevel=1)
    with ScriptedServer(reply(200, bomb, {"Content-Encoding": "gzip"})) as server:
        trouble = problem(server.url)
    assert (trouble.kind, trouble.status, trouble.technical) == (Kind.NOT_FHIR, 200, "an answer larger than 64 MiB")


def test_a_body_in_several_packed_pieces_is_read_whole() -> None:
    packed = gzip.compress(GOOD[:10]) + gzip.compress(GOOD[10:])
    with ScriptedServer(reply(200, packed, {"Content-Encoding": "X-GZip"})) as server:
        assert asked(server.url, read) == GOOD
        assert server.requests[0].headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize("spaces", [0, 65_499, 65_500, 131_072, 1_000_000])
def test_a_packed_body_is_read_whole_whatever_its_length(spaces: int) -> None:
    for body in (GOOD + b" " * spaces, GOOD + b" \n\t" * (spaces // 3)):
        with ScriptedServer(reply(200, gzip.compress(body, 9), {"Content-Encoding": "gzip"})) as server:
            assert asked(server.url, read) == body


def test_a_packed_body_without_its_end_is_not_taken_for_whole() -> None:
    with ScriptedServer(reply(200, gzip.compress(GOOD)[:-4], {"Content-Encoding": "gzip"})) as server:
        assert problem(server.url).technical == "a packed answer without its end"


@pytest.mark.parametrize("coding", ["gzip, gzip", "br", "zstd", "gzip, identity", "nonsense"])
def test_an_answer_packed_twice_or_as_nobody_asked_is_refused(coding: str) -> None:
    bomb = gzip.compress(gzip.compress(GOOD + b" " * LARGEST_BODY))
    with ScriptedServer(reply(200, bomb, {"Content-Encoding": coding})) as server:
        trouble = problem(server.url)
    assert (trouble.kind, trouble.technical) == (Kind.NOT_FHIR, "an answer packed in a way that was not asked for")


def test_unpacking_never_holds_more_than_a_step_beyond_what_is_wanted() -> None:
    wanted = 1_000_000
    bomb = gzip.compress(b" " * 50_000_000)
    with ScriptedServer(reply(200, bomb, {"Content-Encoding": "gzip"})) as server:
        tracemalloc.start()
        with pytest.raises(Failure):
            asyncio.run(unpacked(server.url, wanted))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 8 * wanted


async def unpacked(url: str, largest: int) -> None:
    async with httpx.AsyncClient() as connections, connections.stream("GET", url) as response:
        await read_body(response, largest)


def test_running_out_of_memory_is_a_problem_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object) -> bytes:
        raise MemoryError

    with ScriptedServer(reply(200, GOOD)) as server:
        monkeypatch.setattr("procedure_viewer.remote.client.decode_resource", exhausted)
        assert problem(server.url).kind is Kind.NOT_FHIR
        monkeypatch.setattr("procedure_viewer.remote.transport.read_body", exhausted)
        assert problem(server.url).technical == "MemoryError"


def test_an_answer_that_never_ends_is_refused() -> None:
    async def forever(exchange: Exchange) -> None:
        await exchange.send(head(200))
        while True:
            await exchange.send(b" " * 1_000_000)

    with ScriptedServer(forever) as server:
        assert problem(server.url).kind is Kind.NOT_FHIR
        server.wait_until_left()


def test_a_refusal_with_a_huge_body_is_still_a_refusal() -> None:
    bomb = gzip.compress(b" " * (LARGEST_BODY + 1), compresslevel=1)
    with ScriptedServer(reply(403, bomb, {"Content-Encoding": "gzip"})) as server:
        trouble = problem(server.url)
    assert (trouble.kind, trouble.status, trouble.issues) == (Kind.FORBIDDEN, 403, ())


@pytest.mark.parametrize("pause", [0.0, 0.01])
def test_a_refusal_is_told_before_the_end_of_a_body_that_does_not_come(pause: float) -> None:
    async def drip(exchange: Exchange) -> None:
        await exchange.send(head(403, {"Content-Length": "100000000"}))
        while True:
            await exchange.send(b" ")
            await asyncio.sleep(pause)

    with ScriptedServer(drip) as server:
        trouble = problem(server.url, timeouts=Timeouts(refusal=0.2))
        server.wait_until_left()
    assert (trouble.kind, trouble.status) == (Kind.FORBIDDEN, 403)


def test_a_refusal_with_a_cut_body_is_still_a_refusal() -> None:
    with ScriptedServer(raw(head(401, {"Content-Length": "500"}) + b'{"resourceType"')) as server:
        trouble = problem(server.url)
    assert (trouble.kind, trouble.status) == (Kind.SIGNED_OUT, 401)
    assert len(server.requests) == 1


@pytest.mark.parametrize("beginning", [b"", head(200, {"Content-Length": "500"})[:20], CUT_BY_LENGTH])
def test_a_server_that_says_nothing_more_runs_into_the_time_out(beginning: bytes) -> None:
    with ScriptedServer(stall(beginning)) as server:
        trouble = problem(server.url, timeouts=Timeouts(read=0.05))
        server.wait_until_left()
    assert trouble.kind is Kind.TIMEOUT
    assert len(server.requests) == 1


def test_a_slow_drip_is_waited_for() -> None:
    async def drip(exchange: Exchange) -> None:
        for byte in head(200, {"Content-Length": str(len(GOOD))}) + GOOD:
            await exchange.send(bytes([byte]))

    with ScriptedServer(drip) as server:
        assert asked(server.url, read) == GOOD
