"""Long work in the GUI thread, a few milliseconds at a time, so that the window goes on answering."""

from collections.abc import Iterator
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal, Slot

SLICE = 0.005
"""Seconds of work between two looks at what else there is to do; a screen is drawn every sixteen thousandths."""


class Slices(QObject):
    """Goes through an iterator whose steps are short. The first slice is worked at once: most work is done after it."""

    ended = Signal()
    """The iterator has come to its end; not after `stop`, nor where it failed."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._work: Iterator[object] | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)

    @property
    def is_working(self) -> bool:
        """Whether there is more to do."""
        return self._work is not None

    def start(self, work: Iterator[object]) -> None:
        """Go through `work`, in the place of what was under way."""
        self.stop()
        self._work = work
        self._go_on()
        if self._work is work:
            self._timer.start(0)

    def stop(self) -> None:
        """Leave the rest of the work undone."""
        self._timer.stop()
        self._work = None

    @Slot()
    def _go_on(self) -> None:
        work = self._work
        until = perf_counter() + SLICE
        while work is not None and work is self._work and perf_counter() < until:
            try:
                next(work)
            except StopIteration:
                if work is self._work:
                    self.stop()
                    self.ended.emit()
                return
            except Exception:
                if work is self._work:
                    self.stop()  # a generator that failed has an end the next time: pages would pass for printed
                raise
