"""Refusals: each a real response, shown as a dialog with our words, the server's words and the right button."""

from collections.abc import Mapping

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from procedure_viewer.chart.open_chart import Standing
from procedure_viewer.chart.search import Progress
from tests import seed
from tests.desk import SEED_PATIENT, SEED_PROCEDURE, Desk
from tests.servers import Script, ScriptedServer, bundle, by_path, in_turn, procedure, reply

PATIENT = {"resourceType": "Patient", "id": SEED_PATIENT, "name": [{"family": "Jones", "given": ["Samantha"]}]}


def refusing(status: int, body: Mapping[str, object]) -> Script:
    """A server that finds the patient and refuses the procedures."""
    return by_path(
        {
            "/Patient": reply(200, bundle([PATIENT], total=1)),
            "/Procedure": reply(status, body, {"fumage-correlation-id": "correlation-1"}),
        }
    )


@pytest.mark.parametrize(
    ("status", "body", "title", "words", "button"),
    [
        (400, seed.BAD_REQUEST, "The server did not understand the request", "error (invalid): Bad request", None),
        (
            401,
            seed.AUTHENTICATION_FAILED,
            "Signed out by the server",
            "error (unknown): Authentication failed",
            "Sign in again",
        ),
        (
            403,
            seed.AUTHORIZATION_FAILED,
            "The server does not allow this",
            "error (forbidden): Authorization failed",
            None,
        ),
        (
            404,
            seed.UNKNOWN_PROCEDURE,
            "Not found on the server",
            "error (not-found): Unknown Procedure resource 'a47c7b0e-bbb4-42cd-bc4a-df259d148ea1'",
            None,
        ),
        (
            500,
            seed.outcome("exception", "Internal server error"),
            "The server failed",
            "error (exception): Internal server error",
            "Retry",
        ),
    ],
)
def test_a_refusal_is_a_dialog(
    desk: Desk, status: int, body: Mapping[str, object], title: str, words: str, button: str | None
) -> None:
    with ScriptedServer(refusing(status, body)) as server:
        desk.connect(server.url)
        desk.find("jones")
        desk.open_first()
        desk.wait_for_error()
        dialog = desk.window.errors.current
        assert dialog is not None
        assert dialog.windowTitle() == title
        assert dialog.server_words.text() == words
        assert f"HTTP status: {status}" in dialog.details.toPlainText()
        assert "correlation-1" in dialog.details.toPlainText()
        assert SEED_PATIENT not in dialog.details.toPlainText()
        remedy = dialog.findChild(QPushButton, "errorRemedyButton")
        assert (remedy.text() if isinstance(remedy, QPushButton) else None) == button
        # The data's own place says it too.
        assert desk.session.chart is not None
        assert desk.session.chart.standing is Standing.INCOMPLETE
        assert desk.window.procedures.pane.message[0] == title
        dialog.reject()


@pytest.mark.parametrize(("asked", "words"), [("90", "It asks to wait 90 seconds."), ("3600", "wait 60 minutes.")])
def test_a_long_wait_that_a_failing_server_asks_for_is_said(desk: Desk, asked: str, words: str) -> None:
    busy = reply(503, seed.outcome("transient", "Service unavailable"), {"Retry-After": asked})
    with ScriptedServer(by_path({"/Patient": reply(200, bundle([PATIENT], total=1)), "/Procedure": busy})) as server:
        desk.connect(server.url)
        desk.find("jones")
        desk.open_first()
        desk.wait_for_error()
        dialog = desk.window.errors.current
        assert dialog is not None
        assert dialog.windowTitle() == "The server failed"
        assert words in dialog.meaning.text()
        assert f"Wait asked for: {asked} s" in dialog.details.toPlainText()
        assert len(server.targets) == 2, "told, not slept"
        dialog.reject()


def test_retry_reads_the_chart_again(desk: Desk) -> None:
    scripts = by_path(
        {
            "/Patient": reply(200, bundle([PATIENT], total=1)),
            "/Procedure": in_turn(
                reply(500, seed.outcome("exception", "Internal server error")),
                reply(200, bundle([procedure("1"), procedure("2")], total=2)),
            ),
        }
    )
    with ScriptedServer(scripts) as server:
        desk.connect(server.url)
        desk.find("jones")
        desk.open_first()
        desk.wait_for_error()
        dialog = desk.window.errors.current
        assert dialog is not None
        remedy = dialog.findChild(QPushButton, "errorRemedyButton")
        assert isinstance(remedy, QPushButton)
        remedy.click()
        desk.wait_for_chart()
        assert len(desk.rows()) == 2
        assert desk.window.errors.current is None


def test_a_failed_search_is_said_in_its_place_and_retried_from_there(desk: Desk) -> None:
    scripts = by_path({"/Patient": in_turn(reply(400, seed.BAD_REQUEST), reply(200, bundle([PATIENT], total=1)))})
    with ScriptedServer(scripts) as server:
        desk.connect(server.url)
        desk.find("jones")
        desk.wait_for_error()
        assert desk.session.progress is Progress.FAILED
        assert desk.window.search.pane.message[0] == "The server did not understand the request"
        desk.window.errors.current.reject()  # type: ignore[union-attr]
        button = desk.window.search.findChild(QPushButton, "searchMessageButton")
        assert isinstance(button, QPushButton)
        button.click()
        desk.wait(lambda: desk.session.progress is Progress.DONE)
        assert len(desk.session.found.patients) == 1


def test_the_same_failure_from_two_requests_is_one_dialog(desk: Desk) -> None:
    with ScriptedServer(reply(401, seed.AUTHENTICATION_FAILED)) as server:
        desk.connect(server.url)
        desk.type_and_search("jones")
        desk.session.open_procedure(SEED_PROCEDURE)
        desk.wait(lambda: not desk.session.busy)
        desk.wait_for_error()
        first = desk.window.errors.current
        assert first is not None
        first.reject()
        QApplication.sendPostedEvents()
        assert desk.window.errors.current is None


def test_an_unreachable_server_is_said(desk: Desk) -> None:
    with ScriptedServer(reply()) as server:
        url = server.url
    desk.connect(url)
    desk.find("jones")
    desk.wait_for_error()
    dialog = desk.window.errors.current
    assert dialog is not None
    assert dialog.windowTitle() == "No connection to the server"
    assert dialog.server_words.isHidden()


def test_copy_details_copies_no_name(desk: Desk) -> None:
    with ScriptedServer(refusing(403, seed.AUTHORIZATION_FAILED)) as server:
        desk.connect(server.url, "token-that-must-not-be-seen")
        desk.find("jones")
        desk.open_first()
        desk.wait_for_error()
        dialog = desk.window.errors.current
        assert dialog is not None
        copy = dialog.findChild(QPushButton, "errorCopyButton")
        assert isinstance(copy, QPushButton)
        copy.click()
        copied = QApplication.clipboard().text()
        assert "Authorization failed" in copied
        for secret in ("token-that-must-not-be-seen", "jones", "Jones", SEED_PATIENT):
            assert secret not in copied
        dialog.reject()


def test_a_procedure_that_is_gone_is_said_without_losing_the_list(desk: Desk) -> None:
    scripts = by_path(
        {
            "/Patient": reply(200, bundle([PATIENT], total=1)),
            "/Procedure": reply(200, bundle([procedure("1"), procedure("2")], total=2)),
            "/Procedure/1": reply(404, seed.outcome("not-found", "Unknown Procedure resource '1'")),
        }
    )
    with ScriptedServer(scripts) as server:
        desk.connect(server.url)
        desk.read_chart("jones")
        desk.select("1")
        desk.window.actions_by_name["refresh"].trigger()
        desk.wait_for_error()
        dialog = desk.window.errors.current
        assert dialog is not None
        assert dialog.windowTitle() == "Not found on the server"
        assert "Unknown Procedure resource '1'" in dialog.server_words.text()
        assert len(desk.rows()) == 2
        assert desk.window.banner.isVisible()
        dialog.reject()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("search", "If no search works, the address in the connection may be wrong."),
        ("typed", "The id may be mistyped."),
        ("refresh", "The record stays in the list as it was read before, and is marked there."),
        ("patient", "It is the patient whom the procedure names."),
    ],
)
def test_what_is_advised_depends_on_what_was_asked(desk: Desk, asked: str, words: str) -> None:
    scripts = {
        "/Patient": reply(200, bundle([PATIENT], total=1)),
        "/Procedure": reply(200, bundle([procedure("1")], total=1)),
        "/Procedure/other": reply(200, procedure("other", "nobody")),
    }
    with ScriptedServer(by_path({} if asked == "search" else scripts)) as server:
        desk.connect(server.url)
        match asked:
            case "search":
                desk.find("jones")
            case "typed":
                desk.type_and_search("Procedure/1")
            case "refresh":
                desk.read_chart("jones")
                desk.select("1")
                desk.session.refresh()
            case "patient":
                desk.type_and_search("Procedure/other")
        desk.wait_for_error()
        dialog = desk.window.errors.current
        assert dialog is not None
        assert dialog.meaning.text() == f"The server has no such record, or no longer has it. {words}"
        dialog.reject()


def test_nobody_who_typed_nothing_is_told_to_type_something_else(desk: Desk) -> None:
    with ScriptedServer(refusing(400, seed.BAD_REQUEST)) as server:
        desk.connect(server.url)
        desk.find("jones")
        desk.open_first()
        desk.wait_for_error()
        dialog = desk.window.errors.current
        assert dialog is not None
        assert "words" not in dialog.meaning.text()
        dialog.reject()


def test_refresh_shows_what_the_server_says_now(desk: Desk) -> None:
    changed = {**procedure("1"), "status": "entered-in-error"}
    scripts = by_path(
        {
            "/Patient": reply(200, bundle([PATIENT], total=1)),
            "/Procedure": reply(200, bundle([procedure("1"), procedure("2")], total=2)),
            "/Procedure/1": reply(200, changed),
        }
    )
    with ScriptedServer(scripts) as server:
        desk.connect(server.url)
        desk.read_chart("jones")
        desk.select("1")
        with desk.bot.waitSignal(desk.session.procedure_reread, timeout=5000):
            desk.window.actions_by_name["refresh"].trigger()
        shown = desk.window.detail.procedure
        assert shown is not None
        assert shown.entered_in_error
        assert "1 entered in error" in desk.window.procedures.statement.text()
