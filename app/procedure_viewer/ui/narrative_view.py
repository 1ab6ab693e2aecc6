"""A narrative with its tables and lists, out of which nothing can be loaded, followed or run."""

from PySide6.QtCore import QMimeData, Qt, QUrl, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPalette, QResizeEvent, QTextDocument, QTextOption, QWheelEvent
from PySide6.QtWidgets import QFrame, QTextBrowser

HEIGHT_FOLDED = 320
"""Device-independent pixels."""


class InertDocument(QTextDocument):
    """A document that asks nobody for anything: a picture or a style sheet that it names is not there."""

    def loadResource(self, _kind: int, _name: QUrl | str) -> object:  # noqa: N802 - Qt's name
        """Nothing, whatever is asked for."""
        return None


class NarrativeView(QTextBrowser):
    """Shows what `fhir.markup` gives, as high as that is, or folded.

    The sanitiser leaves no address in it. If one were left, it would be neither loaded nor followed here.
    """

    fitted = Signal()
    """It has the height that it needs, or that it may have: see `is_cut`."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setDocument(InertDocument(self))
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setUndoRedoEnabled(False)
        self.setAcceptDrops(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._folded = True

    def loadResource(self, _kind: int, _name: QUrl | str) -> object:  # noqa: N802 - Qt's name
        """Nothing, whatever is asked for."""
        return None

    def show_markup(self, markup: str, *, folded: bool) -> None:
        """Show sanitised markup in the colours of now."""
        self._folded = folded
        line = self.palette().color(QPalette.ColorRole.PlaceholderText).name()
        document = self.document()
        document.setDocumentMargin(0)
        document.setDefaultFont(self.font())
        document.setIndentWidth(18)
        document.setDefaultStyleSheet(
            f"td, th {{ border: 1px solid {line}; padding: 2px 6px; }} table {{ border-collapse: collapse; }}"
        )
        document.setHtml(markup)
        if self.isVisible():  # its width is not known before, and laying it out for another one takes as long
            self._fit()

    @property
    def is_cut(self) -> bool:
        """Whether there is more of it than is seen."""
        return self.document().size().height() > self.height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # What it stands in scrolls, and not it.
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.ignore()

    def createMimeDataFromSelection(self) -> QMimeData:  # noqa: N802 - Qt's name
        """The words that are selected, and no markup."""
        data = QMimeData()
        data.setText(self.textCursor().selection().toPlainText())
        return data

    def _fit(self) -> None:
        bar = self.horizontalScrollBar()
        height = self.document().size().height() + (bar.sizeHint().height() if bar.maximum() > 0 else 0) + 2
        wanted = int(min(height, HEIGHT_FOLDED) if self._folded else height)
        if wanted != self.height():
            self.setFixedHeight(wanted)
        self.fitted.emit()
