"""Writing and reading files in tests of what they hold: JSON token by token, without the program's own means."""

import re
from pathlib import Path

from procedure_viewer.export.formats import Format, Order
from procedure_viewer.export.writing import write_order

SPLICED = (Format.BUNDLE, Format.NDJSON)
JSON_LIKE = (Format.JSON, Format.BUNDLE, Format.FILES, Format.NDJSON)


def written(order: Order, path: Path, *, replace: bool = False) -> tuple[Path, ...]:
    """Have it written, with nobody who watches or stops it."""
    return write_order(path, order, replace=replace, progress=lambda *_: None, cancelled=lambda: False)


_TOKEN = re.compile(rb'\s*("(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+)', re.DOTALL)


def tokens(text: bytes) -> list[bytes]:
    """The tokens of a JSON text as they are written: numbers, escapes, order and repeated names stay apparent."""
    found, at, end = [], 0, len(text.rstrip())
    while at < end:
        token = _TOKEN.match(text, at)
        assert token is not None, text[at : at + 40]
        found.append(token[1])
        at = token.end()
    return found


def resources_in(text: bytes, chosen: Format) -> list[list[bytes]]:
    """The tokens of each record in a file of that format."""
    if chosen is Format.NDJSON:
        return [tokens(line) for line in text.split(b"\n") if line]
    if chosen is not Format.BUNDLE:
        return [tokens(text)]
    found: list[list[bytes]] = []
    all_tokens = tokens(text)
    depth, start = 0, None
    for at, token in enumerate(all_tokens):
        # An entry is an object in the list in the Bundle, its resource the value after that name.
        if depth == 3 and token == b'"resource"' and all_tokens[at + 1] == b":" and start is None:
            start = at + 2
        depth += {b"{": 1, b"[": 1, b"}": -1, b"]": -1}.get(token, 0)
        if start is not None and at > start and depth == 3:
            found.append(all_tokens[start : at + 1])
            start = None
    return found
