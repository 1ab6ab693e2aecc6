"""What the timeline is given to show, and when: what the list shows, a little later while a chart is being read.

Rows are what the reader waits for: the timeline is drawn once they are painted, and seldom where drawing it takes long.
"""

from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Slot

from procedure_viewer.chart.open_chart import Standing
from procedure_viewer.ui.procedure_pane import ProcedurePane
from procedure_viewer.ui.session import Session
from procedure_viewer.ui.timeline import Timeline

SOONEST = 30
"""Milliseconds that the timeline waits for while pages come."""
SHARE = 10
"""How many times as long as one look at the timeline took the next one waits for."""


class TimelineFeed(QObject):
    """Shows the timeline what the list shows; what was entered in error counts where it is shown."""

    def __init__(self, session: Session, procedures: ProcedurePane, timeline: Timeline, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._procedures = procedures
        self._timeline = timeline
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(SOONEST)
        self._later.timeout.connect(self._show)
        procedures.visible_changed.connect(self._follow)
        session.chart_changed.connect(self._follow)

    @Slot()
    def _follow(self) -> None:
        """At once, unless more is to come; an empty chart is shown to be one at once, too."""
        chart = self._session.chart
        if chart is None or chart.standing is not Standing.LOADING or self._procedures.table.is_empty:
            self._show()
        elif not self._later.isActive():
            self._later.start()

    @Slot()
    def _show(self) -> None:
        self._later.stop()
        chart = self._session.chart
        if chart is None:
            self._later.setInterval(SOONEST)
            self._timeline.clear()
            return
        started = perf_counter()
        hidden = 0 if self._procedures.errors.isChecked() else chart.entered_in_error
        self._timeline.show_procedures(
            self._procedures.table.visible(),
            len(chart.procedures) - hidden,
            loading=chart.standing is Standing.LOADING,
        )
        self._later.setInterval(max(SOONEST, round((perf_counter() - started) * 1000 * SHARE)))
