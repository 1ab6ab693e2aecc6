"""Which formats there are for how many, what their files are called, and how they will look."""

import json
import time
from pathlib import Path

import msgspec
import pytest

from procedure_viewer.export.formats import (
    LONGEST_PREVIEW,
    Format,
    Order,
    formats_for,
    holds_completeness,
    parts,
    preview,
    record_names,
    suggested_name,
)
from procedure_viewer.fhir.datatypes import text_of
from procedure_viewer.fhir.patient import read_patient, unstated_patient
from tests.extracts import BASE, INCOMPLETE, extract_anyhow, record


def text_of_file(order: Order) -> bytes:
    return b"".join(parts(order))


def test_one_record_is_a_file_by_itself_and_several_are_not() -> None:
    assert formats_for(extract_anyhow([record(1)]))[0] is Format.JSON
    assert Format.FILES not in formats_for(extract_anyhow([record(1)]))
    several = formats_for(extract_anyhow([record(1), record(2)]))
    assert several[0] is Format.BUNDLE
    assert Format.JSON not in several
    assert set(several) == set(Format) - {Format.JSON}


@pytest.mark.parametrize(
    ("chosen", "one", "several"),
    [
        (Format.JSON, "Procedure-1.json", "Procedures-p1.json"),
        (Format.BUNDLE, "Procedure-1.bundle.json", "Procedures-p1.bundle.json"),
        (Format.NDJSON, "Procedure-1.ndjson", "Procedures-p1.ndjson"),
        (Format.CSV, "Procedure-1.csv", "Procedures-p1.csv"),
        (Format.PDF, "Procedure-1.pdf", "Procedures-p1.pdf"),
        (Format.FILES, "Procedure-1", "Procedures-p1"),
    ],
)
def test_names_come_from_ids_and_say_where_the_list_was_incomplete(chosen: Format, one: str, several: str) -> None:
    two = [record(1), record(2)]
    assert suggested_name(extract_anyhow(two[:1]), chosen) == one
    assert suggested_name(extract_anyhow(two), chosen) == several
    stem, dot, suffix = several.partition(".")
    assert suggested_name(extract_anyhow(two, complete=False), chosen) == f"{stem}-incomplete{dot}{suffix}"


@pytest.mark.parametrize("key", ["../../etc/x", "a/b\\c:d", "NUL", "naïve name", "x" * 500, "\\u202e", "", "-rf", "=1"])
def test_no_id_makes_a_name_that_leads_elsewhere(key: str) -> None:
    patient = read_patient(f'{{"resourceType":"Patient","id":"{key}"}}'.replace("\\c", "\\\\c").encode())
    for extract in (
        extract_anyhow([record(1), record(2)], patient=patient),
        extract_anyhow([record(key.replace("\\c", "\\\\c"))]),
    ):
        for chosen in Format:
            name = suggested_name(extract, chosen)
            assert name.isascii()
            assert name.startswith("Procedure")
            assert not set(name) & set('/\\:*?"<>| ')
            assert len(f"{name}.manifest.json") <= 255


def test_no_name_of_a_person_is_in_any_name() -> None:
    for patient in (unstated_patient(), extract_anyhow([]).patient):
        for chosen in Format:
            assert (
                "kafor" not in suggested_name(extract_anyhow([record(1), record(2)], patient=patient), chosen).lower()
            )


def test_files_of_one_folder_have_different_names_also_where_case_does_not_count() -> None:
    keys = ["a", "A", "a", "a-2", "b/c", "b_c", "", ""]
    names = list(record_names(extract_anyhow(map(record, keys))))
    assert len({name.casefold() for name in names}) == len(keys)
    assert names[:2] == ["Procedure-a.json", "Procedure-A-2.json"]


def test_ten_thousand_files_of_one_name_are_named_at_once() -> None:
    before = time.thread_time()
    assert len(set(record_names(extract_anyhow([record("a")] * 10_000)))) == 10_000
    print(f"names of 10,000 namesakes: {time.thread_time() - before:.2f} s")  # noqa: T201


def test_a_bundle_says_what_it_is_whose_addresses_these_are_and_that_it_is_incomplete() -> None:
    bundle = json.loads(text_of_file(Order(extract_anyhow([record(1), record(""), record("a b")]), Format.BUNDLE)))
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "collection")
    assert bundle["timestamp"] == "2026-11-25T10:32:05+01:00"
    assert [entry.get("fullUrl") for entry in bundle["entry"]] == [f"{BASE}/Procedure/1", None, None]
    incomplete = json.loads(
        text_of_file(Order(extract_anyhow([record(1)], complete=False), Format.BUNDLE, indent=True))
    )
    outcome, procedure = (entry["resource"] for entry in incomplete["entry"])
    (issue,) = outcome["issue"]
    assert (outcome["resourceType"], issue["severity"], issue["code"]) == ("OperationOutcome", "warning", "incomplete")
    assert issue["details"]["text"] == INCOMPLETE
    assert text_of(issue, "diagnostics")
    assert procedure["id"] == "1"


@pytest.mark.parametrize("complete", [True, False])
def test_an_indented_bundle_is_indented_throughout(complete: bool) -> None:
    extract = extract_anyhow([record(1, ',"note":[{"text":"x"}]'), record("")], complete=complete)
    content = text_of_file(Order(extract, Format.BUNDLE, indent=True))
    assert content == msgspec.json.format(content, indent=2) + b"\n"


def test_no_two_entries_have_one_address() -> None:
    bundle = json.loads(text_of_file(Order(extract_anyhow([record(1), record(1)]), Format.BUNDLE)))
    assert [entry.get("fullUrl") for entry in bundle["entry"]] == [f"{BASE}/Procedure/1", None]


@pytest.mark.parametrize("indent", [True, False])
@pytest.mark.parametrize("complete", [True, False])
def test_nothing_at_all_is_a_bundle_too(indent: bool, complete: bool) -> None:
    bundle = json.loads(text_of_file(Order(extract_anyhow([], complete=complete), Format.BUNDLE, indent=indent)))
    assert len(bundle["entry"]) == (0 if complete else 1)


def test_only_what_has_a_place_for_it_says_that_the_list_was_incomplete() -> None:
    extract = extract_anyhow([record(1), record(2)], complete=False)
    for chosen in set(Format) - {Format.JSON, Format.FILES, Format.PDF}:
        assert (INCOMPLETE.encode() in text_of_file(Order(extract, chosen))) == holds_completeness(chosen)
    assert holds_completeness(Format.PDF)
    assert not holds_completeness(Format.JSON)
    assert not holds_completeness(Format.FILES)


@pytest.mark.parametrize("indent", [True, False])
@pytest.mark.parametrize("chosen", [Format.JSON, Format.BUNDLE, Format.NDJSON, Format.CSV])
def test_a_preview_is_the_beginning_of_the_file(chosen: Format, indent: bool) -> None:
    extract = extract_anyhow([record(1, ',"note":[{"text":"Ärztlich"}]')], complete=False)
    whole = text_of_file(Order(extract, chosen, indent=indent)).decode("utf-8-sig")
    assert preview(extract, chosen, indent) == whole
    assert preview(extract, chosen, indent, 30) == whole[:30]


def test_a_preview_of_a_folder_is_its_names_and_pages_have_none() -> None:
    extract = extract_anyhow([record(1), record(2)])
    assert preview(extract, Format.FILES).split("\n") == ["Procedure-1.json", "Procedure-2.json"]
    assert preview(extract, Format.PDF) == ""
    assert [preview(extract_anyhow([]), chosen) for chosen in Format] == [""] * len(Format)


@pytest.mark.parametrize("chosen", list(Format))
@pytest.mark.parametrize(
    "raws", [[record(1, ',"x":"' + "y" * 40_000_000 + '"')], [record(1)] * 100_000], ids=["40 MB", "100,000"]
)
def test_a_preview_is_quick_whatever_there_is(chosen: Format, raws: list[bytes], tmp_path: Path) -> None:
    one = extract_anyhow(raws[:1])
    extract = one if len(raws) == 1 else extract_anyhow([])
    if len(raws) > 1:
        object.__setattr__(extract, "procedures", one.procedures * len(raws))
    before = time.thread_time()
    shown = preview(extract, chosen, True)
    print(f"preview of {chosen}: {(time.thread_time() - before) * 1000:.0f} ms")  # noqa: T201
    assert len(shown) <= LONGEST_PREVIEW
    assert shown or chosen is Format.PDF
