"""What a clinician reads first of a procedure: warnings, then facts in a steady order, only those that are present."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence, QPalette
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QLabel, QScrollArea, QToolButton, QWidget

from procedure_viewer.fhir.datatypes import printable
from procedure_viewer.fhir.fact import ROOT, Fact, Line
from procedure_viewer.fhir.known import NOTHING, Known
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.summary import summary
from procedure_viewer.ui.icons import pixmap
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.summary_rows import (
    LONGEST_FOLDED,
    LONGEST_PART,
    MOST_LINES_FOLDED,
    FactLabel,
    Ground,
    LineLabel,
    NarrativeRow,
    Row,
    folded_size,
    in_parts,
)


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
        self._unfolded: set[str] = set()
        self._shown: dict[str, int] = {}
        self._copy = self._action("action_copySummaryLine", self.tr("Copy"), QKeySequence.StandardKey.Copy)
        self._copy.triggered.connect(self._copy_line)
        copy_all = self._action("action_copySummary", self.tr("Copy the whole summary"), "Ctrl+Shift+C")
        copy_all.triggered.connect(self._copy_all)
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

    def _action(self, name: str, text: str, keys: QKeySequence.StandardKey | str) -> QAction:
        action = QAction(text, self)
        action.setObjectName(name)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.addAction(action)
        return action

    def _forget(self) -> None:
        self._procedure, self._facts = None, ()
        self._rows, self._current = [], None
        self._unfolded.clear()
        self._shown.clear()

    def _replace(self, body: QWidget) -> None:
        # Whoever asked for it may be a button in what goes.
        before = self.takeWidget()
        if before is not None:
            before.hide()
            before.deleteLater()
        self.setWidget(body)

    def _lay_out(self, *, again: bool) -> None:
        assert self._procedure is not None
        before = self._current.line if self._current is not None else None
        scrolled = self.verticalScrollBar().value() if again else 0
        self._rows, self._current = [], None
        body = Ground()
        layout = QGridLayout(body)
        layout.setContentsMargins(14, 10, 12, 12)
        layout.setHorizontalSpacing(16)
        layout.setVerticalSpacing(5)
        layout.setColumnStretch(1, 1)
        for fact in self._facts:
            if fact.warning:
                self._add_warning(layout, fact)
        told = [fact for fact in self._facts if not fact.warning]
        self._add_title(layout, self._procedure, told[0].lines[0].path if told else "")
        for number, fact in enumerate(told):
            if number > 0 or len(fact.value) > LONGEST_FOLDED:  # otherwise the title says all of it
                self._add_fact(layout, fact)
        layout.setRowStretch(layout.rowCount(), 1)
        self._replace(body)
        if before is not None:
            self._quiet = True
            self._mark(next((row for row in self._rows if row.line == before), None) or self._nearest(before.path))
            self._quiet = False
        self._settle()
        self.verticalScrollBar().setValue(scrolled)

    def _add_warning(self, layout: QGridLayout, fact: Fact) -> None:
        for line in fact.lines:
            row = self._row(line, fact.label, line.text)
            row.setText(line.text[:LONGEST_PART])
            row.warn()
            layout.addWidget(row, layout.rowCount(), 0, 1, 2)

    def _add_title(self, layout: QGridLayout, procedure: Procedure, path: str) -> None:
        at = layout.rowCount()
        shape = QLabel()
        shape.setObjectName("summaryStatusShape")
        shape.setPixmap(pixmap(f"status-{procedure.status}", self.fontMetrics().height(), self.devicePixelRatioF()))
        text = printable(procedure.title[: LONGEST_FOLDED + 1])
        text = text if len(text) <= LONGEST_FOLDED else f"{text[:LONGEST_FOLDED]}…"
        title = LineLabel("summaryTitle", Line(text, path), procedure.title, self._focused)
        title.emphasise(1.2)
        title.setText(text)
        title.setAccessibleDescription(self.tr("Procedure"))
        self._rows.append(title)
        layout.addWidget(shape, at, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(title, at, 1)

    def _add_fact(self, layout: QGridLayout, fact: Fact) -> None:
        number = layout.rowCount()
        label = FactLabel(f"summaryLabel{number}")
        label.setText(fact.label)
        layout.addWidget(label, number, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        if fact.markup:
            self._add_narrative(layout, fact)
            return
        lines = fact.lines
        if fact.label not in self._unfolded and len(lines) > MOST_LINES_FOLDED + 1:
            lines = lines[:MOST_LINES_FOLDED]
        for at, line in enumerate(lines):
            about = fact.label
            if at:
                about = self.tr("{label}, {number} of {count}").format(
                    label=fact.label, number=at + 1, count=len(fact.lines)
                )
            self._add_line(layout, number if at == 0 else layout.rowCount(), about, line)
        if len(lines) < len(fact.lines):
            text = self.tr("Show {count} more").format(count=len(fact.lines) - len(lines))
            button = self._button(text, fact.label, layout)
            button.clicked.connect(lambda: self._unfold(fact.label))

    def _add_line(self, layout: QGridLayout, number: int, about: str, line: Line) -> None:
        key = f"{about} {line.path}"
        shown = self._shown.get(key, folded_size(line.text))
        parts = in_parts(line.text, shown)
        for part in parts:
            row = self._row(line, about, line.text)
            row.setText(part.strip("\n"))
            layout.addWidget(row, number, 1)
            number = layout.rowCount()
        rest = len(line.text) - sum(map(len, parts))
        if rest > 0:
            text = self.tr("… show more ({count} characters)").format(count=f"{rest:,}")
            button = self._button(text, about, layout)
            button.clicked.connect(lambda: self._show_more(key, shown + LONGEST_PART))

    def _add_narrative(self, layout: QGridLayout, fact: Fact) -> None:
        number = layout.rowCount() - 1
        row = NarrativeRow(f"summaryNarrative{number}", fact.lines[0], self._focused)
        row.setAccessibleName(fact.value)
        row.setAccessibleDescription(fact.label)
        unfolded = fact.label in self._unfolded
        row.show_markup(fact.markup, folded=not unfolded)
        self._rows.append(row)
        layout.addWidget(row, number, 1)
        if not unfolded:
            button = self._button(self.tr("Show all of it"), fact.label, layout)
            button.clicked.connect(lambda: self._unfold(fact.label))
            button.hide()
            row.fitted.connect(lambda: button.setVisible(row.is_cut))

    def _row(self, line: Line, about: str, whole: str) -> LineLabel:
        row = LineLabel(f"summaryValue{len(self._rows) + 1}", line, whole, self._focused)
        row.setAccessibleDescription(about)
        self._rows.append(row)
        return row

    def _button(self, text: str, about: str, layout: QGridLayout) -> QToolButton:
        number = layout.rowCount()
        button = QToolButton()
        button.setObjectName(f"summaryMore{number}")
        button.setText(text)
        button.setAccessibleName(f"{about}: {text}")
        button.setAutoRaise(True)
        layout.addWidget(button, number, 1, Qt.AlignmentFlag.AlignLeft)
        return button

    def _unfold(self, label: str) -> None:
        self._unfolded.add(label)
        self._lay_out(again=True)

    def _show_more(self, key: str, shown: int) -> None:
        self._shown[key] = shown
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
            focused = QApplication.focusWidget()
            if focused is not None and (focused is self or self.isAncestorOf(focused)):
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
            QGuiApplication.clipboard().setText(row.selectedText() if row.hasSelectedText() else row.whole)

    @Slot()
    def _copy_all(self) -> None:
        if self._facts:
            QGuiApplication.clipboard().setText(self.text())
