"""What the timeline is given to show, and when: what the list shows, a little later where that is much.

Rows are what the reader waits for. While a chart is being read the timeline is drawn once they are painted, and seldom
where that takes long. Many procedures are put in order some milliseconds at a time.
"""

from collections.abc import Iterator
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Slot

from procedure_viewer.chart.open_chart import OpenChart, Standing
from procedure_viewer.ui.procedure_pane import ProcedurePane
from procedure_viewer.ui.session import Session
from procedure_viewer.ui.slices import Slices
from procedure_viewer.ui.timeline import Timeline

SOONEST = 30
"""Milliseconds that the timeline waits for while pages come."""
MOST_AT_ONCE = 1_000
"""Procedures that are on the timeline in the same moment in which they are in the list."""
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
        self._later.timeout.connect(self._begin)
        self._slices = Slices(self)
        self._started = 0.0
        self._slices.ended.connect(self._note)
        procedures.visible_changed.connect(self._follow)
        session.chart_changed.connect(self._follow)
        session.chart_cleared.connect(self._stop)

    @Slot()
    def _stop(self) -> None:
        """Nothing that was begun for one chart may end in another."""
        self._later.stop()
        self._later.setInterval(SOONEST)
        self._slices.stop()

    @Slot()
    def _follow(self) -> None:
        """At once, unless more is to come or there is much of it; an empty chart is shown to be one at once, too."""
        chart, table = self._session.chart, self._procedures.table
        if chart is None:
            self._stop()
            self._timeline.clear()
        elif chart.standing is Standing.LOADING and not table.is_empty:
            if not self._later.isActive() and not self._slices.is_working:
                self._later.start()
        elif table.shown <= MOST_AT_ONCE and len(self._timeline.shown) <= MOST_AT_ONCE:
            self._stop()
            with self._session.turn:
                for _ in self._showing(chart):
                    pass
        else:
            self._slices.stop()
            self._later.start(0)

    @Slot()
    def _begin(self) -> None:
        self._later.stop()
        chart = self._session.chart
        if chart is not None:
            self._started = perf_counter()
            self._slices.start(self._showing(chart))

    def _showing(self, chart: OpenChart) -> Iterator[None]:
        hidden = 0 if self._procedures.errors.isChecked() else chart.entered_in_error
        return self._timeline.showing(
            self._procedures.table.visible(),
            len(chart.procedures) - hidden,
            loading=chart.standing is Standing.LOADING,
        )

    @Slot()
    def _note(self) -> None:
        """It is there: how long that took says how soon the next look may come; more may have come meanwhile."""
        self._later.setInterval(max(SOONEST, round((perf_counter() - self._started) * 1000 * SHARE)))
        chart = self._session.chart
        if chart is not None and chart.standing is Standing.LOADING:
            self._later.start()
