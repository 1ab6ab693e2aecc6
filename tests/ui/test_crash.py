"""An exception that nobody caught: a dialog, an empty chart, a log without health data."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer

from procedure_viewer.ui.crash import CrashGuard
from tests.desk import Desk


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
