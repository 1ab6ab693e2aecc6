"""The readings of what may mean several things, to choose from: a button each."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from procedure_viewer.fhir.query import Choice


class ChoiceBar(QWidget):
    """There only while there is something to choose; the buttons follow `before` when one moves with Tab."""

    chosen = Signal(object)
    """Choice."""
    left = Signal()
    """Up was pressed on one of them."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("searchChoices")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._choices: tuple[Choice, ...] = ()
        self.buttons: list[QPushButton] = []
        self.hide()

    def show_choices(self, choices: Sequence[Choice], before: QWidget) -> None:
        """Offer these instead of the former ones, or nothing."""
        if (choices := tuple(choices)) == self._choices:
            return
        self._choices = choices
        for button in self.buttons:
            button.hide()
            self._row.removeWidget(button)
            button.deleteLater()
        self.buttons = [self._new_button(number, choice) for number, choice in enumerate(choices)]
        self.setVisible(bool(choices))
        for button in self.buttons:
            QWidget.setTabOrder(before, button)
            before = button

    def take_focus(self) -> None:
        """Give the keyboard to the first."""
        self.buttons[0].setFocus(Qt.FocusReason.TabFocusReason)

    def _new_button(self, number: int, choice: Choice) -> QPushButton:
        button = QPushButton(choice.label)
        button.setObjectName(f"searchChoice{number}")
        button.setAutoDefault(True)  # so that Enter presses it, too
        button.clicked.connect(self._choose)
        button.installEventFilter(self)
        self._row.addWidget(button)
        return button

    @Slot()
    def _choose(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton) and button in self.buttons:
            self.chosen.emit(self._choices[self.buttons.index(button)])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Up:
            self.left.emit()
            return True
        return super().eventFilter(watched, event)
