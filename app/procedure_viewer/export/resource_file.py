"""One resource as a file: the server's own JSON, indented, under a name that every system takes."""

import re
from collections.abc import Generator

import msgspec

LONGEST_TYPE = 64
LONGEST_ID = 128
"""Characters of a name's two parts: FHIR allows 64 in an id, but some servers send more; Windows takes 255 in all."""


SMALLEST_LOOKED_AT = 20_000
"""Bytes below which no depth of nesting makes an indented text too large."""
_MOST_ROUNDS = 50
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_SHORT_STRINGS = re.compile(rb'(?:[^"]*+"[^"\\]{0,2000}+(?:\\.[^"\\]{0,2000}+){0,200}+"){1,5000}+', re.DOTALL)
_UP_TO_STRING = re.compile(rb'[^"]*+"')
_PART_OF_STRING = re.compile(rb'[^"\\]{1,1000000}+|(?:\\.[^"\\]{0,100}+){1,10000}+', re.DOTALL)
_DEEP = re.compile(rb"[\[{]{101}")
_ALL_BUT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")


def indented(raw: bytes) -> bytes:
    """`raw` with two spaces a level and a final newline. Numbers, order, escapes and duplicate keys stay as they came.

    What can't be indented (no JSON, nested too deeply, a byte-order mark, invalid UTF-8) comes back byte for byte.
    """
    steps = indented_in_steps(raw)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return bytes(end.value)


def indented_in_steps(raw: bytes) -> Generator[None, None, bytes]:
    """The same in steps: thirty megabytes take a few tenths of a second, the longest step some hundredths."""
    if len(raw) > SMALLEST_LOOKED_AT and (yield from _is_deep(raw)):
        return raw  # two megabytes of numbers within four hundred lists would become eight hundred
    try:
        raw.decode("utf-8")  # format() lets invalid bytes inside strings pass
        yield
        return msgspec.json.format(raw, indent=2) + b"\n"
    except (UnicodeDecodeError, msgspec.DecodeError, RecursionError):
        return raw


def _is_deep(raw: bytes) -> Generator[None, None, bool]:
    """Whether it is nested deeper than any real resource, which has some twenty levels: than fifty, or a few more."""
    parts: list[bytes] = []
    at = 0
    while True:
        if (some := _SHORT_STRINGS.match(raw, at)) is not None:
            parts.append(_STRING.sub(b"", some.group()).translate(None, _ALL_BUT_BRACKETS))
            at = some.end()
        elif (before := _UP_TO_STRING.match(raw, at)) is not None:
            parts.append(before.group().translate(None, _ALL_BUT_BRACKETS))
            at = before.end()
            while (part := _PART_OF_STRING.match(raw, at)) is not None:
                at = part.end()
                yield
            at += 1
        else:
            break
        yield
    parts.append(raw[at:].translate(None, _ALL_BUT_BRACKETS))
    brackets = b"".join(parts)
    if _DEEP.search(brackets):
        return True
    for _ in range(_MOST_ROUNDS):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")  # one level, or two
    return bool(brackets)


def cleaned(server_id: str) -> str:
    """An id with nothing in it but ASCII letters, digits, `.`, `_` and `-`."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", server_id)


def suggested_name(resource_type: str, resource_id: str) -> str:
    """A file name such as "Procedure-<id>.json", of ASCII letters, digits, `.`, `_` and `-` only.

    The letters and the hyphen in front keep it clear of Windows' reserved names (`NUL`, `COM1`), of hidden files and
    of options on a command line, whatever the server sent as an id.
    """
    kind = re.sub(r"[^A-Za-z]", "", resource_type)[:LONGEST_TYPE] or "Resource"
    key = cleaned(resource_id)[:LONGEST_ID] or "without-id"
    return f"{kind}-{key}.json"
