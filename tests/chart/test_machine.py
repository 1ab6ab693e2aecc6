"""The same ward under Hypothesis, which looks for the shortest course of events that brings two patients together."""

from collections.abc import Callable, Iterator

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.chart.ward import Ward

RUNS = 2_000
CHOICES = st.tuples(*[st.integers(0, 17)] * 4)
"""What is left to chance within one event."""


def _doing(doing: Callable[[Ward], None]) -> Callable[["ChartMachine", tuple[int, ...]], None]:
    @rule(choices=CHOICES)
    def do(machine: "ChartMachine", choices: tuple[int, ...]) -> None:
        machine.choices = iter(choices)
        doing(machine.ward)

    return do


class ChartMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.choices: Iterator[int] = iter(())
        self.ward = Ward(lambda below: next(self.choices, 0) % below)
        self.ward.open_recent()

    find = _doing(Ward.find)
    open_found = _doing(Ward.open_found)
    open_recent = _doing(Ward.open_recent)
    open_by_id = _doing(Ward.open_by_id)
    open_merged = _doing(Ward.open_merged)
    select = _doing(Ward.select)
    select_stranger = _doing(Ward.select_stranger)
    refresh = _doing(Ward.refresh)
    reload = _doing(Ward.reload)
    cancel = _doing(Ward.cancel)
    close = _doing(Ward.close)
    leave = _doing(Ward.leave)
    breathe = _doing(Ward.breathe)
    say_more = _doing(Ward.say_more)
    end = _doing(Ward.end)
    end_again = _doing(Ward.end)
    fail = _doing(Ward.fail)
    stop = _doing(Ward.stop)

    @invariant()
    def one_patient_or_none(self) -> None:
        self.ward.check()


TestChartMachine = ChartMachine.TestCase
TestChartMachine.settings = settings(
    max_examples=RUNS,
    stateful_step_count=10,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
