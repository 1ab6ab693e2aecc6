"""HTTP/2 when a question is given up, as it is whenever the reader turns to another patient, or types on.

httpcore 1.0 only forgets the question, which harms those that share its connection, and those that come later:

- The server is not told and goes on. What it still sends is taken off the connection's flow control window (RFC 9113,
  section 5.2) and never given back: after some megabytes, three charts left while they were read, nothing comes any
  more. So a connection on which a question was given up takes no further one, and is closed when nobody waits on it.
  Over HTTP/1.1 httpcore does so itself, for there a connection has one question.
- Where the first question on a connection is given up while it begins, it stays half begun, and the others fail. So it
  begins in a task of its own, which goes on.
"""

import asyncio

from h2.exceptions import ProtocolError, TooManyStreamsError
from httpcore import ConnectionNotAvailable, LocalProtocolError, Request, Response
from httpcore._async import http2
from httpcore._synchronization import AsyncSemaphore


class _Connection(http2.AsyncHTTP2Connection):
    _beginning: asyncio.Task[None] | None = None
    _asking = 0
    """Questions that have no answer yet, with or without a stream."""

    async def handle_async_request(self, request: Request) -> Response:
        self._asking += 1
        try:
            if self._beginning is None:
                self._beginning = asyncio.create_task(self._begin(request), name="HTTP/2")
                self._beginning.add_done_callback(lambda task: task.cancelled() or task.exception())  # marked as seen
            await asyncio.shield(self._beginning)
            return await super().handle_async_request(request)
        except ProtocolError as error:  # it was closed just now: httpcore asks over another one
            raise ConnectionNotAvailable from error
        except LocalProtocolError as error:
            if not isinstance(error.__context__, TooManyStreamsError):
                raise
            self._connection_error = True  # what was given up has the server's last stream: nothing was sent
            raise ConnectionNotAvailable from error
        finally:
            self._asking -= 1
            await self._leave()

    async def _begin(self, request: Request) -> None:
        """As in `handle_async_request`, which does it no more where it was done."""
        await self._send_connection_init(request)
        most = self._h2_state.local_settings.max_concurrent_streams
        self._max_streams = 1  # until the server says how many
        self._max_streams_semaphore = AsyncSemaphore(most)
        for _ in range(most - self._max_streams):
            await self._max_streams_semaphore.acquire()
        self._sent_connection_init = True

    async def _response_closed(self, stream_id: int) -> None:
        """Is called once for each stream, however it ended."""
        stream = self._h2_state.streams.get(stream_id)
        if self._events[stream_id] or (stream is not None and not stream.closed):
            self._connection_error = True  # it takes no further questions
        try:
            await super()._response_closed(stream_id)
        finally:
            await self._leave()

    async def _leave(self) -> None:
        if self._connection_error and not self._events and not self._asking:
            await self.aclose()


def mend_http2() -> None:
    """Have all connections over HTTP/2 that are made from now on behave so; may be called again."""
    http2.AsyncHTTP2Connection = _Connection  # type: ignore[misc]
