"""Seeing many files onto the disk at once."""

import ctypes
import os
import sys
from pathlib import Path


def flush_file_system(folder: Path) -> None:
    """Flush all that was written to the file system that `folder` is on. Windows can't: flush each file there.

    Linux can flush one file system by itself (syncfs), and says when something could not be written. Flushing all of
    them, as is done elsewhere, would wait for a network share that went away. Raises OSError.
    """
    if sys.platform == "win32":
        return
    if sys.platform != "linux":
        os.sync()
        return
    library = ctypes.CDLL(None, use_errno=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if library.syncfs(descriptor) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(folder))
    finally:
        os.close(descriptor)
