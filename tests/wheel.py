"""A mouse's wheel, turned as the window system would tell it."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

NOTCH = 120
"""What one notch of a usual wheel is."""


def turn_wheel(widget: QWidget, notches: float, x: float, *, sideways: bool = False) -> None:
    """Turn it with the pointer so far from the widget's left edge."""
    turned = round(notches * NOTCH)
    delta = QPoint(turned, 0) if sideways else QPoint(0, turned)
    at = QPointF(x, 30)
    button, key, phase = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(at, QPointF(widget.mapToGlobal(at)), QPoint(), delta, button, key, phase, False)
    QApplication.sendEvent(widget, event)
