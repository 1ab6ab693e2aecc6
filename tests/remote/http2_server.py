"""A small HTTP/2 server over TLS, for what differs from HTTP/1.1: many streams in one connection."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

import h2.config
import h2.connection
import h2.events
import h2.settings

from tests.servers import ScriptedServer, SeenRequest


class Unanswered(Enum):
    """What may be done with a request instead of answering it."""

    NOT_AT_ALL = auto()
    HEADERS_ONLY = auto()
    REFUSED_STREAM = auto()
    GOAWAY = auto()
    GARBAGE = auto()


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with a status and a body."""

    status: int
    body: bytes


Answers = Callable[[SeenRequest], Answered | Unanswered]


class Http2Server(ScriptedServer):
    """Answers each request as `answers` says, `most` of a connection at a time."""

    def __init__(self, answers: Answers, *, tls: ssl.SSLContext, most: int = 100) -> None:
        super().__init__(self._never, tls=tls)
        self._answers = answers
        self._most = {h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: most}

    @staticmethod
    async def _never(exchange: object) -> None:
        raise NotImplementedError("HTTP/2 has streams, not exchanges")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        http2 = h2.connection.H2Connection(
            h2.config.H2Configuration(client_side=False, header_encoding="utf-8", validate_outbound_headers=False)
        )
        http2.local_settings = h2.settings.Settings(client=False, initial_values=self._most)
        http2.initiate_connection()
        writer.write(http2.data_to_send())
        bodies: dict[int, bytes] = {}
        while data := await reader.read(65536):
            for event in http2.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    self._answer(http2, event, bodies)
            self._send(http2, bodies)
            writer.write(http2.data_to_send())
            await writer.drain()

    @staticmethod
    def _send(http2: h2.connection.H2Connection, bodies: dict[int, bytes]) -> None:
        """As much of the bodies as the client has room for: RFC 9113, section 5.2."""
        for stream, body in list(bodies.items()):
            while stream in bodies:
                room = min(http2.local_flow_control_window(stream), http2.max_outbound_frame_size)
                if not room and body:
                    break
                part, body = body[:room], body[room:]
                http2.send_data(stream, part, end_stream=not body)
                bodies[stream] = body
                if not body:
                    del bodies[stream]

    def _answer(
        self, http2: h2.connection.H2Connection, event: h2.events.RequestReceived, bodies: dict[int, bytes]
    ) -> None:
        headers = {str(name): str(value) for name, value in event.headers}
        request = SeenRequest(headers.pop(":method"), headers.pop(":path"), headers)
        self._note(request)
        stream = event.stream_id
        match self._answers(request):
            case Answered(status, body):
                http2.send_headers(stream, [(":status", str(status)), ("x-request-id", "h2")])
                bodies[stream] = body
            case Unanswered.HEADERS_ONLY:
                http2.send_headers(stream, [(":status", "200")])
            case Unanswered.REFUSED_STREAM:
                http2.reset_stream(stream, error_code=7)
            case Unanswered.GOAWAY:
                http2.close_connection(last_stream_id=0)
            case Unanswered.GARBAGE:
                http2.send_headers(stream, [(":status", "two hundred")])
            case Unanswered.NOT_AT_ALL:
                pass
