"""Trying a read again: after what passes by itself, at most twice, and no longer than a clinician would wait."""

from dataclasses import dataclass
from http import HTTPStatus

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_random_exponential

from procedure_viewer.fhir.outcome import Failure, Kind, Problem

_PASSING_STATUSES = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often and how soon. All times are in seconds."""

    attempts: int = 3
    first_wait: float = 0.5
    """The longest that the first wait may be; the second may be twice as long. The waits are random up to that."""
    longest_asked: float = 10.0
    """A server that asks for more patience (`Retry-After`) is not tried again: its wish is told instead."""


USUAL_PACE = Pace()


def worth_another_try(problem: Problem, pace: Pace) -> bool:
    """Whether the same request may succeed in a moment: a lost connection, or a server that says "not now"."""
    if asks_for_more_patience(problem, pace):
        return False
    return problem.kind is Kind.OFFLINE or problem.status in _PASSING_STATUSES


def asks_for_more_patience(problem: Problem, pace: Pace) -> bool:
    """Whether the server wants to be left alone for longer than anybody here would wait."""
    return problem.retry_after is not None and problem.retry_after > pace.longest_asked


def retrying(pace: Pace) -> AsyncRetrying:
    """The loop around one request that raises `Failure`; the last comes out as it is, and so does a cancellation."""
    jitter = wait_random_exponential(multiplier=pace.first_wait)

    def passes(error: BaseException) -> bool:
        return isinstance(error, Failure) and worth_another_try(error.problem, pace)

    def seconds(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.problem.retry_after if isinstance(error, Failure) else None
        # The jitter comes on top of the server's wish, or all its clients would be back in the same instant.
        return (asked or 0.0) + jitter(state)

    return AsyncRetrying(
        retry=retry_if_exception(passes), wait=seconds, stop=stop_after_attempt(pace.attempts), reraise=True
    )
