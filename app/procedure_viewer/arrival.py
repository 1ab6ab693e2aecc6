"""From the first sight of a window to the whole of it: what is imported and built after the first paint, and when.

Importing the program takes longer than a bare window needs to be there. It is done in the GUI thread, in steps of some
milliseconds between which the window takes keys: imports in a thread beside would hold Python's lock for five
milliseconds again and again while a key is handled.
"""

import time
from collections.abc import Callable, Iterator
from importlib import import_module

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot

SESSION = (
    "asyncio",
    "msgspec",
    "procedure_viewer.settings.connections",
    "procedure_viewer.fhir.query",
    "procedure_viewer.fhir.procedure",
    "procedure_viewer.chart.consultation",
    "procedure_viewer.background.requests",
    "procedure_viewer.background.gateway",
    "procedure_viewer.background.worker",
    "procedure_viewer.ui.session",
    "procedure_viewer.ui.server_menu",
)
"""What asking a server takes on this side, each with what is new in it: a step each."""
NETWORK = (
    "procedure_viewer.remote",
    "h11",
    "httpcore",
    "httpx._models",
    "httpx",
    "procedure_viewer.background.link",
)
"""What the worker would import, which can't do it beside the window without holding it up."""
PARTS = (
    "procedure_viewer.ui.patient_list",
    "procedure_viewer.ui.error_dialog",
    "procedure_viewer.ui.search_pane",
    "procedure_viewer.ui.filter_bar",
    "procedure_viewer.ui.procedure_pane",
    "procedure_viewer.ui.detail_pane",
    "procedure_viewer.ui.timeline",
    "procedure_viewer.ui.exporting",
    "procedure_viewer.ui.furnishing",
)
"""The parts of the window."""


def in_steps(modules: tuple[str, ...]) -> Iterator[None]:
    """Import one after the other."""
    for module in modules:
        import_module(module)
        yield


class Arrival(QObject):
    """Takes the steps, one between two rounds of events: whatever the reader does comes before the next."""

    def __init__(self, steps: Iterator[int | None], then: Callable[[], None], parent: QObject) -> None:
        """A step tells how many milliseconds to wait before the next; `then` is called when there are no more."""
        super().__init__(parent)
        self._steps, self._then = steps, then
        self.longest = 0.0
        """Milliseconds that the longest step has taken so far."""
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self.go_on)

    def finish(self) -> None:
        """Take all steps now."""
        for _ in self._steps:
            pass

    @Slot()
    def go_on(self) -> None:
        """Take the next step, and all others in their time."""
        begun = time.perf_counter()
        try:
            wait = next(self._steps)
        except StopIteration:
            self._then()
        except Exception:
            QCoreApplication.exit(1)  # a picture of a window is of no use; what went wrong is told on the way out
            raise
        else:
            self._clock.start(wait or 0)
        self.longest = max(self.longest, (time.perf_counter() - begun) * 1000)
