"""A searchset as a page: nothing lost, nothing altered, one broken entry costs itself only."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
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
    [(b"0", 0), (b"312", 312), (b"-1", None), (b"true", None), (b'"3"', None), (b"2.5", None), (b"null", None)],
)
def test_total_is_a_count_or_unknown(total: bytes, expected: int | None) -> None:
    assert decode_page(bundle(rest=b', "total": ' + total)).total == expected


def test_what_is_nested_too_deep_around_the_entries_is_unknown() -> None:
    page = decode_page(bundle(b'{"resource": {"id": "1"}}', rest=b', "total": ' + NESTED_TOO_DEEP))
    assert page.total is None
    assert page.matches == (b'{"id": "1"}',)


def test_links_of_a_wrong_form_are_passed_over_and_the_first_of_two_counts() -> None:
    links = b', "link": [{"relation": "next", "url": "/a"}, {"relation": "next", "url": "/b"}, 5, {"relation": "self"}]'
    assert decode_page(bundle(rest=links)).links == {"next": "/a"}


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


@pytest.mark.parametrize("body", [b"", b"{}", b'{"resourceType": "Patient"}', b'{"resourceType": "Procedure"', b"[1]"])
def test_another_resource_is_refused(body: bytes) -> None:
    with pytest.raises(NotFhir):
        decode_resource(body, "Procedure")


@settings(deadline=None)
@given(st.binary(max_size=80))
def test_arbitrary_bytes_are_a_page_or_not_fhir(body: bytes) -> None:
    for decode in (decode_page, lambda text: decode_resource(text, "Procedure")):
        with pytest.raises(NotFhir):
            decode(body)


@settings(deadline=None)
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


@settings(deadline=None)
@given(st.lists(mutations(WHOLE_PROCEDURE), max_size=4))
def test_slices_equal_the_bytes_on_the_wire(resources: list[dict[str, Any]]) -> None:
    raws = [
        json.dumps(resource, ensure_ascii=number % 2 == 0).encode("utf-8", "surrogatepass")
        for number, resource in enumerate(resources)
    ]
    page = decode_page(bundle(*(b'{"resource": ' + raw + b"}" for raw in raws)))
    assert page.matches == tuple(raws)
