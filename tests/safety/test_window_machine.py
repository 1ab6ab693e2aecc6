"""Rules 1 to 3 under whatever happens: a machine uses the real window, over a server that answers as it likes.

After every move and at every repaint between, banner, list, detail, dialogs, tooltips, timeline and what Export would
write are of one patient, or empty. `make test-long` does the same for much longer.
"""

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from pytestqt.qtbot import QtBot

from tests.safety.machine.desk import machine_desk
from tests.safety.machine.machine import Figures, WindowMachine

RUNS = int(os.environ.get("MACHINE_RUNS", "500"))
STEPS = 10
"""Moves of a run, at most."""


@pytest.mark.timeout(3600)
@pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)
def test_whatever_happens_all_that_is_seen_is_of_one_patient(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = time.perf_counter()
    with machine_desk(tmp_path, monkeypatch) as desk:

        class Machine(WindowMachine):
            pass

        Machine.desk, Machine.figures = desk, Figures()
        try:
            run_state_machine_as_test(
                Machine,
                settings=settings(
                    max_examples=RUNS,
                    stateful_step_count=STEPS,
                    deadline=None,
                    database=None,
                    suppress_health_check=list(HealthCheck),
                    phases=(Phase.generate, Phase.shrink),
                    print_blob=True,
                ),
            )
        except Exception as error:
            # What Hypothesis says of a failure that does not come again names neither it nor the way to it.
            failures = Machine.figures.failures
            if failures:
                pytest.fail("\n\n".join(dict.fromkeys((failures[-1], failures[0]))), pytrace=False)
            raise error
        figures = Machine.figures
        print(f"{figures.runs} runs, {figures.steps} steps, {desk.looker.looks} looks, {desk.looker.full} at a full chart, {figures.charts} charts, {figures.exports} exports, {time.perf_counter() - started:.1f} s")
