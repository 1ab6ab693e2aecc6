"""Whatever was shown of one patient is gone before another's banner is there, also when something fails on the way."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolTip

from procedure_viewer.fhir.outcome import Kind, Problem
from procedure_viewer.ui import crash
from procedure_viewer.ui.advice import Asked
from procedure_viewer.ui.crash import CrashGuard
from procedure_viewer.ui.labels import PlainLabel
from tests.desk import Desk
from tests.servers import Exchange, ScriptedServer, bundle, by_path, in_turn, outcome, procedure, reply
from tests.ui.test_mixups import clinic


def open_first(desk: Desk) -> None:
    desk.find("common")
    desk.session.open(desk.session.found.patients[0])
    desk.wait_for_chart()


def open_second(desk: Desk) -> None:
    desk.session.open(desk.session.found.patients[1])


def test_a_failure_of_the_chart_before_is_not_said_over_the_next(desk: Desk) -> None:
    async def procedures(exchange: Exchange) -> None:
        restricted = reply(403, outcome("forbidden", "COMMON, Pa is restricted"))
        fine = reply(200, bundle([procedure("pb-1", "pb")], total=1))
        await (restricted if "Patient%2Fpa&" in exchange.request.target else fine)(exchange)

    with ScriptedServer(by_path(clinic() | {"/Procedure": procedures})) as server:
        desk.connect(server.url)
        open_first(desk)
        desk.wait_for_error()
        open_second(desk)
        assert desk.window.errors.current is None
        desk.wait_for_chart()
        assert desk.window.errors.current is None


def test_what_the_server_said_of_a_chart_stays_in_no_label_not_even_a_hidden_one(desk: Desk) -> None:
    fine = reply(200, bundle([procedure("pa-1", "pa"), procedure("pa-2", "pa")], total=2))
    restricted = reply(403, outcome("forbidden", "COMMON, Pa is restricted"))
    with ScriptedServer(by_path(clinic() | {"/Procedure": in_turn(fine, restricted)})) as server:
        desk.connect(server.url)
        open_first(desk)
        desk.select("pa-1")
        desk.session.reload_chart()
        desk.wait_for_error()
        assert "restricted" in desk.window.procedures.warnings.text()
        desk.session.lock_up()
        labels = [label.text() for label in desk.window.chart_place.findChildren(PlainLabel)]
        assert not [text for text in labels if "restricted" in text]


def test_what_waits_about_a_chart_goes_with_it_and_the_rest_stays(desk: Desk) -> None:
    errors = desk.window.errors
    errors.show(Problem(Kind.KEYCHAIN))
    errors.show(Problem(Kind.FORBIDDEN, status=403), None, Asked.CHART)
    errors.show(Problem(Kind.SERVER, status=500), None, Asked.CHART)
    errors.show(Problem(Kind.SERVER, status=500), None, Asked.SEARCH)
    errors.show(Problem(Kind.SIGNED_OUT, status=401), None, Asked.CHART)
    desk.session.close_chart()
    said = []
    while errors.current is not None:
        said.append(errors.current.problem.kind)
        errors.current.reject()
    assert said == [Kind.KEYCHAIN, Kind.SERVER, Kind.SIGNED_OUT]


def floating() -> list[str]:
    return [
        type(widget).__name__
        for widget in QApplication.topLevelWidgets()
        if widget.isVisible() and widget.windowType() in (Qt.WindowType.ToolTip, Qt.WindowType.Popup)
    ]


@pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)
def test_no_tooltip_or_menu_outlives_its_chart(desk: Desk) -> None:
    with ScriptedServer(by_path(clinic())) as server:
        desk.connect(server.url)
        open_first(desk)
        view = desk.window.procedures.view
        place = view.visualRect(view.model().index(0, 1)).center()
        help_event = QHelpEvent(QEvent.Type.ToolTip, place, view.viewport().mapToGlobal(place))
        QApplication.sendEvent(view.viewport(), help_event)
        assert QToolTip.isVisible()
        menu = QMenu(desk.window)
        menu.addAction("Copy")
        menu.popup(view.mapToGlobal(place))
        assert floating()
        open_second(desk)
        assert floating() == []
        desk.wait_for_chart()


@pytest.fixture
def guard(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CrashGuard:
    guard = CrashGuard(desk.window.clear_chart, desk.window.errors.show, tmp_path / "crash.log")
    monkeypatch.setattr(sys, "excepthook", guard.hook)
    return guard


def broken(*_: object) -> None:
    raise ValueError("Jones")


PARTS: dict[str, Callable[[Desk], tuple[object, str]]] = {
    "table": lambda desk: (desk.window.procedures.table, "clear"),
    "summary": lambda desk: (desk.window.detail.summary, "clear"),
    "tree": lambda desk: (desk.window.detail.elements, "show_element"),
    "banner": lambda desk: (desk.window.banner.remarks, "clear"),
}


@pytest.mark.usefixtures("guard")
@pytest.mark.parametrize("part", PARTS)
def test_where_emptying_fails_nothing_of_either_patient_is_seen(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    window = desk.window
    with ScriptedServer(by_path(clinic())) as server:
        desk.connect(server.url)
        open_first(desk)
        desk.select("pa-1")
        second = desk.session.found.patients[1]
        with monkeypatch.context() as patch:
            patch.setattr(*PARTS[part](desk), broken)
            desk.session.open(second)
            for widget in (window.banner, window.procedures.view, window.detail):
                assert not widget.isVisible()
            assert window.chart_place.message[0] == "The chart can't be shown"
            desk.wait_for_error()
            # The loop that this guards against would come back within the same round of events, for ever.
            desk.bot.wait(50)
            assert desk.session.chart is None
            assert not window.procedures.view.isVisible()
            assert (tmp_path / "crash.log").read_text().count("ValueError in") <= 8
        window.errors.current.reject()  # type: ignore[union-attr]
        desk.session.open(second)
        desk.wait_for_chart()
        assert window.banner.isVisible()
        assert window.banner.name.text() == "COMMON, Pb"
        assert len(desk.rows()) == 2
        assert window.detail.procedure is None


@pytest.mark.usefixtures("guard")
def test_a_failure_between_clearings_is_cleared_for_as_well(desk: Desk) -> None:
    with ScriptedServer(by_path(clinic())) as server:
        desk.connect(server.url)
        for _ in range(2):
            open_first(desk)
            QTimer.singleShot(0, broken)
            desk.wait_for_error()
            assert desk.session.chart is None
            desk.window.errors.current.reject()  # type: ignore[union-attr]


def test_the_crash_log_does_not_grow_for_ever(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash, "LARGEST_LOG", 500)
    guard = CrashGuard(desk.window.clear_chart, desk.window.errors.show, tmp_path / "crash.log")
    for _ in range(200):
        guard.hook(ValueError, ValueError("Jones"), None)
    assert sorted(path.name for path in tmp_path.glob("crash*")) == ["crash.log", "crash.log.1"]
    assert sum(path.stat().st_size for path in tmp_path.glob("crash*")) < 2 * 600
    desk.wait_for_error()
    desk.window.errors.current.reject()  # type: ignore[union-attr]


def test_what_was_looked_for_in_one_chart_can_not_be_brought_back_in_the_next(desk: Desk) -> None:
    records = [procedure(f"{owner}-1", owner) for owner in ("pa", "pb")]

    async def procedures(exchange: Exchange) -> None:
        (own,) = [each for each in records if str(each["id"])[:2] in exchange.request.target]
        await reply(200, bundle([own], total=1))(exchange)

    with ScriptedServer(by_path(clinic() | {"/Procedure": procedures})) as server:
        desk.connect(server.url)
        open_first(desk)
        fields = (desk.window.procedures.filter, desk.window.detail.find_bar.field)
        for field in fields:
            QTest.keyClicks(field, "biopsy")
            assert field.text() == "biopsy"
        desk.window.procedures.filter.selectAll()
        QTest.keyClick(desk.window.procedures.filter, Qt.Key.Key_Delete)
        open_second(desk)
        desk.wait_for_chart()
        for field in fields:
            assert field.text() == ""
            assert not field.isUndoAvailable()
            assert not field.isRedoAvailable()
        assert not desk.window.procedures.table.hidden_by_filter
