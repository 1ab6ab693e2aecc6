"""The room for list and details: as the list needs it, until the reader divides it themselves; that is remembered."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from procedure_viewer.bootstrap import wired
from procedure_viewer.settings.preferences import load_preferences
from procedure_viewer.ui.help import KeysDialog
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.main_window import MainWindow
from tests.desk import Desk
from tests.listed import chart_of, record


def records(count: int) -> list[dict[str, object]]:
    return [record(number, f"20{10 + number % 10}-03-02", title=f"Procedure {number}") for number in range(count)]


def press(window: MainWindow, key: Qt.Key) -> None:
    QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)


def rows_in_view(window: MainWindow) -> int:
    view = window.procedures.view
    return int(view.viewport().height() // view.verticalHeader().defaultSectionSize())


@pytest.mark.parametrize("count", [1, 5, 8])
def test_a_short_list_leaves_its_room_to_the_details(desk: Desk, count: int) -> None:
    with chart_of(desk, records(count)):
        view = desk.window.procedures.view
        desk.wait(lambda: desk.window.division.sizes()[1] > desk.window.division.height() * 0.45)
        assert rows_in_view(desk.window) >= count
        assert not view.verticalScrollBar().isVisible()
        if count <= 5:
            above, below = desk.window.division.sizes()
            assert below > above


def test_a_long_list_gets_a_little_more_than_half(desk: Desk) -> None:
    with chart_of(desk, records(60)):
        above, below = desk.window.division.sizes()
        assert 0.5 < above / (above + below) < 0.6
        desk.window.resize(1_400, 1_000)
        desk.wait(lambda: sum(desk.window.division.sizes()) > above + below)
        above, below = desk.window.division.sizes()
        assert 0.5 < above / (above + below) < 0.6


def test_the_boundary_stays_while_the_reader_filters_and_groups(desk: Desk) -> None:
    with chart_of(desk, records(6)):
        window = desk.window
        before = window.division.sizes()
        window.procedures.filter.setText("Procedure 3")
        desk.wait(lambda: window.procedures.table.rowCount() == 1)
        assert window.division.sizes() == before
        window.procedures.filters.clear()
        desk.wait(lambda: window.procedures.table.rowCount() == 6)
        assert window.division.sizes() == before
        window.procedures.group_next()
        grouped = window.division.sizes()
        assert grouped[0] > before[0]  # the headings need room as well
        window.procedures.menu.closing_wanted.emit()
        assert window.division.sizes() == grouped


def test_what_the_reader_chose_holds_for_every_chart_and_is_remembered(
    desk: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    with chart_of(desk, records(5)):
        window = desk.window
        fitting = window.division.sizes()
        press(window, Qt.Key.Key_Down)
        assert window.division.sizes()[0] > fitting[0]
        press(window, Qt.Key.Key_Up)
        press(window, Qt.Key.Key_Down)
        press(window, Qt.Key.Key_Down)
        chosen = window.division.share
        above, below = window.division.sizes()
        assert chosen == round(above * 1_000 / (above + below))
        desk.session.reload_chart()
        desk.wait_for_chart()
        assert window.division.share == chosen
        assert window.division.sizes() == [above, below]
        window.close()
    assert load_preferences(tmp_path / "settings").list_share == chosen
    again = wired(tmp_path / "settings").window
    qtbot.addWidget(again)
    assert again.division.share == chosen


def test_a_double_click_gives_the_boundary_back(desk: Desk) -> None:
    with chart_of(desk, records(5)):
        division = desk.window.division
        fitting = division.sizes()
        handle = division.handle(1)
        middle = handle.rect().center()
        QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=middle)
        QTest.mouseMove(handle, middle + QPoint(0, 60))
        QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=middle + QPoint(0, 60))
        assert division.share
        assert division.sizes()[0] > fitting[0]
        QTest.mouseDClick(handle, Qt.MouseButton.LeftButton, pos=handle.rect().center())
        assert division.share == 0
        assert division.sizes() == fitting


@pytest.mark.parametrize("share", [1, 999])
def test_neither_part_is_ever_gone(desk: Desk, share: int) -> None:
    desk.window.division.set_share(share)
    with chart_of(desk, records(5)):
        assert min(desk.window.division.sizes()) > 40


def test_the_menu_of_the_list_offers_it_and_the_keys_are_listed(desk: Desk) -> None:
    with chart_of(desk, records(2)):
        menu = desk.window.procedures.menu
        for _ in range(2):  # it is emptied and filled each time: the window's own actions outlive that
            menu.aboutToShow.emit()
            names = {action.objectName() for action in menu.actions()}
            assert {"action_timeline", "action_more_list", "action_more_detail", "action_fit_room"} <= names
    dialog = KeysDialog(list(desk.window.actions_by_name.values()), desk.window)
    texts = {label.text() for label in dialog.findChildren(PlainLabel)}
    assert {"Ctrl+Shift+Up", "Ctrl+Shift+Down", "Timeline", "Procedures", "Patients", "Details"} <= texts
    dialog.deleteLater()
