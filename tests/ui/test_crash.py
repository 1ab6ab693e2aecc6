"""An exception that nobody caught: a dialog, an empty chart, a log without health data."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from procedure_viewer.chart.search import Progress
from procedure_viewer.fhir.outcome import Problem
from procedure_viewer.ui.crash import CrashGuard
from tests.desk import Desk
from tests.servers import Held, Script, ScriptedServer, bundle, by_path, procedure, reply


@pytest.fixture
def guard(demo_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CrashGuard:
    guard = CrashGuard(demo_desk.window.clear_chart, demo_desk.window.errors.show, tmp_path / "logs" / "crash.log")
    # pytest-qt stands behind sys.excepthook during a test; monkeypatch puts it back afterwards.
    monkeypatch.setattr(sys, "excepthook", guard.hook)
    return guard


def fail() -> None:
    raise ValueError("Jones, Samantha, born 1980-11-13")


@pytest.mark.usefixtures("guard")
def test_a_failure_in_a_slot_clears_the_chart_and_is_said(demo_desk: Desk, tmp_path: Path) -> None:
    demo_desk.read_chart("jones 1980-11-13")
    QTimer.singleShot(0, fail)
    demo_desk.wait_for_error()
    dialog = demo_desk.window.errors.current
    assert dialog is not None
    assert dialog.windowTitle() == "Something went wrong in this program"
    assert "ValueError in test_crash.py" in dialog.details.toPlainText()
    assert demo_desk.session.chart is None
    assert not demo_desk.window.banner.isVisible()
    assert demo_desk.rows() == []
    log = (tmp_path / "logs" / "crash.log").read_text()
    for text in (log, dialog.details.toPlainText()):
        assert "Jones" not in text
        assert "1980" not in text
    assert "in fail" in log
    assert (tmp_path / "logs" / "crash.log").stat().st_mode & 0o777 == 0o600
    dialog.reject()


def test_a_log_that_can_not_be_written_does_not_hide_the_failure(
    demo_desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    guard = CrashGuard(demo_desk.window.clear_chart, demo_desk.window.errors.show, Path("/proc/self/no/crash.log"))
    guard.hook(ValueError, ValueError("Jones"), None)
    demo_desk.wait_for_error()
    assert "Jones" not in caplog.text
    demo_desk.window.errors.current.reject()  # type: ignore[union-attr]


def test_where_the_dialog_itself_fails_it_is_said_plainly_and_once(
    qtbot: QtBot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As when the program is removed while it runs: each further failure would be the dialog's own, without end."""
    cleared: list[None] = []

    def show(_: Problem) -> None:
        raise FileNotFoundError("icons/error.svg")

    guard = CrashGuard(lambda: cleared.append(None), show, tmp_path / "crash.log")
    for _ in range(2):
        guard.hook(ValueError, ValueError("Jones"), None)
    qtbot.waitUntil(lambda: caplog.text.count("uncaught FileNotFoundError") == 2)
    for _ in range(10):  # whatever came of it has its turn
        QApplication.processEvents()
    (box,) = [widget for widget in QApplication.topLevelWidgets() if widget.objectName() == "plainFailure"]
    assert isinstance(box, QMessageBox)
    assert box.isVisible()
    assert "start it again" in box.text()
    assert len(cleared) == 2
    assert caplog.text.count("uncaught FileNotFoundError") == 2
    box.accept()
    assert not any(widget.isVisible() for widget in QApplication.topLevelWidgets())


def test_no_chart_opens_behind_the_dialog(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guard = CrashGuard(desk.window.clear_chart, desk.window.errors.show, tmp_path / "crash.log")
    monkeypatch.setattr(sys, "excepthook", guard.hook)
    person = {"resourceType": "Patient", "id": "p", "name": [{"family": "Jones"}]}
    late = Held(reply(200, procedure("1", "p")))
    late_search = Held(reply(200, bundle([person], total=1)))
    answers: dict[str, Script] = {
        "/Patient": late_search,
        "/Patient/p": reply(200, person),
        "/Procedure": reply(200, bundle([procedure("1", "p")], total=1)),
        "/Procedure/1": late,
    }
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.type_and_search("jones")
        desk.session.open_procedure("1")
        server.wait_for_request(2)
        QTimer.singleShot(0, fail)
        desk.wait_for_error()
        assert not desk.session.busy
        server.call(late.gate.set)
        server.call(late_search.gate.set)
        server.wait_until_left()
        QApplication.sendPostedEvents()
        assert desk.session.chart is None
        assert desk.session.progress is Progress.NOTHING
        assert desk.rows() == []
        assert len(server.targets) == 2
        desk.window.errors.current.reject()  # type: ignore[union-attr]
