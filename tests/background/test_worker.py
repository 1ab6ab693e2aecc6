"""What the worker makes of a server's answers, and how it changes from one server to the next."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from datetime import date
from typing import TypeVar
from unittest import mock

import pytest

from procedure_viewer.background import finding, worker
from procedure_viewer.background.link import Link
from procedure_viewer.background.requests import FindPatients, LoadProcedures, ReadPatient, UseServer
from procedure_viewer.background.worker import Worker
from procedure_viewer.chart.reading import ChartPage
from procedure_viewer.chart.search import PatientsFound
from procedure_viewer.fhir import packing
from procedure_viewer.fhir.lookalike import LookAlikes, compare
from procedure_viewer.fhir.outcome import Failure, Kind
from procedure_viewer.fhir.packing import Packed
from procedure_viewer.fhir.patient import Patient
from procedure_viewer.fhir.query import Reading, read_query
from procedure_viewer.settings.connections import Connection
from tests.servers import ScriptedServer, bundle, in_turn, outcome, procedure, reply

Answer = TypeVar("Answer")

ONE_SEARCH = read_query("Jones", date(2024, 1, 1), None)
TWO_SEARCHES = Reading(text="", searches=((("phone", "1"),), (("identifier", "1"),)))


def patient(patient_id: object, family: str = "Jones") -> dict[str, object]:
    return {"resourceType": "Patient", "id": patient_id, "name": [{"family": family}]}


def open_at(url: str) -> Connection:
    """A connection to a server that asks for no sign-in."""
    return Connection("0" * 32, "Test", url)


def with_worker(url: str, job: Callable[[Worker], Awaitable[Answer]]) -> Answer:
    """What a job answers, with a worker that uses the server at `url`."""

    async def run() -> Answer:
        worker = Worker()
        await worker.perform(UseServer(connection=open_at(url)), ignore)
        try:
            return await job(worker)
        finally:
            await worker.close()

    return asyncio.run(run())


def ignore(_: object) -> None:
    """Hears reports that a test has no use for."""


def found(
    *pages: Mapping[str, object], reading: Reading = ONE_SEARCH
) -> tuple[PatientsFound, list[PatientsFound], list[str]]:
    """The answer to a search, what was reported on the way, and what the server was asked for."""
    reports: list[PatientsFound] = []

    def hear(page: object) -> None:
        assert isinstance(page, PatientsFound)
        reports.append(page)

    with ScriptedServer(in_turn(*(reply(200, page) for page in pages))) as server:
        answer = with_worker(server.url, lambda worker: worker.perform(FindPatients(reading=reading), hear))
    assert isinstance(answer, PatientsFound)
    return answer, reports, server.targets


def ids(patients: Sequence[Patient]) -> list[str]:
    return [each.id for each in patients]


def test_who_looks_like_whom_is_found_out_once_for_each_list() -> None:
    pages = [bundle([patient("1"), patient("2")], next_link="/Patient?page=2"), bundle([patient("3"), patient("1")])]
    with mock.patch.object(finding, "compare", wraps=compare) as compared:
        answer, reports, _ = found(*pages)
    assert [len(call.args[0]) for call in compared.call_args_list] == [2, 3]
    assert [set(report.alike.by_id) for report in (*reports, answer)] == [{"1", "2"}, {"1", "2", "3"}, {"1", "2", "3"}]


def test_others_have_their_turn_while_a_list_is_compared() -> None:
    """The window shares the interpreter, other requests the loop: neither waits for hundreds of namesakes."""
    turns: list[bool] = []

    def comparing(patients: Sequence[Patient]) -> Generator[None, None, LookAlikes]:
        asyncio.get_running_loop().call_soon(turns.append, True)
        for _ in range(1_000):
            if not turns:
                yield
        assert turns, "nobody else had a turn"
        return (yield from compare(patients))

    with mock.patch.object(finding, "compare", comparing), mock.patch.object(finding, "BITE", 0.0):
        answer, _, _ = found(bundle([patient("1"), patient("2")]))
    assert set(answer.alike.by_id) == {"1", "2"}


def test_only_patients_that_can_be_opened_are_listed_and_all_others_are_counted() -> None:
    answer, reports, _ = found(
        bundle(
            [
                patient("1"),
                {**patient("2"), "resourceType": "Practitioner"},
                {"resourceType": "Patient", "name": [{"family": "Jones"}]},
                patient(""),
                patient(7),
                "Jones",
                patient("3"),
            ]
        )
    )
    assert (ids(answer.patients), answer.unreadable, answer.candidates) == (["1", "3"], 5, 6)
    assert reports[-1].unreadable == 5


def test_two_patients_never_become_one() -> None:
    answer, _, _ = found(
        bundle([patient("1", "Jones"), patient("1\u202e"), patient("1\u202d"), patient(" 1"), patient("2")])
    )
    assert (ids(answer.patients), answer.unreadable) == (["1", "2"], 3)


def test_a_patient_that_two_searches_find_is_listed_once() -> None:
    page = bundle([patient("1")], total=1)
    answer, _, targets = found(page, page, reading=TWO_SEARCHES)
    assert (ids(answer.patients), answer.total, len(targets)) == (["1"], 2, 2)


def test_whom_the_server_finds_by_the_word_that_it_was_sent_is_listed_and_the_others_are_counted() -> None:
    named = [
        {**patient("1"), "name": [{"family": "Lindqvist", "given": ["Elsa"]}]},
        {**patient("2"), "name": [{"family": "Lindqvist", "given": ["Nils"]}]},
        {**patient("3"), "name": [{"nickname": "none"}]},
    ]
    answer, reports, _ = found(bundle(named), reading=read_query("qvist", date(2024, 1, 1), None))
    assert (ids(answer.patients), answer.passed_over) == (["1", "2", "3"], 0)
    answer, reports, targets = found(bundle(named), reading=read_query("elsa qvist", date(2024, 1, 1), None))
    assert targets == ["/Patient?name=qvist&_count=100"]
    assert (ids(answer.patients), answer.passed_over, reports[-1].passed_over) == (["1"], 2, 2)


def test_what_the_server_says_beside_its_answer_is_passed_on_once() -> None:
    page = bundle([patient("1"), outcome("incomplete", "One site did not answer", "warning")])
    answer, reports, _ = found(page, page, reading=TWO_SEARCHES)
    assert [issue.text for issue in answer.warnings] == ["One site did not answer"]
    assert reports[0].warnings == answer.warnings
    assert answer.unreadable == 0


def test_a_search_that_was_stopped_early_stays_so_whatever_the_next_one_brings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MOST_PATIENTS", 2)
    first = bundle([patient("1"), patient("2")], next_link="?p=2", total=9)
    answer, reports, targets = found(first, bundle([patient("3")], total=1), reading=TWO_SEARCHES)
    assert [report.more for report in reports] == [True, True]
    assert (answer.more, answer.total, len(targets)) == (True, 10, 2)
    answer, _, _ = found(first, bundle([patient("3")]), reading=TWO_SEARCHES)
    assert (answer.more, answer.total) == (True, None)


def test_a_chart_page_has_what_the_server_added_and_says_what_it_could_not_read() -> None:
    page = {**bundle(), "total": "many"}
    page["entry"] = [
        {"resource": procedure("1"), "search": {"mode": "match"}},
        {"resource": procedure("2"), "search": {"mode": "include"}},
        {"resource": patient("3"), "search": {"mode": "include"}},
        {},
    ]
    reports: list[object] = []
    with ScriptedServer(reply(200, page)) as server:
        with_worker(server.url, lambda worker: worker.perform(LoadProcedures(patient="p"), reports.append))
    (report,) = reports
    assert isinstance(report, ChartPage)
    assert [each.id for each in report.procedures] == ["1"]
    assert [each.id for each in report.included] == ["2"]
    assert (report.total, report.total_unreadable, report.unreadable) == (None, True, 1)


def parts_of(page: Mapping[str, object]) -> list[ChartPage]:
    """What the worker hands on of a chart that has this page."""
    parts: list[ChartPage] = []

    def hear(part: object) -> None:
        assert isinstance(part, ChartPage)
        parts.append(part)

    with ScriptedServer(reply(200, page)) as server:
        with_worker(server.url, lambda worker: worker.perform(LoadProcedures(patient="p"), hear))
    return parts


def test_a_large_page_is_handed_on_in_parts_that_say_everything_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "MOST_ROWS", 2)
    page = bundle([procedure(str(number)) for number in range(5)], total=5)
    page["entry"] += [  # type: ignore[operator]
        {"resource": procedure("6"), "search": {"mode": "include"}},
        {"resource": outcome("incomplete", "One site did not answer", "warning")},
        {},
    ]
    parts = parts_of(page)
    assert [[each.id for each in part.procedures] for part in parts] == [["0", "1"], ["2", "3"], ["4"]]
    assert [part.continues for part in parts] == [False, True, True]
    assert [(len(part.warnings), part.unreadable) for part in parts] == [(1, 1), (0, 0), (0, 0)]
    # Last, when all the matches are known: one that is among them is not shown twice.
    assert [len(part.included) for part in parts] == [0, 0, 1]
    assert {(part.total, part.size) for part in parts} == {(5, 5)}


def test_of_a_long_list_what_comes_later_is_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "KEPT_PLAIN", 100)
    monkeypatch.setattr(worker, "MOST_ROWS", 2)
    page = bundle([procedure(str(number)) for number in range(5)], total=5)
    page["entry"] += [{"resource": procedure("6"), "search": {"mode": "include"}}]  # type: ignore[operator]
    parts = parts_of(page)
    records = [record for part in parts for record in (*part.procedures, *part.included)]
    assert [isinstance(record.kept, Packed) for record in records] == [False, False, True, True, True, True]
    assert [json.loads(record.raw) for record in records] == [procedure(number) for number in "012346"]


def test_of_a_page_without_bounds_a_patient_search_looks_at_its_share_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(finding, "MOST_CANDIDATES", 3)
    answer, _, _ = found(bundle([patient(str(number)) for number in range(5)], total=5))
    assert (ids(answer.patients), answer.candidates, answer.total, answer.more) == (["0", "1", "2"], 3, 5, True)


def test_a_page_whose_next_link_is_broken_is_given_before_the_failure() -> None:
    page = {**bundle([procedure("1")]), "link": [{"relation": "Next"}]}
    reports: list[object] = []
    with ScriptedServer(reply(200, page)) as server, pytest.raises(Failure) as failed:
        with_worker(server.url, lambda worker: worker.perform(LoadProcedures(patient="p"), reports.append))
    assert failed.value.problem.kind is Kind.NOT_FHIR
    assert len(reports) == 1


def test_a_former_server_that_takes_long_to_be_left_holds_nobody_up_and_is_left_at_the_end() -> None:
    left: list[str] = []

    async def change(worker: Worker, url: str) -> object:
        leave, really = asyncio.Event(), Link.close

        async def slowly(link: Link) -> None:
            await leave.wait()
            await really(link)
            left.append("left")

        with mock.patch.object(Link, "close", slowly):
            await worker.perform(UseServer(connection=open_at(url)), ignore)
            answer = await worker.perform(ReadPatient(patient_id="1"), ignore)
            assert left == []
            leave.set()
            await worker.close()
        return answer

    with ScriptedServer(reply(404)) as former, ScriptedServer(reply(200, json.dumps(patient("1")))) as server:
        answer = with_worker(former.url, lambda worker: change(worker, server.url))
    assert isinstance(answer, Patient)
    assert (answer.id, former.targets, server.targets) == ("1", [], ["/Patient/1"])
    assert left == ["left", "left"]


class Broken(Exception):
    """Something that nobody has thought of, with a text that nobody may see."""


def those_who_wait(raised: BaseException) -> tuple[object, object]:
    """How using a server ends when making the client raises, and how a request ends that waits for it."""

    async def run() -> tuple[object, object]:
        worker = Worker()
        go_on = asyncio.Event()

        async def make(*_: object) -> Link:
            await go_on.wait()
            raise raised

        with mock.patch.object(worker, "_new_link", make):
            turning = asyncio.create_task(worker.perform(UseServer(connection=open_at("http://127.0.0.1:1")), ignore))
            await asyncio.sleep(0)
            asked = asyncio.create_task(worker.perform(ReadPatient(patient_id="1"), ignore))
            await asyncio.sleep(0)
            go_on.set()
            return await asyncio.gather(turning, asked, return_exceptions=True)

    return asyncio.run(run())


def test_a_client_that_cannot_be_made_fails_those_who_wait_for_it() -> None:
    turning, asked = those_who_wait(Broken("OKAFOR, Ngozi"))
    assert isinstance(turning, Broken)
    assert isinstance(asked, Failure)
    assert (asked.problem.kind, asked.problem.technical) == (Kind.INTERNAL, "Broken")


def test_a_change_of_server_that_is_cancelled_cancels_those_who_wait_for_it() -> None:
    turning, asked = those_who_wait(asyncio.CancelledError())
    assert isinstance(turning, asyncio.CancelledError)
    assert isinstance(asked, asyncio.CancelledError)
