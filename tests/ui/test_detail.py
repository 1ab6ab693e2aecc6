"""The detail: what is hostile or huge is shown as text, and not all at once where that would stall the window."""

import json

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QTextCursor, QTextLayout
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from procedure_viewer.fhir.procedure import Procedure, read_procedure
from procedure_viewer.tables import json_rows
from procedure_viewer.ui import json_colours, text_window
from procedure_viewer.ui.detail_pane import DetailPane
from procedure_viewer.ui.json_view import JsonView
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.summary_rows import LONGEST_FOLDED, LONGEST_PART
from procedure_viewer.ui.summary_view import SummaryView
from tests.desk import Desk


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


def show_more(summary: SummaryView, words: str) -> None:
    """Press the first button that says `words`."""
    next(button for button in summary.findChildren(QToolButton) if words in button.text()).click()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_a_very_long_value_is_shown_bit_by_bit(summary: SummaryView) -> None:
    written = " ".join(f"word{number}" for number in range(1_500))
    summary.show_procedure(record(note=[{"text": written}]))

    def shown() -> str:
        return "".join(text for text in summary.texts() if text.startswith("word"))

    assert len(shown()) <= LONGEST_FOLDED
    for _ in range(9):
        if shown() == written:
            break
        before = len(shown())
        show_more(summary, f"{len(written) - before:,}")
        assert before < len(shown()) <= before + LONGEST_PART + len(" word0000")
    assert shown() == written
    assert not summary.findChildren(QToolButton)


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
    view.setPlainText('"a": 1\n' * (json_colours.LARGEST_COLOURED // 7 + 1))
    QApplication.sendPostedEvents()
    assert not coloured(view)
    view.setPlainText(f'{{"a": "{"x" * json_colours.LONGEST_COLOURED}"}}')
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


def lines(view: JsonView) -> list[str]:
    return view.toPlainText().split("\n")


@pytest.fixture
def json_pane(qtbot: QtBot) -> JsonView:
    view = JsonView()
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.show()
    return view


def copied(view: JsonView) -> str:
    view.copy()
    return QApplication.clipboard().text()


def test_json_comes_in_portions_as_the_reader_goes_on(json_pane: JsonView) -> None:
    text = "\n".join(str(number) for number in range(1_200))
    json_pane.show_json(text + "\n")
    assert len(lines(json_pane)) == text_window.LINES_AT_ONCE + 1
    assert lines(json_pane)[-2:] == ["499", "… 700 more lines: scroll on"]
    bar = json_pane.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert len(lines(json_pane)) == 1_001
    assert lines(json_pane)[499:501] == ["499", "500"]
    bar.setValue(bar.maximum())
    assert json_pane.toPlainText() == text
    json_pane.show_json("1")
    assert json_pane.toPlainText() == "1"


def test_all_of_the_json_is_copied_also_what_is_not_there_yet(json_pane: JsonView) -> None:
    text = "\n".join([f'"{"x" * 5_000}",', *(f"{number}," for number in range(1_200)), '"\u202eevil"'])
    json_pane.show_json(text)
    json_pane.selectAll()
    assert copied(json_pane) == text


def test_a_long_line_is_cut_on_the_screen_and_copied_whole(json_pane: JsonView) -> None:
    long = f'  "data": "{"A" * 30_000}"'
    json_pane.show_json(f'{{\n{long},\n  "b": "🦴 bone"\n}}')
    assert len(lines(json_pane)[1]) < json_rows.LONGEST_LINE + 50
    assert lines(json_pane)[1].endswith("… 28,013 more characters")
    cursor = json_pane.textCursor()
    cursor.setPosition(2)
    cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
    json_pane.setTextCursor(cursor)
    assert copied(json_pane) == f"{long},"
    cursor.setPosition(json_pane.document().findBlockByNumber(2).position() + 8)
    cursor.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor)
    json_pane.setTextCursor(cursor)
    assert copied(json_pane) == "🦴"


def test_what_would_mislead_a_reader_of_the_json_is_escaped(json_pane: JsonView) -> None:
    json_pane.show_json('{\n  "a": "A \u202edetelpmoc ton\u202c \u2029 \ufdd0 \u2066"\n}')
    assert lines(json_pane)[1] == r'  "a": "A \u202edetelpmoc ton\u202c \u2029 \ufdd0 \u2066"'


def test_a_summary_of_very_much_stays_short_and_says_where_the_rest_is(summary: SummaryView) -> None:
    summary.show_procedure(
        record(
            modifierExtension=[{"url": f"urn:{number}"} for number in range(5_000)],
            note=[{"text": f"note {number}"} for number in range(100_000)],
            code={"text": "t" * 1_000_000, "coding": [{"code": f"c{number}"} for number in range(1_000)]},
            performer=[{"actor": {"display": "d"}, "function": {"coding": [{"code": "x"}] * 1_000}}],
        )
    )
    texts = summary.texts()
    assert len(texts) < 45
    assert sum(map(len, texts)) < 20_000
    assert "and 4995 more: see Everything" in texts
    assert any(text.startswith("Parts of this record are too long") for text in texts)
    for last, more in (("c49", "and 950 more: see Everything"), ("note 49", "and 99950 more: see Everything")):
        assert last not in summary.texts()
        show_more(summary, "Show 41 more")
        shown = summary.texts()
        assert shown[shown.index(last) + 1] == more


def test_a_usual_record_is_in_the_summary_whole(summary: SummaryView) -> None:
    summary.show_procedure(record(note=[{"text": f"note {number}"} for number in range(50)]))
    assert not any("Everything" in text for text in summary.texts())


def test_a_pane_that_the_collector_takes_apart_is_quiet(desk: Desk) -> None:
    """Qt tells of the tabs that go, when the pane has none of its attributes left."""
    pane = DetailPane(desk.session)
    desk.bot.addWidget(pane)
    tabs = pane.tabs
    vars(pane).clear()
    tabs.setCurrentIndex(1)
    assert tabs.currentIndex() == 1
