"""The colours that are laid where the platform tells Qt of none (a bare X server): Qt's own have no dark and a pale
selection."""

from PySide6.QtGui import QColor, QPalette


def laid_palette(*, dark: bool) -> QPalette:
    """Every colour of a window, in light or dark."""
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
