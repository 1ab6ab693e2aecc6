"""Export from the window when something stands in the way: a dialog, and nothing is lost."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton

from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.ui.export_dialog import ExportDialog
from tests.desk import SEED_PROCEDURE, Desk
from tests.disks import read_only, tiny_disk


@pytest.fixture
def reading(demo_desk: Desk) -> tuple[Desk, Procedure]:
    """The seed's procedure, selected."""
    demo_desk.read_chart("jones 1980-11-13")
    demo_desk.select(SEED_PROCEDURE)
    procedure = demo_desk.session.selected
    assert procedure is not None
    return demo_desk, procedure


def question(desk: Desk) -> QMessageBox | None:
    return next((box for box in desk.window.findChildren(QMessageBox) if box.isVisible()), None)


def ask(desk: Desk) -> ExportDialog:
    desk.window.actions_by_name["export"].trigger()
    dialog = desk.export_dialog()
    assert dialog is not None
    return dialog


def test_the_key_opens_the_dialog_with_a_sensible_name(reading: tuple[Desk, Procedure], tmp_path: Path) -> None:
    desk, procedure = reading
    QTest.keyClick(desk.window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    desk.wait(lambda: desk.export_dialog() is not None)
    dialog = desk.export_dialog()
    assert dialog is not None
    assert dialog.name.text() == f"Procedure-{SEED_PROCEDURE}.json"
    assert dialog.name.selectedText() == f"Procedure-{SEED_PROCEDURE}"
    assert dialog.preview.text.toPlainText() == procedure.raw.decode()
    dialog.choose_path(tmp_path / "mine")
    with desk.bot.waitSignal(desk.window.exporter.exported, timeout=5000):
        QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    assert (tmp_path / "mine.json").read_bytes() == procedure.raw
    note = desk.window.foot.note
    assert note.isVisible()
    assert note.whole_text == f"Exported to {tmp_path.name}/mine.json"
    assert note.accessibleName() == note.whole_text
    assert note.toolTip() == f"<qt>{tmp_path}/mine.json</qt>"
    assert desk.window.statusBar().currentMessage() == "", "nothing is painted over the labels"
    assert not note.geometry().intersects(desk.window.foot.address.geometry())
    desk.session.reload_chart()
    assert note.whole_text == "", "it goes when there is something else to say"
    desk.wait_for_chart()


def test_a_long_place_gives_way_in_its_middle(reading: tuple[Desk, Procedure], tmp_path: Path) -> None:
    desk, procedure = reading
    desk.window.resize(1024, 700)
    folder = tmp_path / ("folder-" * 30)
    folder.mkdir()
    with desk.bot.waitSignal(desk.window.exporter.exported, timeout=5000):
        desk.export(procedure, folder / "mine.json")
    note = desk.window.foot.note
    assert note.whole_text == f"Exported to {folder.name}/mine.json"
    desk.wait(lambda: note.text().endswith("mine.json") and "…" in note.text())
    assert note.text().startswith("Exported to folder-")
    assert desk.window.width() == 1024


def test_a_file_that_the_dialog_names_is_asked_about_once_and_by_us(
    reading: tuple[Desk, Procedure], tmp_path: Path
) -> None:
    desk, _ = reading
    target = tmp_path / "mine.json"
    target.write_text("older")
    dialog = ask(desk)
    dialog.choose_path(target)
    dialog.accept()
    desk.wait(lambda: question(desk) is not None)
    assert target.read_text() == "older"
    box = question(desk)
    assert box is not None
    replace = box.findChild(QPushButton, "replaceYes")
    assert isinstance(replace, QPushButton)
    with desk.bot.waitSignal(desk.window.exporter.exported, timeout=5000):
        replace.click()
    assert SEED_PROCEDURE in target.read_text()
    assert question(desk) is None


def test_the_system_s_own_dialog_gives_the_place_and_asks_nothing(
    reading: tuple[Desk, Procedure], tmp_path: Path
) -> None:
    desk, _ = reading
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    dialog = ask(desk)
    dialog.choose()
    places = dialog.findChild(QFileDialog)
    assert isinstance(places, QFileDialog)
    assert places.testOption(QFileDialog.Option.DontConfirmOverwrite)
    assert [Path(name).name for name in places.selectedFiles()] == [f"Procedure-{SEED_PROCEDURE}.json"]
    places.setDirectory(str(tmp_path))
    places.selectFile("other")
    places.accept()
    assert dialog.path == tmp_path / "other.json"
    with desk.bot.waitSignal(desk.window.exporter.exported, timeout=5000):
        dialog.accept()
    assert (tmp_path / "other.json").exists()


def assert_refused(desk: Desk, target: Path, reason: str, *, replace: bool = False) -> None:
    """Writing to `target` fails with a dialog, for the system's `reason`, and a way to choose another place."""
    procedure = desk.session.selected
    assert procedure is not None
    desk.export(procedure, target, replace=replace)
    desk.wait_for_error()
    dialog = desk.window.errors.current
    assert dialog is not None
    assert dialog.windowTitle() == "The file could not be written"
    assert dialog.file.text() == f"File: {target.name}\nReason: {reason}"
    assert reason in dialog.details.toPlainText()
    assert isinstance(dialog.findChild(QPushButton, "errorRemedyButton"), QPushButton)
    dialog.reject()
    assert desk.session.selected is procedure


def test_a_full_disk_is_said_and_nothing_is_left_on_it(reading: tuple[Desk, Procedure], tmp_path: Path) -> None:
    desk, _ = reading
    with tiny_disk(tmp_path / "full", "16k") as folder:
        (folder / "filler").write_bytes(bytes(16 * 1024))
        assert_refused(desk, folder / "out.json", "No space left on device")
        assert [file.name for file in folder.iterdir()] == ["filler"]


def test_a_file_on_a_full_disk_is_kept_also_when_it_was_to_be_replaced(
    reading: tuple[Desk, Procedure], tmp_path: Path
) -> None:
    desk, procedure = reading
    with tiny_disk(tmp_path / "full", "16k") as folder:
        target = folder / "out.json"
        target.write_bytes(b"older".ljust(16 * 1024))
        desk.export(procedure, target, replace=True)
        desk.wait_for_error()
        desk.window.errors.current.reject()  # type: ignore[union-attr]
        assert target.read_bytes().startswith(b"older")
        assert [file.name for file in folder.iterdir()] == ["out.json"]


def test_a_read_only_folder_is_said_and_its_files_are_kept(reading: tuple[Desk, Procedure], tmp_path: Path) -> None:
    desk, _ = reading
    folder = tmp_path / "fixed"
    folder.mkdir()
    (folder / "old.json").write_text("older")
    with read_only(folder):
        assert_refused(desk, folder / "new.json", "Read-only file system")
        assert_refused(desk, folder / "old.json", "Read-only file system", replace=True)
        assert [(file.name, file.read_text()) for file in folder.iterdir()] == [("old.json", "older")]


def test_an_existing_file_is_asked_about_and_kept(reading: tuple[Desk, Procedure], tmp_path: Path) -> None:
    desk, procedure = reading
    target = tmp_path / "out.json"
    target.write_text("older")
    target.chmod(0o644)
    desk.export(procedure, target)
    desk.wait(lambda: question(desk) is not None)
    box = question(desk)
    assert box is not None
    assert "out.json" in box.informativeText()
    assert target.read_text() == "older"
    cancel = box.button(QMessageBox.StandardButton.Cancel)
    assert box.defaultButton() is cancel
    cancel.click()
    assert target.read_text() == "older"
    desk.export(procedure, target)
    desk.wait(lambda: question(desk) is not None)
    box = question(desk)
    assert box is not None
    replace = box.findChild(QPushButton, "replaceYes")
    assert isinstance(replace, QPushButton)
    with desk.bot.waitSignal(desk.window.exporter.exported, timeout=5000):
        replace.click()
    assert target.read_text().startswith("{")
    assert target.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("place", ["missing folder", "where nobody may write"])
def test_a_place_that_can_not_be_written_gets_a_dialog(
    reading: tuple[Desk, Procedure], tmp_path: Path, place: str
) -> None:
    desk, procedure = reading
    target = {
        "missing folder": tmp_path / "no" / "where.json",
        "where nobody may write": Path("/proc/self/procedure.json"),  # not even root
    }[place]
    before = sorted(tmp_path.iterdir())
    desk.export(procedure, target)
    desk.wait_for_error()
    dialog = desk.window.errors.current
    assert dialog is not None
    assert dialog.windowTitle() == "The file could not be written"
    assert dialog.file.text() == f"File: {target.name}\nReason: No such file or directory"
    assert str(tmp_path) not in dialog.details.toPlainText()
    remedy = dialog.findChild(QPushButton, "errorRemedyButton")
    assert isinstance(remedy, QPushButton)
    assert remedy.text() == "Choose another place"
    dialog.reject()
    assert sorted(tmp_path.iterdir()) == before
    assert procedure is desk.session.selected


def test_choosing_another_place_keeps_the_content(reading: tuple[Desk, Procedure], tmp_path: Path) -> None:
    desk, procedure = reading
    desk.export(procedure, tmp_path / "no" / "where.json")
    desk.wait_for_error()
    dialog = desk.window.errors.current
    assert dialog is not None
    remedy = dialog.findChild(QPushButton, "errorRemedyButton")
    assert isinstance(remedy, QPushButton)
    remedy.click()
    again = desk.export_dialog()
    assert again is not None
    assert again.name.text() == "where.json"
    again.choose_path(tmp_path / "here.json")
    with desk.bot.waitSignal(desk.window.exporter.exported, timeout=5000):
        again.accept()
    assert SEED_PROCEDURE in (tmp_path / "here.json").read_text()
