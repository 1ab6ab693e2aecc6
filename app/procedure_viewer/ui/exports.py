"""The files that one window writes: each has an end, and each end is told."""

from collections import deque
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from procedure_viewer.background.gateway import Gateway, Reply
from procedure_viewer.background.requests import Scope, WriteFile
from procedure_viewer.fhir.outcome import Problem
from procedure_viewer.ui.waiting import Waiting


class Exports(QObject):
    """Writes one file after the other."""

    exported = Signal(object)
    """WriteFile: the request whose file was written."""
    failed = Signal(object, object)
    """WriteFile and the Problem that kept its file from being written."""
    ended = Signal()
    """Every file that was to be written was, or was not, and each has been said."""

    def __init__(self, gateway: Gateway, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting = Waiting(gateway)
        self._queue: deque[WriteFile] = deque()
        gateway.succeeded.connect(self._on_succeeded)
        gateway.failed.connect(self._on_failed)

    @property
    def busy(self) -> bool:
        """Whether a file is being written, or is to be."""
        return Scope.EXPORT in self._waiting or bool(self._queue)

    def write(self, path: Path, content: bytes, *, replace: bool) -> WriteFile:
        """Write a file in the background, after those asked for before."""
        request = WriteFile(path=path, content=content, replace=replace)
        self._queue.append(request)
        self._write_next()
        return request

    @Slot(object)
    def _on_succeeded(self, reply: Reply) -> None:
        request = self._waiting.settle(reply, None)
        if request is not None:
            self.exported.emit(request)
            self._go_on()

    @Slot(object)
    def _on_failed(self, reply: Reply) -> None:
        request = self._waiting.settle(reply, None)
        if request is not None and isinstance(reply.payload, Problem):
            self.failed.emit(request, reply.payload)
            self._go_on()

    def _write_next(self) -> None:
        if self._queue and Scope.EXPORT not in self._waiting:
            self._waiting.submit(self._queue.popleft())

    def _go_on(self) -> None:
        self._write_next()
        if not self.busy:
            self.ended.emit()
