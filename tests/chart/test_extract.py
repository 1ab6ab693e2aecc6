"""What is taken out of a chart, and what is told of it."""

from datetime import datetime, timedelta, timezone

import pytest

from procedure_viewer.chart.extract import extract_from
from procedure_viewer.chart.open_chart import OpenChart
from procedure_viewer.chart.reading import ChartPage
from procedure_viewer.fhir.patient import read_patient
from procedure_viewer.fhir.procedure import Procedure, read_procedure

BASE = "https://fhir.example.org/r4"
NOW = datetime(2026, 11, 25, 10, 32, tzinfo=timezone(timedelta(hours=1)))
PATIENT = read_patient(
    b'{"resourceType":"Patient","id":"p1","name":[{"family":"Okafor","given":["Ngozi"]}],"gender":"female",'
    b'"birthDate":"1957-03-02","active":false,"link":[{"type":"replaced-by","other":{"reference":"Patient/p2"}}]}'
)


def procedure(number: int, status: str = "completed") -> Procedure:
    text = '{"resourceType":"Procedure","id":"%d","status":"%s","subject":{"reference":"Patient/p1"}}'
    return read_procedure((text % (number, status)).encode())


def chart(*procedures: Procedure, total: int | None = None) -> OpenChart:
    opened = OpenChart(PATIENT, BASE)
    opened.add_page(ChartPage(procedures, total, (), 0, size=len(procedures)))
    return opened


def test_it_tells_whose_records_they_are_and_how_complete_the_list_is() -> None:
    one, two, three = map(procedure, range(3))
    opened = chart(one, two, three, total=3)
    opened.finish(NOW)
    extract = extract_from(opened, [three, one], NOW)
    assert extract.procedures == (three, one)
    assert (extract.count, extract.listed, extract.complete, extract.read_at) == (2, 3, True, NOW)
    assert extract.completeness == "All 3 records, loaded 10:32"
    assert [fact.text for fact in extract.facts] == ["Born 02 Mar 1957 (69 y)", "Sex Female", "MRN not stated"]
    assert extract.remarks == ("Inactive record", "Merged: this record was replaced by Patient/p2")


def test_a_list_that_falls_short_is_said_to() -> None:
    opened = chart(procedure(1), total=5)
    opened.finish(NOW)
    extract = extract_from(opened, opened.procedures, NOW)
    assert not extract.complete
    assert extract.completeness.startswith("Incomplete: 1 of 5 records")


def test_while_the_list_is_being_read_nothing_is_claimed() -> None:
    opened = chart(procedure(1), total=5)
    extract = extract_from(opened, opened.procedures, NOW)
    assert (extract.complete, extract.read_at) == (False, None)
    assert extract.completeness == "Loading: 1 of 5 records"


def test_what_has_no_row_yet_makes_it_incomplete() -> None:
    opened = chart(procedure(1), procedure(2))
    opened.finish(NOW)
    assert not extract_from(opened, opened.procedures[:1], NOW, to_come=1).complete


def test_records_that_can_t_be_read_are_missing_from_what_leaves() -> None:
    opened = OpenChart(PATIENT, BASE)
    opened.add_page(ChartPage((procedure(1),), 2, (), unreadable=1, size=1))
    opened.finish(NOW)
    extract = extract_from(opened, opened.procedures, NOW)
    assert extract.completeness == "2 records received, loaded 10:32 (1 unreadable and not shown)"
    assert not extract.complete, "a Bundle would pass for the whole list"


def test_what_was_entered_in_error_is_told_as_the_list_tells_it() -> None:
    opened = chart(procedure(1), procedure(2, "entered-in-error"))
    opened.finish(NOW)
    assert "1 entered in error hidden" in extract_from(opened, opened.procedures[:1], NOW).completeness
    shown = extract_from(opened, opened.procedures, NOW, errors_shown=True)
    assert "1 entered in error shown" in shown.completeness


def test_nobody_else_s_record_leaves_under_this_patient_s_name() -> None:
    opened = chart(procedure(1))
    with pytest.raises(ValueError, match="not in the open chart"):
        extract_from(opened, [procedure(1)], NOW)


def test_its_name_in_a_log_tells_nobody_s_health() -> None:
    opened = chart(procedure(1))
    assert "okafor" not in repr(extract_from(opened, opened.procedures, NOW)).lower()
