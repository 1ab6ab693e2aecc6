"""Noticing that nobody is at the computer: no key, no mouse, no touch for so many minutes, asleep or awake."""

import math
import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, QTimer, Signal, Slot
from PySide6.QtGui import QInputMethodEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

Clock = Callable[[], float]
"""Seconds since some moment, which also pass while the computer sleeps and never go back."""
WARNING_SECONDS = 30
"""The end of the time without input, counted down."""
CHECK_EVERY = 1_000
"""Milliseconds."""

_TYPE = QEvent.Type
_INPUT = frozenset(
    {
        _TYPE.KeyPress,
        _TYPE.ShortcutOverride,  # all that is seen of a key that is a shortcut
        _TYPE.MouseButtonPress,
        _TYPE.MouseButtonRelease,
        _TYPE.MouseButtonDblClick,
        _TYPE.Wheel,
        _TYPE.TouchBegin,
        _TYPE.TouchUpdate,
        _TYPE.TouchEnd,
        _TYPE.TabletPress,
        _TYPE.TabletMove,
        _TYPE.TabletRelease,
        _TYPE.NativeGesture,
    }
)


class SleepCountingClock:
    """For systems whose monotonic clock stops while the computer sleeps: the wall clock tells how long it slept.

    A wall clock that is set forward makes time pass, too: it may lock too early, never too late.
    """

    def __init__(self, monotonic: Clock = time.monotonic, wall: Clock = time.time) -> None:
        self._monotonic, self._wall = monotonic, wall
        self._seen = (monotonic(), wall())
        self._passed = 0.0

    def __call__(self) -> float:
        now = (self._monotonic(), self._wall())
        self._passed += max(0.0, now[0] - self._seen[0], now[1] - self._seen[1])
        self._seen = now
        return self._passed


def system_clock() -> Clock:
    """The clock of this system that also counts sleep: Linux has one of its own."""
    boot_time: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    if boot_time is None:
        return SleepCountingClock()
    which = boot_time
    return lambda: time.clock_gettime(which)


class IdleWatch(QObject):
    """Watches the input of the whole application, and says once that there was none for too long.

    It watches from `set_minutes` on. After `idle` it is silent until `restart`.
    """

    warning = Signal(int)
    """So many seconds are left; each second of the last WARNING_SECONDS."""
    came_back = Signal()
    """After a warning, somebody did something."""
    idle = Signal()

    def __init__(self, clock: Clock | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock or system_clock()
        self._limit = 0.0
        self._last = self._clock()
        self._warned = False
        self._spent = False
        self._late = False
        self._pointer = QPointF()
        self._timer = QTimer(self)
        self._timer.setInterval(CHECK_EVERY)
        self._timer.timeout.connect(self.check)

    @property
    def watches(self) -> bool:
        """Whether time without input is being counted."""
        return self._timer.isActive()

    def set_minutes(self, minutes: float) -> None:
        """How long nobody may do anything; 0 or less: for ever. What has passed already counts."""
        self._limit = max(0.0, minutes * 60)
        if not self._limit:
            self.stop()
        elif not self.watches and not self._spent:
            self.restart()

    @Slot()
    def restart(self) -> None:
        """Count from now on: somebody has just signed in."""
        self._spent = False
        self._warned = False
        self._last = self._clock()
        if self._limit:
            self._listen(True)

    @Slot()
    def stop(self) -> None:
        """Count no more, until `restart`."""
        self._listen(False)
        self._end_warning()

    def _listen(self, listens: bool) -> None:
        application = QApplication.instance()
        if application is not None and listens != self.watches:
            if listens:
                application.installEventFilter(self)
                self._timer.start()
            else:
                self._timer.stop()
                if not self._late:
                    application.removeEventFilter(self)

    def _end_warning(self) -> None:
        if self._warned:
            self._warned = False
            self.came_back.emit()

    @Slot()
    def check(self) -> None:
        """Look at the clock: warn, or say that the time is over."""
        left = self._last + self._limit - self._clock()
        if not self.watches:
            return
        if left <= 0:
            self._say_idle()
        elif left <= WARNING_SECONDS:
            self._warned = True
            self.warning.emit(math.ceil(left))

    def _say_idle(self) -> None:
        self._spent = True
        self._warned = False
        self._listen(False)
        self.idle.emit()

    def _note_input(self) -> bool:
        """Somebody did something; whether it came too late. A computer that wakes up is not used by who left it."""
        now = self._clock()
        if now - self._last >= self._limit:
            self._late = True
            QTimer.singleShot(0, self._end_of_late_input)
            self._say_idle()
            return True
        self._last = now
        self._end_warning()
        return False

    @Slot()
    def _end_of_late_input(self) -> None:
        """One key comes as several events: with the last of them gone, the next input is for whoever is there now."""
        self._late = False
        application = QApplication.instance()
        if application is not None and not self.watches:
            application.removeEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Every event of the application comes by: what is no input goes on at once; late input goes nowhere."""
        kind = event.type()
        if kind in _INPUT:
            return event.spontaneous() and (self._late or (self.watches and self._note_input()))
        if kind is _TYPE.MouseMove or kind is _TYPE.InputMethod:
            return self.watches and self._is_real(event) and self._note_input()
        return False

    def _is_real(self, event: QEvent) -> bool:
        """Whether the mouse was moved, not a window under it; whether an input method wrote anything."""
        if isinstance(event, QMouseEvent):
            before, self._pointer = self._pointer, event.globalPosition()
            return event.spontaneous() and before != self._pointer
        return isinstance(event, QInputMethodEvent) and bool(event.commitString() or event.preeditString())
