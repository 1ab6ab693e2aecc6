"""What was found, said as it is found, and counted."""

import sys
import time
from collections.abc import Callable

_failed: list[str] = []


def about(subject: str) -> None:
    """A heading."""
    _say(f"\n{subject}")


def holds(well: bool, words: str) -> None:
    """Note whether it holds."""
    _say(f"  [ok] {words}" if well else f"  [!!] {words}")
    if not well:
        _failed.append(words)


def equal(found: object, wanted: object, words: str) -> None:
    """Note whether this is what it should be."""
    holds(found == wanted, f"{words}: {found}" if found == wanted else f"{words}: {found}, not {wanted}")


def becomes(look: Callable[[], bool], words: str, seconds: float = 60) -> None:
    """Note whether it comes about in that time."""
    until = time.monotonic() + seconds
    while not look() and time.monotonic() < until:
        time.sleep(0.05)
    holds(look(), words)


def conclusion() -> int:
    """The exit status."""
    _say(f"\n{len(_failed)} did not hold." if _failed else "\nAll of it held.")
    return 1 if _failed else 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
