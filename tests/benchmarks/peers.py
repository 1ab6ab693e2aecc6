"""The peers, each in an environment of its own, and what they are asked to do there.

Environments are made once, under `.bench`, by the same means as the project's own (`venv` and pip); what is installed
stands in `peers.txt`. What can't be had is remembered with its reason until that line changes, or `.bench` is removed.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.figures import Series

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".bench"
PINNED = Path(__file__).with_name("peers.txt")
SECONDS_TO_INSTALL = 600
SECONDS_TO_RUN = 120
_LONGEST_REASON = 100


class NotHad(Exception):
    """A peer is not there; the message says why."""


def pinned() -> dict[str, list[str]]:
    """What each environment holds, by its name."""
    lines = (line for line in PINNED.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    return {name: wanted.split() for name, _, wanted in (line.partition(":") for line in lines)}


def install() -> None:
    """Make every environment that is not there yet, and say what can't be had."""
    for name in pinned():
        try:
            python_of(name)
        except NotHad as reason:
            print(f"{name}: {reason}", file=sys.stderr)  # noqa: T201


def python_of(name: str) -> Path:
    """The interpreter of a peer's environment, which is made where it is missing; raises `NotHad`."""
    folder, wanted = FOLDER / name, " ".join(pinned()[name])
    python, stamp = folder / "bin" / "python", folder / "stamp.json"
    if stamp.exists():
        known = json.loads(stamp.read_text(encoding="utf-8"))
        if known["wanted"] == wanted:
            if known["reason"]:
                raise NotHad(known["reason"])
            return python
    print(f"Installing {wanted}...", flush=True)  # noqa: T201
    reason = _made(folder, python, wanted.split())
    folder.mkdir(parents=True, exist_ok=True)
    stamp.write_text(json.dumps({"wanted": wanted, "reason": reason}), encoding="utf-8")
    if reason:
        raise NotHad(reason)
    return python


def _made(folder: Path, python: Path, wanted: Sequence[str]) -> str:
    """Make an environment; returns why that failed, or ""."""
    pip = (str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", "install", *wanted)
    for command in ((sys.executable, "-m", "venv", "--clear", str(folder)), pip):
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS_TO_INSTALL)
        except subprocess.CalledProcessError as error:
            return f"could not be installed: {_reason_in(error.stderr)}"
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"could not be installed: {type(error).__name__}"
    return ""


def run(peer: str, script: str, *arguments: str) -> tuple[Series, float]:
    """Have a peer's script measure; returns its numbers, and the megabytes that it took where it tells."""
    try:
        python = python_of(peer)
    except NotHad as reason:
        return Series(named(peer), [], str(reason)), 0
    command = [str(python), str(Path(__file__).with_name(script)), *arguments]
    try:
        finished = subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS_TO_RUN)
        told = json.loads(finished.stdout.splitlines()[-1])
        return Series(named(peer), told["numbers"]), told.get("memory", 0)
    except subprocess.CalledProcessError as error:
        return Series(named(peer), [], f"it failed: {_reason_in(error.stderr)}"), 0
    except (OSError, subprocess.TimeoutExpired, ValueError, LookupError) as error:
        return Series(named(peer), [], f"it failed: {type(error).__name__}"), 0


def named(peer: str) -> str:
    """A peer with its version."""
    return f"{peer} {pinned()[peer][0].partition('==')[2]}"


def _reason_in(words: str) -> str:
    """The last line of what a program complained, without what is of this machine only."""
    lines = [line.strip() for line in words.splitlines() if "error" in line.lower()] or words.strip().splitlines()
    last = lines[-1] if lines else "it said nothing"
    return " ".join(last.replace(str(ROOT), "…").split())[:_LONGEST_REASON]


if __name__ == "__main__":
    install()
