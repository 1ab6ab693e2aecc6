"""One patient at a time: single steps that the thousands of courses hardly come to."""

import pytest

from procedure_viewer.chart import shown
from procedure_viewer.chart.news import Changed, NewRows, News, ToBeSelected, Troubled
from procedure_viewer.chart.open_chart import Standing
from procedure_viewer.chart.questions import OnePatient, OneProcedure, Place, WhichProcedures
from procedure_viewer.chart.reading import ChartPage
from procedure_viewer.chart.statement import statement_of
from procedure_viewer.fhir.outcome import Kind, Problem
from tests.chart.ward import PATIENTS, RECORDS, Ward, record

ONE, TWO, *_ = RECORDS["alice"]


class Listening(Ward):
    """A ward that notes the news."""

    def __init__(self) -> None:
        self.news: list[News] = []
        super().__init__(lambda _: 0)

    def page_of(self, number: int, page: ChartPage) -> None:
        """A page comes."""
        self.asked[number].said.append(page)
        self.consultation.page(number, page)

    def answer(self, number: int, payload: object = None) -> None:
        """An answer comes, or its end."""
        self.asked[number].ended = True
        self.consultation.succeeded(number, payload)

    def _tell(self, news: News) -> None:
        self.news.append(news)
        super()._tell(news)


@pytest.fixture
def ward() -> Listening:
    return Listening()


def opened(ward: Listening, *pages: ChartPage) -> int:
    """Alice's chart with these pages, not ended; returns the number of the question."""
    ward.consultation.open(PATIENTS["alice"])
    number = len(ward.asked) - 1
    for page in pages:
        ward.page_of(number, page)
    return number


def test_another_procedure_than_the_one_asked_for_opens_nobodys_chart(ward: Listening) -> None:
    ward.consultation.open_procedure("bob-1")
    ward.answer(0, RECORDS["alice"][0])
    assert ward.consultation.chart is None
    assert len(ward.asked) == 1
    assert isinstance(ward.news[-3], Troubled)
    assert ward.news[-3].problem.kind is Kind.NOT_FHIR


def test_what_was_asked_about_a_closed_chart_keeps_nobody_waiting(ward: Listening) -> None:
    opened(ward, ChartPage((ONE,), 2))
    ward.consultation.select(ONE)
    ward.consultation.refresh()
    assert ward.consultation.waits_in(Place.RECORD)
    ward.consultation.close_chart()
    assert not ward.consultation.busy
    assert all(asked.withdrawn for asked in ward.asked)


def test_a_list_is_read_a_second_time_once_and_never_a_third(ward: Listening) -> None:
    number = opened(ward, ChartPage((ONE,), 2))
    ward.answer(number)
    assert isinstance(ward.asked[-1].question, WhichProcedures)
    chart = ward.consultation.chart
    assert chart is not None
    standings = [chart.standing]
    ward.answer(number + 1)
    assert len(ward.asked) == 2
    assert [*standings, chart.standing] == [Standing.LOADING, Standing.INCOMPLETE]
    assert not ward.consultation.busy


def test_what_was_opened_by_its_id_waits_for_the_second_reading(ward: Listening) -> None:
    ward.consultation.open_procedure("alice-2")
    ward.answer(0, TWO)
    assert isinstance(ward.asked[1].question, OnePatient)
    ward.answer(1, PATIENTS["alice"])
    ward.page_of(2, ChartPage((ONE,), 2))
    ward.answer(2)
    assert not any(isinstance(news, ToBeSelected) for news in ward.news), "the list is not at its end yet"
    ward.page_of(3, ChartPage((ONE, TWO), 2))
    ward.answer(3)
    assert ward.consultation.selected is not None
    assert ward.consultation.selected.id == "alice-2"
    assert ward.consultation.chart is not None
    assert statement_of(ward.consultation.chart).text == "All 2 records, loaded 10:32 (read twice)"


def test_a_record_that_is_read_again_and_gone_from_the_list_is_no_longer_waited_for(ward: Listening) -> None:
    number = opened(ward, ChartPage((ONE, TWO), 3))
    ward.answer(number)
    ward.consultation.select(TWO)
    ward.consultation.refresh()
    assert isinstance(ward.asked[-1].question, OneProcedure)
    ward.page_of(number + 1, ChartPage((ONE,), 1))
    ward.answer(number + 1)
    assert not ward.consultation.waits_in(Place.RECORD)
    assert ward.consultation.selected is None
    assert ward.asked[-1].withdrawn


def test_a_long_list_built_anew_comes_in_parts_and_the_selected_row_first(
    ward: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "ROWS_AT_ONCE", 10)
    first = tuple(record(f"r{number}", "alice") for number in range(35))
    second = tuple(record(f"r{number}", "alice", "stopped") for number in range(35))
    number = opened(ward, ChartPage(first, 36))
    ward.answer(number)
    ward.consultation.select(first[30])
    ward.page_of(number + 1, ChartPage(second, 35))
    ward.news.clear()
    ward.answer(number + 1)
    assert ward.consultation.selected is second[30]
    while ward.news[-1] is Changed.MORE or len(ward.window.rows) < 35:
        ward.consultation.show_more()
        ward.check()
    parts = [len(news.procedures) for news in ward.news if isinstance(news, NewRows)]
    assert parts == [10, 10, 10, 5]
    assert ward.news[-1] is Changed.CHART
    ward.news.clear()
    ward.consultation.show_more()
    assert ward.news == []


def test_what_has_no_row_yet_gets_it_before_it_is_read_again(ward: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown, "ROWS_AT_ONCE", 10)
    second = tuple(record(f"r{number}", "alice", "stopped") for number in range(35))
    number = opened(ward, ChartPage(tuple(record(f"r{number}", "alice") for number in range(35)), 36))
    ward.answer(number)
    ward.page_of(number + 1, ChartPage(second, 35))
    ward.answer(number + 1)
    assert len(ward.window.rows) == 10
    ward.consultation.open_procedure("r20")
    ward.answer(len(ward.asked) - 1, record("r20", "alice", "not-done"))
    ward.check()
    assert len(ward.window.rows) == 35
    assert ward.consultation.selected is not None
    assert (ward.consultation.selected.id, ward.consultation.selected.status) == ("r20", "not-done")


def test_rows_that_were_still_to_come_go_with_their_chart(ward: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown, "ROWS_AT_ONCE", 10)
    second = tuple(record(f"r{number}", "alice", "stopped") for number in range(35))
    number = opened(ward, ChartPage(tuple(record(f"r{number}", "alice") for number in range(35)), 36))
    ward.answer(number)
    ward.page_of(number + 1, ChartPage(second, 35))
    ward.answer(number + 1)
    ward.consultation.open(PATIENTS["bob"])
    ward.consultation.show_more()
    ward.check()
    assert ward.window.rows == []
    assert ward.consultation.busy


def test_a_failed_chart_says_why_and_what_may_mend_it(ward: Listening) -> None:
    number = opened(ward, ChartPage((ONE,), 2))
    ward.consultation.failed(number, Problem(Kind.SERVER, status=500))
    told = ward.news[-1]
    assert isinstance(told, Troubled)
    assert told.mendable
    assert told.question == WhichProcedures(patient="alice")
