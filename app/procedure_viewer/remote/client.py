"""The FHIR R4 client: reads and searches, and nothing that changes anything. http://hl7.org/fhir/R4/http.html

Every failure leaves as a `Failure` with its `Problem`. The bearer token goes to addresses under the base URL only.
"""

import logging
import re
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from functools import partial
from http import HTTPStatus
from typing import TypeVar

import httpx

from procedure_viewer.fhir.bundle import NotFhir, Page, decode_page, decode_resource
from procedure_viewer.fhir.outcome import Failure, Kind, Problem
from procedure_viewer.remote import failures
from procedure_viewer.remote.ahead import Ahead, Answer, Habits
from procedure_viewer.remote.paging import LoopGuard, next_address, resolve
from procedure_viewer.remote.retrying import USUAL_PACE, Pace, asks_for_more_patience, retrying, worth_another_try
from procedure_viewer.remote.tokens import Credentials
from procedure_viewer.remote.transport import CONNECTING, LARGEST_BODY, Transport
from procedure_viewer.remote.withheld import withheld

_LOG = logging.getLogger("procedure_viewer.remote")
_ID = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9\-.]{1,64}")
"""http://hl7.org/fhir/R4/datatypes.html#id, without the two that a path would take for a folder."""
CARRIED = re.compile(r"[\x21-\x7e]+")
"""What a header can carry after "Bearer "; RFC 6750 allows less, but what a server has issued is its own affair."""
COUNT = 100
"""Resources asked for in a page: as many as Canvas gives at most, and few enough for the first rows to come soon."""
LARGEST_AHEAD = 8 * 1024 * 1024
"""Bytes of a page that is asked for beside others; a larger one is read when its turn has come."""

Decoded = TypeVar("Decoded")


class FhirClient:
    """One server's resources, over the connections of `transport`, signed with `credentials`; in one event loop.

    `pace` says how failures that pass by themselves are tried again; without `reads_ahead` never more than one page of
    a list is asked for at once.
    """

    def __init__(
        self, transport: Transport, credentials: Credentials, *, pace: Pace = USUAL_PACE, reads_ahead: bool = True
    ) -> None:
        self._transport = transport
        self._base = transport.base
        self._credentials = credentials
        self._pace = pace
        self._habits = Habits(may_be_read_ahead=reads_ahead)

    async def read(self, resource_type: str, resource_id: str) -> bytes:
        """The exact bytes of one resource, and of no other; raises `Failure`."""
        if not _ID.fullmatch(resource_id):
            raise Failure(Problem(Kind.BAD_REQUEST, technical="not a FHIR id"))
        address = self._base.address(f"{resource_type}/{resource_id}")

        def decode(body: bytes) -> bytes:
            return decode_resource(body, resource_type, resource_id)

        return (await self._get(address, resource_type, decode))[0]

    async def search(
        self, resource_type: str, parameters: Sequence[tuple[str, str]], *, count: int = COUNT, ahead: bool = False
    ) -> AsyncGenerator[Page]:
        """The pages of a search as they come, `count` resources asked for in each, until the server offers no next one.

        With `ahead` all of them are wanted, and several are asked for at once where that brings the same. Raises
        `Failure`, also after some pages were given.
        """
        guard = LoopGuard()
        first = self._base.address(resource_type, [*parameters, ("_count", str(count))])
        guard.enter(first)
        answer = await self._page(first, resource_type)
        guard.add(answer.page)
        yield answer.page
        failed: Failure | None = None
        if ahead and self._habits.may_be_read_ahead:
            reading = Ahead(partial(self._page_ahead, resource_type), answer, parameters, self._habits)
            async with aclosing(reading.answers()) as further:
                async for answer in further:
                    guard.follow(answer.address)
                    guard.add(answer.page)
                    yield answer.page
            failed = reading.failure
        while (address := next_address(answer.page, answer.address, self._base)) is not None:
            guard.follow(address)
            answer = await self._page(address, resource_type, failed)
            failed = None
            guard.add(answer.page)
            yield answer.page

    async def _page(self, address: httpx.URL, resource_type: str, failed: Failure | None = None) -> Answer:
        page, seconds = await self._get(address, resource_type, decode_page, failed)
        return Answer(page, address, seconds)

    async def _page_ahead(self, resource_type: str, link: str, before: httpx.URL) -> Answer:
        """The page that `link` leads to from the one that came from `before`; asked for once."""
        address = resolve(link, before, self._base)
        page, seconds = await self._once(address, resource_type, decode_page, LARGEST_AHEAD)
        return Answer(page, address, seconds)

    async def _get(
        self,
        address: httpx.URL,
        resource_type: str,
        decode: Callable[[bytes], Decoded],
        failed: Failure | None = None,
    ) -> tuple[Decoded, float]:
        """What `address` has, and the seconds that it took. What passes by itself is tried again.

        `failed` is what became of the same question a moment ago: what the server asked for then holds.
        """
        if failed is None or not (
            asks_for_more_patience(failed.problem, self._pace) or worth_another_try(failed.problem, self._pace)
        ):
            try:
                return await self._once(address, resource_type, decode)
            except Failure as failure:
                if not worth_another_try(failure.problem, self._pace):
                    raise
                failed = failure
        known: list[Failure] = [failed]

        async def attempt() -> tuple[Decoded, float]:
            if known:
                raise known.pop()
            return await self._once(address, resource_type, decode)

        return await retrying(self._pace)(attempt)

    async def _once(
        self,
        address: httpx.URL,
        resource_type: str,
        decode: Callable[[bytes], Decoded],
        largest: int = LARGEST_BODY,
    ) -> tuple[Decoded, float]:
        """Ask once, or twice where the sign-in has to be renewed; raises `Failure`."""
        token = await self._token(address)
        try:
            return await self._attempt(address, token, resource_type, decode, largest)
        except Failure as failure:
            if token is None or failure.problem.status != HTTPStatus.UNAUTHORIZED:
                raise
            renewed = await self._credentials.after_refusal(token)
            if renewed is None:
                raise
        return await self._attempt(address, renewed, resource_type, decode, largest)

    async def _attempt(
        self,
        address: httpx.URL,
        token: str | None,
        resource_type: str,
        decode: Callable[[bytes], Decoded],
        largest: int,
    ) -> tuple[Decoded, float]:
        """Ask once, signed with `token`; raises `Failure`. The seconds leave out those for connecting."""
        started = time.perf_counter()
        try:
            response, body = await self._exchange(address, token, largest)
        except Failure as failure:
            _log(resource_type, started, failure.problem.status, failure.problem.request_id, failure.problem.kind)
            raise
        seconds = time.perf_counter() - started - response.extensions.get(CONNECTING, 0.0)
        _log(resource_type, started, response.status_code, failures.request_id(response.headers), "answered")
        try:
            return decode(body), seconds
        except (NotFhir, MemoryError) as error:
            content_type = failures.shown(response.headers.get("content-type", "")) or "no content type"
            problem = failures.unreadable(response, body, f"not the {resource_type} asked for: {content_type}")
            raise Failure(withheld(problem, token)) from error

    async def _exchange(self, address: httpx.URL, token: str | None, largest: int) -> tuple[httpx.Response, bytes]:
        """One request and its whole answer, a success; raises `Failure`."""
        authorization = {} if token is None else {"Authorization": f"Bearer {token}"}
        response, body = await self._transport.exchange("GET", address, headers=authorization, largest=largest)
        if token is not None and response.status_code != HTTPStatus.UNAUTHORIZED:
            self._credentials.accepted(token)
        # Other successes say that something is missing (206), changed on the way (203), or not there (204).
        if response.status_code == HTTPStatus.OK:
            return response, body
        raise Failure(withheld(failures.answered(response, body, self._base), token))

    async def _token(self, address: httpx.URL) -> str | None:
        """What signs a request, for an address under the base only; raises `Failure`."""
        if not self._base.holds(address):
            raise Failure(Problem(Kind.FOREIGN, technical="an address out of the server's base address"))
        token = await self._credentials.current()
        if token is not None and not CARRIED.fullmatch(token):
            raise Failure(Problem(Kind.SIGNED_OUT, technical="the access token has characters that no header carries"))
        return token


def _log(resource_type: str, started: float, status: int | None, request_id: str | None, outcome: str) -> None:
    took = (time.perf_counter() - started) * 1000
    _LOG.debug("GET %s: %s, status %s, %.0f ms, request id %s", resource_type, outcome, status, took, request_id)
