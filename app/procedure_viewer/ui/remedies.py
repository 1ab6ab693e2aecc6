"""What was asked for when it failed, and what the button of an error dialog does: the request again, another sign-in,
or nothing."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from procedure_viewer.background.requests import (
    FindPatients,
    LoadProcedures,
    ReadPatient,
    ReadProcedure,
    Request,
    UseServer,
)
from procedure_viewer.fhir.outcome import Kind, Problem
from procedure_viewer.ui.advice import Asked
from procedure_viewer.ui.states import Link

if TYPE_CHECKING:
    from procedure_viewer.ui.session import Session

Action = Callable[[], None]


def asked_by(request: Request) -> Asked:
    """What the reader asked for with a request."""
    match request:
        case FindPatients():
            return Asked.SEARCH
        case LoadProcedures():
            return Asked.CHART
        case ReadProcedure(patient=None):
            return Asked.TYPED_ID
        case ReadProcedure():
            return Asked.REFRESH
        case ReadPatient():
            return Asked.PATIENT
    return Asked.OTHER


def remedy_for(session: "Session", request: Request, problem: Problem) -> Action | None:
    """The action for a request that failed; one that is about a chart does nothing once another is open."""
    if problem.kind is Kind.SIGNED_OUT:
        return session.sign_in_wanted.emit
    if problem.kind is Kind.KEYCHAIN and session.server is not None:
        return partial(session.use, replace(session.server, memory_only=True), anew=_is_anew(request))
    if session.link is Link.FAILED and session.server is not None:
        return partial(session.use, session.server, anew=_is_anew(request))
    match request:
        case FindPatients(reading=reading):
            return partial(session.find, reading, asked=session.asked)
        case LoadProcedures():
            return _only_for_this_chart(session, session.reload_chart)
        case ReadProcedure(procedure_id=procedure_id, patient=None, or_patient=or_patient):
            return partial(session.open_procedure, procedure_id, or_patient=or_patient)
        case ReadProcedure():
            return _only_for_this_chart(session, session.refresh)
        case ReadPatient():
            return partial(session.open_patient, request)
    return None


def _is_anew(request: Request) -> bool:
    return isinstance(request, UseServer) and request.anew


def _only_for_this_chart(session: "Session", action: Action) -> Action:
    chart = session.chart

    def act() -> None:
        if session.chart is chart:
            action()

    return act
