"""Any resource as a labelled tree: nothing hidden, nothing reordered, every literal as it was written.

Duplicate keys, numbers of any length and names that no specification knows are all kept. It never raises: what can't be
taken apart is shown whole.
"""

import json
import re
from typing import Final

import msgspec

from procedure_viewer.fhir.json_text import BYTE_ORDER_MARK, NotJson, decode_value, members
from procedure_viewer.fhir.words import translate

DEEPEST: Final = 100
"""Levels of nesting that become nodes. FHIR's own go to some twenty; what lies deeper is the text of one leaf."""

_SPACE: Final = re.compile(r"[ \t\r\n]*+")
_STRING: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_SCALAR: Final = re.compile(
    r"(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|NaN|-?Infinity)(?![^\s,\]}])", re.ASCII
)
# A quote that starts no string ends the reading at once; otherwise each quote of broken text would be tried anew.
_NESTING: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["\[\]{}]', re.DOTALL)
_CLOSING: Final = {"{": "}", "[": "]"}
_MISLEADING: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


class Element(msgspec.Struct, frozen=True, gc=False):
    """One element: a leaf with its value, or a node with its children in the order in which they came.

    The items of a list stand in the list's place, each with its number; an empty list or object is a leaf "[]" or "{}".
    """

    name: str
    """The key, "coding[0]" for an item of a list."""
    path: str
    """FHIRPath-like, "Procedure.code.coding[0].display"; two of the same key have the same path."""
    value: str = ""
    """A string's content, any other literal as it was written (1.00 stays "1.00"), "" for a node.

    Characters that would mislead a reader (controls, changes of direction, lone surrogates) are written as JSON would.
    """
    children: tuple["Element", ...] = ()


def read_elements(raw: bytes) -> Element:
    """The tree of a resource; bytes that are no JSON give a single element with all of their text. Never raises."""
    text = raw.removeprefix(BYTE_ORDER_MARK).decode("utf-8", "replace")
    try:
        return _Reader(text).read(_type_of(raw))
    except NotJson:
        return Element(translate("fhir", "Unreadable"), "", _shown(text))


def _type_of(raw: bytes) -> str:
    """The resource's type, wherever it stands among the members; "" when there is none."""
    try:
        value = decode_value(members(raw).get("resourceType", b"null"))
    except NotJson:
        return ""
    return _shown(value) if isinstance(value, str) else ""


def _shown(text: str) -> str:
    return text if text.isprintable() else _MISLEADING.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


class _Node:
    """An object or list whose end is not reached yet, with what was found in it so far."""

    __slots__ = ("children", "closing", "name", "path", "size")

    def __init__(self, name: str, path: str, opening: str) -> None:
        self.name = name
        self.path = path
        self.closing = _CLOSING[opening]
        self.children: list[Element] = []
        self.size = 0

    @property
    def is_list(self) -> bool:
        return self.closing == "]"

    def next_item(self) -> tuple[str, str]:
        """Name and path of a list's next item."""
        return f"{self.name}[{self.size}]", f"{self.path}[{self.size}]"

    def finished(self) -> Element:
        if self.children:
            return Element(self.name, self.path, "", tuple(self.children))
        return Element(self.name, self.path, "[]" if self.is_list else "{}")


class _Reader:
    """Reads from the left, once, with a stack of its own: no depth of nesting exhausts the interpreter's."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._open: list[_Node] = []
        self._root: Element | None = None

    def read(self, root_name: str) -> Element:
        """The root element; raises `NotJson`."""
        self._read_value(root_name, root_name)
        while self._open:
            node = self._open[-1]
            if self._passed(node.closing):
                self._close()
                continue
            if node.size:
                self._expect(",")
            if node.is_list:
                name, path = node.next_item()
            else:
                name = self._key()
                path = f"{node.path}.{name}" if node.path else name
            node.size += 1
            self._read_value(name, path)
        self._skip_space()
        if self._root is None or self._at != len(self._text):
            raise NotJson("more than one value")
        return self._root

    def _read_value(self, name: str, path: str) -> None:
        """Read a leaf whole, of an object or list the opening bracket."""
        self._skip_space()
        first = self._text[self._at : self._at + 1]
        if first == '"':
            self._add(Element(name, path, self._string()))
        elif first not in _CLOSING:
            self._add(Element(name, path, self._match(_SCALAR)))
        elif len(self._open) >= DEEPEST:
            self._add(Element(name, path, _shown(self._nested())))
        else:
            self._at += 1
            self._open.append(_Node(name, path, first))

    def _close(self) -> None:
        node = self._open.pop()
        if node.is_list and node.children and self._open:
            self._open[-1].children.extend(node.children)
        else:
            self._add(node.finished())

    def _add(self, element: Element) -> None:
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element

    def _key(self) -> str:
        self._skip_space()
        key = self._string()
        self._expect(":")
        return key

    def _string(self) -> str:
        literal = self._match(_STRING)
        try:
            return _shown(json.loads(literal, strict=False))
        except ValueError:  # an escape that JSON doesn't know
            return _shown(literal[1:-1])

    def _nested(self) -> str:
        """The text of a whole object or list."""
        start = self._at
        unclosed: list[str] = []
        for match in _NESTING.finditer(self._text, start):
            mark = match.group()
            if mark in _CLOSING:
                unclosed.append(_CLOSING[mark])
            elif mark == '"' or (mark in "]}" and unclosed.pop() != mark):
                break
            if not unclosed:
                self._at = match.end()
                return self._text[start : self._at]
        raise NotJson("no end of a value")

    def _skip_space(self) -> None:
        self._match(_SPACE)

    def _passed(self, mark: str) -> bool:
        self._skip_space()
        found = self._text.startswith(mark, self._at)
        self._at += found
        return found

    def _expect(self, mark: str) -> None:
        if not self._passed(mark):
            raise NotJson(f"no {mark}")

    def _match(self, form: re.Pattern[str]) -> str:
        match = form.match(self._text, self._at)
        if match is None:
            raise NotJson("no value")
        self._at = match.end()
        return match.group()
