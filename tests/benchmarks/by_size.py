"""A fresh process that reads one patient's list in the real window, and tells what that list costs.

`python -m tests.benchmarks.by_size URL PATIENT` prints a `Cost` as JSON; with no patient, that of an empty window.
"""

import re
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import msgspec
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from procedure_viewer.tables.columns import Column
from tests.benchmarks.gaps import GapMeter, Gaps
from tests.benchmarks.window import Clinician, rest, wait_for, window_on

WORDS = "hip rep"
"""What is typed into the filter and taken out again, key by key."""
ROUNDS = 5
"""How often the words are typed, and each heading is clicked: every other time it turns the order round."""
QUIET = 60.0
"""Milliseconds without work after which a key or a click has been answered."""


class Cost(msgspec.Struct):
    """Of one list."""

    peak: float
    """The most memory that the process had until the list was there, in MB (VmHWM)."""
    arrival: float = 0
    """Milliseconds from Enter on the patient until "All … records" is painted."""
    keys: list[list[float]] = []
    """The gaps between two ticks in the GUI thread after each key in the filter, in milliseconds."""
    clicks: list[list[float]] = []
    """The same after each click on a heading."""


def answered(act: Callable[[], object]) -> list[float]:
    """The gaps until what an act brings about is done."""
    meter = GapMeter()
    meter.start()
    act()
    wait_for(lambda: meter.quiet > QUIET)
    return list(meter.stop().busy.all)


def typing(clinician: Clinician) -> Iterator[list[float]]:
    """Each key of a filter that is typed and taken out again."""
    pane = clinician.window.procedures
    field, count = pane.filters.text, pane.table.rowCount()
    field.setFocus()
    for _ in range(ROUNDS):
        for letter in WORDS:
            yield answered(partial(QTest.keyClicks, field, letter))
        assert pane.table.rowCount() < count
        for _ in WORDS:
            yield answered(partial(QTest.keyClick, field, Qt.Key.Key_Backspace))
        assert pane.table.rowCount() == count


def sorting(clinician: Clinician) -> Iterator[list[float]]:
    """Clicks on each heading."""
    header = clinician.window.procedures.view.horizontalHeader()
    for column in (column for column in Column for _ in range(ROUNDS)):
        left, width = header.sectionViewportPosition(column), header.sectionSize(column)
        place = QPoint(left + width // 2, header.viewport().height() // 2)
        yield answered(
            partial(QTest.mouseClick, header.viewport(), Qt.MouseButton.LeftButton, pos=place),
        )
        assert header.sortIndicatorSection() == column


def peak() -> float:
    """MB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) * 1024 / 1e6


def cost(url: str, patient: str) -> Cost:
    """Of this patient's list; of an empty window where there is none."""
    with window_on(url) as clinician:
        rest()
        if not patient:
            return Cost(peak())
        _, arrival = clinician.read(patient)
        clinician.settle()
        most = peak()
        return Cost(most, arrival, list(typing(clinician)), list(sorting(clinician)))


def together(gaps: list[list[float]]) -> Gaps:
    """Those of several keys or clicks."""
    return Gaps.of(tuple(gap for one in gaps for gap in one))


if __name__ == "__main__":
    application = QApplication([])
    print(msgspec.json.encode(cost(*sys.argv[1:3])).decode())  # noqa: T201 - its answer
