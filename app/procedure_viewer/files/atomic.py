"""Files that are written whole or not at all, readable by their owner alone.

Everything the program leaves on disk goes through here: an export may hold health data, the settings must survive a
full disk or a power cut. `files.together` does the same for several files and for folders.
"""

import os
import secrets
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

OWNER_ONLY = 0o600


def write_whole(path: Path, content: bytes, *, replace: bool) -> None:
    """Make `path` a file that holds `content`, with mode 0600 whatever the umask and whatever was there before.

    The content is complete and on the disk under another name in the same folder before `path` appears. Without
    `replace`, an existing `path` (also a dangling symbolic link, also one made at the same moment by somebody else)
    raises FileExistsError and stays as it was. With `replace`, a symbolic link at `path` is itself replaced and the
    file that it points to stays untouched: nobody can steer an export into another file by planting a link.

    Raises OSError (FileNotFoundError, PermissionError, "No space left on device"...); then nothing is left behind.
    Windows has no owner-only mode bits: there the folder's access list decides who can read the file.
    """
    temporary = temporary_beside(path)
    try:
        write_durably(temporary, (content,))
        place(temporary, path, replace=replace)
    finally:
        remove(temporary)
    flush_folder(path.parent)


def temporary_beside(path: Path) -> Path:
    """A name in the same folder that nothing has. It says nothing about the content: it may outlive a power cut."""
    return path.with_name(f".procedure-viewer-{secrets.token_hex(8)}.part")


def remove(path: Path) -> None:
    """Take a leftover away. One that can't be must not hide the error that matters, or fail a write that was good."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


def write_durably(path: Path, content: Iterable[bytes], *, flush: bool = True) -> None:
    """Create `path` and see its content onto the disk, or with `flush` off leave that to the caller.

    Not tempfile.mkstemp, which retries for minutes where Windows denies access to the folder, and leaves an unreadable
    file under a strict umask.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    for name in ("O_NOFOLLOW", "O_CLOEXEC", "O_BINARY", "O_NOINHERIT"):  # each known to some systems only
        flags |= getattr(os, name, 0)
    with os.fdopen(os.open(path, flags, OWNER_ONLY), "wb") as file:
        _allow_owner(file.fileno())
        for part in content:
            file.write(part)
        file.flush()
        if flush:
            os.fsync(file.fileno())


def _allow_owner(descriptor: int) -> None:
    """Give back what the umask took from the owner; it can only have taken."""
    if sys.platform == "win32":
        return
    if stat.S_IMODE(os.fstat(descriptor).st_mode) != OWNER_ONLY:
        # FAT and some network shares have no modes and refuse to set one; the person chose to write there.
        with suppress(OSError):
            os.fchmod(descriptor, OWNER_ONLY)


def place(temporary: Path, path: Path, *, replace: bool) -> None:
    """Give a finished file its name; without `replace` only where nothing has that name already."""
    if replace:
        temporary.replace(path)
        return
    if sys.platform == "win32":
        temporary.rename(path)  # there, rename never overwrites
        return
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:
        # FAT and some network shares have no hard links, and each says so with another error number.
        _place_by_claiming(temporary, path)


def _place_by_claiming(temporary: Path, path: Path) -> None:
    """Take the name with an empty file, which only one of several can do, then put the finished file over it."""
    claim = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    try:
        claimed = os.fstat(claim)
    finally:
        os.close(claim)
    try:
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            if os.path.samestat(claimed, path.lstat()):
                path.unlink()
        raise


def flush_folder(folder: Path) -> None:
    """See the new name onto the disk, where that can be done: Windows can't open a folder, some network shares can't
    flush one, a drop-box folder can't be read. The file is whole and in place, so that none of it is a failure."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
