"""The HTTP libraries' own logs carry addresses with their queries, and headers with the token: they are never heard."""

import logging
import warnings

_TALKATIVE = (
    "httpx",  # each address, at INFO
    "httpcore.connection",
    "httpcore.http11",  # the headers of each answer
    "httpcore.http2",
    "httpcore.proxy",
    "hpack.hpack",  # each header of both directions, with the token where a server sends it back
    "hpack.table",
)


_NEVER_STARTED = r"coroutine 'connect_tcp\..*try_connect' was never awaited"
"""anyio 4.16 warns so of an attempt to connect that is cancelled before its first step, as when one quits just then."""


def hush() -> None:
    """Stop the libraries' records at their source, whatever level or handler somebody sets; may be called again."""
    for name in _TALKATIVE:
        logging.getLogger(name).disabled = True
    warnings.filterwarnings("ignore", _NEVER_STARTED, RuntimeWarning)
