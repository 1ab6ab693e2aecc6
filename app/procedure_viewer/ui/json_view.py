"""The exact resource as text, coloured by what each part is."""

import re

from PySide6.QtCore import QMimeData, Slot
from PySide6.QtGui import QColor, QFontDatabase, QSyntaxHighlighter, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QPlainTextEdit

from procedure_viewer.fhir.elements import visible
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
LONGEST_LINE = 2_000
"""Characters of a line that are laid out: a picture of thirty million on one line takes ten seconds."""
LINES_AT_ONCE = 500
CHARACTERS_AT_ONCE = 60_000
"""What is appended in one go ends with one of these."""
_SPLITTING = re.compile("[\r\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}\ufdd0\ufdd1]")
"""Characters that Qt would take for the end of a line, or of a frame."""
LONGEST_COLOURED = 20_000
"""Characters of a line after which colouring stops: an embedded picture is one line of a million."""
LARGEST_COLOURED = 400_000
"""Characters of a text after which colouring stops: it takes a second for two million."""


class _JsonHighlighter(QSyntaxHighlighter):
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
            start = _utf16_length(text[: match.start()])
            self.setFormat(start, _utf16_length(match.group()), self._formats[match.lastgroup or "string"])


def _utf16_length(text: str) -> int:
    """Qt counts UTF-16 units: characters beyond the basic plane count twice."""
    return len(text) + sum(character > "\uffff" for character in text)


class JsonView(QPlainTextEdit):
    """Read-only; plain text, so nothing in it is ever interpreted.

    It has the first lines at once and further ones when the reader comes near the end. A very long line is cut off and
    what would mislead a reader is written as an escape, on the screen only: what is copied is whole and as it came.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("detailJson")
        self.setAccessibleName(self.tr("JSON"))
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._highlighter = _JsonHighlighter(self.document())
        self._source = ""
        self._starts: list[int] = []
        """Where in the source each line begins that is shown, and where the next one would."""
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    def show_json(self, text: str) -> None:
        """Show `text` in place of what is shown."""
        self.clear()
        self._source = text.removesuffix("\n")
        self._starts = [0]
        self._show_more()

    def clear(self) -> None:
        """Show nothing."""
        self._source, self._starts = "", []
        super().clear()

    @property
    def lines_shown(self) -> int:
        """How many lines of the source are there already."""
        return max(0, len(self._starts) - 1)

    def follow_theme(self) -> None:
        """Take the colours for light or dark."""
        self._highlighter.choose_colours()
        self._highlighter.rehighlight()

    @Slot(int)
    def _scrolled(self, value: int) -> None:
        bar = self.verticalScrollBar()
        if self._has_more and value >= bar.maximum() - bar.pageStep():
            self._show_more()

    @property
    def _has_more(self) -> bool:
        return bool(self._starts) and self._starts[-1] <= len(self._source)

    def _show_more(self) -> None:
        """Append the next lines, and say how many are still to come."""
        lines: list[str] = []
        begun = self.lines_shown
        size = 0
        while self._has_more and len(lines) < LINES_AT_ONCE and size < CHARACTERS_AT_ONCE:
            start = self._starts[-1]
            end = self._source.find("\n", start)
            end = len(self._source) if end < 0 else end
            lines.append(self._displayed(start, end))
            size += len(lines[-1])
            self._starts.append(end + 1)
        if self._has_more:
            rest = self._source.count("\n", self._starts[-1]) + 1
            lines.append(self.tr("… {count} more lines: scroll on").format(count=f"{rest:,}"))
        cursor = QTextCursor(self.document().findBlockByNumber(begun))
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText("\n".join(lines))

    def _displayed(self, start: int, end: int) -> str:
        line = _SPLITTING.sub(
            lambda match: f"\\u{ord(match[0]):04x}", visible(self._source[start : min(end, start + LONGEST_LINE)])
        )
        left_out = end - start - LONGEST_LINE
        if left_out <= 0:
            return line
        return line + self.tr("… {count} more characters").format(count=f"{left_out:,}")

    def createMimeDataFromSelection(self) -> QMimeData:  # noqa: N802 - Qt's name
        """What is selected, as it came: long lines whole, and to the end where the end is selected."""
        if not self._starts:
            return super().createMimeDataFromSelection()
        cursor = self.textCursor()
        document = self.document()
        first, last = (document.findBlock(at) for at in (cursor.selectionStart(), cursor.selectionEnd()))
        lines = []
        for number in range(first.blockNumber(), min(last.blockNumber(), self.lines_shown - 1) + 1):
            block = document.findBlockByNumber(number)
            left = cursor.selectionStart() - block.position() if number == first.blockNumber() else 0
            right = cursor.selectionEnd() - block.position() if number == last.blockNumber() else block.length() - 1
            lines.append(self._copied(number, block.text(), left, right))
        if last.blockNumber() >= self.lines_shown:
            lines.append(self._source[self._starts[-1] :])
        data = QMimeData()
        data.setText("\n".join(lines))
        return data

    def _copied(self, number: int, shown: str, left: int, right: int) -> str:
        """A line's part between two of Qt's columns, or from the first of them to its real end."""
        units = shown.encode("utf-16-le", "surrogatepass")
        source = self._source[self._starts[number] : self._starts[number + 1] - 1]
        if source != shown and left == 0 and 2 * right == len(units):
            return source
        return units[2 * left : 2 * right].decode("utf-16-le", "replace")
