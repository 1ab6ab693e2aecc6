"""A lock keeps others out while its holder lives, and no longer."""

import subprocess
import sys
from pathlib import Path

import pytest

from procedure_viewer.settings.lock import locked

HOLDS_IT = """
import sys
from pathlib import Path
from procedure_viewer.settings.lock import locked

with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_it_is_refused_while_another_holds_it_and_free_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locked(path), pytest.raises(TimeoutError), locked(path, patience=0):
        pytest.fail("two hold it")
    with locked(path, patience=0):
        assert path.exists()


def test_a_process_that_is_killed_leaves_it_free(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS_IT, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(TimeoutError), locked(path, patience=0):
            pytest.fail("two hold it")
        holder.kill()
    with locked(path, patience=0):
        pass


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), locked(tmp_path / "missing" / "lock"):
        pytest.fail("nothing to hold")
