"""A large text of which some hundred rows are shown at a time; each row knows where in the text it stands."""

from bisect import bisect_right

from PySide6.QtCore import QMimeData, Qt, Slot
from PySide6.QtGui import QFontDatabase, QKeyEvent, QKeySequence, QTextBlock, QTextCursor, QTextOption
from PySide6.QtWidgets import QPlainTextEdit

from procedure_viewer.tables.json_rows import Row, pieces_of

LINES_AT_ONCE = 500
CHARACTERS_AT_ONCE = 60_000
"""What is added in one go ends with one of these."""
LINES_BEFORE = 100
"""Lines that are shown above the one that the reader is taken to."""


class TextWindow(QPlainTextEdit):
    """Read-only; plain text, so nothing in it is ever interpreted.

    It has some rows at once and further ones when the reader comes near either end of them. What is selected and copied
    is the text itself, whole and as it came, whatever of it is on the screen.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        # Text from right to left must not turn a line round.
        option = QTextOption()
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        self.document().setDefaultTextOption(option)
        self._source = ""
        self._rows: list[Row] = []
        self._focus = -1
        """The character that the reader was taken to: a long line is shown around it."""
        self._is_filling = False
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    def show_text(self, text: str) -> None:
        """Show `text` in place of what is shown."""
        self.clear()
        self._source = text.removesuffix("\n")
        self._fill_from(0)

    def clear(self) -> None:
        """Show nothing."""
        self._source, self._rows, self._focus = "", [], -1
        super().clear()

    @property
    def source(self) -> str:
        """All of the text, as it is copied."""
        return self._source

    # Rows

    @property
    def _has_before(self) -> bool:
        return bool(self._rows) and self._rows[0].start > 0

    @property
    def _has_more(self) -> bool:
        return bool(self._rows) and self._rows[-1].end < len(self._source)

    def _row(self, start: int) -> Row:
        """The row that begins at a character."""
        end = self._source.find("\n", start)
        end = len(self._source) if end < 0 else end
        return Row(tuple(pieces_of(self._source, start, end, self._focus, self.tr("… {count} more characters"))))

    def _row_start(self, start: int) -> int:
        """Where the row begins that has the line which begins at a character."""
        return start

    def _rows_from(self, start: int) -> list[Row]:
        rows: list[Row] = []
        size = 0
        while start <= len(self._source) and len(rows) < LINES_AT_ONCE and size < CHARACTERS_AT_ONCE:
            rows.append(self._row(start))
            size += len(rows[-1].text)
            start = rows[-1].end + 1
        return rows

    def _rows_before(self, stop: int) -> list[Row]:
        """The last rows of those that end before a character."""
        rows: list[Row] = []
        size = 0
        while stop > 0 and len(rows) < LINES_AT_ONCE and size < CHARACTERS_AT_ONCE:
            rows.append(self._row(self._row_start(self._source.rfind("\n", 0, stop - 1) + 1)))
            size += len(rows[-1].text)
            stop = rows[-1].start
        return rows[::-1]

    def _fill_from(self, start: int) -> None:
        """Show the rows from the line that begins at a character, in the place of all others."""
        self._rows = self._rows_from(start)
        lines = [row.text for row in self._rows]
        if self._has_before:
            lines.insert(0, self._words_before())
        if self._has_more:
            lines.append(self._words_after())
        self._is_filling = True
        self.setPlainText("\n".join(lines))
        self._is_filling = False
        self._rows_changed()

    def _words_before(self) -> str:
        count = f"{self._source.count(chr(10), 0, self._rows[0].start):,}"
        return self.tr("… {count} lines before: scroll back").format(count=count)

    def _words_after(self) -> str:
        count = f"{self._source.count(chr(10), self._rows[-1].end):,}"
        return self.tr("… {count} more lines: scroll on").format(count=count)

    @Slot(int)
    def _scrolled(self, value: int) -> None:
        if not self._is_filling:
            bar = self.verticalScrollBar()
            self._is_filling = True
            if self._has_more and value >= bar.maximum() - bar.pageStep():
                self._show_more()
            elif self._has_before and value <= bar.pageStep() // 2:
                self._show_earlier(value)
            self._is_filling = False
        self._rows_changed()

    def _rows_changed(self) -> None:
        """Other rows are in sight than before."""

    def _show_more(self) -> None:
        """Append the next lines, and say how many are still to come."""
        block = self._block_of(len(self._rows))
        rows = self._rows_from(self._rows[-1].end + 1)
        self._rows += rows
        lines = [row.text for row in rows]
        if self._has_more:
            lines.append(self._words_after())
        cursor = QTextCursor(block)
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText("\n".join(lines))

    def _show_earlier(self, value: int) -> None:
        """Put the lines before in front; what the reader looks at stays where it is."""
        rows = self._rows_before(self._rows[0].start)
        had = self.document().blockCount()
        self._rows[:0] = rows
        lines = [row.text for row in rows]
        if self._has_before:
            lines.insert(0, self._words_before())
        cursor = QTextCursor(self.document().firstBlock())
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText("\n".join(lines))
        self.verticalScrollBar().setValue(value + self.document().blockCount() - had)

    # Where in the text

    def _block_of(self, number: int) -> QTextBlock:
        """The block of a row, by the row's number."""
        return self.document().findBlockByNumber(number + self._has_before)

    def _row_number(self, offset: int) -> int:
        """The number of the row that has a character, or of the nearest one."""
        number = bisect_right(self._rows, offset, key=lambda row: row.start) - 1
        return max(0, min(number, len(self._rows) - 1))

    def _position_of(self, offset: int) -> int:
        number = self._row_number(offset)
        return self._block_of(number).position() + self._rows[number].column_of(offset)

    def _offset_at(self, position: int, *, ends: bool = False) -> int:
        """The character of the text that is at a position of the document."""
        block = self.document().findBlock(position)
        number = block.blockNumber() - self._has_before
        if number < 0:
            return self._rows[0].start if ends else 0
        if number >= len(self._rows):
            return len(self._source) if ends else self._rows[-1].end
        return self._rows[number].offset_of(position - block.position(), ends=ends)

    @property
    def offset(self) -> int:
        """The character of the text that the reader is at."""
        return self._offset_at(self.textCursor().selectionStart()) if self._rows else 0

    def _go_to(self, start: int, end: int) -> None:
        """Select a part of the text, with the lines around it."""
        rows = self._rows
        if not rows:
            return
        known = rows[0].start <= start <= rows[-1].end
        pieces = rows[self._row_number(start)].pieces
        is_left_out = known and any(piece.source is None and piece.start <= start < piece.end for piece in pieces)
        if not known or is_left_out:
            self._focus = start
            self._fill_from(rows[0].start if known else self._lines_back(start))
        self._is_filling = True
        cursor = self.textCursor()
        cursor.setPosition(self._position_of(start))
        cursor.setPosition(self._position_of(end), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        if not known or is_left_out:
            self.centerCursor()
        self._is_filling = False
        self._rows_changed()

    def _lines_back(self, offset: int) -> int:
        """Where a row begins that is some way before the one that has a character."""
        start = self._source.rfind("\n", 0, offset) + 1
        for _ in range(LINES_BEFORE):
            if start == 0:
                break
            start = self._source.rfind("\n", 0, start - 1) + 1
        return self._row_start(start)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Qt's own answers would end at the lines that are there.
        if event.matches(QKeySequence.StandardKey.MoveToStartOfDocument):
            self._go_to(0, 0)
        elif event.matches(QKeySequence.StandardKey.MoveToEndOfDocument):
            self._go_to(len(self._source), len(self._source))
        else:
            super().keyPressEvent(event)

    def createMimeDataFromSelection(self) -> QMimeData:  # noqa: N802 - Qt's name
        """What is selected, as it came: long lines whole, and to the end where the end is selected."""
        if not self._rows:
            return super().createMimeDataFromSelection()
        cursor = self.textCursor()
        start = self._offset_at(cursor.selectionStart())
        end = self._offset_at(cursor.selectionEnd(), ends=True)
        data = QMimeData()
        data.setText(self._source[start:end])
        return data
