"""The list of connections: what is marked, what may be done with which, and that removing asks first."""

from collections.abc import Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from procedure_viewer.settings.connections import Connection, SignInMethod
from procedure_viewer.ui.connections_dialog import QUESTION_WIDTH, ConnectionsDialog

MINE = Connection("1" * 32, "<b>Clinic</b>", "https://fhir.example.org", SignInMethod.BROWSER)
PRESET = Connection("2" * 32, "Hospital", "https://fhir.example.com", SignInMethod.CLIENT_CREDENTIALS)
OTHER = Connection("3" * 32, "Test", "http://127.0.0.1:8000")


def opened(
    qtbot: QtBot, connections: Sequence[Connection] = (MINE, PRESET, OTHER), *, may_add: bool = True
) -> ConnectionsDialog:
    dialog = ConnectionsDialog(may_add=may_add)
    qtbot.addWidget(dialog)
    dialog.show_connections(connections, {PRESET.id}, PRESET.id)
    with qtbot.waitActive(dialog):
        dialog.open()
    return dialog


def select(dialog: ConnectionsDialog, connection: Connection) -> None:
    row = [MINE, PRESET, OTHER].index(connection)
    dialog.list.setCurrentIndex(dialog.list.model().index(row, 0))
    assert dialog.current_id == connection.id


def question(qtbot: QtBot, dialog: ConnectionsDialog) -> QMessageBox:
    box = dialog.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    qtbot.waitUntil(box.isVisible)
    return box


def press(box: QMessageBox, name: str) -> None:
    button = box.findChild(QPushButton, name)
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_what_is_shown(qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    items = [dialog.list.topLevelItem(row) for row in range(3)]
    rows = [[item.text(column) for column in range(4)] for item in items if item is not None]
    assert rows == [
        ["<b>Clinic</b>", "fhir.example.org", "browser", ""],
        ["Hospital", "fhir.example.com", "program", "Default, Set by IT"],
        ["Test", "http://127.0.0.1:8000", "none", ""],
    ]
    assert dialog.current_id == PRESET.id  # the default is selected at first


@pytest.mark.parametrize(
    ("name", "signal"),
    [
        ("edit", "edit_wanted"),
        ("duplicate", "duplicate_wanted"),
        ("make_default", "default_wanted"),
        ("connect_button", "connect_wanted"),
    ],
)
def test_a_button_says_for_which(qtbot: QtBot, name: str, signal: str) -> None:
    dialog = opened(qtbot)
    select(dialog, OTHER)
    with qtbot.waitSignal(getattr(dialog, signal)) as said:
        QTest.mouseClick(getattr(dialog, name), Qt.MouseButton.LeftButton)
    assert said.args == [OTHER.id]
    assert dialog.isVisible() is (name != "connect_button")


def test_with_the_keyboard_alone(qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    assert dialog.focusWidget() is dialog.list
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    with qtbot.waitSignal(dialog.connect_wanted) as said:
        QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    assert said.args == [OTHER.id]


def test_enter_connects_once(qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    said: list[str] = []
    dialog.connect_wanted.connect(said.append)
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    assert said == [PRESET.id]


def test_removing_asks_first_and_says_what_goes_with_it(qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    removed: list[str] = []
    dialog.remove_wanted.connect(removed.append)
    select(dialog, MINE)
    QTest.keyClick(dialog.list, Qt.Key.Key_Delete)
    box = question(qtbot, dialog)
    assert box.textFormat() is Qt.TextFormat.PlainText
    assert "<b>Clinic</b>" in box.text()
    assert "sign-in is removed" in box.informativeText()
    QTest.keyClick(box, Qt.Key.Key_Return)  # Enter keeps
    qtbot.waitUntil(lambda: dialog.findChild(QMessageBox) is None)
    assert removed == []
    QTest.mouseClick(dialog.remove, Qt.MouseButton.LeftButton)
    press(question(qtbot, dialog), "connectionsReallyRemove")
    assert removed == [MINE.id]


def test_the_selection_stays_and_moves_on(qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    select(dialog, OTHER)
    dialog.show_connections((OTHER, MINE, PRESET), {PRESET.id}, "")
    assert dialog.current_id == OTHER.id
    dialog.show_connections((MINE, PRESET), {PRESET.id}, "")
    assert dialog.current_id == MINE.id
    dialog.show_connections((), (), "")
    assert dialog.current_id == ""
    assert dialog.note.isVisible()
    for button in (dialog.edit, dialog.duplicate, dialog.remove, dialog.make_default, dialog.connect_button):
        assert not button.isEnabled()
    assert dialog.add.isEnabled()


def test_what_it_set_can_not_be_removed(qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    select(dialog, PRESET)
    assert not dialog.remove.isEnabled()
    assert not dialog.make_default.isEnabled()  # it is the default
    assert dialog.edit.text() == "Show…"
    QTest.keyClick(dialog.list, Qt.Key.Key_Delete)
    assert dialog.findChild(QMessageBox) is None
    select(dialog, MINE)
    assert dialog.edit.text() == "Edit…"


def test_it_may_forbid_adding(qtbot: QtBot) -> None:
    dialog = opened(qtbot, may_add=False)
    select(dialog, MINE)
    assert not dialog.add.isEnabled()
    assert not dialog.duplicate.isEnabled()
    assert dialog.remove.isEnabled()
    assert "IT department" in dialog.note.text()


def test_adding(qtbot: QtBot) -> None:
    dialog = opened(qtbot, ())
    with qtbot.waitSignal(dialog.add_wanted):
        QTest.mouseClick(dialog.add, Qt.MouseButton.LeftButton)


def test_the_question_is_as_wide_as_its_words_need(qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    select(dialog, MINE)
    QTest.keyClick(dialog.list, Qt.Key.Key_Delete)
    box = question(qtbot, dialog)
    words = next(label for label in box.findChildren(QLabel) if label.text() == box.informativeText())
    assert words.width() >= QUESTION_WIDTH
    box.reject()
