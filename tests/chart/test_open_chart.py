"""The open chart: what may be shown and what may be claimed."""

import json
from datetime import UTC, datetime

import pytest

from procedure_viewer.chart.open_chart import ChartPage, OpenChart, Shortfall, Standing
from procedure_viewer.fhir.outcome import Kind, Problem
from procedure_viewer.fhir.patient import Patient, read_patient
from procedure_viewer.fhir.procedure import Procedure, read_procedure

AT = datetime(2026, 3, 2, 10, 32, tzinfo=UTC)


def patient() -> Patient:
    return read_patient(b'{"resourceType": "Patient", "id": "alice", "name": [{"family": "Alder"}]}')


def record(number: int, whose: str = "alice", status: str = "completed") -> Procedure:
    resource = {
        "resourceType": "Procedure",
        "id": f"p{number}",
        "status": status,
        "subject": {"reference": f"Patient/{whose}"},
    }
    return read_procedure(json.dumps(resource).encode())


def page(*numbers: int, total: int | None = None) -> ChartPage:
    return ChartPage(tuple(record(number) for number in numbers), total)


@pytest.fixture
def chart() -> OpenChart:
    return OpenChart(patient(), "http://127.0.0.1:1")


def test_all_pages_make_it_complete(chart: OpenChart) -> None:
    assert [p.id for p in chart.add_page(page(1, 2, total=3))] == ["p1", "p2"]
    assert chart.statement().text == "Loading: 2 of 3 records"
    chart.add_page(page(3, total=3))
    assert not chart.statement().text.startswith("All")
    chart.finish(AT)
    assert chart.standing is Standing.COMPLETE
    assert chart.statement().text == "All 3 records, loaded 10:32"
    assert not chart.statement().warning


def test_a_record_on_two_pages_counts_once(chart: OpenChart) -> None:
    chart.add_page(page(1, 2, total=3))
    assert [p.id for p in chart.add_page(page(2, 3, total=3))] == ["p3"]
    chart.finish(AT)
    assert chart.standing is Standing.COMPLETE
    assert [p.id for p in chart.procedures] == ["p1", "p2", "p3"]


def test_a_missing_record_is_not_complete(chart: OpenChart) -> None:
    chart.add_page(page(1, 2, total=3))
    chart.add_page(page(2, total=3))
    chart.finish(AT)
    assert chart.standing is Standing.INCOMPLETE
    assert chart.shortfall is Shortfall.COUNT_DIFFERS
    statement = chart.statement()
    assert statement.warning
    assert statement.text == "Incomplete: 2 of 3 records (the server announced another number of records)"


def test_more_than_announced_is_not_complete_either(chart: OpenChart) -> None:
    chart.add_page(page(1, 2, 3, total=2))
    chart.finish(AT)
    assert chart.standing is Standing.INCOMPLETE


def test_a_total_that_changes_is_noticed(chart: OpenChart) -> None:
    chart.add_page(page(1, total=3))
    chart.add_page(page(2, total=2))
    chart.finish(AT)
    assert chart.shortfall is Shortfall.TOTAL_CHANGED


def test_without_a_total_the_last_page_decides(chart: OpenChart) -> None:
    chart.add_page(page(1, 2))
    assert chart.statement().text == "Loading: 2 records so far"
    chart.finish(AT)
    assert chart.statement().text == "All 2 records, loaded 10:32"


def test_a_failed_page_is_incomplete_with_its_reason(chart: OpenChart) -> None:
    chart.add_page(page(1, total=3))
    chart.fail(Problem(Kind.SERVER, status=500))
    assert chart.standing is Standing.INCOMPLETE
    assert chart.statement().text == "Incomplete: 1 of 3 records (a page could not be loaded)"


def test_stopping_is_incomplete(chart: OpenChart) -> None:
    chart.add_page(page(1, total=3))
    chart.cancel()
    assert chart.statement().text == "Incomplete: 1 of 3 records (loading was stopped)"


def test_an_empty_answer_is_the_only_way_to_say_none(chart: OpenChart) -> None:
    assert "No procedures" not in chart.statement().text
    chart.add_page(ChartPage((), 0))
    chart.finish(AT)
    assert chart.statement().text == "No procedures, checked 10:32"


def test_withheld_and_withdrawn_records_are_received_but_said(chart: OpenChart) -> None:
    own, other, error = record(1), record(2, "bob"), record(3, status="entered-in-error")
    shown = chart.add_page(ChartPage((own, other, error), 3))
    assert [p.id for p in shown] == ["p1", "p3"]
    chart.finish(AT)
    assert chart.statement().text == "All 3 records, loaded 10:32 (1 entered in error, 1 of another patient withheld)"
    assert chart.statement().warning


def test_unreadable_entries_are_counted_and_said(chart: OpenChart) -> None:
    chart.add_page(ChartPage((record(1),), 2, unreadable=1))
    chart.finish(AT)
    assert chart.statement().text == "All 2 records, loaded 10:32 (1 unreadable)"
    assert chart.statement().warning


def test_a_reread_record_takes_its_place_only_if_it_is_still_ours(chart: OpenChart) -> None:
    chart.add_page(page(1, 2))
    fresh = record(2, status="stopped")
    assert chart.replace(fresh)
    assert chart.procedures[1] is fresh
    assert not chart.replace(record(2, "bob"))
    assert not chart.replace(record(9))
    assert chart.procedures[1] is fresh
