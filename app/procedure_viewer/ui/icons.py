"""SVG icons in the colour of the text around them, drawn when needed: crisp at any scale, right in light and dark."""

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from procedure_viewer.fhir.procedure import Status
from procedure_viewer.ui.resources import resource_text


class _TextColouredSvg(QIconEngine):
    """Renders an SVG whose strokes are `currentColor`, or `groundColor` where they cut into a filled shape."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        scale = painter.device().devicePixelRatio()
        painter.drawPixmap(rect, self.pixmap(rect.size() * scale, mode, state))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:  # noqa: ARG002 - Qt's signature
        colour, ground = _colours(mode)
        key = f"{self._name} {colour} {ground} {size.width()}x{size.height()}"
        pixmap = QPixmap()
        if QPixmapCache.find(key, pixmap):
            return pixmap
        drawing = resource_text(f"icons/{self._name}.svg").replace("currentColor", colour)
        drawing = drawing.replace("groundColor", ground)
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(pixmap.rect()))
        painter.end()
        QPixmapCache.insert(key, pixmap)
        return pixmap

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        pixmap = QPixmap(self.pixmap(size, mode, state))
        pixmap.setDevicePixelRatio(scale)
        return pixmap

    def clone(self) -> QIconEngine:
        return _TextColouredSvg(self._name)


def _colours(mode: QIcon.Mode) -> tuple[str, str]:
    """The text's and the ground's colour for an icon that is usual, disabled, or in a selected row."""
    palette, role = QGuiApplication.palette(), QPalette.ColorRole
    group = QPalette.ColorGroup.Disabled if mode is QIcon.Mode.Disabled else QPalette.ColorGroup.Active
    roles = (role.HighlightedText, role.Highlight) if mode is QIcon.Mode.Selected else (role.WindowText, role.Base)
    return palette.color(group, roles[0]).name(), palette.color(group, roles[1]).name()


def icon(name: str) -> QIcon:
    """The icon `resources/icons/<name>.svg`."""
    return QIcon(_TextColouredSvg(name))


def status_icon(status: Status) -> QIcon:
    """A shape for each status, so that colour is never needed to tell them apart."""
    return icon(f"status-{status.value}")


def program_icon() -> QIcon:
    """The program's own icon."""
    return icon("procedure-viewer")
