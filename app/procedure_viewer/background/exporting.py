"""Writing an export from inside the loop: on a thread of its own, with progress, and stopped without remains."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from procedure_viewer.background.reasons import os_words
from procedure_viewer.background.requests import ExportProgress, WriteExport
from procedure_viewer.export.writing import Cancelled, write_order
from procedure_viewer.fhir.outcome import Failure, Kind, Problem

BETWEEN_REPORTS = 0.05
"""Seconds between two reports of progress: a window that is told of every record does nothing else."""


async def write_export(
    request: WriteExport, report: Callable[[object], None], see_to: Callable[["asyncio.Future[tuple[Path, ...]]"], None]
) -> tuple[Path, ...]:
    """Write the file; () where the request was stopped before anything was in its place. Raises Failure.

    A task that is cancelled leaves no half of a file either: `see_to` is then given what is still to be waited for.
    """
    loop = asyncio.get_running_loop()
    last = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal last
        if (now := monotonic()) - last >= BETWEEN_REPORTS:
            last = now
            loop.call_soon_threadsafe(report, ExportProgress(done, total))

    def write() -> tuple[Path, ...]:
        try:
            return write_order(
                request.path,
                request.order,
                replace=request.replace,
                progress=progress,
                cancelled=request.stop.is_set,
            )
        except Cancelled:
            return ()

    writing = loop.run_in_executor(None, write)
    try:
        return await asyncio.shield(writing)
    except asyncio.CancelledError:
        request.stop.set()
        see_to(writing)
        raise
    except FileExistsError as error:
        raise Failure(Problem(Kind.FILE_EXISTS, technical=os_words(error))) from error
    except OSError as error:
        raise Failure(Problem(Kind.FILE, technical=os_words(error))) from error
