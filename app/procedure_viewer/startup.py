"""When the first window was painted, counted from the start of the process."""

import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

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
        system = ctypes.windll.kernel32
        system.GetProcessTimes(
            system.GetCurrentProcess(), *(ctypes.byref(moment) for moment in (created, exited, kernel, user))
        )
        system.GetSystemTimeAsFileTime(ctypes.byref(now))
        ticks = [(moment.dwHighDateTime << 32) + moment.dwLowDateTime for moment in (created, now)]
        return (ticks[1] - ticks[0]) / 10_000
    return (time.monotonic() - _IMPORTED) * 1000


def write_report(path: Path, milliseconds: float) -> None:
    """Write `{"ms", "modules"}`: when the first window was painted and what had been imported by then."""
    path.write_text(json.dumps({"ms": round(milliseconds, 1), "modules": sorted(sys.modules)}), encoding="utf-8")


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
