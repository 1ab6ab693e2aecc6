"""Whatever a server sent leaves as it came: number by number, name by name, escape by escape, in every JSON format."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from procedure_viewer.export import wellformed
from procedure_viewer.export.formats import Format, Order, obstacle, parts, record_bytes
from procedure_viewer.export.wellformed import is_object
from tests.export.json_texts import SPACE, objects, values
from tests.export.reading import JSON_LIKE, SPLICED, resources_in, tokens, written
from tests.extracts import extract_anyhow, record


@st.composite
def resources(draw: st.DrawFn) -> bytes:
    key = draw(st.sampled_from(["a", "b", "c.1", "x" * 64]))
    text = draw(objects(first=f'"resourceType":"Procedure","id":"{key}"'))
    return (draw(SPACE) + text + draw(SPACE)).encode()


DEEP = record("deep", ',"x":' + "[" * 700 + "\n1.00\n" + "]" * 700)
ODD = record("odd", ', "a":1.00,"a":1e400,\n"\\ud800":"\\udfff\\u00e9"')


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(resources(), min_size=1, max_size=3), st.booleans(), st.booleans())
@example([ODD], True, True)
@example([ODD, ODD, DEEP], True, False)
@example([DEEP], False, True)
def test_the_tokens_of_an_export_are_those_of_the_record(raws: list[bytes], indent: bool, complete: bool) -> None:
    extract = extract_anyhow(raws, complete=complete)
    for chosen in SPLICED:
        assert obstacle(extract, chosen) == ""
        text = b"".join(parts(Order(extract, chosen, indent=indent)))
        found = resources_in(text, chosen)
        ours = 1 if chosen is Format.BUNDLE and not complete else 0
        assert found[ours:] == [tokens(raw) for raw in raws], chosen
    for raw in raws:
        assert tokens(record_bytes(raw, indent=indent)) == tokens(raw)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(resources(), min_size=1, max_size=3))
@example([ODD, DEEP])
def test_not_indented_the_very_bytes_are_there(raws: list[bytes]) -> None:
    extract = extract_anyhow(raws)
    at = 0
    bundle = b"".join(parts(Order(extract, Format.BUNDLE)))
    for raw in raws:
        at = bundle.index(raw, at) + len(raw)
        assert record_bytes(raw, indent=False) == raw
    lines = b"".join(parts(Order(extract, Format.NDJSON))).split(b"\n")
    assert lines == [*(raw.replace(b"\r", b" ").replace(b"\n", b" ") for raw in raws), b""]


@given(values())
def test_what_is_json_by_the_letter_is_known_as_such(text: str) -> None:
    assert is_object(text.encode()) == text.strip(" \t\r\n").startswith("{")


@pytest.mark.parametrize(
    "raw", [record(1, ',"x":' + "[" * 9_000 + "]" * 9_000), ODD, DEEP, b" {} ", b'{"a":[{},[],-0.0]}']
)
def test_no_depth_and_no_escape_makes_it_anything_else(raw: bytes) -> None:
    assert is_object(raw)


@given(st.lists(st.sampled_from(["\\", "u", "\\u", "\\ud800", "d8", "0", '"', "a"])).map("".join))
def test_escapes_that_are_no_characters_are_told_by_the_letter(text: str) -> None:
    raw = f'{{"a":"{text}"}}'.encode()
    assert wellformed.is_object(raw) == wellformed._is_odd_object(raw)


def test_half_a_character_does_not_cost_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wellformed, "_is_odd_object", None)  # of forty megabytes it takes five, in the window
    assert is_object(b'{"a":"\\ud83d","b":"\\\\ud83d\\uDEAD"}')


@given(objects(), st.data())
def test_what_is_not_is_found_out(text: str, data: st.DataObject) -> None:
    """Against Python's own reader, which takes NaN and control characters only where it is told to."""
    at = data.draw(st.integers(0, len(text)))
    spoilt = (
        text[:at] + data.draw(st.sampled_from(['"', "{", "]", ",", ":", "0", "\\", "NaN", "\x01", "x"])) + text[at:]
    )

    def refuse(word: str) -> object:
        raise ValueError(word)

    try:
        valid = isinstance(json.loads(spoilt, parse_int=str, parse_float=str, parse_constant=refuse), dict)
    except ValueError:
        valid = False
    assert is_object(spoilt.encode()) == valid


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf" + record(1),
        record(1, ',"x":"\xff"').replace("ÿ".encode(), b"\xff"),
        record(1, ',"x":NaN'),
        record(1, ',"x":01'),
        record(1) + b"{}",
        record(1)[:-1],
        record(1, ',"x":' + "[" * 3_000 + "]" * 2_999),
        b"[]",
        b'"text"',
        b"",
        b'{"resourceType":"Patient","id":"p1"}',
    ],
)
def test_what_would_spoil_a_file_is_told_beforehand_and_leaves_by_itself_only(raw: bytes, tmp_path: Path) -> None:
    extract = extract_anyhow([record(0), raw])
    for chosen in SPLICED:
        assert "one record" in obstacle(extract, chosen)
    for chosen in (Format.FILES, Format.CSV, Format.PDF):
        assert obstacle(extract, chosen) == ""
    (folder,) = written(Order(extract, Format.FILES), tmp_path / "folder")
    assert sorted(path.read_bytes() for path in folder.iterdir()) == sorted([record(0), raw])
    (path,) = written(Order(extract_anyhow([raw]), Format.JSON), tmp_path / "one.json")
    assert path.read_bytes() == raw
    assert written(Order(extract, Format.CSV), tmp_path / "two.csv")


def test_two_that_would_are_counted() -> None:
    assert "2 records" in obstacle(extract_anyhow([b"x", b"y"]), Format.NDJSON)


@pytest.mark.parametrize("chosen", JSON_LIKE)
def test_a_deep_record_of_megabytes_is_written_at_once(chosen: Format, tmp_path: Path) -> None:
    raw = record("deep", ',"x":' + "[" * 400 + ",".join(["1.00"] * 200_000) + "]" * 400)
    path, *_ = written(Order(extract_anyhow([raw]), chosen, indent=True), tmp_path / "out")
    content = path.read_bytes() if path.is_file() else b"".join(file.read_bytes() for file in path.iterdir())
    assert raw in content
