"""A piece of a page: lines of text, broken once to a width, that can be told apart and drawn one by one.

Everything is measured in tenths of a point, in a font whose size is given in the same unit: so nothing depends on the
resolution of a screen or a printer, and hardly anything on rounding.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QGuiApplication, QPainter, QTextCharFormat, QTextLayout, QTextOption

from procedure_viewer.printing.directions import bare, with_own_direction

UNITS = 10
"""Of a point, 1/72 inch."""
SIZE = 9.0
"""Points of plain text."""
_LINE_BREAK = "\N{LINE SEPARATOR}"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some text that begins on a line of its own. Line breaks in it count, and each line reads in its own direction."""

    text: str
    label: str = ""
    """Stands before it, bold."""
    bold: bool = False
    struck: bool = False
    scale: float = 1.0
    """Of the plain size."""
    goes_on: bool = False
    """It is the rest of a longer one."""


class Fonts:
    """The application's own font as it is at this moment, at sizes that no screen has a say in."""

    def __init__(self) -> None:
        self._family = QFont()
        self._formats: dict[tuple[bool, bool, float], QTextCharFormat] = {}
        self.plain = self._font(bold=False, struck=False, scale=1.0)

    def format(self, bold: bool, struck: bool, scale: float) -> QTextCharFormat:
        """What makes a part of a text look so; made once."""
        found = self._formats.get((bold, struck, scale))
        if found is None:
            found = self._formats[bold, struck, scale] = QTextCharFormat()
            found.setFont(self._font(bold=bold, struck=struck, scale=scale))
        return found

    def _font(self, *, bold: bool, struck: bool, scale: float) -> QFont:
        made = QFont(self._family)
        made.setPixelSize(round(SIZE * scale * UNITS))
        made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        # With ligatures the text that a PDF is searched for would be "identi\N{LATIN SMALL LIGATURE FI}er".
        made.setFeature(QFont.Tag("liga"), 0)
        made.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
        made.setStrikeOut(struck)
        return made


class Block:
    """Paragraphs below one another, broken into lines of at most `width` units."""

    def __init__(self, paragraphs: Sequence[Paragraph], fonts: Fonts, width: float, hang: float = 0.0) -> None:
        """Lines after the first of a paragraph begin `hang` units further in."""
        starts: set[int] = set()
        ranges: list[QTextLayout.FormatRange] = []
        texts: list[str] = []
        at = 0
        for paragraph in paragraphs:
            if not paragraph.goes_on:
                starts.add(at)
            text = _LINE_BREAK.join(map(with_own_direction, paragraph.text.splitlines()))
            if paragraph.label:
                text = f"{paragraph.label}: {text}"
            if paragraph.bold or paragraph.struck or paragraph.scale != 1.0:
                own = fonts.format(paragraph.bold, paragraph.struck, paragraph.scale)
                ranges.append(_range(at, _utf16(text) + 1, own))
            elif paragraph.label:
                ranges.append(_range(at, _utf16(paragraph.label) + 1, fonts.format(True, False, 1.0)))
            texts.append(text)
            at += _utf16(text) + 1
        self._layout = QTextLayout(_LINE_BREAK.join(texts), fonts.plain)
        self._layout.setFormats(ranges)
        option = QTextOption(Qt.AlignmentFlag.AlignLeft)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(QGuiApplication.layoutDirection())
        self._layout.setTextOption(option)
        self.tops = self._break(starts, width, hang)
        """Where each line begins, from the top of the block, and where the last one ends."""

    def _break(self, starts: set[int], width: float, hang: float) -> list[float]:
        tops = [0.0]
        layout = self._layout
        from_the_left = layout.textOption().textDirection() is Qt.LayoutDirection.LeftToRight
        layout.beginLayout()
        while True:
            line = layout.createLine()
            if not line.isValid():
                break
            indent = 0.0 if line.textStart() in starts else hang
            line.setLineWidth(width - indent)
            line.setPosition(QPointF(indent if from_the_left else 0.0, tops[-1]))
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

    def text(self, first: int = 0, last: int | None = None) -> str:
        """The words of the lines from `first` to before `last`, one below the other."""
        encoded = self._layout.text().encode("utf-16-le", "surrogatepass")
        found = []
        for number in range(first, self.lines if last is None else last):
            line = self._layout.lineAt(number)
            start = 2 * line.textStart()
            part = encoded[start : start + 2 * line.textLength()].decode("utf-16-le", "replace")
            found.append(bare(part.rstrip(_LINE_BREAK)))
        return "\n".join(found)

    def draw(self, painter: QPainter, x: float, y: float, first: int = 0, last: int | None = None) -> None:
        """Draw the lines from `first` to before `last`, the first of them at (x, y)."""
        origin = QPointF(x, y - self.tops[first])
        for number in range(first, self.lines if last is None else last):
            self._layout.lineAt(number).draw(painter, origin)


def _range(start: int, length: int, own: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = start, length, own
    return made


def _utf16(text: str) -> int:
    """Qt counts in sixteen bits: a character beyond the first plane is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
