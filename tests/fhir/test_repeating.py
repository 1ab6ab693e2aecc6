"""Two members of one name are noticed, and nothing else is."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedure_viewer.fhir.json_text import decode_value, members
from procedure_viewer.fhir.repeating import repeated_paths, repeats

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
SPACE = st.text(" \t\r\n", max_size=2)


@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", '"', "\\", "{", "é", ""]), VALUES), max_size=4), SPACE, st.booleans()
)
def test_it_says_whether_the_names_differ(pairs: list[tuple[str, object]], space: str, ascii_only: bool) -> None:
    def text(value: object) -> str:
        return f"{space}{json.dumps(value, ensure_ascii=ascii_only)}{space}"

    written = f"{space}{{{','.join(f'{text(name)}:{text(value)}' for name, value in pairs) or space}}}{space}"
    body = written.encode("utf-8", "surrogatepass")
    assert repeats(body, members(body)) == (len({name for name, _ in pairs}) < len(pairs))


TEXTS = st.sampled_from(['"a"', '":"', '" :"', r'"\\"', r'"\u0020:"', r'"\u0022\u003a"', r'"\":"', "1", "null"])
NAMES = st.sampled_from(['"a"', '"b"', r'"\u0061"', r'"\":"', '":"', r'"\u0020:"', r'"x\u0022\u003A"'])


def objects(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    member = st.builds("{}{}:{}{}".format, NAMES, st.sampled_from(["", " ", "\n\t"]), SPACE, inner)
    return st.lists(member, max_size=3).map(lambda found: f"{{{','.join(found)}}}")


DOCUMENTS = st.recursive(
    TEXTS,
    lambda inner: objects(inner) | st.lists(inner, max_size=2).map(lambda found: f"[{','.join(found)}]"),
    max_leaves=8,
)


def any_repeated(document: str) -> bool:
    found = False

    def pairs(given_pairs: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal found
        found = found or len(dict(given_pairs)) < len(given_pairs)
        return dict(given_pairs)

    json.loads(document, object_pairs_hook=pairs)
    return found


@settings(max_examples=500)
@given(DOCUMENTS)
def test_it_is_noticed_on_every_level_and_in_every_way_of_writing(document: str) -> None:
    text = document.encode()
    assert bool(repeated_paths(text, decode_value(text))) is any_repeated(document)


@pytest.mark.parametrize(
    ("document", "paths"),
    [
        ('{"a": 1, "b": {"c": [{"d": 1}, {"d": 1, "d": 2}]}}', ("b.c[1].d",)),
        ('{"a": 1, "a": 2, "b": {"c": 1, "c": 2, "c": 3}}', ("a", "b.c")),
        ('{"a": {"x": 1, "x": 2}, "a": 2}', ("a",)),
        ('{"a": "\\ud800", "b": {"c": 1, "c": 2}}', ("b.c",)),
        ('\ufeff{"b": {"c": 1, "c": 2}}', ("b.c",)),
        ('{"a": NaN, "a": 1}', ("a",)),
        ('{"a": 1}', ()),
    ],
)
def test_the_place_is_told(document: str, paths: tuple[str, ...]) -> None:
    text = document.encode()
    assert repeated_paths(text, decode_value(text)) == paths


def test_of_very_many_the_first_are_told() -> None:
    text = ("{" + ",".join(f'"n{number}": 1, "n{number}": 2' for number in range(500)) + "}").encode()
    assert repeated_paths(text, decode_value(text)) == tuple(f"n{number}" for number in range(20))
