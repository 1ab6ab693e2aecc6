"""A server that demands a certificate of its clients, and tells by TLS's own alert when it does not like one.

It blocks, because asyncio's servers end a connection without the alert.
"""

import contextlib
import socket
import ssl
import threading
from types import TracebackType
from typing import Self

from tests.servers import FHIR_JSON, PATIENCE, head


class MutualTls:
    """The server as a context manager; it answers everything with `body`."""

    def __init__(self, context: ssl.SSLContext, body: bytes) -> None:
        context.verify_mode = ssl.CERT_REQUIRED
        self._context = context
        self._body = body
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, name="mutual TLS", daemon=True)
        self.answered = 0

    @property
    def url(self) -> str:
        """The server's address."""
        return f"https://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(PATIENCE)
        self._listener.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # the end: nobody listens any more
            while True:
                connection, _ = self._listener.accept()
                with self._context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False) as secured:
                    self._talk(secured)

    def _talk(self, secured: ssl.SSLSocket) -> None:
        try:
            secured.do_handshake()
        except OSError:
            # A close with unread data would reset the connection, and the alert with it.
            with contextlib.suppress(OSError):
                secured.shutdown(socket.SHUT_WR)
                while secured.recv(4096):
                    pass
            return
        with contextlib.suppress(OSError):
            if secured.recv(65536):
                self.answered += 1
                fields = {"Content-Type": FHIR_JSON, "Content-Length": str(len(self._body)), "Connection": "close"}
                secured.sendall(head(200, fields) + self._body)
                secured.unwrap()
