"""A pure ward: three patients, a server that answers as it likes, a reader, a window, and somebody who counts again.

Everything that the server may say is prepared once, so that a hundred thousand courses of events take seconds. What
belongs to whom is written down here when it is made: nobody asks the program.
"""

import json
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from random import Random

from procedure_viewer.chart.consultation import Consultation
from procedure_viewer.chart.news import Changed, NewRows, News, RereadProcedure, ToBeSelected, Troubled
from procedure_viewer.chart.open_chart import OpenChart, Standing
from procedure_viewer.chart.questions import OnePatient, OneProcedure, Question, WhichPatients, WhichProcedures
from procedure_viewer.chart.reading import ChartPage
from procedure_viewer.chart.search import PatientsFound
from procedure_viewer.chart.statement import statement_of
from procedure_viewer.fhir.outcome import Issue, Kind, Problem
from procedure_viewer.fhir.packing import in_blocks
from procedure_viewer.fhir.patient import Patient, read_patient
from procedure_viewer.fhir.procedure import Procedure, read_procedure
from procedure_viewer.fhir.query import read_query

BASE = "http://127.0.0.1:1/r4"
NOW = datetime(2026, 3, 2, 10, 32, tzinfo=UTC)
NOBODY = ""
"""The owner of a record that names no patient."""
NAMES = {"alice": "Alder", "bob": "Birch", "carol": "Cedar"}
MERGED_INTO = {"carol": "bob"}

OWNER: dict[bytes, str] = {}
"""Whose each record is, by its bytes."""


def _patient(patient_id: str) -> Patient:
    resource: dict[str, object] = {"resourceType": "Patient", "id": patient_id, "name": [{"family": NAMES[patient_id]}]}
    if patient_id in MERGED_INTO:
        other = {"reference": f"Patient/{MERGED_INTO[patient_id]}"}
        resource["link"] = [{"type": "replaced-by", "other": other}]
    return read_patient(json.dumps(resource).encode())


def record(procedure_id: str, owner: str, status: str = "completed", reference: str = "Patient/{}") -> Procedure:
    """A record of `owner`, noted as such."""
    subject = {"reference": reference.format(owner)} if owner else {"display": "Alice Alder"}
    resource = {"resourceType": "Procedure", "id": procedure_id, "status": status, "subject": subject}
    raw = json.dumps(resource).encode()
    OWNER[raw] = owner
    return read_procedure(raw, in_blocks([raw])[0] if len(OWNER) % 2 else None)  # as of a long list


PATIENTS = {name: _patient(name) for name in NAMES}
RECORDS = {
    name: (
        record(f"{name}-1", name),
        record(f"{name}-2", name, reference=BASE + "/Patient/{}"),
        record(f"{name}-3", name, "entered-in-error"),
        record(f"{name}-4", name, "not-done", reference="Patient/{}/_history/2"),
    )
    for name in NAMES
}
NEWER = {name: tuple(record(f"{name}-{number}", name, "stopped") for number in (1, 2, 3, 4)) for name in NAMES}
MOVED = {name: record(f"{name}-1", other) for name, other in (("alice", "bob"), ("bob", "carol"), ("carol", "alice"))}
NAMELESS = {name: record(f"{name}-1", NOBODY) for name in NAMES}
ALONE = record("alone", NOBODY)
FAILURES = (Problem(Kind.SERVER, status=500), Problem(Kind.NOT_FOUND, status=404), Problem(Kind.SIGNED_OUT, status=401))
GRAVE = Issue("error", "timeout", "index offline")
WARNING = Issue("warning", "incomplete", "paper before 2015")


def _lists(name: str) -> tuple[tuple[ChartPage, ...], ...]:
    """What the server may say when it is asked for a list: pages that add up, and pages that don't."""
    one, two, three, four = RECORDS[name]
    newer = NEWER[name][0]
    other = RECORDS[{"alice": "bob", "bob": "carol", "carol": "alice"}[name]]
    part = ChartPage((three, four), 4, continues=True)
    return (
        (ChartPage((one, two), 4), ChartPage((three, four), 4)),
        (ChartPage((one, two, three), 3),),
        (ChartPage((one,)), ChartPage((two,))),
        (ChartPage((), 0),),
        (ChartPage((one, two), 4, size=4), part),
        (ChartPage((one, two), 3), ChartPage((two, three), 3)),
        (ChartPage((one, two)), ChartPage((two, three))),
        (ChartPage((one, two), 3), ChartPage((three, four), 4)),
        (ChartPage((one, two), 4), ChartPage((four,), 4)),
        (ChartPage((one, two), 3), ChartPage((newer, three), 3)),
        (ChartPage((one, other[0], two), 3),),
        (ChartPage(other, 4),),
        (ChartPage((one, NAMELESS[name]), 2), ChartPage((ALONE,), 2)),
        (ChartPage((one, two), 2, warnings=(GRAVE,)),),
        (ChartPage((one, two), 2, warnings=(WARNING,)),),
        (ChartPage((one,), 2, unreadable=1),),
        (ChartPage((one,), 1, included=(two, other[1])),),
        (ChartPage((one,), total_unreadable=True),),
    )


LISTS = {name: _lists(name) for name in NAMES}
FOUND = (
    PatientsFound(tuple(PATIENTS.values()), 3, 3, more=False),
    PatientsFound((PATIENTS["bob"],), 1, 1, more=False),
    PatientsFound((), 0, 0, more=False),
)
READINGS = tuple(read_query(line, date(2026, 3, 2), BASE) for line in ("alder", "birch", "Procedure/bob-1"))


def adds_up(pages: Sequence[ChartPage], former: Sequence[ChartPage] | None) -> int | None:
    """How many records there are if these pages are all there is; None where that can't be said. Counted naively."""
    if not pages:
        return None
    contents: dict[str, set[bytes]] = {}
    on: dict[str, set[int]] = {}
    number, unreadable, nameless = 0, 0, 0
    for page in pages:
        number += not page.continues
        unreadable += page.unreadable
        if page.total_unreadable or any(issue.severity not in ("warning", "information") for issue in page.warnings):
            return None
        for procedure in (*page.procedures, *page.included):
            contents.setdefault(procedure.id, set()).add(procedure.raw)
        for procedure in page.procedures:
            on.setdefault(procedure.id, set()).add(number)
            nameless += not procedure.id
    totals = {page.total for page in pages} - {None}
    if len(totals) > 1 or any(len(versions) > 1 for versions in contents.values()):
        return None
    count = len(on) + unreadable + nameless
    if totals and totals != {count}:
        return None
    overlaps = any(len(places) > 1 for places in on.values())
    if overlaps and (former is None or _all_of(former) != _all_of(pages)):
        return None
    return count


def _all_of(pages: Sequence[ChartPage]) -> set[bytes]:
    return {procedure.raw for page in pages for procedure in (*page.procedures, *page.included)}


@dataclass
class Asked:
    """A question as the server has it: what it will say, what it has said."""

    question: Question
    plan: tuple[ChartPage, ...] = ()
    said: list[ChartPage] = field(default_factory=list)
    withdrawn: bool = False
    ended: bool = False


class Window:
    """Does with the news what panes do: a banner, rows, a selected row.

    Panes say that nothing is selected any more when a row goes. Nothing may hang on that: half of the windows don't.
    """

    def __init__(self, consultation: Consultation, *, says_so: bool) -> None:
        self.consultation = consultation
        self.says_so = says_so
        self.banner: str | None = None
        self.rows: list[Procedure] = []

    def take(self, news: News) -> None:
        """Show it."""
        consultation = self.consultation
        match news:
            case Changed.CLEARED:
                self.banner = None
                self.rows.clear()
                if self.says_so:
                    consultation.select(None)
            case Changed.OPENED:
                assert not self.rows, "a banner came to stand over rows"
                assert consultation.selected is None, "a banner came to stand over a selected record"
                assert consultation.chart is not None
                self.banner = consultation.chart.patient.id
            case NewRows(procedures=procedures):
                self.rows.extend(procedures)
            case RereadProcedure(older=older, fresh=fresh):
                place = next(place for place, row in enumerate(self.rows) if row is older)
                self.rows[place : place + 1] = [] if fresh is None else [fresh]
                if self.says_so and all(row is not consultation.selected for row in self.rows):
                    consultation.select(None)
            case ToBeSelected(procedure=procedure):
                assert any(row is procedure for row in self.rows)
                consultation.select(procedure)
            case Troubled() | Changed():
                pass


class Ward:
    """One course of events; `check` after each says whether anything of two patients came together."""

    def __init__(self, pick: Callable[[int], int]) -> None:
        """`pick` chooses a number below another."""
        self.pick = pick
        self.asked: list[Asked] = []
        self.consultation = Consultation(self._ask, self._withdraw, self._tell, lambda: NOW)
        self.consultation.base_url = BASE
        self.window = Window(self.consultation, says_so=pick(2) == 0)
        self._opened: OpenChart | None = None
        self.lists: list[Asked] = []
        """The questions for the list of the open chart, in their order: at most two."""

    def _ask(self, question: Question) -> int:
        asked = Asked(question)
        if isinstance(question, WhichProcedures):
            choices = LISTS[question.patient]
            asked.plan = choices[self.pick(len(choices))]
            self.lists.append(asked)
            assert len(self.lists) <= 2, "nobody asked for a third reading"
        self.asked.append(asked)
        return len(self.asked) - 1

    def _withdraw(self, number: int) -> None:
        self.asked[number].withdrawn = True

    def _tell(self, news: News) -> None:
        chart = self.consultation.chart
        if news is Changed.OPENED and chart is not self._opened:
            self._opened, self.lists = chart, []
        self.window.take(news)

    # What the reader does

    def find(self) -> None:
        self.consultation.find(READINGS[self.pick(len(READINGS))])

    def open_found(self) -> None:
        found = self.consultation.search.found.patients
        if found:
            self.consultation.open(found[self.pick(len(found))])

    def open_recent(self) -> None:
        names = tuple(PATIENTS.values())
        self.consultation.open(names[self.pick(3)])

    def open_by_id(self) -> None:
        names = (*(procedures[0].id for procedures in RECORDS.values()), "alone")
        self.consultation.open_procedure(names[self.pick(4)], or_patient=self.pick(2) == 0)

    def open_merged(self) -> None:
        self.consultation.open_patient(tuple(NAMES)[self.pick(3)])

    def select(self) -> None:
        rows = self.window.rows
        if rows:
            self.consultation.select(rows[self.pick(len(rows))])

    def select_stranger(self) -> None:
        """A row of a list that is no longer shown, or of somebody else."""
        self.consultation.select(RECORDS[tuple(NAMES)[self.pick(3)]][0])

    def refresh(self) -> None:
        self.consultation.refresh()

    def reload(self) -> None:
        self.consultation.reload_chart()

    def cancel(self) -> None:
        self.consultation.cancel()

    def close(self) -> None:
        self.consultation.close_chart()

    def leave(self) -> None:
        self.consultation.leave()

    def clear_search(self) -> None:
        self.consultation.clear_search()

    def breathe(self) -> None:
        """The window has taken in what it was told."""
        self.consultation.show_more()

    # What the server says

    def _some_question(self) -> int | None:
        """Mostly one of the last, also where it was taken back or has ended: late and doubled answers."""
        count = len(self.asked)
        return count - 1 - min(self.pick(3), self.pick(count)) if count else None

    def say_more(self) -> None:
        """The next part of an answer, or any part of one again."""
        number = self._some_question()
        if number is None:
            return
        asked = self.asked[number]
        match asked.question:
            case WhichProcedures():
                if not asked.plan:
                    return
                said = len(asked.said)
                in_order = said < len(asked.plan) and self.pick(8)
                page = asked.plan[said if in_order else self.pick(len(asked.plan))]
                if not asked.ended:
                    asked.said.append(page)
                self.consultation.page(number, page)
            case WhichPatients():
                self.consultation.page(number, FOUND[self.pick(len(FOUND))])
            case _:
                self.consultation.page(number, LISTS["bob"][0][0])

    def end(self) -> None:
        """The end of an answer, as it should be or as it shouldn't."""
        number = self._some_question()
        if number is None:
            return
        asked = self.asked[number]
        match asked.question:
            case WhichProcedures():
                while len(asked.said) < len(asked.plan) and self.pick(4) and not asked.ended:
                    page = asked.plan[len(asked.said)]
                    asked.said.append(page)
                    self.consultation.page(number, page)
                answer: object = None
            case WhichPatients():
                answer = FOUND[self.pick(len(FOUND))]
            case OneProcedure(procedure_id=procedure_id):
                answer = self._a_record(procedure_id)
            case OnePatient(patient_id=patient_id):
                strangers = tuple(PATIENTS.values())
                answer = PATIENTS.get(patient_id) if self.pick(4) else strangers[self.pick(3)]
            case _:
                raise TypeError
        asked.ended = True
        self.consultation.succeeded(number, copy(answer))  # what is read twice is never the same object

    def _a_record(self, procedure_id: str) -> Procedure:
        name = procedure_id.partition("-")[0]
        if name not in NAMES or not self.pick(8):
            return ALONE
        choices = (*RECORDS[name], *NEWER[name], MOVED[name], NAMELESS[name])
        right = [one for one in choices if one.id == procedure_id]
        return right[self.pick(len(right))] if self.pick(6) else choices[self.pick(len(choices))]

    def fail(self) -> None:
        number = self._some_question()
        if number is not None:
            self.asked[number].ended = True
            self.consultation.failed(number, FAILURES[self.pick(len(FAILURES))])

    def stop(self) -> None:
        """What was taken back has stopped."""
        number = self._some_question()
        if number is not None:
            self.asked[number].ended = True
            self.consultation.cancelled(number)

    # What has to be so

    def check(self) -> None:
        """Banner, rows, selection, what is read again and what can be exported belong to one patient, or are empty."""
        consultation, rows = self.consultation, self.window.rows
        chart = consultation.chart
        if chart is None:
            assert self.window.banner is None
            assert not rows
            assert consultation.selected is None
            assert consultation.shown.reread_target is None
            assert consultation.shown.wanted is None
            assert not consultation.shown.unshown
            return
        owner = self.window.banner
        assert owner == chart.patient.id
        for row in rows:
            assert OWNER[row.raw] == owner, "another patient's record is shown"
        expected = [*rows, *consultation.shown.unshown]
        assert sorted(map(id, expected)) == sorted(map(id, chart.procedures)), "rows are missing, or too many"
        for one in (consultation.selected, consultation.shown.reread_target):
            assert one is None or any(one is row for row in rows), "what is read or exported has no row"
        if consultation.shown.wanted is not None:
            assert OWNER[consultation.shown.wanted.raw] in (owner, NOBODY), "another patient's record is wanted"
        if owner != NOBODY and chart.standing is not Standing.LOADING:
            self._check_claim()

    def _check_claim(self) -> None:
        chart = self.consultation.chart
        assert chart is not None
        text = statement_of(chart).text
        claims = not text.startswith(("Incomplete", "Not loaded"))
        assert claims is (chart.standing is Standing.COMPLETE)
        if not claims:
            return
        reading = self.lists[-1]
        assert reading.ended
        former = self.lists[0].said if len(self.lists) > 1 else None
        count = adds_up(reading.said, former)
        assert count is not None, f"{text!r} is said of pages that do not add up"
        if text.startswith("All "):
            assert text.startswith(f"All {count} records"), f"{text!r} of {count}"
        assert chart.received == count


DOINGS: tuple[Callable[[Ward], None], ...] = (
    Ward.find, Ward.open_found, Ward.open_recent, Ward.open_recent, Ward.open_by_id, Ward.open_merged, Ward.select,
    Ward.select, Ward.select_stranger, Ward.refresh, Ward.refresh, Ward.reload, Ward.cancel, Ward.close, Ward.leave,
    Ward.clear_search, Ward.breathe, Ward.say_more, Ward.say_more, Ward.say_more, Ward.end, Ward.end, Ward.end,
    Ward.end, Ward.end, Ward.end, Ward.fail, Ward.stop,
)  # fmt: skip
"""What may happen, the likelier the more often it stands here."""


def run(seed: int, steps: int) -> Ward:
    """One course of events; the same for the same seed."""
    random = Random(seed).random
    ward = Ward(lambda below: int(random() * below))
    count = len(DOINGS)
    ward.open_recent()
    for _ in range(steps):
        DOINGS[int(random() * count)](ward)
        ward.check()
    return ward
