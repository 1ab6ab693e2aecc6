"""The HTTP libraries' own logs carry addresses with their queries, and headers with the token: they are never heard."""

import logging
import sys
import warnings
from importlib.util import find_spec

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


def settle() -> None:
    """Have httpcore know at once that it runs in asyncio.

    It finds that out by importing sniffio, for each of its locks anew: five times a request. Where that package is not
    installed each import looks through all of `sys.path`, which takes a seventh of a request's time.
    """
    if "sniffio" not in sys.modules and find_spec("sniffio") is None:
        sys.modules["sniffio"] = None  # type: ignore[assignment]  # how Python itself says that there is none
