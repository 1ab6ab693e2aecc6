"""The line at the foot of a window: what is under way and how far, what was last said, and which server it is."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QProgressBar, QPushButton, QStatusBar, QWidget

from procedure_viewer.chart.open_chart import OpenChart, Standing
from procedure_viewer.chart.search import Progress
from procedure_viewer.fhir.datatypes import printable
from procedure_viewer.tables.texts import plain_tooltip
from procedure_viewer.ui.export_progress import ExportProgressLine
from procedure_viewer.ui.labels import OneLine, PlainLabel
from procedure_viewer.ui.session import Session
from procedure_viewer.ui.states import Link


class StatusLine(QStatusBar):
    """Shows what the session is doing; Cancel is there while there is something to cancel."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("statusBar")
        self._session = session
        self.activity = PlainLabel("activity")
        self.activity.setWordWrap(False)
        self.progress = QProgressBar()
        self.progress.setObjectName("progress")
        self.progress.setAccessibleName(self.tr("Progress"))
        self.progress.setMaximumWidth(200)
        self.progress.setTextVisible(False)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setObjectName("cancelButton")
        self.cancel.clicked.connect(session.cancel)
        self.note = OneLine("statusNote")
        self.export = ExportProgressLine(session.exports)
        self.address = PlainLabel("serverAddress")
        self.address.setWordWrap(False)
        self.addWidget(self.activity)
        self.addWidget(self.progress)
        self.addWidget(self.cancel)
        self.addWidget(self.note, 1)
        self.addPermanentWidget(self.export)
        self.addPermanentWidget(self.address)

    def add_before_address(self, widget: QWidget) -> None:
        """Have a place for what another part of the window says all the time."""
        self.removeWidget(self.address)
        self.addPermanentWidget(widget)
        self.addPermanentWidget(self.address)
        self.address.show()

    def warn(self, name: str, text: str, whole: str) -> None:
        """Say something for as long as the window is there; `whole` is its tooltip."""
        label = PlainLabel(name)
        label.setWordWrap(False)
        label.setText(text)
        label.setToolTip(plain_tooltip(printable(whole)))
        label.setAccessibleDescription(printable(whole))
        label.warn()
        self.add_before_address(label)

    @Slot(str)
    @Slot(str, str)
    def say(self, text: str, whole: str = "") -> None:
        """Say something until there is something else to be said; `whole` is its tooltip."""
        self.note.setText(printable(text))
        self.note.setToolTip(plain_tooltip(printable(whole)))
        self.note.setAccessibleDescription(printable(whole))  # else it would be the tooltip, with its markup

    @Slot()
    def show_session(self) -> None:
        """Show what the session is doing now; where it does anything, that is what there is to be said."""
        self.address.setText(self._session.base_url)
        text = self._under_way()
        if text:
            self.note.clear()
        self.activity.setText(text)
        self.activity.setVisible(bool(text))
        self.progress.setVisible(bool(text))
        chart = self._loading_chart
        done, total = (chart.under_way.received, chart.under_way.total or 0) if chart is not None else (0, 0)
        # A progress bar repaints at once, and all that waits to be painted with it: in the middle of a change.
        self.progress.setUpdatesEnabled(False)
        self.progress.setRange(0, total)
        self.progress.setValue(min(done, total))
        self.progress.setUpdatesEnabled(True)
        self.cancel.setVisible(self._session.busy)

    @property
    def _loading_chart(self) -> OpenChart | None:
        chart = self._session.chart
        connecting = self._session.link is Link.CONNECTING
        return chart if chart is not None and chart.standing is Standing.LOADING and not connecting else None

    def _under_way(self) -> str:
        session, chart = self._session, self._loading_chart
        if session.link is Link.CONNECTING:
            return self.tr("Connecting…")
        if chart is not None:
            return self._pages_text(chart)
        if session.reading_procedure:
            return self.tr("Reading the procedure…")
        if session.progress is Progress.LOADING:
            return self.tr("Searching for patients…")
        return ""

    def _pages_text(self, chart: OpenChart) -> str:
        reading = chart.under_way
        if reading.expected_pages is None:
            return self.tr("{count} pages loaded").format(count=reading.pages)
        return self.tr("{count} pages of {expected}").format(count=reading.pages, expected=reading.expected_pages)
