"""The platform's own look, in light or dark, and the few colours that carry a warning.

Qt follows the system's colour scheme by itself where the platform tells it (GNOME, KDE, Windows, macOS). Where nobody
does (a bare X server), the palettes below are laid: Qt's own fallback has no dark and a pale selection.
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from procedure_viewer.settings.preferences import Appearance

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
    QApplication.setPalette(QPalette() if platform_has_schemes else _palette(dark=appearance is Appearance.DARK))


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


def _palette(*, dark: bool) -> QPalette:
    role = QPalette.ColorRole
    colours = (
        {
            role.Window: "#2b2d30",
            role.WindowText: "#eceff1",
            role.Base: "#1f2123",
            role.AlternateBase: "#26282b",
            role.Text: "#eceff1",
            role.Button: "#3a3d41",
            role.ButtonText: "#eceff1",
            role.BrightText: "#ffffff",
            role.ToolTipBase: "#3a3d41",
            role.ToolTipText: "#eceff1",
            role.PlaceholderText: "#9aa0a6",
            role.Highlight: "#2f6f8f",
            role.HighlightedText: "#ffffff",
            role.Link: "#8ab4f8",
            role.LinkVisited: "#c58af9",
            role.Light: "#4a4d52",
            role.Midlight: "#414449",
            role.Mid: "#232527",
            role.Dark: "#17181a",
            role.Shadow: "#000000",
        }
        if dark
        else {
            role.Window: "#efefef",
            role.WindowText: "#1b1c1d",
            role.Base: "#ffffff",
            role.AlternateBase: "#f6f7f8",
            role.Text: "#1b1c1d",
            role.Button: "#efefef",
            role.ButtonText: "#1b1c1d",
            role.BrightText: "#ffffff",
            role.ToolTipBase: "#ffffdc",
            role.ToolTipText: "#1b1c1d",
            role.PlaceholderText: "#6b7075",
            role.Highlight: "#1f6f8f",
            role.HighlightedText: "#ffffff",
            role.Link: "#0b57d0",
            role.LinkVisited: "#7b1fa2",
            role.Light: "#ffffff",
            role.Midlight: "#f7f7f7",
            role.Mid: "#b8b8b8",
            role.Dark: "#9f9f9f",
            role.Shadow: "#767676",
        }
    )
    palette = QPalette()
    for which, colour in colours.items():
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor("#7d8186" if dark else "#8a8f94"))
    return palette
