"""Procedures as a table for a spreadsheet: RFC 4180, UTF-8 with a byte-order mark, a heading line, every cell quoted.

Each row says whose it is, from where, and how complete the list was: rows get copied about. A cell that a spreadsheet
would run, or change in silence (a record number's leading zeros, a month that would become a day), begins with an
apostrophe that isn't the record's, see `spreadsheet.safe_cell`. Whoever wants the data itself takes a JSON format.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from procedure_viewer.chart.extract import Extract
from procedure_viewer.export.spreadsheet import safe_cell
from procedure_viewer.fhir.datatypes import Resource, as_object, object_of, text_of
from procedure_viewer.fhir.fact import ROOT
from procedure_viewer.fhir.json_text import NotJson, decode_value
from procedure_viewer.fhir.phrases import when_text
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.summary import not_shown, summary
from procedure_viewer.fhir.when import PROCEDURE_ELEMENTS, age_text

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Without it Excel takes the file for one in the system's own eight-bit code."""
_BETWEEN = "; "
"""Stands between several values of one cell."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One record as its cells need it."""

    procedure: Procedure
    resource: Resource
    said: Mapping[str, str]
    """What the summary says, by the element of the record that says it; "" for what no element says."""
    warnings: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading and what it holds, for the reader of the file."""

    name: str
    holds: str


PATIENT_COLUMNS: Mapping[Column, Callable[[Extract], str]] = {
    Column("patient_name", "the patient's name as the banner shows it"): lambda extract: extract.patient.name,
    Column("patient_birth_date", "as recorded, may be partial"): lambda extract: extract.patient.birth_date,
    Column("patient_age", "in words, on the day of the export"): lambda extract: _age(extract),
    Column("patient_sex", "administrative gender in words"): lambda extract: extract.patient.sex,
    Column("patient_mrn", "medical record number"): lambda extract: extract.patient.mrn,
    Column("patient_id", "the id of the Patient on its server"): lambda extract: extract.patient.id,
    Column("patient_remarks", "deceased, inactive, merged; without an MRN what else identifies"): lambda extract: (
        _BETWEEN.join((*_other_number(extract), *extract.remarks))
    ),
}
PROCEDURE_COLUMNS: Mapping[Column, Callable[[_Row], str]] = {
    Column("procedure_id", "the id of the Procedure on its server"): lambda row: row.procedure.id,
    Column("status", "FHIR's code, as recorded"): lambda row: row.procedure.status_code,
    Column("status_text", "the same in words"): lambda row: row.procedure.status_text,
    Column("status_reason", "why it was not done or stopped"): lambda row: row.procedure.status_reason,
    Column("performed", "when, in words"): lambda row: _when(row),
    Column("performed_start", "as recorded, may be partial"): lambda row: _ends(row.resource)[0],
    Column("performed_end", "as recorded, may be partial"): lambda row: _ends(row.resource)[1],
    Column("title", "what was done"): lambda row: row.procedure.title,
    Column("code", "all codes"): lambda row: _codings(row.procedure, "code"),
    Column("code_system", "the system of each code"): lambda row: _codings(row.procedure, "system"),
    Column("code_display", "the words of each code"): lambda row: _codings(row.procedure, "display"),
    Column("category", "its category"): lambda row: _said(row, "category"),
    Column("performer", "who did it, with function and organisation"): lambda row: _said(row, "performer"),
    Column("location", "where it was done"): lambda row: _said(row, "location"),
    Column("reason", "why it was done"): lambda row: _said(row, "reasonCode", "reasonReference", "reason"),
    Column("body_site", "where on the body"): lambda row: _said(row, "bodySite", "bodyStructure"),
    Column("outcome", "its outcome"): lambda row: _said(row, "outcome"),
    Column("complication", "complications"): lambda row: _said(row, "complication", "complicationDetail"),
    Column("follow_up", "follow-up"): lambda row: _said(row, "followUp"),
    Column("note", "notes, with who wrote them and when"): lambda row: _said(row, "note"),
    Column("warnings", "what may change the meaning of all the rest"): lambda row: row.warnings,
    Column("last_updated", "when it was changed on the server"): lambda row: text_of(
        object_of(row.resource, "meta"), "lastUpdated"
    ),
}
SOURCE_COLUMNS: Mapping[Column, Callable[[Extract], str]] = {
    Column("server", "the base URL of the server"): lambda extract: extract.base_url,
    Column("read_at", "when the list was read"): lambda extract: (
        extract.read_at.isoformat(timespec="seconds") if extract.read_at else ""
    ),
    Column("completeness", "what the list said of itself"): lambda extract: extract.completeness,
}
COLUMNS = (*PATIENT_COLUMNS, *PROCEDURE_COLUMNS, *SOURCE_COLUMNS)


def csv_parts(extract: Extract, *, longest: int | None = None) -> Iterator[bytes]:
    """The file's text: the first part with the headings, then one part for each record.

    For a preview, a record of more than `longest` bytes isn't read again: what the list doesn't show of it is left out.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")

    def line(cells: list[str]) -> bytes:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow(cells)
        # `printable` has left no lone surrogate; one that slipped through must not fail all other rows.
        return buffer.getvalue().encode("utf-8", "replace")

    yield BYTE_ORDER_MARK + line([column.name for column in COLUMNS])
    patient = [safe_cell(value(extract)) for value in PATIENT_COLUMNS.values()]
    source = [safe_cell(value(extract)) for value in SOURCE_COLUMNS.values()]
    for procedure in extract.procedures:
        skip = longest is not None and procedure.size > longest
        row = _Row(procedure, {}, {}) if skip else _row(procedure)
        yield line([*patient, *(safe_cell(value(row)) for value in PROCEDURE_COLUMNS.values()), *source])


def _row(procedure: Procedure) -> _Row:
    try:
        resource = as_object(decode_value(procedure.raw)) if procedure.readable else {}
    except NotJson:
        resource = {}
    said: dict[str, list[str]] = {}
    warnings: list[str] = []
    left_out = not_shown()
    for fact in summary(procedure):
        warns = fact.warning or fact.label == left_out  # a cell that was cut short does not say so itself
        for line in fact.lines:
            if warns:
                warnings.append(line.text)
            else:
                element = line.path.removeprefix(f"{ROOT}.").partition(".")[0].partition("[")[0]
                said.setdefault(element, []).append(line.text)
    told = {element: _BETWEEN.join(texts) for element, texts in said.items()}
    return _Row(procedure, resource, told, _BETWEEN.join(warnings))


def _said(row: _Row, *elements: str) -> str:
    return _BETWEEN.join(row.said[element] for element in elements if element in row.said)


def _when(row: _Row) -> str:
    """What the summary says of it; putting a date into words a second time took a fifth of the export."""
    name = next((name for name in row.resource if name.startswith(PROCEDURE_ELEMENTS)), "")
    return (name and row.said.get(name)) or when_text(row.procedure.when)


def _other_number(extract: Extract) -> tuple[str, ...]:
    """What the banner says in the place of the MRN, where there is none."""
    return () if extract.patient.mrn else tuple(fact.text for fact in extract.facts[2:] if not fact.is_name)


def _age(extract: Extract) -> str:
    return "" if extract.patient.deceased else age_text(extract.patient.birth_date, extract.made_at.date())


def _codings(procedure: Procedure, part: str) -> str:
    """One part of every coding, in their order, so that the three columns of codes stand side by side."""
    found = [
        {"code": coding.code, "system": coding.system_name, "display": coding.display}[part]
        for coding in procedure.code.codings
    ]
    return _BETWEEN.join(found) if any(found) else ""


def _ends(resource: Resource) -> tuple[str, str]:
    """The first and last date as the server wrote them; nothing for an age or a text."""
    for name in ("performedDateTime", "occurrenceDateTime"):
        if name in resource:
            return text_of(resource, name), text_of(resource, name)
    for name in ("performedPeriod", "occurrencePeriod"):
        if name in resource:
            period = object_of(resource, name)
            return text_of(period, "start"), text_of(period, "end")
    return "", ""
