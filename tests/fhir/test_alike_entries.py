"""Reading all entries of a page in one step gives what reading them one by one gives."""

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.fhir import bundle
from procedure_viewer.fhir.alike_entries import entries_alike
from procedure_viewer.fhir.bundle import NotFhir, Page, decode_page

VALUES = {
    b"resource": (
        b'{"resourceType":"Procedure","id":"1"}',
        b'{ "id" : "2", "id" : "3" }',
        b'{"entry":[{"resource":{}},{"resource":{}}]}',
        b'{"resourceType":"OperationOutcome","issue":[{"severity":"warning","code":"x"}]}',
        b'{"a":"}, {\\"resource\\":1"}',
        b"{}",
        b"null",
        b"7",
        b"[]",
    ),
    b"fullUrl": (b'"http://x/1"', b'"{"', b"null", b'""'),
    b"search": (b'{"mode":"match"}', b'{"mode":"include"}', b'{ "mode":"outcome" }', b"{}", b"null"),
    b"\\u0072esource": (b"{}",),
    b"link": (b"[]",),
}
SPACES = (b"", b"", b"", b" ", b"\n  ")


@st.composite
def pages(draw: st.DrawFn) -> bytes:
    """A Bundle whose entries are mostly written alike, in one of several ways."""
    names = draw(
        st.sampled_from([[b"resource"], [b"fullUrl", b"resource", b"search"], [b"resource", b"search"], [b"search"]])
    )
    comma, colon, outside = (draw(st.sampled_from(SPACES)) for _ in range(3))

    def member(name: bytes, value: bytes) -> bytes:
        return b'"' + name + b'":' + colon + value

    entries = []
    for number in range(draw(st.integers(0, 5))):
        chosen = [(name, VALUES[name][0]) for name in names]
        if draw(st.integers(0, 3)) == 0:  # unlike the others
            odd = draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=4))
            chosen = [(name, draw(st.sampled_from(VALUES[name]))) for name in odd or names]
        parts = (member(name, value.replace(b'"1"', b'"%d"' % number)) for name, value in chosen)
        entries.append(b"{" + outside + (b"," + comma).join(parts) + outside + b"}")
    listed = member(b"entry", b"[" + outside + (b"," + comma).join(entries) + outside + b"]")
    more = draw(st.lists(st.sampled_from([b'"total":3', b'"id":"entry"', b'"x":{"entry":[]}', listed]), max_size=2))
    order = draw(st.permutations([b'"resourceType":"Bundle"', listed, *more]))
    return b"{" + (b"," + comma).join(order) + b"}"


def read(body: bytes) -> Page | str:
    try:
        return decode_page(body)
    except NotFhir as error:
        return str(error)


@given(pages())
def test_as_one_by_one(body: bytes) -> None:
    with patch.object(bundle, "entries_alike", lambda _: None):
        expected = read(body)
    assert read(body) == expected


@pytest.mark.parametrize("space", [b"", b" ", b"\n    "])
@pytest.mark.parametrize("names", [[b"resource"], [b"fullUrl", b"resource"], [b"resource", b"search"]])
def test_what_is_written_alike_is_read_in_one_step(space: bytes, names: list[bytes]) -> None:
    entry = b"{" + (b"," + space).join(b'"' + name + b'":' + space + VALUES[name][0] for name in names) + b"}"
    body = b'{"resourceType":"Bundle","entry":[' + space + (b"," + space).join([entry] * 3) + b"]}"
    alike = entries_alike(body)
    assert alike is not None
    entries, rest = alike
    assert [bytes(entry.resource) for entry in entries] == [VALUES[b"resource"][0]] * 3
    assert rest == b'{"resourceType":"Bundle","entry":[]}'


def test_a_member_that_stands_twice_is_seen() -> None:
    once, twice = b'{"resource":{}}', b'{"resource":{},"resource":{}}'
    for entries in ([once, twice], [twice, once], [twice, twice], [once, b'{"resource":{"a":1},"link":[]}']):
        assert entries_alike(b'{"resourceType":"Bundle","entry":[' + b",".join(entries) + b"]}") is None
