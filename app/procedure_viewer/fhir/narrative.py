"""A resource's narrative, as plain text and as markup that can do nothing. http://hl7.org/fhir/R4/narrative.html

A narrative is XHTML, and only what is marked up by the rules of XML counts as markup; the rest is shown as it stands,
so that `a<b` or a comment without an end hides no words. A parser of HTML would drop them: so the pieces are told
apart here, and `fhir.markup` puts them together again for the sanitiser. Nothing is loaded, followed or styled.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

import msgspec

from procedure_viewer.fhir.datatypes import Resource, object_of, paragraphs, printable, text_of
from procedure_viewer.fhir.markup import BLOCKS, CELLS, STRUCK, Markup
from procedure_viewer.fhir.words import translate

_SPACES: Final = re.compile(r"\s+")

_ATTRIBUTES: Final = r"""(?:\s+[^\s"'<>/=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'|[^\s"'<>]+))*\s*"""
# No alternative reads past the next beginning of its own kind: hostile text takes linear time.
_MARKUP: Final = re.compile(
    rf"""
      <!--(?!-?>)(?:(?!--).)*-->
    | <!\[CDATA\[(?P<literal>(?:(?!<!\[CDATA\[).)*?)\]\]>
    | <\?[^<>]*\?>
    | <!DOCTYPE\s+html(?:\s+PUBLIC)?(?:\s+"[^"<>]*")*\s*>
    | <(?P<unseen>script|style|head|title){_ATTRIBUTES}(?<!/)>(?:(?!<(?P=unseen)\b).)*?</(?P=unseen)\s*>
    | <(?P<start>[a-z][^\s<>/"'=]*)(?P<attributes>{_ATTRIBUTES})(?P<closed>/?)>
    | </(?P<end>[a-z][^\s<>/"'=]*)\s*>
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_ALTERNATIVE: Final = re.compile(r"""\balt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)


class _Piece(msgspec.Struct, frozen=True, gc=False):
    """Text, or a tag that starts or ends (or both) something."""

    text: str = ""
    start: str = ""
    end: str = ""
    attributes: str = ""


def narrative_text(resource: Resource) -> str:
    """The words of `text.div`, a line a block, cells with a bar between them; "" when there is none."""
    written = _PlainText()
    for piece in _pieces(_div(resource)):
        written.add(piece)
    return paragraphs(written.text)


def narrative_markup(resource: Resource) -> str:
    """The same with its tables, lists and emphasis: see `fhir.markup`. "" when there is none."""
    markup = Markup()
    preformatted = 0
    for piece in _pieces(_div(resource)):
        if piece.text:
            lines = piece.text.splitlines(keepends=True) if preformatted else [_SPACES.sub(" ", piece.text)]
            for line in lines:
                markup.write(printable(line.rstrip("\r\n")))
                if preformatted and line.endswith("\n"):
                    markup.start("br")
        if piece.start:
            markup.start(piece.start, piece.attributes)
        if piece.end:
            markup.end(piece.end)
        preformatted += (piece.start == "pre") - (piece.end == "pre" and preformatted > 0)
    return markup.sanitised()


def adds_to_the_record(resource: Resource) -> bool:
    """Whether the narrative may say more than the elements: only the status "generated" promises that it doesn't."""
    return text_of(object_of(resource, "text"), "status") != "generated"


def _div(resource: Resource) -> str:
    div = object_of(resource, "text").get("div")
    return div if isinstance(div, str) else ""


def _pieces(div: str) -> Iterator[_Piece]:
    """What a reader would see and the tags around it, in order."""
    position = 0
    for found in _MARKUP.finditer(div):
        yield _Piece(text=unescape(div[position : found.start()]))
        position = found.end()
        start, end = (found["start"] or "").lower(), (found["end"] or "").lower()
        if found["literal"]:
            yield _Piece(text=found["literal"])
        elif start == "img":
            yield _Piece(text=_picture(found["attributes"]))
        elif start:
            yield _Piece(start=start, end=start if found["closed"] else "", attributes=found["attributes"])
        elif end:
            yield _Piece(end=end)
    yield _Piece(text=unescape(div[position:]))


def _picture(attributes: str) -> str:
    """What stands for a picture, which is never loaded."""
    found = _ALTERNATIVE.search(attributes)
    words = unescape(found[1] or found[2] or "").strip() if found else ""
    if words:
        return translate("fhir", "[picture not shown: {words}]").format(words=words)
    return translate("fhir", "[picture not shown]")


class _PlainText:
    """Lines, as a reader would write them down."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._preformatted = 0

    @property
    def text(self) -> str:
        """All lines that say anything."""
        self._break()
        return "\n".join(self._lines)

    def add(self, piece: _Piece) -> None:
        """Take down one piece."""
        if piece.text:
            self._write(piece.text)
        tag = piece.start or piece.end
        self._preformatted += (piece.start == "pre") - (piece.end == "pre" and self._preformatted > 0)
        if tag in BLOCKS:
            self._break()
        if piece.start == "li":
            self._line.append("• ")
        elif piece.start in CELLS and any(part.strip() for part in self._line):
            self._line.append(" | ")
        elif tag in STRUCK and not (piece.start and piece.end):
            # The words alone would be taken for what holds.
            self._line.append(translate("fhir", "[struck out: ") if piece.start else "]")

    def _write(self, text: str) -> None:
        if not self._preformatted:
            self._line.append(_SPACES.sub(" ", text))
            return
        first, *others = text.split("\n")
        self._line.append(first)
        for line in others:
            self._break()
            self._line.append(line)

    def _break(self) -> None:
        line = "".join(self._line)
        line = line.rstrip() if self._preformatted else " ".join(line.split())
        if line and line != "•":
            self._lines.append(line)
        self._line.clear()
