"""How a patient's name stands in a list: over several lines if need be, and below it what must never be cut off."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from procedure_viewer.tables.patients import ALIKE_ROLE
from procedure_viewer.ui.icons import icon
from procedure_viewer.ui.pale_selection import is_pale

Index = QModelIndex | QPersistentModelIndex

MOST_LINES = 4
"""Lines of a name in the list; the rest of a longer one is in its tooltip and in the banner."""
_AIR = 6
"""Pixels above and below the text of a row, together."""
_NEXT_LINE = "\N{LINE SEPARATOR}"
"""What Qt makes of a line break in a cell's text."""
_MARGIN = 4
_ICON = 14
_WRAPPED = int(Qt.AlignmentFlag.AlignLeft) | int(Qt.TextFlag.TextWordWrap)


class NameDelegate(QStyledItemDelegate):
    """The first line of a cell's text is the name; the others tell what has to be known before it is opened.

    A warning's shape stands before them where the patient looks like another one.
    """

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        name, _, remarks = cell.text.partition(_NEXT_LINE)
        style = _style_of(cell)
        if not remarks:
            style.drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, cell.widget)
            return
        whole, height = QRect(cell.rect), self._height_of(remarks, cell, index)
        # The ground, and the frame that tells where the keys are, go round both.
        cell.text = ""
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, cell.widget)
        cell.text = name
        cell.state &= ~QStyle.StateFlag.State_HasFocus
        cell.rect = whole.adjusted(0, _AIR // 2, 0, -height - _AIR // 2)
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, cell.widget)
        self._draw_remarks(painter, cell, index, remarks, whole.adjusted(0, cell.rect.height() + _AIR // 2, 0, 0))

    def _draw_remarks(
        self, painter: QPainter, cell: QStyleOptionViewItem, index: Index, remarks: str, place: QRect
    ) -> None:
        chosen = bool(cell.state & QStyle.StateFlag.State_Selected)
        group = (
            QPalette.ColorGroup.Active if cell.state & QStyle.StateFlag.State_Active else QPalette.ColorGroup.Inactive
        )
        if not cell.state & QStyle.StateFlag.State_Enabled:
            group = QPalette.ColorGroup.Disabled
        painter.save()
        painter.setPen(
            cell.palette.color(group, QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text)
        )
        if index.data(ALIKE_ROLE):
            mode = QIcon.Mode.Selected if chosen and not is_pale(cell) else QIcon.Mode.Normal
            icon("warning", _ICON).paint(painter, QRect(place.left() + _MARGIN, place.top(), _ICON, _ICON), mode=mode)
        painter.drawText(self._place_of(place, index), _WRAPPED, remarks)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        cell.text, _, remarks = cell.text.partition(_NEXT_LINE)
        size = _style_of(cell).sizeFromContents(QStyle.ContentsType.CT_ItemViewItem, cell, QSize(), cell.widget)
        most = MOST_LINES * cell.fontMetrics.lineSpacing()
        return QSize(size.width(), min(size.height(), most) + self._height_of(remarks, cell, index) + _AIR)

    def _height_of(self, remarks: str, cell: QStyleOptionViewItem, index: Index) -> int:
        if not remarks:
            return 0
        room = self._place_of(QRect(0, 0, cell.rect.width(), 10_000), index)
        return cell.fontMetrics.boundingRect(room, _WRAPPED, remarks).height()

    def _place_of(self, rect: QRect, index: Index) -> QRect:
        """Where the remarks stand: beside the warning, where there is one."""
        return rect.adjusted(_MARGIN + (_ICON + _MARGIN if index.data(ALIKE_ROLE) else 0), 0, -_MARGIN, 0)


def _style_of(cell: QStyleOptionViewItem) -> QStyle:
    return cell.widget.style()
