"""Reads that are a nicety: what a record's references point at. They give way to everything else.

At most four at once, none of them tried again, none of a type that the server does not offer or has refused, and none
at all for a while once it asks for patience.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from http import HTTPStatus
from typing import TypeVar

from procedure_viewer.fhir.bundle import Page
from procedure_viewer.fhir.datatypes import ResourceKey
from procedure_viewer.fhir.offer import ServerOffer
from procedure_viewer.fhir.outcome import Failure, Kind, Problem
from procedure_viewer.remote.client import FhirClient
from procedure_viewer.remote.retrying import Pace
from procedure_viewer.remote.tokens import Credentials
from procedure_viewer.remote.transport import Transport

AT_ONCE = 4
PATIENCE = 20.0
"""Seconds that one read, or one page of a search, may take."""
QUIET = 300.0
"""Seconds without any lookup after the server has asked for patience, unless it wants more."""
MOST_PAGES = 10
"""Of a search."""
ONCE = Pace(attempts=1)

_BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})

Found = TypeVar("Found")


class NotAsked(Exception):
    """The server was not asked, because of what it said before or because nobody is signed in."""


class Lookups:
    """Asks one server, over the connections of `transport`, with a token that is only borrowed; in one event loop."""

    def __init__(self, transport: Transport, credentials: Credentials) -> None:
        self._client = FhirClient(transport, credentials, pace=ONCE)
        self._room = asyncio.Semaphore(AT_ONCE)
        self._unauthorised: set[str] = set()
        self._forbidden: set[str] = set()
        self._readable: set[str] = set()
        """Types of which something was read: a refusal of one more is about that record alone."""
        self._quiet_until = 0.0

    def try_with_new_token(self) -> None:
        """Ask again for what was refused with 401: there is another token."""
        self._unauthorised.clear()

    def try_anew(self) -> None:
        """Ask again for everything that was refused: somebody else may have signed in."""
        for types in (self._unauthorised, self._forbidden, self._readable):
            types.clear()

    async def read(self, key: ResourceKey, offer: ServerOffer | None) -> bytes | None:
        """The exact bytes of one resource, and of no other; None where the server has none for us.

        Raises `NotAsked`.
        """
        if offer is not None and not _reads(offer, key.type):
            raise NotAsked
        return await self._asked(key.type, lambda: self._client.read(key.type, key.id))

    async def pages(
        self, resource_type: str, parameters: Sequence[tuple[str, str]], offer: ServerOffer | None
    ) -> list[Page] | None:
        """The first pages of a search that the server offers by all of `parameters`; None where it gives none.

        Raises `NotAsked`.
        """
        if offer is None or not _searches(offer, resource_type, {name for name, _ in parameters}):
            raise NotAsked

        async def search() -> list[Page]:
            pages: list[Page] = []
            async with aclosing(self._client.search(resource_type, parameters)) as found:
                async for page in found:
                    pages.append(page)
                    if len(pages) == MOST_PAGES:
                        break
            return pages

        return await self._asked(resource_type, search)

    async def _asked(self, resource_type: str, ask: Callable[[], Awaitable[Found]]) -> Found | None:
        async with self._room:
            if not self._may_ask(resource_type):
                raise NotAsked
            try:
                async with asyncio.timeout(PATIENCE):
                    found = await ask()
            except TimeoutError:
                return None
            except Failure as failure:
                self._learn(resource_type, failure.problem)
                return None
            self._readable.add(resource_type)
            return found

    def _may_ask(self, resource_type: str) -> bool:
        refused = (self._unauthorised | self._forbidden) - self._readable
        return resource_type not in refused and asyncio.get_running_loop().time() >= self._quiet_until

    def _learn(self, resource_type: str, problem: Problem) -> None:
        """Note what a failure says about questions to come; raises `NotAsked` where there was no token to ask with."""
        if problem.status in _BUSY or problem.kind is Kind.THROTTLED:
            wanted = problem.retry_after or 0.0
            self._quiet_until = asyncio.get_running_loop().time() + max(wanted, QUIET)
        elif problem.status == HTTPStatus.UNAUTHORIZED:
            self._unauthorised.add(resource_type)
        elif problem.status == HTTPStatus.FORBIDDEN:
            self._forbidden.add(resource_type)
        elif problem.status is None and problem.kind is Kind.SIGNED_OUT:
            raise NotAsked


def _reads(offer: ServerOffer, resource_type: str) -> bool:
    """Whether a read is offered, or nothing is said of it."""
    resource = offer.resource(resource_type)
    return resource is not None and resource.reads is not False


def _searches(offer: ServerOffer, resource_type: str, parameters: set[str]) -> bool:
    """Whether the server lists the type, and nothing that it says speaks against the search."""
    if offer.resources is None or offer.offers(resource_type) is False:
        return False
    known = offer.parameters(resource_type)
    return known is None or parameters <= known
