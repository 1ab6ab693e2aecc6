"""A table whose rows are chosen whole, one at a time, with keys or mouse."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

_MOVING = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class RowTable(QTableView):
    """A read-only view on `model` in the platform's look."""

    resized = Signal()

    def __init__(self, name: str, accessible_name: str, model: QAbstractItemModel) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 10)
        self.horizontalHeader().setHighlightSections(False)

    def selectionCommand(  # noqa: N802 - Qt's name
        self, index: QModelIndex | QPersistentModelIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """What a click or key does to the selection: it never takes the highlight from a row that Enter would open."""
        flags = QItemSelectionModel.SelectionFlag
        command = super().selectionCommand(index, event)
        if command & (flags.Toggle | flags.Deselect):
            return flags.ClearAndSelect | flags.Rows
        return command

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Qt moves from a current row that looks like none: the first key then would skip the first row, or do nothing.
        if event.key() in _MOVING and not self.selectionModel().hasSelection() and self.model().rowCount():
            self.selectRow(self.model().rowCount() - 1 if event.key() == Qt.Key.Key_End else 0)
            return
        super().keyPressEvent(event)
