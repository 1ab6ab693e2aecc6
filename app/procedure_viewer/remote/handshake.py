"""How far a request came while it connected; and a connection whose TLS handshake was cancelled, closed."""

import ssl
import time
from collections.abc import Mapping
from typing import Protocol, cast

from httpcore import AsyncNetworkStream, ConnectionNotAvailable, Request
from httpcore._async import connection, connection_pool


class _Stream(Protocol):
    async def aclose(self) -> None: ...

    def get_extra_info(self, info: str) -> object: ...


class Handshake:
    """Watches one request connect, through httpcore's `trace` extension.

    httpcore 1.0 closes a connection after a handshake that failed with an `Exception`, which a cancellation is not: the
    socket would stay open until it is collected as garbage.
    """

    def __init__(self) -> None:
        self._stream: _Stream | None = None
        self._connecting = False
        self._through = False
        self._began = time.perf_counter()
        self.seconds = 0.0
        """How long it took to connect; 0 where a connection was there."""

    @property
    def before_tunnel(self) -> bool:
        """Whether it got no further than a proxy, where it goes by one: no tunnel to the server stood yet."""
        return self._connecting and not self._through

    async def trace(self, event: str, info: Mapping[str, object]) -> None:
        """Note the stream that connected; close it when TLS on it came to nothing. Closing it twice does no harm."""
        if event.endswith(".connect_tcp.started"):
            self._connecting = True
        elif event == "proxy.start_tls.started":
            self._through = True
        elif event.endswith(".connect_tcp.complete"):
            self._stream = cast("_Stream", info["return_value"])
        elif self._connecting and event.endswith(".send_request_headers.started"):
            self.seconds = time.perf_counter() - self._began
        elif event.endswith(".start_tls.failed") and self._stream is not None:
            await self._stream.aclose()
        elif event.endswith(".start_tls.complete") and _speaks_http2(cast("_Stream", info["return_value"])):
            from procedure_viewer.remote.http2 import mend_http2  # with h2, which takes a while

            mend_http2()


class _Connecting(connection.AsyncHTTPConnection):
    """One whose connecting came to nothing, or was given up, is not connected by the next who waits for it.

    Its pool has let go of it by then: nobody would ever close it. Several wait for one where it may be HTTP/2.
    """

    async def _connect(self, request: Request) -> AsyncNetworkStream:
        if self._connect_failed:
            raise ConnectionNotAvailable  # the pool makes another one
        return await super()._connect(request)


def mend_connecting() -> None:
    """Have all connections that are begun from now on behave so; may be called again."""
    connection_pool.AsyncHTTPConnection = _Connecting  # type: ignore[attr-defined]


def _speaks_http2(stream: _Stream) -> bool:
    tls = stream.get_extra_info("ssl_object")
    return isinstance(tls, ssl.SSLObject) and tls.selected_alpn_protocol() == "h2"
