"""One process at a time: a lock on a file, which the operating system frees when its holder ends, however that ends."""

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

PATIENCE = 5.0
"""Seconds to wait for another holder, who needs a few milliseconds unless it is stopped."""
_PAUSE = 0.01
"""Seconds between two tries: neither system can wait for a lock with a limit."""
_HELD = frozenset({errno.EAGAIN, errno.EACCES})


@contextmanager
def locked(path: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock on `path`, an empty file that is made where it is missing and stays: removing it would let two in.

    Threads of one process exclude each other, too; who holds it must not ask for it again. Raises TimeoutError when
    another held it for `patience` seconds, any other OSError when the file can't be made or locked.
    """
    flags = os.O_RDWR | os.O_CREAT
    for name in ("O_NOFOLLOW", "O_CLOEXEC", "O_NOINHERIT"):  # each known to some systems only
        flags |= getattr(os, name, 0)
    descriptor = os.open(path, flags, 0o600)
    try:
        until = time.monotonic() + patience
        while not _taken(descriptor):
            if time.monotonic() >= until:
                raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT), str(path))
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(descriptor)  # which frees the lock


def _taken(descriptor: int) -> bool:
    """Take the lock, unless it is held."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _HELD:
            return False
        raise
    return True
