"""Writing what was ordered: whole or not at all, hashed on the way where it is sealed, with progress, and stoppable."""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from procedure_viewer.export.formats import Format, Order, parts, parts_ahead, record_bytes, record_names
from procedure_viewer.export.manifest import (
    MANIFEST_IN_FOLDER,
    TOLD_APART,
    SealedFile,
    SealedRecord,
    manifest_bytes,
    manifest_of,
)
from procedure_viewer.files.together import NewFile, write_folder, write_together

WORK, BREATH = 0.01, 0.002
"""Seconds of work, and of a pause after it: the window shares one interpreter with the thread that writes."""

T = TypeVar("T")
Progress = Callable[[int, int], None]


class Cancelled(Exception):
    """The writing was stopped; nothing is left of it."""


def write_order(
    path: Path, order: Order, *, replace: bool, progress: Progress, cancelled: Callable[[], bool]
) -> tuple[Path, ...]:
    """Write the file, or for `Format.FILES` the folder, at `path`; returns the paths of what was made, that one first.

    To be called in a thread of its own. `progress` is told how many records are done, of how many. Raises `Cancelled`
    where `cancelled` said so before anything had its name, FileExistsError with the path that is there (a folder is
    never replaced), and OSError; then nothing is left behind, and what was there before is as it was.
    """
    pace = _Pace(order.extract.count, progress, cancelled)
    if order.format is Format.FILES:
        write_folder(path, _folder_files(order, pace))
        return (path,)
    sealed: list[SealedFile] = []
    content = pace.along(parts(order), ahead=parts_ahead(order.format))
    if not order.seal:
        write_together([NewFile(path, content)], replace=replace)
        return (path,)
    manifest = manifest_of(path)
    files = [
        NewFile(path, _sealing(path.name, content, order, sealed)),
        NewFile(manifest, (manifest_bytes(order, sealed) for _ in range(1))),  # made when the file is known
    ]
    write_together(files, replace=replace)
    return path, manifest


def _folder_files(order: Order, pace: "_Pace") -> Iterator[NewFile]:
    sealed: list[SealedFile] = []
    named = zip(record_names(order.extract), order.extract.procedures, strict=True)
    for name, procedure in pace.along(named):
        content = record_bytes(procedure.raw, indent=order.indent)
        if order.seal:
            digest, records = hashlib.sha256(content).hexdigest(), (SealedRecord.of(procedure),)
            sealed.append(SealedFile(name=name, bytes=len(content), sha256=digest, records=records))
        yield NewFile(Path(name), (content,))
    if order.seal:
        yield NewFile(Path(MANIFEST_IN_FOLDER), (manifest_bytes(order, sealed),))


def _sealing(name: str, content: Iterable[bytes], order: Order, sealed: list[SealedFile]) -> Iterator[bytes]:
    """Pass the content on and note what it comes to, once all of it went by."""
    digest, size = hashlib.sha256(), 0
    ahead = parts_ahead(order.format)
    records: list[SealedRecord] = []
    for number, part in enumerate(content):
        digest.update(part)
        size += len(part)
        if order.format in TOLD_APART and number >= ahead:
            records.append(SealedRecord.of(order.extract.procedures[number - ahead]))
        yield part
    sealed.append(SealedFile(name=name, bytes=size, sha256=digest.hexdigest(), records=tuple(records)))


class _Pace:
    """Counts, lets the window have its turn, and listens whether to stop."""

    def __init__(self, total: int, progress: Progress, cancelled: Callable[[], bool]) -> None:
        self._total, self._progress, self._cancelled = total, progress, cancelled

    def along(self, items: Iterable[T], *, ahead: int = 0) -> Iterator[T]:
        """The items; raises `Cancelled` between two of them, also after the last. `ahead` of them are no records."""
        rested = time.monotonic()
        for done, item in enumerate(items, start=1 - ahead):
            yield item
            self._progress(min(done, self._total), self._total)
            if self._cancelled():
                raise Cancelled
            if time.monotonic() - rested > WORK:
                time.sleep(BREATH)
                rested = time.monotonic()
        self._progress(self._total, self._total)  # pages come as one part
