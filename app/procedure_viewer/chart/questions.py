"""What the reader of a chart asks a server, and which answers are still waited for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from procedure_viewer.fhir.outcome import Problem
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.query import Reading


class Place(StrEnum):
    """Where an answer is shown: in each place only the latest question counts."""

    SEARCH = "search"
    CHART = "chart"
    RECORD = "record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The common part: whose chart it is about, where it is about an open one."""

    place: ClassVar[Place]
    patient: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhichPatients(Question):
    """Who is meant by `reading`? Answered with `PatientsFound`, in several parts.

    `otherwise` is what is to be said if nobody is found: why something else that was meant was not found before.
    """

    place: ClassVar[Place] = Place.SEARCH
    reading: Reading = field(repr=False)
    otherwise: Problem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhichProcedures(Question):
    """What is in the patient's list? Answered with a `ChartPage` a page; the end has no content.

    `again` tells that it changed between two pages when it was read: now it is read link by link, in no quicker way.
    """

    place: ClassVar[Place] = Place.CHART
    patient: str
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OneProcedure(Question):
    """What does the record say? Answered with a `Procedure`. Without a patient it is opened, else read again.

    `or_patient` tells that the id may be a patient's if no procedure has it.
    """

    place: ClassVar[Place] = Place.RECORD
    procedure_id: str
    or_patient: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OnePatient(Question):
    """Who is that? Answered with a `Patient`; `wanted` is the procedure that is to be selected in the chart."""

    place: ClassVar[Place] = Place.RECORD
    patient_id: str
    wanted: Procedure | None = field(default=None, repr=False)


Ask = Callable[[Question], int]
"""Puts a question to the server; returns the number by which its answers are known."""
Withdraw = Callable[[int], None]
"""Takes back the question of that number."""


class OpenQuestions:
    """At most one question a place, with the number by which its answers are known."""

    def __init__(self, ask: Ask, withdraw: Withdraw) -> None:
        self._ask = ask
        self._withdraw = withdraw
        self._open: dict[Place, tuple[int, Question]] = {}

    def __contains__(self, place: Place) -> bool:
        """Whether an answer is waited for in the place."""
        return place in self._open

    def question(self, place: Place) -> Question | None:
        """What was asked in the place and is not answered yet."""
        number_and_question = self._open.get(place)
        return number_and_question[1] if number_and_question is not None else None

    def ask(self, question: Question) -> None:
        """Ask; the latest wins in its place."""
        self._open.pop(question.place, None)
        self._open[question.place] = (self._ask(question), question)

    def cancel(self, places: Iterable[Place]) -> None:
        """Ask for what is under way in the places to stop; that it has is waited for."""
        for place in places:
            if place in self._open:
                self._withdraw(self._open[place][0])

    def drop(self, place: Place) -> None:
        """Take back what is asked in the place and forget it: its late answers belong to nobody."""
        number_and_question = self._open.pop(place, None)
        if number_and_question is not None:
            self._withdraw(number_and_question[0])

    def expected(self, number: int, patient: str | None) -> Question | None:
        """The question that an answer of that number belongs to; None if nobody waits for it any more.

        `patient` is whose chart is open: an answer about another's is never waited for.
        """
        for waiting, question in self._open.values():
            if waiting == number:
                return question if question.patient in (None, patient) else None
        return None

    def settle(self, number: int, patient: str | None) -> Question | None:
        """The same for an answer that is the last one: the question is closed."""
        question = self.expected(number, patient)
        if question is not None:
            del self._open[question.place]
        return question
