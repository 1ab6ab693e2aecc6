"""The list of patients answers what is typed, or is out of reach: nobody is opened under another one's reading."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from procedure_viewer.chart.search import Progress
from tests import seed
from tests.desk import SEED_PROCEDURE, Desk
from tests.servers import Script, ScriptedServer, bundle, by_path, procedure, reply, stall

UNKNOWN = "f8cb2d52-c53d-4585-8417-7a1cc1a74377"
JONES = {"resourceType": "Patient", "id": "pj", "name": [{"family": "Jones", "given": ["Jane"]}]}


def clinic(**more: Script) -> Script:
    """A server on which everybody is called Jones; `more` by path without its slash."""
    answers = {
        "/Patient": reply(200, bundle([JONES], total=1)),
        "/Patient/pj": reply(200, JONES),
        "/Procedure": reply(200, bundle([procedure("p1", "pj")], total=1)),
    }
    return by_path(answers | {f"/{path.replace('__', '/')}": script for path, script in more.items()})


def press(desk: Desk, key: Qt.Key) -> None:
    """A key where the keyboard is, as a person presses it."""
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key)


def keyboard_on(desk: Desk, widget: QWidget) -> None:
    desk.window.activateWindow()
    widget.setFocus()
    desk.wait(widget.hasFocus)


def form_field(desk: Desk, name: str) -> QLineEdit:
    field = desk.window.search.findChild(QLineEdit, f"searchForm_{name}")
    assert isinstance(field, QLineEdit)
    return field


def open_form(desk: Desk) -> None:
    button = desk.window.search.findChild(QWidget, "searchFormButton")
    assert isinstance(button, QWidget)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_slow_unknown_id_does_not_throw_away_a_newer_search(desk: Desk) -> None:
    gone = reply(404, seed.UNKNOWN_PROCEDURE)
    with ScriptedServer(clinic(**{f"Procedure__{UNKNOWN}": stall()})) as server:
        desk.connect(server.url)
        desk.type_and_search(UNKNOWN)
        server.wait_for_request()
        desk.find("jones")
        assert [one.id for one in desk.session.found.patients] == ["pj"]
        assert not desk.session.busy, "what was asked before is no longer waited for"
        assert not desk.session.reading_procedure
    with ScriptedServer(clinic(**{f"Procedure__{UNKNOWN}": gone})) as server:
        desk.connect(server.url)
        desk.type_and_search(UNKNOWN)
        desk.find("jones")  # the refusal is on its way, or waits to be delivered
        desk.wait(lambda: not desk.session.busy)
        assert [one.id for one in desk.session.found.patients] == ["pj"]
        assert desk.window.errors.current is None
        assert desk.session.reading is not None
        assert "jones" in desk.session.reading.text


def test_a_record_that_is_being_read_again_is_not_given_up_for_a_search(desk: Desk) -> None:
    with ScriptedServer(clinic(Procedure__p1=reply(200, procedure("p1", "pj") | {"status": "stopped"}))) as server:
        desk.connect(server.url)
        desk.read_chart("jones")
        desk.select("p1")
        with desk.bot.waitSignal(desk.session.procedure_reread, timeout=5000):
            desk.session.refresh()
            desk.type_and_search("okafor")


def test_an_older_list_can_not_be_reached_under_a_newer_reading(desk: Desk) -> None:
    with ScriptedServer(clinic()) as server:
        desk.connect(server.url)
        search = desk.window.search
        desk.find("jones")
        assert search.results.isEnabled()
        keyboard_on(desk, search.field)
        search.field.selectAll()
        QTest.keyClicks(search.field, "okafor")
        assert not search.results.isEnabled()
        assert search.count.text().startswith("Results for: Family or given name “jones” (1 patient).")
        press(desk, Qt.Key.Key_Down)
        assert search.field.hasFocus()
        desk.window.actions_by_name["pane1"].trigger()
        assert search.field.hasFocus()
        QTest.keyClick(search.results, Qt.Key.Key_Return)
        search.results.activated.emit(search.table.index(0, 0))
        assert desk.session.chart is None
        # Back to what was searched, the list is what it says again.
        search.field.selectAll()
        QTest.keyClicks(search.field, "jones")
        assert search.results.isEnabled()
        assert search.count.text() == "1 patient"
        desk.open_first()
        desk.wait_for_chart()


def test_patients_of_this_run_are_not_reached_under_a_reading_either(desk: Desk) -> None:
    with ScriptedServer(clinic()) as server:
        desk.connect(server.url)
        desk.read_chart("jones")
        search = desk.window.search
        keyboard_on(desk, search.field)
        search.field.clear()
        assert search.results.isEnabled()
        QTest.keyClicks(search.field, "okafor")
        assert not search.results.isEnabled()
        assert search.count.text() == "Opened in this run. Press Enter to search for what is typed."
        press(desk, Qt.Key.Key_Down)
        assert search.field.hasFocus()


@pytest.mark.parametrize("line", ["99/99/9999", "03/04/1980"])
def test_what_can_not_be_searched_for_leaves_no_older_list(desk: Desk, line: str) -> None:
    with ScriptedServer(clinic()) as server:
        desk.connect(server.url)
        desk.find("jones")
        desk.type_and_search(line)
        search = desk.window.search
        assert desk.session.progress is Progress.UNCLEAR
        assert search.table.rowCount() == 0
        assert search.pane.message == ("Nothing was searched", search.reading.text())
        QTest.keyClicks(search.field, "x")
        assert search.pane.message[0] == "No patient looked up yet"


def test_an_id_leaves_no_older_list_while_it_is_opened_and_then_its_own_patient(desk: Desk) -> None:
    scripts = {f"Procedure__{SEED_PROCEDURE}": reply(200, procedure(SEED_PROCEDURE, "pj"))}
    with ScriptedServer(clinic(**scripts)) as server:
        desk.connect(server.url)
        desk.find("jones")
        search = desk.window.search
        desk.type_and_search(SEED_PROCEDURE)
        assert search.table.rowCount() == 0
        assert search.pane.message[0] == "Searching…"
        desk.wait_for_chart()
        assert [one.id for one in desk.session.found.patients] == ["pj"]
        assert search.results.isEnabled()


def test_an_id_that_is_not_found_is_said_in_the_lists_place(desk: Desk) -> None:
    with ScriptedServer(clinic(**{f"Procedure__{UNKNOWN}": reply(404, seed.UNKNOWN_PROCEDURE)})) as server:
        desk.connect(server.url)
        desk.find("jones")
        desk.type_and_search(f"Procedure/{UNKNOWN}")
        desk.wait_for_error()
        desk.window.errors.current.reject()  # type: ignore[union-attr]
        title, text = desk.window.search.pane.message
        assert title == "Not found on the server"
        assert UNKNOWN in text


def test_opening_by_an_id_can_be_stopped(desk: Desk) -> None:
    with ScriptedServer(clinic(**{f"Procedure__{UNKNOWN}": stall()})) as server:
        desk.connect(server.url)
        desk.type_and_search(UNKNOWN)
        server.wait_for_request()
        desk.window.actions_by_name["cancel"].trigger()
        desk.wait(lambda: desk.session.progress is Progress.STOPPED)
        assert desk.window.search.pane.message[0] == "Search stopped"


def test_the_line_and_the_form_are_never_both_asked(desk: Desk) -> None:
    with ScriptedServer(clinic()) as server:
        desk.connect(server.url)
        search = desk.window.search
        open_form(desk)
        family, birth_date = form_field(desk, "family"), form_field(desk, "birth_date")
        QTest.keyClicks(search.field, "smith")
        QTest.keyClicks(family, "okafor")
        assert search.field.text() == ""
        assert search.reading.text() == "Family name “okafor”"
        desk.wait(lambda: search.reading.y() > family.mapTo(search, family.rect().bottomLeft()).y())
        QTest.keyClicks(birth_date, "03/04/1980")
        assert len(search.choices.buttons) == 2
        QTest.keyClicks(search.field, "jones")
        assert (family.text(), birth_date.text()) == ("", "")
        assert search.choices.buttons == []
        assert search.reading.text() == "Family or given name “jones”"
        desk.wait(lambda: search.reading.y() < family.mapTo(search, family.rect().topLeft()).y())
        QTest.keyClick(search.field, Qt.Key.Key_Return)
        desk.wait(lambda: desk.session.progress is Progress.DONE)
        assert server.targets == ["/Patient?name=jones&_count=100"]
        birth_date.undo()
        assert birth_date.text() == "03/04/1980", "nothing that was typed is lost for good"
        assert search.field.text() == ""


def test_after_choosing_the_form_says_what_was_chosen(desk: Desk) -> None:
    with ScriptedServer(clinic()) as server:
        desk.connect(server.url)
        search = desk.window.search
        open_form(desk)
        QTest.keyClicks(form_field(desk, "family"), "jones")
        QTest.keyClicks(form_field(desk, "birth_date"), "03/04/1980")
        chosen = search.choices.buttons[1]
        assert chosen.text() == "04 Mar 1980"
        QTest.mouseClick(chosen, Qt.MouseButton.LeftButton)
        desk.wait(lambda: desk.session.progress is Progress.DONE)
        assert form_field(desk, "family").text() == "jones"
        assert form_field(desk, "birth_date").text() == "1980-03-04"
        assert search.reading.text() == "Family name “jones”, born 04 Mar 1980"
        assert search.choices.buttons == []
        assert server.targets == ["/Patient?family=jones&birthdate=1980-03-04&_count=100"]
        assert search.results.isEnabled()


def test_the_choices_of_a_date_come_right_after_the_field(desk: Desk) -> None:
    with ScriptedServer(clinic()) as server:
        desk.connect(server.url)
        search = desk.window.search
        keyboard_on(desk, search.field)
        QTest.keyClicks(search.field, "jones 03/04/1980")
        first, second = search.choices.buttons
        press(desk, Qt.Key.Key_Tab)
        assert first.hasFocus()
        press(desk, Qt.Key.Key_Tab)
        assert second.hasFocus()
        press(desk, Qt.Key.Key_Up)
        assert search.field.hasFocus()
        press(desk, Qt.Key.Key_Down)
        assert first.hasFocus()
        press(desk, Qt.Key.Key_Return)
        desk.wait(lambda: desk.session.progress is Progress.DONE)
        assert search.field.text() == "jones 1980-04-03"
        assert search.field.hasFocus()
        assert server.targets == ["/Patient?name=jones&birthdate=1980-04-03&_count=100"]
