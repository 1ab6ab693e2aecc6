"""Every leaf of a JSON text, told by other means than the program's: the standard library's reader, nothing merged."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from hypothesis import strategies as st


@dataclass
class Members:
    """An object with all its members, those of one name too."""

    pairs: list[tuple[str, object]]


@dataclass
class Literal:
    """A number as it was written."""

    text: str


@dataclass(frozen=True)
class Leaf:
    """A value with nothing in it."""

    path: str
    place: tuple[int, ...]
    value: str


def leaves(raw: bytes) -> list[Leaf]:
    """Every leaf in its order. An empty list is one, and an empty object."""
    value = json.loads(raw, object_pairs_hook=Members, parse_int=Literal, parse_float=Literal, parse_constant=Literal)
    kind = ""
    if isinstance(value, Members):
        kinds = [member for name, member in value.pairs if name == "resourceType"]
        kind = kinds[-1] if kinds and isinstance(kinds[-1], str) else ""
    return list(_below(value, _named(kind) if kind else "", ()))


def _below(value: object, path: str, place: tuple[int, ...]) -> Iterator[Leaf]:
    if isinstance(value, Members) and value.pairs:
        for number, (name, member) in enumerate(value.pairs):
            yield from _below(member, f"{path}.{_named(name)}" if path else _named(name), (*place, number))
    elif isinstance(value, list) and value:
        for number, item in enumerate(value):
            yield from _below(item, f"{path}[{number}]", (*place, number))
    else:
        yield Leaf(path, place, _shown(value))


def _shown(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Literal):
        return value.text
    return "{}" if isinstance(value, Members) else json.dumps(value)


def _named(name: str) -> str:
    if re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name):
        return name
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


_NAMES = st.sampled_from(
    ["status", "_status", "code", "coding", "note", "extension", "a.b", "a[0]", "`", "é", "שם", "", "resourceType"]
) | st.text('ab\u202e\n\\"', max_size=3)
_SPACE = st.sampled_from(["", " ", "\n\t "])
_SCALARS = st.one_of(
    st.sampled_from(
        ["null", "true", "false", "1.00", "-0.0e+10", "1E400", "9" * 400, '"Mej\\u00eda"', '"\\ud83e\\uddb4"']
    ),
    st.from_regex(r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?", fullmatch=True),
    st.tuples(st.text(max_size=12), st.booleans()).map(lambda drawn: json.dumps(drawn[0], ensure_ascii=drawn[1])),
)


def _objects(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    member = st.tuples(_NAMES.map(json.dumps), _SPACE, inner).map(lambda drawn: f"{drawn[0]}{drawn[1]}:{drawn[2]}")
    return st.tuples(st.lists(member, max_size=4), _SPACE).map(lambda drawn: "{" + f",{drawn[1]}".join(drawn[0]) + "}")


def _lists(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(st.lists(inner, max_size=4), _SPACE).map(lambda drawn: f"[{drawn[1]}" + ",".join(drawn[0]) + "]")


json_texts = st.recursive(_SCALARS, lambda inner: _objects(inner) | _lists(inner), max_leaves=12).map(
    lambda text: text.encode("utf-8", "replace")
)
"""Any JSON as a server may write it: names twice, `_` beside, numbers of any length, escapes or none, odd spaces."""
