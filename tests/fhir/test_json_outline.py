"""Laying out what no strict reader takes, and finding elements in the lines of it."""

import json

import pytest
from hypothesis import given

from procedure_viewer.export.resource_file import indented
from procedure_viewer.fhir.elements import DEEPEST
from procedure_viewer.fhir.json_outline import LARGEST_ODD, Outline, laid_out, repaired
from tests.leaves import json_texts


@given(json_texts)
def test_laying_out_by_the_brackets_is_what_the_strict_way_gives(raw: bytes) -> None:
    strict = indented(raw)
    if strict is not raw:
        assert laid_out(raw).text == strict.decode().removesuffix("\n")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b'{"a": NaN, "b": [ ]}', '{\n  "a": NaN,\n  "b": []\n}'),
        (b'["\\ud800", "\\u0041"]', '[\n  "\\ud800",\n  "\\u0041"\n]'),
        (b'{"a":{"b":1e999999}}', '{\n  "a": {\n    "b": 1e999999\n  }\n}'),
    ],
)
def test_odd_values_are_laid_out_as_well(raw: bytes, text: str) -> None:
    laid = laid_out(raw)
    assert laid.text == text
    assert laid.outlined


def test_what_is_no_json_stays_as_it_is() -> None:
    for raw in (b"<html>", b'{"a": ', b"", b'{"a": 1,}'):
        laid = laid_out(raw)
        assert laid.text == raw.decode()
        assert not laid.outlined
    large = b"[NaN," + b"1," * LARGEST_ODD + b"1]"
    assert laid_out(large).text == large.decode()


def test_a_line_break_within_a_string_is_kept_and_nothing_is_told_of_the_lines() -> None:
    laid = laid_out(b'{"a": "x\n  y", "b": 1}')
    assert laid.text == '{\n  "a": "x\n  y",\n  "b": 1\n}'
    assert not laid.outlined


def test_deep_nesting_is_laid_out_to_where_elements_end() -> None:
    laid = laid_out(b"[" * 3_000 + b"1" + b"]" * 3_000)
    lines = laid.text.split("\n")
    assert len(lines) == 2 * DEEPEST + 1
    assert lines[DEEPEST].strip() == "[" * (3_000 - DEEPEST) + "1" + "]" * (3_000 - DEEPEST)
    assert json.loads(laid_out(b"[" * 150 + b"1" + b"]" * 150).text) is not None


def test_a_record_that_only_its_encoding_spoils_is_mended() -> None:
    assert repaired(b'\xef\xbb\xbf{"a": "\xff"}') == '{"a": "\ufffd"}'.encode()


def test_the_line_above_and_the_line_that_closes() -> None:
    text = '{\n  "a": {\n    "b": [\n      1\n    ]\n  }\n}'
    outline = Outline(text)
    inner = text.index("      1")
    above = outline.above(inner)
    assert above == text.index('    "b"')
    assert outline.above(above) == text.index('  "a"')
    assert outline.above(text.index('  "a"')) == 0
    assert outline.above(0) is None
    assert outline.closes(above, text.index("[") + 1) == text.index("    ]") + 5
    assert outline.closes(inner, inner + 7) is None
