"""Procedures on sheets of paper, with the patient's banner on each."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QLineF, QLocale, QSizeF, Qt
from PySide6.QtGui import QPageSize, QPainter, QPen

from procedure_viewer.chart.extract import Extract
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.printing import words
from procedure_viewer.printing.block import UNITS, Block

MARGIN = 42.0
"""Points on each side, some fifteen millimetres: more than what a printer can't reach."""
GAP = 8.0
"""Points between two procedures."""
_HANG = 12.0 * UNITS
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


@dataclass(frozen=True, slots=True)
class _Part:
    """Lines of one procedure on one page."""

    number: int
    first: int
    last: int
    top: float
    """Units from the top of the sheet."""
    continued: bool


class Paper:
    """An extract on pages of one size. `laying_out` comes first: until it has ended there are no pages.

    Only where each page begins is kept: what stands there is laid out again when it is painted.
    """

    def __init__(self, extract: Extract, size: PaperSize) -> None:
        self.extract = extract
        self.size = size
        points = size.points
        self._left, self._width = MARGIN * UNITS, (points.width() - 2 * MARGIN) * UNITS
        self._banner = Block(words.banner(extract), self._width)
        foot = Block(words.foot(extract, _MANY_PAGES, _MANY_PAGES), self._width)
        self._foot_top = (points.height() - MARGIN) * UNITS - foot.height
        self._top = MARGIN * UNITS + self._banner.height + 2 * GAP * UNITS
        self._bottom = self._foot_top - GAP * UNITS
        self._opening = Block(words.opening(extract), self._width)
        self._pages: list[list[_Part]] = []
        self._done = 0

    @property
    def page_count(self) -> int:
        """0 until all is laid out."""
        return len(self._pages)

    @property
    def progress(self) -> tuple[int, int]:
        """How many procedures are laid out, and of how many."""
        return self._done, self.extract.count

    def laying_out(self) -> Iterator[None]:
        """Find out where each page begins; in steps of one procedure."""
        self._done = 0
        pages: list[list[_Part]] = [[]]
        y = self._top + self._opening.height + GAP * UNITS
        for number, procedure in enumerate(self.extract.procedures):
            y = self._put(pages, number, procedure, y) + GAP * UNITS
            self._done += 1
            yield
        self._pages = pages

    def _put(self, pages: list[list[_Part]], number: int, procedure: Procedure, y: float) -> float:
        """Put one procedure on the last page, or where it has no room there on new ones; returns where it ends."""
        block = self._block(procedure)
        if y + block.height <= self._bottom:
            pages[-1].append(_Part(number, 0, block.lines, y, continued=False))
            return y + block.height
        first_lines = block.tops[min(block.lines, 3)]
        if y > self._top and (block.height <= self._bottom - self._top or y + first_lines > self._bottom):
            pages.append([])
            y = self._top
        first, is_continued = 0, False
        while first < block.lines:
            if first:
                pages.append([])
                is_continued = True
                y = self._top + self._above(procedure).height
            last = first + 1
            while last < block.lines and y + block.tops[last + 1] - block.tops[first] <= self._bottom:
                last += 1
            pages[-1].append(_Part(number, first, last, y, is_continued))
            y += block.tops[last] - block.tops[first]
            first = last
        return y

    def _block(self, procedure: Procedure) -> Block:
        return Block(words.of_procedure(procedure), self._width, _HANG)

    def _above(self, procedure: Procedure) -> Block:
        return Block(words.continued(procedure), self._width)

    def paint_page(self, painter: QPainter, number: int) -> None:
        """Paint page `number`, from 0, on a painter that counts in points from the sheet's corner."""
        painter.save()
        painter.scale(1 / UNITS, 1 / UNITS)
        painter.setPen(QPen(Qt.GlobalColor.black, 0.5 * UNITS))
        self._banner.draw(painter, self._left, MARGIN * UNITS)
        line = self._top - GAP * UNITS
        painter.drawLine(QLineF(self._left, line, self._left + self._width, line))
        if number == 0:
            self._opening.draw(painter, self._left, self._top)
        for part in self._pages[number]:
            procedure = self.extract.procedures[part.number]
            if part.continued:
                self._above(procedure).draw(painter, self._left, self._top)
            self._block(procedure).draw(painter, self._left, part.top, part.first, part.last)
        self._foot(number).draw(painter, self._left, self._foot_top)
        painter.restore()

    def page_text(self, number: int) -> str:
        """What stands on page `number`, from 0, for who can't see it."""
        blocks = [self._banner.text(0, self._banner.lines)]
        if number == 0:
            blocks.append(self._opening.text(0, self._opening.lines))
        for part in self._pages[number]:
            procedure = self.extract.procedures[part.number]
            if part.continued:
                above = self._above(procedure)
                blocks.append(above.text(0, above.lines))
            blocks.append(self._block(procedure).text(part.first, part.last))
        foot = self._foot(number)
        return "\n".join((*blocks, foot.text(0, foot.lines)))

    def _foot(self, number: int) -> Block:
        return Block(words.foot(self.extract, number + 1, self.page_count), self._width)
