"""Where the browser comes back to after a sign-in: a port of this computer's own. RFC 8252, section 7.3.

It takes one answer, the one that carries our `state`; whatever else reaches the port changes nothing.
"""

import asyncio
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs, urlsplit

import h11

from procedure_viewer.fhir.outcome import Failure, Kind, Problem
from procedure_viewer.fhir.words import translate

HOST: Final = "127.0.0.1"
PATH: Final = "/callback"
_LONGEST_REQUEST = 32 * 1024
"""Bytes. A code is short, but some servers put a whole session into it."""
_SECONDS_TO_ASK = 10.0
_SECONDS_TO_LEAVE = 1.0

_PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>Procedure Viewer</title></head>
<body><p>{words}</p></body></html>
"""
_HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("Connection", "close"),
)


class NotOurs(ValueError):
    """An address that is no answer to this sign-in; `str(error)` is the reason in words."""


class Redirect:
    """The redirect URI of one sign-in, and the answer that comes to it."""

    def __init__(self, state: str) -> None:
        self._state = state
        self._answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._busy: set[asyncio.Task[None]] = set()
        self._thanking: asyncio.Task[None] | None = None
        self.port = 0

    @property
    def uri(self) -> str:
        """What the server is to send the browser to."""
        return f"http://{HOST}:{self.port}{PATH}"

    @property
    def answered(self) -> bool:
        """Whether the answer has come."""
        return self._answer.done()

    async def answer(self) -> str:
        """The address that the browser was sent to, with our state in it."""
        return await self._answer

    def paste(self, text: str) -> None:
        """Take the answer from an address that a person copied out of the browser; raises `NotOurs`."""
        address = text.strip()
        try:
            query = urlsplit(address).query if "?" in address else address
            query.encode()
        except ValueError:  # brackets that are no address, or half a character
            query = ""
        if not {"code", "error"} & parse_qs(query).keys():
            raise NotOurs(
                translate("remote", "This is not the address that the sign-in ended at: there is no code in it.")
            )
        if not self._is_ours(query):
            raise NotOurs(translate("remote", "This address belongs to another sign-in. Copy the newest one."))
        if self.answered:
            raise NotOurs(translate("remote", "This sign-in has been answered already."))
        self._answer.set_result(f"{self.uri}?{query}")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection."""
        task = asyncio.current_task()
        if task is not None:
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)
        try:
            async with asyncio.timeout(_SECONDS_TO_ASK):
                await self._exchange(reader, writer)
        except (OSError, TimeoutError, h11.ProtocolError):
            pass  # whoever it was has gone, or speaks no HTTP
        finally:
            writer.close()

    async def leave(self) -> None:
        """Let the browser have its page; hang up on all others, such as a connection that it opened to be prepared."""
        if self._thanking is not None:
            await asyncio.wait({self._thanking}, timeout=_SECONDS_TO_LEAVE)
        for task in self._busy:
            task.cancel()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=_LONGEST_REQUEST)
        while not isinstance(event := connection.next_event(), h11.Request):
            if event is h11.NEED_DATA:
                connection.receive_data(await reader.read(4096))
            else:
                return
        status, words = self._response(event)
        body = _PAGE.format(words=words).encode()
        headers = [*_HEADERS, ("Content-Length", str(len(body)))]
        response = h11.Response(status_code=status, headers=headers, reason=HTTPStatus(status).phrase)
        for part in (response, h11.Data(data=b"" if event.method == b"HEAD" else body), h11.EndOfMessage()):
            writer.write(connection.send(part) or b"")
        await writer.drain()

    def _response(self, request: h11.Request) -> tuple[HTTPStatus, str]:
        target = urlsplit(request.target.decode("ascii", "replace"))
        hosts = [value for name, value in request.headers if name == b"host"]
        # Another name for this computer is a web page that tries to talk to the port.
        if hosts not in ([f"{HOST}:{self.port}".encode()], [f"localhost:{self.port}".encode()]):
            return HTTPStatus.FORBIDDEN, translate("remote", "This address is not for you.")
        if request.method != b"GET" or target.path != PATH:
            return HTTPStatus.NOT_FOUND, translate("remote", "There is nothing here.")
        if not self._is_ours(target.query):
            return HTTPStatus.BAD_REQUEST, translate(
                "remote", "This is not the answer to the sign-in that is waiting. Nothing was changed."
            )
        if self.answered:
            return HTTPStatus.GONE, translate("remote", "This sign-in has been answered already.")
        self._answer.set_result(f"{self.uri}?{target.query}")
        self._thanking = asyncio.current_task()
        return HTTPStatus.OK, translate(
            "remote", "Procedure Viewer has its answer. You can close this tab and go back to its window."
        )

    def _is_ours(self, query: str) -> bool:
        states = parse_qs(query).get("state", [])
        return len(states) == 1 and hmac.compare_digest(states[0].encode(), self._state.encode())


@asynccontextmanager
async def listening(state: str, port: int) -> AsyncIterator[Redirect]:
    """Listen on `port` of 127.0.0.1 (0: a free one) for the answer with this `state`; raises `Failure`."""
    redirect = Redirect(state)
    try:
        server = await asyncio.start_server(redirect.serve, HOST, port, limit=_LONGEST_REQUEST)
    except OSError as error:
        words = f"port {port} of {HOST}: {error.strerror}"
        raise Failure(Problem(Kind.SIGN_IN, technical=words)) from error
    redirect.port = server.sockets[0].getsockname()[1]
    try:
        yield redirect
    finally:
        server.close()
        await redirect.leave()
