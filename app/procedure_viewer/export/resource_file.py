"""One resource as a file: the server's own JSON, indented, under a name that every system takes."""

import re

import msgspec

LONGEST_TYPE = 64
LONGEST_ID = 128
"""Characters of a name's two parts: FHIR allows 64 in an id, but some servers send more; Windows takes 255 in all."""


def indented(raw: bytes) -> bytes:
    """`raw` with two spaces a level and a final newline. Numbers, order, escapes and duplicate keys stay as they came.

    What can't be indented (no JSON, nested too deeply, a byte-order mark, invalid UTF-8) comes back byte for byte.
    """
    try:
        raw.decode("utf-8")  # format() lets invalid bytes inside strings pass
        return msgspec.json.format(raw, indent=2) + b"\n"
    except (UnicodeDecodeError, msgspec.DecodeError, RecursionError):
        return raw


def suggested_name(resource_type: str, resource_id: str) -> str:
    """A file name such as "Procedure-<id>.json", of ASCII letters, digits, `.`, `_` and `-` only.

    The letters and the hyphen in front keep it clear of Windows' reserved names (`NUL`, `COM1`), of hidden files and
    of options on a command line, whatever the server sent as an id.
    """
    kind = re.sub(r"[^A-Za-z]", "", resource_type)[:LONGEST_TYPE] or "Resource"
    key = re.sub(r"[^A-Za-z0-9._-]", "_", resource_id)[:LONGEST_ID] or "without-id"
    return f"{kind}-{key}.json"
