"""A resource's narrative as plain text. http://hl7.org/fhir/R4/narrative.html

Only the words are taken: nothing is loaded, followed or styled. A narrative is XHTML, and only what is marked up by the
rules of XML counts as markup; the rest is shown as it stands, so that `a<b` or a comment without an end hides no words.
The standard library's `html.parser` is no help here: what it drops of unfinished markup differs between its releases.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from procedure_viewer.fhir.datatypes import Resource, object_of, paragraphs, text_of

_BLOCKS: Final = frozenset(
    {"p", "div", "br", "tr", "li", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "blockquote", "pre"}
)
_SPACES: Final = re.compile(r"\s+")
_CELLS: Final = frozenset({"td", "th"})

_ATTRIBUTES: Final = r"""(?:\s+[^\s"'<>/=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'|[^\s"'<>]+))*\s*"""
# No alternative reads past the next beginning of its own kind: hostile text takes linear time.
_MARKUP: Final = re.compile(
    rf"""
      <!--(?!-?>)(?:(?!--).)*-->
    | <!\[CDATA\[(?P<literal>(?:(?!<!\[CDATA\[).)*?)\]\]>
    | <\?[^<>]*\?>
    | <!DOCTYPE\s+html(?:\s+PUBLIC)?(?:\s+"[^"<>]*")*\s*>
    | <(?P<unseen>script|style|head|title){_ATTRIBUTES}(?<!/)>(?:(?!<(?P=unseen)\b).)*?</(?P=unseen)\s*>
    | <(?P<start>[a-z][^\s<>/"'=]*){_ATTRIBUTES}/?>
    | </(?P<end>[a-z][^\s<>/"'=]*)\s*>
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


def narrative_text(resource: Resource) -> str:
    """The words of `text.div`, a line a block; "" when there is none."""
    div = object_of(resource, "text").get("div")
    if not isinstance(div, str):
        return ""
    lines = (" ".join(line.split()) for line in "".join(_seen(div)).split("\n"))
    return paragraphs("\n".join(filter(None, lines)))


def adds_to_the_record(resource: Resource) -> bool:
    """Whether the narrative may say more than the elements: only the status "generated" promises that it doesn't."""
    return text_of(object_of(resource, "text"), "status") != "generated"


def _seen(div: str) -> Iterator[str]:
    """What a reader would see, piece by piece; line breaks only where blocks begin and end."""
    position = 0
    for markup in _MARKUP.finditer(div):
        yield _SPACES.sub(" ", unescape(div[position : markup.start()]))
        yield _SPACES.sub(" ", markup["literal"] or "")
        yield _separator((markup["start"] or markup["end"] or "").lower())
        position = markup.end()
    yield _SPACES.sub(" ", unescape(div[position:]))


def _separator(tag: str) -> str:
    if tag in _BLOCKS:
        return "\n"
    return " " if tag in _CELLS else ""
