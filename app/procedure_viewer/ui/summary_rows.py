"""What a summary is put together from: what a fact is called, one line of it, and the ground they stand on."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from procedure_viewer.fhir.fact import Line
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.narrative_view import NarrativeView
from procedure_viewer.ui.theme import mixed

LONGEST_FOLDED = 700
"""Characters of one line that are shown before more is asked for."""
LONGEST_PART = 4_000
"""Characters that one label lays out: one of a megabyte takes seconds."""
MOST_LINES_FOLDED = 10
"""Line breaks within one line, and lines of one fact, up to which all is shown at once."""


class FactLabel(PlainLabel):
    """What a fact is called: quieter than what it says, and readable in light and dark."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setWordWrap(False)
        self.setForegroundRole(QPalette.ColorRole.Text)
        self._soften()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self._soften()

    def _soften(self) -> None:
        general = QPalette()
        text, ground = (general.color(role) for role in (QPalette.ColorRole.Text, QPalette.ColorRole.Base))
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Text, mixed(text, ground, 0.7))
        self.setPalette(palette)


class LineLabel(PlainLabel):
    """One line of a fact. A click or the keys choose it; its characters can be selected with the mouse."""

    def __init__(self, name: str, line: Line, whole: str, chosen: Callable[[QWidget], None]) -> None:
        super().__init__(name)
        self.line = line
        self.whole = whole
        """All that it stands for, also where less of it is shown."""
        self._chosen = chosen
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMinimumWidth(0)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._chosen(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()  # the summary moves on and copies

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.ignore()  # the summary's own says more


class NarrativeRow(NarrativeView):
    """A narrative as one line of a fact."""

    def __init__(self, name: str, line: Line, chosen: Callable[[QWidget], None]) -> None:
        super().__init__(name)
        self.line = line
        self.whole = line.text
        self._chosen = chosen

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._chosen(self)

    def hasSelectedText(self) -> bool:  # noqa: N802 - as a label has it
        """Whether any of it is selected."""
        return self.textCursor().hasSelection()

    def selectedText(self) -> str:  # noqa: N802 - as a label has it
        """The words that are selected."""
        return self.textCursor().selection().toPlainText()


Row = LineLabel | NarrativeRow


class Ground(QWidget):
    """What the rows stand on; it is tinted under the one that is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("summaryBody")
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self._marked: QWidget | None = None

    def mark(self, row: QWidget | None) -> None:
        """Tint the ground under a row, and no longer under another."""
        self._marked = row
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._marked is None:
            return
        place = self._marked.geometry().adjusted(-6, -2, 4, 2)
        colour = self.palette().color(QPalette.ColorRole.Highlight)
        painter = QPainter(self)
        painter.fillRect(QRect(place.left(), place.top(), 3, place.height()), colour)
        colour.setAlpha(38)
        painter.fillRect(place, colour)
        painter.end()


def in_parts(text: str, shown: int) -> list[str]:
    """The first `shown` characters of `text`, in parts that a label can lay out, each ending where a word ends."""
    parts: list[str] = []
    start, end = 0, len(text) if shown >= len(text) else _end_of_word(text, 0, shown)
    while start < end:
        stop = min(start + LONGEST_PART, end)
        if stop < end:
            stop = _end_of_word(text, start, stop)
        parts.append(text[start:stop])
        start = stop
    return parts


def folded_size(text: str) -> int:
    """How many characters of `text` are shown before more is asked for."""
    size = min(len(text), LONGEST_FOLDED)
    at = -1
    for _ in range(MOST_LINES_FOLDED):
        at = text.find("\n", at + 1)
        if at < 0:
            return size
    return min(size, at)


def _end_of_word(text: str, start: int, stop: int) -> int:
    space = max(text.rfind(" ", start, stop), text.rfind("\n", start, stop))
    return space + 1 if space > start + (stop - start) // 2 else stop
