"""Whether a JSON object says something twice, itself or in anything within it.

RFC 8259 section 4 leaves open which of two members with one name counts, and readers of JSON quietly take the last: of
two lists of entries, one would be lost unseen.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from procedure_viewer.fhir.json_text import BYTE_ORDER_MARK, every_member, members

_UP_TO_VALUE: Final = re.compile(
    rb'[ \t\r\n]*+[{,][ \t\r\n]*+"[^"\\]*+(?:\\.[^"\\]*+)*+"[ \t\r\n]*+:[ \t\r\n]*+', re.DOTALL
)
_ENCODER: Final = msgspec.json.Encoder()
_SPACES: Final = b" \t\r\n"
_SPOILING: Final = (b"\\u0020", b"\\u0022", b"\\u003a", b"\\u003A")
"""Escapes that spoil counting names by the quote and colon behind them: written anew, they are no escapes."""
MOST_PATHS: Final = 20
UNKNOWN_PATH: Final = "?"
"""Stands where something is said twice and nobody can tell what."""
_END: Final = re.compile(rb"[ \t\r\n]*+}[ \t\r\n]*+")


def repeats(text: bytes, found: Mapping[str, bytes]) -> bool:
    """Whether the object `text` has two members with one name. `found` is what `json_text.members` read from it.

    The text is walked along the slices in their order: each member that was dropped stands in the way. That compares
    bytes and reads no value a second time: 20 ms for 10,000 entries (28 MB), where slicing them anew takes 860 ms.
    """
    if not found:
        return False
    text = text.removeprefix(BYTE_ORDER_MARK)
    at = 0
    for value in found.values():
        before = _UP_TO_VALUE.match(text, at)
        if before is None or not text.startswith(value, before.end()):
            return True
        at = before.end() + len(value)
    return _END.fullmatch(text, at) is None


def pairs(text: bytes) -> list[tuple[str, bytes]]:
    """Every member of the object `text` in its order, also those of one name; raises `NotJson`."""
    found = members(text)
    return every_member(text) if repeats(text, found) else list(found.items())


def repeated_paths(text: bytes, value: object) -> tuple[str, ...]:
    """Where an object on any level of `text` has two members with one name, as in "subject.reference"; at most 20.

    `value` is what `json_text.decode_value` read from it, one member of each name. Written anew it has as many names as
    the text, unless some were dropped: counting takes 73 ms for 10,000 records (10 MB), looking at each name 400. Most
    texts come out to the letter: comparing takes 11.
    """
    try:
        written = _ENCODER.encode(value)
        if written == text:  # as programs write it, and nothing was left out
            return ()
        spoilt = b"\\u00" in text and any(escape in text for escape in _SPOILING)
        if not spoilt and _names_in(text) == _names_in(written):
            return ()
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        pass  # such text is read with goodwill; it is looked at name by name
    return _Repetitions(text).paths()


def _names_in(text: bytes) -> int:
    """How many names `text` has; what looks like one within a string counts too, the same in each way of writing it."""
    return text.translate(None, _SPACES).count(b'":')


class _Repetitions:
    """Reads a text with every member of every object, and remembers the objects that have two of one name."""

    def __init__(self, text: bytes) -> None:
        self._text = text.removeprefix(BYTE_ORDER_MARK).decode("utf-8", "replace")
        self._names: dict[int, tuple[str, ...]] = {}
        self._kept: list[dict[str, object]] = []
        """Keeps the objects alive: `_names` knows them by their identity."""

    def paths(self) -> tuple[str, ...]:
        try:
            value = json.loads(self._text, strict=False, object_pairs_hook=self._object, parse_int=str)
        except (ValueError, RecursionError):
            return (UNKNOWN_PATH,)
        if not self._kept:
            return ()
        found: dict[str, None] = {}
        for path in self._below(value):
            found[path] = None
            if len(found) == MOST_PATHS:
                break
        return tuple(found) or (UNKNOWN_PATH,)

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        members = dict(pairs)
        if len(members) < len(pairs):
            self._kept.append(members)
            self._names[id(members)] = tuple(_twice(name for name, _ in pairs))
        return members

    def _below(self, value: object) -> Iterator[str]:
        pending: list[tuple[str, object]] = [("", value)]
        while pending:
            path, here = pending.pop()
            if isinstance(here, dict):
                for name in self._names.get(id(here), ()):
                    yield f"{path}.{name}" if path else name
                inner = [(f"{path}.{name}" if path else name, member) for name, member in here.items()]
            elif isinstance(here, list):
                inner = [(f"{path}[{number}]", item) for number, item in enumerate(here)]
            else:
                continue
            pending.extend(reversed(inner))


def _twice(names: Iterable[str]) -> Iterator[str]:
    """Each name that comes again, once."""
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        if seen[name] == 2:
            yield name


def root_of(path: str) -> str:
    """The element of the resource itself in which `path` lies: "subject" of "subject.reference"."""
    return re.split(r"[.\[]", path, maxsplit=1)[0]
