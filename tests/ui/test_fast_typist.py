"""Keys that come before the list of patients does: they lead where they were meant to, and open nobody unseen."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from procedure_viewer.chart.search import Progress
from procedure_viewer.ui.search_pane import SearchPane
from tests.desk import Desk
from tests.servers import Held, ScriptedServer, bundle, by_path, in_turn, outcome, procedure, reply

JONESES = [
    {"resourceType": "Patient", "id": key, "name": [{"family": "Jones", "given": [given]}]}
    for key, given in (("a", "Adam"), ("b", "Bert"))
]
EARLY = "Enter came before the list could be read: nobody was opened. Press it again."


class Clinic:
    """A server whose answers to searches wait until they are let go."""

    def __init__(self, *answers: Held) -> None:
        self.answers = answers
        self.server = ScriptedServer(
            by_path({"/Patient": in_turn(*answers), "/Procedure": reply(200, bundle([procedure("p", "a")]))})
        )

    def answer(self, number: int = 0) -> None:
        """Let one go."""
        self.server.call(self.answers[number].gate.set)


def found(*records: object, next_link: str | None = None) -> Held:
    return Held(reply(200, bundle(records, next_link=next_link)))


@pytest.fixture
def clinic() -> Iterator[Clinic]:
    clinic = Clinic(found(*JONESES), found(JONESES[1]))
    with clinic.server:
        yield clinic


def press(*keys: Qt.Key) -> None:
    """Keys where the keyboard is, one right after the other, as a fast typist's are."""
    for key in keys:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key)


def ask(desk: Desk, clinic: Clinic, *keys: Qt.Key) -> None:
    """Type a name, Enter, and these keys, all before the server has answered."""
    desk.connect(clinic.server.url)
    desk.window.activateWindow()
    desk.window.search.field.setFocus()
    desk.wait(desk.window.search.field.hasFocus)
    QTest.keyClicks(desk.window.search.field, "jones")
    press(Qt.Key.Key_Return, *keys)


def chosen(desk: Desk) -> str:
    patient = desk.window.search.results.chosen
    return patient.id if patient is not None else ""


def test_down_before_the_list_leads_into_it(desk: Desk, clinic: Clinic) -> None:
    ask(desk, clinic, Qt.Key.Key_Down)
    assert desk.window.search.field.hasFocus()
    clinic.answer()
    desk.wait(desk.window.search.results.hasFocus)
    assert chosen(desk) == "a"
    desk.wait(lambda: desk.window.search.results.seen)
    press(Qt.Key.Key_Return)
    desk.wait_for_chart()
    assert desk.session.chart is not None
    assert desk.session.chart.patient.id == "a"


def test_enter_before_the_list_opens_nobody_and_says_so(desk: Desk, clinic: Clinic) -> None:
    ask(desk, clinic, Qt.Key.Key_Down, Qt.Key.Key_Return)
    search = desk.window.search
    assert search.count.isVisible()
    assert search.count.text() == EARLY
    clinic.answer()
    desk.wait(search.results.hasFocus)
    assert desk.session.chart is None
    assert search.count.text() == f"2 patients {EARLY}"
    assert len(clinic.server.requests) == 1, "it was no second search"
    desk.wait(lambda: search.results.seen)
    press(Qt.Key.Key_Down)
    assert search.count.text() == "2 patients"
    press(Qt.Key.Key_Return)
    desk.wait_for_chart()
    assert desk.session.chart is not None
    assert desk.session.chart.patient.id == "b"


def test_enter_before_the_row_was_on_the_screen_opens_nobody(desk: Desk, clinic: Clinic) -> None:
    ask(desk, clinic, Qt.Key.Key_Down)
    search = desk.window.search
    # The very moment in which the program highlights the first row, before anything is painted.
    chosen_now = search.results.selectionModel().selectionChanged
    chosen_now.connect(lambda: press(Qt.Key.Key_Return), Qt.ConnectionType.SingleShotConnection)
    clinic.answer()
    desk.wait(lambda: search.count.text() == f"2 patients {EARLY}")
    assert desk.session.chart is None


def test_whoever_types_on_is_not_taken_away(desk: Desk, clinic: Clinic) -> None:
    ask(desk, clinic, Qt.Key.Key_Down)
    QTest.keyClicks(desk.window.search.field, " b")
    clinic.answer()
    desk.wait(lambda: desk.session.progress is Progress.DONE)
    assert desk.window.search.field.hasFocus()
    assert chosen(desk) == ""


def test_nor_is_whoever_went_elsewhere(desk: Desk, clinic: Clinic) -> None:
    ask(desk, clinic, Qt.Key.Key_Down)
    desk.window.server_menu.setFocus()
    clinic.answer()
    desk.wait(lambda: desk.session.progress is Progress.DONE)
    assert not desk.window.search.results.hasFocus()
    assert chosen(desk) == ""


def test_a_search_that_fails_takes_nobody_anywhere(desk: Desk) -> None:
    clinic = Clinic(Held(reply(403, outcome("forbidden", "no"))), found(*JONESES))
    with clinic.server:
        ask(desk, clinic, Qt.Key.Key_Down, Qt.Key.Key_Return)
        clinic.answer()
        desk.wait(lambda: desk.session.progress is Progress.FAILED)
        assert not desk.window.search.results.hasFocus()
        desk.wait_for_error()
        desk.window.errors.current.reject()  # type: ignore[union-attr]
        clinic.answer(1)
        desk.find("jones")
        assert desk.window.search.count.text() == "2 patients"


def test_down_while_the_list_grows_waits_for_nothing_and_keeps_whom_it_chose(desk: Desk) -> None:
    """Whom the reader highlighted stays highlighted, wherever the rest of the answer puts their row."""
    clinic = Clinic(found(JONESES[1], next_link="/Patient?page=2"), found(JONESES[0]))
    with clinic.server:
        ask(desk, clinic)
        clinic.answer()
        desk.wait(lambda: desk.window.search.table.rowCount() == 1)
        press(Qt.Key.Key_Down)
        assert chosen(desk) == "b"
        clinic.answer(1)
        desk.wait(lambda: desk.session.progress is Progress.DONE)
        assert chosen(desk) == "b"
        assert desk.window.search.results.selectionModel().selectedRows()[0].row() == 1
        press(Qt.Key.Key_Return)
        desk.wait_for_chart()
        assert desk.session.chart is not None
        assert desk.session.chart.patient.id == "b"


def test_enter_in_a_list_without_a_highlight_says_what_it_needs(desk: Desk, clinic: Clinic) -> None:
    ask(desk, clinic)
    clinic.answer()
    desk.wait(lambda: desk.session.progress is Progress.DONE)
    desk.window.actions_by_name["pane1"].trigger()
    desk.wait(desk.window.search.results.hasFocus)
    desk.window.search.results.clearSelection()
    press(Qt.Key.Key_Return)
    assert desk.session.chart is None
    assert "Enter opens the highlighted patient" in desk.window.search.count.text()
    press(Qt.Key.Key_Down)
    assert desk.window.search.count.text() == "2 patients"


def test_a_list_that_is_read_anew_gives_the_keyboard_back(desk: Desk, clinic: Clinic) -> None:
    ask(desk, clinic, Qt.Key.Key_Down)
    clinic.answer()
    search = desk.window.search
    desk.wait(search.results.hasFocus)
    desk.wait(lambda: search.results.seen)
    desk.session.find_again()  # as after another sign-in
    assert search.field.hasFocus()
    press(Qt.Key.Key_Return)
    assert search.count.text() == EARLY
    clinic.answer(1)
    desk.wait(search.results.hasFocus)
    assert chosen(desk) == "b"
    assert desk.session.chart is None


def test_a_pane_that_the_collector_takes_apart_lets_events_pass(desk: Desk) -> None:
    """Qt tells of the field that goes, when the pane has none of its attributes left."""
    pane = SearchPane(desk.session)
    desk.bot.addWidget(pane)
    field = pane.field
    vars(pane).clear()
    assert not pane.eventFilter(field, QEvent(QEvent.Type.Hide))
