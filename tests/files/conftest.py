"""Folders that other users reach."""

import os
import sys
from pathlib import Path

import pytest


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    """A folder that another user can reach: pytest's own are closed to others."""
    if sys.platform == "win32" or os.getuid() != 0:
        pytest.skip("only root can act as another user")
    for folder in (tmp_path, *tmp_path.parents):
        if folder.owner() == "root" and folder.name.startswith(("pytest-", "popen-", tmp_path.name)):
            folder.chmod(folder.stat().st_mode | 0o055)
    return tmp_path
