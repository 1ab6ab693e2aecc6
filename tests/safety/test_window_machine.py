"""Rules 1 to 3, whatever happens: a machine uses the real window, over a server that answers as it likes.

After every move, and at every repaint between, the banner, list, detail, dialogs, tooltips, timeline and what Export
would write are of one patient, or empty. `make test-long` does the same for much longer (see `tests.safety.machine`).
"""

import json
import time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.safety.machine.desk import machine_desk
from tests.safety.machine.machine import Figures
from tests.safety.machine.running import Task, run_series

RUNS = 500
"""In two halves, which two processes may share."""


@pytest.mark.timeout(3600)  # a failure is made smaller for some minutes
@pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)
@pytest.mark.parametrize("half", [1, 2])
def test_whatever_happens_all_that_is_seen_is_of_one_patient(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, half: int
) -> None:
    task = Task.from_environment() or Task(RUNS // 2, half)  # others are tried by `make test-long`
    figures, began = Figures(), time.process_time()
    with machine_desk(tmp_path, monkeypatch) as desk:
        for series in task.series:
            run_series(desk, figures, series)
        figures.looks, figures.full_looks = desk.looker.looks, desk.looker.full
        figures.switches = desk.looker.switches
    figures.milliseconds = round((time.process_time() - began) * 1000)
    assert figures.runs >= task.runs
    # It would prove nothing if there were never anything to be mixed up.
    assert figures.full_looks > figures.runs // 2
    assert figures.switches > figures.runs // 5
    assert figures.exports > 0
    if task.figures is not None:
        task.figures.write_text(json.dumps(vars(figures)))
