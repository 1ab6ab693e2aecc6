"""An empty window, timed as the program times itself: what Python and Qt cost alone.

`python bare_window.py FILE` writes the milliseconds from the start of the process to the first paint, and quits;
without a FILE it stays, for whoever looks from outside. The clock is written out again (see
procedure_viewer.startup) so that nothing of the program is imported.
"""

import json
import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow


def milliseconds_since_start() -> float:
    """Milliseconds since the operating system started this process."""
    started = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
    return (time.clock_gettime(time.CLOCK_BOOTTIME) - started) * 1000


class FirstPaint(QObject):
    """Writes the report behind the window's first paint event, when it has been painted and flushed."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._report)
        return super().eventFilter(watched, event)

    def _report(self) -> None:
        Path(sys.argv[1]).write_text(json.dumps({"ms": milliseconds_since_start()}), encoding="utf-8")
        QCoreApplication.exit(0)


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    window = QMainWindow()
    window.resize(1280, 800)
    first_paint = FirstPaint()
    if len(sys.argv) > 1:
        window.installEventFilter(first_paint)
    window.show()
    sys.exit(application.exec())
