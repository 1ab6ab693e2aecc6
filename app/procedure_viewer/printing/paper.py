"""Procedures on sheets of paper, with the patient's banner on each."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass

from PySide6.QtGui import QPainter

from procedure_viewer import __version__
from procedure_viewer.chart.extract import Extract
from procedure_viewer.printing import words
from procedure_viewer.printing.block import UNITS, Block, Fonts, Paragraph
from procedure_viewer.printing.pieces import in_pieces
from procedure_viewer.printing.sheet import GAP, PaperSize, Sheet, usual_paper

__all__ = ["Paper", "PaperSize", "usual_paper"]

_HANG = 12.0 * UNITS
_FEWEST = 3
"""Lines of a procedure that begin it at the foot of a page."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Lines of one piece of one procedure on one page."""

    number: int
    piece: int
    first: int
    last: int
    top: float
    """Units from the top of the sheet."""
    continued: bool
    """The first on its page of a procedure that began on one before."""


class Paper:
    """An extract on pages of one size. `laying_out` comes first: until it has ended there are no pages.

    Only where each page begins is kept: what stands there is laid out again when it is painted.
    """

    def __init__(self, extract: Extract, size: PaperSize, version: str = __version__) -> None:
        self.extract = extract
        self.size = size
        self._fonts = Fonts()
        self._sheet = Sheet(extract, size, version, self._fonts)
        room = self._sheet.room
        self._left, self._width = room.left(), room.width()
        self._top, self._bottom = room.top(), room.bottom()
        self._opening = Block(words.opening(extract), self._fonts, self._width)
        self._pages: list[list[_Part]] = []
        self._done = 0
        self._latest: tuple[int, list[list[Paragraph]]] = (-1, [])
        self._latest_above: tuple[int, Block] | None = None

    @property
    def page_count(self) -> int:
        """0 until all is laid out."""
        return len(self._pages)

    @property
    def progress(self) -> tuple[int, int]:
        """How many procedures are laid out, and of how many."""
        return self._done, self.extract.count

    def laying_out(self) -> Iterator[None]:
        """Find out where each page begins; in steps of one procedure, or of a piece of a long one."""
        self._done = 0
        pages: list[list[_Part]] = [[]]
        y = self._top + self._opening.height + GAP * UNITS
        for number in range(self.extract.count):
            y = (yield from self._put(pages, number, y)) + GAP * UNITS
            self._done += 1
            yield
        self._pages = pages

    def _put(self, pages: list[list[_Part]], number: int, y: float) -> Generator[None, None, float]:
        """Put one procedure on the last page, or where it has no room there on new ones; returns where it ends."""
        count = len(self._pieces(number))
        blocks: list[Block] = []
        height = 0.0
        while len(blocks) < count and height <= self._bottom - self._top:
            blocks.append(self._block(number, len(blocks)))
            height += blocks[-1].height
            if count > 1:
                yield
        beginning = blocks[0].tops[min(blocks[0].lines, _FEWEST)]
        fits_a_page = height <= self._bottom - self._top
        if y > self._top and y + (height if fits_a_page else beginning) > self._bottom:
            pages.append([])
            y = self._top
        for piece in range(count):
            if piece < len(blocks):
                block = blocks[piece]
            else:
                block = self._block(number, piece)
                yield
            y = self._put_block(pages, number, piece, block, y)
        return y

    def _put_block(self, pages: list[list[_Part]], number: int, piece: int, block: Block, y: float) -> float:
        first = 0
        while first < block.lines:
            last = first
            while last < block.lines and y + block.tops[last + 1] - block.tops[first] <= self._bottom:
                last += 1
            continues = not pages[-1] and (piece > 0 or first > 0)
            if last == first and (y > self._top + (self._above(number).height if continues else 0.0)):
                pages.append([])
                y = self._top + (self._above(number).height if piece or first else 0.0)
                continue
            last = max(last, first + 1)
            pages[-1].append(_Part(number, piece, first, last, y, continues))
            y += block.tops[last] - block.tops[first]
            first = last
        return y

    def _pieces(self, number: int) -> list[list[Paragraph]]:
        """One procedure's; the latest one's are kept, for it may go over many pages."""
        if self._latest[0] != number:
            self._latest = number, in_pieces(words.of_procedure(self.extract.procedures[number]))
        return self._latest[1]

    def _block(self, number: int, piece: int) -> Block:
        return Block(self._pieces(number)[piece], self._fonts, self._width, _HANG)

    def _above(self, number: int) -> Block:
        """What stands above the rest of one procedure; the latest one's is kept."""
        if self._latest_above is None or self._latest_above[0] != number:
            said = words.continued(self.extract.procedures[number])
            self._latest_above = number, Block(said, self._fonts, self._width)
        return self._latest_above[1]

    def paint_page(self, painter: QPainter, number: int) -> None:
        """Paint page `number`, from 0, on a painter that counts in points from the sheet's corner."""
        painter.save()
        painter.scale(1 / UNITS, 1 / UNITS)
        self._sheet.paint(painter, number, self.page_count)
        if number == 0:
            self._opening.draw(painter, self._left, self._top)
        for part in self._pages[number]:
            if part.continued:
                self._above(part.number).draw(painter, self._left, self._top)
            self._block(part.number, part.piece).draw(painter, self._left, part.top, part.first, part.last)
        painter.restore()

    def page_text(self, number: int) -> str:
        """What stands on page `number`, from 0, for who can't see it."""
        texts = [self._sheet.banner.text()]
        if number == 0:
            texts.append(self._opening.text())
        for part in self._pages[number]:
            if part.continued:
                texts.append(self._above(part.number).text())
            texts.append(self._block(part.number, part.piece).text(part.first, part.last))
        return "\n".join((*texts, self._sheet.foot(number, self.page_count).text()))
