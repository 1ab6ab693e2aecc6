"""The workflows of releases and checks: there is no runner here, so they are read, and what they call is looked for."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from procedure_viewer import __version__
from tests.conftest import ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
FILE = re.compile(r"(?<![\w/])(?:\.ci|packaging)/[\w./-]+")
TARGET = re.compile(r"^make ([a-z-]+)", re.MULTILINE)
CHECK_TAG = ROOT / "packaging/check_tag.sh"


def parsed(workflow: Path) -> dict[Any, Any]:
    content = yaml.safe_load(workflow.read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def commands(workflow: Path) -> str:
    jobs = parsed(workflow)["jobs"].values()
    return "\n".join(step["run"] for job in jobs for step in job["steps"] if "run" in step)


def test_they_are_there() -> None:
    assert [workflow.name for workflow in WORKFLOWS] == ["ci.yml", "release.yml"]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_everything_they_call_is_there(workflow: Path) -> None:
    said = commands(workflow)
    called = FILE.findall(said)
    assert called
    assert [name for name in called if not (ROOT / name).is_file()] == []
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(TARGET.findall(said)) <= targets


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_job_has_the_rights_that_it_needs_and_no_more(workflow: Path) -> None:
    content = parsed(workflow)
    assert content["permissions"] == {}
    for name, job in content["jobs"].items():
        if name != "release":
            assert job["permissions"] == {"contents": "read"}
    # Where keys are, nothing of a pull request runs.
    assert "pull_request_target" not in content[True]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_no_address_stands_in_them(workflow: Path) -> None:
    """What is fetched comes by the tools' own settings; a signature's clock is a variable of the repository."""
    assert "://" not in workflow.read_text(encoding="utf-8")


def test_zizmor_finds_nothing() -> None:
    """Actions by their commits, no rights too many, nothing of others' in a command, no key left lying about."""
    zizmor = Path(sys.executable).with_name("zizmor")
    found = subprocess.run(
        [zizmor, "--offline", "--no-progress", "--pedantic", *WORKFLOWS],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert found.returncode == 0, found.stdout


def test_signing_is_left_out_without_keys() -> None:
    jobs = parsed(ROOT / ".github/workflows/release.yml")["jobs"]
    with_keys = [step for job in jobs.values() for step in job["steps"] if "secrets." in str(step.get("env", ""))]
    assert len(with_keys) == 2
    assert {step["if"] for step in with_keys} == {"env.HAS_CERTIFICATE == 'true'"}


def test_a_release_is_a_draft_of_all_three_systems_packages() -> None:
    release = parsed(ROOT / ".github/workflows/release.yml")["jobs"]["release"]
    assert set(release["needs"]) == {"linux", "windows", "macos"}
    assert release["if"] == "github.ref_type == 'tag'"
    (created,) = (step["run"] for step in release["steps"] if "gh release create" in step.get("run", ""))
    assert " --draft --verify-tag " in created


@pytest.mark.parametrize(("tag", "fits"), [(f"v{__version__}", True), ("v99.0.0", False), (__version__, False)])
def test_a_release_has_the_version_of_the_program(tag: str, fits: bool) -> None:
    done = subprocess.run(["sh", CHECK_TAG, tag], capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode == 0) is fits
    assert bool(done.stderr) is not fits


def test_the_version_stands_in_one_place() -> None:
    scripts = [
        path
        for path in (ROOT / "packaging").rglob("*")
        if path.suffix in (".sh", ".ps1", ".py", ".nsi", ".nsh", ".spec", ".plist", ".xml", ".yml")
    ]
    elsewhere = [path.name for path in [*scripts, *WORKFLOWS] if f'"{__version__}"' in path.read_text(encoding="utf-8")]
    assert elsewhere == []
