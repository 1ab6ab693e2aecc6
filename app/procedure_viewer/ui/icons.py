"""SVG icons in the colour of the text around them, drawn when needed: crisp at any scale, right in light and dark."""

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from procedure_viewer.fhir.procedure import Status
from procedure_viewer.ui.resources import resource_text

_TEXT, _GROUND = QPalette.ColorRole.WindowText, QPalette.ColorRole.Base
_HIGHLIGHTED_TEXT, _HIGHLIGHT = QPalette.ColorRole.HighlightedText, QPalette.ColorRole.Highlight


class _TextColouredSvg(QIconEngine):
    """Renders an SVG whose strokes are `currentColor`, or `groundColor` where they cut into a filled shape."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:  # noqa: ARG002 - Qt's signature
        group = QPalette.ColorGroup.Disabled if mode is QIcon.Mode.Disabled else QPalette.ColorGroup.Active
        selected = mode is QIcon.Mode.Selected
        role, ground = (_HIGHLIGHTED_TEXT, _HIGHLIGHT) if selected else (_TEXT, _GROUND)
        palette = QGuiApplication.palette()
        drawing = resource_text(f"icons/{self._name}.svg")
        drawing = drawing.replace("currentColor", palette.color(group, role).name())
        drawing = drawing.replace("groundColor", palette.color(group, ground).name())
        QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return pixmap

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        pixmap = self.pixmap(size, mode, state)
        pixmap.setDevicePixelRatio(scale)
        return pixmap

    def clone(self) -> QIconEngine:
        return _TextColouredSvg(self._name)


def icon(name: str) -> QIcon:
    """The icon `resources/icons/<name>.svg`."""
    return QIcon(_TextColouredSvg(name))


def status_icon(status: Status) -> QIcon:
    """A shape for each status, so that colour is never needed to tell them apart."""
    return icon(f"status-{status.value}")


def program_icon() -> QIcon:
    """The program's own icon."""
    return icon("procedure-viewer")
