"""The pictures of a tour."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QPalette

from procedure_viewer.fhir.outcome import Kind, Problem
from procedure_viewer.settings.preferences import Appearance
from procedure_viewer.tour import Tour
from tests.desk import Desk


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
def test_a_dialog_has_a_frame_in_the_picture(desk: Desk, tmp_path: Path, appearance: Appearance) -> None:
    desk.window.rules.like(appearance=appearance)
    try:
        desk.window.errors.show(Problem(Kind.SERVER))
        dialog = desk.window.errors.current
        assert dialog is not None
        desk.bot.waitExposed(dialog)
        image = Tour(desk.window, tmp_path, "")._picture().toImage()
        place = desk.window.rect().center() - dialog.rect().center()
        colour = dialog.palette().color(QPalette.ColorRole.PlaceholderText)
        assert colour != dialog.palette().color(QPalette.ColorRole.Window)
        outside = dialog.rect().translated(place).adjusted(-1, -1, 1, 1)
        for corner in (outside.topLeft(), outside.topRight(), outside.bottomLeft(), outside.bottomRight()):
            assert image.pixelColor(corner) == colour
        dialog.reject()
    finally:
        desk.window.rules.like(appearance=Appearance.SYSTEM)


def test_a_tour_in_which_the_program_itself_fails_ends(tmp_path: Path) -> None:
    """It had waited for a step that nothing looked at any more."""
    failing = """
import sys
from procedure_viewer import tour
from procedure_viewer.__main__ import main
def fail(_): raise ModuleNotFoundError("gone")
tour.Tour._ask_export = fail
sys.exit(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", failing, "--demo", "--tour", str(tmp_path / "tour")],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PROCEDURE_VIEWER_SETTINGS": str(tmp_path / "settings")},
        check=False,
        capture_output=True,
        timeout=90,
    )
    assert done.returncode == 1
    assert '"ok": false' in (tmp_path / "tour/tour.json").read_text()
