"""What 100 to 100,000 procedures cost: arrival, a key in the filter, a click on a heading, and memory.

Each list is read by a process of its own (`by_size`), beside one with an empty window.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import log
from pathlib import Path
from statistics import linear_regression, median

import msgspec

from tests.benchmarks.by_size import Cost, together
from tests.benchmarks.figures import Comparison, Mark, in_figures
from tests.benchmarks.peers import SECONDS_TO_RUN, python_of
from tests.benchmarks.records import procedure_bytes
from tests.benchmarks.serving import Serving, serving
from tests.benchmarks.stalls import rows

SIZES = (100, 1_000, 10_000, 100_000)
SECONDS = 150
"""That one list may take."""
MEMORY = Mark(times=2)
PICTURE = Path(__file__).with_name("growth.png")


@dataclass(frozen=True, slots=True)
class Line:
    """One cost by size."""

    name: str
    unit: str
    points: dict[int, float] = field(default_factory=dict)

    @property
    def slope(self) -> float:
        """The exponent of the power of the size that fits best: 1 means that ten times as many cost ten times as much.

        Raises statistics.StatisticsError where there are less than two points.
        """
        return linear_regression([log(size) for size in self.points], [log(cost) for cost in self.points.values()])[0]

    @property
    def sentence(self) -> str:
        """What came out, in words."""
        if len(self.points) < 2:
            return f"{self.name}: not measured."
        (least, first), *_, (most, last) = self.points.items()
        little, much = (f"{in_figures(cost)} {self.unit}" for cost in (first, last))
        return (
            f"{self.name} takes {little} with {least:,} procedures and {much} with {most:,}: "
            f"it grows with the power {self.slope:.2f} of their number."
        )


@dataclass(frozen=True, slots=True)
class Growth:
    """What the lists of all sizes cost, and the empty window."""

    empty: float
    costs: Mapping[int, Cost]
    failures: tuple[str, ...] = ()
    """The lists that could not be measured."""

    @property
    def lines(self) -> tuple[Line, ...]:
        """To be drawn, and to be told of."""
        memory = {size: cost.peak - self.empty for size, cost in self.costs.items()}
        return (
            Line("Arrival", "ms", {size: cost.arrival for size, cost in self.costs.items()}),
            Line("A key in the filter", "ms", {size: _middle(cost.keys) for size, cost in self.costs.items()}),
            Line("A click on a heading", "ms", {size: _middle(cost.clicks) for size, cost in self.costs.items()}),
            Line("Memory", "MB", {size: most for size, most in memory.items() if most > 0}),
        )

    def comparisons(self) -> Iterator[Comparison]:
        """The rows of the table: those of the largest list have marks."""
        most = max(SIZES)
        if most in self.costs:
            cost = self.costs[most]
            yield from rows(f"typing a filter over {most:,}", [together(cost.keys)], 33, 66)
            yield from rows(f"sorting {most:,}", [together(cost.clicks)], 50, 100)
        for size, cost in self.costs.items():
            mark = MEMORY if size == most else None
            name = f"peak memory with {size:,} procedures, over an empty window's {self.empty:.0f} MB"
            yield Comparison(name, [cost.peak - self.empty], "the raw bytes", [_raw(size)], mark, unit="MB")
        for failure in self.failures:
            yield Comparison(failure, [], reason="it failed, or took too long")


def measure(environment: Mapping[str, str]) -> Growth:
    """One list after the other; one that fails leaves the others."""
    costs, failures = {}, []
    with serving() as server:
        empty = _cost(server, "", environment).peak
        for size in SIZES:
            server.warm(f"a{size}")
            try:
                costs[size] = _cost(server, f"a{size}", environment)
            except (subprocess.SubprocessError, msgspec.MsgspecError):
                failures.append(f"a list of {size:,}")
    return Growth(empty, costs, tuple(failures))


def _cost(server: Serving, patient: str, environment: Mapping[str, str]) -> Cost:
    finished = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.by_size", server.url, patient],
        env=dict(environment),
        check=True,
        stdout=subprocess.PIPE,
        timeout=SECONDS,
    )
    return msgspec.json.decode(finished.stdout, type=Cost)


def _middle(acts: list[list[float]]) -> float:
    """The usual time until a key or a click has been answered."""
    return median(map(sum, acts))


def _raw(size: int) -> float:
    """MB."""
    return sum(len(procedure_bytes(f"a{size}", number)) for number in range(size)) / 1e6


def draw(growth: Growth) -> None:
    """Write `PICTURE`; raises peers.NotHad, subprocess.SubprocessError, or OSError where that can't be done."""
    drawn = [
        (line.name, line.unit, list(line.points), list(line.points.values()), line.slope)
        for line in growth.lines
        if len(line.points) > 1
    ]
    script = Path(__file__).with_name("plotting.py")
    subprocess.run(
        [str(python_of("matplotlib")), str(script), str(PICTURE)],
        input=json.dumps(drawn).encode(),
        check=True,
        timeout=SECONDS_TO_RUN,
    )
