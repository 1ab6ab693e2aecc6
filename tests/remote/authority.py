"""A certificate authority of the tests' own, and contexts for both ends."""

import ssl
from datetime import UTC, datetime

import trustme


class Authority:
    """Issues certificates that only a client which trusts it will take."""

    def __init__(self) -> None:
        self._authority = trustme.CA()

    def server(
        self, name: str = "127.0.0.1", *, expires: datetime | None = None, alpn: str = "http/1.1"
    ) -> ssl.SSLContext:
        """The server's end, certified as `name`."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(name, not_after=expires).configure_cert(context)
        context.set_alpn_protocols([alpn])
        return context

    def client(self, context: ssl.SSLContext | None = None) -> ssl.SSLContext:
        """The client's end, or any `context`, made to trust this authority."""
        context = context or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._authority.configure_trust(context)
        return context


LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
