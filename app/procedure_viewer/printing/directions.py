"""Text that reads from the right, among text that reads from the left.

A label is in the program's language and a value in the record's: a value with Arabic or Hebrew in it stands between the
two marks of an isolate (https://www.unicode.org/reports/tr9/#Explicit_Directional_Isolates), so that neither moves the
other's full stops and brackets. Text from a server has no such marks of its own: `fhir.datatypes.printable`.
"""

from unicodedata import bidirectional

_BEGIN, _END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_FROM_THE_RIGHT = frozenset({"R", "AL"})
_WITHOUT_MARKS = str.maketrans("", "", _BEGIN + _END)


def with_own_direction(text: str) -> str:
    """The text, one line, with marks around it where it may need them."""
    if text.isascii() or not any(bidirectional(character) in _FROM_THE_RIGHT for character in text):
        return text
    return f"{_BEGIN}{text}{_END}"


def bare(text: str) -> str:
    """The text without those marks."""
    return text.translate(_WITHOUT_MARKS)
