"""Whether a record's bytes can stand inside another JSON text: one object by the letter of RFC 8259, in UTF-8.

Numbers of any size, lone surrogates written as escapes, names that come twice and any depth are JSON, too, though most
readers, msgspec among them, refuse one or the other.
"""

import re
from typing import Final

import msgspec


class _AnyObject(msgspec.Struct, frozen=True):
    """Nothing of it is wanted: its members are only walked along, six times as fast as they are cut out."""


_READER: Final = msgspec.json.Decoder(_AnyObject)
BLANKS: Final = b" \t\r\n"
"""What may stand around a value."""

_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_TOKEN: Final = re.compile(
    rb'[ \t\r\n]*+(?:(?P<string>"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*+")'
    rb"|(?P<scalar>-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?|true|false|null)"
    rb"|(?P<mark>[\[\]{}:,]))"
)
_VALUE, _KEY, _FIRST_KEY, _FIRST_ITEM, _COLON, _AFTER, _END = range(7)


def is_object(raw: bytes) -> bool:
    """Whether `raw` is one JSON object and nothing else but blanks."""
    try:
        raw.decode("utf-8")  # which msgspec doesn't look at in what it walks along
    except UnicodeDecodeError:
        return False
    if _is_walked_along(raw):
        return True
    # With a lone surrogate in forty megabytes the letter alone takes five seconds. Another escape of the same length in
    # its place leaves the rest what it was, also where it only looks like one, behind an escaped backslash.
    if _SURROGATE.search(raw) is not None and _is_walked_along(_SURROGATE.sub(rb"\\u0041", raw)):
        return True
    return _is_odd_object(raw)


def _is_walked_along(raw: bytes) -> bool:
    try:
        _READER.decode(raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return False
    return True


def _is_odd_object(raw: bytes) -> bool:
    """The same by the letter, slower, for what others refuse."""
    if not raw.lstrip(BLANKS).startswith(b"{"):
        return False
    open_ones = bytearray()
    at, end, expected = 0, len(raw.rstrip(BLANKS)), _VALUE
    while at < end:
        token = _TOKEN.match(raw, at)
        if token is None:
            return False
        at = token.end()
        following = _after_mark(expected, token["mark"], open_ones) if token["mark"] else _after_value(expected, token)
        if following is None:
            return False
        expected = following
    return expected == _END


def _after_value(expected: int, token: "re.Match[bytes]") -> int | None:
    if expected in (_KEY, _FIRST_KEY):
        return _COLON if token["string"] is not None else None
    return _AFTER if expected in (_VALUE, _FIRST_ITEM) else None


def _after_mark(expected: int, mark: bytes, open_ones: bytearray) -> int | None:
    if mark in (b"{", b"["):
        if expected not in (_VALUE, _FIRST_ITEM):
            return None
        open_ones += mark
        return _FIRST_KEY if mark == b"{" else _FIRST_ITEM
    if mark in (b"}", b"]"):
        opening, first = (b"{", _FIRST_KEY) if mark == b"}" else (b"[", _FIRST_ITEM)
        if expected not in (_AFTER, first) or not open_ones.endswith(opening):
            return None
        del open_ones[-1:]
        return _AFTER if open_ones else _END
    if mark == b":":
        return _VALUE if expected == _COLON else None
    if expected != _AFTER:
        return None
    return _KEY if open_ones.endswith(b"{") else _VALUE
