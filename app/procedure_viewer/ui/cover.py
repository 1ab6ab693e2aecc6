"""Covering every window when nobody is there: nothing is read, pressed or typed below."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.picture import Picture

_TYPE = QEvent.Type
_SWALLOWED = frozenset(
    {
        _TYPE.KeyPress,
        _TYPE.KeyRelease,
        _TYPE.MouseButtonPress,
        _TYPE.MouseButtonRelease,
        _TYPE.MouseButtonDblClick,
        _TYPE.MouseMove,
        _TYPE.Wheel,
        _TYPE.ContextMenu,
        _TYPE.ShortcutOverride,
        _TYPE.TouchBegin,
        _TYPE.TouchUpdate,
        _TYPE.TouchEnd,
        _TYPE.TabletPress,
        _TYPE.TabletMove,
        _TYPE.TabletRelease,
    }
)
"""Input that would otherwise go on to the covered window."""
_ADMITTED = "admittedOverCover"
"""The property of a window that may be seen beside covered ones."""
_OWN_WINDOWS = (Qt.WindowType.Window, Qt.WindowType.Dialog, Qt.WindowType.Sheet, Qt.WindowType.Tool)


def locked_words(minutes: float) -> str:
    """Since when: "Locked after 15 minutes without use"."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("Cover", text)

    if minutes < 1:
        return tr("Locked after {seconds} seconds without use").format(seconds=round(minutes * 60))
    if minutes == 1:
        return tr("Locked after 1 minute without use")
    return tr("Locked after {minutes} minutes without use").format(minutes=f"{minutes:g}")


class Cover(QWidget):
    """Fills `window`, opaque, above everything in it, for as long as it exists; takes the focus and keeps it."""

    continue_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self, window: QWidget, minutes: float, connection: str, button: str) -> None:
        """`minutes` without use led here; `connection` is its name; `button` says how to come back."""
        super().__init__(window)
        self.setObjectName("cover")
        self.setAccessibleName(self.tr("Locked"))
        self.setAutoFillBackground(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._below = window
        self._on = True
        self._focus_before: QWidget | None = window.focusWidget()
        if self._focus_before is not None:
            self._focus_before.destroyed.connect(self._forget_focus)
        title = PlainLabel("coverTitle")
        title.setText(locked_words(minutes))
        title.emphasise(1.5)
        whose = PlainLabel("coverConnection")
        whose.setText(connection)
        note = PlainLabel("coverNote")
        note.setText(self.tr("Nothing that was open is kept in this program's memory."))
        for label in (title, whose, note):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.again = QPushButton(button)
        self.again.setObjectName("coverContinue")
        self.again.clicked.connect(self.continue_wanted)
        self.leave = QPushButton(self.tr("Quit"))
        self.leave.setObjectName("coverQuit")
        self.leave.clicked.connect(self.quit_wanted)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for one in (self.again, self.leave):
            one.setMinimumHeight(36)
            buttons.addWidget(one)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(12)
        layout.addStretch(2)
        layout.addWidget(Picture("lock", 56))
        layout.addWidget(title)
        layout.addWidget(whose)
        layout.addWidget(note)
        layout.addLayout(buttons)
        layout.addStretch(3)
        window.installEventFilter(self)
        self._application().focusChanged.connect(self._keep_focus)
        self.setGeometry(window.rect())
        self.show()
        self.raise_()
        self.again.setFocus()

    def take_off(self) -> None:
        """Show the window again, with the focus where it was."""
        self._on = False
        self._below.removeEventFilter(self)
        self.hide()
        if self._focus_before is not None:
            self._focus_before.setFocus()
        self.deleteLater()

    @property
    def is_on(self) -> bool:
        """Whether it covers: one that was taken off may be there for a moment still."""
        return self._on

    def _application(self) -> QApplication:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        return application

    @Slot()
    def _forget_focus(self) -> None:
        self._focus_before = None

    @Slot(QWidget, QWidget)
    def _keep_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        """What goes on below may not take the focus: keys would go there."""
        if not self._on or now is None or now is self or self.isAncestorOf(now):
            return
        if now.window() is self.window():
            self.again.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size, and stay above what is new in it."""
        if event.type() == _TYPE.Resize:
            self.setGeometry(self._below.rect())
        elif event.type() == _TYPE.ChildPolished:
            self.raise_()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Input goes no further: not to the window below, not to its shortcuts."""
        if event.type() not in _SWALLOWED:
            return super().event(event)
        if isinstance(event, QKeyEvent) and event.type() == _TYPE.KeyPress:
            self._obey(event)
        event.accept()
        return True

    def _obey(self, event: QKeyEvent) -> None:
        """Tab goes round the two buttons, Enter presses the one with the focus."""
        if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Tab)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            (self.leave if self.leave.hasFocus() else self.again).click()

    def focusNextPrevChild(self, _next: bool) -> bool:  # noqa: N802 - Qt's name
        """There are two places to be: the focus never leaves the cover."""
        (self.leave if self.again.hasFocus() else self.again).setFocus(Qt.FocusReason.TabFocusReason)
        return True


class Covers(QObject):
    """Covers every window of the program at once, and keeps it so: what opens meanwhile is covered or closed."""

    continue_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: tuple[float, str, str] | None = None
        self._rejected: list[QDialog] = []

    @property
    def covering(self) -> bool:
        """Whether the windows are covered."""
        return self._words is not None

    @staticmethod
    def admit(window: QWidget) -> None:
        """Let this window be seen beside covered ones: it is how one comes back, and shows nothing of a patient."""
        window.setProperty(_ADMITTED, True)

    def cover(self, minutes: float, connection: str, button: str) -> None:
        """Cover all windows, reject all dialogs that were not admitted, close all menus. As for `Cover`."""
        if self._words is not None:
            return
        self._words = (minutes, connection, button)
        self._watch(True)
        windows = [one for one in QApplication.topLevelWidgets() if one.isVisible() and self._concerns(one)]
        for window in windows:
            if not isinstance(window, QDialog):
                self._cover(window)
        _close_popups()
        for window in windows:
            if isinstance(window, QDialog) and window.isVisible():
                _reject(window)

    def take_off(self) -> None:
        """Show the windows again."""
        self._words = None
        self._watch(False)
        for window in QApplication.topLevelWidgets():
            for cover in window.findChildren(Cover):
                cover.take_off()

    def _watch(self, watches: bool) -> None:
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self) if watches else application.removeEventFilter(self)

    def _concerns(self, window: QWidget) -> bool:
        if window.windowType() not in _OWN_WINDOWS:
            return False  # menus, lists that drop down, tooltips
        above: QWidget | None = window
        while above is not None:
            if above.property(_ADMITTED):
                return False
            above = above.parentWidget()
        return True

    def _cover(self, window: QWidget) -> None:
        if self._words is None or any(cover.is_on for cover in window.findChildren(Cover)):
            return
        cover = Cover(window, *self._words)
        cover.continue_wanted.connect(self.continue_wanted)
        cover.quit_wanted.connect(self.quit_wanted)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What is about to be shown is covered first; a dialog never gets to the screen."""
        if (
            event.type() == _TYPE.Show
            and isinstance(watched, QWidget)
            and watched.isWindow()
            and self._concerns(watched)
        ):
            if isinstance(watched, QDialog):
                watched.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
                self._rejected.append(watched)
                QTimer.singleShot(0, self._reject_new)
            else:
                self._cover(watched)
        return False

    @Slot()
    def _reject_new(self) -> None:
        rejected, self._rejected = self._rejected, []
        for dialog in rejected:
            if dialog in QApplication.topLevelWidgets():
                _reject(dialog)
                dialog.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, False)


def _reject(dialog: QDialog) -> None:
    dialog.reject()
    if dialog.isVisible():
        dialog.hide()


def _close_popups() -> None:
    QToolTip.hideText()
    while (popup := QApplication.activePopupWidget()) is not None and popup.close():
        pass


class IdleWarning(PlainLabel):
    """A bar at the top of `window` that counts down: "This window locks in 27 s. Press any key to stay."."""

    def __init__(self, window: QWidget) -> None:
        super().__init__("idleWarning", window)
        self._window = window
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(False)
        self.emphasise()
        self.warn()
        self.setContentsMargins(16, 8, 16, 8)
        self.hide()
        window.installEventFilter(self)

    @Slot(int)
    def show_seconds(self, seconds: int) -> None:
        """So many seconds are left."""
        is_new = not self.isVisible()
        self.setText(self.tr("This window locks in {seconds} s. Press any key to stay.").format(seconds=seconds))
        self._place()
        self.show()
        self.raise_()
        if is_new:  # a screen reader says it once, not each second
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _place(self) -> None:
        self.adjustSize()
        self.move(QPoint((self._window.width() - self.width()) // 2, 8))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle."""
        if event.type() == _TYPE.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)
