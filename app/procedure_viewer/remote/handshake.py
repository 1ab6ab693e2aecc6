"""A connection whose TLS handshake was cancelled, closed."""

from collections.abc import Mapping
from typing import Protocol, cast


class _Stream(Protocol):
    async def aclose(self) -> None: ...


class Handshake:
    """Watches one request connect, through httpcore's `trace` extension.

    httpcore 1.0 closes a connection after a handshake that failed with an `Exception`, which a cancellation is not: the
    socket would stay open until it is collected as garbage.
    """

    def __init__(self) -> None:
        self._stream: _Stream | None = None

    async def trace(self, event: str, info: Mapping[str, object]) -> None:
        """Note the stream that connected; close it when TLS on it came to nothing. Closing it twice does no harm."""
        if event.endswith(".connect_tcp.complete"):
            self._stream = cast("_Stream", info["return_value"])
        elif event.endswith(".start_tls.failed") and self._stream is not None:
            await self._stream.aclose()
