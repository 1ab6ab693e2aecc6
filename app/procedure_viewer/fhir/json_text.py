"""JSON as servers really send it: values where a view needs them, slices of the wire's bytes where nothing may be lost.

msgspec does the work for everything that is JSON (RFC 8259). What it refuses (lone surrogates, invalid UTF-8, NaN,
numbers out of range, a byte-order mark, nesting as deep as the interpreter's stack) is read a second time by slower,
more forgiving means, so that one odd character costs a clinician neither the page nor the record.
"""

import json
import re
from typing import Final

import msgspec

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

_REFUSALS: Final = (msgspec.MsgspecError, UnicodeError, RecursionError)
_DECODER: Final[msgspec.json.Decoder[object]] = msgspec.json.Decoder()
_MOST_DIGITS: Final = 4000
"""More digits than this are no quantity, and Python would refuse to convert them."""

_SPACE: Final = re.compile(rb"[ \t\r\n]*+")
_STRING: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_SCALAR: Final = re.compile(rb'[^\s"\[\]{},:]++')
# Up to the next brackets in one step, whatever stands before them. A quote that no string starts with ends the reading.
_NESTING: Final = re.compile(rb'(?:[^"\[\]{}]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+([\[{]++|[\]}]++|")', re.DOTALL)
_CLOSING_OF: Final = bytes.maketrans(b"{[", b"}]")


class NotJson(ValueError):
    """The bytes are not JSON, not even with goodwill."""


def decode_value(text: bytes) -> object:
    """The value of `text`; raises `NotJson`.

    An integer beyond 4,000 digits comes as its text, invalid UTF-8 as U+FFFD. Of duplicate keys the last one counts.
    """
    try:
        return _DECODER.decode(text)
    except _REFUSALS:
        return _decode_forgivingly(text)


def _decode_forgivingly(text: bytes) -> object:
    try:
        readable = text.removeprefix(BYTE_ORDER_MARK).decode("utf-8", "replace")
        return json.loads(readable, strict=False, parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise NotJson("not JSON") from error


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MOST_DIGITS else digits


def members(text: bytes) -> dict[str, bytes]:
    """The members of the JSON object `text`, each value as the exact bytes it was written in; raises `NotJson`."""
    try:
        return {key: bytes(raw) for key, raw in msgspec.json.decode(text, type=dict[str, msgspec.Raw]).items()}
    except msgspec.ValidationError as error:
        raise NotJson("not an object") from error
    except _REFUSALS:
        return dict(_Slicer(text.removeprefix(BYTE_ORDER_MARK)).members())


def strict_members(text: bytes) -> dict[str, bytes]:
    """Like `members`, but without goodwill: what it gives is JSON to its last byte."""
    try:
        return {key: bytes(raw) for key, raw in msgspec.json.decode(text, type=dict[str, msgspec.Raw]).items()}
    except _REFUSALS as error:
        raise NotJson("not an object by the letter") from error


def every_member(text: bytes) -> list[tuple[str, bytes]]:
    """Like `members`, but those of one name are all there. It takes thirty times as long; raises `NotJson`."""
    return _Slicer(text.removeprefix(BYTE_ORDER_MARK)).members()


def items(text: bytes) -> list[bytes]:
    """The items of the JSON array `text`, each as the exact bytes it was written in; raises `NotJson`."""
    try:
        return [bytes(raw) for raw in msgspec.json.decode(text, type=list[msgspec.Raw])]
    except msgspec.ValidationError as error:
        raise NotJson("not an array") from error
    except _REFUSALS:
        return _Slicer(text.removeprefix(BYTE_ORDER_MARK)).items()


class _Slicer:
    """Cuts one object or array into slices without looking deeper than the brackets, and without recursion."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._at = 0

    def members(self) -> list[tuple[str, bytes]]:
        found: list[tuple[str, bytes]] = []
        self._expect(b"{")
        if not self._passed(b"}"):
            while True:
                key = self._slice_of_string()
                self._expect(b":")
                found.append((str(decode_value(key)), self._slice_of_value()))
                if self._passed(b"}"):
                    break
                self._expect(b",")
        self._expect_end()
        return found

    def items(self) -> list[bytes]:
        found: list[bytes] = []
        self._expect(b"[")
        if not self._passed(b"]"):
            while True:
                found.append(self._slice_of_value())
                if self._passed(b"]"):
                    break
                self._expect(b",")
        self._expect_end()
        return found

    def _skip_space(self) -> None:
        space = _SPACE.match(self._text, self._at)
        assert space is not None  # it matches nothing, too
        self._at = space.end()

    def _passed(self, token: bytes) -> bool:
        self._skip_space()
        if not self._text.startswith(token, self._at):
            return False
        self._at += 1
        return True

    def _expect(self, token: bytes) -> None:
        if not self._passed(token):
            raise NotJson(f"no {token.decode()} at byte {self._at}")

    def _expect_end(self) -> None:
        self._skip_space()
        if self._at != len(self._text):
            raise NotJson(f"more than one value, at byte {self._at}")

    def _slice_of_string(self) -> bytes:
        self._skip_space()
        return self._slice(_STRING.match(self._text, self._at))

    def _slice_of_value(self) -> bytes:
        self._skip_space()
        first = self._text[self._at : self._at + 1]
        if first == b'"':
            return self._slice_of_string()
        if first in (b"{", b"["):
            return self._slice_of_nested()
        return self._slice(_SCALAR.match(self._text, self._at))

    def _slice(self, match: re.Match[bytes] | None) -> bytes:
        if match is None:
            raise NotJson(f"no value at byte {self._at}")
        self._at = match.end()
        return match.group()

    def _slice_of_nested(self) -> bytes:
        start = self._at
        unclosed = bytearray()
        for match in _NESTING.finditer(self._text, start):
            brackets = match[1]
            if brackets[:1] in (b"{", b"["):
                unclosed += brackets.translate(_CLOSING_OF)
                continue
            closed = min(len(brackets), len(unclosed))
            if brackets[:closed] != unclosed[: -closed - 1 : -1]:
                break
            del unclosed[-closed:]
            if not unclosed:
                self._at = match.start(1) + closed
                return self._text[start : self._at]
        raise NotJson(f"no end of the value at byte {start}")
