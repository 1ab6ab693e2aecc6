"""The files that one window writes: each has an end, and each end is told."""

from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from procedure_viewer.background.gateway import Gateway, Reply
from procedure_viewer.background.requests import ExportProgress, WriteExport
from procedure_viewer.fhir.outcome import Kind, Problem
from procedure_viewer.ui.slices import Slices
from procedure_viewer.ui.waiting import Waiting

if TYPE_CHECKING:
    # Imported for the first export: see ARCHITECTURE, Start-up.
    from procedure_viewer.export.formats import Order
    from procedure_viewer.printing.paper import Paper


@dataclass(frozen=True, slots=True, eq=False)
class ExportJob:
    """One file, or folder of files, that is to be written. Two jobs are never the same, whatever they are about."""

    path: Path
    order: "Order"
    replace: bool
    paper: "Paper | None"
    """The pages of a PDF; None for every other format."""
    stop: Event
    """Set when nobody wants the file any more."""


class Exports(QObject):
    """Writes one after the other. Pages are laid out here, some milliseconds at a time; the disk is the worker's."""

    exported = Signal(object)
    """ExportJob: what was written."""
    failed = Signal(object, object)
    """ExportJob, and the Problem that kept it from being written."""
    cancelled = Signal(object)
    """ExportJob: what was stopped; nothing is left of it."""
    progressed = Signal(object, int, int)
    """ExportJob, how many steps of it are done, and of how many."""
    ended = Signal()
    """Everything that was to be written was, or was not, and each has been said."""

    def __init__(self, gateway: Gateway, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting = Waiting(gateway)
        self._queue: deque[ExportJob] = deque()
        self._current: ExportJob | None = None
        self._pages = Slices(self)
        self._start = QTimer(self)
        self._start.setSingleShot(True)
        self._start.setInterval(0)
        self._start.timeout.connect(self._begin)
        gateway.page.connect(self._on_page)
        gateway.succeeded.connect(self._on_succeeded)
        gateway.failed.connect(self._on_failed)

    @property
    def busy(self) -> bool:
        """Whether something is being written, or is to be."""
        return self._current is not None or bool(self._queue)

    def write(self, path: Path, order: "Order", *, replace: bool, paper: "Paper | None" = None) -> ExportJob:
        """Write a file in the background, after those asked for before; a PDF needs its `paper`.

        Nothing is told of the job before this has returned.
        """
        job = ExportJob(path, order, replace, paper, Event())
        self._queue.append(job)
        self._start.start()
        return job

    def cancel(self) -> None:
        """Stop what is being written, and what waits for it. What is in its place already stays, and is said so."""
        for job in (self._current, *self._queue):
            if job is not None:
                job.stop.set()

    @Slot()
    def _begin(self) -> None:
        if self._current is None and self._queue:
            self._begin_next()

    def _begin_next(self) -> None:
        self._current = job = self._queue.popleft() if self._queue else None
        if job is None:
            self.ended.emit()
        elif job.stop.is_set():
            self._end(job, lambda: self.cancelled.emit(job))
        elif job.paper is not None:
            self._pages.start(self._on_paper(job, job.paper))
        else:
            self._submit(job, job.order)

    def _submit(self, job: ExportJob, order: "Order") -> None:
        self._waiting.submit(WriteExport(path=job.path, order=order, replace=job.replace, stop=job.stop))

    def _on_paper(self, job: ExportJob, paper: "Paper") -> Iterator[None]:
        """Lay the pages out, where no preview has done so, and have them written; in steps."""
        from procedure_viewer.printing.pdf import pdf_in_steps

        try:
            if not paper.page_count:
                yield from self._watched(job, paper, paper.laying_out())
            content = yield from self._watched(job, paper, pdf_in_steps(paper))
        except Exception as error:  # noqa: BLE001 - whatever it is, the job must not wait for ever
            problem = Problem(Kind.INTERNAL, technical=type(error).__name__)
            self._end(job, lambda: self.failed.emit(job, problem))
            return
        if content is None:
            self._end(job, lambda: self.cancelled.emit(job))
        else:
            self._submit(job, replace(job.order, pdf=content))

    def _watched(self, job: ExportJob, paper: "Paper", work: Iterator[None]) -> Generator[None, None, bytes | None]:
        """Go through `work` and tell how far it is; None where the job was stopped meanwhile, or there is no result."""
        while not job.stop.is_set():
            try:
                next(work)
            except StopIteration as end:
                return end.value if isinstance(end.value, bytes) else None
            self.progressed.emit(job, *paper.progress)
            yield
        return None

    def _end(self, job: ExportJob, tell: Callable[[], None]) -> None:
        tell()
        if job is self._current:
            self._begin_next()

    @Slot(object)
    def _on_page(self, reply: Reply) -> None:
        job = self._current
        if job is not None and self._waiting.expects(reply, None) and isinstance(reply.payload, ExportProgress):
            self.progressed.emit(job, reply.payload.done, reply.payload.total)

    @Slot(object)
    def _on_succeeded(self, reply: Reply) -> None:
        job = self._current
        if job is not None and self._waiting.settle(reply, None) is not None:
            written = self.exported if reply.payload else self.cancelled
            self._end(job, lambda: written.emit(job))

    @Slot(object)
    def _on_failed(self, reply: Reply) -> None:
        job, problem = self._current, reply.payload
        if job is not None and self._waiting.settle(reply, None) is not None and isinstance(problem, Problem):
            self._end(job, lambda: self.failed.emit(job, problem))
