"""The one place where connections to a server are made: its trust, its proxy, its patience, and no surprises.

Redirects are not followed, the environment is not asked, the HTTP library's logs are silent, and every failure leaves
as a `Failure`.
"""

import asyncio
import math
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import truststore

from procedure_viewer import __version__
from procedure_viewer.fhir.hindrance import (
    Barrier,
    CertificateTrouble,
    FileFault,
    FileRole,
    FileTrouble,
    Mistrust,
    RouteTrouble,
)
from procedure_viewer.fhir.outcome import Failure, Kind, Problem
from procedure_viewer.remote import failures, quiet
from procedure_viewer.remote.body import ACCEPTED_ENCODING, read_body
from procedure_viewer.remote.certificates import examined
from procedure_viewer.remote.handshake import Handshake, mend_connecting
from procedure_viewer.remote.origin import Base
from procedure_viewer.remote.reaching import Way
from procedure_viewer.remote.trust import secured
from procedure_viewer.settings.connections import Network

LARGEST_BODY = 64 * 1024 * 1024
"""Bytes of one decoded answer that are read at most: a guard for memory, far above any real page."""
LARGEST_REFUSAL = 64 * 1024
"""The same for an answer that is no success: it says why in a few lines."""
RESTING = 4.0
"""Seconds without use after which a connection may be gone: some servers close it after five."""
KEPT = 30.0
"""Seconds for which a connection without use is kept: what a reader thinks between two questions. One that is kept for
longer may be gone without a word, as after a computer's sleep, and would have the next question wait in vain.
"""
FILES_TIMEOUT = 10.0
"""Seconds that reading the files of certificates may take; they may lie on a server of the house."""

CONNECTING = "procedure-viewer-connecting"
"""Under which name a response's extensions tell the seconds that it took to connect for it."""

_HEADERS = {
    "Accept": "application/fhir+json, application/json",
    "Accept-Encoding": ACCEPTED_ENCODING,
    "User-Agent": f"procedure-viewer/{__version__}",
}
_ASKED_BY_ALL = ".well-known/smart-configuration"
_THIS_COMPUTER = ("all://localhost", "all://127.0.0.1", "all://[::1]")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for a connection (TLS included), for the next bytes of an answer, and for a free connection.

    `refusal` is for the whole body of an answer that is no success: its status says most of it already.
    """

    connect: float = 10.0
    read: float = 30.0
    pool: float = 10.0
    refusal: float = 5.0


USUAL_TIMEOUTS = Timeouts()
SYSTEM_ONLY = Network()
"""No trust beyond the operating system's, and no certificate to show."""


class Transport:
    """One server's pool of connections; made, used and closed in one event loop.

    `proxy` is the address of the HTTP proxy on the way, with a user name and password where it wants them; a server on
    this computer is never asked by one. `tls` replaces all trust and all certificates of `network`.
    Raises `origin.NotABase` when `base_url` can not be one.
    """

    def __init__(
        self,
        base_url: str,
        network: Network = SYSTEM_ONLY,
        *,
        proxy: str | None = None,
        timeouts: Timeouts = USUAL_TIMEOUTS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.base = Base.parse(base_url)
        self._network = network
        self._proxy_address = None if self.base.is_loopback else proxy
        self._proxy: httpx.Proxy | None = None
        self._timeouts = timeouts
        self._tls = tls
        self._connections: httpx.AsyncClient | None = None
        self._opening = asyncio.Lock()
        self._closed = False
        self._used_at = -math.inf

    async def exchange(
        self,
        method: str,
        address: httpx.URL,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | str | None = None,
        largest: int = LARGEST_BODY,
    ) -> tuple[httpx.Response, bytes]:
        """One request and its whole answer, whatever its status; raises `Failure` where there is none.

        The body of an answer that is no success is empty when it does not come whole: the status says enough.
        """
        connections = await self._opened()
        handshake = Handshake()
        response: httpx.Response | None = None
        try:
            async with connections.stream(
                method, address, headers=headers, content=content, extensions={"trace": handshake.trace}
            ) as response:
                response.extensions[CONNECTING] = handshake.seconds
                try:
                    if response.is_success:
                        return response, await read_body(response, largest)
                    return response, await _body_of_refusal(response, self._timeouts.refusal)
                finally:
                    self._used_at = time.monotonic()
        # As they are come OSError for a TLS alert while reading, ValueError for what httpcore can't read in HTTP/2.
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, MemoryError) as error:
            way = Way(address.host, self._proxy_of(address), handshake.before_tunnel, self._has_certificate)
            problem = await self._looked_into(failures.broken(error, response, way), address)
            raise Failure(problem) from error

    async def warm_up(self) -> None:
        """Have a connection ready, unless one has just been used; raises `Failure`.

        HTTP has no question without an address. What is asked for is what every client asks before it signs in: it
        needs no token, says nothing of anybody, and renews no session.
        """
        if time.monotonic() - self._used_at >= RESTING:
            address = self.base.address(_ASKED_BY_ALL)
            try:
                await self.exchange("GET", address, largest=LARGEST_REFUSAL)
            except Failure as failure:
                if failure.problem.kind is not Kind.OFFLINE:
                    raise
                # That a connection over HTTP/2 is gone is only noticed by using it: the next one is a new one.
                await self.exchange("GET", address, largest=LARGEST_REFUSAL)

    async def aclose(self) -> None:
        """Close every connection, for good."""
        self._closed = True
        if self._connections is not None:
            await self._connections.aclose()

    @property
    def _has_certificate(self) -> bool:
        return self._tls is None and bool(self._network.client_certificate)

    def _proxy_of(self, address: httpx.URL) -> str:
        if self._proxy is None or any(httpx.URL(local).host == address.host for local in _THIS_COMPUTER):
            return ""
        return self._proxy.url.netloc.decode("ascii")

    async def _looked_into(self, problem: Problem, address: httpx.URL) -> Problem:
        """The problem with what the server's certificate says of itself, where that is the trouble."""
        match problem.hindrance:
            case CertificateTrouble(reason=Mistrust.CLIENT_WANTED | Mistrust.CLIENT_REFUSED):
                return problem
            case CertificateTrouble() as trouble:
                proxy = self._proxy if self._proxy_of(address) else None
                return replace(problem, hindrance=await examined(trouble, address, proxy, self._timeouts.connect))
        return problem

    async def _opened(self) -> httpx.AsyncClient:
        """The pool, made at its first use: in the loop, and where a failure has somebody to be told to."""
        if self._connections is None:
            async with self._opening:
                if self._connections is None:
                    self._connections = self._made(await self._trust())
        return self._connections

    async def _trust(self) -> ssl.SSLContext:
        if self._tls is not None:
            return self._tls
        if self._network == SYSTEM_ONLY:
            return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        reading = asyncio.get_running_loop().run_in_executor(None, secured, self._network)
        try:
            return await asyncio.wait_for(reading, FILES_TIMEOUT)
        except TimeoutError as error:
            name = Path(self._network.authority_file or self._network.client_certificate).name
            role = FileRole.AUTHORITY if self._network.authority_file else FileRole.CLIENT_CERTIFICATE
            trouble = FileTrouble(role, FileFault.SILENT, name)
            raise Failure(Problem(Kind.NETWORK_FILE, hindrance=trouble)) from error

    def _made(self, trust: ssl.SSLContext) -> httpx.AsyncClient:
        if self._closed:
            raise Failure(Problem(Kind.OFFLINE, technical="the connection was closed"))
        quiet.hush()
        quiet.settle()
        mend_connecting()
        self._proxy = self._usable_proxy(trust)
        return httpx.AsyncClient(
            headers=_HEADERS,
            http2=True,
            verify=trust,
            proxy=self._proxy,
            mounts=dict.fromkeys(_THIS_COMPUTER),
            # httpcore counts a tunnel whose handshake failed as a connection that is still in use.
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=KEPT),
            timeout=httpx.Timeout(
                connect=self._timeouts.connect,
                read=self._timeouts.read,
                write=self._timeouts.read,
                pool=self._timeouts.pool,
            ),
            follow_redirects=False,
            trust_env=False,
        )

    def _usable_proxy(self, trust: ssl.SSLContext) -> httpx.Proxy | None:
        if self._proxy_address is None:
            return None
        try:
            url = httpx.URL(self._proxy_address)
            if url.scheme in ("http", "https") and url.host:
                return httpx.Proxy(url, ssl_context=trust if url.scheme == "https" else None)
        except (httpx.InvalidURL, ValueError):
            pass  # said below, without the address: there may be a password in it
        trouble = RouteTrouble(Barrier.PROXY_UNSUPPORTED, self.base.url.host)
        raise Failure(Problem(Kind.PROXY, technical="the proxy settings of this computer", hindrance=trouble))


async def _body_of_refusal(response: httpx.Response, seconds: float) -> bytes:
    """The body of a response that is no success; empty when it does not come whole, for the status says enough."""
    try:
        async with asyncio.timeout(seconds):
            return await read_body(response, LARGEST_REFUSAL)
    except (httpx.HTTPError, OSError, ValueError, MemoryError, Failure):
        return b""
