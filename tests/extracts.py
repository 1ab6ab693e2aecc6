"""Extracts made by hand, of a chart that no server was asked for."""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

from procedure_viewer.chart.extract import Extract, extract_from
from procedure_viewer.chart.open_chart import OpenChart
from procedure_viewer.chart.reading import ChartPage
from procedure_viewer.fhir.patient import Patient, read_patient
from procedure_viewer.fhir.procedure import Procedure, read_procedure

BASE = "https://fhir.example.org/r4"
NOW = datetime(2026, 11, 25, 10, 32, tzinfo=timezone(timedelta(hours=1)))
NGOZI = read_patient(
    b'{"resourceType":"Patient","id":"p1","name":[{"family":"Okafor","given":["Ngozi","Grace"]}],"gender":"female",'
    b'"birthDate":"1957-03-02","active":false,"identifier":[{"type":{"coding":[{"system":'
    b'"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}]},"value":"0104477201"}]}'
)


def procedures(count: int) -> tuple[Procedure, ...]:
    """So many records of that patient, each with an id of its own."""
    text = (
        '{"resourceType":"Procedure","id":"%d","status":"completed","subject":{"reference":"Patient/p1"},'
        '"code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-pcs","code":"0HBKXZX","display":"Excision of '
        'Right Lower Leg Skin, Diagnostic"}]},"performedDateTime":"2023-09","note":[{"text":"Number %d"}]}'
    )
    return tuple(read_procedure((text % (number, number)).encode()) for number in range(count))


def extract_of(records: Sequence[Procedure], *, total: int | None = None, patient: Patient = NGOZI) -> Extract:
    """All of these, out of a chart that holds nothing else; with a larger `total` the list is incomplete."""
    chart = OpenChart(patient, BASE)
    chart.add_page(ChartPage(tuple(records), len(records) if total is None else total, (), 0, size=len(records)))
    chart.finish(NOW)
    return extract_from(chart, chart.procedures, NOW)
