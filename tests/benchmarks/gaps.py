"""How long the GUI thread leaves everything else waiting: a timer of a millisecond, and the gaps between its ticks.

Whatever holds the thread up lengthens a gap, whether it computes, paints, or waits for the interpreter that another
thread is using. A thread with nothing to do has gaps of a millisecond.
"""

from dataclasses import dataclass, field
from math import ceil
from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer, Slot

INTERVAL = 1
"""Milliseconds between two ticks of a thread that has nothing else to do."""
BUSY = 4.0
"""Milliseconds that a gap exceeds only where something is done."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """Milliseconds between two ticks: the usual gap, the one that one in a hundred exceeds, and the longest."""

    p50: float
    p99: float
    max: float
    all: tuple[float, ...] = field(default=(), repr=False)
    """Every gap in its order, so that several runs can be put together."""

    @classmethod
    def of(cls, gaps: tuple[float, ...]) -> "Gaps":
        """The figures of these gaps; of none they are 0."""
        ranked = sorted(gaps) or [0.0]
        return cls(_at(ranked, 0.50), _at(ranked, 0.99), ranked[-1], gaps)

    def __add__(self, other: "Gaps") -> "Gaps":
        return Gaps.of((*self.all, *other.all))

    @property
    def busy(self) -> "Gaps":
        """Without the pause at the end, in which nothing was done any more; the longest one is never in it."""
        last = max((at for at, gap in enumerate(self.all) if gap > BUSY or gap == self.max), default=-1)
        return Gaps.of(self.all[: last + 1])


class GapMeter(QObject):
    """Measures from `start` to `stop` in the thread that it lives in, whose event loop has to run."""

    def __init__(self, parent: QObject | None = None, interval: int = INTERVAL) -> None:
        super().__init__(parent)
        self._ticks: list[float] = []
        self._busy_at = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(interval)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begin anew."""
        self._busy_at = perf_counter()
        self._ticks = [self._busy_at]
        self._timer.start()

    @property
    def quiet(self) -> float:
        """Milliseconds since something was done, or since the start."""
        return (self._ticks[-1] - self._busy_at) * 1000

    def stop(self) -> Gaps:
        """End; what is held up at this very moment counts, too."""
        self._timer.stop()
        self._tick()
        return Gaps.of(tuple((later - one) * 1000 for one, later in zip(self._ticks, self._ticks[1:], strict=False)))

    @Slot()
    def _tick(self) -> None:
        now = perf_counter()
        if (now - self._ticks[-1]) * 1000 > BUSY:
            self._busy_at = now
        self._ticks.append(now)


def _at(ranked: list[float], part: float) -> float:
    """The smallest that at least this part of them does not exceed."""
    return ranked[max(0, ceil(part * len(ranked)) - 1)]
