"""Lines of a text of JSON as they are shown: cut where they are very long, and each column's place in the text.

What stands on the screen may differ from the text (escapes for what would mislead, a line's middle left out, a folded
element), what is copied may not.
"""

import re
from typing import Final

import msgspec

from procedure_viewer.fhir.elements import visible

LONGEST_LINE: Final = 2_000
"""Characters of a line that are laid out: a picture of thirty million on one line takes ten seconds."""
_BEGINNING: Final = 200
_BEFORE: Final = 300
"""Characters of a long line that are shown when the reader is in its middle: its first ones, and those before."""
_SPLITTING: Final = re.compile("[\r\x0b\x0c\x1c-\x1e\x85\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}\ufdd0\ufdd1]")
"""Characters that Qt would take for the end of a line, or of a frame."""


class Piece(msgspec.Struct, frozen=True, gc=False):
    """A part of a row: text as it is shown, or words that stand for what is left out."""

    start: int
    end: int
    """In the text."""
    shown: str
    source: str | None = None
    """The text, unless words stand for it."""


class Row(msgspec.Struct, frozen=True, gc=False):
    """A row on the screen: a line of the text, or a folded element."""

    pieces: tuple[Piece, ...]

    @property
    def start(self) -> int:
        """Where in the text it begins."""
        return self.pieces[0].start

    @property
    def end(self) -> int:
        """Where in the text it ends, without the newline."""
        return self.pieces[-1].end

    @property
    def text(self) -> str:
        """What is shown."""
        return "".join(piece.shown for piece in self.pieces)

    def column_of(self, offset: int) -> int:
        """Where a character of the text is shown, in UTF-16 units as Qt counts; what is left out is where its words
        begin."""
        column = 0
        for piece in self.pieces:
            if offset < piece.end or (piece is self.pieces[-1] and offset <= piece.end):
                before = piece.source[: max(0, offset - piece.start)] if piece.source is not None else ""
                at_end = piece.source is None and offset == piece.end
                return column + utf16_length(piece.shown if at_end else displayed(before))
            column += utf16_length(piece.shown)
        return column

    def offset_of(self, column: int, *, ends: bool) -> int:
        """The character of the text at a column; within words or an escape where that begins, or `ends`."""
        for piece in self.pieces:
            size = utf16_length(piece.shown)
            if column > size or (column == size and piece is not self.pieces[-1]):
                column -= size
                continue
            if piece.source is None:
                return piece.end if column == size or (ends and column > 0) else piece.start
            return piece.start + _characters(piece.source, column, ends=ends)
        return self.end


def displayed(text: str) -> str:
    """A part of a line with escapes for all that would mislead a reader, or break the line."""
    return _SPLITTING.sub(lambda match: f"\\u{ord(match[0]):04x}", visible(text))


def piece_of(source: str, start: int, end: int) -> Piece:
    """A part of a text as it is."""
    text = source[start:end]
    return Piece(start, end, displayed(text), text)


def pieces_of(source: str, start: int, end: int, focus: int, left_out: str) -> list[Piece]:
    """A line; a long one by its beginning and, if `focus` lies further on, by what is around that.

    `left_out` are the words for what is not shown, with {count}.
    """
    if end - start <= LONGEST_LINE:
        return [piece_of(source, start, end)]
    shown_to = start + LONGEST_LINE
    pieces = []
    if shown_to <= focus < end:
        again = max(start + _BEGINNING, focus - _BEFORE)
        pieces = [
            piece_of(source, start, start + _BEGINNING),
            _words(start + _BEGINNING, again, left_out),
        ]
        shown_to = min(end, again + LONGEST_LINE - _BEGINNING)
        pieces.append(piece_of(source, again, shown_to))
    else:
        pieces = [piece_of(source, start, shown_to)]
    if shown_to < end:
        pieces.append(_words(shown_to, end, left_out))
    return pieces


def _words(start: int, end: int, words: str) -> Piece:
    return Piece(start, end, words.format(count=f"{end - start:,}"))


def _characters(source: str, column: int, *, ends: bool) -> int:
    """How many characters of the source are shown in so many units."""
    if source.isascii() and source.isprintable():
        return column
    at = 0
    for number, character in enumerate(source):
        if at >= column:
            return number
        at += utf16_length(displayed(character))
        if at > column:
            return number + 1 if ends else number
    return len(source)


def utf16_length(text: str) -> int:
    """How long Qt takes a text for: it counts UTF-16 units, and characters beyond the basic plane twice."""
    return len(text) if text.isascii() else len(text) + sum(character > "\uffff" for character in text)
