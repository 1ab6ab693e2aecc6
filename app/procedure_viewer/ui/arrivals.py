"""Pages of a chart on their way into the list: so many at once, and a look at them between.

The worker may have the second to the tenth page ready before the first one's rows were painted. Taken in one by one
each would have the list, its counts and the timeline made anew; taken in all at once they would stall the window.
"""

from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Slot

MOST_ROWS = 1_500
"""Rows that are taken in at once; a single page may have more."""
PAUSE = 80
"""Milliseconds between two times: what came is painted in them."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    ticket: int
    rows: int
    act: Callable[[], None]


class Arrivals(QObject):
    """What was answered to a ticket, in its order: at once, or after what waits already.

    Nothing is left out here, whatever becomes of the question meanwhile: a list of which a part was thrown away could
    pass for a whole one.
    """

    def __init__(
        self, gathering: Callable[[], AbstractContextManager[None]], turn: AbstractContextManager[None], parent: QObject
    ) -> None:
        """Inside of `gathering` everything that is acted on at one time is told together; it is the window's `turn`."""
        super().__init__(parent)
        self._turn = turn
        self._gathering = gathering
        self._waiting: deque[_Waiting] = deque()
        self._latest: int | None = None
        """The ticket whose rows came last: those that answer another one first are what somebody waits for."""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._go_on)

    def rows(self, ticket: int, rows: int, act: Callable[[], None]) -> None:
        """So many rows came, which `act` takes in."""
        self._waiting.append(_Waiting(ticket, rows, act))
        first, self._latest = ticket != self._latest, ticket
        if first or not self._pause.isActive():
            self._go_on()

    def other(self, ticket: int, act: Callable[[], None]) -> None:
        """Something else came, which `act` takes in; never before the rows that came before."""
        if any(waiting.ticket == ticket for waiting in self._waiting):
            self._waiting.append(_Waiting(ticket, 0, act))
            self._pause.start(self._until_next)
        else:
            act()

    @Slot()
    def _go_on(self) -> None:
        if not self._waiting:
            return
        room = MOST_ROWS
        try:
            with self._turn, self._gathering():
                while self._waiting and (room == MOST_ROWS or self._waiting[0].rows <= room):
                    waiting = self._waiting.popleft()
                    room -= waiting.rows
                    waiting.act()
        finally:
            self._pause.start(self._until_next)

    @property
    def _until_next(self) -> int:
        """Milliseconds that rows are gathered for: none where the last of them are there."""
        return 0 if any(not waiting.rows for waiting in self._waiting) else PAUSE
