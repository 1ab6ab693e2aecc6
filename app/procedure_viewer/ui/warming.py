"""A connection to the server is made ready before anything is asked: when the window is turned to, or typed in.

One that rests is closed after a while, here, at the server, or on the way between. Making another takes several ways to
the server and back, in which the reader would wait for the first patient.
"""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit

from procedure_viewer.ui.session import Session

EVERY = 60.0
"""Seconds between two times, at least."""


class Warming(QObject):
    """Watches the application and the field in which searches are typed."""

    def __init__(
        self, session: Session, field: QLineEdit, parent: QObject, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._clock = clock
        self._next = 0.0
        field.textEdited.connect(self.warm_up)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._on_state)

    @Slot()
    def warm_up(self) -> None:
        """Have a connection ready, unless that was done a moment ago."""
        if self._clock() >= self._next and self._session.warm_up():
            self._next = self._clock() + EVERY

    @Slot(Qt.ApplicationState)
    def _on_state(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive:
            self.warm_up()
