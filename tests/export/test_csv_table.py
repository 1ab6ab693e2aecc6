"""The table: a heading and a row a record, each with whose it is, from where, and how complete the list was."""

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.export.csv_table import COLUMNS
from procedure_viewer.export.formats import Format, Order, parts
from procedure_viewer.export.spreadsheet import safe_cell
from procedure_viewer.fhir.patient import read_patient, unstated_patient
from tests.extracts import BASE, INCOMPLETE, PATIENT, extract_anyhow, record
from tests.fhir.samples import NESTED_TOO_DEEP, WHOLE_PROCEDURE, encoded, mutations
from tests.safety.hostile import poisoned


def table(raws: list[bytes], **how: Any) -> list[dict[str, str]]:
    """The rows by their headings, read by the letter of RFC 4180."""
    content = b"".join(parts(Order(extract_anyhow(raws, **how), Format.CSV)))
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    assert lines[0] == [column.name for column in COLUMNS]
    assert all(len(line) == len(COLUMNS) for line in lines)
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def test_each_column_says_what_it_holds_and_has_its_own_name() -> None:
    assert all(column.name and column.holds for column in COLUMNS)
    assert len({column.name for column in COLUMNS}) == len(COLUMNS)


def test_each_row_says_whose_it_is_from_where_and_how_complete_the_list_was() -> None:
    patient = PATIENT | {"birthDate": "1957-03", "active": False}
    for row in table([record(1), record(2)], complete=False, patient=patient):
        assert row["patient_name"] == "OKAFOR, Ngozi"
        assert row["patient_birth_date"] == "'1957-03", "as in the record, kept from becoming a day"
        assert row["patient_age"] == "about 69 y"
        assert row["patient_sex"] == "Female"
        assert row["patient_mrn"] == "'0104477201"
        assert row["patient_id"] == "p1"
        assert row["patient_remarks"] == "Inactive record"
        assert row["server"] == BASE
        assert row["read_at"] == "2026-11-25T10:27:05+01:00"
        assert row["completeness"] == INCOMPLETE


def test_a_patient_who_is_not_stated_or_has_died() -> None:
    (row,) = table([record(1)], patient=unstated_patient())
    assert (row["patient_name"], row["patient_id"], row["patient_age"]) == ("Patient not stated", "", "")
    (row,) = table([record(1)], patient=PATIENT | {"deceasedBoolean": True})
    assert row["patient_age"] == ""


def test_without_an_mrn_the_row_says_what_else_identifies_the_patient() -> None:
    names, other = [{"text": "A"}, {"text": "B"}], [{"value": "X-1"}]
    (row,) = table([record(1)], patient=PATIENT | {"name": names, "identifier": other, "active": False})
    assert row["patient_remarks"] == "MRN not stated, other identifier X-1; Inactive record"


def test_a_whole_record_fills_every_column_that_it_has_something_for() -> None:
    (row,) = table([encoded(WHOLE_PROCEDURE)], patient=PATIENT | {"active": False})
    empty = {name for name, cell in row.items() if not cell}
    assert empty <= {"warnings", "status_reason", "complication", "follow_up", "outcome", "reason", "last_updated"}, (
        empty
    )
    assert row["procedure_id"] == "whole"
    assert WHOLE_PROCEDURE["note"][0]["text"] in row["note"]


CODING = '"code":{"coding":[{"system":"urn:a","code":"45.10"},{"code":"B","display":"Bee"}],"text":"Both"}'


@pytest.mark.parametrize(
    ("status", "warnings"),
    [("completed", ""), ("entered-in-error", "This record was entered in error: it should not be relied on.")],
)
def test_a_record_without_a_date_or_a_title_has_no_warning_in_their_place(status: str, warnings: str) -> None:
    raw = encoded({"resourceType": "Procedure", "id": "1", "status": status, "subject": {"reference": "Patient/p1"}})
    (row,) = table([raw])
    assert (row["performed"], row["title"], row["warnings"]) == ("Not stated", "Unspecified procedure", warnings)


@pytest.mark.parametrize(
    ("more", "cells"),
    [
        (',"performedDateTime":"2023-09"', {"performed": "'Sep 2023", "performed_start": "'2023-09"}),
        (
            ',"performedPeriod":{"start":"2023","end":"2023-09-20T21:18:54.263690+00:00"}',
            {"performed_start": "2023", "performed_end": "2023-09-20T21:18:54.263690+00:00"},
        ),
        (',"performedPeriod":{"end":"2024-01-02"}', {"performed_start": "", "performed_end": "2024-01-02"}),
        (',"occurrenceDateTime":"2023"', {"performed_start": "2023"}),
        (',"performedString":"in youth"', {"performed": "in youth", "performed_start": "", "performed_end": ""}),
        (f",{CODING}", {"title": "Both", "code": "45.10; B", "code_system": "urn:a; ", "code_display": "; Bee"}),
        (',"statusReason":{"text":"Bleeding"}', {"status": "completed", "status_reason": "Bleeding"}),
        (',"modifierExtension":[{"url":"urn:not"}]', {"warnings": ...}),
        (',"meta":{"lastUpdated":"2024-01-02T03:04:05Z"}', {"last_updated": "2024-01-02T03:04:05Z"}),
        (',"bodySite":[{"text":"Arm"},{"text":"Leg"}]', {"body_site": "Arm; Leg"}),
        (',"note":[{"text":"one\\ntwo"}]', {"note": "one\ntwo"}),
    ],
)
def test_what_stands_in_which_column(more: str, cells: dict[str, Any]) -> None:
    (row,) = table([record(1, more)])
    for name, cell in cells.items():
        assert row[name] == cell if cell is not ... else row[name]


@pytest.mark.parametrize("raw", [b"", b"null", b"\xff\xfe", NESTED_TOO_DEEP, b'{"resourceType":"Patient","id":"x"}'])
def test_what_is_no_procedure_has_its_row_and_its_warning(raw: bytes) -> None:
    row, after = table([raw, record(1)])
    assert row["title"] == "Unreadable record"
    assert "can't be read" in row["warnings"]
    assert after["procedure_id"] == "1"


STARTS = [
    "=",
    "+",
    "-",
    "@",
    "\t=",
    "\r=",
    "\n=",
    "  =",
    "\u00a0@",
    "\u3000+",
    "＝",
    "＋",
    "－",
    "＠",
    "\0=",
    "\ufeff=",
]


@pytest.mark.parametrize("start", STARTS)
def test_nothing_of_a_record_is_run(start: str) -> None:
    attack = f'{start}HYPERLINK("https://evil.example";1)'
    hostile = poisoned(WHOLE_PROCEDURE, attack) | {"id": attack, "status": attack}
    patient = read_patient(json.dumps({"resourceType": "Patient", "id": attack, "name": [{"text": attack}]}).encode())
    (row,) = table([encoded(hostile)], patient=patient)
    for name, cell in row.items():
        assert not cell.lstrip(" \t\r\n\0\ufeff\u00a0\u3000").startswith(tuple("=+-@＝＋－＠")), name
    for name in ("title", "patient_name"):
        assert row[name].startswith(("'", "␀")), "or with the picture of a character that nobody sees"


def test_a_text_of_separators_takes_no_longer_than_others() -> None:
    assert safe_cell("\n" * 1_000_000 + "; " * 500_000)


@given(mutations(WHOLE_PROCEDURE))
def test_whatever_a_record_holds_the_table_stays_a_table(resource: dict[str, Any]) -> None:
    for cell in table([encoded(resource)])[0].values():
        assert not cell.lstrip().startswith(tuple("=+-@＝＋－＠"))


@given(st.text())
def test_a_cell_is_the_text_with_an_apostrophe_or_more(text: str) -> None:
    assert safe_cell(text).replace("'", "") == text.replace("'", "")
    assert not safe_cell(text).lstrip().startswith(tuple("=+-@"))


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("x;=cmd|' /C calc'!A0;y", "x;'=cmd|' /C calc'!A0;y"),
        ("x; @SUM(A1);", "x; '@SUM(A1);"),
        ("x\n=1+1", "x\n'=1+1"),
        ("x;-2+cmd|'!A0", "x;'-2+cmd|'!A0"),
        ("x\n- one\n- two; +1", "x\n- one\n- two; +1"),
        ("a=b; c", "a=b; c"),
        ("x;;=1", "x;;'=1"),
        ('x;"=1";y', 'x;"\'=1";y'),
    ],
)
def test_nothing_is_run_where_a_semicolon_begins_a_cell(text: str, cell: str) -> None:
    """As in Excel where the decimal sign is a comma. A list of notes stays as it is."""
    assert safe_cell(text) == cell


CHANGED = [
    "00123",
    "0123.50",
    "12345678901234567890",
    "1234567890123456",
    "2023-09",
    "2023-9",
    "1/2",
    "3-4",
    "10:32",
    "12.5",
    "45.10",
    "1.0",
    "5.",
    ".5",
    "1,000",
    "1E5",
    "1e5",
    "1.5E+3",
    "50%",
    "$5",
    "TRUE",
    "false",
    "1-2-3",
    "1500-03-02",
    "0001-01-01",
    "1899-12-31",
    "12/31/2023",
    "(5)",
    "Sep 2023",
    "sep-23",
    "5 May",
    " 007",
    "1 1/2",
    "10:32 PM",
    "１２３",
    "€ 5",
]
SAME = [
    "0",
    "7",
    "23066",
    "123456789012345",
    "2023",
    "2023-09-20",
    "1900-01-01",
    "2023-09-20T21:18:00Z",
    "CPT",
    "p1",
    "69",
    "2dd9a3bc-a3bb-472b-aaef-c57be394de39",
    "1.2.3a",
    "20 Sep 2023",
    "69 y",
    "about 69 y",
    "Mayo 5",
    "not true",
    "",
    " ",
    "a" * 400,
]


@pytest.mark.parametrize("text", CHANGED)
def test_what_a_spreadsheet_would_change_is_kept_from_it(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", SAME)
def test_what_it_would_not_is_left_alone(text: str) -> None:
    assert safe_cell(text) == text
