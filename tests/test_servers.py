"""The scripted server of the tests leaves nothing behind that a later test would be blamed for."""

import asyncio
import gc
import socket
import threading
import warnings

import pytest

from tests.remote.authority import Authority
from tests.servers import PATIENCE, ScriptedServer, reply


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_a_connection_is_closed_that_was_accepted_just_when_the_server_ends(secure: bool) -> None:
    """Of a server that is closed by then asyncio makes no connection, and forgets the socket."""
    ended = threading.Event()

    def end() -> None:
        asyncio.ensure_future(server._end()).add_done_callback(lambda _: ended.set())

    def connect() -> None:
        socket.create_connection(("127.0.0.1", server.port), PATIENCE).close()
        asyncio.get_running_loop().call_soon(
            end
        )  # in the next round the server accepts; its end comes in the one after

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ResourceWarning)
        with ScriptedServer(reply(), tls=Authority().server() if secure else None) as server:
            server.call(connect)
            assert ended.wait(PATIENCE)
        gc.collect()
    assert [str(one.message) for one in told] == []
