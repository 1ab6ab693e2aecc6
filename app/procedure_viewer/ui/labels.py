"""Labels for words from a server: always PlainText, so that nothing in them is ever run, loaded or followed."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from procedure_viewer.ui.theme import warning_palette

LONGEST_SHOWN = 5_000
"""Characters that a label lays out."""


class PlainLabel(QLabel):
    """A label that shows exactly the characters it is given; with `selectable`, mouse and keyboard can select them."""

    def __init__(self, name: str, parent: QWidget | None = None, *, selectable: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._warns = False
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        if selectable:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )

    def setText(self, text: str) -> None:
        """Show `text`, at most LONGEST_SHOWN characters of it: laying out a megabyte would stall the window."""
        if len(text) > LONGEST_SHOWN:
            more = self.tr("… ({count} more characters)").format(count=len(text) - LONGEST_SHOWN)
            text = f"{text[:LONGEST_SHOWN]}{more}"
        super().setText(text)

    def emphasise(self, scale: float = 1.0) -> None:
        """Bold, and `scale` times the platform's size."""
        font = QFont(self.font())
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * scale)
        self.setFont(font)

    @property
    def warns(self) -> bool:
        """Whether it stands out as a warning."""
        return self._warns

    def warn(self, warns: bool = True) -> None:
        """Stand out as a warning, or no longer; in light and dark, also when that changes."""
        self._warns = warns
        self.setAutoFillBackground(warns)
        self.setBackgroundRole(QPalette.ColorRole.Window if warns else QPalette.ColorRole.NoRole)
        self.setForegroundRole(QPalette.ColorRole.WindowText if warns else QPalette.ColorRole.NoRole)
        self.setContentsMargins(8, 3, 8, 3) if warns else self.setContentsMargins(0, 0, 0, 0)
        self.setPalette(warning_palette() if warns else QPalette())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._warns:
            wanted = warning_palette()
            if self.palette().window() != wanted.window():
                self.setPalette(wanted)


class OneLine(PlainLabel):
    """A label of one line that gives way in its middle where there is no room; a screen reader hears all of it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setWordWrap(False)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._whole = ""

    @property
    def whole_text(self) -> str:
        """The text without the gap."""
        return self._whole

    def setText(self, text: str) -> None:
        """Show as much of `text` as there is room for."""
        self._whole = text
        self.setAccessibleName(text)
        self._fit()

    def clear(self) -> None:
        """Show nothing."""
        self.setText("")
        self.setToolTip("")
        self.setAccessibleDescription("")

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        fitting = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideMiddle, self.width())
        super().setText(fitting)
