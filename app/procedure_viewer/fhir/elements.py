"""Any resource as a labelled tree: nothing hidden, nothing reordered, every literal as it was written.

Duplicate keys, numbers of any length and names that no specification knows are all kept. It never raises: what can't be
taken apart is shown whole. Each level is read when it is looked at: a record of 30 MB has its first one in an instant,
and a list of a hundred thousand items comes in blocks.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias

import msgspec

from procedure_viewer.fhir.json_text import (
    BYTE_ORDER_MARK,
    NotJson,
    decode_value,
    every_member,
    items,
    members,
    strict_members,
)
from procedure_viewer.fhir.repeating import pairs, repeats
from procedure_viewer.fhir.words import translate

DEEPEST: Final = 100
"""Levels of nesting that become nodes. FHIR's own go to some twenty; what lies deeper is the text of one leaf."""
MOST_TOGETHER: Final = 500
"""Elements that stand side by side; more of them are put into blocks."""
Place: TypeAlias = tuple[int, ...]
"""Where an element stands in its resource: the number of the member, of the item in it, of the member in that..., from
0. Names don't count, so that two members of one name have two places."""
LARGEST_LIST_OF_LISTS: Final = 100_000
"""Bytes of a list within a list (FHIR has none) up to which its items stand in its place, and not below it."""

_EMPTY: Final = re.compile(rb"[\[{][ \t\r\n]*+[\]}]")
_HEAD_OF_STRING: Final = rb'"(?:[^"\\]|\\u[0-9a-fA-F]{4}|\\.){0,%d}+'
# Not cut within a character of several bytes, nor within one that is written as a pair of surrogates.
_PART_OF_STRING: Final = re.compile(
    rb'(?:[^"\\]|\\u[0-9a-fA-F]{4}|\\.){1,30000}+[\x80-\xbf]{0,3}(?:\\u[dD][c-fC-F][0-9a-fA-F]{2})?', re.DOTALL
)
_LONGEST_PART: Final = 30_000
_MISLEADING: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff\U000e0000-\U000e007f]"
)
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Element(msgspec.Struct, frozen=True, gc=False):
    """One element: a leaf with its value, or a node with its children in the order in which they came.

    The items of a list stand in the list's place, each with its number; an empty list or object is a leaf "[]" or "{}".
    Where there are very many of them, they stand in blocks below it.
    """

    name: str
    """The key, "coding[0]" for an item of a list."""
    path: str
    """As in FHIRPath, "Procedure.code.coding[0].display", a name that is none of FHIR's in backticks; two of the same
    key have the same path."""
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
    place: Place = ()
    """For a block of a list's items that of the list, for one of members that of the object."""
    read: tuple["Element", ...] | None = None
    """Its children, where they are read already: those of a whole record are asked for again and again."""

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
    def exact(self) -> str:
        """The value for a clipboard: a string's content with every character that it has, else as `value`.

        A lone surrogate stays an escape: it is no character, and no clipboard takes it.
        """
        if self.is_node or self.whole or not self.text.startswith(b'"'):
            return _LONE_SURROGATE.sub(_escaped, self.text.decode("utf-8", "replace")) if self.whole else self.value
        literal = self.text.decode("utf-8", "replace")
        try:
            return _LONE_SURROGATE.sub(_escaped, str(json.loads(literal, strict=False)))
        except ValueError:
            return literal[1:-1]

    def parts(self) -> Iterator[str]:
        """The content of a leaf in parts of some ten thousand characters, as `value` would show them."""
        text = self.text
        if len(text) <= _LONGEST_PART:
            yield self.value
            return
        if self.whole or not text.startswith(b'"'):
            for at in range(0, len(text), _LONGEST_PART):
                yield visible(text[at : at + _LONGEST_PART].decode("utf-8", "replace"))
            return
        at, end = 1, len(text) - 1
        while at < end:
            part = _PART_OF_STRING.match(text, at, end)
            stop = part.end() if part else min(at + _LONGEST_PART, end)
            yield self._value_of(b'"' + text[at:stop] + b'"')
            at = stop

    @property
    def first(self) -> Place:
        """The place of what comes first in it: places are in the order of the text."""
        if self.inner:
            return self.inner[0].first
        return (*self.place, self.start) if self.slices else self.place

    @property
    def last(self) -> Place:
        """The place of the last one that it stands for."""
        if self.inner:
            return self.inner[-1].last
        return (*self.place, self.stop - 1) if self.slices else self.place

    def holds(self, place: Place) -> bool:
        """Whether the element at `place` is this one, or lies below it."""
        last = self.last
        return self.first <= place and (place <= last or place[: len(last)] == last)

    @property
    def size(self) -> int:
        """For a block how many elements it stands for."""
        return len(self.inner) or self.stop - self.start

    @property
    def children(self) -> tuple["Element", ...]:
        """What it consists of, read anew each time."""
        if self.read is not None:
            return self.read
        if self.inner:
            return self.inner
        if self.slices:
            return self._part_of_list()
        if not self.is_node:
            return ()
        try:
            if self.text.startswith(b"["):
                return _in_blocks(
                    _of_list(self.name, self.path, items(self.text), self.depth + 1, self.place), self.place
                )
            return self.with_members(pairs(self.text))
        except NotJson:
            unread = translate("fhir", "Unreadable")
            return (Element(unread, self.path, self.text, self.depth + 1, whole=True, place=(*self.place, 0)),)

    def with_members(self, named: Iterable[tuple[str, bytes]]) -> tuple["Element", ...]:
        """Its children, if these are its members. Raises `NotJson` for a list that can't be taken apart."""
        found: list[Element] = []
        for number, (name, text) in enumerate(named):
            path = f"{self.path}.{step(name)}" if self.path else step(name)
            found += _placed(visible(name), path, text, self.depth + 1, (*self.place, number))
        return _in_blocks(found, self.place)

    def _value_of(self, text: bytes) -> str:
        if not self.whole and _EMPTY.fullmatch(text):
            return "[]" if text.startswith(b"[") else "{}"
        if not self.whole and text.startswith(b'"'):
            try:
                return visible(msgspec.json.decode(text, type=str))
            except (msgspec.MsgspecError, UnicodeError):
                pass  # it is read with goodwill
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
                found += _placed(
                    f"{self.name}{at}",
                    f"{self.path}{at}",
                    self.slices[number],
                    self.depth + 1,
                    (*self.place, number),
                )
            return tuple(found)
        together = _together(size)
        return tuple(
            Element(
                self.name,
                self.path,
                depth=self.depth,
                slices=self.slices,
                start=at,
                stop=min(at + together, self.stop),
                place=self.place,
            )
            for at in range(self.start, self.stop, together)
        )


def read_elements(raw: bytes) -> Element:
    """The tree of a resource; bytes that are no JSON give a single element with all of their text. Never raises."""
    text = raw.removeprefix(BYTE_ORDER_MARK).strip(b" \t\r\n")
    if text.startswith(b"{"):
        try:
            found = strict_members(text)
            root = _root_of(found, text)
            named = every_member(text) if repeats(text, found) else found.items()
            return root if _EMPTY.fullmatch(text) else msgspec.structs.replace(root, read=root.with_members(named))
        except NotJson:
            pass
    if not _can_be_taken_apart(text):
        unread = raw.removeprefix(BYTE_ORDER_MARK)
        return Element(translate("fhir", "Unreadable"), "", unread, whole=True)
    try:
        return _root_of(members(text), text)
    except NotJson:  # a list, or a scalar
        return Element("", "", text)


def visible(text: str) -> str:
    """`text` with all that could mislead its reader written as an escape of JSON."""
    return text if text.isprintable() else _MISLEADING.sub(_escaped, text)


def step(name: str) -> str:
    """A name as a step of a path; one that FHIR would not give stands in backticks, as FHIRPath has it."""
    if _IDENTIFIER.fullmatch(name):
        return name
    quoted = name.replace("\\", "\\\\").replace("`", "\\`")
    return f"`{visible(quoted)}`"


def _escaped(match: re.Match[str]) -> str:
    """A character as JSON escapes it, in one unit of UTF-16 or two."""
    units = match[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


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


def _root_of(found: Mapping[str, bytes], text: bytes) -> Element:
    """The resource itself, named by its type, wherever that stands among the members; "" when there is none."""
    try:
        value = decode_value(found.get("resourceType", b"null"))
    except NotJson:
        value = None
    kind = value if isinstance(value, str) else ""
    return Element(visible(kind), step(kind) if kind else "", text)


def _placed(name: str, path: str, text: bytes, depth: int, place: Place) -> list[Element]:
    """The element that `text` is, or in its place those that it lists."""
    if text.startswith(b"[") and depth < DEEPEST and not _EMPTY.fullmatch(text):
        within_list = name.endswith("]")
        if not (within_list and len(text) > LARGEST_LIST_OF_LISTS):
            return _of_list(name, path, items(text), depth + 1, place)
    return [Element(name, path, text, depth, place=place)]


def _of_list(name: str, path: str, texts: list[bytes], depth: int, place: Place) -> list[Element]:
    if len(texts) > MOST_TOGETHER:
        return [Element(name, path, depth=depth - 1, slices=tuple(texts), stop=len(texts), place=place)]
    found: list[Element] = []
    for number, text in enumerate(texts):
        found += _placed(f"{name}[{number}]", f"{path}[{number}]", text, depth, (*place, number))
    return found


def _in_blocks(found: list[Element], place: Place) -> tuple[Element, ...]:
    if len(found) <= MOST_TOGETHER:
        return tuple(found)
    together = _together(len(found))
    parts = (found[at : at + together] for at in range(0, len(found), together))
    return tuple(
        Element(f"{part[0].name} … {part[-1].name}", part[0].path, inner=_in_blocks(part, place), place=place)
        for part in parts
    )


def _together(size: int) -> int:
    """The size of the blocks that so many elements are put into: as large as can be, and no more than fit together."""
    together = MOST_TOGETHER
    while size > together * MOST_TOGETHER:
        together *= MOST_TOGETHER
    return together
