"""JSON as servers really send it."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.fhir.json_text import NotJson, decode_value, items, members
from tests.fhir.samples import HUGE_INTEGER, NESTED_TOO_DEEP, ODD_VALUES, encoded, json_values


def test_a_value_is_what_json_says() -> None:
    assert decode_value(b'{"a": [1, 2.5, "x", null, true]}') == {"a": [1, 2.5, "x", None, True]}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (rb'"\ud800"', "\ud800"),
        (b'"\xff"', "\N{REPLACEMENT CHARACTER}"),
        (b'"line\nbreak"', "line\nbreak"),
        (b"1e999", math.inf),
        (HUGE_INTEGER, HUGE_INTEGER.decode()),
        (b'{"a": 1, "a": 2}', {"a": 2}),
    ],
)
def test_what_msgspec_refuses_is_read_with_goodwill(text: bytes, value: object) -> None:
    assert decode_value(text) == value


def test_nan_is_read() -> None:
    value = decode_value(b"[NaN]")
    assert isinstance(value, list)
    assert math.isnan(value[0])


@pytest.mark.parametrize("text", [b"", b"{", b"[1,", b"tru", b"<html>", b"{'a': 1}", b"1 2", NESTED_TOO_DEEP])
def test_what_is_no_json_says_so(text: bytes) -> None:
    with pytest.raises(NotJson):
        decode_value(text)


def test_slices_are_the_very_bytes() -> None:
    assert members(b'{ "a" : 1.00 , "b":{ "c" : [ ] } }') == {"a": b"1.00", "b": b'{ "c" : [ ] }'}
    assert items(b'[ 1.00 , "x" ,{ "c" : 1 }]') == [b"1.00", b'"x"', b'{ "c" : 1 }']


@pytest.mark.parametrize("odd", ODD_VALUES.values(), ids=ODD_VALUES)
def test_slices_of_what_msgspec_refuses(odd: bytes) -> None:
    around = b'[ {"x": "]}\\\\\\""} , ' + odd + b" , [], {} , 1.00]"
    assert items(around) == [b'{"x": "]}\\\\\\""}', odd, b"[]", b"{}", b"1.00"]
    assert members(b'\xef\xbb\xbf { "a" : ' + odd + b' , "a\\u0062":[1, 2] } ') == {"a": odd, "ab": b"[1, 2]"}


@pytest.mark.parametrize(
    "broken",
    [
        rb'{"a": "\ud800"',
        rb'{"a": "\ud800",}',
        rb'{"a" "\ud800"}',
        rb'{"a": ["\ud800"}',
        rb'{"a": "\ud800} ',
        rb'{"a": "\ud800"} {}',
        rb'{a: "\ud800"}',
        rb'{"a": [[["\ud800]]]}',
        b'{"a": ' + b"[" * 100_000,
        b'{"a": NaN "b": 1}',
        b"{}{}",
        b"[]",
        b"5",
        b"",
    ],
)
def test_a_broken_object_has_no_members(broken: bytes) -> None:
    with pytest.raises(NotJson):
        members(broken)


@pytest.mark.parametrize(
    "broken", [rb'["\ud800",]', rb'["\ud800"', rb'["\ud800" 1]', b"{}", b'"x"', b"[[[[", b'["' * 1000]
)
def test_a_broken_list_has_no_items(broken: bytes) -> None:
    with pytest.raises(NotJson):
        items(broken)


def test_an_unterminated_string_is_not_tried_at_every_quote() -> None:
    # Quadratic work on this would take minutes, and the test's time limit ends it.
    with pytest.raises(NotJson):
        items(b'[NaN, ["' + b'\\"' * 2_000_000)


@given(st.binary(max_size=60))
def test_arbitrary_bytes_are_json_or_not(text: bytes) -> None:
    for read in (decode_value, members, items):
        try:
            read(text)
        except NotJson:
            continue


@given(st.dictionaries(st.text(max_size=8), json_values, max_size=5))
def test_every_slice_means_what_it_meant_within(value: dict[str, Any]) -> None:
    sliced = members(encoded(value))
    assert {key: json.dumps(json.loads(raw)) for key, raw in sliced.items()} == {
        key: json.dumps(member) for key, member in value.items()
    }
