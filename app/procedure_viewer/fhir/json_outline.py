"""Indented JSON as lines: which line an element begins on, and which element a line belongs to.

Nothing but the indentation is looked at, by means that pass thirty megabytes in some hundredths of a second. What takes
longer is a generator, so that whoever asks can do something else in between.
"""

import re
from collections.abc import Generator, Iterator
from typing import Final

import msgspec

from procedure_viewer.fhir.elements import DEEPEST, Place, read_elements
from procedure_viewer.fhir.json_text import BYTE_ORDER_MARK

LARGEST_ODD: Final = 200_000
"""Bytes of a text that only its brackets can be trusted of, up to which it is indented."""
_SMALL: Final = 50_000
_DEEPEST_OF_LARGE: Final = 20
"""Levels that are indented of a text that is not small: with more, its spaces could be a hundred times the rest."""
_LINES_AT_ONCE: Final = 500
_TOKEN: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{},:]|[^\s"\[\]{},:]++', re.DOTALL)
_SPACES: Final = re.compile(" *")
_CLOSING: Final = {"{": "}", "[": "]"}


class Line(msgspec.Struct, frozen=True, gc=False):
    """The first line of an element, and where the element's last one ends; offsets in the text, without the newline."""

    start: int
    end: int
    last: int


class Outline:
    """A text of JSON with two spaces a level, and one member or item a line."""

    def __init__(self, text: str) -> None:
        self._text = text.removesuffix("\n")

    def root(self) -> Line:
        """The whole text."""
        end = self._text.find("\n")
        size = len(self._text)
        return Line(0, size if end < 0 else end, size)

    def below(self, line: Line, depth: int) -> Iterator[Line]:
        """The members or items of the element on a line, which lies in `depth` others."""
        text = self._text
        if line.last == line.end:
            return
        pad = "  " * (depth + 1)
        at = line.end + 1
        while text.startswith(pad, at):
            end = text.find("\n", at)
            last = end = len(text) if end < 0 else end
            closing = _CLOSING.get(text[end - 1])
            if closing is not None:
                last = text.find("\n", text.find(f"\n{pad}{closing}", end) + 1)
                last = len(text) if last < 0 else last
            yield Line(at, end, last)
            at = last + 1

    def find(self, place: Place) -> Generator[None, None, Line]:
        """The line of the element at a place, or of the nearest one above that has a line."""
        here = self.root()
        for depth, number in enumerate(place):
            found = None
            for count, line in enumerate(self.below(here, depth)):
                if count == number:
                    found = line
                    break
                if count % _LINES_AT_ONCE == 0:
                    yield
            if found is None:
                break
            here = found
            yield
        return here

    def place_at(self, offset: int) -> Generator[None, None, Place]:
        """The place of the element whose line, or last line, is at an offset."""
        here = self.root()
        place: Place = ()
        while here.end < offset:
            found = None
            for count, line in enumerate(self.below(here, len(place))):
                if line.start <= offset <= line.last:
                    found = (*place, count), line
                    break
                if count % _LINES_AT_ONCE == 0:
                    yield
            if found is None:
                break  # the line that closes it
            place, here = found
            yield
        return place

    def closes(self, start: int, end: int) -> int | None:
        """Where the element ends whose first line is this one, if it has more lines than that."""
        closing = _CLOSING.get(self._text[end - 1 : end])
        if closing is None:
            return None
        pad = _SPACES.match(self._text, start)
        assert pad is not None
        at = self._text.find(f"\n{pad.group()}{closing}", end)
        if at < 0:
            return None
        last = self._text.find("\n", at + 1)
        return len(self._text) if last < 0 else last

    def above(self, start: int) -> int | None:
        """Where the first line begins of the element that has the line which begins at a character."""
        line = _SPACES.match(self._text, start)
        assert line is not None
        pad = line.group()[2:]
        if line.end() == start:
            return None
        found = max(self._text.rfind(f"\n{pad}{begins}", 0, start) for begins in '"{[')
        return found + 1


class LaidOut(msgspec.Struct, frozen=True, gc=False):
    """A text for reading; `outlined`: each member and item of its first levels has a line."""

    text: str
    outlined: bool


def repaired(raw: bytes) -> bytes:
    """`raw` without a byte-order mark, each byte that is no UTF-8 as U+FFFD."""
    return raw.removeprefix(BYTE_ORDER_MARK).decode("utf-8", "replace").encode()


def laid_out(raw: bytes) -> LaidOut:
    """Indent what no strict reader takes (lone surrogates, NaN, deep nesting); what is no JSON comes as it is.

    No character of a token is changed: only the spaces between tokens are.
    """
    text = raw.removeprefix(BYTE_ORDER_MARK).decode("utf-8", "replace")
    if len(raw) > LARGEST_ODD or read_elements(raw).whole:
        return LaidOut(text, outlined=False)
    words = _TOKEN.findall(text)
    deepest = DEEPEST if len(raw) <= _SMALL else _DEEPEST_OF_LARGE
    written: list[str] = []
    depth = 0
    before = ""
    for word in words:
        if word in ("}", "]"):
            depth -= 1
            if before not in ("{", "[") and depth < deepest:
                written.append(_line(depth))
        elif before in ("{", "[", ",") and depth <= deepest:
            written.append(_line(depth))
        written.append(": " if word == ":" else word)
        if word in ("{", "["):
            depth += 1
        before = word
    return LaidOut("".join(written), outlined=not any(word[0] == '"' and "\n" in word for word in words))


def _line(depth: int) -> str:
    return "\n" + "  " * depth
