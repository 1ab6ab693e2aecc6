"""The margin beside the JSON: a triangle at each element that can be folded, for the mouse."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QStyle, QStyleOption, QWidget

WIDTH = 16
"""Pixels of the margin."""

Mark = tuple[QRect, int, bool]
"""The line's rectangle, the number of its row, and whether it is folded."""


class FoldMarks(QWidget):
    """What it shows can be done by keys, and is heard from the text itself: it takes no focus."""

    def __init__(self, parent: QWidget, marks: Callable[[], Iterator[Mark]], fold: Callable[[int], None]) -> None:
        super().__init__(parent)
        self.setObjectName("foldMarks")
        self._marks = marks
        self._fold = fold

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.palette().base())
        option = QStyleOption()
        option.initFrom(self)
        for line, _, folded in self._marks():
            option.rect = QRect(3, line.center().y() - 5, 10, 10)
            arrow = QStyle.PrimitiveElement.PE_IndicatorArrowRight
            open_arrow = QStyle.PrimitiveElement.PE_IndicatorArrowDown
            self.style().drawPrimitive(arrow if folded else open_arrow, option, painter, self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for line, row, _ in self._marks():
            if line.top() <= event.position().y() <= line.bottom():
                self._fold(row)
                return
