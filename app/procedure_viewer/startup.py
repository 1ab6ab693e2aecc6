"""When the first window was painted, counted from the start of the process, and what keeps it from being sooner."""

import builtins
import gc
import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

_IMPORTED = time.monotonic()


def milliseconds_since_start() -> float:
    """Milliseconds since the operating system started this process (10 ms steps on Linux).

    Where the system isn't asked (macOS), since this module was imported.
    """
    if sys.platform == "linux":
        import os

        # proc(5): field 22, counted after the name in brackets, is the start in clock ticks since boot.
        started = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
        return (time.clock_gettime(time.CLOCK_BOOTTIME) - started) * 1000
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        created, exited, kernel, user, now = (wintypes.FILETIME() for _ in range(5))
        system = ctypes.WinDLL("kernel32")
        system.GetCurrentProcess.restype = wintypes.HANDLE  # as a plain number half of it would be lost
        system.GetProcessTimes.argtypes = [wintypes.HANDLE, *[ctypes.POINTER(wintypes.FILETIME)] * 4]
        times = (ctypes.byref(moment) for moment in (created, exited, kernel, user))
        if not system.GetProcessTimes(system.GetCurrentProcess(), *times):
            raise ctypes.WinError()
        system.GetSystemTimeAsFileTime(ctypes.byref(now))
        ticks = [(moment.dwHighDateTime << 32) + moment.dwLowDateTime for moment in (created, now)]
        return (ticks[1] - ticks[0]) / 10_000
    return (time.monotonic() - _IMPORTED) * 1000


def make_haste() -> None:
    """Take away what only costs time while a program is imported; to be called when PySide6 has just been.

    - PySide6 has each module's source read as it is imported, to see whether it names PySide6, for the sake of its
      `__feature__` switches, which nobody here uses: 35 ms of a start. It keeps Python's own way to import beside
      (`__orig_import__`, as its `feature.py` says); where a later version doesn't, all stays as it is.
    - The collector of cycles goes through all that was imported again and again, and finds nothing: 30 ms. From the
      worker's start on `background.garbage` has it collect in its time.
    """
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
    gc.disable()


class Report:
    """What `--startup-report` writes: `ms` to the first paint, the processor's time of it, what was imported by then.

    With `--find`, which is typed as soon as there is a field to type in, also the milliseconds until it is seen there
    (`typed_ms`), until the window is whole (`whole_ms`), and of the longest step on the way there. `started_s` are the
    seconds from the machine's start to the process's (Linux), for whoever has another clock.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._noted: dict[str, object] = {}

    def note(self, name: str, **further: object) -> None:
        """Note the time of now."""
        if not self._noted:
            self._noted |= {"cpu_ms": round(time.process_time() * 1000, 1), "modules": sorted(sys.modules)}
        self._noted |= {name: round(milliseconds_since_start(), 1), **further}

    def type(self, text: str, field: QWidget) -> None:
        """Type into `field`, as an input method does, and press Enter when it is seen there."""
        self._field = field
        self._seen = FirstPaint(field)
        self._seen.painted.connect(self._enter)
        typed = QInputMethodEvent()
        typed.setCommitString(text)
        QCoreApplication.sendEvent(field, typed)

    def _enter(self) -> None:
        self.note("typed_ms")
        from PySide6.QtCore import Qt  # the rest of the program wants it now, too; typing did not

        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            key = QKeyEvent(kind, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r")
            QCoreApplication.postEvent(self._field, key)

    def write(self) -> None:
        """Write the file. Raises OSError."""
        if sys.platform == "linux":
            self._noted["started_s"] = time.clock_gettime(time.CLOCK_BOOTTIME) - milliseconds_since_start() / 1000
        self._path.write_text(json.dumps(self._noted), encoding="utf-8")


class FirstPaint(QObject):
    """Tells once when a window has been painted for the first time."""

    painted = Signal()

    def __init__(self, window: QObject) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            # Behind this event the children are painted and the window is flushed.
            QTimer.singleShot(0, self.painted.emit)
        return super().eventFilter(watched, event)
