"""The trial of the package in a clean system notices what doesn't hold: its shell functions, by themselves."""

import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Debian's package is tried on Debian")

SCRIPT = (ROOT / "packaging/debian/try-within.sh").read_text(encoding="utf-8")


def status_of(call: str, found: Path) -> int:
    """Run one of the script's functions as the script would, and one command behind it."""
    functions = SCRIPT[SCRIPT.index("step() {") : SCRIPT.index("runtime=")]
    script = f"set -eu\nfound='{found}'\n{functions}\n{call}\nexit 0\n"
    return subprocess.run(["sh", "-c", script], check=False, capture_output=True).returncode


@pytest.mark.parametrize(
    ("tour", "status"),
    [
        ('{"steps": [\n{"ok": true}],\n"complete": true}', 0),
        ('{"steps": [\n{"ok": true},\n{"ok": false}],\n"complete": true}', 1),
        ('{"steps": [\n{"ok": true}],\n"complete": false}', 1),
        ("", 1),
    ],
)
def test_a_step_of_a_tour_that_did_not_hold_ends_the_trial(tour: str, status: int, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x/tour.json").write_text(tour)
    assert status_of("held x", tmp_path) == status


@pytest.mark.parametrize(("command", "status"), [("sh -c 'exit 2'", 0), ("true", 1), ("sh -c 'exit 139'", 1)])
def test_a_refusal_has_the_status_of_one(command: str, status: int, tmp_path: Path) -> None:
    assert status_of(f"ends_with 2 {command}", tmp_path) == status


def test_the_mirror_is_the_one_that_has_a_whole_system(tmp_path: Path) -> None:
    """Not that of security fixes, which may come first. What apt knows is this test's own: machines differ in it."""
    here = platform.freedesktop_os_release()["VERSION_CODENAME"]
    apt = tmp_path / "apt-get"
    apt.write_text(f"#!/bin/sh\necho {here}-security http://a.example/\necho {here} http://b.example/\n")
    apt.chmod(0o755)
    script = ROOT / "packaging/mirror.sh"
    said = subprocess.run(
        ["sh", script], env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, check=True, capture_output=True, text=True
    )
    assert said.stdout == "http://b.example/\n"


def test_a_package_that_could_not_be_made_ends_its_script(tmp_path: Path) -> None:
    """In a copy of the script's folder, whose maker of packages fails; what checks the package is not reached."""
    (tmp_path / "packaging/debian").mkdir(parents=True)
    (tmp_path / "build/freezer/bin").mkdir(parents=True)
    (tmp_path / "build/freezer/bin/python").write_text("#!/bin/sh\necho half a package\nexit 3\n")
    (tmp_path / "build/freezer/bin/python").chmod(0o755)
    for name in ("moment.sh", "debian/build.sh"):
        shutil.copy(ROOT / "packaging" / name, tmp_path / "packaging" / name)
    (tmp_path / "CHANGELOG.md").touch()
    script = tmp_path / "packaging/debian/build.sh"
    done = subprocess.run(["sh", script], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (3, "", "")
