"""The list of patients: names in full over several lines, and a warning's shape on who is easily taken for another."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QStyleOptionViewItem

from procedure_viewer.fhir.lookalike import LookAlikes
from procedure_viewer.fhir.patient import Patient
from procedure_viewer.fhir.words import translate
from procedure_viewer.tables.patients import ALIKE_ROLE, Column, PatientTable
from procedure_viewer.ui.name_delegate import MOST_LINES, NameDelegate
from procedure_viewer.ui.row_table import RowTable

MOST_REMARKS = 4
"""Lines that may stand below a name."""
ROWS_MEASURED = 100
"""Rows whose names decide how wide a column is: Qt would measure every one, at each part of an answer."""


class PatientList(RowTable):
    """The rows of a `PatientTable`; who is chosen stays so while more of the answer comes in."""

    open_wanted = Signal()
    """Enter was pressed here."""
    moved = Signal()
    """Another key was pressed."""
    left = Signal()
    """Up was pressed on the first row."""

    def __init__(self) -> None:
        table = PatientTable()
        super().__init__("searchResults", translate("Search", "Patients found"), table)
        self.table = table
        self._seen = True
        self._heights: dict[tuple[object, ...], int] = {}
        """Of cells, by what they show and how wide they are: Qt asks eight times for each row of a new list."""
        # Names are read in full, over several lines if need be: rows are as high as that takes, up to a limit.
        self.setWordWrap(True)
        self.setItemDelegateForColumn(Column.NAME, NameDelegate(self))
        rows = self.verticalHeader()
        rows.setMinimumSectionSize(rows.defaultSectionSize())
        rows.setMaximumSectionSize(
            rows.defaultSectionSize() + (MOST_LINES + MOST_REMARKS - 1) * self.fontMetrics().lineSpacing()
        )
        rows.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header = self.horizontalHeader()
        # Rows that are measured for a column's width; Qt's thousand stall the window for a third of a second.
        header.setResizeContentsPrecision(ROWS_MEASURED)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        for column in (Column.BORN, Column.SEX, Column.MRN):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)

    @property
    def chosen(self) -> Patient | None:
        """Who is highlighted."""
        rows = self.selectionModel().selectedRows()
        return self.table.patient_at(rows[0].row()) if rows else None

    @property
    def seen(self) -> bool:
        """Whether the screen has shown the row that the program itself chose, if it did."""
        return self._seen

    def show_patients(self, patients: Sequence[Patient], alike: LookAlikes) -> None:
        """The rows anew; whoever was highlighted stays so, in whichever row, and nobody else becomes it."""
        chosen = self.chosen
        self._heights.clear()
        self.table.show_patients(patients, alike)
        self.setCurrentIndex(QModelIndex())
        row = self.table.row_of(chosen) if chosen is not None else None
        if row is not None:
            self.selectRow(row)

    def choose_first(self) -> None:
        """Highlight the first patient because a key asked for it before there was one."""
        self._seen = False
        self.selectRow(0)

    def sizeHintForRow(self, row: int) -> int:  # noqa: N802 - Qt's name
        """As Qt has it, each cell measured once: a thousand patients would stall the window for more than a second."""
        return max(self._height_of(self.table.index(row, column)) for column in Column)

    def _height_of(self, index: QModelIndex) -> int:
        width, font = self.columnWidth(index.column()), self.font().key()
        key = index.column(), index.data(), index.data(ALIKE_ROLE), width, font
        height = self._heights.get(key)
        if height is None:
            option = QStyleOptionViewItem()
            self.initViewItemOption(option)
            option.features |= QStyleOptionViewItem.ViewItemFeature.WrapText
            option.rect = QRect(0, 0, width, 1)
            height = self._heights[key] = self.itemDelegateForIndex(index).sizeHint(option, index).height()
        return height

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_wanted.emit()
            return
        if event.key() == Qt.Key.Key_Up and self.currentIndex().row() <= 0:
            self.left.emit()
            return
        super().keyPressEvent(event)
        self.moved.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self._seen = True
