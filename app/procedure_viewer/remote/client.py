"""The FHIR R4 client: reads and searches, and nothing that changes anything. http://hl7.org/fhir/R4/http.html

Every failure leaves as a `Failure` with its `Problem`. The bearer token goes to addresses under the base URL only.
"""

import asyncio
import logging
import re
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar

import httpx
import truststore

from procedure_viewer import __version__
from procedure_viewer.fhir.bundle import NotFhir, Page, decode_page, decode_resource
from procedure_viewer.fhir.outcome import Failure, Kind, Problem
from procedure_viewer.remote import failures, quiet
from procedure_viewer.remote.body import ACCEPTED_ENCODING, read_body
from procedure_viewer.remote.handshake import Handshake
from procedure_viewer.remote.origin import Base
from procedure_viewer.remote.paging import LoopGuard, next_address
from procedure_viewer.remote.retrying import USUAL_PACE, Pace, retrying

AccessToken = Callable[[], Awaitable[str | None]]
"""Gives the bearer token to use now, or None where the server needs none; may raise `Failure`."""

LARGEST_BODY = 64 * 1024 * 1024
"""Bytes of one decoded answer that are read at most: a guard for memory, far above any real page."""
LARGEST_REFUSAL = 64 * 1024
"""The same for an answer that is no success: it says why in a few lines."""

_LOG = logging.getLogger("procedure_viewer.remote")
_ID = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9\-.]{1,64}")
"""http://hl7.org/fhir/R4/datatypes.html#id, without the two that a path would take for a folder."""
_TOKEN = re.compile(r"[\x21-\x7e]+")
"""What a header can carry after "Bearer "; RFC 6750 allows less, but what a server has issued is its own affair."""
_HEADERS = {
    "Accept": "application/fhir+json, application/json",
    "Accept-Encoding": ACCEPTED_ENCODING,
    "User-Agent": f"procedure-viewer/{__version__}",
}

Decoded = TypeVar("Decoded")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for a connection (TLS included), for the next bytes of an answer, and for a free connection.

    `refusal` is for the whole body of an answer that is no success: its status says most of it already.
    """

    connect: float = 10.0
    read: float = 30.0
    pool: float = 10.0
    refusal: float = 5.0


class FhirClient:
    """One server's resources, over one pool of connections; made, used and closed in one event loop.

    `tls` replaces the operating system's trust. `pace` says how failures that pass by themselves are tried again.
    Raises `origin.NotABase` when `base_url` can not be one.
    """

    def __init__(
        self,
        base_url: str,
        access_token: AccessToken,
        *,
        timeouts: Timeouts = Timeouts(),
        tls: ssl.SSLContext | None = None,
        pace: Pace = USUAL_PACE,
    ) -> None:
        self._base = Base.parse(base_url)
        self._access_token = access_token
        self._timeouts = timeouts
        self._tls = tls
        self._pace = pace
        self._connections: httpx.AsyncClient | None = None

    async def read(self, resource_type: str, resource_id: str) -> bytes:
        """The exact bytes of one resource, and of no other; raises `Failure`."""
        if not _ID.fullmatch(resource_id):
            raise Failure(Problem(Kind.BAD_REQUEST, technical="not a FHIR id"))
        address = self._base.address(f"{resource_type}/{resource_id}")

        def decode(body: bytes) -> bytes:
            return decode_resource(body, resource_type, resource_id)

        return await self._get(address, resource_type, decode)

    async def search(
        self, resource_type: str, parameters: Sequence[tuple[str, str]], *, count: int = 100
    ) -> AsyncIterator[Page]:
        """The pages of a search as they come, `count` resources asked for in each, until the server offers no next one.

        Raises `Failure`, also after some pages were given.
        """
        guard = LoopGuard()
        address: httpx.URL | None = self._base.address(resource_type, [*parameters, ("_count", str(count))])
        while address is not None:
            guard.enter(address)
            page = await self._get(address, resource_type, decode_page)
            with_news = guard.add(page)
            yield page
            address = next_address(page, address, self._base)
            if address is not None:
                guard.leave(with_news=with_news)

    async def aclose(self) -> None:
        """Close every connection."""
        if self._connections is not None:
            await self._connections.aclose()

    async def _get(self, address: httpx.URL, resource_type: str, decode: Callable[[bytes], Decoded]) -> Decoded:
        connections = self._opened()

        async def once() -> Decoded:
            started = time.perf_counter()
            try:
                response, body = await self._exchange(connections, address)
            except Failure as failure:
                _log(resource_type, started, failure.problem.status, failure.problem.request_id, failure.problem.kind)
                raise
            _log(resource_type, started, response.status_code, failures.request_id(response.headers), "answered")
            try:
                return decode(body)
            except (NotFhir, MemoryError) as error:
                content_type = failures.shown(response.headers.get("content-type", "")) or "no content type"
                raise Failure(
                    failures.unreadable(response, body, f"not the {resource_type} asked for: {content_type}")
                ) from error

        return await retrying(self._pace)(once)

    async def _exchange(self, connections: httpx.AsyncClient, address: httpx.URL) -> tuple[httpx.Response, bytes]:
        """One request and its whole answer, a success; raises `Failure`."""
        authorization = await self._authorization(address)
        extensions = {"trace": Handshake().trace}
        response: httpx.Response | None = None
        try:
            async with connections.stream("GET", address, headers=authorization, extensions=extensions) as response:
                # Other successes say that something is missing (206), changed on the way (203), or not there (204).
                if response.status_code == HTTPStatus.OK:
                    return response, await read_body(response, LARGEST_BODY)
                body = await _body_of_refusal(response, self._timeouts.refusal)
                raise Failure(failures.answered(response, body, self._base))
        # As they are come OSError for a TLS alert while reading, ValueError for what httpcore can't read in HTTP/2.
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, MemoryError) as error:
            raise Failure(failures.broken(error, response)) from error

    async def _authorization(self, address: httpx.URL) -> dict[str, str]:
        """The header that signs a request, for an address under the base only; raises `Failure`."""
        if not self._base.holds(address):
            raise Failure(Problem(Kind.FOREIGN, technical="an address out of the server's base address"))
        token = await self._access_token()
        if token is None:
            return {}
        if not _TOKEN.fullmatch(token):
            raise Failure(Problem(Kind.SIGNED_OUT, technical="the access token has characters that no header carries"))
        return {"Authorization": f"Bearer {token}"}

    def _opened(self) -> httpx.AsyncClient:
        """The pool, made at its first use: in the loop, and where a failure has somebody to be told to."""
        if self._connections is None:
            quiet.hush()
            try:
                self._connections = httpx.AsyncClient(
                    headers=_HEADERS,
                    http2=True,
                    verify=self._tls or truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
                    timeout=httpx.Timeout(
                        connect=self._timeouts.connect,
                        read=self._timeouts.read,
                        write=self._timeouts.read,
                        pool=self._timeouts.pool,
                    ),
                    follow_redirects=False,
                    # The environment names proxies, which have no business with a server on this computer.
                    trust_env=not self._base.is_loopback,
                )
            except (ImportError, ValueError, httpx.InvalidURL) as error:
                # A proxy named by the environment that can not be used.
                raise Failure(Problem(Kind.OFFLINE, technical="the proxy settings of this computer")) from error
        return self._connections


async def _body_of_refusal(response: httpx.Response, seconds: float) -> bytes:
    """The body of a response that is no success; empty when it does not come whole, for the status says enough."""
    try:
        async with asyncio.timeout(seconds):
            return await read_body(response, LARGEST_REFUSAL)
    except (httpx.HTTPError, OSError, ValueError, MemoryError, Failure):
        return b""


def _log(resource_type: str, started: float, status: int | None, request_id: str | None, outcome: str) -> None:
    took = (time.perf_counter() - started) * 1000
    _LOG.debug("GET %s: %s, status %s, %.0f ms, request id %s", resource_type, outcome, status, took, request_id)
