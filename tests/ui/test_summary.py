"""The summary as it is used: chosen from with keys and mouse, copied, unfolded, heard, and read in light and dark."""

import json
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QAction, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from procedure_viewer.fhir.procedure import Procedure, read_procedure
from procedure_viewer.fhir.status import Status
from procedure_viewer.settings.preferences import Appearance
from procedure_viewer.ui import theme
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.narrative_view import HEIGHT_FOLDED, NarrativeView
from procedure_viewer.ui.status_look import status_pixmap
from procedure_viewer.ui.summary_rows import FactLabel, LineLabel
from procedure_viewer.ui.summary_view import SummaryView
from tests.fhir.samples import WHOLE_PROCEDURE
from tests.ui import rules

TABLE = "<table><tr><th>Test</th><th>Value</th></tr>" + "<tr><td>Hb</td><td>12</td></tr>" * 60 + "</table>"


def record(**elements: object) -> Procedure:
    return read_procedure(json.dumps({**WHOLE_PROCEDURE, **elements}).encode())


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[SummaryView]:
    view = SummaryView()
    qtbot.addWidget(view)
    view.resize(560, 300)
    view.show()
    qtbot.waitExposed(view)
    view.show_procedure(record())
    view.setFocus()
    yield view
    QApplication.clipboard().clear()


def press(view: SummaryView, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the focus is."""
    QTest.keyClick(QApplication.focusWidget() or view, key, modifier)


def copied(view: SummaryView) -> str:
    press(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    return QApplication.clipboard().text()


def row_of(view: SummaryView, text: str) -> LineLabel:
    return next(label for label in view.findChildren(LineLabel) if label.text() == text)


def test_the_keys_go_from_line_to_line_and_tell_which(view: SummaryView, qtbot: QtBot) -> None:
    told: list[str] = []
    view.chosen.connect(told.append)
    for key in [Qt.Key.Key_Down] * 4 + [Qt.Key.Key_Up]:
        press(view, key)
    assert told == [
        "Procedure.status",
        "Procedure.code",
        "Procedure.status",
        "Procedure.statusReason",
        "Procedure.status",
    ]
    press(view, Qt.Key.Key_End)
    assert told[-1] == "Procedure.contained[0]"
    last = view.findChildren(LineLabel)[-1]
    assert QApplication.focusWidget() is last
    assert last.visibleRegion().boundingRect().height() == last.height()
    QTest.keyClick(last, Qt.Key.Key_Home)
    assert view.verticalScrollBar().value() == 0


def test_a_click_chooses_and_a_selection_of_characters_is_copied_alone(view: SummaryView) -> None:
    told: list[str] = []
    view.chosen.connect(told.append)
    row = row_of(view, "Dr Cecil (Surgeon), on behalf of University Hospital")
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    assert told == ["Procedure.performer[0]"]
    assert view.current_path == "Procedure.performer[0]"
    assert copied(view) == "Dr Cecil (Surgeon), on behalf of University Hospital"
    row.setSelection(3, 5)
    assert copied(view) == "Cecil"


def test_a_long_text_is_copied_whole_and_the_summary_as_lines(view: SummaryView) -> None:
    long = "word " * 1_000 + "end"
    view.show_procedure(record(note=[{"text": long}]))
    view.choose("Procedure.note[0]")
    assert copied(view) == long
    view.findChild(QAction, "action_copySummary").trigger()  # type: ignore[union-attr]
    lines = QApplication.clipboard().text().splitlines()
    assert lines[:2] == ["Warning: Not done: Patient refused", "Procedure: Chest X-ray"]
    assert lines[2:4] == ["Status: Not done", "Reason not done: Patient refused"]
    assert {action.shortcut().toString() for action in view.actions()} == {"Ctrl+C", "Ctrl+Shift+C"}
    assert view.contextMenuPolicy() is Qt.ContextMenuPolicy.ActionsContextMenu


@pytest.mark.parametrize(
    ("path", "chosen"),
    [
        ("Procedure.performer[1]", "Procedure.performer[1]"),
        ("Procedure.performer[1].actor.reference", "Procedure.performer[1]"),
        ("Procedure.code.coding[0].display", "Procedure.code.coding[0]"),
        ("Procedure.code.text", "Procedure.code"),
        ("Procedure.performer", "Procedure.performer[0]"),
        ("Procedure.id", ""),
        ("Procedure", ""),
        ("", ""),
    ],
)
def test_it_can_be_told_what_to_choose_and_keeps_quiet(view: SummaryView, path: str, chosen: str) -> None:
    told: list[str] = []
    view.chosen.connect(told.append)
    view.choose(path)
    assert view.current_path == chosen
    assert told == []


def test_what_is_chosen_is_brought_into_view_and_tinted(view: SummaryView) -> None:
    view.choose("Procedure.contained[0]")
    row = row_of(view, "Practitioner: GRAY, Ann")
    assert row.visibleRegion().boundingRect().height() == row.height()
    image = view.grab().toImage()
    at = row.mapTo(view, row.rect().topRight())
    other = row_of(view, "P-1 (urn:example)")
    beside = other.mapTo(view, other.rect().topRight())
    assert image.pixelColor(at.x() - 2, at.y() + 2) != image.pixelColor(beside.x() - 2, beside.y() + 2)


def test_the_same_record_keeps_what_is_chosen_and_unfolded_and_another_does_not(view: SummaryView) -> None:
    procedure = record(note=[{"text": f"note {number}"} for number in range(30)])
    view.show_procedure(procedure)
    view.choose("Procedure.note[2]")
    next(button for button in view.findChildren(QToolButton)).click()
    view.show_procedure(procedure)
    assert view.current_path == "Procedure.note[2]"
    assert "note 29" in view.texts()
    view.show_procedure(record(note=[{"text": f"note {number}"} for number in range(30)]))
    assert view.current_path == ""
    assert "note 29" not in view.texts()
    assert view.verticalScrollBar().value() == 0


def test_the_keys_stay_in_the_summary_when_more_is_shown(view: SummaryView) -> None:
    view.show_procedure(record(note=[{"text": f"note {number}"} for number in range(30)]))
    (more,) = view.findChildren(QToolButton)
    more.setFocus()
    QTest.keyClick(more, Qt.Key.Key_Space)
    assert "note 29" in view.texts()
    assert QApplication.focusWidget() is view
    press(view, Qt.Key.Key_End)
    assert QApplication.focusWidget() is view.findChildren(LineLabel)[-1]


def test_nothing_of_it_stays_when_it_is_cleared(view: SummaryView) -> None:
    view.show_procedure(record(text={"status": "additional", "div": "<div>Words</div>"}))
    view.choose("Procedure.status")
    labels, narratives = view.findChildren(PlainLabel), view.findChildren(NarrativeView)
    assert narratives
    view.clear()
    assert not any(label.text() for label in labels)
    assert not any(narrative.toPlainText() for narrative in narratives)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert (view.texts(), view.text(), view.current_path) == ([], "", "")
    assert view.findChildren(PlainLabel) == []
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert view.current_path == ""


def test_a_screen_reader_hears_each_line_with_its_label(view: SummaryView) -> None:
    heard = {}
    for row in view.findChildren(LineLabel):
        interface = QAccessible.queryAccessibleInterface(row)
        heard[interface.text(QAccessible.Text.Name)] = interface.text(QAccessible.Text.Description)
    assert heard["Theatre 2"] == "Location"
    assert heard["GRAY, Ann"] == "Performer, 2 of 2"
    assert heard["Not done: Patient refused"] == "Warning"
    view.show_procedure(record(note=[{"text": f"note {number}"} for number in range(30)]))
    (more,) = view.findChildren(QToolButton)
    assert more.accessibleName() == "Note: Show 20 more"
    assert rules.nameless(view) == []
    assert rules.guessing_labels(view) == []


def test_all_words_can_be_translated(qtbot: QtBot) -> None:
    with rules.brackets():
        view = SummaryView()
        qtbot.addWidget(view)
        view.show_procedure(record(note=[{"text": "x" * 5_000}], modifierExtension=[{"url": "urn:x"}]))
        for label in view.findChildren(FactLabel):
            assert label.text().startswith("⟦")
        for button in view.findChildren(QToolButton):
            assert button.text().startswith("⟦")


def test_a_table_stands_as_a_table_and_unfolds(view: SummaryView) -> None:
    view.show_procedure(record(text={"status": "additional", "div": f"<div>Words<br/>{TABLE}</div>"}))
    QApplication.sendPostedEvents()
    narrative = view.findChild(NarrativeView)
    assert narrative is not None
    assert narrative.height() <= HEIGHT_FOLDED
    assert narrative.is_cut
    assert "Test | Value" in view.texts()[-1].splitlines()
    view.choose("Procedure.text.div")
    assert copied(view).splitlines()[:3] == ["Words", "Test | Value", "Hb | 12"]
    view.findChildren(QToolButton)[-1].click()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.sendPostedEvents()
    narrative = view.findChild(NarrativeView)
    assert narrative is not None
    assert not narrative.is_cut
    assert narrative.height() > 2 * HEIGHT_FOLDED
    assert not view.findChildren(QToolButton)


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
def test_labels_and_values_can_be_read_in_light_and_dark(qtbot: QtBot, appearance: Appearance) -> None:
    theme.apply(appearance)
    try:
        view = SummaryView()
        qtbot.addWidget(view)
        view.show_procedure(record())
        ground = view.palette().color(QPalette.ColorRole.Base).lightness()
        for label in view.findChildren(PlainLabel):
            if not label.warns:
                text = label.palette().color(label.foregroundRole()).lightness()
                assert abs(text - ground) > 110, label.text()
    finally:
        theme.apply(Appearance.SYSTEM)


@pytest.mark.parametrize("width", [360, 560, 900])
def test_nothing_is_cut_off_at_any_width(view: SummaryView, width: int) -> None:
    view.resize(width, 300)
    view.show_procedure(record(note=[{"text": "one-very-long-word-" * 20}]))
    QApplication.sendPostedEvents()
    assert rules.cut_off(view) == []
    body = view.widget()
    assert body is not None
    assert body.width() <= view.viewport().width()


@pytest.mark.parametrize("status", ["completed", "unknown", "not-done"])
def test_the_status_looks_as_it_does_in_the_list(view: SummaryView, status: str) -> None:
    view.show_procedure(record(status=status))
    shape = view.findChild(QLabel, "summaryStatusShape")
    assert isinstance(shape, QLabel)
    expected = status_pixmap(Status(status), shape.pixmap().width(), 1)
    assert shape.pixmap().toImage() == expected.toImage()
