"""One terminal signal a ticket, in the GUI thread, whatever the job does."""

import asyncio
import logging
import sys
import threading

import pytest
from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from procedure_viewer.background.gateway import Gateway, Reply, Report
from procedure_viewer.background.requests import Scope
from procedure_viewer.fhir.outcome import Failure, Kind, Problem
from tests.background.conftest import MakeGateway
from tests.background.support import Ask, AskElsewhere, Ears, for_ever, jobs, nothing_to_close

SECRET = "OKAFOR, Ngozi, born 1957-03-02"


async def answer(report: Report) -> object:
    return "answer"


async def three_pages(report: Report) -> object:
    for number in range(3):
        report(number)
    return None


def settle(qtbot: QtBot, gateway: Gateway, ears: Ears) -> None:
    """Wait until everything that was posted before has been heard: what is posted keeps its order."""
    marker = gateway.submit(AskElsewhere(key="answer"))
    qtbot.waitUntil(lambda: ears.of(marker.id) == ["succeeded"])


def test_an_answer_arrives_with_its_ticket(qtbot: QtBot, make_gateway: MakeGateway) -> None:
    gateway, ears = make_gateway(jobs({"answer": answer}))
    ticket = gateway.submit(Ask(key="answer", patient="p1"))
    assert ears.heard == [], "nothing is emitted while submit is on the stack"
    qtbot.waitUntil(lambda: bool(ears.heard))
    assert ears.heard == [("succeeded", Reply(ticket.id, Scope.CHART, "p1", "answer"))]
    assert (ticket.scope, ticket.patient) == (Scope.CHART, "p1")


def test_pages_come_in_order_and_before_the_end(qtbot: QtBot, make_gateway: MakeGateway) -> None:
    gateway, ears = make_gateway(jobs({"pages": three_pages}))
    ticket = gateway.submit(Ask(key="pages"))
    qtbot.waitUntil(lambda: "succeeded" in ears.of(ticket.id))
    assert ears.of(ticket.id) == ["page", "page", "page", "succeeded"]
    assert ears.payloads("page") == [0, 1, 2]
    assert ears.payloads("succeeded") == [None]


@pytest.mark.parametrize(
    "payload", [None, 0, 2**63, "text\ud800", b"bytes", {"a": 1, 2: [3]}, (), frozenset({1}), object(), ValueError("x")]
)
def test_a_payload_arrives_as_the_very_object(qtbot: QtBot, make_gateway: MakeGateway, payload: object) -> None:
    async def job(report: Report) -> object:
        report(payload)
        return payload

    gateway, ears = make_gateway(jobs({"job": job}))
    ticket = gateway.submit(Ask(key="job"))
    qtbot.waitUntil(lambda: ears.of(ticket.id) == ["page", "succeeded"])
    assert ears.heard[0][1].payload is payload
    assert ears.heard[1][1].payload is payload


def test_jobs_run_outside_the_gui_thread_and_signals_inside(
    qtbot: QtBot, qapp: QApplication, make_gateway: MakeGateway
) -> None:
    threads: list[threading.Thread] = []

    async def job(report: Report) -> object:
        threads.append(threading.current_thread())
        report("from the loop")
        await asyncio.to_thread(report, "from yet another thread")
        return None

    gateway, ears = make_gateway(jobs({"job": job}))
    ticket = gateway.submit(Ask(key="job"))
    qtbot.waitUntil(lambda: ears.of(ticket.id) == ["page", "page", "succeeded"])
    assert threads[0] is not threading.current_thread()
    assert ears.threads == {qapp.thread()}


def test_a_plain_function_hears_in_the_gui_thread_too(qtbot: QtBot, make_gateway: MakeGateway) -> None:
    heard: list[threading.Thread] = []
    gateway, _ = make_gateway(jobs({"answer": answer}))
    gateway.succeeded.connect(lambda _: heard.append(threading.current_thread()))
    gateway.submit(Ask(key="answer"))
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [threading.current_thread()]


def test_many_at_once_each_get_one_end(qtbot: QtBot, make_gateway: MakeGateway) -> None:
    gateway, ears = make_gateway(jobs({"pages": three_pages}))
    tickets = [gateway.submit(Ask(key="pages")) for _ in range(500)]
    qtbot.waitUntil(lambda: len({reply.ticket for name, reply in ears.heard if name != "page"}) == 500)
    for ticket in tickets:
        assert [name for name in ears.of(ticket.id) if name != "page"] in (["succeeded"], ["cancelled"])
    assert ears.of(tickets[-1].id) == ["page", "page", "page", "succeeded"]
    assert len({ticket.id for ticket in tickets}) == 500


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="True is immortal from Python 3.12 on")
def test_emitting_loses_no_reference_to_true(qtbot: QtBot) -> None:
    """PySide6 6.12.0 does, on Python 3.11: the program aborts ("deallocating True or False") after some 600 signals."""
    gateway = Gateway(jobs({}), nothing_to_close)
    before = sys.getrefcount(True)
    for _ in range(200):
        gateway.page.emit(None)
    assert sys.getrefcount(True) > before - 100


def test_requests_from_before_the_start_wait_for_it(qtbot: QtBot) -> None:
    gateway = Gateway(jobs({"answer": answer}), nothing_to_close)
    ears = Ears(gateway)
    first = gateway.submit(Ask(key="answer"))
    second = gateway.submit(AskElsewhere(key="answer"))
    second.cancel()
    gateway.start()
    qtbot.waitUntil(lambda: len(ears.heard) == 2)
    assert ears.of(first.id) == ["succeeded"]
    assert ears.of(second.id) == ["cancelled"]
    assert gateway.shutdown(5)


# Failures


def test_a_failure_arrives_as_its_problem(qtbot: QtBot, make_gateway: MakeGateway) -> None:
    problem = Problem(Kind.FORBIDDEN, status=403)

    async def job(report: Report) -> object:
        raise Failure(problem)

    gateway, ears = make_gateway(jobs({"job": job}))
    gateway.submit(Ask(key="job", patient="p1"))
    qtbot.waitUntil(lambda: bool(ears.heard))
    assert [name for name, _ in ears.heard] == ["failed"]
    assert ears.heard[0][1].payload is problem
    assert ears.heard[0][1].patient == "p1"


class OddError(Exception):
    """Not even its text can be had."""

    def __str__(self) -> str:
        raise RuntimeError(SECRET)


@pytest.mark.parametrize(
    "error",
    [
        ValueError(SECRET),
        KeyError(SECRET),
        OddError(SECRET),
        ExceptionGroup(SECRET, [ValueError(SECRET)]),
        TimeoutError(SECRET),
        StopAsyncIteration(SECRET),
        KeyboardInterrupt(SECRET),
        SystemExit(SECRET),
        asyncio.CancelledError(SECRET),
        BaseExceptionGroup(SECRET, [KeyboardInterrupt(SECRET)]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_any_other_exception_is_said_without_its_words(
    qtbot: QtBot, make_gateway: MakeGateway, caplog: pytest.LogCaptureFixture, error: BaseException
) -> None:
    async def job(report: Report) -> object:
        raise error

    gateway, ears = make_gateway(jobs({"job": job, "answer": answer}))
    with caplog.at_level(logging.DEBUG):
        ticket = gateway.submit(Ask(key="job"))
        qtbot.waitUntil(lambda: bool(ears.heard))
    assert ears.of(ticket.id) == ["failed"]
    problem = ears.payloads("failed")[0]
    assert isinstance(problem, Problem)
    assert problem.kind is Kind.INTERNAL
    assert problem.technical == type(error).__name__
    assert "OKAFOR" not in repr(problem)
    assert "OKAFOR" not in caplog.text
    assert type(error).__name__ in caplog.text
    assert "test_gateway.py" in caplog.text, "where it happened is said"
    settle(qtbot, gateway, ears)  # the loop lives


def test_an_unknown_request_is_said(qtbot: QtBot, make_gateway: MakeGateway) -> None:
    gateway, ears = make_gateway(jobs({}))
    gateway.submit(Ask(key="missing"))
    qtbot.waitUntil(lambda: bool(ears.heard))
    assert ears.payloads("failed")[0].technical == "KeyError"


@pytest.mark.parametrize("error", [SystemExit(SECRET), KeyboardInterrupt(SECRET), ValueError(SECRET)])
def test_a_task_beside_the_job_does_not_end_the_loop(
    qtbot: QtBot, make_gateway: MakeGateway, caplog: pytest.LogCaptureFixture, error: BaseException
) -> None:
    ended = threading.Event()

    async def beside() -> None:
        try:
            raise error
        finally:
            ended.set()

    async def job(report: Report) -> object:
        task = asyncio.create_task(beside())
        await asyncio.wait({task})
        return "done"

    gateway, ears = make_gateway(jobs({"job": job, "answer": answer}))
    ticket = gateway.submit(Ask(key="job"))
    qtbot.waitUntil(lambda: ears.of(ticket.id) == ["succeeded"])
    assert ended.is_set()
    settle(qtbot, gateway, ears)
    assert "OKAFOR" not in caplog.text


# Cancelling


async def stuck(report: Report) -> object:
    report("stuck")
    await for_ever()
    return None


def test_a_cancelled_ticket_ends_once(qtbot: QtBot, make_gateway: MakeGateway) -> None:
    gateway, ears = make_gateway(jobs({"stuck": stuck, "answer": answer}))
    ticket = gateway.submit(Ask(key="stuck", patient="p1"))
    qtbot.waitUntil(lambda: ears.of(ticket.id) == ["page"])
    ticket.cancel()
    ticket.cancel()
    assert ears.of(ticket.id) == ["page"], "nothing is emitted while cancel is on the stack"
    settle(qtbot, gateway, ears)
    ticket.cancel()
    settle(qtbot, gateway, ears)
    assert ears.of(ticket.id) == ["page", "cancelled"]
    assert ears.heard[1] == ("cancelled", Reply(ticket.id, Scope.CHART, "p1", None))


def test_a_job_that_has_not_begun_never_begins(qtbot: QtBot, make_gateway: MakeGateway) -> None:
    begun: list[str] = []

    async def job(report: Report) -> object:
        begun.append("job")
        return None

    holds, gate = threading.Event(), threading.Event()

    async def hold(report: Report) -> object:
        holds.set()
        gate.wait()  # the whole loop waits, so that the next job can't begin
        return None

    gateway, ears = make_gateway(jobs({"hold": hold, "job": job, "answer": answer}))
    gateway.submit(AskElsewhere(key="hold"))
    holds.wait()
    ticket = gateway.submit(Ask(key="job"))
    ticket.cancel()
    qtbot.waitUntil(lambda: ears.of(ticket.id) == ["cancelled"])  # also while the loop is busy
    gate.set()
    settle(qtbot, gateway, ears)
    assert ears.of(ticket.id) == ["cancelled"]
    assert begun == []


def test_cancelling_what_is_over_does_nothing(qtbot: QtBot, make_gateway: MakeGateway) -> None:
    gateway, ears = make_gateway(jobs({"answer": answer}))
    ticket = gateway.submit(Ask(key="answer"))
    qtbot.waitUntil(lambda: ears.of(ticket.id) == ["succeeded"])
    ticket.cancel()
    settle(qtbot, gateway, ears)
    assert ears.of(ticket.id) == ["succeeded"]


def test_an_answer_on_its_way_is_dropped_after_cancel(qtbot: QtBot, make_gateway: MakeGateway) -> None:
    posted = threading.Event()

    async def job(report: Report) -> object:
        report("page")
        asyncio.get_running_loop().call_soon(asyncio.get_running_loop().call_soon, posted.set)
        return "answer"

    gateway, ears = make_gateway(jobs({"job": job, "answer": answer}))
    ticket = gateway.submit(Ask(key="job"))
    assert posted.wait(5)
    ticket.cancel()  # both signals wait in the GUI thread's queue, which has not turned since
    settle(qtbot, gateway, ears)
    assert ears.of(ticket.id) == ["cancelled"]


@pytest.mark.parametrize("ending", ["page and answer", "failure", "error", "system exit"])
def test_a_job_that_goes_on_after_cancel_is_not_heard(qtbot: QtBot, make_gateway: MakeGateway, ending: str) -> None:
    ended = threading.Event()

    async def job(report: Report) -> object:
        report("stuck")
        try:
            await for_ever()
        except asyncio.CancelledError:
            report("a late page")
            match ending:
                case "failure":
                    raise Failure(Problem(Kind.TIMEOUT)) from None
                case "error":
                    raise ValueError(SECRET) from None
                case "system exit":
                    raise SystemExit(SECRET) from None
        finally:
            asyncio.get_running_loop().call_soon(asyncio.get_running_loop().call_soon, ended.set)
        return "a late answer"

    gateway, ears = make_gateway(jobs({"job": job, "answer": answer}))
    ticket = gateway.submit(Ask(key="job"))
    qtbot.waitUntil(lambda: ears.of(ticket.id) == ["page"])
    ticket.cancel()
    assert ended.wait(5)
    settle(qtbot, gateway, ears)
    assert ears.of(ticket.id) == ["page", "cancelled"]


def test_the_latest_wins_in_its_scope_and_leaves_others_alone(qtbot: QtBot, make_gateway: MakeGateway) -> None:
    gateway, ears = make_gateway(jobs({"stuck": stuck, "answer": answer}))
    elsewhere = gateway.submit(AskElsewhere(key="stuck"))
    first = gateway.submit(Ask(key="stuck", patient="p1"))
    second = gateway.submit(Ask(key="stuck", patient="p2"))
    third = gateway.submit(Ask(key="answer", patient="p3"))
    qtbot.waitUntil(lambda: ears.of(third.id) == ["succeeded"])
    assert ears.of(first.id)[-1] == "cancelled"
    assert ears.of(second.id)[-1] == "cancelled"
    assert "cancelled" not in ears.of(elsewhere.id)
    fourth = gateway.submit(Ask(key="answer"))
    qtbot.waitUntil(lambda: ears.of(fourth.id) == ["succeeded"])
    assert ears.of(third.id) == ["succeeded"]


# Slots that act on the gateway


class Acting(QObject):
    """Does something to the gateway while one of its signals is being emitted."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__()
        self.gateway = gateway
        self.left = 3

    @Slot(object)
    def submit(self, reply: Reply) -> None:
        if self.left:
            self.left -= 1
            self.gateway.submit(Ask(key="answer"))

    @Slot(object)
    def shut_down(self, reply: Reply) -> None:
        assert self.gateway.shutdown(5)


def test_a_slot_may_submit(qtbot: QtBot, make_gateway: MakeGateway) -> None:
    gateway, ears = make_gateway(jobs({"answer": answer}))
    acting = Acting(gateway)
    gateway.succeeded.connect(acting.submit)
    gateway.submit(Ask(key="answer"))
    qtbot.waitUntil(lambda: len(ears.heard) == 4)
    assert {name for name, _ in ears.heard} == {"succeeded"}


def test_a_slot_may_shut_down_and_nothing_comes_after(qtbot: QtBot, make_gateway: MakeGateway) -> None:
    gateway, ears = make_gateway(jobs({"pages": three_pages}))
    acting = Acting(gateway)
    gateway.page.connect(acting.shut_down)
    gateway.submit(Ask(key="pages"))
    qtbot.waitUntil(lambda: bool(ears.heard))
    QApplication.processEvents()
    assert [name for name, _ in ears.heard] == ["page"]


# Shutting down


def test_after_shutdown_nothing_is_emitted(qtbot: QtBot, make_gateway: MakeGateway) -> None:
    posted = threading.Event()

    async def job(report: Report) -> object:
        report("page")
        posted.set()
        await for_ever()
        return None

    gateway, ears = make_gateway(jobs({"job": job}))
    ticket = gateway.submit(Ask(key="job"))
    elsewhere = gateway.submit(AskElsewhere(key="job"))
    assert posted.wait(5)
    elsewhere.cancel()
    assert gateway.shutdown(5)
    late = gateway.submit(Ask(key="job"))
    late.cancel()
    ticket.cancel()
    QApplication.processEvents()
    assert ears.heard == []
    assert gateway.shutdown(5)


def test_a_gateway_that_was_never_started_shuts_down(qtbot: QtBot) -> None:
    gateway = Gateway(jobs({"answer": answer}), nothing_to_close)
    ears = Ears(gateway)
    gateway.submit(Ask(key="answer"))
    assert gateway.shutdown(0)
    gateway.start()  # too late, and harmless
    QApplication.processEvents()
    assert ears.heard == []
