"""Server text in cells and tooltips: never interpreted, and never so long that laying it out stalls the window."""

from collections.abc import Iterable
from html import escape

LONGEST_IN_CELL = 300
LONGEST_FACT = 40
LONGEST_IN_NARROW_CELL = 20
"""Characters of a number, a sex or a date in the banner and in a list: absurd ones would push out the rest."""
LONGEST_IN_TOOLTIP = 1_000


def shortened(text: str, longest: int = LONGEST_IN_CELL) -> str:
    """At most so many characters, with an ellipsis where more was there."""
    return text if len(text) <= longest else f"{text[:longest]}…"


def plain_tooltip(text: str) -> str:
    """Rich text that shows exactly these characters: Qt would guess whether a plain tooltip is rich."""
    return f"<qt>{escape(shortened(text, LONGEST_IN_TOOLTIP))}</qt>" if text else ""


def plain_tooltip_lines(lines: Iterable[str]) -> str:
    """The same for several lines, each cut by itself."""
    shown = [escape(shortened(line, LONGEST_IN_CELL)) for line in lines if line]
    return f"<qt>{'<br>'.join(shown)}</qt>" if shown else ""
