"""What tests have exported, copied and printed: extracts of records that no server was asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from procedure_viewer.chart.extract import Extract, extract_from
from procedure_viewer.chart.open_chart import OpenChart
from procedure_viewer.chart.reading import ChartPage
from procedure_viewer.fhir.packing import in_blocks
from procedure_viewer.fhir.patient import Patient, read_patient
from procedure_viewer.fhir.procedure import Procedure, read_procedure
from tests.fhir.samples import encoded

BASE = "https://fhir.example.org/r4"
NOW = datetime(2026, 11, 25, 10, 32, 5, tzinfo=timezone(timedelta(hours=1)))
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [{"family": "Okafor", "given": ["Ngozi"]}],
    "gender": "female",
    "birthDate": "1957-03-02",
    "identifier": [
        {
            "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]},
            "value": "0104477201",
        }
    ],
}
INCOMPLETE = "Incomplete: 1 of 5 records (the server stopped)"


def simple(number: object, **more: Any) -> dict[str, Any]:
    """A small procedure of that patient, with the id "pr" and `number`; `more` are further elements, or others."""
    return {
        "resourceType": "Procedure",
        "id": f"pr{number}",
        "status": "completed",
        "code": {"text": f"Procedure {number}"},
        "subject": {"reference": "Patient/p1"},
        "performedDateTime": "2023-09-20",
        **more,
    }


def several(count: int) -> list[dict[str, Any]]:
    """So many of those."""
    return [simple(number) for number in range(count)]


def record(number: object, more: str = "") -> bytes:
    """A smaller one by the letter, with the id `number`; `more` are further members, each with a comma before it."""
    text = '{"resourceType":"Procedure","id":"%s","status":"completed","subject":{"reference":"Patient/p1"}%s}'
    return (text % (number, more)).encode()


def extract_of(
    records: Iterable[Procedure | Mapping[str, Any] | bytes],
    patient: Patient | Mapping[str, Any] = PATIENT,
    *,
    total: int | None = None,
    first: int | None = None,
    at: datetime = NOW,
) -> Extract:
    """These records, or the `first` of them, out of a chart that has them all, of `total`, read and left `at`."""
    read = tuple(map(_as_procedure, records))
    whose = patient if isinstance(patient, Patient) else read_patient(encoded(dict(patient)))
    chart = OpenChart(whose, BASE)
    chart.add_page(ChartPage(read, total, (), 0, size=len(read)))
    chart.finish(at)
    return extract_from(chart, chart.procedures[:first], at, errors_shown=True)


def extract_anyhow(
    raws: Iterable[bytes], *, complete: bool = True, patient: Patient | Mapping[str, Any] = PATIENT
) -> Extract:
    """Whatever these bytes are, also what no chart would show: such as is no JSON, of nobody, or has an id twice.

    The second half is packed, as it is in a long list.
    """
    raws = tuple(raws)
    half = len(raws) // 2
    procedures = tuple(map(read_procedure, raws, [*[None] * half, *in_blocks(raws[half:])]))
    return replace(
        extract_of((), patient),
        procedures=procedures,
        listed=len(procedures),
        read_at=NOW - timedelta(minutes=5),
        complete=complete,
        completeness=f"All {len(procedures)} records, loaded 10:27" if complete else INCOMPLETE,
    )


def _as_procedure(given: Procedure | Mapping[str, Any] | bytes) -> Procedure:
    if isinstance(given, Procedure):
        return given
    return read_procedure(given if isinstance(given, bytes) else encoded(dict(given)))
