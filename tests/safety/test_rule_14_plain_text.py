"""Rule 14: text from a server is data. Nothing in it is run, loaded or styled, wherever the window shows it."""

import html
import json
import re
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage, QTextDocument, QTextTable
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from procedure_viewer.fhir.markup import ALLOWED
from procedure_viewer.fhir.narrative import narrative_markup, narrative_text
from procedure_viewer.fhir.procedure import read_procedure
from procedure_viewer.fhir.summary import summary
from procedure_viewer.fhir.table_room import MOST_PLACES
from procedure_viewer.settings.preferences import Appearance
from procedure_viewer.tables.grouping import Grouping
from procedure_viewer.ui import theme
from procedure_viewer.ui.narrative_view import NarrativeView
from procedure_viewer.ui.summary_view import SummaryView
from tests.desk import Desk
from tests.fhir.samples import WHOLE_PATIENT, WHOLE_PROCEDURE
from tests.safety.hostile import bait, of_document, poisoned, risks
from tests.servers import Exchange, ScriptedServer, bundle, by_path, in_turn, outcome, reply

BAIT = '<img src="http://'
R5 = {
    "resourceType": "Procedure",
    "id": "r5",
    "status": "completed",
    "text": {"status": "additional", "div": "<div>x</div>"},
    "code": {"text": "x", "coding": [{"system": "x", "code": "x", "display": "x"}]},
    "occurrenceString": "x",
    "reason": [{"concept": {"text": "x"}, "reference": {"display": "x"}}],
    "reportedReference": {"display": "x"},
    "focus": {"display": "x"},
    "note": [{"text": "x", "authorString": "x", "time": "x"}],
    "modifierExtension": [{"url": "x", "valueString": "x"}],
    "implicitRules": "x",
    "extension": [{"url": "urn:x", "valueString": "x"}],
    "meta": {"security": [{"display": "x"}], "lastUpdated": "x"},
}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """It counts what it is asked for; anything but FHIR's own resources would be a leak."""

    async def script(exchange: Exchange) -> None:
        text = bait(script.url)  # type: ignore[attr-defined]  # known once it listens
        patient = {**poisoned(WHOLE_PATIENT, text), "id": "alice", "birthDate": "1957-03-02"}
        own = {"subject": {"reference": "Patient/alice", "display": text}}
        records = [{**poisoned(resource, text), **own} for resource in (WHOLE_PROCEDURE, R5)]
        for record in records:
            record["text"] = {"status": "additional", "div": f"<div>{text}</div>"}
        records[1]["status"] = f"done {text}"
        warning = {"resource": outcome("informational", text, "warning"), "search": {"mode": "outcome"}}
        page = bundle(records, total=2)
        page["entry"] = [*page["entry"], warning]  # type: ignore[misc]
        await by_path(
            {
                "/Patient": reply(200, bundle([patient], total=1)),
                "/Procedure": in_turn(reply(200, page)),
                "/Procedure/whole": reply(500, outcome("exception", text)),
            }
        )(exchange)

    with ScriptedServer(script) as listening:
        script.url = listening.url  # type: ignore[attr-defined]
        yield listening


def asked_for_more(server: ScriptedServer) -> list[str]:
    return [target for target in server.targets if not re.match(r"/(Patient|Procedure|Provenance|metadata)\b", target)]


def test_hostile_text_in_every_place_of_the_window_stays_text(desk: Desk, server: ScriptedServer) -> None:
    window = desk.window
    desk.connect(server.url)
    desk.find("alder")
    assert risks() == []
    desk.open_first()
    desk.wait_for_chart()
    assert BAIT in window.banner.name.text()
    assert BAIT in window.banner.facts.text()
    filters = window.procedures.filters
    for button in (filters.statuses, filters.years, filters.systems):
        button.menu().aboutToShow.emit()
    assert any(BAIT in action.text() for action in filters.systems.menu().actions())
    for grouping in reversed(Grouping):
        window.procedures.group_by(grouping)
        assert risks() == []
    for record in ("whole", "r5"):
        desk.select(record)
        for tab in range(window.detail.tabs.count()):
            window.detail.tabs.setCurrentIndex(tab)
            window.grab()
            assert risks() == []
    of_the_server = [label for label in window.findChildren(QLabel) if BAIT in label.text()]
    assert len(of_the_server) > 12
    assert [label.objectName() for label in of_the_server if label.textFormat().name != "PlainText"] == []
    desk.select("whole")
    window.actions_by_name["refresh"].trigger()
    desk.wait_for_error()
    errors = window.errors.current
    assert errors is not None
    assert BAIT in errors.server_words.text()
    errors.grab()
    assert risks() == []
    errors.reject()
    assert asked_for_more(server) == []


# The narrative ------------------------------------------------------------------------------------


def shown_narrative(qtbot: QtBot, div: str) -> NarrativeView:
    view = NarrativeView("narrative")
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.show_markup(narrative_markup({"text": {"div": div}}), folded=False)
    view.show()
    view.grab()
    return view


def test_a_narrative_asks_for_nothing_even_if_the_sanitiser_failed(
    qtbot: QtBot, server: ScriptedServer, tmp_path: Path
) -> None:
    picture = QImage(40, 40, QImage.Format.Format_RGB32)
    picture.save(str(tmp_path / "there.png"))
    local = QUrl.fromLocalFile(str(tmp_path / "there.png")).toString()
    text = f'<div>{bait(server.url)}<img src="{local}"/><p style="background: url({local})">words</p></div>'
    view = shown_narrative(qtbot, text)
    assert list(of_document(view.document())) == []
    assert "press" in view.toPlainText()
    assert "words" in view.toPlainText()
    assert not set(re.findall(r"</?([a-z0-9]+)", narrative_markup({"text": {"div": text}}))) - ALLOWED
    raw = NarrativeView("unsanitised")
    qtbot.addWidget(raw)
    raw.show_markup(text, folded=False)
    raw.show()
    raw.grab()
    assert raw.loadResource(2, QUrl(local)) is None
    assert raw.document().resource(QTextDocument.ResourceType.ImageResource, QUrl(local)) is None
    assert asked_for_more(server) == []


@pytest.mark.parametrize(
    ("div", "markup"),
    [
        ("<div><p>one</p><p>two</p></div>", "<div><p>one</p><p>two</p></div>"),
        ("a<b and c", "a&lt;b and c"),
        ("<!-- then a complication", "&lt;!-- then a complication"),
        ("<p onclick='x' style='color: red' class='y' id='z'>one</p>", "<p>one</p>"),
        ('<a href="https://example.org">one</a>', "one"),
        ("<table><tr><td>1<td>2</table>", "<table><tbody><tr><td>1</td><td>2</td></tr></tbody></table>"),
        (
            '<table><tr><th colspan="2" rowspan="0" onclick="x">h</th></tr></table>',
            '<table><tbody><tr><th colspan="2">h</th></tr></tbody></table>',
        ),
        ("<table>No<tr><td>cancer</td></tr></table>", None),
        ("<ul><li>one<li>two</ul>", "<ul><li>one</li><li>two</li></ul>"),
        ("<script>evil()</script>one<style>p {}</style>", "one"),
        ("<del>not</del> given", "<del>not</del> given"),
        ("<pre>a  b\n c</pre>", "<pre>a  b<br> c</pre>"),
        ("", ""),
    ],
)
def test_tables_and_lists_pass_and_nothing_else(div: str, markup: str | None) -> None:
    found = narrative_markup({"text": {"div": div}})
    if markup is None:  # what has no cell gets one of its own, before the rest as it was
        assert re.findall("No|cancer", found) == ["No", "cancer"]
    else:
        assert found == markup


_words = re.compile(r"w\d+")
_tags = st.sampled_from(
    [
        *(f"<{tag}>" for tag in (*sorted(ALLOWED), "a", "span", "form", "select", "svg", "textarea", "template")),
        *(f"</{tag}>" for tag in (*sorted(ALLOWED), "a", "span", "select", "body")),
        '<td colspan="3">', '<th rowspan="2">', "<br/>", "<", "<!--", "<b", "&", "<![CDATA[", "</",
    ]
)  # fmt: skip


@given(st.lists(_tags, max_size=40))
def test_every_word_is_there_and_in_order_whatever_stands_between(tags: list[str]) -> None:
    resource = {"text": {"div": "".join(f"{tag} w{number} " for number, tag in enumerate(tags))}}
    wanted = [f"w{number}" for number in range(len(tags))]
    markup = narrative_markup(resource)
    assert _words.findall(html.unescape(re.sub("<[^>]*>", " ", markup))) == wanted
    assert _words.findall(narrative_text(resource)) == wanted
    document = QTextDocument()
    document.setHtml(markup)
    assert _words.findall(document.toPlainText()) == wanted
    assert list(of_document(document)) == []


@pytest.mark.parametrize("within", ["", "<table>", "<table><tr>", "<ul>"])
@pytest.mark.parametrize(
    "piece", ["<table><tr><td>x", "<td>x", "<ul><li>x", "<li>x", "<div>x", "<b>x", "<pre>x", "<br/>x"]
)
def test_a_huge_or_deep_narrative_is_laid_out(qtbot: QtBot, within: str, piece: str) -> None:
    resource = {
        "resourceType": "Procedure",
        "status": "completed",
        "text": {"status": "additional", "div": f"{within}{piece * 50_000}"},
    }
    view = SummaryView()
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.show()
    raw = json.dumps(resource).encode()
    view.show_procedure(read_procedure(raw))
    view.grab()
    markup = next(fact.markup for fact in summary(read_procedure(raw)) if fact.markup)
    steps = (-1 if slash else 1 for slash in re.findall(r"<(/?)(?!br|hr)\w+", markup))
    assert max(accumulate(steps), default=0) < 40
    assert len(re.findall("<t[dh]", markup)) <= 500


@pytest.mark.parametrize("ends", ["</td></tr>", "</td>", ""])
@pytest.mark.parametrize("outer", ["", "<table><tr><td>"])
def test_what_a_table_has_no_room_for_stands_below_it_word_by_word(outer: str, ends: str) -> None:
    rows = "".join(f"<tr><td>w{2 * number}</td><td>w{2 * number + 1}{ends}" for number in range(400))
    markup = narrative_markup({"text": {"div": f"<div>{outer}<table>{rows}</table></div>"}})
    document = QTextDocument()
    document.setHtml(markup)
    assert _words.findall(document.toPlainText()) == [f"w{number}" for number in range(800)]


_CELL, _ACROSS, _DOWN = (
    f"<td {spans}>x</td>" for spans in ("rowspan='20' colspan='20'", "colspan='20'", "rowspan='20'")
)


@pytest.mark.parametrize(
    "rows",
    [
        f"<tr>{_CELL * 5}</tr>" * 90,
        f"<tr>{_CELL * 400}</tr>",
        f"<tr>{'<td>x</td>' * 250}</tr>{'<tr><td>y</td></tr>' * 249}",
        f"<tr>{_ACROSS * 25}</tr>{'<tr></tr>' * 400}",
        f"{'<tr></tr>' * 400}<tr>{_ACROSS * 25}</tr>",
        f"<tr>{_DOWN * 25}</tr>" * 18,
    ],
)
def test_a_table_of_gaps_takes_no_more_room_than_can_be_laid_out(rows: str) -> None:
    document = QTextDocument()
    document.setHtml(narrative_markup({"text": {"div": f"<div>{f'<table>{rows}</table>' * 3}</div>"}}))
    frames = [document.rootFrame()]
    places = 0
    while frames:
        frame = frames.pop()
        frames += frame.childFrames()
        places += frame.rows() * frame.columns() if isinstance(frame, QTextTable) else 0
    assert places <= MOST_PLACES


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
def test_a_narrative_can_be_read_in_light_and_dark(qtbot: QtBot, appearance: Appearance) -> None:
    theme.apply(appearance)
    try:
        view = SummaryView()
        qtbot.addWidget(view)
        view.resize(500, 300)
        div = '<div style="color: #2b2b2b; background: black"><font color="white">█████████████</font></div>'
        resource: dict[str, Any] = {"resourceType": "Procedure", "text": {"status": "additional", "div": div}}
        view.show_procedure(read_procedure(json.dumps(resource).encode()))
        view.show()
        narrative = view.findChild(NarrativeView)
        assert narrative is not None
        image = narrative_image(view, narrative)
        lightness = sorted(image.pixelColor(x, y).lightness() for x in range(60) for y in range(image.height()))
        assert lightness[-1] - lightness[0] > 150
    finally:
        theme.apply(Appearance.SYSTEM)


def narrative_image(view: QWidget, narrative: NarrativeView) -> QImage:
    """As it stands on its ground."""
    QApplication.sendPostedEvents()
    whole = view.grab().toImage()
    at = narrative.mapTo(view, narrative.rect().topLeft())
    return whole.copy(at.x(), at.y(), narrative.width(), narrative.height())
