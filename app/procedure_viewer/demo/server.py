"""The demo server's process: binds to loopback, says so, serves, and ends.

It ends when its standard input does (see `stopping`), and on SIGTERM and Ctrl-C, within a second even while requests
are under way. No line is logged for a request, since the query strings hold what was searched for.
"""

import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from procedure_viewer.demo import ACCESS_TOKEN_SECONDS, READY_LINE
from procedure_viewer.demo.app import demo_app
from procedure_viewer.demo.oauth.switches import Switches
from procedure_viewer.demo.stopping import NoStandardInput, standard_input_is_held, when_standard_input_ends

LOOPBACK = "127.0.0.1"
_STDOUT = 1
_SECONDS_TO_END = 0.8


def serve(port: int, latency_ms: int, token_seconds: int = ACCESS_TOKEN_SECONDS) -> int:
    """Serve on `port` of 127.0.0.1 (0: any free one), each answer held back for `latency_ms`; returns the exit status.

    An access token lives for `token_seconds`: with few of them one sees it renewed. Prints `READY_LINE` as soon as
    connections are accepted. A port that is not to be had is said in one line on standard error, with status 1.
    """
    try:
        held = standard_input_is_held()
    except NoStandardInput:
        return _refuse("its standard input is closed; start it with < /dev/null to let it run until it is stopped")
    try:
        listener = _listener(port)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        return _refuse(f"port {port} of {LOOPBACK} can't be used: {reason}")
    with listener:
        server = _Server(
            uvicorn.Config(
                demo_app(latency_ms / 1000, Switches(access_token_seconds=token_seconds)),
                loop="asyncio",
                http="h11",
                ws="none",
                lifespan="off",
                access_log=False,
                log_config=None,
                log_level="critical",
                server_header=False,
            )
        )
        if held:
            when_standard_input_ends(server.end)
        server.run(sockets=[listener])
    return 0


def _listener(port: int) -> socket.socket:
    # asyncio sends at once (TCP_NODELAY) only where the protocol is named; else each answer takes 40 ms more.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            # Elsewhere this option would let two programs share the port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
    except BaseException:
        listener.close()
        raise
    return listener


def _refuse(reason: str) -> int:
    print(f"The demo server can't start: {reason}.", file=sys.stderr)  # noqa: T201 - the command's own words
    return 1


class _Server(uvicorn.Server):
    """Says when it is ready, and ends at once when it is told to, instead of waiting for slow answers."""

    def end(self) -> None:
        """End soon; may be called from any thread and from a signal handler."""
        self.should_exit = self.force_exit = True
        # Should the loop be stuck, nobody is left to wait for it.
        last_resort = threading.Timer(_SECONDS_TO_END, os._exit, (0,))
        last_resort.daemon = True
        last_resort.start()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        assert sockets
        url = f"http://{LOOPBACK}:{sockets[0].getsockname()[1]}"
        # Past sys.stdout, which a windowed program doesn't have, and which would keep the line in a buffer.
        os.write(_STDOUT, (READY_LINE.format(url=url) + "\n").encode("ascii"))

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End on SIGINT and SIGTERM as on any other good reason, with status 0: not by raising them anew afterwards."""
        former = {number: signal.signal(number, lambda *_: self.end()) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)
