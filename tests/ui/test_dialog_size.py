"""The dialogs for exporting and printing on a small screen, such as one whose scale leaves little room."""

from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from procedure_viewer.printing.paper import PaperSize
from procedure_viewer.ui.export_choice import Likings
from procedure_viewer.ui.export_dialog import ExportDialog
from procedure_viewer.ui.offered import Offered
from procedure_viewer.ui.print_dialog import PrintPreviewDialog
from tests.desk import Desk
from tests.extracts import extract_of, several

SCREEN = QRect(0, 0, 900, 560)
"""What the main window needs at the least."""


@pytest.fixture(autouse=True)
def small_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QScreen, "availableGeometry", lambda _self: SCREEN)


def fits(dialog: QDialog) -> bool:
    size = dialog.size().expandedTo(dialog.minimumSizeHint())
    return size.width() <= SCREEN.width() and size.height() < SCREEN.height()


def test_no_button_for_exporting_lies_beyond_the_screen(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    offered = [Offered("Both", extract_of(several(2), total=5))]
    dialog = ExportDialog(offered, Likings(tmp_path, seal=True), desk.window)
    qtbot.addWidget(dialog)
    dialog.show()
    for chosen, button in dialog.formats.items():
        button.click()
        assert fits(dialog), chosen


def test_no_button_for_printing_lies_beyond_the_screen(qtbot: QtBot, desk: Desk) -> None:
    dialog = PrintPreviewDialog([Offered("Both", extract_of(several(2)))], PaperSize.A4, desk.window)
    qtbot.addWidget(dialog)
    dialog.show()
    assert fits(dialog)
