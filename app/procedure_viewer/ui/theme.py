"""The platform's own look (on Windows only its colours), in light or dark, and the few colours that carry a warning.

Qt follows the system's colour scheme by itself where the platform tells it (GNOME, KDE, Windows, macOS). Where nobody
does (a bare X server), palettes of our own are laid (`palettes`).
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from procedure_viewer.settings.preferences import Appearance
from procedure_viewer.ui.palettes import laid_palette

_SCHEMES = {
    Appearance.SYSTEM: Qt.ColorScheme.Unknown,
    Appearance.LIGHT: Qt.ColorScheme.Light,
    Appearance.DARK: Qt.ColorScheme.Dark,
}


def apply(appearance: Appearance) -> None:
    """Show every window in the given appearance."""
    hints = QGuiApplication.styleHints()
    hints.setColorScheme(_SCHEMES[appearance])
    platform_has_schemes = hints.colorScheme() is not Qt.ColorScheme.Unknown
    QApplication.setPalette(QPalette() if platform_has_schemes else laid_palette(dark=appearance is Appearance.DARK))


def is_dark() -> bool:
    """Whether text is lighter than what it stands on."""
    palette = QGuiApplication.palette()
    return palette.windowText().color().lightness() > palette.window().color().lightness()


def wants_high_contrast() -> bool:
    """Whether the reader asked the system for strong contrasts; Qt tells it from 6.10 on."""
    hints = QGuiApplication.styleHints()  # what it hands out lives only as long as this name
    if not hasattr(hints, "accessibility"):
        return False
    return hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast


def warning_palette() -> QPalette:
    """Amber for what must not be overlooked, readable in light and dark (contrast over 7:1); words say it too."""
    palette = QPalette()  # only the two below are its own: the widget still hears when the others change
    palette.setColor(QPalette.ColorRole.Window, QColor("#4a3500" if is_dark() else "#fff1cc"))
    palette.setColor(QPalette.ColorRole.WindowText, QColor("#ffe5a3" if is_dark() else "#4a3500"))
    return palette


def mixed(colour: QColor, ground: QColor, share: float) -> QColor:
    """So much of a colour on the ground, opaque."""
    rest = 1 - share
    return QColor.fromRgbF(
        colour.redF() * share + ground.redF() * rest,
        colour.greenF() * share + ground.greenF() * rest,
        colour.blueF() * share + ground.blueF() * rest,
    )
