"""What the reader of a chart asks, as requests to the worker."""

from procedure_viewer.background.requests import FindPatients, LoadProcedures, ReadPatient, ReadProcedure, Request
from procedure_viewer.chart.questions import OnePatient, OneProcedure, Question, WhichPatients, WhichProcedures


def request_for(question: Question) -> Request:
    """The request that answers a question."""
    match question:
        case WhichPatients(reading=reading):
            return FindPatients(reading=reading)
        case WhichProcedures(patient=patient, again=again):
            return LoadProcedures(patient=patient, ahead=not again)
        case OneProcedure(procedure_id=procedure_id, patient=patient):
            return ReadProcedure(procedure_id=procedure_id, patient=patient)
        case OnePatient(patient_id=patient_id):
            return ReadPatient(patient_id=patient_id)
    raise TypeError(type(question).__name__)
