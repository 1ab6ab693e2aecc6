"""What is tried again, how often, and after how long."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from procedure_viewer.fhir.outcome import Kind, Problem
from procedure_viewer.remote.failures import retry_after
from procedure_viewer.remote.retrying import Pace, worth_another_try
from tests.remote.asking import HURRIED, asked, problem, read
from tests.servers import ScriptedServer, in_turn, procedure, reply

A_YEAR = 366 * 24 * 3600.0
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_server_that_says_not_now_is_asked_three_times_in_all(status: int) -> None:
    with ScriptedServer(reply(status)) as server:
        assert problem(server.url).status == status
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_an_answer_at_the_third_time_is_an_answer(status: int) -> None:
    with ScriptedServer(in_turn(reply(status), reply(status), reply(200, procedure("1")))) as server:
        assert b'"Procedure"' in asked(server.url, read)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 408, 500, 501])
def test_other_refusals_are_final(status: int) -> None:
    with ScriptedServer(in_turn(reply(status), reply(200, procedure("1")))) as server:
        assert problem(server.url).status == status


def test_the_pace_says_how_often() -> None:
    with ScriptedServer(reply(503)) as server:
        problem(server.url, pace=Pace(attempts=2, first_wait=0.0))
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_for_a_second_gets_it(status: int) -> None:
    with ScriptedServer(in_turn(reply(status, b"", {"Retry-After": "1"}), reply(200, procedure("1")))) as server:
        started = time.monotonic()
        asked(server.url, read)
    assert time.monotonic() - started >= 0.99


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("asks", ["11", "3600", "date"])
def test_a_server_that_asks_for_more_than_ten_seconds_is_not_asked_again(status: int, asks: str) -> None:
    value = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True) if asks == "date" else asks
    with ScriptedServer(in_turn(reply(status, b"", {"Retry-After": value}), reply(200, procedure("1")))) as server:
        trouble = problem(server.url)
    assert len(server.requests) == 1
    assert trouble.retry_after is not None
    assert trouble.retry_after > 10


def test_a_date_in_the_past_means_now() -> None:
    header = {"Retry-After": format_datetime(NOON - timedelta(days=900), usegmt=True)}
    with ScriptedServer(in_turn(reply(503, b"", header), reply(200, procedure("1")))) as server:
        assert asked(server.url, read)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("7", 7.0),
        (" 120 ", 120.0),
        ("Sun, 01 Mar 2026 12:00:30 GMT", 30.0),
        ("Sunday, 01-Mar-26 12:00:30 GMT", 30.0),
        ("Sun Mar  1 12:00:30 2026", 30.0),
        ("Sun, 01 Mar 2026 12:00:30 -0000", 30.0),
        ("Sun, 01 Mar 2026 13:00:30 +0100", 30.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("Sun, 99 Mar 2026 12:00:30 GMT", None),
        ("Sun, 01 Mar 99999 12:00:30 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", A_YEAR),
        ("9" * 400, A_YEAR),
    ],
)
def test_retry_after_is_read_in_both_its_forms(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}, NOON) == seconds


DATE_PARTS = [
    "Fri,",
    "31",
    "Dec",
    "0001",
    "9999",
    "99999999999",
    "23:59:59",
    "GMT",
    "-0000",
    "+2359",
    "-2359",
    "+99999",
]


@given(st.text(max_size=30) | st.lists(st.sampled_from(DATE_PARTS), max_size=8).map(" ".join))
@example("Fri, 31 Dec 99999999999 23:59:59 GMT")
@example("Mon, 01 Jan 0001 00:00:00 +2359")
@example("9" * 5000)
def test_no_header_is_too_odd_to_be_read(value: str) -> None:
    seconds = retry_after({"retry-after": value}, NOON)
    assert seconds is None or 0 <= seconds <= 366 * 24 * 3600


def test_no_retry_after_is_no_wish() -> None:
    assert retry_after({}, NOON) is None


@pytest.mark.parametrize("kind", list(Kind))
def test_only_a_lost_connection_is_worth_another_try_without_a_status(kind: Kind) -> None:
    assert worth_another_try(Problem(kind), HURRIED) is (kind is Kind.OFFLINE)


@pytest.mark.parametrize(("seconds", "again"), [(None, True), (0.0, True), (10.0, True), (10.5, False)])
def test_ten_seconds_are_the_longest_that_is_slept(seconds: float | None, again: bool) -> None:
    assert worth_another_try(Problem(Kind.THROTTLED, status=429, retry_after=seconds), HURRIED) is again
