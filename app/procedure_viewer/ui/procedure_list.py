"""The list of procedures: rows chosen one or several at a time, keys, headings that open and close, order in words."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.tables.columns import Column
from procedure_viewer.tables.procedures import PROCEDURE_ROLE, ProcedureTable
from procedure_viewer.ui.announcing import announce
from procedure_viewer.ui.column_fit import ColumnFit
from procedure_viewer.ui.column_layout import ColumnArrangement
from procedure_viewer.ui.row_delegate import RowDelegate
from procedure_viewer.ui.row_table import RowTable

_TOGGLING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_MANY = 200
"""Selected rows that are taken off while the rows move."""
_Flag = QItemSelectionModel.SelectionFlag


class ProcedureList(RowTable):
    """A view on the procedures, sorted by its header or by keys; Left and Right close and open headings.

    Several rows can be selected. A closed heading that is selected stands for its members, an open one for nothing.
    """

    sorted_anew = Signal(str)
    """By what and in which direction, in words."""
    chosen_changed = Signal()
    """`chosen`, or what `chosen_all` gives, may be another."""

    def __init__(self, table: ProcedureTable, parent: QWidget | None = None) -> None:
        super().__init__("procedureTable", "", table)
        self.setAccessibleName(self.tr("Procedures"))
        self.setParent(parent)
        self._table = table
        self._keeping = False
        self._rested_on = QPersistentModelIndex()
        """The row of `chosen` when it was last told."""
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.selectionModel().selectionChanged.connect(self._tell)
        self.selectionModel().currentRowChanged.connect(self._tell_if_chosen)
        self.setItemDelegate(RowDelegate(self))
        self.setSortingEnabled(True)
        self.sortByColumn(Column.DATE, Qt.SortOrder.DescendingOrder)
        self.setAccessibleDescription(self._order_text(Column.DATE, Qt.SortOrder.DescendingOrder))
        self.horizontalHeader().sortIndicatorChanged.connect(self._say_order)
        table.layoutChanged.connect(self._keep_frame)
        self._lifted: frozenset[int] = frozenset()
        """Rows that are selected again once all have moved."""
        table.moving.connect(self._lift)
        table.moved.connect(self._put_back)
        self.clicked.connect(self._toggle_clicked)
        self.fit = ColumnFit(self)
        self.arrangement = ColumnArrangement(self, self.fit)
        self.resized.connect(self.fit.fit)

    @property
    def chosen(self) -> Procedure | None:
        """The one procedure that the reader looks at, of those that are selected; None also where that is a heading.

        It is where the keys are; when those went elsewhere, it stays the one that it was, as long as that is selected.
        """
        places: tuple[QModelIndex | QPersistentModelIndex, ...] = (self.currentIndex(), self._rested_on)
        for index in places:
            if index.isValid() and self._is_selected(index.row()):
                return self._procedure_at(index.row())
        chosen = self._chosen_rows
        return self._procedure_at(chosen[0].start) if chosen else None

    @property
    def chosen_all(self) -> tuple[Procedure, ...]:
        """All that are selected, in the list's order; those under a closed heading that is selected are among them."""
        return self._table.procedures_in(self._chosen_rows)

    @property
    def chosen_count(self) -> int:
        """How many those are."""
        return self._table.count_in(self._chosen_rows)

    @property
    def _chosen_rows(self) -> list[range]:
        """Rows that are selected, by what follows one another, from the top."""
        parts = self.selectionModel().selection().toList()
        return sorted((range(part.top(), part.bottom() + 1) for part in parts), key=lambda rows: rows.start)

    def _is_selected(self, row: int) -> bool:
        return self.selectionModel().isSelected(self._table.index(row, 0))

    def _procedure_at(self, row: int) -> Procedure | None:
        procedure = self._table.index(row, 0).data(PROCEDURE_ROLE)
        return procedure if isinstance(procedure, Procedure) else None

    @property
    def in_flux(self) -> bool:
        """Whether rows are being changed, and what is selected is not selected again yet."""
        return self._keeping

    @contextmanager
    def keeping(self, older: Procedure | None = None, fresh: Procedure | None = None) -> Iterator[None]:
        """Whatever becomes of the rows meanwhile, those procedures stay selected that still have one.

        A closed heading is selected afterwards where all its members were. `fresh` takes the place of `older`.
        """
        were = self.chosen_all
        looked_at = self.chosen
        self._keeping = True
        try:
            yield
            kept = {id(fresh if one is older else one) for one in were}
            row = self._table.row_of(fresh if looked_at is older and fresh is not None else looked_at)
            if row is not None:
                self.setCurrentIndex(self._table.index(row, 0))
            self._select(self._table.rows_of(kept) if kept else ())
        finally:
            self._keeping = False
        self._tell()

    def _select(self, ranges: Iterable[range]) -> None:
        """These rows and no others; the keys stay where they are."""
        chosen = QItemSelection()
        last = self._table.columnCount() - 1
        for rows in ranges:
            chosen.select(self._table.index(rows.start, 0), self._table.index(rows.stop - 1, last))
        self.selectionModel().select(chosen, _Flag.ClearAndSelect)

    @Slot()
    def _lift(self) -> None:
        rows = self._chosen_rows
        if not self._keeping and sum(map(len, rows)) >= _MANY:
            self._keeping = True
            self._lifted = self._table.marks_in(rows)
            self.selectionModel().clearSelection()

    @Slot()
    def _put_back(self) -> None:
        if self._lifted:
            self._select(self._table.rows_with(self._lifted))
            self._lifted = frozenset()
            self._keeping = False

    def selectRow(self, row: int) -> None:  # noqa: N802 - Qt's name
        """Select this row and no other. Qt's own asks which keys are held down: Ctrl+G would add a row."""
        index = self._table.index(row, 0)
        self.selectionModel().setCurrentIndex(index, _Flag.ClearAndSelect | _Flag.Rows)

    def selectionCommand(  # noqa: N802 - Qt's name
        self, index: QModelIndex | QPersistentModelIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """What a click or key does to the selection: beside the rows, nothing."""
        return QTableView.selectionCommand(self, index, event) if index.isValid() else _Flag.NoUpdate

    @Slot()
    def _tell(self) -> None:
        if not self._keeping:
            current = self.currentIndex()
            if current.isValid() and self._is_selected(current.row()):
                self._rested_on = QPersistentModelIndex(current)
            self.chosen_changed.emit()

    @Slot(QModelIndex)
    def _tell_if_chosen(self, current: QModelIndex) -> None:
        """The keys went to another of the selected rows."""
        if current.isValid() and self._is_selected(current.row()):
            self._tell()

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
            self._toggle(row)
        elif group is None and heading is not None and event.key() == Qt.Key.Key_Left:
            self.selectRow(heading)
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _toggle_clicked(self, index: QModelIndex) -> None:
        plain = QGuiApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier
        if plain and self._table.group_at(index.row()) is not None:
            self._toggle(index.row())

    def _toggle(self, row: int) -> None:
        """Open or close a heading; where it stood for its members, they are selected once they have rows again."""
        group = self._table.group_at(row)
        opens = group is not None and not self._table.is_open(group)
        stands_for = opens and self._is_selected(row)
        self._keeping = True
        try:
            self._table.toggle(row)
            if group is not None and stands_for:
                members = QItemSelection(self._table.index(row + 1, 0), self._table.index(row + len(group.members), 0))
                self.selectionModel().select(members, _Flag.Select | _Flag.Rows)
        finally:
            self._keeping = False
        self._tell()

    @Slot()
    def _keep_frame(self) -> None:
        """The frame that tells where the keys are does not wander off with a row that nobody chose."""
        if not self._keeping and not self.selectionModel().hasSelection():
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
