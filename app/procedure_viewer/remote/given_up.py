"""HTTP/2: a connection on which a question was given up is used no more, and closed when nobody else waits on it.

httpcore 1.0 only forgets the question. The server is not told and goes on; what it still sends is taken off the
connection's flow control window (RFC 9113, section 5.2) and never given back, so that after some megabytes, three
charts left while they were read, nothing comes over that connection any more. Over HTTP/1.1 httpcore does what is done
here, for there a connection has one question.
"""

from httpcore._async import http2


class _Connection(http2.AsyncHTTP2Connection):
    async def _response_closed(self, stream_id: int) -> None:
        """Is called once for each question, however it ended."""
        stream = self._h2_state.streams.get(stream_id)
        if self._events[stream_id] or (stream is not None and not stream.closed):
            self._connection_error = True  # it takes no further questions
        try:
            await super()._response_closed(stream_id)
        finally:
            if self._connection_error and not self._events:
                await self.aclose()


def close_what_is_given_up() -> None:
    """Have all connections over HTTP/2 that are made from now on behave so; may be called again."""
    http2.AsyncHTTP2Connection = _Connection  # type: ignore[misc]
