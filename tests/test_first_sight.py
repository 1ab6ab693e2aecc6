"""The window that is shown before its parts are there: it looks like the whole one, and loses nothing that is typed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.servers import ScriptedServer, bundle, by_path, reply

BEGIN = """
import sys
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QProgressBar, QToolButton
from procedure_viewer.bootstrap import Options, Program
application = QApplication(sys.argv)
program = Program(Options())
window = program.window
program._arrival.go_on = lambda: None  # until a test has it go on
window.show()
QTest.qWaitForWindowActive(window)
field = application.focusWidget()
assert field.objectName() == "searchField", field

def picture():
    application.processEvents()
    for button in window.findChildren(QToolButton):  # over one of them the pointer happens to be
        button.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
    drawn = window.grab().toImage()
    painter = QPainter(drawn)
    for bar in window.findChildren(QProgressBar):  # what moves in it is somewhere else in each picture
        if bar.isVisible():
            painter.fillRect(QRect(bar.mapTo(window, bar.rect().topLeft()), bar.size()), QColor("black"))
    painter.end()
    return drawn
"""


def run(script: str, settings: Path, address: str = "http://127.0.0.1:9/fhir", **liked: object) -> None:
    """Run a script on the window of a program that has a saved connection."""
    connection = {"id": "0" * 32, "name": "Ward <b>4</b> & 5", "base_url": address, "sign_in": "open"}
    (settings / "connections.json").write_text(json.dumps({"version": 1, "connections": [connection]}))
    (settings / "preferences.json").write_text(json.dumps(liked))
    result = subprocess.run(
        [sys.executable, "-c", f"{BEGIN}{script}\nassert program.close_down()\n"],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PROCEDURE_VIEWER_SETTINGS": str(settings)},
        check=False,
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("scale", ["1", "2"])
@pytest.mark.parametrize("liked", [{}, {"appearance": "dark"}, {"list_share": 300}], ids=["usual", "dark", "divided"])
def test_it_looks_like_the_whole_window(
    tmp_path: Path, liked: dict[str, Any], scale: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_SCALE_FACTOR", scale)
    script = f"""
first = picture()
program._start_worker = lambda: None  # or it would be connected by now
program.complete()
whole = picture()
first.save({str(tmp_path / "first.png")!r}), whole.save({str(tmp_path / "whole.png")!r})
if first != whole:
    places = [(x, y) for y in range(first.height()) for x in range(first.width())]
    differ = [place for place in places if first.pixel(*place) != whole.pixel(*place)]
    xs, ys = [x for x, _ in differ], [y for _, y in differ]
    sys.exit(f"{{len(differ)}} pixels differ, within {{(min(xs), min(ys), max(xs), max(ys))}}")
"""
    run(script, tmp_path, **liked)


def test_what_was_typed_stands_there_with_the_cursor_where_it_was(tmp_path: Path) -> None:
    script = """
QTest.keyClicks(field, "jones")
field.setCursorPosition(1)
field.setSelection(1, 2)
program.complete()
now = window.search.field
assert (now.text(), now.selectionStart(), now.selectedText()) == ("jones", 1, "on")
assert application.focusWidget() is now, application.focusWidget()
assert window.search.reading.text() != "", "how it is understood"
QTest.keyClicks(now, "a")
assert now.text() == "jaes", now.text()
"""
    run(script, tmp_path)


@pytest.mark.parametrize("later", ["", 'QTest.keyClicks(field, "x")'], ids=["searched", "typed on"])
def test_enter_before_the_parts_are_there_is_not_lost(tmp_path: Path, later: str) -> None:
    patient = {"resourceType": "Patient", "id": "p", "name": [{"family": "Jones", "given": ["Alice"]}]}
    with ScriptedServer(by_path({"/fhir/Patient": reply(200, bundle([patient], total=1))})) as server:
        script = f"""
from procedure_viewer.chart.search import Progress
QTest.keyClicks(field, "jones")
QTest.keyClick(field, Qt.Key.Key_Return)
{later}
del program._arrival.go_on
program._arrival.go_on()
while program._desk is None or program.session.progress is not Progress.DONE:
    QTest.qWait(5)
assert [patient.id for patient in program.session.found.patients] == ["p"]
while not window.search.pane.shows_content:
    QTest.qWait(5)
"""
        run(script, tmp_path, f"{server.url}/fhir")
        assert [target.startswith("/fhir/Patient?") for target in server.targets].count(True) == 1


def test_what_can_not_be_searched_for_is_asked_about(tmp_path: Path) -> None:
    script = """
from procedure_viewer.chart.search import Progress
QTest.keyClicks(field, "1980-13-45")
QTest.keyClick(field, Qt.Key.Key_Return)
program.complete()
assert program.session.progress is Progress.UNCLEAR, program.session.progress
"""
    run(script, tmp_path)


def test_a_key_quits_before_the_window_is_whole_and_after(tmp_path: Path) -> None:
    script = """
QTest.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
assert not window.isVisible()
window.show()
program.complete()
application.processEvents()
QTest.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
assert not window.isVisible()
"""
    run(script, tmp_path)


def test_what_a_key_does_is_done_as_soon_as_it_can_be(tmp_path: Path) -> None:
    script = """
QTest.keyClick(field, Qt.Key.Key_F1)
QTest.keyClick(field, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
QTest.keyClick(field, Qt.Key.Key_F5)
program.complete()
assert not window.actions_by_name["timeline"].isChecked(), "which was liked until then"
assert [top.objectName() for top in application.topLevelWidgets() if top.isVisible()].count("keysDialog") == 1
"""
    run(script, tmp_path)


def test_escape_calls_off_what_was_entered_and_nothing_that_is_entered_afterwards(tmp_path: Path) -> None:
    script = """
from procedure_viewer.chart.search import Progress
QTest.keyClick(field, Qt.Key.Key_Escape)
QTest.keyClicks(field, "jones")
QTest.keyClick(field, Qt.Key.Key_Return)
{later}
program._start_worker = lambda: None  # or the search would have failed by now
program.complete()
application.processEvents()
assert program.session.progress is Progress.{progress}, program.session.progress
"""
    run(script.format(later="", progress="LOADING"), tmp_path)
    escape = "QTest.keyClick(field, Qt.Key.Key_Escape)"
    run(script.format(later=escape, progress="STOPPED"), tmp_path)


def test_looking_for_somebody_else_replaces_what_was_typed_before_the_window_is_whole(tmp_path: Path) -> None:
    script = """
QTest.keyClicks(field, "smith")
QTest.keyClick(field, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
QTest.keyClicks(field, "jones")
program.complete()
assert window.search.field.text() == "jones"
QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
assert window.search.field.selectedText() == "jones"
"""
    run(script, tmp_path)


def test_what_was_typed_can_be_undone_afterwards(tmp_path: Path) -> None:
    run(
        'QTest.keyClicks(field, "jones")\nprogram.complete()\nwindow.search.field.undo()\n'
        'assert window.search.field.text() == "", window.search.field.text()',
        tmp_path,
    )


def test_a_window_may_be_closed_before_it_is_whole(tmp_path: Path) -> None:
    run("window.close()\nassert not hasattr(window, 'search')", tmp_path)


@pytest.mark.parametrize(
    "broken", [b"", b"[", b'{"connections": 3}', b'{"connections": [3]}', b'{"connections": [{"id": []}]}', b"\xff"]
)
def test_settings_that_can_not_be_read_give_no_glimpse(tmp_path: Path, broken: bytes) -> None:
    from procedure_viewer.settings.glimpse import Glimpse, glimpse, preferences_at_a_glance

    (tmp_path / "connections.json").write_bytes(broken)
    (tmp_path / "preferences.json").write_bytes(broken)
    assert glimpse(tmp_path, "") is None
    assert preferences_at_a_glance(tmp_path) == Glimpse()


def test_half_a_character_in_the_settings_does_not_keep_the_program_from_starting(tmp_path: Path) -> None:
    run("program.complete()\nassert program.session.server is not None", tmp_path, window="\ud800", appearance="\ud800")


def test_a_name_that_is_to_be_cleaned_first_gives_no_glimpse(tmp_path: Path) -> None:
    from procedure_viewer.settings.glimpse import glimpse

    saved = {"connections": [{"id": "0", "name": "War\u202ed 5"}, {"id": "1", "name": "Ward 4"}], "default": "0"}
    (tmp_path / "connections.json").write_text(json.dumps(saved))
    assert glimpse(tmp_path, "0") is None
    seen = glimpse(tmp_path, "1")
    assert seen is not None
    assert seen.server == "Ward 4"
