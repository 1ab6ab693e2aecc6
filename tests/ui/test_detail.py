"""The detail: what is hostile or huge is shown as text, and not all at once where that would stall the window."""

import json

import pytest
from PySide6.QtGui import QTextLayout
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from procedure_viewer.fhir.procedure import Procedure, read_procedure
from procedure_viewer.ui import json_view, summary_view
from procedure_viewer.ui.json_view import JsonView
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.summary_view import SummaryView


def record(**elements: object) -> Procedure:
    resource = {"resourceType": "Procedure", "id": "1", "status": "completed", **elements}
    return read_procedure(json.dumps(resource).encode())


@pytest.fixture
def summary(qtbot: QtBot) -> SummaryView:
    view = SummaryView()
    qtbot.addWidget(view)
    return view


def test_markup_is_shown_as_characters(summary: SummaryView) -> None:
    hostile = '<img src="file:///etc/passwd"><b>bold</b> & "quoted"'
    summary.show_procedure(record(code={"text": hostile}, note=[{"text": hostile}]))
    assert summary.texts().count(hostile) == 2


def test_a_warning_stands_out(summary: SummaryView) -> None:
    summary.show_procedure(record(modifierExtension=[{"url": "https://example.org/refused", "valueBoolean": True}]))
    warnings = [label for label in summary.findChildren(PlainLabel) if label.warns]
    assert len(warnings) == 1
    assert "https://example.org/refused" in warnings[0].text()


def test_a_very_long_value_says_where_the_rest_is(summary: SummaryView) -> None:
    summary.show_procedure(record(note=[{"text": "x" * (summary_view.LONGEST_VALUE + 1234)}]))
    (note,) = [text for text in summary.texts() if text.startswith("xxx")]
    assert note.endswith("… 1234 more characters: all of it is under Everything")
    assert len(note) < summary_view.LONGEST_VALUE + 100


def coloured(view: JsonView) -> bool:
    """Whether any line has a colour of its own."""
    block = view.document().begin()
    while block.isValid():
        layout: QTextLayout = block.layout()
        if layout.formats():
            return True
        block = block.next()
    return False


def test_json_is_coloured_until_that_would_take_too_long(qtbot: QtBot) -> None:
    view = JsonView()
    qtbot.addWidget(view)
    view.setPlainText('{\n  "a": 1\n}')
    QApplication.sendPostedEvents()
    assert coloured(view)
    view.setPlainText('"a": 1\n' * (json_view.LARGEST_COLOURED // 7 + 1))
    QApplication.sendPostedEvents()
    assert not coloured(view)
    view.setPlainText(f'{{"a": "{"x" * json_view.LONGEST_COLOURED}"}}')
    QApplication.sendPostedEvents()
    assert not coloured(view)


def test_colours_hit_their_tokens_behind_characters_of_two_units(qtbot: QtBot) -> None:
    view = JsonView()
    qtbot.addWidget(view)
    line = '  "𝒜𝒷": "🦴 bone", "n": 1.00'
    view.setPlainText(line)
    QApplication.sendPostedEvents()
    units = line.encode("utf-16-le")
    pieces = [
        units[2 * form.start : 2 * (form.start + form.length)].decode("utf-16-le")
        for form in view.document().begin().layout().formats()
    ]
    assert pieces == ['"𝒜𝒷"', '"🦴 bone"', '"n"', "1.00"]
