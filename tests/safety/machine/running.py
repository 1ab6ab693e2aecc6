"""Series of runs, each from a seed that is told where it fails."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.safety.machine.desk import MachineDesk
from tests.safety.machine.machine import Figures, WindowMachine

STEPS = 7
"""Moves of a run that Hypothesis chooses, at most; some of them lead to others first."""
LONGEST_SERIES = 500
"""Runs of one seed: Hypothesis remembers every one of a series."""
RUNS, SEED, FIGURES = "MACHINE_RUNS", "MACHINE_SEED", "MACHINE_FIGURES"
"""The environment variables of a long task."""


@dataclass(frozen=True, slots=True)
class Series:
    """So many runs from one seed."""

    runs: int
    seed: int


@dataclass(frozen=True, slots=True)
class Task:
    """What one process does: how many runs, from which seed on, and where it writes its figures."""

    runs: int
    seed: int
    figures: Path | None = None

    @classmethod
    def from_environment(cls) -> Self | None:
        """The task of a process that was started for it."""
        if RUNS not in os.environ:
            return None
        figures = os.environ.get(FIGURES)
        return cls(int(os.environ[RUNS]), int(os.environ.get(SEED, "1")), Path(figures) if figures else None)

    @property
    def environment(self) -> dict[str, str]:
        """What `from_environment` reads."""
        return {RUNS: str(self.runs), SEED: str(self.seed), FIGURES: str(self.figures or "")}

    @property
    def series(self) -> Iterator[Series]:
        """The task in parts."""
        for number, begun in enumerate(range(0, self.runs, LONGEST_SERIES)):
            yield Series(min(LONGEST_SERIES, self.runs - begun), self.seed + number)


def run_series(desk: MachineDesk, figures: Figures, series: Series) -> str:
    """Run it; returns what was found wrong, with the steps that led there and what the server did, or "".

    That is told also where it does not come again.
    """
    figures.failures.clear()

    @seed(series.seed)
    class Machine(WindowMachine):
        pass

    Machine.desk, Machine.figures = desk, figures
    how = settings(
        max_examples=series.runs,
        stateful_step_count=STEPS,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
    )
    try:
        run_state_machine_as_test(Machine, settings=how)
    except Exception:
        # What Hypothesis says of a failure that does not come again names neither it nor the way to it.
        if not figures.failures:
            raise
        replay = f"{RUNS}={series.runs} {SEED}={series.seed}"
        smallest, first = figures.failures[-1], figures.failures[0]
        return "\n\n".join(dict.fromkeys((smallest, first, f"to be run again with {replay}")))
    return ""
