"""What every page has: the sheet's size and margins, the patient's banner at the top, the foot."""

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QLineF, QLocale, QRectF, QSizeF, Qt
from PySide6.QtGui import QPageSize, QPainter, QPen

from procedure_viewer.chart.extract import Extract
from procedure_viewer.printing import words
from procedure_viewer.printing.block import UNITS, Block, Fonts, Paragraph

MARGIN = 42.0
"""Points on each side, some fifteen millimetres: more than what a printer can't reach."""
GAP = 8.0
"""Points between two procedures."""
_LENGTHS = (2_000, 600, 200, 50, 10)
"""Of a text in the banner or the foot: the longest that still leaves room for procedures."""
_BANNER_ROOM, _FOOT_ROOM = 0.4, 0.2
"""Of a sheet's height, at most."""
_MANY_PAGES = 99_999
"""What a foot is measured with: the number of pages is known only at the end."""


class PaperSize(StrEnum):
    """The sheets that are offered."""

    A4 = "a4"
    LETTER = "letter"

    @property
    def page_size(self) -> QPageSize:
        """The same for Qt."""
        return QPageSize(QPageSize.PageSizeId.Letter if self is PaperSize.LETTER else QPageSize.PageSizeId.A4)

    @property
    def points(self) -> QSizeF:
        """Width and height, upright."""
        return self.page_size.size(QPageSize.Unit.Point)


def usual_paper() -> PaperSize:
    """What is in the printers where the reader is."""
    is_american = QLocale.system().measurementSystem() is QLocale.MeasurementSystem.ImperialUSSystem
    return PaperSize.LETTER if is_american else PaperSize.A4


class Sheet:
    """One page without its procedures; everything in units of a `Block`."""

    def __init__(self, extract: Extract, size: PaperSize, version: str, fonts: Fonts) -> None:
        self._extract, self._version, self._fonts = extract, version, fonts
        self._width = size.points.width() * UNITS - 2 * MARGIN * UNITS
        height = size.points.height() * UNITS
        self._banner, _ = self._fitting(lambda longest: words.banner(extract, longest), _BANNER_ROOM * height)
        foot, self._longest = self._fitting(
            lambda longest: words.foot(extract, _MANY_PAGES, _MANY_PAGES, version, longest), _FOOT_ROOM * height
        )
        self._foot_top = height - MARGIN * UNITS - foot.height
        self._line = MARGIN * UNITS + self._banner.height + 0.7 * GAP * UNITS
        top = self._line + GAP * UNITS
        self.room = QRectF(MARGIN * UNITS, top, self._width, self._foot_top - GAP * UNITS - top)
        """Where procedures stand."""

    def _fitting(self, said: Callable[[int], list[Paragraph]], room: float) -> tuple[Block, int]:
        for longest in _LENGTHS:
            block = Block(said(longest), self._fonts, self._width)
            if block.height <= room:
                break
        return block, longest

    def foot(self, page: int, pages: int) -> Block:
        """The foot of page `page`, from 0."""
        said = words.foot(self._extract, page + 1, pages, self._version, self._longest)
        return Block(said, self._fonts, self._width)

    @property
    def banner(self) -> Block:
        """The same on all pages."""
        return self._banner

    def paint(self, painter: QPainter, page: int, pages: int) -> None:
        """Paint what page `page`, from 0, has beside procedures."""
        left = MARGIN * UNITS
        painter.setPen(QPen(Qt.GlobalColor.black, 0.5 * UNITS))
        self._banner.draw(painter, left, MARGIN * UNITS)
        painter.drawLine(QLineF(left, self._line, left + self._width, self._line))
        self.foot(page, pages).draw(painter, left, self._foot_top)
