"""The list of procedures as it is seen: shapes beside statuses, headings across columns, keys, order in words."""

from typing import cast

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal, Slot
from PySide6.QtGui import (
    QGuiApplication,
    QIcon,
    QKeyEvent,
    QPainter,
    QPalette,
)
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOption, QStyleOptionViewItem, QTableView, QWidget

from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.status import Status
from procedure_viewer.tables.columns import Column
from procedure_viewer.tables.procedures import GONE_ROLE, GROUP_ROLE, PROCEDURE_ROLE, SHORT_ROLE, ProcedureTable
from procedure_viewer.ui.announcing import announce
from procedure_viewer.ui.column_fit import ColumnFit
from procedure_viewer.ui.column_layout import ColumnArrangement
from procedure_viewer.ui.icons import icon
from procedure_viewer.ui.row_table import RowTable
from procedure_viewer.ui.status_look import status_icon

_ARROW = 20
"""Pixels of a heading's arrow and its distance from the words."""
_INSET = 4
_TOGGLING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class RowDelegate(QStyledItemDelegate):
    """Puts a shape before the status, shortens dates that have no room, and draws headings."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icons: dict[Status | None, QIcon] = {}
        self._drawn_for = 0

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        if index.column() == Column.STATUS:
            procedure = index.data(PROCEDURE_ROLE)
            if isinstance(procedure, Procedure):
                option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
                option.icon = self._icon(None if index.data(GONE_ROLE) else procedure.status)
        elif index.column() == Column.DATE:
            option.text = self._fitting(option, str(index.data(SHORT_ROLE)).splitlines())

    def _icon(self, status: Status | None) -> QIcon:
        """A status's shape, or a warning's, drawn once for the colours of now: every row on the screen asks for one."""
        if self._drawn_for != (colours := QGuiApplication.palette().cacheKey()):
            self._icons.clear()
            self._drawn_for = colours
        if status not in self._icons:
            self._icons[status] = icon("warning", 16) if status is None else status_icon(status)
        return self._icons[status]

    def _fitting(self, option: QStyleOptionViewItem, shorter: list[str]) -> str:
        """The first text that has room; the shortest where none has."""
        room = option.rect.width() - 2 * _INSET
        texts = [option.text, *shorter]
        return next((text for text in texts if option.fontMetrics.horizontalAdvance(text) <= room), texts[-1])

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        is_open = index.data(GROUP_ROLE)
        if is_open is None:
            super().paint(painter, option, index)
            return
        self.initStyleOption(option, index)
        view = cast("QTableView", option.widget)
        text = str(view.model().index(index.row(), Column.DATE).data())
        painter.save()
        painter.setClipRect(option.rect)
        self._draw_heading(painter, option, view, text, is_open=bool(is_open))
        painter.restore()

    def _draw_heading(
        self, painter: QPainter, option: QStyleOptionViewItem, view: QTableView, text: str, *, is_open: bool
    ) -> None:
        """Draw what of a heading lies in one cell: the text begins at the left of the list, not of the cell."""
        state = QStyle.StateFlag
        is_selected = bool(option.state & state.State_Selected)
        group = QPalette.ColorGroup.Active if option.state & state.State_Active else QPalette.ColorGroup.Inactive
        ground, ink = (
            (QPalette.ColorRole.Highlight, QPalette.ColorRole.HighlightedText)
            if is_selected
            else (QPalette.ColorRole.Button, QPalette.ColorRole.ButtonText)
        )
        painter.fillRect(option.rect, option.palette.color(group, ground))
        line = QRect(0, option.rect.top(), view.viewport().width(), option.rect.height())
        arrow = QStyleOption()
        arrow.rect = QRect(_INSET, line.top(), _ARROW - 2 * _INSET, line.height())
        arrow.palette = option.palette
        for role in (QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText, QPalette.ColorRole.Text):
            arrow.palette.setColor(role, option.palette.color(group, ink))
        arrow.state = state.State_Enabled
        element = QStyle.PrimitiveElement
        shape = element.PE_IndicatorArrowDown if is_open else element.PE_IndicatorArrowRight
        view.style().drawPrimitive(shape, arrow, painter, view)
        painter.setFont(option.font)
        painter.setPen(option.palette.color(group, ink))
        room = line.adjusted(_ARROW + _INSET, 0, -_INSET, 0)
        fitting = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, fitting)


class ProcedureList(RowTable):
    """A view on the procedures, sorted by its header or by keys; Left and Right close and open headings."""

    sorted_anew = Signal(str)
    """By what and in which direction, in words."""

    def __init__(self, table: ProcedureTable, parent: QWidget | None = None) -> None:
        super().__init__("procedureTable", "", table)
        self.setAccessibleName(self.tr("Procedures"))
        self.setParent(parent)
        self._table = table
        self.setItemDelegate(RowDelegate(self))
        self.setSortingEnabled(True)
        self.sortByColumn(Column.DATE, Qt.SortOrder.DescendingOrder)
        self.setAccessibleDescription(self._order_text(Column.DATE, Qt.SortOrder.DescendingOrder))
        self.horizontalHeader().sortIndicatorChanged.connect(self._say_order)
        table.layoutChanged.connect(self._keep_frame)
        self.clicked.connect(self._toggle_clicked)
        self.fit = ColumnFit(self)
        self.arrangement = ColumnArrangement(self, self.fit)
        self.resized.connect(self.fit.fit)

    @property
    def chosen(self) -> Procedure | None:
        """The procedure whose row is selected; None also where that is a heading."""
        rows = self.selectionModel().selectedRows()
        procedure = rows[0].data(PROCEDURE_ROLE) if rows else None
        return procedure if isinstance(procedure, Procedure) else None

    @property
    def chosen_all(self) -> tuple[Procedure, ...]:
        return (self.chosen,) if self.chosen is not None else ()

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
        if group is not None and (
            event.key() in _TOGGLING
            or (event.key() == Qt.Key.Key_Left and self._table.is_open(group))
            or (event.key() == Qt.Key.Key_Right and not self._table.is_open(group))
        ):
            self._table.toggle(row)
        elif group is None and heading is not None and event.key() == Qt.Key.Key_Left:
            self.selectRow(heading)
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _toggle_clicked(self, index: QModelIndex) -> None:
        if self._table.group_at(index.row()) is not None:
            self._table.toggle(index.row())

    @Slot()
    def _keep_frame(self) -> None:
        """The frame that tells where the keys are does not wander off with a row that nobody chose."""
        if not self.selectionModel().hasSelection():
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
