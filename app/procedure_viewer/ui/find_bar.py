"""The field below the elements and the JSON: what is looked for, how often it is there, and on to the next."""

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from procedure_viewer.ui.announcing import announce
from procedure_viewer.ui.icons import set_icon
from procedure_viewer.ui.labels import PlainLabel

LONGEST_WANTED = 1_000
"""Characters that can be looked for."""


class FindField(QLineEdit):
    """Enter goes on, Shift+Enter goes back, Esc leaves."""

    next_wanted = Signal()
    previous_wanted = Signal()
    left = Signal()

    def event(self, event: QEvent) -> bool:
        """Keep Esc for the field, which the window would take for itself."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            (self.previous_wanted if back else self.next_wanted).emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class FindBar(QWidget):
    """Field, count and two buttons; it knows nothing of what is searched."""

    changed = Signal(str)
    next_wanted = Signal()
    previous_wanted = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("findBar")
        self.field = FindField()
        self.field.setObjectName("findField")
        self.field.setAccessibleName(self.tr("Find in this procedure"))
        self.field.setPlaceholderText(self.tr("Find in this procedure (Ctrl+Shift+F)"))
        self.field.setClearButtonEnabled(True)
        self.field.setMaxLength(LONGEST_WANTED)
        set_icon(self.field.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition), "search")
        self.field.textChanged.connect(self.changed)
        self.field.next_wanted.connect(self.next_wanted)
        self.field.previous_wanted.connect(self.previous_wanted)
        self.field.left.connect(self._leave)
        self.count = PlainLabel("findCount")
        self.count.setWordWrap(False)
        self._previous = self._button("findPrevious", self.tr("Previous"), self.tr("Previous (Shift+F3)"))
        self._previous.clicked.connect(self.previous_wanted)
        self._next = self._button("findNext", self.tr("Next"), self.tr("Next (F3)"))
        self._next.clicked.connect(self.next_wanted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 2, 4, 4)
        layout.addWidget(self.field, 1)
        layout.addWidget(self.count)
        layout.addWidget(self._previous)
        layout.addWidget(self._next)
        self.show_count(0, 0)

    def forget(self) -> None:
        """Nothing that was looked for stays, not even for who undoes."""
        self.field.setText("")

    def show_count(self, current: int, found: int, *, goes_on: bool = False, more: bool = False) -> None:
        """Say which of how many is shown; `goes_on`: the search does; `more`: there are more than are counted."""
        self._previous.setEnabled(found > 0)
        self._next.setEnabled(found > 0)
        self.count.setText(self._words(current, found, goes_on=goes_on, more=more))

    def _words(self, current: int, found: int, *, goes_on: bool, more: bool) -> str:
        if not self.field.text():
            return ""
        if not found:
            return self.tr("Searching…") if goes_on else self.tr("Not found")
        words = self.tr("{number} of {count}") if current else self.tr("{count} found")
        if goes_on:
            words = self.tr("{number} of {count} so far")
        elif more:
            words = self.tr("{number} of more than {count}")
        return words.format(number=f"{current:,}", count=f"{found:,}")

    def announce(self, found_at: str) -> None:
        """Tell a screen reader the count, and what was come to."""
        announce(self.count, ", ".join(filter(None, (self.count.text(), found_at))))

    @Slot()
    def _leave(self) -> None:
        self.field.clear()
        self.left.emit()

    def _button(self, name: str, text: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setText(text)
        button.setToolTip(tip)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button
