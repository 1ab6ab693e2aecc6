"""Extracts as tests of formats want them, and JSON read without the program's own means."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path

from procedure_viewer.chart.extract import Extract
from procedure_viewer.export.formats import Format, Order
from procedure_viewer.export.writing import write_order
from procedure_viewer.fhir.patient import Patient, read_patient
from procedure_viewer.fhir.procedure import read_procedure

BASE = "https://fhir.example.org/r4"
NOW = datetime(2026, 11, 25, 10, 32, 5, tzinfo=timezone(timedelta(hours=1)))
PATIENT = read_patient(
    b'{"resourceType":"Patient","id":"p1","name":[{"family":"Okafor","given":["Ngozi"]}],"gender":"female",'
    b'"birthDate":"1957-03","active":false,"identifier":[{"value":"00104477",'
    b'"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}]}}]}'
)
INCOMPLETE = "Incomplete: 1 of 5 records (the server stopped)"
SPLICED = (Format.BUNDLE, Format.NDJSON)
JSON_LIKE = (Format.JSON, Format.BUNDLE, Format.FILES, Format.NDJSON)


def extract_of(raws: Iterable[bytes], *, complete: bool = True, patient: Patient = PATIENT) -> Extract:
    """These records, out of a list that was complete or not."""
    procedures = tuple(map(read_procedure, raws))
    return Extract(
        patient=patient,
        facts=(),
        remarks=("Inactive record",),
        base_url=BASE,
        procedures=procedures,
        listed=len(procedures),
        read_at=NOW - timedelta(minutes=5),
        made_at=NOW,
        complete=complete,
        completeness=f"All {len(procedures)} records, loaded 10:27" if complete else INCOMPLETE,
    )


def record(number: object, more: str = "") -> bytes:
    """A valid R4 Procedure with the id `number`; `more` are further members, each with a comma before it."""
    text = '{"resourceType":"Procedure","id":"%s","status":"completed","subject":{"reference":"Patient/p1"}%s}'
    return (text % (number, more)).encode()


def written(order: Order, path: Path, *, replace: bool = False) -> tuple[Path, ...]:
    """Have it written, with nobody who watches or stops it."""
    return write_order(path, order, replace=replace, progress=lambda *_: None, cancelled=lambda: False)


_TOKEN = re.compile(rb'\s*("(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+)', re.DOTALL)


def tokens(text: bytes) -> list[bytes]:
    """The tokens of a JSON text as they are written: numbers, escapes, order and repeated names stay apparent."""
    found, at, end = [], 0, len(text.rstrip())
    while at < end:
        token = _TOKEN.match(text, at)
        assert token is not None, text[at : at + 40]
        found.append(token[1])
        at = token.end()
    return found


def resources_in(text: bytes, chosen: Format) -> list[list[bytes]]:
    """The tokens of each record in a file of that format."""
    if chosen is Format.NDJSON:
        return [tokens(line) for line in text.split(b"\n") if line]
    if chosen is not Format.BUNDLE:
        return [tokens(text)]
    found: list[list[bytes]] = []
    all_tokens = tokens(text)
    depth, start = 0, None
    for at, token in enumerate(all_tokens):
        # An entry is an object in the list in the Bundle, its resource the value after that name.
        if depth == 3 and token == b'"resource"' and all_tokens[at + 1] == b":" and start is None:
            start = at + 2
        depth += {b"{": 1, b"[": 1, b"}": -1, b"]": -1}.get(token, 0)
        if start is not None and at > start and depth == 3:
            found.append(all_tokens[start : at + 1])
            start = None
    return found
