"""What a clinician reads first of a procedure: facts in a steady order, only those that are present."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from procedure_viewer.fhir.datatypes import printable
from procedure_viewer.fhir.known import NOTHING, Known
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.summary import summary
from procedure_viewer.ui.icons import pixmap
from procedure_viewer.ui.labels import PlainLabel

LONGEST_VALUE = 4_000
"""Characters of one fact that are laid out here; a label of a megabyte takes seconds."""


class SummaryView(QScrollArea):
    """A title with the status, then label and value a row."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("detailSummary")
        self.setAccessibleName(self.tr("Summary"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_procedure(self, procedure: Procedure, known: Known = NOTHING) -> None:
        """Replace what is shown."""
        body = QWidget()
        body.setObjectName("summaryBody")
        layout = QGridLayout(body)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setHorizontalSpacing(16)
        layout.setVerticalSpacing(5)
        layout.setColumnStretch(1, 1)
        shape = QLabel()
        size = self.fontMetrics().height()
        shape.setPixmap(pixmap(f"status-{procedure.status}", size, self.devicePixelRatioF()))
        title = PlainLabel("summaryTitle", selectable=True)
        title.emphasise(1.2)
        title.setText(self._shortened(printable(procedure.title[: LONGEST_VALUE + 1])))
        title.setMinimumWidth(0)
        layout.addWidget(shape, 0, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        layout.addWidget(title, 0, 1)
        facts = list(summary(procedure, known))
        heading = next((fact for fact in facts if not fact.warning), None)
        if heading is not None and heading.value[:LONGEST_VALUE] == procedure.title[:LONGEST_VALUE]:
            facts.remove(heading)  # it stands above already
        for row, fact in enumerate(facts, start=1):
            label = PlainLabel(f"summaryLabel{row}")
            label.setText(fact.label)
            label.setWordWrap(False)
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            value = PlainLabel(f"summaryValue{row}", selectable=True)
            value.setText(self._shortened(fact.value))
            value.setAccessibleDescription(fact.label)
            if fact.warning:
                value.warn()
            layout.addWidget(label, row, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            layout.addWidget(value, row, 1)
        layout.setRowStretch(layout.rowCount(), 1)
        self.setWidget(body)

    def _shortened(self, text: str) -> str:
        if len(text) <= LONGEST_VALUE:
            return text
        return f"{text[:LONGEST_VALUE]}\n" + self.tr("… and more: all of it is under Everything")

    def clear(self) -> None:
        """Show nothing."""
        self.setWidget(QWidget())

    def texts(self) -> list[str]:
        """Every text that is shown, in order."""
        return [label.text() for label in self.findChildren(PlainLabel)]
