"""A chart that stays open grows old: by and by what is said of it has to say so."""

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

from procedure_viewer.chart.open_chart import OpenChart
from procedure_viewer.chart.statement import statement_of
from procedure_viewer.ui.session import Session

LOOKS_EVERY = 20_000
"""Milliseconds: the age is told in minutes."""


class Aging(QObject):
    """Looks at the wall clock, also when the program is turned to again: timers stand still while a computer sleeps."""

    aged = Signal()
    """What is to be said of the open chart's age has changed."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._chart: OpenChart | None = None
        self._said = ""
        self.timer = QTimer(self)
        self.timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self.timer.setInterval(LOOKS_EVERY)
        self.timer.timeout.connect(self._look)
        self.timer.start()
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._turned_to)

    @Slot()
    def _look(self) -> None:
        chart = self._session.chart
        said = statement_of(chart, now=self._session.clock()).text if chart is not None else ""
        news = chart is not None and (chart is not self._chart or said != self._said)
        self._chart, self._said = chart, said
        if news:
            self.aged.emit()

    @Slot(Qt.ApplicationState)
    def _turned_to(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive:
            self.aged.emit()
