"""Pages as they will be printed, below one another; each is drawn when it comes into sight."""

from collections import OrderedDict

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea

from procedure_viewer.printing.paper import Paper
from procedure_viewer.ui.announcing import announce

GAP = 12
"""Pixels around a page."""
WIDEST = 900
"""Pixels that a page is wide at the most."""
_KEPT = 8
"""Drawn pages that are kept, to be scrolled over quickly."""


class PagePreview(QAbstractScrollArea):
    """Shows a paper whose pages are laid out, as wide as there is room. Paper is white, in the dark as well."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("pagePreview")
        self.setAccessibleName(self.tr("Pages"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Mid)
        self.viewport().setAutoFillBackground(True)
        self._paper: Paper | None = None
        self._drawn: OrderedDict[int, QPixmap] = OrderedDict()
        self._told = -1
        self._height_shown = 0
        """Pixels of a page, when it was last told how far one can scroll."""
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    def show_paper(self, paper: Paper | None) -> None:
        """Show these pages from the first; None for none."""
        self._paper = paper
        self._drawn.clear()
        self._told = -1
        self._set_range()
        self.verticalScrollBar().setValue(0)
        self._tell()
        self.viewport().update()

    @property
    def page(self) -> int:
        """The page that is in the middle of the sight, from 0."""
        height = self._page_height + GAP
        middle = self.verticalScrollBar().value() + self.viewport().height() // 2
        return max(0, min(self._count - 1, middle // height)) if height > GAP else 0

    @property
    def _count(self) -> int:
        return self._paper.page_count if self._paper is not None else 0

    @property
    def _page_width(self) -> int:
        return max(50, min(WIDEST, self.viewport().width() - 2 * GAP))

    @property
    def _page_height(self) -> int:
        if self._paper is None:
            return 0
        points = self._paper.size.points
        return round(self._page_width * points.height() / points.width())

    def _set_range(self) -> None:
        whole = self._count * (self._page_height + GAP) + GAP
        self._height_shown = self._page_height
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, whole - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(40)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        bar, former = self.verticalScrollBar(), self._height_shown
        place = bar.value() / (former + GAP)
        self._drawn.clear()
        self._set_range()
        if former and self._page_height != former:
            bar.setValue(round(place * (self._page_height + GAP)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """PageUp, PageDown and the arrows are Qt's own."""
        bar = self.verticalScrollBar()
        match event.key():
            case Qt.Key.Key_Home:
                bar.setValue(bar.minimum())
            case Qt.Key.Key_End:
                bar.setValue(bar.maximum())
            case _:
                super().keyPressEvent(event)

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        self.viewport().update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        width, height, top = self._page_width, self._page_height, self.verticalScrollBar().value()
        left = (self.viewport().width() - width) // 2
        first = max(0, top // (height + GAP)) if height else 0
        for number in range(first, self._count):
            place = QRect(left, GAP + number * (height + GAP) - top, width, height)
            if place.top() > self.viewport().height():
                break
            if place.bottom() >= 0:
                painter.drawPixmap(place, self._pixmap(number))
        painter.end()

    def _pixmap(self, number: int) -> QPixmap:
        paper = self._paper
        assert paper is not None
        if number not in self._drawn:
            ratio = self.devicePixelRatioF()
            made = QPixmap(round(self._page_width * ratio), round(self._page_height * ratio))
            made.fill(Qt.GlobalColor.white)
            painter = QPainter(made)
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
            scale = made.width() / paper.size.points.width()
            painter.scale(scale, scale)
            paper.paint_page(painter, number)
            painter.end()
            made.setDevicePixelRatio(ratio)
            self._drawn[number] = made
            while len(self._drawn) > _KEPT:
                self._drawn.popitem(last=False)
        self._drawn.move_to_end(number)
        return self._drawn[number]

    def _scrolled(self, _value: int) -> None:
        self._tell()

    def _tell(self) -> None:
        """Say which page it is, and what stands there, to who can't see it."""
        if self._paper is None or not self._count:
            self.setAccessibleDescription("")
            return
        number = self.page
        if number != self._told:
            self._told = number
            self.setAccessibleDescription(self._paper.page_text(number))
            announce(self, self.tr("Page {page} of {pages}").format(page=number + 1, pages=self._count))
