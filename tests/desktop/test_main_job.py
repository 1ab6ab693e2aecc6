"""The main job on a real display: done by the program itself, and done by hand with real keys."""

import json
from pathlib import Path

from PySide6.QtGui import QImage

from tests.desktop.conftest import Start
from tests.desktop.display import colours
from tests.desktop.waiting import eventually
from tests.seed import SEED_PROCEDURE_JSON

COLOURS = 50
"""A picture of a window with text in it has more: the text's edges are smoothed."""


def is_the_seed(exported: Path) -> bool:
    """Whether the file holds the contract's own procedure, by its values and the order of its keys."""
    return json.dumps(json.loads(exported.read_text())) == json.dumps(SEED_PROCEDURE_JSON)


def test_the_tour_does_the_main_job(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "tour"
    program = start("--demo", "--tour", str(folder))
    assert program.process.wait(60) == 0
    assert program.errors() == ""
    report = json.loads((folder / "tour.json").read_text())
    assert [step["name"] for step in report["steps"] if not step["ok"]] == []
    assert is_the_seed(folder / report["export"]["path"])
    for step in report["steps"]:
        assert colours(QImage(str(folder / step["screenshot"]))) > COLOURS, step["name"]


def test_the_main_job_by_keys(start: Start, tmp_path: Path) -> None:
    program = start("--demo")
    program.find_and_open("jones 1980-11-13")
    assert colours(program.display.picture()) > COLOURS
    program.display.press("ctrl+e")
    program.window("^Export procedures")
    exported = tmp_path / "by hand.json"
    program.display.press("ctrl+a")
    program.fill_in(str(exported))
    eventually(exported.exists, "the exported file")
    assert is_the_seed(exported)
    assert exported.stat().st_mode & 0o777 == 0o600
    eventually(lambda: not program.has_window("^Export procedures"), "the end of the export dialog")
    assert program.quit() == 0
    assert program.errors() == ""


def test_the_title_of_no_window_carries_a_name(start: Start) -> None:
    program = start("--demo")
    program.find_and_open("jones 1980-11-13")
    assert program.has_window("^Procedure Viewer$")
    assert not program.has_window("(?i)jones")
