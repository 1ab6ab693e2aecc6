"""The loop's thread ends in order and in time, whatever runs inside it."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import partial
from typing import Any

import pytest

from procedure_viewer.background.loop import LoopThread
from tests.background.support import for_ever, nothing_to_close

LONG = 5.0
"""Seconds that none of these tests should ever take."""


def run(thread: LoopThread, job: Callable[[], Coroutine[Any, Any, None]]) -> threading.Event:
    """Have the job run as a task of the loop; the event says that it has begun and waits for something."""
    begun = threading.Event()

    def start() -> None:
        tasks.append(thread.create_task(job()))
        asyncio.get_running_loop().call_soon(begun.set)

    tasks: list[asyncio.Task[None]] = []
    thread.call(start)
    return begun


def test_calls_run_in_their_order_also_from_before_the_start() -> None:
    thread = LoopThread(nothing_to_close)
    order: list[int] = []
    done = threading.Event()
    for number in range(3):
        thread.call(partial(order.append, number))
    thread.start()
    for number in range(3, 6):
        thread.call(partial(order.append, number))
    thread.call(done.set)
    assert done.wait(LONG)
    assert order == list(range(6))
    assert thread.stop(LONG)


def test_stopping_twice_or_without_a_start_is_fine() -> None:
    never = LoopThread(nothing_to_close)
    assert never.stop(0)
    thread = LoopThread(nothing_to_close)
    thread.start()
    assert thread.stop(LONG)
    assert thread.stop(0)
    thread.call(lambda: pytest.fail("a call after the end"))


def test_it_closes_after_every_task_has_ended() -> None:
    order: list[str] = []

    async def task() -> None:
        try:
            await for_ever()
        finally:
            await asyncio.sleep(0)
            order.append("task")

    async def close() -> None:
        order.append("close")

    thread = LoopThread(close)
    thread.start()
    assert run(thread, task).wait(LONG)
    assert thread.stop(LONG)
    assert order == ["task", "close"]


def test_an_unfinished_generator_is_closed() -> None:
    closed: list[str] = []
    generators: list[AsyncIterator[int]] = []

    async def pages() -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            closed.append("pages")

    async def first_page() -> None:
        generators.append(pages())
        assert await anext(generators[0]) == 1

    thread = LoopThread(nothing_to_close)
    thread.start()
    assert run(thread, first_page).wait(LONG)
    assert thread.stop(LONG)
    assert closed == ["pages"]


@pytest.mark.parametrize("error", [OSError("secret"), SystemExit("secret"), asyncio.CancelledError("secret")])
def test_a_failing_close_does_not_keep_the_loop_alive(caplog: pytest.LogCaptureFixture, error: BaseException) -> None:
    async def close() -> None:
        raise error

    thread = LoopThread(close)
    thread.start()
    assert thread.stop(LONG)
    assert "secret" not in caplog.text


def test_a_close_that_never_ends_is_given_up() -> None:
    thread = LoopThread(for_ever)
    thread.start()
    assert thread.stop(0.3)


def test_a_task_that_goes_on_in_spite_of_cancelling_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    closed: list[str] = []
    stubborn = True

    async def task() -> None:
        while stubborn:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                continue

    async def close() -> None:
        closed.append("close")

    thread = LoopThread(close)
    thread.start()
    assert run(thread, task).wait(LONG)
    assert thread.stop(0.3)
    assert closed == ["close"]
    stubborn = False  # it hears of the end of its loop, too, as GeneratorExit


def test_a_task_that_ends_somewhat_later_is_waited_for() -> None:
    ended: list[str] = []

    async def task() -> None:
        try:
            await for_ever()
        except asyncio.CancelledError:
            for _ in range(100):
                await asyncio.sleep(0)
            ended.append("task")

    thread = LoopThread(nothing_to_close)
    thread.start()
    assert run(thread, task).wait(LONG)
    assert thread.stop(LONG)
    assert ended == ["task"]


def test_a_blocked_loop_is_said_and_ends_when_it_can() -> None:
    closed: list[str] = []
    blocked, release = threading.Event(), threading.Event()

    def block() -> None:
        blocked.set()
        release.wait()

    async def close() -> None:
        closed.append("close")

    thread = LoopThread(close)
    thread.start()
    thread.call(block)
    assert blocked.wait(LONG)
    assert not thread.stop(0.05)
    release.set()
    assert thread.stop(LONG)
    assert closed == ["close"]


def test_a_call_in_another_thread_does_not_hold_up_the_end(caplog: pytest.LogCaptureFixture) -> None:
    blocked, release, over = threading.Event(), threading.Event(), threading.Event()

    def block() -> None:
        blocked.set()
        release.wait()
        over.set()

    async def task() -> None:
        await asyncio.get_running_loop().run_in_executor(None, block)

    thread = LoopThread(nothing_to_close)
    thread.start()
    run(thread, task)
    assert blocked.wait(LONG)
    with caplog.at_level(logging.DEBUG):
        assert thread.stop(LONG)
        workers = [worker for worker in threading.enumerate() if worker.name == "blocking call"]
        release.set()  # its result finds no loop any more
        assert over.wait(LONG)
        for worker in workers:
            worker.join(LONG)
    assert [record for record in caplog.records if record.levelno > logging.DEBUG] == []


def test_a_result_of_another_thread_arrives() -> None:
    results: list[int] = []
    done = threading.Event()

    async def task() -> None:
        results.append(await asyncio.to_thread(lambda: 42))
        done.set()

    thread = LoopThread(nothing_to_close)
    thread.start()
    run(thread, task)
    assert done.wait(LONG)
    assert results == [42]
    assert thread.stop(LONG)


def test_the_loop_says_nothing_that_an_exception_says(caplog: pytest.LogCaptureFixture) -> None:
    called = threading.Event()

    def callback() -> None:
        called.set()
        raise ValueError("OKAFOR, Ngozi")

    thread = LoopThread(nothing_to_close)
    thread.start()
    thread.call(callback)
    assert called.wait(LONG)
    assert thread.stop(LONG)
    assert "ValueError" in caplog.text
    assert "OKAFOR" not in caplog.text


def test_calls_from_many_threads_while_it_stops_are_run_or_dropped() -> None:
    for _ in range(20):
        thread = LoopThread(nothing_to_close)
        thread.start()
        start = threading.Barrier(4)

        def call(thread: LoopThread = thread, start: threading.Barrier = start) -> None:
            start.wait()
            for _ in range(100):
                thread.call(lambda: None)

        callers = [threading.Thread(target=call) for _ in range(3)]
        for caller in callers:
            caller.start()
        start.wait()
        assert thread.stop(LONG)
        for caller in callers:
            caller.join()
