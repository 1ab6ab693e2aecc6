"""Rule 6: every element of a resource can be seen, nothing is dropped: in the real tree, by searching, in the JSON."""

import json
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import example, given, settings
from PySide6.QtCore import QAbstractItemModel, QModelIndex
from PySide6.QtTest import QAbstractItemModelTester

from procedure_viewer.fhir.elements import read_elements, visible
from procedure_viewer.fhir.finding import alike, find_elements, find_in_text
from procedure_viewer.fhir.json_outline import Outline
from procedure_viewer.fhir.places import element_at, place_of
from procedure_viewer.fhir.procedure import read_procedure
from procedure_viewer.fhir.summary import summary
from procedure_viewer.tables.elements import ElementTree
from procedure_viewer.ui.json_view import JsonView
from tests.desk import Desk
from tests.fhir.samples import WHOLE_PROCEDURE, encoded
from tests.leaves import Leaf, json_texts, leaves
from tests.servers import ScriptedServer, bundle, by_path, reply

Got = TypeVar("Got")

RICH = b"""{"resourceType": "Procedure", "id": "rich", "status": "completed",
"_status": {"id": "s", "extension": [{"url": "urn:why", "valueDecimal": 1.00}]},
"status": "not-done", "subject": {"reference": "Patient/alice"},
"contained": [{"resourceType": "Device", "id": "d", "udiCarrier": []}, {}],
"instantiatesUri": ["urn:a", null, "urn:c"], "_instantiatesUri": [null, {"extension": [{"url": "urn:absent"}]}, null],
"note": [{"text": "Mej\\u00eda \\ud83e\\uddb4", "time": "2020"}], "a.b": {"c": -0.0e+10}, "a": {"b.c": [[1, [2]], []]},
"big": 123456789012345678901234567890.123456789012345678901234567890, "\\u202eevil": "\\u202eevil", "": ""}"""
ODD = [b"5", b'"text"', b"[]", b"{}", b"null", b"[[1, 2], [], {}]", b'{"a": {}}', RICH]


def finished(steps: Generator[Any, None, Got]) -> Got:
    """What a generator comes to."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def seen_in(model: ElementTree) -> list[Leaf]:
    """Every leaf that can be reached in the real model, as a view would: row by row, level by level."""
    found: list[Leaf] = []

    def walk(parent: QModelIndex) -> None:
        for row in range(model.rowCount(parent)):
            index = model.index(row, 0, parent)
            if model.hasChildren(index):
                walk(index)
                continue
            element = model.element_at(index)
            assert element is not None
            assert model.rowCount(index) == 0
            assert model.index(row, 1, parent).data() is not None
            found.append(Leaf(element.path, element.place, element.exact))

    walk(QModelIndex())
    return found


def in_sight(leaf: Leaf) -> Leaf:
    """A leaf with the escapes that a path has for what would mislead its reader."""
    return Leaf(visible(leaf.path), leaf.place, leaf.value)


def check_every_leaf(raw: bytes) -> None:
    expected = leaves(raw)
    root = read_elements(raw)
    model = ElementTree()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_element(root)
    found = seen_in(model)
    assert [leaf.place for leaf in found] == [leaf.place for leaf in expected]
    assert [(leaf.path, leaf.value) for leaf in found] == [(leaf.path, leaf.value) for leaf in map(in_sight, expected)]
    view = laid_out(raw)
    for leaf in found:
        assert model.index_of(leaf.place).isValid()
        assert element_at(root, leaf.place).path == leaf.path
        first = place_of(root, leaf.path)
        assert first is not None
        assert first <= leaf.place, "of two with one path the first"
        assert element_at(root, first).path == leaf.path
        assert_found(root, leaf)
        assert_in_text(view, leaf, root)
    del tester


def assert_found(root: Any, leaf: Leaf) -> None:
    for words in (leaf.path, leaf.value, leaf.value.upper()):
        if alike(words) and len(words) < 1_000 and alike(leaf.value) == alike(leaf.value.upper()):
            assert leaf.place in set(find_elements(root, words)), f"{leaf} by {words!r}"


def laid_out(raw: bytes) -> str:
    """The text that the JSON view has."""
    view = JsonView()
    view.show_record(raw)
    return view.source


def assert_in_text(text: str, leaf: Leaf, root: Any) -> None:
    outline = Outline(text)
    line = finished(outline.find(leaf.place))
    literal = element_at(root, leaf.place).text.decode("utf-8", "replace")
    if literal.startswith(("[", "{")):
        literal = leaf.value
    assert literal in text[line.start : line.end]
    assert finished(outline.place_at(line.start + 1 if line.start else 0)) == leaf.place
    assert any(span is not None and span[1] > line.start for span in find_in_text(text, literal)) or not alike(literal)


@pytest.mark.usefixtures("qapp")
@settings(max_examples=150)
@given(json_texts)
@example(RICH)
@example(b'{"a": 1, "a": {"b": 2}, "a": [3]}')
def test_every_leaf_of_any_json_can_be_reached_found_and_read(raw: bytes) -> None:
    check_every_leaf(raw)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("raw", [*ODD, encoded(WHOLE_PROCEDURE)])
def test_every_leaf_of_what_is_odd(raw: bytes) -> None:
    check_every_leaf(raw)


def official(folder: Path) -> Iterator[bytes]:
    for file in sorted((folder / "official").glob("Procedure.*.ndjson")):
        yield from file.read_bytes().splitlines()


@pytest.mark.shared
@pytest.mark.usefixtures("qapp")
def test_every_leaf_of_all_official_examples(shared_data: Path) -> None:
    records = list(official(shared_data))
    assert len(records) >= 18
    for raw in records:
        check_every_leaf(raw)


@pytest.mark.shared
def test_every_line_of_the_summary_leads_to_an_element(shared_data: Path) -> None:
    for raw in [*official(shared_data), encoded(WHOLE_PROCEDURE), RICH]:
        root = read_elements(raw)
        there = {leaf.path.split(".")[1].split("[")[0] for leaf in leaves(raw)}
        for fact in summary(read_procedure(raw)):
            for line in fact.lines:
                # "Not stated" and "Unspecified procedure" tell of an element that is not there.
                if line.path and line.path.split(".")[1].split("[")[0] in there:
                    assert place_of(root, line.path) is not None, line


@pytest.mark.parametrize("raw", [b"not JSON", b'{"resourceType": "Procedure",', b"\xff\xfe", b"<html>"])
def test_what_is_no_json_is_shown_whole(qapp: object, raw: bytes) -> None:
    model = ElementTree()
    model.show_element(read_elements(raw))
    (leaf,) = seen_in(model)
    assert leaf.value == raw.decode("utf-8", "replace")
    view = JsonView()
    view.show_record(raw)
    assert view.source == raw.decode("utf-8", "replace")


def test_very_deep_nesting_is_reached_to_its_end(qapp: object) -> None:
    raw = b'{"a":' * 90 + b'"end"' + b"}" * 90
    check_every_leaf(raw)
    deeper = b"[" * 3_000 + b'"end"' + b"]" * 3_000
    model: QAbstractItemModel = ElementTree()
    assert isinstance(model, ElementTree)
    model.show_element(read_elements(deeper))
    (leaf,) = seen_in(model)
    assert '"end"' in leaf.value
    assert leaf.value.count("[") == 2_900


def test_the_window_shows_every_element_of_a_record(desk: Desk) -> None:
    patient = {"resourceType": "Patient", "id": "alice", "name": [{"family": "Alder"}]}
    page = json.dumps(bundle([{"resourceType": "Procedure", "here": True}], total=1)).encode()
    page = page.replace(b'{"resourceType": "Procedure", "here": true}', RICH)
    assert RICH in page
    answers = {"/Patient": reply(200, bundle([patient], total=1)), "/Procedure": reply(200, page)}
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.read_chart("alder")
        desk.select("rich")
        detail = desk.window.detail
        detail.tabs.setCurrentWidget(detail.tree)
        assert seen_in(detail.elements) == [in_sight(leaf) for leaf in leaves(RICH)]
        detail.tabs.setCurrentWidget(detail.json)
        assert leaves(detail.json.source.encode()) == leaves(RICH)
