"""A piece of a page: lines of text, broken once to a width, that can be told apart and drawn one by one.

Everything is measured in tenths of a point, in a font whose size is given in the same unit: so nothing depends on the
resolution of a screen or a printer, and hardly anything on rounding.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption

UNITS = 10
"""Of a point, 1/72 inch."""
SIZE = 9.0
"""Points of plain text."""
_LINE_BREAK = "\N{LINE SEPARATOR}"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some text that begins on a line of its own. Line breaks in it count."""

    text: str
    label: str = ""
    """Stands before it, bold."""
    bold: bool = False
    struck: bool = False
    scale: float = 1.0
    """Of the plain size."""


def font(*, bold: bool = False, struck: bool = False, scale: float = 1.0) -> QFont:
    """The application's own font at a size that no screen has a say in."""
    made = QFont()
    made.setPixelSize(round(SIZE * scale * UNITS))
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    made.setBold(bold)
    made.setStrikeOut(struck)
    return made


class Block:
    """Paragraphs below one another, broken into lines of at most `width` units."""

    def __init__(self, paragraphs: Sequence[Paragraph], width: float, hang: float = 0.0) -> None:
        """Lines after the first of a paragraph begin `hang` units further in."""
        starts: list[int] = []
        ranges: list[QTextLayout.FormatRange] = []
        texts: list[str] = []
        at = 0
        for paragraph in paragraphs:
            starts.append(at)
            text = f"{paragraph.label}: {paragraph.text}" if paragraph.label else paragraph.text
            text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", _LINE_BREAK)
            size = _utf16(text)
            if paragraph.label:
                ranges.append(_range(at, _utf16(paragraph.label) + 1, font(bold=True, scale=paragraph.scale)))
            elif paragraph.bold or paragraph.struck or paragraph.scale != 1.0:
                own = font(bold=paragraph.bold, struck=paragraph.struck, scale=paragraph.scale)
                ranges.append(_range(at, size, own))
            texts.append(text)
            at += size + 1
        self._layout = QTextLayout(_LINE_BREAK.join(texts), font())
        self._layout.setFormats(ranges)
        option = QTextOption(Qt.AlignmentFlag.AlignLeft)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        self._layout.setTextOption(option)
        self.tops = self._break(set(starts), width, hang)
        """Where each line begins, from the top of the block, and where the last one ends."""

    def _break(self, starts: set[int], width: float, hang: float) -> list[float]:
        tops = [0.0]
        layout = self._layout
        layout.beginLayout()
        indent = 0.0
        while True:
            line = layout.createLine()
            if not line.isValid():
                break
            indent = 0.0 if line.textStart() in starts else hang
            line.setLineWidth(width - indent)
            line.setPosition(QPointF(indent, tops[-1]))
            tops.append(tops[-1] + line.height())
        layout.endLayout()
        return tops

    @property
    def lines(self) -> int:
        """How many there are."""
        return len(self.tops) - 1

    @property
    def height(self) -> float:
        """Units."""
        return self.tops[-1]

    def text(self, first: int, last: int) -> str:
        """The words of the lines from `first` to before `last`, one below the other."""
        encoded = self._layout.text().encode("utf-16-le", "surrogatepass")
        found = []
        for number in range(first, last):
            line = self._layout.lineAt(number)
            start = 2 * line.textStart()
            part = encoded[start : start + 2 * line.textLength()].decode("utf-16-le", "replace")
            found.append(part.rstrip(_LINE_BREAK))
        return "\n".join(found)

    def draw(self, painter: QPainter, x: float, y: float, first: int = 0, last: int | None = None) -> None:
        """Draw the lines from `first` to before `last`, the first of them at (x, y)."""
        origin = QPointF(x, y - self.tops[first])
        for number in range(first, self.lines if last is None else last):
            self._layout.lineAt(number).draw(painter, origin)


def _range(start: int, length: int, own: QFont) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length = start, length
    made.format = QTextCharFormat()
    made.format.setFont(own)
    return made


def _utf16(text: str) -> int:
    """Qt counts in sixteen bits: a character beyond the first plane is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
