"""An installed wheel, run from an unrelated folder, has all that it needs."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=100,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_is_small_and_holds_the_icons(wheel: Path) -> None:
    assert wheel.stat().st_size < 2_000_000
    names = zipfile.ZipFile(wheel).namelist()
    assert "procedure_viewer/resources/icons/status-completed.svg" in names
    assert not [name for name in names if name.startswith(("app/", "tests/"))]


def test_the_tour_runs_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    installed, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    zipfile.ZipFile(wheel).extractall(installed)
    environment = {**os.environ, "PYTHONPATH": str(installed), "QT_QPA_PLATFORM": "offscreen"}
    where = subprocess.run(
        [sys.executable, "-c", "import procedure_viewer; print(procedure_viewer.__file__)"],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        cwd=elsewhere,
    )
    assert where.stdout.startswith(str(installed))
    result = subprocess.run(
        [sys.executable, "-m", "procedure_viewer", "--demo", "--tour", "tour"],
        capture_output=True,
        timeout=100,
        env=environment,
        cwd=elsewhere,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert json.loads((elsewhere / "tour" / "tour.json").read_text())["complete"] is True
