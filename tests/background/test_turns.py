"""The loop makes no step while it is the window's turn, and never waits for it for long."""

import asyncio
import threading
import time

import pytest

from procedure_viewer.background import turns
from procedure_viewer.background.turns import Turn, polite_selector


def run_in_a_thread(turn: Turn, steps: list[float], until: threading.Event) -> threading.Thread:
    async def work() -> None:
        while not until.is_set():
            steps.append(time.monotonic())
            await asyncio.sleep(0)

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(polite_selector(turn))) as runner:
            runner.run(work())

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_the_loop_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONGEST", 30)
    turn, until, steps = Turn(), threading.Event(), list[float]()
    entered, waits = threading.Event(), threading.Event()

    class Waiting(Turn):
        def wait(self) -> None:
            if entered.is_set():
                waits.set()
            turn.wait()

    thread = run_in_a_thread(Waiting(), steps, until)
    with turn:
        with turn:
            pass
        entered.set()
        assert waits.wait(30)
        made = len(steps)
        time.sleep(0.02)  # of what must not happen no signal tells
        assert len(steps) == made
    until.set()
    thread.join(30)
    assert not thread.is_alive()


def test_it_goes_on_when_the_turn_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONGEST", 0.001)
    turn, until, steps = Turn(), threading.Event(), list[float]()
    with turn:
        thread = run_in_a_thread(turn, steps, until)
        while len(steps) < 5:
            time.sleep(0.001)  # the loop's own steps tell nobody
        until.set()
        thread.join(5)
    assert not thread.is_alive()
