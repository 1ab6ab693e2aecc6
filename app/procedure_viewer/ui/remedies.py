"""What was asked for when it failed, and what the button of an error dialog does: the same again, another sign-in, or
nothing."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Protocol

from PySide6.QtCore import SignalInstance

from procedure_viewer.background.requests import Request, UseServer
from procedure_viewer.chart.open_chart import OpenChart
from procedure_viewer.chart.questions import OnePatient, OneProcedure, Question, WhichPatients, WhichProcedures
from procedure_viewer.fhir.outcome import Kind, Problem
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.query import Reading
from procedure_viewer.ui.advice import Asked
from procedure_viewer.ui.states import Link, Server

Action = Callable[[], None]
Failed = Question | Request
"""What the reader asked of the chart, or the window of the worker."""


class Mender(Protocol):
    """What a remedy may have done; a session does it."""

    @property
    def sign_in_wanted(self) -> SignalInstance:
        """To be emitted."""

    @property
    def server(self) -> Server | None:
        """The server in use."""

    @property
    def link(self) -> Link:
        """How the connection to it stands."""

    @property
    def asked(self) -> Reading | None:
        """How the reader's own words were understood."""

    @property
    def chart(self) -> OpenChart | None:
        """The open chart."""

    def use(self, server: Server, *, anew: bool = False) -> None:
        """Turn to a server."""

    def find(self, reading: Reading, *, asked: Reading | None = None) -> None:
        """Search for patients."""

    def reload_chart(self) -> None:
        """Read the open chart again."""

    def refresh(self) -> None:
        """Read the selected procedure again."""

    def open_procedure(self, procedure_id: str, *, or_patient: bool = False) -> None:
        """Read a procedure by its id, and open its patient."""

    def open_patient(self, patient_id: str, wanted: Procedure | None = None) -> None:
        """Read a patient by id, and open the chart."""


def asked_by(failed: Failed) -> Asked:
    """What the reader asked for, in the words of an advice."""
    match failed:
        case WhichPatients():
            return Asked.SEARCH
        case WhichProcedures():
            return Asked.CHART
        case OneProcedure(patient=None):
            return Asked.TYPED_ID
        case OneProcedure():
            return Asked.REFRESH
        case OnePatient():
            return Asked.PATIENT
    return Asked.OTHER


def remedy_for(session: Mender, failed: Failed, problem: Problem) -> Action | None:
    """The action for what failed; one that is about a chart does nothing once another is open."""
    if problem.kind is Kind.SIGNED_OUT:
        return session.sign_in_wanted.emit
    if problem.kind is Kind.KEYCHAIN and session.server is not None:
        return partial(session.use, replace(session.server, memory_only=True), anew=_is_anew(failed))
    if session.link is Link.FAILED and session.server is not None:
        return partial(session.use, session.server, anew=_is_anew(failed))
    match failed:
        case WhichPatients(reading=reading):
            return partial(session.find, reading, asked=session.asked)
        case WhichProcedures():
            return _only_for_this_chart(session, session.reload_chart)
        case OneProcedure(procedure_id=procedure_id, patient=None, or_patient=or_patient):
            return partial(session.open_procedure, procedure_id, or_patient=or_patient)
        case OneProcedure():
            return _only_for_this_chart(session, session.refresh)
        case OnePatient(patient_id=patient_id, wanted=wanted):
            return partial(session.open_patient, patient_id, wanted)
    return None


def _is_anew(failed: Failed) -> bool:
    return isinstance(failed, UseServer) and failed.anew


def _only_for_this_chart(session: Mender, action: Action) -> Action:
    chart = session.chart

    def act() -> None:
        if session.chart is chart:
            action()

    return act
