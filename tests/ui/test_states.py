"""Each pane says what it is waiting for, with Cancel, and what went wrong, with a way to mend it."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QPushButton

from procedure_viewer.chart.search import Progress
from procedure_viewer.settings.connections import Connection
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.states import Link, Server
from tests import seed
from tests.desk import SEED_PROCEDURE, Desk
from tests.servers import Held, Script, ScriptedServer, bundle, by_path, in_turn, outcome, procedure, reply, stall

PERSON = {"resourceType": "Patient", "id": "p", "name": [{"family": "Jones"}]}
BROKEN = reply(500, seed.outcome("exception", "Internal server error"))


def clinic(**more: Script) -> dict[str, Script]:
    """A patient with two procedures; `more` is by the id of a procedure."""
    answers = {
        "/Patient": reply(200, bundle([PERSON], total=1)),
        "/Patient/p": reply(200, PERSON),
        "/Procedure": reply(200, bundle([procedure("a", "p"), procedure("b", "p")], total=2)),
    }
    return answers | {f"/Procedure/{name}": script for name, script in more.items()}


def button(desk: Desk, name: str) -> QAbstractButton:
    found = desk.window.findChild(QAbstractButton, name)
    assert isinstance(found, QAbstractButton)
    return found


def has_room(label: PlainLabel) -> bool:
    """Whether all of a label can be seen."""
    text = label.fontMetrics().horizontalAdvance(label.text())
    return label.isVisible() and label.visibleRegion().boundingRect().width() >= text


def dismiss(desk: Desk) -> None:
    desk.wait_for_error()
    desk.window.errors.current.reject()  # type: ignore[union-attr]


def test_a_search_can_be_cancelled_where_it_is_waited_for(desk: Desk) -> None:
    with ScriptedServer(by_path({"/Patient": stall()})) as server:
        desk.connect(server.url)
        desk.type_and_search("jones")
        pane = desk.window.search.pane
        assert pane.message[0] == "Searching…"
        cancel = button(desk, "searchMessageButton")
        assert (cancel.text(), cancel.isVisible()) == ("Cancel", True)
        server.wait_for_request()
        cancel.click()
        desk.wait(lambda: desk.session.progress is Progress.STOPPED)
        assert pane.message[0] == "Search stopped"
        assert button(desk, "searchMessageButton").text() == "Search again"
        server.wait_until_left()


@pytest.mark.parametrize("how", ["searchMessageButton", "cancelButton", "Esc"])
def test_connecting_can_be_cancelled_and_tried_again(desk: Desk, how: str) -> None:
    known = threading.Event()
    with ScriptedServer(by_path(clinic())) as server:

        def address() -> str:
            known.wait(20)
            return server.url

        window = desk.window
        desk.session.use(Server(Connection("0" * 32, "Clinic", ""), address))
        assert window.search.pane.message == ("Connecting…", "Clinic")
        assert window.foot.cancel.isVisible()
        if how == "Esc":
            QTest.keyClick(window, Qt.Key.Key_Escape)
        else:
            button(desk, how).click()
        desk.wait(lambda: desk.session.link is Link.FAILED)
        assert window.search.pane.message == ("Not connected", "Clinic")
        assert window.server_menu.text() == "Clinic: not connected"
        assert not window.foot.cancel.isVisible()
        assert window.errors.current is None
        known.set()
        again = button(desk, "searchMessageButton")
        assert again.text() == "Connect again"
        again.click()
        desk.wait(lambda: desk.session.link is Link.READY)
        assert window.search.pane.message[0] == "No patient looked up yet"
        desk.read_chart("jones")
        assert len(desk.rows()) == 2


def test_a_search_without_a_connection_says_so_and_connects_again(desk: Desk) -> None:
    release = threading.Event()
    with ScriptedServer(by_path(clinic())) as server:

        def address() -> str:
            release.wait(20)
            return server.url

        desk.session.use(Server(Connection("0" * 32, "Clinic", ""), address))
        desk.session.cancel()
        desk.wait(lambda: desk.session.link is Link.FAILED)
        release.set()
        desk.type_and_search("jones")
        desk.wait_for_error()
        dialog = desk.window.errors.current
        assert dialog is not None
        assert dialog.windowTitle() == "No connection to the server"
        button(desk, "errorRemedyButton").click()
        desk.wait(lambda: desk.session.progress is Progress.DONE)
        assert desk.session.link is Link.READY
        assert len(desk.session.found.patients) == 1, "and searches for what was asked for"


def test_a_procedure_that_is_read_by_its_id_is_waited_for_in_the_detail(desk: Desk) -> None:
    held = Held(reply(200, procedure(SEED_PROCEDURE, "p")))
    with ScriptedServer(by_path(clinic(**{SEED_PROCEDURE: held}))) as server:
        desk.connect(server.url)
        pane = desk.window.detail.pane
        desk.type_and_search(SEED_PROCEDURE)
        assert pane.message[0] == "Reading the procedure…"
        assert button(desk, "detailMessageButton").text() == "Cancel"
        server.wait_for_request()
        button(desk, "detailMessageButton").click()
        desk.wait(lambda: not desk.session.busy)
        assert pane.message[0] == "No procedure to show"
        desk.type_and_search(SEED_PROCEDURE)
        server.call(held.gate.set)
        desk.wait(lambda: desk.window.detail.procedure is not None)
        desk.wait_for_chart()
        assert pane.shows_content
        assert not desk.window.detail.notice.isVisible()


def test_a_procedure_that_could_not_be_read_is_said_in_the_detail_and_retried_there(desk: Desk) -> None:
    answers = clinic(**{SEED_PROCEDURE: in_turn(BROKEN, reply(200, procedure(SEED_PROCEDURE, "p")))})
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.type_and_search(SEED_PROCEDURE)
        dismiss(desk)
        pane = desk.window.detail.pane
        assert pane.message == ("The server failed", "The procedure could not be read.")
        retry = button(desk, "detailMessageButton")
        assert retry.text() == "Retry"
        retry.click()
        desk.wait(lambda: desk.window.detail.procedure is not None)
        desk.wait_for_chart()
        assert pane.shows_content


def test_another_search_ends_what_was_said_about_a_procedure(desk: Desk) -> None:
    with ScriptedServer(by_path(clinic(**{SEED_PROCEDURE: BROKEN}))) as server:
        desk.connect(server.url)
        desk.type_and_search(SEED_PROCEDURE)
        dismiss(desk)
        desk.find("jones")
        assert desk.window.detail.pane.message[0] == "No procedure to show"


def test_what_is_read_again_stays_in_view_with_a_word_about_it(desk: Desk) -> None:
    fresh = Held(reply(200, {**procedure("a", "p"), "status": "stopped"}))
    answers = clinic(a=in_turn(Held(BROKEN), fresh))
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.read_chart("jones")
        shown = desk.select("a")
        detail = desk.window.detail
        assert not detail.notice.isVisible()
        desk.window.actions_by_name["refresh"].trigger()
        assert (detail.reading.text(), detail.reading.isVisible()) == ("Reading it again…", True)
        server.wait_for_request(3)
        assert detail.pane.shows_content
        button(desk, "detailCancel").click()
        desk.wait(lambda: not desk.session.busy)
        assert not detail.reading.isVisible()
        assert not detail.notice.isVisible()
        assert detail.procedure is shown
        server.call(fresh.gate.set)


def test_what_could_not_be_read_again_is_marked_as_from_before(desk: Desk) -> None:
    answers = clinic(a=in_turn(BROKEN, reply(200, {**procedure("a", "p"), "status": "stopped"}), BROKEN))
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.read_chart("jones")
        shown = desk.select("a")
        detail = desk.window.detail
        desk.session.refresh()
        dismiss(desk)
        assert (detail.notice.text(), detail.notice.warns) == ("Not read again: this is from before", True)
        assert detail.procedure is shown
        assert button(desk, "detailRetry").text() == "Retry"
        with desk.bot.waitSignal(desk.session.procedure_reread, timeout=5000):
            button(desk, "detailRetry").click()
        desk.wait(lambda: detail.notice.text().endswith(": changed"))
        assert not detail.notice.warns
        assert detail.procedure is not None
        assert detail.procedure.status == "stopped"
        desk.session.refresh()
        dismiss(desk)
        assert detail.notice.isVisible()
        desk.select("b")
        assert not detail.notice.isVisible(), "said of the other one only"


def test_another_procedure_that_could_not_be_read_is_not_taken_for_the_shown_one(desk: Desk) -> None:
    failing = Held(BROKEN)
    with ScriptedServer(by_path(clinic(**{SEED_PROCEDURE: failing}))) as server:
        desk.connect(server.url)
        desk.read_chart("jones")
        desk.select("a")
        desk.window.resize(desk.window.minimumSize())
        desk.type_and_search(SEED_PROCEDURE)
        assert desk.window.detail.reading.text() == "Reading another one…"
        desk.wait(lambda: has_room(desk.window.detail.reading))
        server.call(failing.gate.set)
        dismiss(desk)
        assert desk.window.detail.notice.text() == "The other procedure could not be read"
        assert desk.window.detail.notice.isVisible()
        desk.wait(lambda: has_room(desk.window.detail.notice))


def test_the_wrong_patients_record_does_not_leave_the_detail_waiting(desk: Desk) -> None:
    answers = clinic(**{SEED_PROCEDURE: reply(200, procedure(SEED_PROCEDURE, "p"))})
    answers["/Patient/p"] = reply(200, {**PERSON, "id": "q"})
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.type_and_search(SEED_PROCEDURE)
        dismiss(desk)
        assert desk.window.detail.pane.message[0] != "Reading the procedure…"
        assert not desk.window.foot.activity.isVisible()


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [(403, "forbidden", ""), (404, "not-found", ""), (401, "login", "Sign in again"), (500, "exception", "Retry")],
)
def test_a_search_that_failed_offers_what_may_help_and_nothing_else(
    desk: Desk, status: int, code: str, words: str
) -> None:
    with ScriptedServer(by_path({"/Patient": reply(status, outcome(code, "no"))})) as server:
        desk.connect(server.url)
        desk.find("jones")
        dismiss(desk)
        offered = desk.window.search.findChild(QPushButton, "searchMessageButton")
        assert isinstance(offered, QPushButton)
        assert offered.text() == words
        assert offered.isVisible() == bool(words)
        if words == "Sign in again":
            with desk.bot.waitSignal(desk.session.sign_in_wanted):
                offered.click()
