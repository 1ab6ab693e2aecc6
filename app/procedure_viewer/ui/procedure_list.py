"""The list of procedures as it is seen: keys, headings that open and close, order in words."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QWidget

from procedure_viewer.tables.columns import Column
from procedure_viewer.tables.procedures import ProcedureTable
from procedure_viewer.ui.announcing import announce
from procedure_viewer.ui.column_fit import ColumnFit
from procedure_viewer.ui.column_layout import ColumnArrangement
from procedure_viewer.ui.row_delegate import RowDelegate
from procedure_viewer.ui.several_rows import SeveralRows

_TOGGLING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class ProcedureList(SeveralRows):
    """A view on the procedures, sorted by its header or by keys; Left and Right close and open headings."""

    sorted_anew = Signal(str)
    """By what and in which direction, in words."""

    def __init__(self, table: ProcedureTable, parent: QWidget | None = None) -> None:
        super().__init__("procedureTable", table)
        self.setAccessibleName(self.tr("Procedures"))
        self.setParent(parent)
        self.setItemDelegate(RowDelegate(self, self.is_marked))
        self.setSortingEnabled(True)
        self.sortByColumn(Column.DATE, Qt.SortOrder.DescendingOrder)
        self.setAccessibleDescription(self._order_text(Column.DATE, Qt.SortOrder.DescendingOrder))
        self.horizontalHeader().sortIndicatorChanged.connect(self._say_order)
        table.layoutChanged.connect(self._keep_frame)
        self.clicked.connect(self._toggle_clicked)
        self.fit = ColumnFit(self)
        self.arrangement = ColumnArrangement(self, self.fit)
        self.resized.connect(self.fit.fit)

    def sort_by(self, column: Column) -> None:
        """Sort by a column; by the same one again, the other way round."""
        header = self.horizontalHeader()
        ascending, descending = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
        backwards = column in (Column.DATE, Column.REPEATS)
        first, second = (descending, ascending) if backwards else (ascending, descending)
        again = header.sortIndicatorSection() == column and header.sortIndicatorOrder() is first
        header.setSortIndicator(column, second if again else first)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        group = self._table.group_at(row)
        heading = self._table.heading_of(row) if row >= 0 else None
        alone = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if not alone:  # with Ctrl and Shift, keys select
            super().keyPressEvent(event)
        elif group is not None and (
            event.key() in _TOGGLING
            or (event.key() == Qt.Key.Key_Left and self._table.is_open(group))
            or (event.key() == Qt.Key.Key_Right and not self._table.is_open(group))
        ):
            self.toggle(row)
        elif group is None and heading is not None and event.key() == Qt.Key.Key_Left:
            self.selectRow(heading)
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _toggle_clicked(self, index: QModelIndex) -> None:
        plain = QGuiApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier
        if plain and self._table.group_at(index.row()) is not None:
            self.toggle(index.row())

    @Slot()
    def _keep_frame(self) -> None:
        """The frame that tells where the keys are does not wander off with a row that nobody chose."""
        if not self.in_flux and not self.selectionModel().hasSelection():
            first = self._table.index(0, 0) if self.hasFocus() else QModelIndex()
            self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)

    @Slot(int, Qt.SortOrder)
    def _say_order(self, section: int, order: Qt.SortOrder) -> None:
        """Say it in words: a screen reader is not told of the small arrow."""
        text = self._order_text(section, order)
        self.setAccessibleDescription(text)
        announce(self, text)
        self.sorted_anew.emit(text)

    def _order_text(self, section: int, order: Qt.SortOrder) -> str:
        ascending = order is Qt.SortOrder.AscendingOrder
        if section == Column.DATE:
            direction = self.tr("oldest first") if ascending else self.tr("newest first")
        elif section == Column.REPEATS:
            direction = self.tr("fewest first") if ascending else self.tr("most first")
        else:
            direction = self.tr("from A to Z") if ascending else self.tr("from Z to A")
        heading = self._table.headerData(section, Qt.Orientation.Horizontal)
        return self.tr("Sorted by {column}, {direction}").format(column=heading, direction=direction)
