"""Rule 5: completeness counts what was received and is stated, with its moment; a drifting list is read twice."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

import pytest

from procedure_viewer.chart.difference import Difference
from procedure_viewer.chart.open_chart import OpenChart, Standing
from procedure_viewer.chart.reading import ChartPage
from procedure_viewer.chart.shortfall import Shortfall
from procedure_viewer.chart.shown import ROWS_AT_ONCE
from procedure_viewer.chart.statement import statement_of
from procedure_viewer.fhir.patient import read_patient
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.ui.export_offers import offers
from tests.chart.ward import record
from tests.desk import Desk
from tests.listed import procedure_in
from tests.servers import Exchange, ScriptedServer, bundle, procedure, reply

ALICE = {"resourceType": "Patient", "id": "alice", "name": [{"family": "Alder"}]}
AT = datetime(2026, 3, 2, 10, 32, tzinfo=UTC)

Answer = dict[str, object]


class Lists:
    """A server whose answers to the search for procedures are given one after the other; the last one for good.

    From the answer number `held` on it waits until the gate opens.
    """

    def __init__(self, *answers: Answer | int, held: int | None = None) -> None:
        self.answers = list(answers)
        self.held = held
        self.gate = asyncio.Event()
        self.asked = 0

    async def __call__(self, exchange: Exchange) -> None:
        if exchange.request.target.startswith("/Patient"):
            await reply(200, bundle([ALICE], total=1))(exchange)
            return
        number, self.asked = self.asked, self.asked + 1
        answer = self.answers[min(number, len(self.answers) - 1)]
        if self.held is not None and number >= self.held:
            await self.gate.wait()
        await (reply(answer) if isinstance(answer, int) else reply(200, answer))(exchange)


def page(*ids: str, total: int | None, more: bool = False, status: str = "completed") -> Answer:
    records = [{**procedure(one, "alice"), "status": status} for one in ids]
    return bundle(records, total=total, next_link="/Procedure?page=next" if more else None)


def statement(desk: Desk) -> str:
    return desk.window.procedures.statement.text()


def shown(desk: Desk) -> list[str]:
    table = desk.window.procedures.table
    return sorted(procedure_in(table, row).id for row in range(table.rowCount()))


WHOLE = (page("1", "2", total=3, more=True), page("3", total=3))


def test_it_is_said_with_its_moment_and_the_number_of_pages(desk: Desk) -> None:
    desk.session.clock = lambda: AT
    with ScriptedServer(Lists(*WHOLE)) as server:
        desk.connect(server.url)
        desk.read_chart("alder")
        assert statement(desk) == "All 3 records, loaded 10:32 (2 pages)"
        assert not desk.window.procedures.statement.warns
        assert len(server.targets) == 3


DRIFTS = {
    "the total changed": (
        (page("1", "2", total=3, more=True), page("3", total=4)),
        "the record changed while it was being read",
    ),
    "an overlap": (
        (page("1", "2", total=3, more=True), page("2", "3", total=3)),
        "the same record came on two pages, so another may be missing",
    ),
    "a record between two pages": (
        (page("1", "2", total=4, more=True), page("4", total=4)),
        "the server announced another number of records",
    ),
    "other content": (
        (page("1", "2", total=3, more=True), page("2", "3", total=3, status="stopped")),
        "the record changed while it was being read",
    ),
}


@pytest.mark.parametrize("name", DRIFTS)
def test_a_list_that_drifts_is_read_once_more_and_then_whole(desk: Desk, name: str) -> None:
    desk.session.clock = lambda: AT
    drift, reason = DRIFTS[name]
    lists = Lists(*drift, *WHOLE, held=2)
    with ScriptedServer(lists) as server:
        desk.connect(server.url)
        desk.find("alder")
        desk.open_first()
        desk.wait(lambda: statement(desk).startswith("Reading it again"))
        assert statement(desk) == f"Reading it again from the first page, because {reason}: 0 records so far"
        assert desk.window.procedures.statement.warns
        before = shown(desk)
        assert before, "what was read stays shown until it is replaced"
        kept = desk.select("1")
        desk.window.procedures.filter.setText("unspecified")
        server.call(lists.gate.set)
        desk.wait_for_chart()
        assert statement(desk) == "All 3 records, loaded 10:32 (2 pages, read twice)"
        assert shown(desk) == ["1", "2", "3"]
        assert desk.session.selected is kept, "the reader stays where they are"
        assert desk.window.detail.procedure is kept
        assert desk.window.procedures.filter.text() == "unspecified"
        assert lists.asked == 4
        assert not desk.session.busy


@pytest.mark.parametrize("name", DRIFTS)
def test_a_list_that_goes_on_drifting_is_reported_and_never_read_a_third_time(desk: Desk, name: str) -> None:
    drift, reason = DRIFTS[name]
    other = page("9", "2", total=3, more=True)
    lists = Lists(*drift, *((other, drift[1]) if name == "an overlap" else drift), *WHOLE)
    with ScriptedServer(lists) as server:
        desk.connect(server.url)
        desk.read_chart("alder")
        assert statement(desk).startswith("Incomplete: ")
        assert f" ({reason}) (loaded " in statement(desk)
        assert "read twice" in statement(desk)
        assert desk.window.procedures.statement.warns
        assert lists.asked == 4
        assert not desk.session.busy
        retry = desk.window.procedures.retry
        assert (retry.text(), retry.isVisible()) == ("Retry", True)
        retry.click()
        desk.wait_for_chart()
        assert statement(desk).startswith("All 3 records, loaded ")


def test_a_server_that_repeats_itself_in_the_same_way_twice_does_not_drift(desk: Desk) -> None:
    overlap = DRIFTS["an overlap"][0]
    with ScriptedServer(Lists(*overlap, *overlap)) as server:
        desk.connect(server.url)
        desk.read_chart("alder")
        assert statement(desk).startswith("All 3 records, loaded ")
        assert statement(desk).endswith("(2 pages, read twice, 1 sent twice and shown once)")


def test_a_second_reading_that_fails_leaves_what_the_first_one_brought(desk: Desk) -> None:
    with ScriptedServer(Lists(*DRIFTS["an overlap"][0], 403)) as server:
        desk.connect(server.url)
        desk.read_chart("alder")
        desk.wait_for_error()
        desk.window.errors.current.reject()  # type: ignore[union-attr]
        assert shown(desk) == ["1", "2", "3"]
        assert "; when it was read again: the server does not allow the next page) (" in statement(desk)


def test_a_second_reading_that_is_cancelled_leaves_what_the_first_one_brought(desk: Desk) -> None:
    lists = Lists(*DRIFTS["an overlap"][0], *WHOLE, held=2)
    with ScriptedServer(lists) as server:
        desk.connect(server.url)
        desk.find("alder")
        desk.open_first()
        desk.wait(lambda: statement(desk).startswith("Reading it again"))
        desk.session.cancel()
        desk.wait_for_chart()
        assert shown(desk) == ["1", "2", "3"]
        assert "; when it was read again: loading was stopped) (" in statement(desk)
        assert desk.window.procedures.retry.isVisible()


def test_many_changes_at_once_build_the_list_anew_and_keep_the_selection(desk: Desk) -> None:
    ids = [f"p{number}" for number in range(60)]
    first = (page(*ids[:30], total=60, more=True), page(*ids[30:], total=61))
    second = (page(*ids[:30], total=60, more=True, status="stopped"), page(*ids[30:], total=60, status="stopped"))
    lists = Lists(*first, *second, held=2)
    with ScriptedServer(lists) as server:
        desk.connect(server.url)
        desk.find("alder")
        desk.open_first()
        desk.wait(lambda: statement(desk).startswith("Reading it again"))
        desk.select("p7")
        server.call(lists.gate.set)
        desk.wait_for_chart()
        assert {row[4] for row in desk.rows()} == {"Stopped"}
        assert len(desk.rows()) == 60
        assert desk.session.selected is not None
        assert (desk.session.selected.id, desk.session.selected.status) == ("p7", "stopped")
        assert desk.window.detail.procedure is desk.session.selected
        assert "ALDER" in desk.window.banner.name.text()


def test_a_list_that_is_built_anew_in_parts_is_not_called_complete_before_its_last_row(desk: Desk) -> None:
    number = 2 * ROWS_AT_ONCE + 1
    ids = tuple(map(str, range(number)))
    first, second = page(*ids, total=number + 1), page(*ids, total=number, status="stopped")
    said: list[tuple[str, int]] = []
    with ScriptedServer(Lists(first, second)) as server:
        desk.connect(server.url)
        table = desk.window.procedures.table
        desk.session.chart_changed.connect(lambda: said.append((statement(desk), table.rowCount())))
        desk.read_chart("alder")
        desk.wait(lambda: statement(desk).startswith("All"))
        assert {rows for text, rows in said if text.startswith("All")} == {number}
        assert f"Showing what was read: {ROWS_AT_ONCE} of {number} records so far" in dict(said)


def test_a_record_that_is_gone_at_the_second_reading_leaves_list_and_detail(desk: Desk) -> None:
    lists = Lists(page("1", "2", total=3, more=True), page("3", total=4), page("1", "3", total=2), held=2)
    with ScriptedServer(lists) as server:
        desk.connect(server.url)
        desk.find("alder")
        desk.open_first()
        desk.wait(lambda: statement(desk).startswith("Reading it again"))
        desk.select("2")
        server.call(lists.gate.set)
        desk.wait_for_chart()
        assert shown(desk) == ["1", "3"]
        assert desk.session.selected is None
        assert desk.window.detail.procedure is None
        offered = offers(desk.session, desk.window.procedures)
        assert [one.words for one in offered] == ["All 2 procedures in the list"]
        assert [one.id for one in offered[0].extract.procedures] == ["1", "3"]


def test_no_procedures_is_said_only_of_a_whole_answer(desk: Desk) -> None:
    with ScriptedServer(Lists(page(total=0), page(total=2))) as server:
        desk.connect(server.url)
        desk.read_chart("alder")
        assert statement(desk).startswith("No procedures, checked ")
        assert desk.window.procedures.pane.message[0] == "No procedures"
        desk.session.reload_chart()
        desk.wait_for_chart()
        assert desk.window.procedures.pane.message[0] == "The procedures were not loaded"
        assert "Incomplete: 0 of 2 records" in desk.window.procedures.pane.message[1]


# The second reading, in all the ways in which single records may be read in the middle of it


def chart_of(*pages: ChartPage) -> OpenChart:
    chart = OpenChart(read_patient(b'{"resourceType": "Patient", "id": "alice"}'), "http://127.0.0.1:1")
    for one in pages:
        chart.add_page(one)
    chart.finish(AT)
    return chart


def two(first: Sequence[Procedure], second: Sequence[Procedure], total: int) -> tuple[ChartPage, ChartPage]:
    return ChartPage(tuple(first), total), ChartPage(tuple(second), total)


def test_what_is_read_again_while_the_list_is_has_the_newest_content_in_the_end() -> None:
    one, other, newer = record("a", "alice"), record("b", "alice"), record("a", "alice", "stopped")
    chart = chart_of(*two([one], [one, other], 2))
    assert chart.may_be_read_again
    chart.read_again()
    chart.add_page(ChartPage((record("a", "alice"), other), 2))
    chart.replace(one, newer)
    chart.lose(other, AT)
    changes = chart.finish(AT)
    assert [p.status for p in chart.procedures] == ["stopped", "completed"]
    assert chart.procedures[0] is newer
    assert changes == Difference()
    assert chart.standing is Standing.COMPLETE
    assert set(chart.gone) == {"b"}, "it was said to be gone after the second reading had begun"


def test_what_moved_to_another_patient_while_the_list_is_read_again_does_not_come_back() -> None:
    one, other = record("a", "alice"), record("b", "alice")
    chart = chart_of(*two([one], [one, other], 2))
    chart.read_again()
    chart.add_page(ChartPage((record("a", "alice"), record("b", "alice")), 2))
    chart.replace(one, record("a", "bob"))
    chart.finish(AT)
    assert [p.id for p in chart.procedures] == ["b"]
    assert "1 of another patient withheld" in statement_of(chart).text


def test_what_was_gone_and_is_listed_again_is_not_gone() -> None:
    one, other = record("a", "alice"), record("b", "alice")
    chart = chart_of(*two([one], [one, other], 2))
    chart.lose(one, AT)
    chart.read_again()
    chart.add_page(ChartPage((record("a", "alice"), record("b", "alice")), 2))
    chart.finish(AT)
    assert chart.gone == {}


def test_a_failure_inside_the_answer_is_no_drift() -> None:
    chart = chart_of(ChartPage((record("a", "alice"),), 1, total_unreadable=True), ChartPage((), 2))
    assert chart.shortfall is Shortfall.TOTAL_UNREADABLE
    assert not chart.may_be_read_again


# How old it is

AGES = [
    (timedelta(minutes=14), "All 2 records, loaded 10:32", False),
    (timedelta(minutes=15), "All 2 records, loaded 10:32, 15 min ago", False),
    (timedelta(minutes=59, seconds=59), "All 2 records, loaded 10:32, 59 min ago", False),
    (timedelta(hours=1), "All 2 records, loaded 10:32, 1 h ago", True),
    (timedelta(hours=2, minutes=50), "All 2 records, loaded 10:32, 2 h ago", True),
    (timedelta(hours=13, minutes=27), "All 2 records, loaded 10:32, 13 h ago", True),
    (timedelta(hours=13, minutes=28), "All 2 records, loaded 02 Mar 2026 10:32, 13 h ago", True),
    (timedelta(days=3), "All 2 records, loaded 02 Mar 2026 10:32, 3 days ago", True),
    (timedelta(minutes=-5), "All 2 records, loaded 10:32", False),
    (timedelta(days=-2), "All 2 records, loaded 02 Mar 2026 10:32", False),
]


@pytest.mark.parametrize(("age", "text", "warns"), AGES)
def test_the_age_is_said_over_midnight_and_where_the_clock_was_set_back(age: timedelta, text: str, warns: bool) -> None:
    chart = chart_of(ChartPage((record("a", "alice"), record("b", "alice")), 2))
    said = statement_of(chart, now=AT + age)
    assert (said.text, said.warning) == (text, warns)


def test_the_age_is_right_over_a_change_of_the_clocks() -> None:
    chart = OpenChart(None, "http://127.0.0.1:1")
    chart.show_alone(record("a", ""), datetime(2026, 10, 25, 1, 50, tzinfo=timezone(timedelta(hours=2))))
    now = datetime(2026, 10, 25, 2, 10, tzinfo=timezone(timedelta(hours=1)))
    assert statement_of(chart, now=now).text == "One record, opened by its id, loaded 01:50, 1 h ago"


def test_an_incomplete_chart_grows_old_as_well() -> None:
    chart = OpenChart(read_patient(b'{"resourceType": "Patient", "id": "alice"}'), "http://127.0.0.1:1")
    chart.add_page(ChartPage((record("a", "alice"),), 3))
    chart.cancel(AT)
    said = statement_of(chart, now=AT + timedelta(minutes=40))
    assert said.text == "Incomplete: 1 of 3 records (loading was stopped) (loaded 10:32, 40 min ago)"


def test_the_window_says_by_itself_that_a_chart_has_grown_old(desk: Desk) -> None:
    now = [AT]
    desk.session.clock = lambda: now[0]
    with ScriptedServer(Lists(*WHOLE, *WHOLE)) as server:
        desk.connect(server.url)
        desk.read_chart("alder")
        pane = desk.window.procedures
        assert statement(desk) == "All 3 records, loaded 10:32 (2 pages)"
        pane.aging.timer.setInterval(1)
        now[0] += timedelta(minutes=20)
        desk.wait(lambda: statement(desk) == "All 3 records, loaded 10:32, 20 min ago (2 pages)")
        assert not pane.statement.warns
        now[0] += timedelta(hours=20)  # asleep over night
        desk.wait(lambda: statement(desk) == "All 3 records, loaded 02 Mar 2026 10:32, 20 h ago (2 pages)")
        assert pane.statement.warns
        desk.session.reload_chart()
        desk.wait_for_chart()
        assert statement(desk) == "All 3 records, loaded 06:52 (2 pages)"
        assert not pane.statement.warns
