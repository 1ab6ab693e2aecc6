"""The patients that a search found, as a table."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from procedure_viewer.fhir.patient import Patient
from procedure_viewer.fhir.when import date_text
from procedure_viewer.tables.texts import LONGEST_IN_NARROW_CELL, plain_tooltip, shortened

Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """What a column shows, from the left."""

    NAME = 0
    BORN = 1
    SEX = 2
    MRN = 3


class PatientTable(QAbstractTableModel):
    """Rows are `Patient` values in the server's order, texts prepared once."""

    def __init__(self) -> None:
        super().__init__()
        self._patients: tuple[Patient, ...] = ()
        self._texts: list[tuple[str, str, str, str]] = []

    def show_patients(self, patients: Sequence[Patient]) -> None:
        """Replace the rows."""
        self.beginResetModel()
        self._patients = tuple(patients)
        self._texts = [self._text(patient) for patient in patients]
        self.endResetModel()

    def row_of(self, patient: Patient) -> int | None:
        """The row of exactly this record, if it has one."""
        return next((row for row, other in enumerate(self._patients) if other.raw == patient.raw), None)

    def patient_at(self, row: int) -> Patient:
        """The patient in a row."""
        return self._patients[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - an invalid index is Qt's own default
        return 0 if parent.isValid() else len(self._patients)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as above
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Name"), self.tr("Born"), self.tr("Sex"), self.tr("MRN"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        text = self._texts[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return shortened(text) if index.column() == Column.NAME else shortened(text, LONGEST_IN_NARROW_CELL)
        if role == Qt.ItemDataRole.ToolTipRole:
            others = self._patients[index.row()].other_names if index.column() == Column.NAME else ()
            return plain_tooltip("; ".join((text.replace("\n", " "), *others)))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            heading = self.headerData(index.column(), Qt.Orientation.Horizontal)
            return f"{heading}: {shortened(text)}".replace("\n", " ")
        return None

    def _text(self, patient: Patient) -> tuple[str, str, str, str]:
        remarks = []
        if patient.deceased:
            remarks.append(self.tr("deceased"))
        if patient.active is False:
            remarks.append(self.tr("inactive"))
        if patient.replaced_by:
            remarks.append(self.tr("merged"))
        # On a line of its own: neither takes room from the other.
        name = f"{patient.name}\n({', '.join(remarks)})" if remarks else patient.name
        return (name, date_text(patient.birth_date), patient.sex, patient.mrn)
