"""The colours of JSON, in light and dark."""

import re

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from procedure_viewer.tables.json_rows import utf16_length
from procedure_viewer.ui.theme import is_dark

# A line of indented JSON holds whole tokens only; a string is a key if a colon follows.
_STRING = r'"(?:[^"\\]|\\.)*"'
_TOKEN = re.compile(
    rf"(?P<key>{_STRING})(?=\s*:)|(?P<string>{_STRING})|(?P<number>-?\d[\d.eE+-]*)|(?P<literal>true|false|null)"
)
_COLOURS = {  # light, dark
    "key": ("#0b5394", "#8ab4f8"),
    "string": ("#1e6b2e", "#a5d6a7"),
    "number": ("#8a3b00", "#ffb74d"),
    "literal": ("#7b1fa2", "#ce93d8"),
}
LONGEST_COLOURED = 20_000
"""Characters of a line after which colouring stops: an embedded picture is one line of a million."""
LARGEST_COLOURED = 400_000
"""Characters of a text after which colouring stops: it takes a second for two million."""


def hit_colours() -> tuple[QColor, QColor]:
    """Text and ground of what was found, readable in light and dark (contrast over 7:1)."""
    return (QColor("#ffffff"), QColor("#6b4e00")) if is_dark() else (QColor("#1b1c1d"), QColor("#ffe08a"))


class JsonHighlighter(QSyntaxHighlighter):
    """Colours keys, strings, numbers and literals."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats: dict[str, QTextCharFormat] = {}
        self.choose_colours()

    def choose_colours(self) -> None:
        """Take the colours for light or dark; the caller highlights again."""
        for name, colours in _COLOURS.items():
            form = QTextCharFormat()
            form.setForeground(QColor(colours[is_dark()]))
            self._formats[name] = form

    def highlightBlock(self, text: str) -> None:
        if len(text) > LONGEST_COLOURED or self.document().characterCount() > LARGEST_COLOURED:
            return
        for match in _TOKEN.finditer(text):
            start = utf16_length(text[: match.start()])
            self.setFormat(start, utf16_length(match.group()), self._formats[match.lastgroup or "string"])
