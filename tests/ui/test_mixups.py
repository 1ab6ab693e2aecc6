"""Ways in which one patient's record could be taken for another's, each tried on the real window."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton

from procedure_viewer.ui.print_dialog import PrintPreviewDialog
from procedure_viewer.ui.session import Session
from tests import seed
from tests.desk import Desk
from tests.servers import Exchange, Held, Script, ScriptedServer, bundle, by_path, in_turn, procedure, reply

IDS = ("pa", "pb", "pc")


def patient(patient_id: str) -> dict[str, object]:
    return {"resourceType": "Patient", "id": patient_id, "name": [{"family": "Common", "given": [patient_id.title()]}]}


def clinic(**more: Script) -> dict[str, Script]:
    """Three patients of one family name with a procedure each; `more` by path without its slash."""
    answers: dict[str, Script] = {"/Patient": reply(200, bundle([patient(one) for one in IDS], total=3))}
    answers |= {f"/Patient/{one}": reply(200, patient(one)) for one in IDS}

    async def procedures(exchange: Exchange) -> None:
        (owner,) = [one for one in IDS if f"Patient%2F{one}&" in exchange.request.target]
        await reply(200, bundle([procedure(f"{owner}-1", owner), procedure(f"{owner}-2", owner)], total=2))(exchange)

    answers["/Procedure"] = procedures
    return answers | {f"/{path}": script for path, script in more.items()}


def highlighted(desk: Desk) -> str | None:
    rows = desk.window.search.results.selectionModel().selectedRows()
    return desk.window.search.table.patient_at(rows[0].row()).id if rows else None


def test_the_highlight_stays_with_its_patient(desk: Desk) -> None:
    with ScriptedServer(by_path(clinic())) as server:
        desk.connect(server.url)
        desk.find("common")
        for one in desk.session.found.patients:
            desk.session.open(one)
            desk.wait_for_chart()
        desk.window.search.field.clear()
        assert [one.id for one in desk.session.recent] == ["pc", "pb", "pa"]
        assert highlighted(desk) is None
        results = desk.window.search.results
        QTest.keyClick(desk.window.search.field, Qt.Key.Key_Down)
        for _ in range(2):
            QTest.keyClick(results, Qt.Key.Key_Down)
        assert highlighted(desk) == "pa"
        QTest.keyClick(results, Qt.Key.Key_Return)
        desk.wait_for_chart()
        assert desk.session.chart is not None
        assert desk.session.chart.patient.id == "pa"
        assert highlighted(desk) == "pa"


def test_nobody_is_highlighted_whom_nobody_chose(desk: Desk) -> None:
    with ScriptedServer(by_path(clinic())) as server:
        desk.connect(server.url)
        desk.find("common")
        desk.session.open(desk.session.found.patients[1])
        desk.wait_for_chart()
        desk.window.search.results.selectRow(0)
        assert highlighted(desk) == "pa"
        desk.window.search.field.clear()
        assert [one.id for one in desk.session.recent] == ["pb"]
        assert highlighted(desk) is None


def test_an_export_that_is_being_asked_about_goes_with_its_chart(desk: Desk, tmp_path: Path) -> None:
    with ScriptedServer(by_path(clinic())) as server:
        desk.connect(server.url)
        desk.find("common")
        first, second, _ = desk.session.found.patients
        desk.session.open(first)
        desk.wait_for_chart()
        desk.select("pa-1")
        desk.window.actions_by_name["export"].trigger()
        dialog = desk.export_dialog()
        assert dialog is not None
        dialog.choose_path(tmp_path / "x.json")
        desk.session.open(second)
        assert desk.export_dialog() is None
        desk.wait_for_chart()
        assert not desk.session.exporting
        assert list(tmp_path.glob("*.json")) == []


@pytest.mark.parametrize(("action", "name"), [("export", "exportDialog"), ("print", "printDialog")])
@pytest.mark.parametrize("owner", ["pa", "pb"])
def test_nothing_is_asked_about_a_record_that_is_another_by_now(desk: Desk, action: str, name: str, owner: str) -> None:
    """F5, and at once Ctrl+E: the answer comes when the dialog is open, and may say that it is another patient's."""
    held = Held(reply(200, procedure("pa-1", owner) | {"status": "entered-in-error"}))
    with ScriptedServer(by_path(clinic() | {"/Procedure/pa-1": held})) as server:
        desk.connect(server.url)
        desk.find("common")
        desk.session.open(desk.session.found.patients[0])
        desk.wait_for_chart()
        desk.select("pa-1")
        desk.window.actions_by_name["refresh"].trigger()
        desk.window.actions_by_name[action].trigger()
        dialog = desk.window.findChild(QDialog, name)
        assert dialog is not None
        assert dialog.isVisible()
        server.call(held.gate.set)
        desk.wait(lambda: desk.session.reread is not None)
        assert desk.window.findChild(QDialog, name) is None or not dialog.isVisible()
        assert "was read again meanwhile" in desk.window.foot.note.whole_text


@pytest.mark.parametrize("system", ["exportPlace", "print"])
def test_the_system_s_dialogs_go_with_the_chart_at_once(qapp: QApplication, desk: Desk, system: str) -> None:
    """Not when Qt deletes them, later on: a file dialog names a record of the chart before."""
    with ScriptedServer(by_path(clinic())) as server:
        desk.connect(server.url)
        desk.find("common")
        desk.session.open(desk.session.found.patients[0])
        desk.wait_for_chart()
        desk.select("pa-1")
        if system == "exportPlace":
            desk.window.actions_by_name["export"].trigger()
            asking = desk.export_dialog()
            assert asking is not None
            asking.choose()
        else:
            desk.window.actions_by_name["print"].trigger()
            pages = desk.window.findChild(PrintPreviewDialog)
            assert pages is not None
            desk.wait(lambda: pages.is_ready)
            pages.ask()
        windows = [one for one in qapp.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()]
        assert len(windows) == 2
        desk.session.open(desk.session.found.patients[1])
        assert not any(one.isVisible() for one in windows)


def test_no_other_place_is_offered_for_a_record_that_is_another_by_now(desk: Desk, tmp_path: Path) -> None:
    answers = clinic() | {"/Procedure/pa-1": reply(200, procedure("pa-1", "pb"))}
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.find("common")
        desk.session.open(desk.session.found.patients[0])
        desk.wait_for_chart()
        desk.export(desk.select("pa-1"), tmp_path / "no" / "x.json")
        desk.wait_for_error()
        desk.session.refresh()
        desk.wait(lambda: desk.session.reread is not None)
        dialog = desk.window.errors.current
        assert dialog is not None
        dialog.accept()
        assert desk.export_dialog() is None
        assert "was read again meanwhile" in desk.window.foot.note.whole_text


def test_a_failed_export_is_not_offered_again_under_another_banner(desk: Desk, tmp_path: Path) -> None:
    with ScriptedServer(by_path(clinic())) as server:
        desk.connect(server.url)
        desk.find("common")
        first, second, _ = desk.session.found.patients
        desk.session.open(first)
        desk.wait_for_chart()
        desk.export(desk.select("pa-1"), tmp_path / "no" / "x.json")
        desk.session.open(second)
        desk.wait_for_error()
        dialog = desk.window.errors.current
        assert dialog is not None
        assert dialog.findChild(QPushButton, "errorRemedyButton") is None
        dialog.reject()


@pytest.mark.parametrize("body", [patient("pb"), {"resourceType": "Patient", "name": [{"family": "Noid"}]}])
def test_another_patient_than_the_one_asked_for_is_not_opened(desk: Desk, body: dict[str, object]) -> None:
    answers = clinic() | {"/Procedure/pa-1": reply(200, procedure("pa-1", "pa")), "/Patient/pa": reply(200, body)}
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.session.open_procedure("pa-1")
        desk.wait_for_error()
        assert desk.session.chart is None
        desk.window.errors.current.reject()  # type: ignore[union-attr]


def test_a_patient_without_an_id_can_not_be_opened(desk: Desk) -> None:
    without_id = {"resourceType": "Patient", "name": [{"family": "Common"}]}
    practitioner = {"resourceType": "Practitioner", "id": "dr", "name": [{"family": "Common"}]}
    answers = clinic() | {"/Patient": reply(200, bundle([without_id, patient("pa"), practitioner], total=3))}
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.find("common")
        assert [one.id for one in desk.session.found.patients] == ["pa"]
        assert desk.window.search.count.text() == "1 patient (2 entries could not be read)"


def test_a_record_that_moved_to_another_patient_is_taken_out(desk: Desk) -> None:
    answers = clinic() | {"/Procedure/pa-1": reply(200, procedure("pa-1", "pb"))}
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.find("common")
        desk.session.open(desk.session.found.patients[0])
        desk.wait_for_chart()
        desk.select("pa-1")
        desk.session.refresh()
        desk.wait_for_error()
        dialog = desk.window.errors.current
        assert dialog is not None
        assert dialog.windowTitle() == "This record is no longer in this patient's chart"
        assert len(desk.rows()) == 1
        assert desk.session.selected is None
        assert desk.window.detail.procedure is None
        assert "1 of another patient withheld" in desk.window.procedures.statement.text()
        dialog.reject()


def test_a_late_reread_does_not_pull_the_reader_back(desk: Desk) -> None:
    held = Held(reply(200, procedure("pa-1", "pa") | {"status": "stopped"}))
    with ScriptedServer(by_path(clinic() | {"/Procedure/pa-1": held})) as server:
        desk.connect(server.url)
        desk.find("common")
        desk.session.open(desk.session.found.patients[0])
        desk.wait_for_chart()
        desk.select("pa-1")
        desk.session.refresh()
        other = desk.select("pa-2")
        with desk.bot.waitSignal(desk.session.procedure_reread, timeout=5000):
            server.call(held.gate.set)
        assert desk.session.selected is other
        assert desk.window.detail.procedure is other
        assert "Stopped" in {row[4] for row in desk.rows()}


def test_rows_without_an_id_are_not_confused(desk: Desk) -> None:
    nameless = [
        {**procedure("x", "pa"), "code": {"text": text}} for text in ("first alpha", "second beta", "third gamma")
    ]
    for one in nameless:
        del one["id"]
    answers = clinic() | {"/Procedure": reply(200, bundle(nameless, total=3))}
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.find("common")
        desk.session.open(desk.session.found.patients[0])
        desk.wait_for_chart()
        row = next(number for number, texts in enumerate(desk.rows()) if texts[1] == "second beta")
        desk.window.procedures.view.selectRow(row)
        desk.window.procedures.filter.setText("a")
        shown = desk.window.detail.procedure
        assert shown is not None
        assert shown.title == "second beta"


def test_what_another_server_said_can_not_be_acted_on(desk: Desk) -> None:
    failing = by_path({"/Patient": reply(500, seed.outcome("exception", "Internal server error"))})
    with ScriptedServer(failing) as first, ScriptedServer(by_path(clinic())) as second:
        desk.connect(first.url)
        desk.find("common")
        desk.wait_for_error()
        desk.connect(second.url)
        assert desk.window.errors.current is None
        assert second.targets == []


def test_signing_in_again_goes_on_where_it_was(desk: Desk) -> None:
    listed = bundle([procedure("pa-1", "pa"), procedure("pa-2", "pa")], total=2)
    answers = clinic() | {
        "/Procedure": in_turn(reply(200, listed), reply(401, seed.AUTHENTICATION_FAILED), reply(200, listed))
    }
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url, "old")
        desk.find("common")
        desk.session.open(desk.session.found.patients[0])
        desk.wait_for_chart()
        desk.select("pa-2")
        desk.session.reload_chart()
        desk.wait_for_error()
        desk.window.errors.current.reject()  # type: ignore[union-attr]
        desk.connect(server.url, "new")
        desk.wait(lambda: desk.session.selected is not None)
        assert desk.session.selected is not None
        assert desk.session.selected.id == "pa-2"
        assert server.requests[-1].headers["authorization"] == "Bearer new"
        assert len(desk.session.found.patients) == 3


def test_an_opened_procedure_that_the_list_lacks_is_shown_and_said(desk: Desk) -> None:
    answers = clinic() | {"/Procedure/extra": reply(200, procedure("extra", "pa"))}
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.session.open_procedure("extra")
        desk.wait(lambda: desk.session.selected is not None)
        assert desk.session.selected is not None
        assert desk.session.selected.id == "extra"
        assert "missing from the server's list" in desk.window.procedures.statement.text()


def test_a_retry_still_knows_what_was_wanted(desk: Desk) -> None:
    answers = clinic() | {
        "/Procedure/pa-2": reply(200, procedure("pa-2", "pa")),
        "/Patient/pa": in_turn(reply(403, seed.AUTHORIZATION_FAILED), reply(200, patient("pa"))),
    }
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        session: Session = desk.session
        troubles: list[object] = []
        session.troubled.connect(troubles.append)
        session.open_procedure("pa-2")
        desk.wait_for_error()
        desk.window.errors.current.reject()  # type: ignore[union-attr]
        action = troubles[0].action  # type: ignore[attr-defined]
        assert action is not None
        action()
        desk.wait(lambda: session.selected is not None)
        assert session.selected is not None
        assert session.selected.id == "pa-2"


def test_a_warning_in_a_patient_search_is_said(desk: Desk) -> None:
    page = bundle([], total=0)
    page["entry"] = [{"search": {"mode": "outcome"}, "resource": seed.outcome("timeout", "index offline")}]
    with ScriptedServer(by_path({"/Patient": reply(200, page)})) as server:
        desk.connect(server.url)
        desk.find("common")
        assert "index offline" in desk.window.search.warnings.text()
        assert desk.window.search.warnings.isVisible()
        assert desk.window.search.pane.message[0] != "Nobody found"
