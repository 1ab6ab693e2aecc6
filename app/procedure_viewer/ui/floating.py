"""What floats above the windows: tooltips and menus. They may quote what lies below."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu, QToolTip


def hide_what_floats() -> None:
    """Hide all of it at once."""
    QToolTip.hideText()
    for widget in QApplication.topLevelWidgets():
        # Qt itself lets a tooltip stand for another 300 ms.
        if widget.windowType() is Qt.WindowType.ToolTip:
            widget.hide()
    while (popup := QApplication.activePopupWidget()) is not None and popup.close():
        pass


def empty_menu(menu: QMenu) -> None:
    """Take everything out of a menu, its words at once: Qt leaves the menus in it behind."""
    for inner in menu.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly):
        empty_menu(inner)
        inner.deleteLater()
    menu.clear()
