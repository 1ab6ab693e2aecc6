"""Refresh: what came of it is seen and heard, and a record that is gone can be told from the others."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible

from procedure_viewer.tables.columns import Column
from procedure_viewer.tables.procedures import GONE_ROLE
from tests import seed
from tests.desk import SEED_PATIENT, Desk
from tests.servers import Script, ScriptedServer, bundle, by_path, in_turn, procedure, reply

PATIENT = {"resourceType": "Patient", "id": SEED_PATIENT, "name": [{"family": "Jones", "given": ["Samantha"]}]}
GONE = reply(404, seed.outcome("not-found", "Unknown Procedure resource '1'"))


def clinic(again: Script) -> Script:
    """Two procedures; the first is answered with `again` when it is read by its id."""
    return by_path(
        {
            "/Patient": reply(200, bundle([PATIENT], total=1)),
            "/Procedure": reply(200, bundle([procedure("1"), procedure("2")], total=2)),
            "/Procedure/1": again,
            "/Procedure/2": reply(200, procedure("2")),
        }
    )


def status(desk: Desk, procedure_id: str, role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole) -> object:
    table = desk.window.procedures.table
    assert desk.session.chart is not None
    shown = desk.session.chart.find(procedure_id)
    assert shown is not None
    row = table.row_of(shown)
    assert row is not None
    return table.index(row, Column.STATUS).data(role)


def refresh(desk: Desk) -> None:
    desk.window.actions_by_name["refresh"].trigger()
    desk.wait(lambda: not desk.session.busy)


@pytest.mark.parametrize(
    ("again", "word"), [(procedure("1"), "unchanged"), (procedure("1") | {"status": "stopped"}, "changed")]
)
def test_what_refresh_found_is_said_and_goes_with_the_record(desk: Desk, again: dict[str, object], word: str) -> None:
    with ScriptedServer(clinic(reply(200, again))) as server:
        desk.connect(server.url)
        desk.read_chart("jones")
        desk.select("1")
        notice = desk.window.detail.notice
        assert not notice.isVisible()
        refresh(desk)
        assert notice.isVisible()
        assert notice.text().startswith("Read again ")
        assert notice.text().endswith(f": {word}")
        assert not notice.warns
        desk.select("2")
        assert not notice.isVisible()
        desk.select("1")
        assert notice.isVisible()
        desk.session.reload_chart()
        desk.wait_for_chart()
        assert not notice.isVisible()


def test_a_record_that_is_gone_is_marked_in_the_list_and_in_the_detail(desk: Desk) -> None:
    with ScriptedServer(clinic(in_turn(GONE, reply(200, procedure("1"))))) as server:
        desk.connect(server.url)
        desk.read_chart("jones")
        desk.select("1")
        notice = desk.window.detail.notice
        refresh(desk)
        desk.wait_for_error()
        desk.window.errors.current.reject()  # type: ignore[union-attr]
        assert (status(desk, "1"), status(desk, "2")) == ("Gone (Completed)", "Completed")
        spoken = Qt.ItemDataRole.AccessibleTextRole
        assert status(desk, "1", spoken) == "Status: No longer on the server; when it was last read: Completed"
        assert status(desk, "2", spoken) == "Status: Completed"
        assert [status(desk, one, Qt.ItemDataRole(GONE_ROLE)) for one in "12"] == [True, False]
        gone = desk.window.detail.gone
        assert gone.isVisible()
        assert gone.text().startswith("No longer on the server (")
        assert not notice.isVisible(), "once is enough"
        desk.select("2")
        assert not gone.isVisible()
        desk.select("1")
        refresh(desk)
        assert status(desk, "1") == "Completed", "it is there again"
        assert notice.text().endswith(": unchanged")
        assert not gone.isVisible()


def test_a_screen_reader_is_told_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    # Not every platform has a bridge to a screen reader: what the program hands to Qt is what can be looked at.
    announced: list[str] = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: announced.append(event.message()))
    with ScriptedServer(clinic(reply(200, procedure("1")))) as server:
        desk.connect(server.url)
        desk.read_chart("jones")
        desk.select("1")
        refresh(desk)
        assert announced == ["Reading it again…", desk.window.detail.notice.text()]
