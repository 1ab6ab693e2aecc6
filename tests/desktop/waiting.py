"""Waiting for what another process does."""

import time
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")

PATIENCE = 30.0
"""Seconds after which something that a test waits for is taken to never happen."""
_LOOK_AGAIN = 0.02


def eventually(look: Callable[[], Seen], what: str, patience: float = PATIENCE) -> Seen:
    """What `look` returns as soon as that is true; it is asked again and again until then."""
    deadline = time.monotonic() + patience
    while not (seen := look()):
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(_LOOK_AGAIN)
    return seen


def soon(look: Callable[[], Seen], seconds: float = 1.0) -> Seen:
    """What `look` returns as soon as that is true, or after so many seconds."""
    deadline = time.monotonic() + seconds
    while not (seen := look()) and time.monotonic() < deadline:
        time.sleep(_LOOK_AGAIN)
    return seen
