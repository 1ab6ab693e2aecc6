"""Export from the window when something stands in the way: a dialog, and nothing is lost."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton

from procedure_viewer.fhir.procedure import Procedure
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


def file_dialog(desk: Desk) -> QFileDialog | None:
    return next((dialog for dialog in desk.window.findChildren(QFileDialog) if dialog.isVisible()), None)


def question(desk: Desk) -> QMessageBox | None:
    return next((box for box in desk.window.findChildren(QMessageBox) if box.isVisible()), None)


def test_the_key_opens_the_dialog_with_a_sensible_name(reading: tuple[Desk, Procedure], tmp_path: Path) -> None:
    desk, _ = reading
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    QTest.keyClick(desk.window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    desk.wait(lambda: file_dialog(desk) is not None)
    dialog = file_dialog(desk)
    assert dialog is not None
    assert [Path(name).name for name in dialog.selectedFiles()] == [f"Procedure-{SEED_PROCEDURE}.json"]
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile("mine")
    with desk.bot.waitSignal(desk.window.exporter.exported, timeout=5000):
        dialog.accept()
    assert (tmp_path / "mine.json").exists()
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
        desk.window.exporter.write(procedure, folder / "mine.json")
    note = desk.window.foot.note
    assert note.whole_text == f"Exported to {folder.name}/mine.json"
    desk.wait(lambda: note.text().endswith("mine.json") and "…" in note.text())
    assert note.text().startswith("Exported to folder-")
    assert desk.window.width() == 1024


def test_a_file_that_the_dialog_names_is_asked_about_once_and_by_us(
    reading: tuple[Desk, Procedure], tmp_path: Path
) -> None:
    desk, _ = reading
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    target = tmp_path / "mine.json"
    target.write_text("older")
    desk.window.actions_by_name["export"].trigger()
    desk.wait(lambda: file_dialog(desk) is not None)
    dialog = file_dialog(desk)
    assert dialog is not None
    assert dialog.testOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile("mine")
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


def test_whatever_a_native_dialog_has_asked_nothing_is_replaced_before_we_did(
    reading: tuple[Desk, Procedure], tmp_path: Path
) -> None:
    desk, _ = reading
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    target = tmp_path / "other.json"
    target.write_text("older")
    desk.window.actions_by_name["export"].trigger()
    desk.wait(lambda: file_dialog(desk) is not None)
    dialog = file_dialog(desk)
    assert dialog is not None
    dialog.fileSelected.emit(str(target))
    dialog.reject()
    desk.wait(lambda: question(desk) is not None)
    assert target.read_text() == "older"
    question(desk).reject()  # type: ignore[union-attr]


def assert_refused(desk: Desk, target: Path, reason: str) -> None:
    """Writing to `target` fails with a dialog, for the system's `reason`, and a way to choose another place."""
    procedure = desk.session.selected
    assert procedure is not None
    desk.window.exporter.write(procedure, target)
    desk.wait_for_error()
    dialog = desk.window.errors.current
    assert dialog is not None
    assert dialog.windowTitle() == "The file could not be written"
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
        desk.session.export(target, procedure.raw, replace=True)
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
        assert_refused(desk, folder / "old.json", "Read-only file system")
        assert [(file.name, file.read_text()) for file in folder.iterdir()] == [("old.json", "older")]


def test_an_existing_file_is_asked_about_and_kept(reading: tuple[Desk, Procedure], tmp_path: Path) -> None:
    desk, procedure = reading
    target = tmp_path / "out.json"
    target.write_text("older")
    target.chmod(0o644)
    desk.window.exporter.write(procedure, target)
    desk.wait(lambda: question(desk) is not None)
    box = question(desk)
    assert box is not None
    assert "out.json" in box.informativeText()
    assert target.read_text() == "older"
    cancel = box.button(QMessageBox.StandardButton.Cancel)
    assert box.defaultButton() is cancel
    cancel.click()
    assert target.read_text() == "older"
    desk.window.exporter.write(procedure, target)
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
    desk.window.exporter.write(procedure, target)
    desk.wait_for_error()
    dialog = desk.window.errors.current
    assert dialog is not None
    assert dialog.windowTitle() == "The file could not be written"
    assert str(tmp_path) not in dialog.details.toPlainText()
    remedy = dialog.findChild(QPushButton, "errorRemedyButton")
    assert isinstance(remedy, QPushButton)
    assert remedy.text() == "Choose another place"
    dialog.reject()
    assert sorted(tmp_path.iterdir()) == before
    assert procedure is desk.session.selected


def test_choosing_another_place_keeps_the_content(reading: tuple[Desk, Procedure], tmp_path: Path) -> None:
    desk, procedure = reading
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    desk.window.exporter.write(procedure, tmp_path / "no" / "where.json")
    desk.wait_for_error()
    dialog = desk.window.errors.current
    assert dialog is not None
    remedy = dialog.findChild(QPushButton, "errorRemedyButton")
    assert isinstance(remedy, QPushButton)
    remedy.click()
    desk.wait(lambda: file_dialog(desk) is not None)
    chooser = file_dialog(desk)
    assert chooser is not None
    chooser.setDirectory(str(tmp_path))
    chooser.selectFile("here.json")
    with desk.bot.waitSignal(desk.window.exporter.exported, timeout=5000):
        chooser.accept()
    assert SEED_PROCEDURE in (tmp_path / "here.json").read_text()
