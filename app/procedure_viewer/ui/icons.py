"""SVG icons in the colour of the text around them, drawn for the screens at hand: crisp, right in light and dark.

(An icon engine in Python would follow the theme by itself, but Qt deletes the clones that it takes of one while Python
still holds them: the process crashes.)
"""

from typing import Protocol

from PySide6.QtCore import QByteArray, QObject, QSize
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from procedure_viewer.ui.resources import resource_text

ICON_NAME = "iconName"
"""The property that tells `follow_theme` which icon to draw anew."""


class HasIcon(Protocol):
    """An action or a button."""

    def setIcon(self, icon: QIcon, /) -> None:  # noqa: N802 - Qt's name
        """Show the icon."""

    def setProperty(self, name: str, value: object, /) -> bool:  # noqa: N802 - Qt's name
        """Keep a value by a name."""


def set_icon(target: HasIcon, name: str) -> None:
    """Give an action or a button the icon `resources/icons/<name>.svg`, also in a theme chosen later."""
    target.setProperty(ICON_NAME, name)
    target.setIcon(icon(name))


def follow_theme(root: QObject) -> None:
    """Draw every icon below `root` anew, in the colours of now."""
    for child in root.findChildren(QObject):
        name = child.property(ICON_NAME)
        if isinstance(name, str) and hasattr(child, "setIcon"):
            child.setIcon(icon(name))


def icon(name: str, size: int = 24) -> QIcon:
    """The icon of that name for `size` device-independent pixels, usual, disabled and in a selected row."""
    drawn = QIcon()
    for scale in {screen.devicePixelRatio() for screen in QGuiApplication.screens()}:
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled, QIcon.Mode.Selected):
            drawn.addPixmap(pixmap(name, size, scale, mode), mode)
    return drawn


def program_icon() -> QIcon:
    """The program's own icon."""
    return icon("procedure-viewer", 64)


def pixmap(name: str, size: int, scale: float, mode: QIcon.Mode = QIcon.Mode.Normal) -> QPixmap:
    """The drawing of that name, `size` device-independent pixels wide and high on a screen of that scale."""
    return _drawn(name, size, scale, *_colours(mode))


def coloured_pixmap(name: str, size: int, scale: float, colour: QColor) -> QPixmap:
    """The same in a colour of its own, on the ground of a list."""
    return _drawn(name, size, scale, colour.name(), _colours(QIcon.Mode.Normal)[1])


def _drawn(name: str, size: int, scale: float, colour: str, ground: str) -> QPixmap:
    key = f"{name} {size} {scale} {colour} {ground}"
    drawn = QPixmap()
    if QPixmapCache.find(key, drawn):
        return drawn
    drawing = resource_text(f"icons/{name}.svg").replace("currentColor", colour).replace("groundColor", ground)
    drawn = QPixmap(QSize(size, size) * scale)
    drawn.fill(QColor(0, 0, 0, 0))
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter)
    painter.end()
    drawn.setDevicePixelRatio(scale)
    QPixmapCache.insert(key, drawn)
    return drawn


def _colours(mode: QIcon.Mode) -> tuple[str, str]:
    """The text's and the ground's colour; an SVG calls them `currentColor` and `groundColor`."""
    palette, role = QGuiApplication.palette(), QPalette.ColorRole
    group = QPalette.ColorGroup.Disabled if mode is QIcon.Mode.Disabled else QPalette.ColorGroup.Active
    roles = (role.HighlightedText, role.Highlight) if mode is QIcon.Mode.Selected else (role.WindowText, role.Base)
    return palette.color(group, roles[0]).name(), palette.color(group, roles[1]).name()
