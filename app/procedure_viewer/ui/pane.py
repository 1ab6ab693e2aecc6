"""A pane that always says in which of its states it is: nothing yet, loading, results, empty, failed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from procedure_viewer.ui.icons import pixmap
from procedure_viewer.ui.labels import PlainLabel


class Pane(QStackedWidget):
    """Shows either its content or a message with an icon, a title, a text and at most one button."""

    button_clicked = Signal()

    def __init__(self, name: str, content: QWidget) -> None:
        super().__init__()
        self.setObjectName(f"{name}Pane")
        self._icon = QLabel()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = PlainLabel(f"{name}MessageTitle")
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title.emphasise(1.15)
        self._text = PlainLabel(f"{name}MessageText")
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._button = QPushButton()
        self._button.setObjectName(f"{name}MessageButton")
        self._button.clicked.connect(self.button_clicked)
        message = QWidget()
        layout = QVBoxLayout(message)
        layout.setContentsMargins(24, 12, 24, 12)
        layout.addStretch(1)
        layout.addWidget(self._icon)
        layout.addWidget(self._title)
        layout.addWidget(self._text)
        layout.addSpacing(4)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(2)
        self._message = message
        self._content = content
        self._icon_name = ""
        self.addWidget(content)
        self.addWidget(message)

    @property
    def shows_content(self) -> bool:
        """Whether the content, not a message, is what is seen."""
        return self.currentWidget() is self._content

    @property
    def message(self) -> tuple[str, str]:
        """Title and text of the message; empty while the content is shown."""
        return ("", "") if self.shows_content else (self._title.text(), self._text.text())

    def show_content(self) -> None:
        """Show the content; of the message nothing stays behind it."""
        self._title.clear()
        self._text.clear()
        self.setCurrentWidget(self._content)

    def show_message(self, icon_name: str, title: str, text: str = "", button: str = "") -> None:
        """Show a message in the content's place."""
        self._icon_name = icon_name
        self._icon.setPixmap(pixmap(icon_name, 40, self.devicePixelRatioF()))
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self.setCurrentWidget(self._message)

    def follow_theme(self) -> None:
        """Draw the message's icon in the colours of now."""
        if not self.shows_content:
            self._icon.setPixmap(pixmap(self._icon_name, 40, self.devicePixelRatioF()))
