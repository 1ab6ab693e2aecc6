"""Several files, or a folder of them, written all or none."""

import errno
import os
import shutil
import stat
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from procedure_viewer.files.atomic import flush_folder, place, remove, temporary_beside, write_durably
from procedure_viewer.files.flushing import flush_file_system

OWNER_ONLY_FOLDER = 0o700


class NewFile(NamedTuple):
    """A file's name in a folder, or its whole path, and its content part by part."""

    path: Path
    content: Iterable[bytes]


class _Placed(NamedTuple):
    path: Path
    status: os.stat_result
    backup: Path | None
    """What was there before, under another name."""


def write_together(files: Sequence[NewFile], *, replace: bool) -> None:
    """Write files as `write_whole` does, all of them or none; each one's content is asked for when it is its turn.

    All are complete and on the disk before the first gets its name. Where a later one can't get its own, the names of
    those before it are given back: to what was there, or to nothing. An exception out of the content (a cancellation)
    leaves nothing behind either. A file that was there and gets in the way raises FileExistsError with its path, before
    any content is asked for where that can be seen then.
    """
    for path, _ in files:
        _look(path, replace=replace)
    drafts: list[tuple[Path, Path]] = []
    placed: list[_Placed] = []
    try:
        for path, content in files:
            drafts.append((temporary := temporary_beside(path), path))
            write_durably(temporary, content)
        try:
            for temporary, path in drafts:
                placed.append(_placed(temporary, path, replace=replace, keep=path is not drafts[-1][1]))
        except OSError:
            for done in reversed(placed):
                _take_back(done)
            raise
    finally:
        for temporary, _ in drafts:
            remove(temporary)
    for done in placed:
        if done.backup is not None:
            remove(done.backup)
    for folder in {path.parent for _, path in drafts}:
        flush_folder(folder)


def _look(path: Path, *, replace: bool) -> None:
    """What can be known before the work is done: a name that is taken, or too long. Raises OSError."""
    try:
        there = path.lstat()
    except FileNotFoundError:
        return
    if not replace:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    if stat.S_ISDIR(there.st_mode):
        # Set aside under another name, a folder with all that is in it would be lost to its owner.
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))


def _placed(temporary: Path, path: Path, *, replace: bool, keep: bool) -> _Placed:
    """Give a finished file its name; with `keep`, what was there before can be put back."""
    backup = _set_aside(path) if replace and keep else None
    status = temporary.lstat()
    try:
        place(temporary, path, replace=replace)
    except FileExistsError as error:
        raise FileExistsError(error.errno, error.strerror, str(path)) from error
    except OSError:
        if backup is not None:
            with suppress(OSError):
                backup.replace(path)
        raise
    return _Placed(path, status, backup)


def _set_aside(path: Path) -> Path | None:
    """What is at `path` under another name, besides its own where the file system can do that; None for nothing."""
    _look(path, replace=True)
    backup = temporary_beside(path)
    try:
        os.link(path, backup, follow_symlinks=False)
    except FileNotFoundError:
        return None
    except OSError:
        try:
            path.rename(backup)  # no hard links: it has no name of its own for a moment
        except FileNotFoundError:
            return None
    return backup


def _take_back(done: _Placed) -> None:
    """Undo what `_placed` did, unless somebody has put something else there meanwhile."""
    with suppress(OSError):
        if not os.path.samestat(done.status, done.path.lstat()):
            return
        if done.backup is not None:
            done.backup.replace(done.path)
        else:
            done.path.unlink()


def write_folder(folder: Path, files: Iterable[NewFile]) -> None:
    """Make `folder`, which must not be there, with these files in it; their paths are names within it.

    It appears with all files in it or not at all, for its owner alone (mode 0700). Raises FileExistsError for whatever
    is there already, and OSError.
    """
    if os.path.lexists(folder):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(folder))
    temporary = temporary_beside(folder)
    temporary.mkdir(mode=OWNER_ONLY_FOLDER)
    try:
        if sys.platform != "win32":
            with suppress(OSError):
                temporary.chmod(OWNER_ONLY_FOLDER)  # whatever the umask took from the owner
        for path, content in files:
            # Ten thousand files are flushed at once: one by one takes minutes on a slow disk.
            write_durably(temporary / path.name, content, flush=sys.platform == "win32")
        flush_file_system(temporary)
        _name_folder(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    flush_folder(folder.parent)


def _name_folder(temporary: Path, folder: Path) -> None:
    """Give a finished folder its name. Elsewhere than on Windows an empty folder of that name would be replaced in
    silence: so the name is taken first, which only one of several can do."""
    if sys.platform == "win32":
        temporary.rename(folder)
        return
    folder.mkdir(mode=OWNER_ONLY_FOLDER)
    try:
        temporary.rename(folder)
    except OSError:
        with suppress(OSError):
            folder.rmdir()
        raise
