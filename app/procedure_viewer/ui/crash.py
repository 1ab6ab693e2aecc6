"""What happens when this program itself fails: a dialog, an empty chart, and a log without health data."""

import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QMessageBox

from procedure_viewer.fhir.outcome import Kind, Problem

_log = logging.getLogger("procedure_viewer.ui")


LARGEST_LOG = 256 * 1024
"""Bytes of a crash log after which a new one is begun; the one before is kept."""


class CrashGuard(QObject):
    """Stands behind `sys.excepthook` and `threading.excepthook`.

    An exception's message may quote what was being read, so only its type and the places in the code are kept.
    """

    _caught = Signal(object, bool)
    """Problem, and whether it happened while the chart was being cleared for an earlier one."""

    def __init__(self, clear_chart: Callable[[], None], show: Callable[[Problem], None], log_file: Path) -> None:
        super().__init__()
        self._clear_chart = clear_chart
        self._show = show
        self._log_file = log_file
        self._clearing = False
        self._plain: QMessageBox | None = None
        # Queued: the hook runs wherever the exception did, maybe in the middle of painting.
        self._caught.connect(self._handle, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over the hooks for uncaught exceptions."""
        sys.excepthook = self.hook
        threading.excepthook = self._thread_hook

    def hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """`sys.excepthook`; Ctrl+C keeps its usual meaning."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        report = describe(kind, trace)
        self._note(report)
        self._caught.emit(Problem(Kind.INTERNAL, technical=report.splitlines()[0]), self._clearing)

    def _thread_hook(self, caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None:
            self.hook(caught.exc_type, caught.exc_value, caught.exc_traceback)

    @Slot(object, bool)
    def _handle(self, problem: Problem, while_clearing: bool) -> None:
        if not while_clearing:  # clearing is not tried again for its own failure, or it would never end
            self._clearing = True
            try:
                self._clear_chart()
            finally:
                self._clearing = False
        try:
            self._show(problem)
        except Exception as error:  # noqa: BLE001 - its own failure is not shown the same way, or it would never end
            self._note(describe(type(error), error.__traceback__))
            self._show_plainly()

    def _show_plainly(self) -> None:
        """Of Qt alone: the program's own files may be gone, which it then fails on wherever it needs one."""
        if self._plain is not None:
            return
        self._plain = QMessageBox(
            QMessageBox.Icon.Critical,
            self.tr("Something went wrong in this program"),
            self.tr("Nothing that Procedure Viewer shows can be relied on now. Please close it and start it again."),
        )
        self._plain.setObjectName("plainFailure")
        self._plain.finished.connect(self._forget_plain)
        self._plain.open()

    @Slot()
    def _forget_plain(self) -> None:
        self._plain = None

    def _note(self, report: str) -> None:
        _log.error("uncaught %s", report)
        try:
            self._log_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._log_file.exists() and self._log_file.stat().st_size > LARGEST_LOG:
                self._log_file.replace(self._log_file.with_name(f"{self._log_file.name}.1"))
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
            with os.fdopen(os.open(self._log_file, flags, 0o600), "a", encoding="utf-8") as file:
                file.write(report + "\n\n")
        except OSError as error:
            _log.error("the crash log could not be written: %s", type(error).__name__)


def describe(kind: type[BaseException], trace: TracebackType | None) -> str:
    """Type, and file, line and function of each frame: no message, no values, no source lines."""
    frames = [f"  {Path(frame.filename).name}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(trace)]
    return "\n".join([f"{kind.__name__} in {frames[-1].strip() if frames else '?'}", *frames])
