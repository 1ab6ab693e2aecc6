"""Any resource as a labelled tree: nothing hidden, nothing reordered, every literal as it was written.

Duplicate keys, numbers of any length and names that no specification knows are all kept. It never raises: what can't be
taken apart is shown whole. Each level is read when it is looked at: a record of 30 MB has its first one in an instant,
and a list of a hundred thousand items comes in blocks.
"""

import json
import re
from typing import Final

import msgspec

from procedure_viewer.fhir.json_text import BYTE_ORDER_MARK, NotJson, decode_value, every_member, items, members
from procedure_viewer.fhir.repeating import pairs
from procedure_viewer.fhir.words import translate

DEEPEST: Final = 100
"""Levels of nesting that become nodes. FHIR's own go to some twenty; what lies deeper is the text of one leaf."""
MOST_TOGETHER: Final = 500
"""Elements that stand side by side; more of them are put into blocks."""
LARGEST_LIST_OF_LISTS: Final = 100_000
"""Bytes of a list within a list (FHIR has none) up to which its items stand in its place, and not below it."""

_EMPTY: Final = re.compile(rb"[\[{][ \t\r\n]*+[\]}]")
_HEAD_OF_STRING: Final = rb'"(?:[^"\\]|\\u[0-9a-fA-F]{4}|\\.){0,%d}+'
_MISLEADING: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


class Element(msgspec.Struct, frozen=True, gc=False):
    """One element: a leaf with its value, or a node with its children in the order in which they came.

    The items of a list stand in the list's place, each with its number; an empty list or object is a leaf "[]" or "{}".
    Where there are very many of them, they stand in blocks below it.
    """

    name: str
    """The key, "coding[0]" for an item of a list."""
    path: str
    """FHIRPath-like, "Procedure.code.coding[0].display"; two of the same key have the same path."""
    text: bytes = b""
    """What was written for its value; empty for a block."""
    depth: int = 0
    """How many objects and lists it is in."""
    whole: bool = False
    """It is shown as it was written: nobody could read it."""
    slices: tuple[bytes, ...] = ()
    """For a block of a list's items: all items of the list, of which it has those from `start` to `stop`."""
    start: int = 0
    stop: int = 0
    inner: tuple["Element", ...] = ()
    """For a block of an object's members: these."""

    @property
    def is_block(self) -> bool:
        """Whether it is no element itself, but stands for many."""
        return bool(self.slices or self.inner)

    @property
    def is_node(self) -> bool:
        """Whether it has children."""
        return self.is_block or (
            not self.whole
            and self.text[:1] in (b"{", b"[")
            and self.depth < DEEPEST
            and not _EMPTY.fullmatch(self.text)
        )

    @property
    def value(self) -> str:
        """A string's content, any other literal as it was written (1.00 stays "1.00"), "" for a node.

        Characters that would mislead a reader (controls, changes of direction, lone surrogates) are written as JSON
        would.
        """
        return "" if self.is_node else self._value_of(self.text)

    def preview(self, longest: int) -> str:
        """The beginning of the value, at most `longest` characters and one more where there is more to it."""
        if self.is_node:
            return ""
        text = self.text
        # A character takes at most twelve bytes (two escapes), and four where it is written as it is.
        if len(text) > 16 * longest:
            head = re.match(_HEAD_OF_STRING % (4 * longest + 4), text, re.DOTALL) if not self.whole else None
            text = head.group() + b'"' if head else text[: 16 * longest]
        return self._value_of(text)[: longest + 1]

    @property
    def size(self) -> int:
        """For a block how many elements it stands for."""
        return len(self.inner) or self.stop - self.start

    @property
    def children(self) -> tuple["Element", ...]:
        """What it consists of, read anew each time."""
        if self.inner:
            return self.inner
        if self.slices:
            return self._part_of_list()
        if not self.is_node:
            return ()
        found: list[Element] = []
        try:
            if self.text.startswith(b"["):
                found += _of_list(self.name, self.path, items(self.text), self.depth + 1)
            else:
                for name, text in pairs(self.text):
                    shown = visible(name)
                    path = f"{self.path}.{shown}" if self.path else shown
                    found += _placed(shown, path, text, self.depth + 1)
        except NotJson:
            return (Element(translate("fhir", "Unreadable"), self.path, self.text, self.depth + 1, whole=True),)
        return _in_blocks(found)

    def _value_of(self, text: bytes) -> str:
        if not self.whole and _EMPTY.fullmatch(text):
            return "[]" if text.startswith(b"[") else "{}"
        literal = text.decode("utf-8", "replace")
        if self.whole or not literal.startswith('"'):
            return visible(literal)
        try:
            return visible(json.loads(literal, strict=False))
        except ValueError:  # an escape that JSON doesn't know
            return visible(literal[1:-1])

    def _part_of_list(self) -> tuple["Element", ...]:
        size = self.stop - self.start
        if size <= MOST_TOGETHER:
            found: list[Element] = []
            for number in range(self.start, self.stop):
                at = f"[{number}]"
                found += _placed(f"{self.name}{at}", f"{self.path}{at}", self.slices[number], self.depth + 1)
            return tuple(found)
        step = _step(size)
        return tuple(
            Element(
                self.name, self.path, depth=self.depth, slices=self.slices, start=at, stop=min(at + step, self.stop)
            )
            for at in range(self.start, self.stop, step)
        )


def read_elements(raw: bytes) -> Element:
    """The tree of a resource; bytes that are no JSON give a single element with all of their text. Never raises."""
    text = raw.removeprefix(BYTE_ORDER_MARK).strip(b" \t\r\n")
    if not _can_be_taken_apart(text):
        unread = raw.removeprefix(BYTE_ORDER_MARK)
        return Element(translate("fhir", "Unreadable"), "", unread, whole=True)
    kind = _type_of(text)
    return Element(kind, kind, text)


def visible(text: str) -> str:
    """`text` with all that could mislead its reader written as an escape of JSON."""
    return text if text.isprintable() else _MISLEADING.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _can_be_taken_apart(text: bytes) -> bool:
    try:
        msgspec.json.decode(text, type=msgspec.Raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        pass
    else:
        return True
    try:
        decode_value(text)
    except NotJson as error:
        return isinstance(error.__cause__, RecursionError) and _has_its_brackets(text)
    return True


def _has_its_brackets(text: bytes) -> bool:
    """Whether something that is too deeply nested to be read can be cut into its first level all the same."""
    try:
        items(text) if text.startswith(b"[") else every_member(text)
    except NotJson:
        return False
    return True


def _type_of(text: bytes) -> str:
    """The resource's type, wherever it stands among the members; "" when there is none."""
    try:
        value = decode_value(members(text).get("resourceType", b"null"))
    except NotJson:
        return ""
    return visible(value) if isinstance(value, str) else ""


def _placed(name: str, path: str, text: bytes, depth: int) -> list[Element]:
    """The element that `text` is, or in its place those that it lists."""
    if text.startswith(b"[") and depth < DEEPEST and not _EMPTY.fullmatch(text):
        within_list = name.endswith("]")
        if not (within_list and len(text) > LARGEST_LIST_OF_LISTS):
            return _of_list(name, path, items(text), depth + 1)
    return [Element(name, path, text, depth)]


def _of_list(name: str, path: str, texts: list[bytes], depth: int) -> list[Element]:
    if len(texts) > MOST_TOGETHER:
        return [Element(name, path, depth=depth - 1, slices=tuple(texts), stop=len(texts))]
    found: list[Element] = []
    for number, text in enumerate(texts):
        found += _placed(f"{name}[{number}]", f"{path}[{number}]", text, depth)
    return found


def _in_blocks(found: list[Element]) -> tuple[Element, ...]:
    if len(found) <= MOST_TOGETHER:
        return tuple(found)
    step = _step(len(found))
    parts = (found[at : at + step] for at in range(0, len(found), step))
    return tuple(Element(f"{part[0].name} … {part[-1].name}", part[0].path, inner=_in_blocks(part)) for part in parts)


def _step(size: int) -> int:
    """The size of the blocks that so many elements are put into: as large as can be, and no more than fit together."""
    step = MOST_TOGETHER
    while size > step * MOST_TOGETHER:
        step *= MOST_TOGETHER
    return step
