"""How large a dialog is made: as it reads best, but never so large that its buttons lie beyond the screen's edge."""

from PySide6.QtWidgets import QDialog

_FRAME = 40
"""Pixels that a window's title and frame take of the screen."""


def resize_within_screen(dialog: QDialog, width: int, height: int) -> None:
    """Make a dialog `width` by `height` pixels, or as much of that as the screen has, which a scale of 200 % halves."""
    room = dialog.screen().availableGeometry()
    dialog.resize(min(width, room.width()), min(height, room.height() - _FRAME))
