"""Laying pages out for a preview, some milliseconds at a time, and showing them when all are there."""

from collections.abc import Iterator

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QStackedWidget

from procedure_viewer.chart.extract import Extract
from procedure_viewer.printing.paper import Paper, PaperSize
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.page_preview import PagePreview
from procedure_viewer.ui.slices import Slices

_TOLD_EVERY = 100
"""Steps from one word on how far it is to the next."""


class Paging(QStackedWidget):
    """The pages of one extract, or how far they are."""

    ready = Signal()
    """All pages are there."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("paging")
        self.pages = PagePreview()
        self.wait = PlainLabel("pagingWait")
        self.addWidget(self.wait)
        self.addWidget(self.pages)
        self.paper: Paper | None = None
        """What is shown, once all of it is laid out."""
        self._coming: Paper | None = None
        self._work = Slices(self)
        self._work.ended.connect(self._show)

    def show_extract(self, extract: Extract, size: PaperSize) -> None:
        """Show these procedures on such sheets."""
        if self.paper is not None and self.paper.extract is extract and self.paper.size is size:
            return
        self.stop()
        self.paper = None
        self.pages.show_paper(None)
        self._coming = Paper(extract, size)
        self.setCurrentWidget(self.wait)
        self._work.start(self._laying_out(self._coming))

    def _laying_out(self, paper: Paper) -> Iterator[None]:
        words = self.tr("Laying out pages: {done} of {count} procedures")
        for step, _ in enumerate(paper.laying_out()):
            if step % _TOLD_EVERY == 0:
                done, count = paper.progress
                self.wait.setText(words.format(done=done, count=count))
            yield

    def stop(self) -> None:
        """Lay out no more."""
        self._work.stop()
        self._coming = None

    def clear(self) -> None:
        """Show nobody's pages any more."""
        self.stop()
        self.paper = None
        self.pages.show_paper(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Keys are for the pages, once they are there."""
        super().focusInEvent(event)
        if self.currentWidget() is self.pages:
            self.pages.setFocus(event.reason())

    @Slot()
    def _show(self) -> None:
        self.paper, self._coming = self._coming, None
        if self.paper is not None:
            self.pages.show_paper(self.paper)
            self.setCurrentWidget(self.pages)
            if self.hasFocus():
                self.pages.setFocus(Qt.FocusReason.OtherFocusReason)
            self.ready.emit()
