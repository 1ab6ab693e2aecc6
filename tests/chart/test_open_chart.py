"""The open chart: what may be shown and what may be claimed."""

import json
from datetime import UTC, datetime

import pytest

from procedure_viewer.chart.open_chart import OpenChart, Reread, Standing
from procedure_viewer.chart.reading import ChartPage
from procedure_viewer.chart.shortfall import Shortfall, reason
from procedure_viewer.chart.statement import statement_of
from procedure_viewer.fhir.outcome import Issue, Kind, Problem
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
    assert statement_of(chart).text == "Loading: 2 of 3 records"
    chart.add_page(page(3, total=3))
    assert not statement_of(chart).text.startswith("All")
    chart.finish(AT)
    assert chart.standing is Standing.COMPLETE
    assert statement_of(chart).text == "All 3 records, loaded 10:32 (2 pages)"
    assert not statement_of(chart).warning


def test_a_record_twice_on_one_page_counts_once(chart: OpenChart) -> None:
    assert [p.id for p in chart.add_page(page(1, 2, 2, 3, total=3))] == ["p1", "p2", "p3"]
    chart.finish(AT)
    assert chart.standing is Standing.COMPLETE
    assert [p.id for p in chart.procedures] == ["p1", "p2", "p3"]


def test_a_record_on_two_pages_counts_once_and_tells_that_the_pages_shifted(chart: OpenChart) -> None:
    chart.add_page(page(1, 2, total=3))
    assert [p.id for p in chart.add_page(page(2, 3, total=3))] == ["p3"]
    chart.finish(AT)
    assert chart.shortfall is Shortfall.PAGES_SHIFTED
    assert [p.id for p in chart.procedures] == ["p1", "p2", "p3"]
    assert statement_of(chart).text == (
        "Incomplete: 3 of 3 records (the same record came on two pages, so another may be missing)"
        " (loaded 10:32, 2 pages, 1 sent twice and shown once)"
    )


def test_the_parts_of_a_large_page_count_as_one_page(chart: OpenChart) -> None:
    chart.add_page(ChartPage((record(1), record(2)), 6, size=3))
    assert (chart.pages, chart.under_way.expected_pages) == (1, 2)
    assert statement_of(chart).text == "Loading: 2 of 6 records"
    chart.add_page(ChartPage((record(3),), 6, continues=True, size=3))
    assert (chart.pages, chart.under_way.expected_pages) == (1, 2)
    chart.add_page(page(4, 5, 6, total=6))
    assert (chart.pages, chart.under_way.expected_pages) == (2, 2)
    chart.finish(AT)
    assert statement_of(chart).text == "All 6 records, loaded 10:32 (2 pages)"


def test_a_missing_record_is_not_complete(chart: OpenChart) -> None:
    chart.add_page(page(1, 2, total=3))
    chart.add_page(page(2, total=3))
    chart.finish(AT)
    assert chart.standing is Standing.INCOMPLETE
    assert chart.shortfall is Shortfall.COUNT_DIFFERS
    statement = statement_of(chart)
    assert statement.warning
    assert statement.text == (
        "Incomplete: 2 of 3 records (the server announced another number of records)"
        " (loaded 10:32, 2 pages, 1 sent twice and shown once)"
    )


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
    assert statement_of(chart).text == "Loading: 2 records so far"
    chart.finish(AT)
    assert statement_of(chart).text == "All 2 records, loaded 10:32"


def test_a_failed_page_is_incomplete_with_its_reason(chart: OpenChart) -> None:
    chart.add_page(page(1, total=3))
    chart.fail(Problem(Kind.SERVER, status=500))
    assert chart.standing is Standing.INCOMPLETE
    assert statement_of(chart).text == "Incomplete: 1 of 3 records (the server failed at the next page)"


def test_every_kind_of_failure_has_a_reason_of_its_own() -> None:
    of_the_network = {Kind.SIGNED_OUT, Kind.FORBIDDEN, Kind.NOT_FOUND, Kind.BAD_REQUEST, Kind.THROTTLED, Kind.SERVER}
    of_the_network |= {Kind.OFFLINE, Kind.TIMEOUT, Kind.TLS, Kind.NOT_FHIR, Kind.FOREIGN, Kind.CIRCLES}
    reasons = {kind: reason(Shortfall.FAILED, Problem(kind)) for kind in of_the_network}
    assert len(set(reasons.values())) == len(of_the_network)
    assert reason(Shortfall.FAILED, Problem(Kind.INTERNAL)) not in reasons.values()
    assert reasons[Kind.CIRCLES] == "the server's pages lead in circles"
    assert reasons[Kind.FOREIGN] == "the next page lies outside this server's address; nothing was sent there"


def test_stopping_is_incomplete(chart: OpenChart) -> None:
    chart.add_page(page(1, total=3))
    chart.cancel()
    assert statement_of(chart).text == "Incomplete: 1 of 3 records (loading was stopped)"


def test_an_empty_answer_is_the_only_way_to_say_none(chart: OpenChart) -> None:
    assert "No procedures" not in statement_of(chart).text
    chart.add_page(ChartPage((), 0))
    chart.finish(AT)
    assert statement_of(chart).text == "No procedures, checked 10:32"


def test_an_end_without_a_page_says_nothing_of_what_there_is(chart: OpenChart) -> None:
    chart.finish(AT)
    assert statement_of(chart).text == "Not loaded"
    assert not chart.may_be_read_again


def test_withheld_and_withdrawn_records_are_received_but_said(chart: OpenChart) -> None:
    own, other, error = record(1), record(2, "bob"), record(3, status="entered-in-error")
    shown = chart.add_page(ChartPage((own, other, error), 3))
    assert [p.id for p in shown] == ["p1", "p3"]
    chart.finish(AT)
    aside = "1 entered in error {}, 1 of another patient withheld"
    assert statement_of(chart).text == f"All 3 records, loaded 10:32 ({aside.format('hidden')})"
    assert statement_of(chart, errors_shown=True).text == f"All 3 records, loaded 10:32 ({aside.format('shown')})"
    assert statement_of(chart).warning


def test_unreadable_entries_are_counted_and_said(chart: OpenChart) -> None:
    chart.add_page(ChartPage((record(1),), 2, unreadable=1))
    chart.finish(AT)
    assert statement_of(chart).text == "2 records received, loaded 10:32 (1 unreadable and not shown)"
    assert statement_of(chart).warning


def test_a_reread_record_takes_its_place_only_if_it_is_still_ours(chart: OpenChart) -> None:
    first, second = chart.add_page(page(1, 2, total=2))
    chart.finish(AT)
    fresh = record(2, status="entered-in-error")
    assert chart.replace(second, fresh) is Reread.REPLACED
    assert chart.procedures[1] is fresh
    assert chart.entered_in_error == 1
    assert chart.replace(first, record(9)) is Reread.STRANGER
    assert chart.replace(record(1), record(1)) is Reread.STRANGER  # not one that is shown
    assert chart.replace(fresh, record(2, "bob")) is Reread.LEFT
    assert chart.procedures == [first]
    assert chart.entered_in_error == 0
    assert "1 of another patient withheld" in statement_of(chart).text
    assert statement_of(chart).warning


def test_a_record_that_the_server_no_longer_has_stays_and_is_said(chart: OpenChart) -> None:
    (first,) = chart.add_page(page(1, total=1))
    chart.finish(AT)
    chart.lose(first, AT)
    assert chart.procedures == [first]
    assert statement_of(chart).text == "The only record, loaded 10:32 (1 no longer on the server)"
    assert statement_of(chart).warning
    chart.replace(first, record(1))
    assert not statement_of(chart).warning


@pytest.mark.parametrize("severity", ["error", "fatal", "ERROR", "Fatal", "critical"])
def test_a_failure_inside_the_answer_is_not_complete(chart: OpenChart, severity: str) -> None:
    grave = Issue(severity, "timeout", "index offline")
    chart.add_page(ChartPage((), 0, warnings=(grave,)))
    chart.finish(AT)
    assert statement_of(chart).text == (
        "Incomplete: 0 of 0 records (the server reported a failure inside its answer) (loaded 10:32)"
    )


@pytest.mark.parametrize("severity", ["warning", "information", "success", "Warning"])
def test_a_mere_warning_inside_the_answer_is_no_failure(chart: OpenChart, severity: str) -> None:
    chart.add_page(ChartPage((record(1),), 1, warnings=(Issue(severity, "processing", "slow"),)))
    chart.finish(AT)
    assert chart.standing is Standing.COMPLETE


def test_a_total_that_is_no_number_is_not_complete(chart: OpenChart) -> None:
    chart.add_page(ChartPage((record(1),), None, total_unreadable=True))
    chart.finish(AT)
    assert chart.shortfall is Shortfall.TOTAL_UNREADABLE


def test_the_same_id_with_other_content_is_shown_and_said(chart: OpenChart) -> None:
    shown = chart.add_page(ChartPage((record(1), record(1, status="not-done")), 1))
    chart.finish(AT)
    assert len(shown) == 2
    assert chart.shortfall is Shortfall.RECORD_CHANGED


def test_another_patients_copy_does_not_hide_our_own(chart: OpenChart) -> None:
    shown = chart.add_page(ChartPage((record(1, "bob"), record(1))))
    assert [p.subject.reference for p in shown] == ["Patient/alice"]


def test_what_is_no_procedure_is_counted_and_hides_no_procedure_of_its_id(chart: OpenChart) -> None:
    encounter = read_procedure(b'{"resourceType": "Encounter", "id": "p1", "subject": {"reference": "Patient/alice"}}')
    shown = chart.add_page(ChartPage((encounter, record(1)), 2))
    chart.finish(AT)
    assert [p.id for p in shown] == ["p1"]
    assert statement_of(chart).text == "2 records received, loaded 10:32 (1 unreadable and not shown)"


def test_included_procedures_of_this_patient_are_shown_without_being_counted(chart: OpenChart) -> None:
    shown = chart.add_page(ChartPage((record(1),), 1, included=(record(2), record(3, "bob"))))
    chart.finish(AT)
    assert [p.id for p in shown] == ["p1", "p2"]
    assert statement_of(chart).text == (
        "The only record that was found by the search itself, loaded 10:32"
        " (1 of another patient withheld, 1 included besides)"
    )
    assert statement_of(chart).warning


def test_an_included_record_that_comes_again_has_one_row(chart: OpenChart) -> None:
    nameless = read_procedure(b'{"resourceType": "Procedure", "subject": {"reference": "Patient/alice"}}')
    chart.add_page(ChartPage((record(1),), 3, included=(record(2), record(3), nameless, record(9, "bob"))))
    chart.add_page(ChartPage((record(4),), 3, included=(record(2), record(1), nameless, record(9, "bob"))))
    chart.add_page(ChartPage((record(3),), 3))
    chart.finish(AT)
    assert [p.id for p in chart.procedures] == ["p1", "p2", "p3", "", "p4"]
    assert statement_of(chart).text == (
        "All 3 records, loaded 10:32 (3 pages, 1 of another patient withheld, 2 included besides)"
    )


def test_an_included_record_with_other_content_is_shown_and_said(chart: OpenChart) -> None:
    chart.add_page(ChartPage((record(1),), 1, included=(record(1, status="not-done"),)))
    chart.finish(AT)
    assert len(chart.procedures) == 2
    assert chart.shortfall is Shortfall.RECORD_CHANGED


@pytest.mark.parametrize("whose", ["alice", "bob"])
def test_no_procedures_is_not_said_where_some_were_included(chart: OpenChart, whose: str) -> None:
    chart.add_page(ChartPage((), included=(record(1, whose),)))
    chart.finish(AT)
    assert statement_of(chart).text.startswith("No record was found by the search itself, loaded 10:32 (1 ")


def test_a_record_that_was_withheld_and_is_read_by_its_id_is_neither_withheld_nor_missing(chart: OpenChart) -> None:
    chart.add_page(ChartPage((record(1), record(2, "bob")), 2))
    chart.finish(AT)
    assert chart.admit(record(2))
    assert statement_of(chart).text == "All 2 records, loaded 10:32"


def test_an_unlisted_record_that_leaves_is_no_longer_counted_as_one(chart: OpenChart) -> None:
    chart.add_page(page(1, total=1))
    chart.finish(AT)
    extra = record(2)
    chart.admit(extra)
    assert chart.replace(extra, record(2, "bob")) is Reread.LEFT
    assert statement_of(chart).text == "The only record, loaded 10:32 (1 of another patient withheld)"


def test_what_is_opened_by_its_id_is_not_called_missing_from_a_list_that_never_came(chart: OpenChart) -> None:
    chart.fail(Problem(Kind.SERVER, status=500))
    assert chart.admit(record(2))
    assert statement_of(chart).text == "Not loaded (1 opened by its id)"


def test_a_record_read_again_while_loading_has_one_row_when_its_page_comes(chart: OpenChart) -> None:
    older, fresh = record(1), record(1, status="stopped")
    chart.add_page(ChartPage((older,), 2))
    assert chart.replace(older, fresh) is Reread.REPLACED
    chart.add_page(ChartPage((record(1, status="stopped"), older, record(2)), 2, continues=True))
    chart.finish(AT)
    assert chart.procedures == [fresh, record(2)]
    assert chart.standing is Standing.COMPLETE


def test_a_record_that_now_names_its_patient_belongs_in_that_chart() -> None:
    chart = OpenChart(None, "http://127.0.0.1:1")
    alone = read_procedure(b'{"resourceType": "Procedure", "id": "p1"}')
    chart.show_alone(alone, AT)
    assert chart.replace(alone, record(1)) is Reread.STATED
    assert chart.procedures == [alone]


def test_a_record_read_by_its_id_that_the_list_lacks_is_admitted_and_said(chart: OpenChart) -> None:
    chart.add_page(page(1, total=1))
    chart.finish(AT)
    assert not chart.admit(record(2, "bob"))
    assert chart.admit(record(2))
    assert [p.id for p in chart.procedures] == ["p1", "p2"]
    assert "1 opened by its id, missing from the server's list" in statement_of(chart).text
    assert statement_of(chart).warning


def test_without_a_patient_it_says_so() -> None:
    chart = OpenChart(None, "http://127.0.0.1:1")
    alone = read_procedure(b'{"resourceType": "Procedure", "id": "p1", "status": "completed"}')
    chart.show_alone(alone, AT)
    assert chart.is_unstated
    assert statement_of(chart).text == "One record, opened by its id, loaded 10:32"
    again = read_procedure(b'{"resourceType": "Procedure", "id": "p1", "status": "stopped"}')
    assert chart.replace(alone, again) is Reread.REPLACED


def test_many_warnings_are_told_apart_without_comparing_each_with_all(chart: OpenChart) -> None:
    compared = []

    class Words(str):
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            compared.append(self)
            return str(self) == other

    said = tuple(Issue("warning", "informational", Words(f"warning {number}")) for number in range(1_000))
    for _ in range(2):
        chart.add_page(ChartPage((), warnings=said))
    assert tuple(chart.warnings) == said
    assert len(compared) < 5 * len(said)


def test_what_has_no_id_and_comes_on_two_pages_tells_that_the_pages_shifted(chart: OpenChart) -> None:
    nameless = read_procedure(b'{"resourceType": "Procedure", "subject": {"reference": "Patient/alice"}}')
    for number in (1, 2):
        chart.add_page(ChartPage((record(number), nameless), total=4))
    chart.finish(AT)
    assert chart.standing is Standing.INCOMPLETE
    assert chart.shortfall is Shortfall.PAGES_SHIFTED
    assert chart.may_be_read_again
    chart.read_again()
    for number in (1, 2):
        chart.add_page(ChartPage((record(number), nameless), total=4))
    chart.finish(AT)
    assert statement_of(chart).text.startswith("All 4 records")  # a server that repeats itself does not drift
    assert len(chart.procedures) == 4


def test_two_alike_without_an_id_on_one_page_are_two_records(chart: OpenChart) -> None:
    nameless = read_procedure(b'{"resourceType": "Procedure", "subject": {"reference": "Patient/alice"}}')
    chart.add_page(ChartPage((nameless, nameless), total=2))
    chart.finish(AT)
    assert statement_of(chart).text == "All 2 records, loaded 10:32"
