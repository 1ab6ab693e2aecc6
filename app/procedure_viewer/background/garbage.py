"""Reference cycles are collected in the GUI thread only.

Python collects them in whatever thread happens to allocate. Where a cycle holds a QObject, collecting it in the loop
thread destroys a widget there, which Qt answers with a crash (seen: event filters called in the wrong thread).
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

EVERY = 1_000
"""Milliseconds between two looks."""


def collect_if_due() -> None:
    """Collect what the interpreter would have collected by itself by now, in this thread."""
    counts, thresholds = gc.get_count(), gc.get_threshold()
    for generation in (2, 1, 0):
        if thresholds[generation] and counts[generation] > thresholds[generation]:
            gc.collect(generation)
            return


class GuiThreadGarbage(QObject):
    """From `start` to `stop` the interpreter collects nothing by itself, and the thread of this object does it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_on = False
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self._collect)

    def start(self) -> None:
        """Take the collecting over."""
        self._was_on = gc.isenabled()
        gc.disable()
        gc.freeze()  # modules and the window are there to stay: without them a look at everything takes a third as long
        self._timer.start()

    def stop(self) -> None:
        """Leave it to the interpreter again, if it was its own before."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_on:
            gc.enable()

    @Slot()
    def _collect(self) -> None:
        collect_if_due()
