"""A searchset as a page: nothing lost, nothing altered, one broken entry costs itself only."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.fhir.bundle import NotFhir, Page, decode_page, decode_resource
from procedure_viewer.fhir.outcome import Issue
from tests.fhir.samples import BUNDLE, NESTED_TOO_DEEP, ODD_VALUES, SEED_BUNDLE, WHOLE_PROCEDURE, encoded, mutations
from tests.seed import AUTHENTICATION_FAILED, SEED_PROCEDURE_JSON


def bundle(*entries: bytes, rest: bytes = b"") -> bytes:
    return b'{"resourceType": "Bundle", "type": "searchset"' + rest + b', "entry": [' + b", ".join(entries) + b"]}"


def test_the_contracts_own_answer() -> None:
    page = decode_page(SEED_BUNDLE)
    (raw,) = page.matches
    assert json.loads(raw) == SEED_PROCEDURE_JSON
    assert raw in SEED_BUNDLE
    assert page.total == 1
    assert set(page.links) == {"self", "first", "last"}
    assert page.links["last"].startswith("/Procedure?patient=Patient%2F")
    assert (page.included, page.warnings, page.unreadable) == ((), (), 0)


def test_an_empty_answer() -> None:
    assert decode_page(b'{"resourceType": "Bundle", "type": "searchset", "total": 0}') == Page(total=0)


def test_slices_keep_spaces_numbers_escapes_and_duplicate_keys() -> None:
    raw = rb'{ "resourceType":"Procedure" , "n": 1.00, "n": 1e2, "t": "\u00e9" }'
    assert decode_page(bundle(b'{"resource": ' + raw + b" }")).matches == (raw,)


def test_modes_sort_the_entries() -> None:
    page = decode_page(
        bundle(
            b'{"resource": {"id": "1"}, "search": {"mode": "match"}}',
            b'{"resource": {"id": "2"}, "search": {"mode": "include"}}',
            b'{"resource": {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "x",'
            b' "diagnostics": "partial"}]}, "search": {"mode": "outcome"}}',
            b'{"resource": {"id": "3"}, "search": 7}',
        )
    )
    assert page.matches == (b'{"id": "1"}', b'{"id": "3"}')
    assert page.included == (b'{"id": "2"}',)
    assert page.warnings == (Issue("warning", "x", "partial"),)
    assert page.unreadable == 0


def test_an_outcome_without_a_mode_is_a_warning_and_no_record() -> None:
    page = decode_page(bundle(encoded({"resource": AUTHENTICATION_FAILED})))
    assert [issue.text for issue in page.warnings] == ["Authentication failed"]
    assert page.matches == ()


def test_a_record_that_only_mentions_an_outcome_is_a_record() -> None:
    raw = b'{"resourceType": "Procedure", "note": [{"text": "OperationOutcome"}]}'
    assert decode_page(bundle(b'{"resource": ' + raw + b"}")).matches == (raw,)


@pytest.mark.parametrize("entry", [b"5", b"null", b"[]", b"{}", b'"x"', b'{"resource": null}', b'{"resource": [1]}'])
def test_an_entry_without_a_resource_is_counted(entry: bytes) -> None:
    page = decode_page(bundle(b'{"resource": {"id": "1"}}', entry, b'{"resource": {"id": "2"}}'))
    assert page.matches == (b'{"id": "1"}', b'{"id": "2"}')
    assert page.unreadable == 1


@pytest.mark.parametrize("odd", ODD_VALUES.values(), ids=ODD_VALUES)
def test_one_odd_value_costs_neither_the_page_nor_a_byte(odd: bytes) -> None:
    raw = b'{"id": "odd", "x": ' + odd + b" }"
    body = bundle(b'{"resource": {"id": "1"}}', b'{"resource": ' + raw + b"}", rest=b', "total": 2')
    page = decode_page(body)
    assert page.matches == (b'{"id": "1"}', raw)
    assert page.total == 2


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert len(decode_page(b"\xef\xbb\xbf" + SEED_BUNDLE).matches) == 1


@pytest.mark.parametrize(
    ("total", "expected"),
    [(b"0", 0), (b"312", 312), (b'"312"', 312), (b"312.0", 312), (b"3e2", 300), (b"2147483647", 2147483647)],
)
def test_total_is_a_count(total: bytes, expected: int) -> None:
    page = decode_page(bundle(rest=b', "total": ' + total))
    assert (page.total, page.total_unreadable) == (expected, False)


@pytest.mark.parametrize(
    "total",
    [
        b"-1",
        b"true",
        b"2.5",
        b'"many"',
        b'"-1"',
        b'"1.0"',
        b'""',
        b'"\\u0663"',
        b"[3]",
        b"{}",
        b"1e400",
        b"NaN",
        b"9" * 5000,
        b'"' + b"9" * 5000 + b'"',
        b"2147483648",
        NESTED_TOO_DEEP,
    ],
    ids=lambda total: repr(total[:20]),
)
def test_a_total_that_is_no_count_is_said(total: bytes) -> None:
    page = decode_page(bundle(b'{"resource": {"id": "1"}}', rest=b', "total": ' + total))
    assert (page.total, page.total_unreadable) == (None, True)
    assert page.matches == (b'{"id": "1"}',)


@pytest.mark.parametrize("rest", [b"", b', "total": null'])
def test_no_total_is_unknown_and_no_fault(rest: bytes) -> None:
    page = decode_page(bundle(rest=rest))
    assert (page.total, page.total_unreadable) == (None, False)


def test_a_relation_is_read_with_goodwill() -> None:
    links = (
        b', "link": [{"relation": " Next\\n", "url": "/a"}, {"relation": "next", "url": "/a"}, {"relation": "self"}]'
    )
    page = decode_page(bundle(rest=links))
    assert (page.links, page.broken_next) == ({"next": "/a"}, False)


@pytest.mark.parametrize(
    "link",
    [
        b'[{"relation": "next", "url": "/a"}, {"relation": "next", "url": "/b"}]',
        b'[{"url": "/b"}]',
        b'[{"relation": null, "url": "/b"}]',
        b'[{"relation": "", "url": "/b"}]',
        b'[{"relation": ["next"], "url": "/b"}]',
        b'[{"rel": "next", "href": "/b"}]',
        b'[{"relation": "next\\u200b", "url": "/b"}]',
        b'[{"relation": "self", "url": "/a"}, {"relation": 5}]',
        b'[{"relation": "next"}]',
        b'[{"relation": "next", "url": null}]',
        b'[{"relation": "next", "url": ""}]',
        b'[{"relation": "next", "url": " "}]',
        b'[{"relation": " NEXT ", "url": 7}]',
        b'[{"relation": "next", "url": ["/b"]}]',
        b'{"relation": "next", "url": "/b"}',
        b'[["next", "/b"]]',
        b"[null]",
        b'"/b"',
        b"5",
        b"{}",
        NESTED_TOO_DEEP,
    ],
    ids=lambda link: repr(link[:40]),
)
def test_a_next_link_that_cannot_be_read_is_said(link: bytes) -> None:
    page = decode_page(bundle(b'{"resource": {"id": "1"}}', rest=b', "link": ' + link))
    assert page.broken_next
    assert page.matches == (b'{"id": "1"}',)


@pytest.mark.parametrize(
    "link", [b"null", b"[]", b"[{}]", b'[{"relation": "self", "url": 7}]', b'[{"relation": "http://example.org/x"}]']
)
def test_links_that_lead_to_no_next_page_are_no_fault(link: bytes) -> None:
    page = decode_page(bundle(rest=b', "link": ' + link))
    assert (page.links, page.broken_next) == ({}, False)


@pytest.mark.parametrize(
    "twice",
    [
        b', "entry": [{"resource": {"id": "lost"}}]',
        b', "e\\u006etry": [{"resource": {"id": "lost"}}]',
        b', "total": 1, "total": 2',
        b', "total": 1, "total": 1',
        b', "total": 12, "total": 1',
        b', "total": 1 , "x": {"}": "\\"{"}, "total": 12',
        b', "link": [], "link": [{"relation": "next", "url": "/b"}]',
        b', "type": "searchset"',
        b', "odd": "\xff", "total": 1, "total": 2',
    ],
)
def test_a_bundle_that_says_something_twice_is_no_page(twice: bytes) -> None:
    entry = b'{"resource": {"id": "1"}}'
    for body in (bundle(entry, rest=twice), b"\xef\xbb\xbf" + bundle(entry, rest=twice)):
        with pytest.raises(NotFhir):
            decode_page(body)


@pytest.mark.parametrize(
    "entry",
    [
        b'{"resource": {"id": "2"}, "resource": {"id": "3"}}',
        b'{"resource": {"id": "2"}, "resource": {"id": "2"}}',
        b'{"resource": {"id": "2"}, "fullUrl": "x", "r\\u0065source": {"id": "3"}}',
        b'{"resource": {"id": "2"}, "search": {"mode": "match"}, "search": {"mode": "include"}}',
        b'{"resource": {"id": "\xff"}, "resource": {"id": "3"}}',
    ],
)
def test_an_entry_that_says_something_twice_is_counted(entry: bytes) -> None:
    page = decode_page(bundle(b'{"resource": {"id": "1"}}', entry))
    assert (page.matches, page.included, page.unreadable) == ((b'{"id": "1"}',), (), 1)


@pytest.mark.parametrize(
    "entry", [b"{}", b"5", b'"x"', NESTED_TOO_DEEP.replace(b"[", b'{"a":').replace(b"]", b"}")[:-1]]
)
def test_an_entry_list_of_another_form_never_looks_complete(entry: bytes) -> None:
    body = b'{"resourceType": "Bundle", "entry": ' + entry + b"}"
    try:
        assert decode_page(body).unreadable == 1
    except NotFhir:
        assert entry.startswith(b'{"a":')  # it has no end


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"<html>Bad gateway</html>",
        SEED_BUNDLE[:-1],
        SEED_BUNDLE[:500],
        encoded(AUTHENTICATION_FAILED),
        encoded(SEED_PROCEDURE_JSON),
        b'{"detail": "Not Found"}',
        b'{"resourceType": "Bundle", "type": "history", "entry": []}',
        b'{"resourceType": ["Bundle"]}',
        NESTED_TOO_DEEP,
        b"\xff\xfe",
    ],
)
def test_anything_else_is_not_a_page(body: bytes) -> None:
    with pytest.raises(NotFhir):
        decode_page(body)


def test_a_resource_is_its_very_bytes() -> None:
    body = b' { "resourceType" : "Procedure", "n": 1.00 }\n'
    assert decode_resource(body, "Procedure") == body
    assert decode_resource(b"\xef\xbb\xbf" + body, "Procedure") == body


@pytest.mark.parametrize("odd", ODD_VALUES.values(), ids=ODD_VALUES)
def test_a_resource_with_an_odd_value_is_its_very_bytes(odd: bytes) -> None:
    body = b'{"resourceType": "Procedure", "x": ' + odd + b"}"
    assert decode_resource(body, "Procedure") == body


@pytest.mark.parametrize("odd", ODD_VALUES.values(), ids=ODD_VALUES)
def test_the_id_is_compared_whatever_stands_beside_it(odd: bytes) -> None:
    body = b'{"resourceType": "Procedure", "x": ' + odd + b', "id": "1"}'
    assert decode_resource(body, "Procedure", "1") == body
    with pytest.raises(NotFhir):
        decode_resource(body, "Procedure", "2")


@pytest.mark.parametrize("stated", [b"", b', "id": null', b', "id": 1', b', "id": ["1"]', b', "id": "1 "'])
def test_a_resource_without_the_id_asked_for_is_refused(stated: bytes) -> None:
    with pytest.raises(NotFhir):
        decode_resource(b'{"resourceType": "Procedure"' + stated + b"}", "Procedure", "1")


@pytest.mark.parametrize("body", [b"", b"{}", b'{"resourceType": "Patient"}', b'{"resourceType": "Procedure"', b"[1]"])
def test_another_resource_is_refused(body: bytes) -> None:
    with pytest.raises(NotFhir):
        decode_resource(body, "Procedure")


@given(st.binary(max_size=80))
def test_arbitrary_bytes_are_a_page_or_not_fhir(body: bytes) -> None:
    for decode in (decode_page, lambda text: decode_resource(text, "Procedure")):
        with pytest.raises(NotFhir):
            decode(body)


@given(mutations(BUNDLE))
def test_any_value_in_any_place_loses_no_record(value: dict[str, Any]) -> None:
    body = encoded(value)
    if value.get("resourceType") != "Bundle" or value.get("type", "searchset") not in (None, "searchset"):
        with pytest.raises(NotFhir):
            decode_page(body)
        return
    page = decode_page(body)
    entries = value.get("entry")
    received = len(entries) if isinstance(entries, list) else int(entries is not None)
    outcomes = received - len(page.matches) - len(page.included) - page.unreadable
    assert outcomes in (0, 1)
    assert all(raw in body for raw in page.matches + page.included)


@given(st.lists(mutations(WHOLE_PROCEDURE), max_size=4))
def test_slices_equal_the_bytes_on_the_wire(resources: list[dict[str, Any]]) -> None:
    raws = [
        json.dumps(resource, ensure_ascii=number % 2 == 0).encode("utf-8", "surrogatepass")
        for number, resource in enumerate(resources)
    ]
    page = decode_page(bundle(*(b'{"resource": ' + raw + b"}" for raw in raws)))
    assert page.matches == tuple(raws)
