"""Records that are filed under the other record of a merge: said, withheld, and one press away."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from procedure_viewer.chart.open_chart import OpenChart
from procedure_viewer.fhir.datatypes import ResourceKey
from procedure_viewer.tables.texts import LONGEST_FACT, shortened
from procedure_viewer.ui.labels import PlainLabel

MOST_SHOWN = 3
"""Other records with a line of their own; nobody was merged more often, and the list needs its room."""


class MergedRecords(QWidget):
    """A line for each other record of the open patient that has procedures in this answer, with a way there."""

    record_wanted = Signal(str)
    """The id of a patient: that record is to be opened."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("mergedRecords")
        self._counts: dict[ResourceKey, int] = {}
        self._lines: list[QWidget] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self.setVisible(False)

    @property
    def shown(self) -> dict[ResourceKey, int]:
        """How many records each of the lines speaks of, by the other record."""
        return self._counts

    def show_chart(self, chart: OpenChart | None) -> None:
        """Say what is filed elsewhere; lines that say the same stay, and so does the focus on their buttons."""
        counts = dict(chart.merged_records) if chart is not None else {}
        if counts == self._counts:
            return
        self._counts = counts
        for line in self._lines:
            self._layout.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = [
            self._new_line(place, key, count) for place, (key, count) in enumerate(counts.items()) if place < MOST_SHOWN
        ]
        for line in self._lines:
            self._layout.addWidget(line)
        self.setVisible(bool(counts))

    def _new_line(self, place: int, key: ResourceKey, count: int) -> QWidget:
        line = QWidget()
        label = PlainLabel(f"mergedRecord{place}", selectable=True)
        label.warn()
        one = self.tr("1 record is filed under a merged record of this patient, {record}, and not shown here")
        many = self.tr("{count} records are filed under a merged record of this patient, {record}, and not shown here")
        named = shortened(key.text, LONGEST_FACT)
        label.setText((one if count == 1 else many).format(count=count, record=named))
        button = QPushButton(self.tr("Open that record"))
        button.setObjectName(f"openMergedRecord{place}")
        button.setAccessibleName(self.tr("Open the merged record {record}").format(record=named))
        button.setProperty("patientId", key.id)
        button.clicked.connect(self._open)
        layout = QHBoxLayout(line)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(label, 1)
        layout.addWidget(button)
        return line

    @Slot()
    def _open(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self.record_wanted.emit(str(button.property("patientId")))
