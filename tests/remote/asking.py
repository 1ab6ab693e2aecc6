"""How the tests of this room ask: one client for each question, hurried retries, and the Problem as the answer."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import pytest

from procedure_viewer.fhir.bundle import Page
from procedure_viewer.fhir.outcome import Failure, Problem
from procedure_viewer.remote.client import FhirClient
from procedure_viewer.remote.retrying import Pace
from procedure_viewer.remote.tokens import NoSignIn
from procedure_viewer.remote.transport import SYSTEM_ONLY, Timeouts, Transport
from procedure_viewer.settings.connections import Network

HURRIED = Pace(first_wait=0.0)
ONCE = Pace(attempts=1)
PATIENT_WAITS = Timeouts()
TOKEN = "canary-token-2vxq"
PATIENT = (("patient", "Patient/b8dfa97bdcdf4754bcd8197ca78ef0f0"),)

Answer = TypeVar("Answer")


async def token() -> str | None:
    """The bearer token of the tests."""
    return TOKEN


class Given(NoSignIn):
    """Credentials that are what a function says, and are not renewed."""

    def __init__(self, access_token: Callable[[], Awaitable[str | None]] = token) -> None:
        self._access_token = access_token

    async def current(self) -> str | None:
        return await self._access_token()


@asynccontextmanager
async def opened(
    base_url: str,
    *,
    access_token: Callable[[], Awaitable[str | None]] = token,
    timeouts: Timeouts = PATIENT_WAITS,
    tls: ssl.SSLContext | None = None,
    pace: Pace = HURRIED,
    network: Network = SYSTEM_ONLY,
    proxy: str | None = None,
) -> AsyncIterator[FhirClient]:
    """A client whose connections are closed at the end."""
    transport = Transport(base_url, network, proxy=proxy, timeouts=timeouts, tls=tls)
    try:
        yield FhirClient(transport, Given(access_token), pace=pace)
    finally:
        await transport.aclose()


def asked(
    base_url: str,
    question: Callable[[FhirClient], Awaitable[Answer]],
    *,
    access_token: Callable[[], Awaitable[str | None]] = token,
    timeouts: Timeouts = PATIENT_WAITS,
    tls: ssl.SSLContext | None = None,
    pace: Pace = HURRIED,
    network: Network = SYSTEM_ONLY,
    proxy: str | None = None,
) -> Answer:
    """The answer to one question to a client that is made and closed for it."""

    async def ask() -> Answer:
        async with opened(
            base_url,
            access_token=access_token,
            timeouts=timeouts,
            tls=tls,
            pace=pace,
            network=network,
            proxy=proxy,
        ) as client:
            return await question(client)

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
    network: Network = SYSTEM_ONLY,
    proxy: str | None = None,
) -> Problem:
    """The problem of a question that must fail."""
    with pytest.raises(Failure) as failed:
        asked(
            base_url,
            question,
            access_token=access_token,
            timeouts=timeouts,
            tls=tls,
            pace=pace,
            network=network,
            proxy=proxy,
        )
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
    base_url: str,
    parameters: Sequence[tuple[str, str]] = PATIENT,
    *,
    tls: ssl.SSLContext | None = None,
    ahead: bool = False,
    pace: Pace = HURRIED,
) -> Found:
    """What a search for Procedures finds."""

    async def search(client: FhirClient) -> Found:
        result = Found()
        try:
            async for page in client.search("Procedure", parameters, ahead=ahead):
                result.pages.append(page)
        except Failure as failure:
            result.problem = failure.problem
        return result

    return asked(base_url, search, tls=tls, pace=pace)
