"""The exact resource as text: coloured, folded, searched, and each line's element known."""

from bisect import bisect_left
from collections.abc import Generator, Iterator

from PySide6.QtCore import QRect, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QPalette,
    QResizeEvent,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QTextEdit

from procedure_viewer.export.resource_file import indented_in_steps
from procedure_viewer.fhir.elements import Place
from procedure_viewer.fhir.finding import find_in_text
from procedure_viewer.fhir.json_outline import Outline, laid_out, repaired
from procedure_viewer.tables.json_rows import Piece, Row, piece_of
from procedure_viewer.ui.finding import Hit
from procedure_viewer.ui.fold_marks import WIDTH, FoldMarks, Mark
from procedure_viewer.ui.json_colours import JsonHighlighter, hit_colours
from procedure_viewer.ui.local_actions import add_action
from procedure_viewer.ui.slices import Slices
from procedure_viewer.ui.text_window import TextWindow

LARGEST_AT_ONCE = 500_000
"""Bytes of a record up to which its text is there at once."""
MOST_MARKS = 500
"""Hits that are marked on the screen: a screen full of one letter has more."""


class JsonView(TextWindow):
    """A very long line is cut off, elements can be folded, and what would mislead a reader is written as an escape: on
    the screen only."""

    path_wanted = Signal()
    """The path of the element that the reader is at is to be copied."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("detailJson")
        self.setAccessibleName(self.tr("JSON"))
        self._highlighter = JsonHighlighter(self.document())
        self._outline: Outline | None = None
        self._folded: set[int] = set()
        """The elements that are folded, by where their first lines begin."""
        self._hits: list[Hit] = []
        self._may_grow = True
        """Whether hits that are still to come may lie in sight."""
        self._work = Slices(self)
        self._fold_marks = FoldMarks(self, self._folds_in_sight, self._turn_fold)
        self.setViewportMargins(WIDTH, 0, 0, 0)
        self.cursorPositionChanged.connect(self._show_marks)
        self.updateRequest.connect(self._draw_margin)
        add_action(self, "copyPathHere", self.tr("Copy path"), "Alt+Shift+C", self.path_wanted.emit)
        add_action(self, "foldElement", self.tr("Fold an element"), "-", self._fold)
        add_action(self, "unfoldElement", self.tr("Unfold an element"), "+", self._unfold)
        add_action(self, "unfoldAll", self.tr("Unfold all"), "*", self._unfold_all)
        self.follow_theme()

    def show_record(self, raw: bytes) -> None:
        """Show a resource, indented where it can be."""
        self.clear()
        work = self._laying_out(raw)
        if len(raw) > LARGEST_AT_ONCE:
            self.setPlaceholderText(self.tr("Laying it out…"))
            self._work.start(work)
        else:
            for _ in work:
                pass

    def _laying_out(self, raw: bytes) -> Iterator[None]:
        text = yield from indented_in_steps(raw)
        if text is raw:
            mended = repaired(raw)
            text = yield from indented_in_steps(mended)
            if text is mended:
                laid = laid_out(raw)
                self.show_json(laid.text, outlined=laid.outlined)
                return
        yield
        words = text.decode()
        yield
        self.show_json(words, outlined=True)

    @property
    def is_laying_out(self) -> bool:
        """Whether the text is still to come."""
        return self._work.is_working and not self._rows

    def show_json(self, text: str, *, outlined: bool = False) -> None:
        """Show `text` in place of what is shown; `outlined`: it is indented, and its elements can be told."""
        self.show_text(text)
        self._outline = Outline(text) if outlined else None
        self._show_marks()

    def clear(self) -> None:
        """Show nothing."""
        self._work.stop()
        self.setPlaceholderText("")
        self._outline, self._hits = None, []
        self._folded = set()
        super().clear()
        self.setExtraSelections([])

    def follow_theme(self) -> None:
        """Take the colours for light or dark; what was found is seen as well while the keys go to the search field."""
        self._highlighter.choose_colours()
        self._highlighter.rehighlight()
        palette = QPalette()
        for role in (QPalette.ColorRole.Highlight, QPalette.ColorRole.HighlightedText):
            palette.setColor(QPalette.ColorGroup.Inactive, role, palette.color(QPalette.ColorGroup.Active, role))
        self.setPalette(palette)
        self._show_marks()

    # Which element

    def place_here(self) -> Generator[None, None, Place | None]:
        """Which element the reader is at; None where nobody can tell."""
        while self.is_laying_out:
            yield
        if self._outline is None:
            return None
        return (yield from self._outline.place_at(self.offset))

    def choose(self, place: Place) -> Generator[None, None, None]:
        """Go to the line of an element."""
        while self.is_laying_out:
            yield
        outline = self._outline
        if outline is None:
            return
        line = yield from outline.find(place)
        if outline is self._outline:
            at = line.start + _indent(self._source[line.start : line.end])
            self._go_to(at, at)

    # Searching

    def hits(self, words: str) -> Iterator[Hit | None]:
        """Where the words stand in the text."""
        while self.is_laying_out:
            yield None
        yield from find_in_text(self._source, words)

    def here(self) -> Hit:
        """What is selected."""
        if not self._rows:
            return ()
        cursor = self.textCursor()
        start = self._offset_at(cursor.selectionStart())
        end = self._offset_at(cursor.selectionEnd(), ends=cursor.hasSelection())
        return (start, max(start, end))

    def begin(self) -> Hit:
        """The first hit that a search goes to lies here, or further on."""
        return (self.offset,)

    def show_hit(self, hit: Hit) -> str:
        """Select what was found; its line, for a screen reader."""
        self._go_to(*hit)
        return self._rows[self._row_number(hit[0])].text.strip()[:200]

    def mark_hits(self, hits: list[Hit]) -> None:
        """Mark these in the text."""
        self._hits = hits
        self._show_marks()

    def hits_grew(self) -> None:
        """Mark those that are new and in sight."""
        if self._may_grow:
            self._show_marks()

    def _rows_changed(self) -> None:
        self._show_marks()
        self._fold_marks.update()

    @Slot()
    def _show_marks(self) -> None:
        """Mark the reader's line and the hits in sight: Qt looks at each mark for each line that it draws."""
        if self._is_filling or not self._rows:
            return
        line = QTextEdit.ExtraSelection()
        line.cursor = self.textCursor()
        line.cursor.clearSelection()
        line.format.setBackground(self.palette().alternateBase())
        line.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        marks = [line]
        self._may_grow = True
        rows = [number for number, _ in self._rows_in_sight()]
        if rows and self._hits:
            start, end, current = self._rows[rows[0]].start, self._rows[rows[-1]].end, self.here()
            for number in range(bisect_left(self._hits, (start,)), len(self._hits)):
                hit = self._hits[number]
                if hit[0] > end or len(marks) > MOST_MARKS:
                    self._may_grow = False
                    break
                if hit != current:
                    marks.append(self._hit_mark(hit))
        self.setExtraSelections(marks)

    def _hit_mark(self, hit: Hit) -> QTextEdit.ExtraSelection:
        mark = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(self._position_of(hit[0]))
        cursor.setPosition(self._position_of(hit[1]), QTextCursor.MoveMode.KeepAnchor)
        text, ground = hit_colours()
        mark.cursor = cursor
        mark.format.setForeground(text)
        mark.format.setBackground(ground)
        return mark

    def _rows_in_sight(self) -> Iterator[tuple[int, QRect]]:
        """The numbers of the rows that are seen, each with where it is in the viewport."""
        block = self.firstVisibleBlock()
        area = self.blockBoundingGeometry(block).translated(self.contentOffset())
        while block.isValid() and area.top() <= self.viewport().height():
            number = block.blockNumber() - self._has_before
            if 0 <= number < len(self._rows):
                yield number, area.toRect()
            block = block.next()
            area = area.translated(0, area.height())

    # Folding

    def _row(self, start: int) -> Row:
        row = super()._row(start)
        last = self._closed_at(start) if start in self._folded else None
        if last is None:
            return row
        closing = last - (2 if self._source[last - 1] == "," else 1)
        count = self._source.count("\n", row.end, last) - 1
        words = self.tr(" … 1 line … ") if count == 1 else self.tr(" … {count} lines … ").format(count=f"{count:,}")
        return Row((*row.pieces, Piece(row.end, closing, words), piece_of(self._source, closing, last)))

    def _row_start(self, start: int) -> int:
        hiding = [at for at in self._folded if at < start <= (self._closed_at(at) or at)]
        return min([start, *hiding])

    def _closed_at(self, start: int) -> int | None:
        """Where the element ends that begins on a line; None for one that has no other line."""
        end = self._source.find("\n", start)
        return self._outline.closes(start, end) if self._outline is not None and end >= 0 else None

    def _go_to(self, start: int, end: int) -> None:
        hiding = {at for at in self._folded if self._source.find("\n", at) < start <= (self._closed_at(at) or at)}
        if hiding:
            self._folded -= hiding
            self._fill_from(self._rows[0].start)
        super()._go_to(start, end)

    @Slot()
    def _fold(self) -> None:
        """Fold the element that begins on the reader's line, or else the one that the line is in."""
        if self._outline is None or not self._rows:
            return
        number = self._row_number(self.offset)
        start = self._rows[number].start
        if start in self._folded or self._closed_at(start) is None:
            above = self._outline.above(start)
            if above is None:
                return
            start = above
        self._set_folded(self._folded | {start}, start)

    @Slot()
    def _unfold(self) -> None:
        """Open the folded element on the reader's line."""
        start = self._rows[self._row_number(self.offset)].start if self._rows else -1
        self._set_folded(self._folded - {start}, start)

    @Slot()
    def _unfold_all(self) -> None:
        self._set_folded(set(), self.offset)

    def _turn_fold(self, number: int) -> None:
        start = self._rows[number].start
        self._set_folded(self._folded ^ {start}, start)

    def _set_folded(self, folded: set[int], offset: int) -> None:
        """Fold these and no others; the reader is at a character."""
        if folded == self._folded:
            return
        self._folded = folded
        value = self.verticalScrollBar().value()
        self._fill_from(self._row_start(min(self._rows[0].start, offset)))
        self._is_filling = True
        cursor = self.textCursor()
        cursor.setPosition(self._position_of(offset))
        self.verticalScrollBar().setValue(value)
        self.setTextCursor(cursor)
        self._is_filling = False
        self._rows_changed()

    def _folds_in_sight(self) -> Iterator[Mark]:
        for number, area in self._rows_in_sight():
            row = self._rows[number]
            if row.start in self._folded:
                yield area, number, True
            elif self._outline is not None and self._source[row.end - 1 : row.end] in ("{", "["):
                yield area, number, False

    @Slot(QRect, int)
    def _draw_margin(self, area: QRect, moved: int) -> None:
        if moved:
            self._fold_marks.scroll(0, moved)
        else:
            self._fold_marks.update(0, area.y(), WIDTH, area.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        area = self.contentsRect()
        self._fold_marks.setGeometry(area.left(), area.top(), WIDTH, self.viewport().height())
        self._show_marks()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu()
        menu.setObjectName("jsonMenu")
        menu.addSeparator()
        menu.addActions(self.actions())
        menu.exec(event.globalPos())
        menu.deleteLater()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
