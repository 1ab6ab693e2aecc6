"""Cancelling: the task ends at once, wherever it is, and the server sees that nobody listens any more."""

import asyncio
import gc
import logging
from collections.abc import Callable

import pytest

from tests.remote.asking import PATIENT, opened
from tests.servers import Script, ScriptedServer, bundle, head, in_turn, procedure, reply, stall

AT_ONCE = 5.0
"""Seconds, far below every time-out of the client."""


def cancelled_when(base_url: str, ready: Callable[[], object], afterwards: Callable[[], object]) -> int:
    """Cancel a search when `ready` returns, run `afterwards` before its client is closed, and count the pages."""

    async def run() -> int:
        pages = 0

        async def search() -> None:
            nonlocal pages
            async for _ in client.search("Procedure", PATIENT):
                pages += 1

        async with opened(base_url) as client:
            task = asyncio.ensure_future(search())
            await asyncio.to_thread(ready)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(task, AT_ONCE)
            await asyncio.to_thread(afterwards)
            return pages

    return asyncio.run(run())


@pytest.mark.parametrize(
    "script",
    [stall(), stall(head(200)[:30]), stall(head(200)), stall(head(200, {"Content-Length": "99"}) + b'{"resourceT')],
    ids=["before the answer", "in the headers", "before the body", "in the body"],
)
def test_a_cancelled_request_closes_its_connection(script: Script) -> None:
    with ScriptedServer(script) as server:
        cancelled_when(server.url, server.wait_for_request, server.wait_until_left)
    assert len(server.requests) == 1


def test_cancelling_in_the_tls_handshake_closes_the_connection() -> None:
    gc.disable()  # which would close a forgotten connection some day
    try:
        with ScriptedServer(stall()) as server:
            url = f"https://127.0.0.1:{server.port}"
            cancelled_when(url, server.wait_for_connection, server.wait_until_left)
    finally:
        gc.enable()


def test_cancelling_the_second_page_keeps_the_first() -> None:
    pages = in_turn(reply(200, bundle([procedure("1")], next_link="?p=2")), stall())
    with ScriptedServer(pages) as server:
        assert cancelled_when(server.url, lambda: server.wait_for_request(2), server.wait_until_left) == 1


def test_cancelling_between_two_attempts_asks_no_more(caplog: pytest.LogCaptureFixture) -> None:
    """The pause that the server asked for is not sat out."""
    refused = asyncio.Event()

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            refused.set()

    async def run(base_url: str) -> None:
        async with opened(base_url) as client:
            task = asyncio.ensure_future(client.read("Procedure", "1"))
            await asyncio.wait_for(refused.wait(), AT_ONCE)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(task, AT_ONCE)

    logger = logging.getLogger("procedure_viewer.remote")
    listener = Listener()
    caplog.set_level(logging.DEBUG, logger.name)
    logger.addHandler(listener)
    try:
        with ScriptedServer(reply(503, b"", {"Retry-After": "9"})) as server:
            asyncio.run(run(server.url))
    finally:
        logger.removeHandler(listener)
    assert len(server.requests) == 1


def test_a_reader_that_stops_early_leaves_nothing_open() -> None:
    async def first_page(base_url: str) -> int:
        async with opened(base_url) as client:
            async for page in client.search("Procedure", PATIENT):
                return len(page.matches)
            return 0

    with ScriptedServer(reply(200, bundle([procedure("1")], next_link="?p=2"))) as server:
        assert asyncio.run(first_page(server.url)) == 1
        server.wait_until_left()
    assert len(server.requests) == 1


def test_before_the_first_attempt_to_connect_has_begun() -> None:
    """As when one quits at that moment: every task is cancelled at once, and nobody complains afterwards."""

    async def ask_and_quit(url: str) -> None:
        async with opened(url) as client:
            asking = asyncio.create_task(client.read("Procedure", "1"))
            attempts: list[asyncio.Task[object]] = []
            while not attempts:
                await asyncio.sleep(0)
                attempts = [task for task in asyncio.all_tasks() if "try_connect" in task.get_name()]
            for task in (asking, *attempts):
                task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking

    with ScriptedServer(reply()) as server:
        asyncio.run(ask_and_quit(server.url))
        assert server.requests == ()
    gc.collect()
