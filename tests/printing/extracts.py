"""Extracts for the tests of pages: whose they are, what is in them, how complete they are."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from procedure_viewer.chart.extract import Extract, extract_from
from procedure_viewer.chart.open_chart import OpenChart
from procedure_viewer.chart.reading import ChartPage
from procedure_viewer.fhir.patient import read_patient
from procedure_viewer.fhir.procedure import read_procedure
from procedure_viewer.printing.paper import Paper, PaperSize
from tests.fhir.samples import encoded

BASE = "https://fhir.example.org/r4"
AT = datetime(2026, 11, 25, 10, 32, tzinfo=UTC)
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [{"family": "Okafor", "given": ["Ngozi"]}],
    "gender": "female",
    "birthDate": "1957-03-02",
    "identifier": [
        {
            "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]},
            "value": "MRN-4711",
        }
    ],
}


def simple(number: int, **more: Any) -> dict[str, Any]:
    """A small procedure of the patient."""
    return {
        "resourceType": "Procedure",
        "id": f"pr{number}",
        "status": "completed",
        "code": {"text": f"Procedure {number}"},
        "subject": {"reference": "Patient/p1"},
        "performedDateTime": "2023-09-20",
        **more,
    }


def extract_of(
    procedures: Iterable[Mapping[str, Any] | bytes],
    patient: Mapping[str, Any] = PATIENT,
    *,
    total: int | None = None,
    at: datetime = AT,
    first: int | None = None,
) -> Extract:
    """These procedures, or the `first` of them, out of a chart that has them all of `total`."""
    read = tuple(read_procedure(each if isinstance(each, bytes) else encoded(dict(each))) for each in procedures)
    chart = OpenChart(read_patient(encoded(dict(patient))), BASE)
    chart.add_page(ChartPage(read, total, (), 0, size=len(read)))
    chart.finish(at)
    return extract_from(chart, chart.procedures[:first], at, errors_shown=True)


def laid_out(extract: Extract, size: PaperSize = PaperSize.A4) -> Paper:
    """The extract on pages."""
    paper = Paper(extract, size)
    for _ in paper.laying_out():
        pass
    return paper


def finished(work: Any) -> Any:
    """What a generator returns at its end."""
    while True:
        try:
            next(work)
        except StopIteration as ended:
            return ended.value
