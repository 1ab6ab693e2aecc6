"""Finding words: what counts as alike, and that no cut between two pieces of a large text hides anything."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.fhir import elements, finding
from procedure_viewer.fhir.elements import read_elements
from procedure_viewer.fhir.finding import alike, find_elements, find_in_text


def spans(text: str, words: str) -> list[str]:
    return [text[span[0] : span[1]] for span in find_in_text(text, words) if span is not None]


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ('"Mejía"', "MEJIA", ["Mejía"]),
        ('"Mej\\u00eda"', "mejia", ["Mej\\u00eda"]),
        ('"Mej\\u00eda"', "\\u00ed", ["\\u00ed"]),
        ('"Meji\u0301a x"', "mejía x", ["Meji\u0301a x"]),
        ('"Straße, STRASSE"', "strasse", ["Straße", "STRASSE"]),
        ('"a\\tb a\u00a0b a b"', "a b", ["a\\tb", "a\u00a0b", "a b"]),
        ('"say \\"yes\\""', 'say "yes"', ['say \\"yes\\"']),
        ('"\\ud83e\\uddb4 🦴"', "🦴", ["\\ud83e\\uddb4", "🦴"]),
        ('"A\u202eB"', "a\u202eb", ["A\u202eB"]),
        ('"A\u202eB"', "\\u202e", ["\u202e"]),
        ("aaaa", "aa", ["aa", "aa"]),
        ('"x"\n"y"', '"\n"', []),
        ("anything", "", []),
        ("anything", "\u0301", []),
        ('"c:\\\\new"', "c:\\new", ["c:\\\\new"]),
    ],
)
def test_what_is_found_in_a_text(text: str, words: str, found: list[str]) -> None:
    assert spans(text, words) == found


PARTS = ["a", "b", "A", "é", "\\", '"', "u00e9", "\n", " ", "ß", "\u0301"]
TEXTS = st.lists(st.sampled_from(PARTS), max_size=60).map("".join)


@given(TEXTS, TEXTS.filter(lambda words: len(words) < 5))
def test_pieces_hide_nothing(text: str, words: str) -> None:
    whole = spans(text, words)
    at_once = finding._AT_ONCE
    finding._AT_ONCE = 16  # type: ignore[misc]
    try:
        pieces = spans(text, words)
    finally:
        finding._AT_ONCE = at_once  # type: ignore[misc]
    assert len(pieces) == len(whole)


@given(st.text(), st.text())
def test_alike_is_alike_piece_by_piece(one: str, other: str) -> None:
    assert alike(one + other) == alike(one) + alike(other)
    assert alike(alike(one)) == alike(one)
    assert not any(unicodedata.combining(character) for character in alike(one))


@pytest.mark.parametrize("character", ["x", "é", "\\u00e9", "\\n", "🦴", "\\ud83e\\uddb4"])
def test_a_word_is_found_anywhere_in_a_very_long_value(character: str) -> None:
    for before in (29_990, 29_995, 29_998, 30_000, 60_003):
        raw = f'{{"a": "{character * before}needle of 🦴{character * 40_000}", "b": "x"}}'.encode()
        assert [place for place in find_elements(read_elements(raw), "NEEDLE of 🦴") if place is not None] == [(0,)]


def test_a_long_value_in_parts_is_the_value() -> None:
    for character in ("x", "é", "\\u00e9", '\\"', "🦴", "\\ud83e\\uddb4", "\u202e"):
        (leaf,) = read_elements(f'{{"a": "{character * 80_000}"}}'.encode()).children
        parts = list(leaf.parts())
        assert "".join(parts) == leaf.value
        assert max(map(len, parts)) <= 6 * (elements._LONGEST_PART + 6)


def test_the_path_counts_where_its_end_is_found() -> None:
    root = read_elements(json.dumps({"code": {"coding": [{"code": "c"}]}, "codes": 1}).encode())
    found = [place for place in find_elements(root, "code") if place is not None]
    assert found == [(0,), (0, 0, 0, 0), (1,)], "not each element within one of that name"
    assert [place for place in find_elements(root, "code.coding[0]") if place is not None] == [(0, 0, 0)]
