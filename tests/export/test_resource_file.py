"""Indenting changes white space only; a suggested name is a file name on every system."""

import re
from pathlib import PureWindowsPath

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.export.resource_file import indented, suggested_name
from tests.export.json_texts import values
from tests.export.reading import tokens


@given(values(lone=False))
def test_nothing_but_white_space_changes(text: str) -> None:
    raw = text.encode()
    result = indented(raw)
    assert tokens(result) == tokens(raw)
    assert result.endswith(b"\n")
    assert not result.endswith(b"\n\n")


@given(values(lone=False))
def test_indenting_twice_is_indenting_once(text: str) -> None:
    once = indented(text.encode())
    assert indented(once) == once


def test_two_spaces_a_level() -> None:
    raw = b'{"id":"1","dose":1.00,"big":123456789012345678901234567890,"e":1e2,"a":[{"b":1}],"a":[],"c":{}}'
    assert indented(raw) == (
        b'{\n  "id": "1",\n  "dose": 1.00,\n  "big": 123456789012345678901234567890,\n  "e": 1e2,\n'
        b'  "a": [\n    {\n      "b": 1\n    }\n  ],\n  "a": [],\n  "c": {}\n}\n'
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not JSON",
        b'{"a": 1',
        b'{"a": 1,}',
        b"[NaN]",
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":"\\ud800"}',
        '{"a":1}'.encode("utf-16"),
        b"[" * 100_000 + b"]" * 100_000,
    ],
    ids=lambda raw: repr(raw[:20]),
)
def test_what_cannot_be_indented_comes_back_byte_for_byte(raw: bytes) -> None:
    assert indented(raw) == raw


@given(st.binary(max_size=60))
def test_any_bytes_are_survived(raw: bytes) -> None:
    assert indented(raw).strip() or not raw.strip()


def test_the_usual_name() -> None:
    assert suggested_name("Procedure", "b3f4a1c0-7d2e-4c3a-9c53-0d5a2b1c7e11") == (
        "Procedure-b3f4a1c0-7d2e-4c3a-9c53-0d5a2b1c7e11.json"
    )


@pytest.mark.parametrize(
    ("resource_type", "resource_id", "name"),
    [
        ("Procedure", "", "Procedure-without-id.json"),
        ("", "1", "Resource-1.json"),
        ("Procedure", "../../etc/passwd", "Procedure-.._.._etc_passwd.json"),
        ("../Procedure", "C:\\x", "Procedure-C__x.json"),
        ("NUL", "", "NUL-without-id.json"),
        ("nul.", "x", "nul-x.json"),
        ("Procedure", "a\u202egpj.exe\x00\n", "Procedure-a_gpj.exe__.json"),
        ("-rf", "-", "rf--.json"),
    ],
)
def test_odd_ids_give_harmless_names(resource_type: str, resource_id: str, name: str) -> None:
    assert suggested_name(resource_type, resource_id) == name


RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{device}{number}" for device in ("COM", "LPT") for number in range(10))}


@given(
    st.one_of(st.text(), st.sampled_from(sorted(RESERVED))),
    st.one_of(st.text(), st.text(max_size=500).map(lambda text: text * 50), st.sampled_from(sorted(RESERVED))),
)
def test_every_name_is_a_plain_file_name_everywhere(resource_type: str, resource_id: str) -> None:
    name = suggested_name(resource_type, resource_id)
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9._-]*\.json", name)
    assert len(name) <= 255
    assert PureWindowsPath(name).name == name
    assert name.split(".")[0].upper() not in RESERVED


@given(st.from_regex(r"[A-Za-z0-9\-.]{1,64}", fullmatch=True), st.from_regex(r"[A-Za-z0-9\-.]{1,64}", fullmatch=True))
def test_ids_as_fhir_allows_them_keep_their_names_apart(one: str, other: str) -> None:
    assert (suggested_name("Procedure", one) == suggested_name("Procedure", other)) == (one == other)


def test_what_is_nested_deeply_does_not_grow_beyond_measure() -> None:
    numbers = b",".join([b"1"] * 20_000)
    deep = b'{"x":' + b"[" * 400 + numbers + b"]" * 400 + b"}"
    assert indented(deep) == deep
    usual = b'{"x":"[[{","y":' + b"[" * 20 + numbers + b"]" * 20 + b"}"
    assert indented(usual) != usual
    assert msgspec.json.decode(indented(usual)) == msgspec.json.decode(usual)
