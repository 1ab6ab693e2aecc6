"""The tree of elements: a level is read when it is opened, and every element can be."""

import json

from PySide6.QtCore import QModelIndex
from pytestqt.modeltest import ModelTester

from procedure_viewer.fhir.elements import MOST_TOGETHER, read_elements
from procedure_viewer.tables.elements import Column, ElementTree


def tree(resource: object) -> ElementTree:
    model = ElementTree()
    model.show_element(read_elements(json.dumps(resource).encode()))
    return model


def test_a_level_is_read_when_it_is_asked_for() -> None:
    model = tree({"note": [{"text": "x", "author": {"display": "y"}} for _ in range(100_000)], "id": "1"})
    assert model.count == 1
    assert model.hasChildren()
    assert model.rowCount() == 2
    assert model.count == 3
    block = model.index(0, 0)
    assert model.hasChildren(block)
    assert model.index(0, Column.VALUE).data() == "100,000 elements"
    assert model.count == 3
    assert model.rowCount(block) == 200
    part = model.index(199, 0, block)
    assert part.data() == "note[99500] … note[99999]"
    assert model.rowCount(part) == MOST_TOGETHER
    note = model.index(499, 0, part)
    assert note.data() == "note[99999]"
    assert model.rowCount(note) == 2
    assert model.parent(note) == part
    assert model.count == 3 + 200 + 500 + 2


def test_every_element_can_be_reached() -> None:
    model = tree({"x": list(range(1_300)), "y": {"z": [[1, 2], {}]}})
    seen = []

    def walk(parent: QModelIndex) -> None:
        for row in range(model.rowCount(parent)):
            index = model.index(row, 0, parent)
            element = model.element_at(index)
            assert element is not None
            if model.hasChildren(index):
                walk(index)
            else:
                seen.append(element.path)

    walk(QModelIndex())
    assert seen == [*(f"x[{number}]" for number in range(1_300)), "y.z[0][0]", "y.z[0][1]", "y.z[1]"]


def test_a_huge_value_is_shown_by_its_beginning() -> None:
    model = tree({"data": "A" * 5_000_000})
    shown = str(model.index(0, Column.VALUE).data())
    assert shown == "A" * 2_000 + "…"
    element = model.element_at(model.index(0, 0))
    assert element is not None
    assert len(element.value) == 5_000_000


def test_it_keeps_the_promises_of_a_model(qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(tree({"a": [{"b": 1}, {"b": [1, 2]}], "c": list(range(501)), "d": {}}))  # type: ignore[no-untyped-call]
