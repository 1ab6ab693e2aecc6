"""The real program, closed by its window's cross while requests are under way: how long until its process is gone.

`python -m tests.benchmarks.quitting RUNS FOLDER` prints JSON; DISPLAY has to be a display of its own, and FOLDER has
its screen.
"""

import os
import select
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figures import Comparison, Mark, told
from tests.benchmarks.serving import Serving, serving
from tests.desktop.display import Display
from tests.desktop.program import SECONDS_TO_END, Program, started
from tests.desktop.waiting import eventually

DELAY = 30_000
"""Milliseconds that the server takes, which is longer than anybody waits who closes a window."""
MARK = Mark(more=150)


def until_it_is_gone(program: Program, window: str) -> float:
    """Milliseconds from the click on the cross."""
    # `Popen.wait` with a limit looks again only every 50 ms.
    process = os.pidfd_open(program.process.pid)
    try:
        since = time.perf_counter()
        program.display.ask_to_close(window)
        ended, _, _ = select.select([process], [], [], SECONDS_TO_END)
        taken = (time.perf_counter() - since) * 1000
    finally:
        os.close(process)
    assert ended, "it goes on"
    assert program.process.wait() == 0, program.errors()
    return taken


def quitting(server: Serving, display: Display, settings: Path, patient: str) -> float:
    """Milliseconds until it is gone; a patient's search is under way then, if one is given."""
    with started("--server", server.url, display=display, environment=os.environ, settings=settings) as program:
        window = program.window()
        program.wait_for_panes()
        if patient:
            program.search(f"Patient/{patient}")
            # The question how many are under way is one of them.
            eventually(lambda: server.figures()[1] > 1, "a request that is under way")
        return until_it_is_gone(program, window)


def measure(runs: int, display: Display) -> Iterator[Comparison]:
    """With and without a request, in turn."""
    numbers: dict[str, list[float]] = {"a312": [], "": []}
    with tempfile.TemporaryDirectory() as folder, serving(delay=DELAY) as server:
        for _ in range(runs):
            for patient, taken in numbers.items():
                taken.append(quitting(server, display, Path(folder) / "settings", patient))
    yield Comparison(
        "closing the window with a request under way, until the process is gone", numbers["a312"], mark=MARK
    )
    yield Comparison("the same with nothing under way", numbers[""])


if __name__ == "__main__":
    display = Display(os.environ["DISPLAY"], Path(sys.argv[2]) / "Xvfb_screen0")
    print(told(measure(int(sys.argv[1]), display)))  # noqa: T201 - its answer
