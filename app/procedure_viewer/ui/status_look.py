"""How a status looks wherever it is drawn: its shape from `ui.icons`, and a colour that says the same once more."""

from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPalette, QPixmap

from procedure_viewer.fhir.status import Status
from procedure_viewer.ui.icons import coloured_pixmap, icon
from procedure_viewer.ui.theme import is_dark, wants_high_contrast

_COLOURS = {
    Status.COMPLETED: ("#1d5f9e", "#8fc1f5"),
    Status.IN_PROGRESS: ("#1b6e3c", "#7fd69b"),
    Status.PREPARATION: ("#545d64", "#b9c1c8"),
    Status.ON_HOLD: ("#7d5200", "#f0c25a"),
    Status.STOPPED: ("#a3231c", "#ff9d94"),
    Status.NOT_DONE: ("#a3231c", "#ff9d94"),
    Status.ENTERED_IN_ERROR: ("#5f656a", "#a9afb5"),
    Status.UNKNOWN: ("#6d2e91", "#d9adff"),
    Status.UNLISTED: ("#6d2e91", "#d9adff"),
    Status.NOT_STATED: ("#6d2e91", "#d9adff"),
}
"""On light and on dark ground, each with a contrast over 4.5:1. Blue is done, red is not, violet is not known."""


def status_colour(status: Status) -> QColor:
    """The status's colour on the ground of a list; the text's own where the reader asked for high contrast."""
    if wants_high_contrast():
        return QGuiApplication.palette().color(QPalette.ColorRole.Text)
    return QColor(_COLOURS[status][is_dark()])


def status_colours() -> dict[Status, QColor]:
    """The same for all of them: a paint asks once, and not for each mark."""
    return {status: status_colour(status) for status in Status}


def status_pixmap(status: Status, size: int, scale: float) -> QPixmap:
    """The status's shape in its colour, `size` device-independent pixels wide and high on a screen of that scale."""
    return coloured_pixmap(f"status-{status.value}", size, scale, status_colour(status))


def status_icon(status: Status) -> QIcon:
    """The same for a row of a list: in a selected row its colour is the text's."""
    drawn = icon(f"status-{status.value}", 16)
    for scale in {screen.devicePixelRatio() for screen in QGuiApplication.screens()}:
        drawn.addPixmap(status_pixmap(status, 16, scale), QIcon.Mode.Normal)
    return drawn
