"""A FHIR Bundle of type `collection`, with the resources in it byte for byte. http://hl7.org/fhir/R4/bundle.html"""

import re
from collections.abc import Iterator

import msgspec

from procedure_viewer.chart.extract import Extract
from procedure_viewer.export.resource_file import indented
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.words import translate

_FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
"""http://hl7.org/fhir/R4/datatypes.html#id"""


def bundle_parts(extract: Extract, *, indent: bool) -> Iterator[bytes]:
    """The Bundle's text: the first part, then one part for each record.

    `indent` puts line breaks and spaces between tokens, and touches nothing else. Of an incomplete list, or of one from
    which records are withheld that may be this patient's, the first entry is an OperationOutcome that says so.
    """
    made_at = extract.made_at.isoformat(timespec="seconds")
    head = f'"resourceType":"Bundle","type":"collection","timestamp":"{made_at}","entry":['
    if indent:
        head = f'\n  "resourceType": "Bundle",\n  "type": "collection",\n  "timestamp": "{made_at}",\n  "entry": ['
    before = b""
    start = ("{" + head).encode()
    if extract.lacks:
        start += _entry("", _outcome(extract), indent=indent)
        before = b","
    close = b"\n  ]\n}\n" if indent else b"]}\n"
    yield start if extract.count else start + close
    told: set[str] = set()
    for number, procedure in enumerate(extract.procedures, start=1):
        address = _full_url(extract.base_url, procedure)
        if address in told:  # no two entries may have the same one
            address = ""
        told.add(address)
        yield before + _entry(address, procedure.raw, indent=indent) + (close if number == extract.count else b"")
        before = b","


def _entry(full_url: str, raw: bytes, *, indent: bool) -> bytes:
    address = msgspec.json.encode(full_url)
    if not indent:
        return b'{"fullUrl":' + address + b',"resource":' + raw + b"}" if full_url else b'{"resource":' + raw + b"}"
    # Valid JSON has line breaks only between its tokens: more spaces after them change nothing.
    resource = indented(raw).strip().replace(b"\n", b"\n      ")
    first = b'\n      "fullUrl": ' + address + b"," if full_url else b""
    return b"\n    {" + first + b'\n      "resource": ' + resource + b"\n    }"


def _full_url(base_url: str, procedure: Procedure) -> str:
    """The record's address on its server; "" for one without an id that could be part of an address."""
    return f"{base_url}/Procedure/{procedure.id}" if _FHIR_ID.fullmatch(procedure.id) else ""


def _outcome(extract: Extract) -> bytes:
    """What says that there are more records than these. http://hl7.org/fhir/R4/operationoutcome.html"""
    said = translate("export", "The list that these records were taken from was not complete when they were exported")
    if extract.complete:
        said = translate("export", "Records that may be of this patient were withheld from the list")
    return msgspec.json.encode(
        {
            "resourceType": "OperationOutcome",
            "issue": [
                {
                    "severity": "warning",
                    "code": "incomplete",
                    "details": {"text": extract.completeness},
                    "diagnostics": said,
                }
            ],
        }
    )
