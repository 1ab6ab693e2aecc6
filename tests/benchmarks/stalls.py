"""How long the GUI thread is held up: while 10,000 rows arrive, and while a reader turns between two patients.

`python -m tests.benchmarks.stalls RUNS` prints JSON.
"""

import sys
from collections.abc import Iterator

from PySide6.QtWidgets import QApplication

from tests.benchmarks.figures import Comparison, Mark, told
from tests.benchmarks.gaps import GapMeter, Gaps
from tests.benchmarks.serving import serving
from tests.benchmarks.window import Clinician, window_on

FRAME = 16.7
PATIENT, ONE, OTHER = "a10000", "a3000", "b3000"


def rows(name: str, gaps: list[Gaps], p99: float, most: float) -> Iterator[Comparison]:
    """A row for each of the figures, a number a run."""
    yield Comparison(f"stalls, {name}: p50", [one.p50 for one in gaps])
    yield Comparison(f"stalls, {name}: p99", [one.p99 for one in gaps], mark=Mark(more=p99))
    yield Comparison(f"stalls, {name}: longest", [one.max for one in gaps], mark=Mark(more=most, worst=True))


def reading(clinician: Clinician, patient: str) -> Gaps:
    """The gaps from Enter on a patient who was found until the whole list is there."""
    clinician.find(patient)
    meter = GapMeter()
    meter.start()
    clinician.open_first()
    return meter.stop()


def turning_to(clinician: Clinician, patient: str) -> Gaps:
    """The gaps while an open chart is left, another patient is found, and all of that one's list comes."""
    meter = GapMeter()
    meter.start()
    clinician.find(patient)
    clinician.open_first()
    return meter.stop()


def measure(runs: int) -> Iterator[Comparison]:
    """On a window, with a server 20 ms away."""
    with serving(delay=20) as server:
        server.warm(PATIENT, ONE, OTHER)
        with window_on(server.url) as clinician:
            arriving = [reading(clinician, PATIENT) for _ in range(runs)]
            turning = [turning_to(clinician, patient) for patient in (ONE, OTHER) * (runs + 1)]
    yield from rows("10,000 rows arriving", arriving, FRAME, 50)
    yield from rows("turning between two patients with 3,000 each", turning[2:], FRAME, 50)


if __name__ == "__main__":
    application = QApplication([])
    print(told(measure(int(sys.argv[1]))))  # noqa: T201 - its answer
