"""How far a connection came, from what the operating system says; what can't be met on every machine is made up."""

import errno
import socket
from itertools import pairwise

import httpx
import pytest

from procedure_viewer.fhir.hindrance import Barrier
from procedure_viewer.remote.reaching import barrier


def chained(*errors: BaseException) -> BaseException:
    """Each error raised from the next."""
    for error, cause in pairwise(errors):
        error.__cause__ = cause
    return errors[0]


def attempts(*errors: Exception) -> BaseException:
    """What httpx raises when a host has several addresses and all attempts failed."""
    return chained(httpx.ConnectError(""), OSError("All connection attempts failed"), ExceptionGroup("", errors))


NO_WAY = OSError(errno.ENETUNREACH, "")
REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, "")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (chained(httpx.ConnectError(""), socket.gaierror(socket.EAI_NONAME, "")), Barrier.UNKNOWN_NAME),
        (chained(httpx.ConnectError(""), socket.gaierror(socket.EAI_AGAIN, "")), Barrier.NO_NETWORK),
        (chained(httpx.ConnectError(""), NO_WAY), Barrier.NO_NETWORK),
        (chained(httpx.ConnectError(""), OSError(errno.EHOSTUNREACH, "")), Barrier.UNREACHABLE),
        (chained(httpx.ConnectError(""), TimeoutError(errno.ETIMEDOUT, "")), Barrier.SILENT),
        (httpx.ConnectTimeout(""), Barrier.SILENT),
        (chained(httpx.ReadError(""), ConnectionResetError(errno.ECONNRESET, "")), Barrier.LOST),
        (httpx.ReadError(""), Barrier.LOST),
        # A computer without IPv6 finds no way to the one address, and is refused at the other.
        (attempts(NO_WAY, REFUSED), Barrier.REFUSED),
        (attempts(REFUSED, NO_WAY), Barrier.REFUSED),
        (attempts(NO_WAY, NO_WAY), Barrier.NO_NETWORK),
    ],
)
def test_the_furthest_step_is_told(error: BaseException, expected: Barrier) -> None:
    assert barrier(error) is expected
