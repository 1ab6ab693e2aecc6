"""The patients that a search found, as a table."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from procedure_viewer.fhir.lookalike import NONE_ALIKE, LookAlikes
from procedure_viewer.fhir.patient import Patient
from procedure_viewer.fhir.when import date_text
from procedure_viewer.fhir.words import translate
from procedure_viewer.tables.texts import LONGEST_IN_NARROW_CELL, plain_tooltip_lines, shortened

Index = QModelIndex | QPersistentModelIndex

ALIKE_ROLE = Qt.ItemDataRole.UserRole + 1
"""Whether a row's patient is easily taken for another one of the list."""
MOST_NAMES = 12
"""Further names of a patient in a tooltip."""
MOST_LIKENESSES = 3
"""Others who look like one that a tooltip names."""


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
        self._alike = NONE_ALIKE

    def show_patients(self, patients: Sequence[Patient], alike: LookAlikes = NONE_ALIKE) -> None:
        """Replace the rows; `alike` says who of them is easily taken for whom."""
        self.beginResetModel()
        self._patients = tuple(patients)
        self._alike = alike
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
            return text if index.column() == Column.NAME else shortened(text, LONGEST_IN_NARROW_CELL)
        if role == ALIKE_ROLE:
            return bool(self._alike.of(self._patients[index.row()]))
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip_lines(self._tooltip(index, text))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            heading = self.headerData(index.column(), Qt.Orientation.Horizontal)
            if index.column() != Column.NAME:
                return _spoken(heading, shortened(text))
            return ". ".join((_spoken(heading, text).replace("\n", " "), *self._likenesses(index.row())))
        return None

    def _tooltip(self, index: Index, text: str) -> tuple[str, ...]:
        """Line by line: whom one looks like, and all that there is no room for in the cell."""
        alike = self._likenesses(index.row())
        if index.column() != Column.NAME:
            return (*alike, text)
        patient = self._patients[index.row()]
        return (*alike, patient.name, *text.split("\n")[1:], *patient.other_names[:MOST_NAMES])

    def _likenesses(self, row: int) -> list[str]:
        """Whom the row's patient looks like, and why, of many the first few."""
        alike = self._alike.of(self._patients[row])
        texts = [likeness.text for likeness in alike[:MOST_LIKENESSES]]
        if len(alike) > MOST_LIKENESSES:
            texts.append(self.tr("and like {count} more").format(count=len(alike) - MOST_LIKENESSES))
        return texts

    def _text(self, patient: Patient) -> tuple[str, str, str, str]:
        remarks = []
        if patient.deceased:
            remarks.append(self.tr("deceased"))
        if patient.active is False:
            remarks.append(self.tr("inactive"))
        if patient.merged:
            remarks.append(self.tr("merged"))
        # Each on a line of its own: none takes room from another.
        lines = [
            shortened(patient.name),
            self.tr("Look-alike: check MRN") if self._alike.of(patient) else "",
            f"({', '.join(remarks)})" if remarks else "",
        ]
        return ("\n".join(filter(None, lines)), date_text(patient.birth_date), patient.sex, patient.mrn)


def _spoken(column: object, text: str) -> str:
    return translate("tables", "{column}: {text}").format(column=column, text=text)
