"""A table of procedures, several of which can be selected; they stay so whatever becomes of their rows."""

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
from PySide6.QtWidgets import QAbstractItemView, QTableView

from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.tables.procedures import PROCEDURE_ROLE, ProcedureTable
from procedure_viewer.ui.row_table import RowTable

MANY = 200
"""Selected rows that are taken off while the rows move."""
_Flag = QItemSelectionModel.SelectionFlag


class SeveralRows(RowTable):
    """A closed heading that is selected stands for its members, an open one for nothing."""

    chosen_changed = Signal()
    """`chosen`, or what `chosen_all` gives, may be another."""

    def __init__(self, name: str, table: ProcedureTable) -> None:
        super().__init__(name, "", table)
        self._table = table
        self._keeping = self._several = False
        self._rested_on = QPersistentModelIndex()
        """The row of `chosen` when it was last told."""
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.selectionModel().selectionChanged.connect(self._tell)
        self.selectionModel().currentRowChanged.connect(self._tell_if_chosen)
        self._lifted: frozenset[int] = frozenset()
        """Rows that are selected again once all have moved."""
        table.moving.connect(self._lift)
        table.moved.connect(self._put_back)

    def let_go(self) -> None:
        """Nothing is selected any more: the rows are gone, also where that befell while they were being changed."""
        self._keeping = self._several = False
        self._lifted = frozenset()
        self.clearSelection()

    @property
    def chosen(self) -> Procedure | None:
        """The one procedure that the reader looks at, of those that are selected; None also where that is a heading.

        It is where the keys are; when those went elsewhere, it stays the one that it was, as long as that is selected.
        """
        procedure = self._table.index(self._chosen_row, 0).data(PROCEDURE_ROLE)
        return procedure if isinstance(procedure, Procedure) else None

    @property
    def _chosen_row(self) -> int:
        """The row of that one; -1 for none."""
        places: tuple[QModelIndex | QPersistentModelIndex, ...] = (self.currentIndex(), self._rested_on)
        for index in places:
            if index.isValid() and self._is_selected(index.row()):
                return index.row()
        return min((rows.start for rows in self._chosen_rows), default=-1)

    def is_marked(self, row: int) -> bool:
        """Whether it is the one row, of several that are selected, that is looked at."""
        return self._several and row == self._chosen_row

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
        looked_at, column = self.chosen, self.currentIndex().column()
        self._keeping = True
        try:
            yield
            kept = {id(fresh if one is older else one) for one in were}
            row = self._table.row_of(fresh if looked_at is older and fresh is not None else looked_at)
            if row is not None:
                self.selectionModel().setCurrentIndex(self._table.index(row, max(0, column)), _Flag.NoUpdate)
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
        if not self._keeping and sum(map(len, rows)) >= MANY:
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

    def moveCursor(  # noqa: N802 - Qt's name
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Home and End go to the first and the last row: rows are what is chosen here, not cells."""
        rows = self._table.rowCount()
        if rows and action in (QAbstractItemView.CursorAction.MoveHome, QAbstractItemView.CursorAction.MoveEnd):
            row = 0 if action is QAbstractItemView.CursorAction.MoveHome else rows - 1
            return self._table.index(row, max(0, self.currentIndex().column()))
        return super().moveCursor(action, modifiers)

    @Slot()
    def _tell(self) -> None:
        if not self._keeping:
            current = self.currentIndex()
            if current.isValid() and self._is_selected(current.row()):
                self._rested_on = QPersistentModelIndex(current)
            several = self.chosen_count > 1
            if several or self._several:
                self._several = several
                self.viewport().update()
            self.chosen_changed.emit()

    @Slot(QModelIndex)
    def _tell_if_chosen(self, current: QModelIndex) -> None:
        """The keys went to another of the selected rows."""
        if current.isValid() and self._is_selected(current.row()):
            self._tell()

    def toggle(self, row: int) -> None:
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
