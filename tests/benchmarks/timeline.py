"""The timeline over ten thousand procedures: a notch of the wheel, a drag and a selection, each until it is painted.

`python -m tests.benchmarks.timeline STEPS` prints JSON. Beside it, the barest widget of the same size paints as many
ellipses.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from datetime import date
from itertools import cycle

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from procedure_viewer.background.garbage import GuiThreadGarbage
from procedure_viewer.fhir.procedure import Procedure, read_procedure
from procedure_viewer.ui.timeline import Timeline
from tests.benchmarks.figures import Comparison, told
from tests.wheel import turn_wheel

HOW_MANY = 10_000
STATUSES = ("completed", "completed", "completed", "not-done", "unknown", "in-progress")
WIDTH, HEIGHT = 1_000, 140


class Ellipses(QWidget):
    """Ten thousand ellipses at places of their own, and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        order = random.Random(1)
        self._places = [QPointF(order.uniform(0, WIDTH), order.uniform(0, 100)) for _ in range(HOW_MANY)]

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place in self._places:
            painter.drawEllipse(place, 7, 7)


def history() -> list[Procedure]:
    """Thirty years, most of them with a day, some with less or more."""
    order = random.Random(1)
    first, last = date(1994, 1, 1).toordinal(), date(2024, 1, 1).toordinal()
    found = []
    for number in range(HOW_MANY):
        day = date.fromordinal(order.randint(first, last)).isoformat()
        when = day[: order.choice((4, 7, 10, 10, 10, 10, 10, 10, 10, 10))]
        content = {"resourceType": "Procedure", "id": str(number), "performedDateTime": when}
        content |= {"status": order.choice(STATUSES)}
        found.append(read_procedure(json.dumps(content).encode()))
    return found


def milliseconds(act: Callable[[], object], painted: QWidget) -> float:
    """How long something and its painting hold up the window."""
    started = time.perf_counter()
    act()
    painted.repaint()
    return (time.perf_counter() - started) * 1000


def main(steps: int) -> None:
    """Measure, and print."""
    application = QApplication([])
    garbage = GuiThreadGarbage()
    garbage.start()
    procedures = history()
    timeline, bare = Timeline(), Ellipses()
    for widget in (timeline, bare):
        widget.resize(WIDTH, HEIGHT)
        widget.show()
        QTest.qWaitForWindowExposed(widget)
    timeline.show_procedures(procedures, HOW_MANY, loading=False)
    canvas, order = timeline.canvas, random.Random(2)
    QTest.qWait(50)
    acts: dict[str, Callable[[], object]] = {
        "a notch": lambda: turn_wheel(canvas, order.choice((1, 1, -1)), order.uniform(0, WIDTH)),
        "a drag": lambda: canvas.pan(order.uniform(-60, 60)),
        "a selection": lambda: canvas.select(order.choice(procedures)),
        "all of it": canvas.fit,
    }
    ellipses = [milliseconds(lambda: None, bare) for _ in range(20)]
    comparisons = []
    for name, act in acts.items():
        canvas.fit()
        ours = sorted(milliseconds(act, canvas) for _ in range(steps))
        worst = f"p99 {ours[int(len(ours) * 0.99) - 1]:.1f}, longest {ours[-1]:.1f}"
        comparisons.append(
            Comparison(f"timeline of {HOW_MANY:,}, {name} ({worst})", ours, "as many ellipses", ellipses)
        )
    lists = cycle((procedures[::2], procedures))
    filtered = [
        milliseconds(lambda: timeline.show_procedures(next(lists), HOW_MANY, loading=False), canvas) for _ in range(20)
    ]
    comparisons.append(Comparison(f"timeline of {HOW_MANY:,}, a filter", filtered, "as many ellipses", ellipses))
    print(told(comparisons))  # noqa: T201 - its answer
    del application


if __name__ == "__main__":
    main(int(sys.argv[1]))
