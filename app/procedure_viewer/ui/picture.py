"""An icon that stands beside words, in the colours of now: it says nothing that the words don't."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel

from procedure_viewer.ui.icons import pixmap


class Picture(QLabel):
    """The icon `resources/icons/<name>.svg`, `size` device-independent pixels wide and high, also in a later theme."""

    def __init__(self, name: str, size: int) -> None:
        super().__init__()
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._name = name
        self._size = size
        self._draw()

    def _draw(self) -> None:
        self.setPixmap(pixmap(self._name, self._size, self.devicePixelRatioF()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_size"):
            self._draw()
