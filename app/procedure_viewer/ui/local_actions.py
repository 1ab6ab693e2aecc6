"""What can be done in one view of a window, by keys and in its menu."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


def add_action(
    view: QWidget, name: str, text: str, keys: QKeySequence.StandardKey | str, act: Callable[[], None]
) -> QAction:
    """Offer it in `view`; the keys hold while the focus is there, or in something within it."""
    action = QAction(text, view)
    action.setObjectName(f"action_{name}")
    action.setShortcut(QKeySequence(keys))
    action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    action.triggered.connect(act)
    view.addAction(action)
    return action
