"""What a clinician reads first of a procedure: warnings, then facts in a steady order, only those that are present."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QPalette
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QScrollArea, QWidget

from procedure_viewer.fhir.fact import ROOT, Fact
from procedure_viewer.fhir.known import NOTHING, Known
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.summary import summary
from procedure_viewer.ui.clipboard_guard import put_on_clipboard
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.local_actions import add_action
from procedure_viewer.ui.summary_page import SummaryPage, Unfolding
from procedure_viewer.ui.summary_rows import Ground, LineLabel, NarrativeRow, Row


class SummaryView(QScrollArea):
    """Warnings, a title with the status's shape, then label and value a row.

    Each line can be chosen, with the mouse or with the keys, and copied; `chosen` tells the path of its element. What
    is long is folded: a button shows more of it.
    """

    chosen = Signal(str)
    """The reader has chosen the line of this `Element.path`."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("detailSummary")
        self.setAccessibleName(self.tr("Summary"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self._procedure: Procedure | None = None
        self._facts: tuple[Fact, ...] = ()
        self._rows: list[Row] = []
        self._current: Row | None = None
        self._quiet = False
        self._unfolding = Unfolding(self)
        self._unfolding.changed.connect(self._unfolded_more)
        add_action(self, "copySummaryLine", self.tr("Copy"), QKeySequence.StandardKey.Copy, self._copy_line)
        add_action(self, "copySummary", self.tr("Copy the whole summary"), "Ctrl+Shift+C", self._copy_all)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    @property
    def current_path(self) -> str:
        """The path of the chosen line's element; "" when none is chosen."""
        return self._current.line.path if self._current is not None else ""

    def show_procedure(self, procedure: Procedure, known: Known = NOTHING) -> None:
        """Replace what is shown; the same procedure keeps what is chosen and unfolded in it."""
        again = procedure is self._procedure
        if not again:
            self._forget()
        self._procedure = procedure
        self._facts = summary(procedure, known)
        self._lay_out(again=again)

    def clear(self) -> None:
        """Show nothing."""
        self._forget()
        self._replace(QWidget())

    def texts(self) -> list[str]:
        """Every text that is shown, in order."""
        body = self.widget()
        shown = body.findChildren(QWidget) if body is not None else []
        return [
            widget.text() if isinstance(widget, PlainLabel) else widget.whole
            for widget in shown
            if isinstance(widget, PlainLabel | NarrativeRow)
        ]

    def text(self) -> str:
        """All facts as text, a line each, further lines of one below it."""
        return "\n".join(f"{fact.label}: {fact.value}" for fact in self._facts)

    @Slot(str)
    def choose(self, path: str) -> None:
        """Choose the line that says the element at `path`, or what is nearest around or within it; tells nobody."""
        row = self._nearest(path)
        self._quiet = True
        try:
            self._make_current(row)
        finally:
            self._quiet = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        key = Qt.Key(event.key())
        at = self._rows.index(self._current) if self._current is not None else -1
        if not self._rows:
            super().keyPressEvent(event)
        elif event.matches(QKeySequence.StandardKey.Copy):
            self._copy_line()
        elif key in moves:
            self._go_to(at + moves[key] if at >= 0 else 0)
        elif key == Qt.Key.Key_Home:
            self._go_to(0)
        elif key == Qt.Key.Key_End:
            self._go_to(len(self._rows) - 1)
        else:
            super().keyPressEvent(event)

    def _forget(self) -> None:
        self._procedure, self._facts = None, ()
        self._rows, self._current = [], None
        self._unfolding.clear()

    def _replace(self, body: QWidget) -> None:
        # Whoever asked for it may be a button in what goes.
        before = self.takeWidget()
        if before is not None:
            for text in before.findChildren(QLabel):
                text.clear()  # it is another patient's, perhaps, and stays for a moment
            for narrative in before.findChildren(NarrativeRow):
                narrative.clear()
            before.hide()
            before.deleteLater()
        self.setWidget(body)

    def _lay_out(self, *, again: bool) -> None:
        assert self._procedure is not None
        before = self._current.line if self._current is not None else None
        scrolled = self.verticalScrollBar().value() if again else 0
        had_keys = self._has_keys
        page = SummaryPage(self._unfolding, self._focused)
        page.fill(self._procedure, self._facts)
        self._rows, self._current = page.rows, None
        self._replace(page)
        row: Row | None = None
        if before is not None:
            row = next((row for row in self._rows if row.line == before), None) or self._nearest(before.path)
            self._quiet = True
            self._mark(row)
            self._quiet = False
        if had_keys:
            (row or self).setFocus(Qt.FocusReason.OtherFocusReason)
        self._settle()
        self.verticalScrollBar().setValue(scrolled)

    @property
    def _has_keys(self) -> bool:
        """Whether what is typed comes here."""
        focused = QApplication.focusWidget()
        return focused is not None and (focused is self or self.isAncestorOf(focused))

    @Slot()
    def _unfolded_more(self) -> None:
        self._lay_out(again=True)

    def _focused(self, row: QWidget) -> None:
        """A row has been reached, by whatever way."""
        if isinstance(row, LineLabel | NarrativeRow) and row is not self._current:
            self._mark(row)

    def _go_to(self, at: int) -> None:
        self._make_current(self._rows[max(0, min(at, len(self._rows) - 1))])

    def _make_current(self, row: Row | None) -> None:
        self._mark(row)
        if row is not None:
            if self._has_keys:
                row.setFocus(Qt.FocusReason.OtherFocusReason)
            self._settle()
            self.ensureWidgetVisible(row, 0, 12)

    def _settle(self) -> None:
        """Give every row its place now: a new body has none before the next round of events."""
        body = self.widget()
        layout = body.layout() if body is not None else None
        if body is not None and layout is not None:
            layout.activate()
            room = self.viewport().size()
            body.resize(room.width(), max(layout.totalHeightForWidth(room.width()), room.height()))

    def _mark(self, row: Row | None) -> None:
        changes = row is not self._current
        self._current = row
        body = self.widget()
        if isinstance(body, Ground):
            body.mark(row)
        if changes and row is not None and row.line.path and not self._quiet:
            self.chosen.emit(row.line.path)

    def _nearest(self, path: str) -> Row | None:
        """The row of `path`, else of the innermost element around it, else the first of one within it."""
        exact = [row for row in self._rows if row.line.path == path]
        around = [
            row for row in self._rows if row.line.path and path.startswith((f"{row.line.path}.", f"{row.line.path}["))
        ]
        within = [row for row in self._rows if row.line.path.startswith((f"{path}.", f"{path}["))]
        if exact:
            return exact[0]
        if around:
            return max(around, key=lambda row: len(row.line.path))
        return within[0] if within and path != ROOT else None

    @Slot()
    def _copy_line(self) -> None:
        """What is selected in the chosen line, else all of the line."""
        row = self._current
        if row is not None:
            put_on_clipboard(row.selectedText() if row.hasSelectedText() else row.whole)

    @Slot()
    def _copy_all(self) -> None:
        if self._facts:
            put_on_clipboard(self.text())
