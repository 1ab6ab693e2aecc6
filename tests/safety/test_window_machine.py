"""Rules 1 to 3, whatever happens: a machine uses the real window, over a server that answers as it likes.

After every move, and at every repaint between, the banner, list, detail, dialogs, tooltips, timeline and what Export
would write are of one patient, or empty. `make test-long` does the same for much longer (see `tests.safety.machine`).
"""

import json
import time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.safety.machine.clinic import PEOPLE, Way, whose
from tests.safety.machine.desk import machine_desk
from tests.safety.machine.machine import Figures, WindowMachine, in_letters
from tests.safety.machine.running import Task, run_series
from tests.safety.machine.server import Plan

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
        found = [failure for series in task.series if (failure := run_series(desk, figures, series))]
        figures.looks, figures.full_looks = desk.looker.looks, desk.looker.full
        figures.switches = desk.looker.switches
    figures.milliseconds = round((time.process_time() - began) * 1000)
    if task.figures is not None:
        task.figures.write_text(json.dumps(vars(figures)))
    if found:
        pytest.fail("\n\n\n".join(found), pytrace=False)
    assert figures.runs >= task.runs
    # It would prove nothing if there were never anything to be mixed up.
    assert figures.full_looks > figures.runs // 2
    assert figures.switches > figures.runs // 5
    assert figures.exports > 0


def test_what_the_machine_calls_its_files_names_nobody() -> None:
    assert len({in_letters(number) for number in range(3_000)}) == 3_000
    assert not any(whose(f"procedure-{in_letters(number)}.json") for number in range(3_000))


@pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)
@pytest.mark.usefixtures("qtbot")
def test_a_file_that_is_not_replaced_is_not_taken_for_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine writes a record, reads it again, and is asked whether the newer one is to take the file's place."""
    with machine_desk(tmp_path, monkeypatch) as desk:
        monkeypatch.setattr(WindowMachine, "desk", desk, raising=False)
        monkeypatch.setattr(WindowMachine, "figures", Figures(), raising=False)
        machine = WindowMachine()
        machine.begin(PEOPLE[0], [Plan(Way.FINE)], tab=0, chosen=True)
        machine.export(0, "there", known=True, dialog=1)
        assert machine.figures.exports == 1
        machine.read_again([Plan(Way.CHANGED)], "refresh")
        machine.export(0, "there", known=True, dialog=1)
        assert machine.figures.exports == 1
        machine.teardown()
