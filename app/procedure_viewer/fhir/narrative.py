"""A resource's narrative as plain text. http://hl7.org/fhir/R4/narrative.html

Only the words are taken: nothing is loaded, followed or styled.
"""

import re
from html.parser import HTMLParser
from typing import Final

from procedure_viewer.fhir.datatypes import Resource, object_of, paragraphs, text_of

_BLOCKS: Final = frozenset(
    {"p", "div", "br", "tr", "li", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "blockquote", "pre"}
)
_SPACES: Final = re.compile(r"\s+")
_CELLS: Final = frozenset({"td", "th"})
_UNSEEN: Final = frozenset({"script", "style", "head", "title"})


def narrative_text(resource: Resource) -> str:
    """The words of `text.div`, a line a block; "" when there is none."""
    div = object_of(resource, "text").get("div")
    if not isinstance(div, str):
        return ""
    words = _Words()
    words.feed(div)
    words.close()
    return words.text


def adds_to_the_record(resource: Resource) -> bool:
    """Whether the narrative may say more than the elements: only the status "generated" promises that it doesn't."""
    return text_of(object_of(resource, "text"), "status") != "generated"


class _Words(HTMLParser):
    """Collects what a reader would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._unseen = 0

    @property
    def text(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self._pieces).split("\n"))
        return paragraphs("\n".join(filter(None, lines)))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base class's
        self._unseen += tag in _UNSEEN
        self._separate(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN and self._unseen:
            self._unseen -= 1
        self._separate(tag)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._pieces.append(_SPACES.sub(" ", data))

    def _separate(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._pieces.append("\n")
        elif tag in _CELLS:
            self._pieces.append(" ")
