"""The rows of a summary: warnings over all of the width, a title, then label and value a row; long ones are folded."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton, QWidget

from procedure_viewer.fhir.datatypes import printable
from procedure_viewer.fhir.fact import Fact, Line
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.tables.texts import shortened
from procedure_viewer.ui.status_look import status_pixmap
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


class Unfolding(QObject):
    """What the reader has unfolded of one procedure, also when its page is made anew."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.labels: set[str] = set()
        """Of facts all of whose lines are shown."""
        self.shown: dict[str, int] = {}
        """Characters of a line, by its place."""

    def unfold(self, label: str) -> None:
        """Show all lines of a fact."""
        self.labels.add(label)
        self.changed.emit()

    def show_more(self, key: str, shown: int) -> None:
        """Show so many characters of a line."""
        self.shown[key] = shown
        self.changed.emit()

    def clear(self) -> None:
        """Everything is folded."""
        self.labels.clear()
        self.shown.clear()


class SummaryPage(Ground):
    """The rows of one procedure. `chosen` is told which row the reader has reached."""

    def __init__(self, unfolding: Unfolding, chosen: Callable[[QWidget], None]) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self._unfolding = unfolding
        self._chosen = chosen
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(14, 10, 12, 12)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)

    def fill(self, procedure: Procedure, facts: Iterable[Fact]) -> None:
        """Make the rows, once."""
        told = []
        for fact in facts:
            if fact.warning:
                self._add_warning(fact)
            else:
                told.append(fact)
        self._add_title(procedure, told[0].lines[0].path if told else "")
        for number, fact in enumerate(told):
            if number > 0 or len(fact.value) > LONGEST_FOLDED:  # otherwise the title says all of it
                self._add_fact(fact)
        self._grid.setRowStretch(self._grid.rowCount(), 1)

    def _add_warning(self, fact: Fact) -> None:
        for line in fact.lines:
            row = self._row(line, fact.label, line.text)
            row.setText(line.text[:LONGEST_PART])
            row.warn()
            self._grid.addWidget(row, self._grid.rowCount(), 0, 1, 2)

    def _add_title(self, procedure: Procedure, path: str) -> None:
        at = self._grid.rowCount()
        shape = QLabel()
        shape.setObjectName("summaryStatusShape")
        shape.setPixmap(status_pixmap(procedure.status, self.fontMetrics().height(), self.devicePixelRatioF()))
        text = shortened(printable(procedure.title[: LONGEST_FOLDED + 1]), LONGEST_FOLDED)
        title = LineLabel("summaryTitle", Line(text, path), procedure.title, self._chosen)
        title.emphasise(1.2)
        title.setText(text)
        title.setAccessibleDescription(self.tr("Procedure"))
        self.rows.append(title)
        self._grid.addWidget(shape, at, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(title, at, 1)

    def _add_fact(self, fact: Fact) -> None:
        number = self._grid.rowCount()
        label = FactLabel(f"summaryLabel{number}")
        label.setText(fact.label)
        self._grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        if fact.markup:
            self._add_narrative(fact)
            return
        lines = fact.lines
        if fact.label not in self._unfolding.labels and len(lines) > MOST_LINES_FOLDED + 1:
            lines = lines[:MOST_LINES_FOLDED]
        for at, line in enumerate(lines):
            about = fact.label
            if at:
                about = self.tr("{label}, {number} of {count}").format(
                    label=fact.label, number=at + 1, count=len(fact.lines)
                )
            self._add_line(number if at == 0 else self._grid.rowCount(), about, line)
        if len(lines) < len(fact.lines):
            text = self.tr("Show {count} more").format(count=len(fact.lines) - len(lines))
            button = self._button(text, fact.label)
            button.clicked.connect(lambda: self._unfolding.unfold(fact.label))

    def _add_line(self, number: int, about: str, line: Line) -> None:
        key = f"{about} {line.path}"
        shown = self._unfolding.shown.get(key, folded_size(line.text))
        parts = in_parts(line.text, shown)
        for part in parts:
            row = self._row(line, about, line.text)
            row.setText(part.strip("\n"))
            self._grid.addWidget(row, number, 1)
            number = self._grid.rowCount()
        rest = len(line.text) - sum(map(len, parts))
        if rest > 0:
            text = self.tr("… show more ({count} characters)").format(count=f"{rest:,}")
            button = self._button(text, about)
            button.clicked.connect(lambda: self._unfolding.show_more(key, shown + LONGEST_PART))

    def _add_narrative(self, fact: Fact) -> None:
        number = self._grid.rowCount() - 1
        row = NarrativeRow(f"summaryNarrative{number}", fact.lines[0], self._chosen)
        row.setAccessibleName(fact.value)
        row.setAccessibleDescription(fact.label)
        unfolded = fact.label in self._unfolding.labels
        row.show_markup(fact.markup, folded=not unfolded)
        self.rows.append(row)
        self._grid.addWidget(row, number, 1)
        if not unfolded:
            button = self._button(self.tr("Show all of it"), fact.label)
            button.clicked.connect(lambda: self._unfolding.unfold(fact.label))
            button.hide()
            row.fitted.connect(lambda: button.setVisible(row.is_cut))

    def _row(self, line: Line, about: str, whole: str) -> LineLabel:
        row = LineLabel(f"summaryValue{len(self.rows) + 1}", line, whole, self._chosen)
        row.setAccessibleDescription(about)
        self.rows.append(row)
        return row

    def _button(self, text: str, about: str) -> QToolButton:
        number = self._grid.rowCount()
        button = QToolButton()
        button.setObjectName(f"summaryMore{number}")
        button.setText(text)
        button.setAccessibleName(f"{about}: {text}")
        button.setAutoRaise(True)
        self._grid.addWidget(button, number, 1, Qt.AlignmentFlag.AlignLeft)
        return button
