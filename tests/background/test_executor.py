"""A blocking call gets a thread of its own, which nobody ever has to wait for."""

import logging
import subprocess
import sys
import threading
from concurrent.futures import CancelledError

import pytest

from procedure_viewer.background.executor import DaemonExecutor

LONG = 5.0


def join_calls() -> None:
    for thread in threading.enumerate():
        if thread.name == "blocking call":
            thread.join(LONG)


def test_results_and_errors_come_back() -> None:
    executor = DaemonExecutor()
    assert executor.submit(divmod, 7, 2).result(LONG) == (3, 1)
    assert executor.submit(int, "ff", base=16).result(LONG) == 255
    assert isinstance(executor.submit(int, "x").exception(LONG), ValueError)
    assert isinstance(executor.submit(sys.exit, 3).exception(LONG), SystemExit)


def test_blocked_calls_do_not_hold_up_others() -> None:
    executor, release = DaemonExecutor(), threading.Event()
    blocked = [executor.submit(release.wait) for _ in range(40)]
    assert executor.submit(lambda: "through").result(LONG) == "through"
    release.set()
    assert all(future.result(LONG) for future in blocked)


def test_its_threads_are_daemons() -> None:
    assert DaemonExecutor().submit(lambda: threading.current_thread().daemon).result(LONG)


def test_a_running_call_cannot_be_cancelled_but_its_future_can_be_left() -> None:
    executor, begun, release = DaemonExecutor(), threading.Event(), threading.Event()

    def call() -> None:
        begun.set()
        release.wait()

    future = executor.submit(call)
    assert begun.wait(LONG)
    assert not future.cancel()
    release.set()
    assert future.result(LONG) is None


def test_a_call_cancelled_before_its_thread_came_to_it_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[threading.Thread] = []
    monkeypatch.setattr(threading.Thread, "start", lambda thread: threads.append(thread))
    future = DaemonExecutor().submit(pytest.fail, "it was called")
    monkeypatch.undo()
    assert future.cancel()
    threads[0].start()
    threads[0].join(LONG)
    with pytest.raises(CancelledError):
        future.result(0)


def test_after_shutdown_it_takes_nothing_and_delivers_nothing(caplog: pytest.LogCaptureFixture) -> None:
    executor, release = DaemonExecutor(), threading.Event()
    future = executor.submit(release.wait)
    future.add_done_callback(lambda _: pytest.fail("delivered after shutdown"))
    executor.shutdown(wait=True)  # it does not wait all the same
    with pytest.raises(RuntimeError, match="shut down"):
        executor.submit(int)
    release.set()
    join_calls()
    assert not future.done()
    assert [record for record in caplog.records if record.levelno > logging.DEBUG] == []


def test_a_callback_may_use_the_executor() -> None:
    executor, done = DaemonExecutor(), threading.Event()
    executor.submit(int).add_done_callback(lambda _: executor.submit(done.set))
    assert done.wait(LONG)


def test_a_call_that_never_returns_does_not_keep_the_program() -> None:
    program = (
        "import threading; from procedure_viewer.background.executor import DaemonExecutor; "
        "begun = threading.Event(); "
        "DaemonExecutor().submit(lambda: (begun.set(), threading.Event().wait())); begun.wait()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (0, "")
