"""How the tests of this room ask: one client for each question, hurried retries, and the Problem as the answer."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import pytest

from procedure_viewer.fhir.bundle import Page
from procedure_viewer.fhir.outcome import Failure, Problem
from procedure_viewer.remote.client import FhirClient, Timeouts
from procedure_viewer.remote.retrying import Pace

HURRIED = Pace(first_wait=0.0)
ONCE = Pace(attempts=1)
PATIENT_WAITS = Timeouts()
TOKEN = "canary-token-2vxq"
PATIENT = (("patient", "Patient/b8dfa97bdcdf4754bcd8197ca78ef0f0"),)

Answer = TypeVar("Answer")


async def token() -> str | None:
    """The bearer token of the tests."""
    return TOKEN


def asked(
    base_url: str,
    question: Callable[[FhirClient], Awaitable[Answer]],
    *,
    access_token: Callable[[], Awaitable[str | None]] = token,
    timeouts: Timeouts = PATIENT_WAITS,
    tls: ssl.SSLContext | None = None,
    pace: Pace = HURRIED,
) -> Answer:
    """The answer to one question to a client that is made and closed for it."""

    async def ask() -> Answer:
        client = FhirClient(base_url, access_token, timeouts=timeouts, tls=tls, pace=pace)
        try:
            return await question(client)
        finally:
            await client.aclose()

    return asyncio.run(ask())


def read(client: FhirClient) -> Awaitable[bytes]:
    """Ask for the Procedure "1"."""
    return client.read("Procedure", "1")


def problem(
    base_url: str,
    question: Callable[[FhirClient], Awaitable[object]] = read,
    *,
    access_token: Callable[[], Awaitable[str | None]] = token,
    timeouts: Timeouts = PATIENT_WAITS,
    tls: ssl.SSLContext | None = None,
    pace: Pace = HURRIED,
) -> Problem:
    """The problem of a question that must fail."""
    with pytest.raises(Failure) as failed:
        asked(base_url, question, access_token=access_token, timeouts=timeouts, tls=tls, pace=pace)
    assert TOKEN not in repr(failed.value.problem)
    return failed.value.problem


@dataclass(slots=True)
class Found:
    """What a search gave before it ended, and the problem that ended it early."""

    pages: list[Page] = field(default_factory=list)
    problem: Problem | None = None

    @property
    def resources(self) -> list[bytes]:
        """All matches, in the order of coming."""
        return [raw for page in self.pages for raw in page.matches]


def found(
    base_url: str, parameters: Sequence[tuple[str, str]] = PATIENT, *, tls: ssl.SSLContext | None = None
) -> Found:
    """What a search for Procedures finds."""

    async def search(client: FhirClient) -> Found:
        result = Found()
        try:
            async for page in client.search("Procedure", parameters):
                result.pages.append(page)
        except Failure as failure:
            result.problem = failure.problem
        return result

    return asked(base_url, search, tls=tls)
