"""The demo guide of the README, line by line: what each patient who makes trouble shows."""

import pytest
from PySide6.QtWidgets import QPushButton

from procedure_viewer.chart.open_chart import Standing
from tests.conftest import ROOT
from tests.desk import Desk

DIALOGS = {
    "Demo-Forbidden": "The server does not allow this",
    "Demo-Signedout": "Signed out by the server",
    "Demo-Gone": "Not found on the server",
    "Demo-Error": "The server failed",
    "Demo-Throttled": "The server asks for patience",
    "Demo-Proxy": "The server failed",
    "Demo-Portal": "The answer could not be read",
    "Demo-Broken": "The answer could not be read",
    "Demo-Dropped": "No connection to the server",
    "Demo-Halfway": "The server failed",
    "Demo-Loop": "The server's pages lead in circles",
    "Demo-Elsewhere": "The server pointed elsewhere",
}
STATEMENTS = {
    "Demo-Busy": "All ",
    "Demo-Halfway": "Incomplete: 100 of 121 records (the server failed at the next page)",
    "Demo-Loop": "Incomplete: 35 of 35 records (the server's pages lead in circles)",
    "Demo-Elsewhere": (
        "Incomplete: 100 of 120 records (the next page lies outside this server's address; nothing was sent there)"
    ),
    "Demo-Short": "Incomplete: 54 of 56 records (the server announced another number of records)",
    "Demo-Shifted": "Incomplete: 113 of 114 records (the record changed while it was being read)",
    "Demo-Mixed": "All 12 records",
    "Demo-Warning": "All ",
    "Demo-Unreadable": "24 records received, loaded ",
}
SLOW = {"Demo-Slow", "Demo-Silent"}


def test_the_guide_names_every_patient_who_makes_trouble(demo_desk: Desk) -> None:
    guide = (ROOT / "README.md").read_text(encoding="utf-8")
    demo_desk.find("demo-")
    families = {patient.family for patient in demo_desk.session.found.patients}
    special = {"Demo-Dates", "Demo-Statuses", "Demo-Everything"}
    assert families == {*DIALOGS, *STATEMENTS, *SLOW, *special}
    assert [family for family in families - special if f"| {family}, " not in guide] == []
    assert [family for family in special if f"`{family.lower()}`" not in guide] == []


@pytest.mark.parametrize("family", sorted({*DIALOGS, *STATEMENTS}))
def test_trouble_is_shown_as_the_guide_says(demo_desk: Desk, family: str) -> None:
    demo_desk.read_chart(family)
    if family in DIALOGS:
        demo_desk.wait_for_error()
        dialog = demo_desk.window.errors.current
        assert dialog is not None
        assert dialog.windowTitle() == DIALOGS[family]
        assert "<" not in dialog.server_words.text()
        dialog.reject()
    assert demo_desk.window.errors.current is None
    pane = demo_desk.window.procedures
    if family in STATEMENTS:
        assert pane.statement.isVisible()
        assert pane.statement.text().startswith(STATEMENTS[family])
    else:
        assert not pane.statement.isVisible()
        assert pane.pane.message[0] == DIALOGS[family]


def visible_buttons(desk: Desk) -> list[str]:
    return [button.text() for button in desk.window.procedures.findChildren(QPushButton) if button.isVisible()]


@pytest.mark.parametrize(
    ("family", "words", "buttons"),
    [
        ("Demo-Forbidden", "error (forbidden): Authorization failed", []),
        ("Demo-Gone", "", []),
        ("Demo-Error", "error (exception): Internal server error", ["Retry"]),
        ("Demo-Signedout", "error (unknown): Authentication failed", ["Sign in again"]),
    ],
)
def test_a_failed_chart_says_why_in_one_place(demo_desk: Desk, family: str, words: str, buttons: list[str]) -> None:
    demo_desk.read_chart(family)
    demo_desk.wait_for_error()
    demo_desk.window.errors.current.reject()  # type: ignore[union-attr]
    assert words in demo_desk.window.procedures.pane.message[1]
    assert visible_buttons(demo_desk) == buttons


@pytest.mark.parametrize(
    ("family", "words", "buttons"),
    [
        ("Demo-Halfway", "Internal server error", ["Retry"]),
        ("Demo-Loop", "", []),
        ("Demo-Elsewhere", "", []),
        ("Demo-Shifted", "", ["Retry"]),
    ],
)
def test_an_incomplete_chart_keeps_the_servers_words(
    demo_desk: Desk, family: str, words: str, buttons: list[str]
) -> None:
    demo_desk.read_chart(family)
    demo_desk.wait(lambda: demo_desk.window.errors.current is not None or family == "Demo-Shifted")
    if demo_desk.window.errors.current is not None:
        demo_desk.window.errors.current.reject()
    assert words in demo_desk.window.procedures.warnings.text()
    assert demo_desk.window.procedures.warnings.isVisible() is bool(words)
    assert visible_buttons(demo_desk) == buttons


def test_the_wait_that_a_server_asks_for_is_told(demo_desk: Desk) -> None:
    demo_desk.read_chart("Demo-Throttled")
    demo_desk.wait_for_error()
    dialog = demo_desk.window.errors.current
    assert dialog is not None
    assert "60 seconds" in dialog.meaning.text()
    dialog.reject()


def test_another_patients_record_is_withheld_and_said(demo_desk: Desk) -> None:
    demo_desk.read_chart("Demo-Mixed")
    assert "1 of another patient withheld" in demo_desk.window.procedures.statement.text()
    assert demo_desk.window.procedures.statement.warns
    assert len(demo_desk.rows()) == 11


def test_a_warning_in_the_bundle_is_shown(demo_desk: Desk) -> None:
    demo_desk.read_chart("Demo-Warning")
    assert demo_desk.window.procedures.warnings.isVisible()
    assert len(demo_desk.window.procedures.warnings.text()) > 10


@pytest.mark.parametrize("family", sorted(SLOW))
def test_a_slow_answer_can_be_cancelled(demo_desk: Desk, family: str) -> None:
    demo_desk.find(family)
    demo_desk.open_first()
    window = demo_desk.window
    demo_desk.wait(lambda: window.foot.cancel.isVisible())
    assert window.procedures.pane.message[0] == "Loading procedures…"
    assert window.foot.progress.isVisible()
    window.foot.cancel.click()
    demo_desk.wait_for_chart()
    chart = demo_desk.session.chart
    assert chart is not None
    assert chart.standing is Standing.INCOMPLETE
    assert "loading was stopped" in window.procedures.statement.text()
    title, text = window.procedures.pane.message
    assert title == "The procedures were not loaded"
    assert "loading was stopped" in text
    assert visible_buttons(demo_desk) == ["Retry"]
    assert not window.foot.cancel.isVisible()
