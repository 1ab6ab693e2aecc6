"""How many pages of a list are asked for at once: as many as bring more records a second, and no more.

A server that is far away, or that answers many at once, is through sooner with several; one that works off its requests
one after the other gains nothing and is not to be burdened for it. Which it is shows in how long its answers take.
"""

from collections.abc import Sequence

MOST_AT_ONCE = 8
GAIN = 1.2
"""How many times as many records a second twice as many requests must bring."""
FIRST_REST = 8
"""Pages before widening is tried again where it brought nothing; each time it brings nothing there are twice as many.
Once is not enough to know: a computer that was busy for a moment looks like a server that is."""


class Width:
    """The width of the next stretch of pages, in which it stays the same: `at_once` of them, `pages` long.

    It begins with one page that took so long as its `pace` says, in records a second.
    """

    def __init__(self, pace: float, most: int = MOST_AT_ONCE) -> None:
        self._most = most
        self._settled = 1
        self._pace = pace
        self._rest = FIRST_REST
        self._resting = False
        self.at_once = 1
        self.pages: int | None = None
        """None: all that are left."""
        self._widen()

    def note(self, records: int, seconds: Sequence[float]) -> None:
        """Take in what the stretch brought, and how long each of its answers took: that decides on the next one."""
        # Requests that begin together are through with the slowest; of many in a row each stands for a share.
        taken = max(max(seconds), sum(seconds) / self.at_once)
        pace = records / taken if taken else float("inf")
        if not self._resting and pace < GAIN * self._pace:
            self.at_once, self.pages, self._resting = self._settled, self._rest, True
            self._rest *= 2
            return
        self._settled, self._pace = self.at_once, pace
        self._widen()

    def _widen(self) -> None:
        self._resting = False
        self.at_once = min(2 * self._settled, self._most)
        self.pages = self.at_once if self.at_once > self._settled else None
