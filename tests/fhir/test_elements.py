"""Every element of a resource, nothing hidden."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.fhir.elements import DEEPEST, MOST_TOGETHER, Element, read_elements
from tests.fhir.samples import (
    HUGE_INTEGER,
    NESTED_TOO_DEEP,
    ODD_VALUES,
    WHOLE_PROCEDURE,
    encoded,
    mutations,
    with_odd_value,
)
from tests.seed import SEED_PROCEDURE_JSON


def leaves(element: Element) -> Iterator[tuple[str, str]]:
    """Path and value of every leaf, in order."""
    pending = [element]
    while pending:
        here = pending.pop()
        if not here.children:
            yield here.path, here.value
        pending.extend(reversed(here.children))


def expected_leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """The same from a decoded value."""
    if isinstance(value, dict) and value:
        for key, member in value.items():
            name = (
                key
                if key.isascii() and key.isidentifier()
                else "`" + key.replace("\\", "\\\\").replace("`", "\\`") + "`"
            )
            yield from expected_leaves(member, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value:
        for number, item in enumerate(value):
            yield from expected_leaves(item, f"{path}[{number}]")
    else:
        yield path, value if isinstance(value, str) else json.dumps(value)


def test_the_contracts_own_procedure() -> None:
    root = read_elements(encoded(SEED_PROCEDURE_JSON))
    assert root.name == root.path == "Procedure"
    assert [child.name for child in root.children] == [
        "resourceType",
        "id",
        "status",
        "code",
        "subject",
        "performedDateTime",
    ]
    assert ("Procedure.code.coding[0].display", "Biopsy soft tissue shoulder deep") in leaves(root)
    code = root.children[3]
    assert (code.name, code.path, code.value) == ("code", "Procedure.code", "")
    assert [child.name for child in code.children] == ["coding[0]"]


def test_literals_stay_as_they_were_written() -> None:
    raw = rb'{"a": 1.00, "b": -0.0e+10, "c": true, "d": null, "e": "\u00e9\n\"", "f": {}, "g": [], "h": "", "i": 1e5}'
    assert [value for _, value in leaves(read_elements(raw))] == [
        "1.00", "-0.0e+10", "true", "null", 'é\n"', "{}", "[]", "", "1e5",
    ]  # fmt: skip


def test_order_and_duplicate_keys_stay() -> None:
    root = read_elements(b'{"b": 1, "a": 2, "b": {"c": 3}, "b": [4, 5]}')
    assert list(leaves(root)) == [("b", "1"), ("a", "2"), ("b.c", "3"), ("b[0]", "4"), ("b[1]", "5")]


def test_the_type_names_the_root_wherever_it_stands() -> None:
    raw = b'{"contained": [{"resourceType": "Device", "id": "d"}], "resourceType": "Procedure"}'
    assert read_elements(raw).children[0].children[1].path == "Procedure.contained[0].id"


def test_lists_of_lists_and_a_list_at_the_root() -> None:
    assert list(leaves(read_elements(b"[[1, [2]], []]"))) == [("[0][0]", "1"), ("[0][1][0]", "2"), ("[1]", "[]")]
    assert read_elements(b"5").value == "5"


def test_what_would_mislead_a_reader_is_made_visible() -> None:
    root = read_elements(rb'{"a": "\u202eevil", "b": "\ud800", "\u0000": "\t\n"}')
    assert [(child.name, child.value) for child in root.children] == [
        ("a", "\\u202eevil"),
        ("b", "\\ud800"),
        ("\\u0000", "\t\n"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"a": 1,}',
        '{"a" 1}',
        "{a: 1}",
        "[1 2]",
        "[1,]",
        "{} {}",
        '{"a": tru}',
        '{"a": 01x}',
        "<html></html>",
        '"open',
        '{"a": [1}',
        "]",
        '["' * 1000,
    ],
)
def test_what_is_no_json_is_shown_whole(text: str) -> None:
    element = read_elements(text.encode())
    assert (element.name, element.value, element.children) == ("Unreadable", text, ())


def test_invalid_utf8_is_shown_with_marks() -> None:
    assert read_elements(b"\xff{").value == "\ufffd{"
    assert list(leaves(read_elements(b'{"a": "x\xffy"}'))) == [("a", "x\ufffdy")]


def test_a_byte_order_mark_is_no_element() -> None:
    assert list(leaves(read_elements(b'\xef\xbb\xbf{"a": 1}'))) == [("a", "1")]


@pytest.mark.parametrize("odd", ODD_VALUES.values(), ids=ODD_VALUES)
def test_odd_values_hide_nothing_else(odd: bytes) -> None:
    root = read_elements(with_odd_value(SEED_PROCEDURE_JSON, odd))
    found = dict(leaves(root))
    for path, value in expected_leaves(SEED_PROCEDURE_JSON, "Procedure"):
        assert found[path] == value


def test_huge_numbers_are_shown_to_the_last_digit() -> None:
    assert list(leaves(read_elements(b'{"a": ' + HUGE_INTEGER + b"}"))) == [("a", HUGE_INTEGER.decode())]


def test_what_lies_too_deep_is_shown_as_text() -> None:
    ((path, value),) = leaves(read_elements(NESTED_TOO_DEEP))
    assert path == "[0]" * DEEPEST
    assert value == "[" * (100_000 - DEEPEST) + "]" * (100_000 - DEEPEST)
    ((path, value),) = leaves(read_elements(b'{"a":' * DEEPEST + b'{"b": "]}"}' + b"}" * DEEPEST))
    assert value == '{"b": "]}"}'


@pytest.mark.parametrize("end", [b"", b"}" * 100_000, b'"' + b'\\"' * 1_000_000])
def test_deep_nesting_without_an_end(end: bytes) -> None:
    assert read_elements(b"[" * 100_000 + end).name == "Unreadable"


def test_a_long_list_comes_in_blocks_of_which_each_item_can_be_reached() -> None:
    size = MOST_TOGETHER * MOST_TOGETHER + 3
    root = read_elements(json.dumps({"note": [{"text": number} for number in range(size)], "id": "x"}).encode())
    block, last = root.children
    assert (block.name, block.path, block.value, block.size, last.name) == ("note", "note", "", size, "id")
    assert [part.size for part in block.children] == [MOST_TOGETHER * MOST_TOGETHER, 3]
    found = [path for path, _ in leaves(root)]
    assert found == [*(f"note[{number}].text" for number in range(size)), "id"]


def test_very_many_members_come_in_blocks() -> None:
    root = read_elements(json.dumps({f"x{number}": number for number in range(MOST_TOGETHER + 1)}).encode())
    assert [child.name for child in root.children] == ["x0 … x499", "x500 … x500"]
    assert len(list(leaves(root))) == MOST_TOGETHER + 1


def test_the_beginning_of_a_value_is_had_without_reading_all_of_it() -> None:
    for character in ("x", "é", "\\u00e9", "\\n", '\\"'):
        root = read_elements(f'{{"a": "{character * 100_000}", "b": {"1" * 100_000}}}'.encode())
        text, number = root.children
        assert text.preview(50) == text.value[:51]
        assert number.preview(50) == "1" * 51
    assert read_elements(b'{"a": "short"}').children[0].preview(50) == "short"
    assert read_elements(b"x" * 100_000).preview(50) == "x" * 51


def test_a_large_list_of_lists_is_a_node_of_its_own() -> None:
    inner = "[" + ",".join(["1"] * 100) + "]"
    root = read_elements(f'{{"a": [[{",".join([inner] * 600)}]]}}'.encode())
    (node,) = root.children
    assert (node.path, node.is_node) == ("a[0]", True)
    assert len(list(leaves(root))) == 60_000


@given(mutations(WHOLE_PROCEDURE))
def test_every_leaf_can_be_reached(value: dict[str, Any]) -> None:
    text = json.dumps(value)
    root = read_elements(text.encode())
    decoded = json.loads(text)
    found = list(leaves(root))
    expected = list(expected_leaves(decoded, root.path))
    assert len(found) == len(expected)
    for (found_path, found_value), (path, wanted) in zip(found, expected, strict=True):
        if wanted.isprintable() and path.isprintable():
            assert found_path == path
            assert found_value == wanted or float(found_value) == float(wanted)
        found_value.encode()
        found_path.encode()


@given(st.binary(max_size=60) | st.text('{}[]":,\\ue0123-.tfnN ', max_size=30).map(str.encode))
def test_arbitrary_bytes(raw: bytes) -> None:
    element = read_elements(raw)
    "".join(value for _, value in leaves(element)).encode()


@given(st.text('{}[]":,\\ud80123-.eE+ ', max_size=30))
def test_what_json_accepts_is_taken_apart_and_nothing_else(text: str) -> None:
    try:
        value = json.loads(text, strict=False)
    except ValueError:
        value = None
        accepted = False
    else:
        accepted = True
    root = read_elements(text.encode())
    if accepted and not _has_duplicate_keys(text):
        assert len(list(leaves(root))) == len(list(expected_leaves(value, "")))
    elif not accepted and root.name != "Unreadable":
        # The one thing more that is accepted: escapes that JSON doesn't know, and numbers with leading zeros.
        assert "\\" in text or "0" in text


def _has_duplicate_keys(text: str) -> bool:
    repeated = False

    def pairs(members: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal repeated
        repeated = repeated or len(dict(members)) < len(members)
        return dict(members)

    json.loads(text, strict=False, object_pairs_hook=pairs)
    return repeated


@pytest.mark.shared
@pytest.mark.parametrize(
    "file",
    [
        "official/Procedure.hl7-r4.ndjson",
        "official/Procedure.us-core-9.ndjson",
        "small/Procedure.ndjson",
        "small/Patient.ndjson",
    ],
)
def test_records_that_nobody_here_wrote(shared_data: Path, file: str) -> None:
    for raw in (shared_data / file).read_bytes().splitlines():
        resource = json.loads(raw)
        found = list(leaves(read_elements(raw)))
        assert [path for path, _ in found] == [path for path, _ in expected_leaves(resource, resource["resourceType"])]
        for (_, value), (_, wanted) in zip(found, expected_leaves(resource, ""), strict=True):
            assert value == wanted or float(value) == float(wanted)
