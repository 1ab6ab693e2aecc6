"""Places that can't be written to for real: mounts, where the machine lets one make them."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def tiny_disk(folder: Path, size: str) -> Iterator[Path]:
    """An empty file system in memory of so few bytes ("64k"), mounted at `folder`."""
    folder.mkdir(parents=True)
    with _mounted("-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder):
        yield folder


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[Path]:
    """`folder` with all that is in it, mounted over itself so that not even root can write there."""
    with _mounted("--bind", folder, folder), _mounted("-o", "remount,bind,ro", folder, folder, unmount=False):
        yield folder


@contextlib.contextmanager
def _mounted(*arguments: str | Path, unmount: bool = True) -> Iterator[None]:
    if sys.platform != "linux":
        pytest.skip("mounts are made as on Linux")
    made = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        pytest.skip(f"this machine lets nobody mount: {made.stderr.strip()}")
    try:
        yield
    finally:
        if unmount:
            subprocess.run(["umount", arguments[-1]], check=True)
