"""An HTTP proxy on loopback, for CONNECT alone (RFC 9110, 9.3.6), that can be told to fail.

It runs in a thread, and connects every name of `.example` and `.com` to this computer, so that names may be used that
nobody has, or somebody else.
"""

import asyncio
import base64
import contextlib

from tests.servers import Exchange, ScriptedServer, head


class ConnectProxy(ScriptedServer):
    """The proxy as a context manager; with `user` and `password` it lets nobody else through.

    `dies_after` is how many bytes of the server it hands on before it ends a tunnel without a word.
    """

    def __init__(
        self,
        *,
        user: str = "",
        password: str = "",
        status: int = 200,
        dies_after: int | None = None,
    ) -> None:
        super().__init__(self.script)
        self._wanted = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode() if user else None
        self._status = status
        self._dies_after = dies_after
        self._port: int | None = None
        self.seen = b""
        """All that went through towards servers."""

    def leads_to(self, port: int) -> None:
        """Connect every name of `.example` and `.com` to this port, whichever is asked for."""
        self._port = port

    def heal(self) -> None:
        """Hand on everything from now on."""
        self._dies_after = None

    async def script(self, exchange: Exchange) -> None:
        """What it does with one client."""
        exchange.hang_up()
        if exchange.request.method != "CONNECT":
            await exchange.send(head(405, {"Content-Length": "0"}))
        elif self._wanted is not None and exchange.request.headers.get("proxy-authorization") != self._wanted:
            await exchange.send(head(407, {"Proxy-Authenticate": 'Basic realm="canary-realm"', "Content-Length": "0"}))
        elif self._status != 200:
            await exchange.send(head(self._status, {"Content-Length": "0"}))
        else:
            await self._tunnel(exchange)

    async def _tunnel(self, exchange: Exchange) -> None:
        host, _, port = exchange.request.target.rpartition(":")
        local = host.endswith((".example", ".com"))
        reader, writer = await asyncio.open_connection("127.0.0.1" if local else host, self._port or int(port))
        upwards = asyncio.ensure_future(self._upwards(exchange.reader, writer))
        try:
            await exchange.send(head(200))
            await self._downwards(reader, exchange.writer)
        finally:
            # All of it before anything is waited for: the end of a test cancels this as well.
            writer.close()
            exchange.writer.close()
            upwards.cancel()
            await asyncio.gather(upwards, writer.wait_closed(), return_exceptions=True)

    async def _upwards(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                self.seen += data
                writer.write(data)
                await writer.drain()
            writer.write_eof()

    async def _downwards(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        left = self._dies_after
        with contextlib.suppress(OSError):
            while left != 0 and (data := await reader.read(65536 if left is None else left)):
                writer.write(data)
                await writer.drain()
                left = None if left is None else left - len(data)
