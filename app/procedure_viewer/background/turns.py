"""Who uses the interpreter next, where the window and the loop thread both want it.

Python runs one thread at a time. A window that shows rows asks for it a thousand times in one paint, and would wait
each time until a busy worker lets go (five milliseconds): what takes 3 ms by itself took 40. So the loop gives way
between two of its steps while the window has its turn.
"""

import selectors
import sys
import threading
from types import TracebackType
from typing import Any

LONGEST = 0.1
"""Seconds after which the loop goes on in any case."""
SWITCHING = 0.0005
"""Seconds after which a thread that waits has the interpreter, where the other has not let go by itself."""


def switch_quickly() -> None:
    """Have the window wait half a millisecond for a busy worker, not Python's five: a frame has sixteen."""
    sys.setswitchinterval(SWITCHING)


class Turn:
    """`with turn:` in the window's thread is its turn; it may be taken within itself."""

    def __init__(self) -> None:
        self._depth = 0
        self._free = threading.Event()
        self._free.set()

    def __enter__(self) -> None:
        self._depth += 1
        self._free.clear()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._depth -= 1
        if not self._depth:
            self._free.set()

    def wait(self) -> None:
        """Wait in another thread until the window has had its turn, at most LONGEST seconds."""
        self._free.wait(LONGEST)


def polite_selector(turn: Turn) -> selectors.BaseSelector:
    """A selector for an asyncio loop that gives way before each of its steps.

    On Windows asyncio would take a loop without selectors by itself. One with them serves sockets only, 512 at most:
    the loop here has no other files, and a dozen sockets.
    """
    return _Polite(turn)


class _Polite(selectors.DefaultSelector):
    def __init__(self, turn: Turn) -> None:
        super().__init__()
        self._turn = turn

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found: list[tuple[selectors.SelectorKey, Any]] = super().select(timeout)
        self._turn.wait()
        return found
