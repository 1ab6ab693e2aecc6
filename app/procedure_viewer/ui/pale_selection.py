"""A selected row in a window that is not in front. Windows and macOS draw it pale, with the text of any other row."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem


def is_pale(row: QStyleOptionViewItem) -> bool:
    """Whether it is one of those, and its text has not the colour of a selected row: icons must not have it either."""
    state, group = QStyle.StateFlag, QPalette.ColorGroup
    if not row.state & state.State_Selected or row.state & state.State_Active:
        return False
    text = QPalette.ColorRole.HighlightedText
    return row.palette.color(group.Inactive, text) != row.palette.color(group.Active, text)


def as_usual(icon: QIcon, size: int) -> QIcon:
    """The icon as it is in any other row; Qt asks it for the form of a selected one all the same."""
    usual = QIcon()
    for scale in {screen.devicePixelRatio() for screen in QGuiApplication.screens()}:
        drawn = icon.pixmap(QSize(size, size), scale)
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
            usual.addPixmap(drawn, mode)
    return usual
