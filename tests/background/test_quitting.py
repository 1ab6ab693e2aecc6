"""Start and quit with requests in flight, as a program of its own: the process ends well and Qt has nothing to say."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.background.quitting_child import Case

PROCESSES = 10
CYCLES = 3
"""Thirty times in all; a process for each would mostly measure the imports."""
ROOT = Path(__file__).resolve().parents[2]


def run_child(*cases: Case) -> tuple[int, str]:
    """The exit status and everything that the process said."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.background.quitting_child", *cases],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout


def test_thirty_times_with_requests_in_every_phase() -> None:
    with ThreadPoolExecutor(max_workers=2) as pool:
        batches = [[Case.REQUESTS] * CYCLES] * PROCESSES
        assert list(pool.map(lambda cases: run_child(*cases), batches)) == [(0, "")] * PROCESSES


@pytest.mark.parametrize("case", [Case.PAGES, Case.FORGOTTEN])
def test_quietly(case: Case) -> None:
    assert run_child(case) == (0, "")


def test_with_a_job_that_ignores_its_cancellation() -> None:
    assert run_child(Case.STUBBORN) == (0, "at the end of the loop: 1 tasks abandoned\n")


def test_with_a_job_that_blocks_the_loop_for_ever() -> None:
    """Shutdown says that it did not end; the process ends all the same, and doesn't abort."""
    assert run_child(Case.BLOCKED) == (0, "")


def test_in_every_order() -> None:
    assert run_child(Case.PAGES, Case.REQUESTS, Case.BLOCKED, Case.REQUESTS) == (0, "")
