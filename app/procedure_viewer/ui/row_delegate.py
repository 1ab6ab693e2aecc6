"""How a row of the procedures is drawn: a shape beside the status, a date that fits, headings across the columns."""

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOption, QStyleOptionViewItem, QTableView, QWidget

from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.status import Status
from procedure_viewer.tables.columns import Column
from procedure_viewer.tables.procedures import GONE_ROLE, GROUP_ROLE, PROCEDURE_ROLE, SHORT_ROLE
from procedure_viewer.ui.icons import icon
from procedure_viewer.ui.pale_selection import as_usual, is_pale
from procedure_viewer.ui.status_look import status_icon

_ARROW = 20
"""Pixels of a heading's arrow and its distance from the words."""
_INSET = 4
_SHAPE = 16
"""Pixels of the shape beside a status."""
_BAR = 3
"""Pixels of the mark of the one row, of several that are selected, that is looked at."""


class RowDelegate(QStyledItemDelegate):
    """Puts a shape before the status, shortens dates that have no room, and draws headings."""

    def __init__(self, parent: QWidget, is_marked: Callable[[int], bool]) -> None:
        """`is_marked` says of a row whether it stands out from the others that are selected."""
        super().__init__(parent)
        self._icons: dict[Status | None, QIcon] = {}
        self._drawn_for = 0
        self._is_marked = is_marked

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        if index.column() == Column.STATUS:
            procedure = index.data(PROCEDURE_ROLE)
            if isinstance(procedure, Procedure):
                option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
                shape = self._icon(None if index.data(GONE_ROLE) else procedure.status)
                option.icon = as_usual(shape, _SHAPE) if is_pale(option) else shape
        elif index.column() == Column.DATE:
            option.text = self._fitting(option, str(index.data(SHORT_ROLE)).splitlines())

    def _icon(self, status: Status | None) -> QIcon:
        """A status's shape, or a warning's, drawn once for the colours of now: every row on the screen asks for one."""
        if self._drawn_for != (colours := QGuiApplication.palette().cacheKey()):
            self._icons.clear()
            self._drawn_for = colours
        if status not in self._icons:
            self._icons[status] = icon("warning", _SHAPE) if status is None else status_icon(status)
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
        view = cast("QTableView", option.widget)
        if is_open is None:
            super().paint(painter, option, index)
            if index.column() == view.horizontalHeader().logicalIndexAt(0) and self._is_marked(index.row()):
                bar = QRect(option.rect.topLeft(), QSize(_BAR, option.rect.height()))
                painter.fillRect(bar, option.palette.color(QPalette.ColorRole.HighlightedText))
            return
        self.initStyleOption(option, index)
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
