"""When the demo server ends: with whoever started it.

A parent holds the other end of a pipe that is our standard input. However it ends, the system closes that pipe, and we
read its end here; no signal and no process id is needed, and nothing is left behind by a parent that was killed.
"""

import os
import stat
import threading
from collections.abc import Callable
from contextlib import suppress

_STDIN = 0


class NoStandardInput(OSError):
    """Standard input was closed before we started, so that nobody can tell us when to end."""


def standard_input_is_held() -> bool:
    """Whether somebody holds the other end of our standard input: a pipe or a socket, no terminal and no file.

    A terminal ends us by its own signals (and reading from it would stop a job in the background); with `< /dev/null`
    or a file there is nothing to wait for. Raises `NoStandardInput`.
    """
    try:
        mode = os.fstat(_STDIN).st_mode
    except OSError as error:
        raise NoStandardInput from error
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def when_standard_input_ends(call: Callable[[], None]) -> None:
    """Call `call` once, in a thread of its own, when the other end of standard input is closed."""

    def wait() -> None:
        # A broken pipe is an ended one.
        with suppress(OSError):
            # Not sys.stdin: a daemon thread inside its buffer would make the interpreter abort while it shuts down.
            while os.read(_STDIN, 4096):
                pass
        call()

    threading.Thread(target=wait, name="standard input", daemon=True).start()
