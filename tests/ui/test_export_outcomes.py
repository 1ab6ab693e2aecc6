"""Every export has an outcome, and every outcome is said: also while leaving, after leaving, and of several at once."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox, QPushButton

from procedure_viewer.export import writing
from procedure_viewer.fhir.outcome import Kind
from procedure_viewer.ui.export_dialog import ExportDialog
from procedure_viewer.ui.exporting import FailedExport
from tests.desk import Desk
from tests.servers import ScriptedServer, by_path
from tests.ui.test_mixups import clinic


def open_first(desk: Desk) -> None:
    desk.find("common")
    desk.session.open(desk.session.found.patients[0])
    desk.wait_for_chart()


def close_error(desk: Desk) -> Kind:
    desk.wait_for_error()
    dialog = desk.window.errors.current
    assert dialog is not None
    dialog.reject()
    return dialog.problem.kind


def test_a_window_closed_while_an_export_fails_stays_and_says_so(desk: Desk, tmp_path: Path) -> None:
    with ScriptedServer(by_path(clinic())) as server:
        desk.connect(server.url)
        open_first(desk)
        desk.export(desk.select("pa-1"), tmp_path / "no" / "x.json")
        desk.window.close()
        desk.wait_for_error()
        assert desk.window.isVisible()
        assert close_error(desk) is Kind.FILE
        desk.window.close()
        assert not desk.window.isVisible()


def test_a_window_closed_while_an_export_works_closes_when_it_is_written(desk: Desk, tmp_path: Path) -> None:
    with ScriptedServer(by_path(clinic())) as server:
        desk.connect(server.url)
        open_first(desk)
        desk.export(desk.select("pa-1"), tmp_path / "1.json")
        desk.export(desk.select("pa-2"), tmp_path / "2.json")
        with desk.bot.waitSignal(desk.window.closed, timeout=5000):
            desk.window.close()
            assert desk.window.isVisible()
        assert sorted(path.name for path in tmp_path.glob("*.json")) == ["1.json", "2.json"]


def test_a_window_closed_while_a_file_is_in_the_way_stays_and_asks(desk: Desk, tmp_path: Path) -> None:
    target = tmp_path / "x.json"
    target.write_text("older")
    with ScriptedServer(by_path(clinic())) as server:
        desk.connect(server.url)
        open_first(desk)
        desk.export(desk.select("pa-1"), target)
        desk.window.close()
        desk.wait(lambda: any(box.isVisible() for box in desk.window.findChildren(QMessageBox)))
        assert desk.window.isVisible()
        desk.session.close_chart()


@pytest.mark.parametrize("in_the_way", [True, False])
def test_an_export_that_ends_badly_under_another_banner_is_said_without_its_name(
    desk: Desk, tmp_path: Path, in_the_way: bool
) -> None:
    target = tmp_path / "x.json" if in_the_way else tmp_path / "no" / "x.json"
    if in_the_way:
        target.write_text("older")
    with ScriptedServer(by_path(clinic())) as server:
        desk.connect(server.url)
        open_first(desk)
        desk.export(desk.select("pa-1"), target)
        desk.session.open(desk.session.found.patients[1])
        desk.wait_for_error()
        dialog = desk.window.errors.current
        assert dialog is not None
        assert dialog.problem.kind is (Kind.FILE_EXISTS if in_the_way else Kind.FILE)
        assert not dialog.file.isVisible()
        assert dialog.findChild(QPushButton, "errorRemedyButton") is None
        dialog.reject()
        desk.wait_for_chart()
    assert not in_the_way or target.read_text() == "older"


def test_an_export_that_ends_well_under_another_banner_is_said_without_its_name(desk: Desk, tmp_path: Path) -> None:
    with ScriptedServer(by_path(clinic())) as server:
        desk.connect(server.url)
        open_first(desk)
        exporter = desk.window.exporter
        with desk.bot.waitSignal(exporter.said, timeout=5000) as said:
            desk.export(desk.select("pa-1"), tmp_path / "COMMON Pa.json")
            desk.session.open(desk.session.found.patients[1])
        # The status bar says it until there is something else to be said, such as the next page.
        assert said.args is not None
        assert said.args[0] == "The export from the chart before is written"
        desk.wait_for_chart()
        with desk.bot.waitSignal(exporter.exported, timeout=5000):
            desk.export(desk.select("pb-1"), tmp_path / "COMMON Pb.json")
        assert desk.window.foot.note.text() == f"Exported to {tmp_path.name}/COMMON Pb.json"
        desk.session.open(desk.session.found.patients[0])
        assert desk.window.foot.note.text() == ""
        desk.wait_for_chart()


def test_of_several_exports_each_is_written_or_said(desk: Desk, tmp_path: Path) -> None:
    with ScriptedServer(by_path(clinic())) as server:
        desk.connect(server.url)
        open_first(desk)
        first, second = desk.select("pa-1"), desk.select("pa-2")
        with desk.bot.waitSignal(desk.session.exports.ended, timeout=5000):
            desk.export(first, tmp_path / "no" / "1.json")
            desk.export(second, tmp_path / "2.json")
            desk.export(second, tmp_path / "no" / "3.json")
        assert [path.name for path in tmp_path.glob("*.json")] == ["2.json"]
        said = []
        while (dialog := desk.window.errors.current) is not None:
            said.append(dialog.file.text())
            dialog.reject()
        reason = "Reason: No such file or directory"
        assert said == [f"File: 1.json\n{reason}", f"File: 3.json\n{reason}"]


def test_a_failed_export_that_waits_to_be_said_loses_its_name_with_its_chart(desk: Desk, tmp_path: Path) -> None:
    with ScriptedServer(by_path(clinic())) as server:
        desk.connect(server.url)
        open_first(desk)
        with desk.bot.waitSignal(desk.session.exports.ended, timeout=5000):
            desk.export(desk.select("pa-1"), tmp_path / "no" / "COMMON Pa.json")
            desk.export(desk.select("pa-2"), tmp_path / "no" / "COMMON Pa 2.json")
        desk.session.open(desk.session.found.patients[1])
        desk.wait_for_chart()
        for _ in range(2):
            dialog = desk.window.errors.current
            assert dialog is not None
            assert not dialog.file.isVisible()
            assert not any(button.text() == "Choose another place" for button in visible_buttons(dialog))
            dialog.reject()
        assert desk.window.errors.current is None


def visible_buttons(dialog: object) -> list[QPushButton]:
    return [button for button in dialog.findChildren(QPushButton) if button.isVisible()]  # type: ignore[attr-defined]


def test_two_failed_exports_leave_one_question_and_none_in_the_next_chart(desk: Desk, tmp_path: Path) -> None:
    """The second asks for another place while the first still does."""
    with ScriptedServer(by_path(clinic())) as server:
        desk.connect(server.url)
        open_first(desk)
        failed: list[FailedExport] = []
        desk.window.exporter.failed.connect(failed.append)
        desk.export(desk.select("pa-1"), tmp_path / "no" / "1.json")
        desk.export(desk.select("pa-2"), tmp_path / "no" / "2.json")
        desk.wait(lambda: len(failed) == 2)
        for one in failed:
            assert one.elsewhere is not None
            one.elsewhere()

        def questions() -> list[str]:
            dialogs = desk.window.findChildren(ExportDialog)
            return [dialog.name.text() for dialog in dialogs if dialog.isVisible()]

        assert questions() == ["2.json"]
        desk.session.open(desk.session.found.patients[1])
        assert questions() == []
        desk.wait_for_chart()


def fails(*_args: object, **_how: object) -> None:
    raise MemoryError


def test_a_file_that_failed_by_a_fault_of_the_program_is_not_named_under_another_banner(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "write_together", fails)
    with ScriptedServer(by_path(clinic())) as server:
        desk.connect(server.url)
        open_first(desk)
        desk.export(desk.select("pa-1"), tmp_path / "Alice Common.json")
        desk.wait_for_error()
        dialog = desk.window.errors.current
        assert dialog is not None
        assert dialog.problem.kind is Kind.INTERNAL
        assert dialog.file.text() == "File: Alice Common.json"
        desk.session.open(desk.session.found.patients[1])
        assert dialog.file.text() == ""
        dialog.accept()
        assert desk.export_dialog() is None


def test_each_file_that_failed_by_a_fault_of_the_program_is_said(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "write_together", fails)
    with ScriptedServer(by_path(clinic())) as server:
        desk.connect(server.url)
        open_first(desk)
        for name in ("pa-1", "pa-2"):
            desk.export(desk.select(name), tmp_path / f"{name}.json")
        told = []
        for _ in range(2):
            desk.wait_for_error()
            dialog = desk.window.errors.current
            assert dialog is not None
            told.append(dialog.file.text())
            desk.wait(lambda: not desk.session.exporting)
            dialog.reject()
        assert told == ["File: pa-1.json", "File: pa-2.json"]
