"""What a sealed export has beside it: a manifest of what was exported, from where and when, with checksums.

It shows whether anything was changed since, by accident or by somebody who left the manifest alone. It does not prove
who made it: whoever can write both files can make a manifest that fits. Its own SHA-256, noted elsewhere, would tell.

The file is JSON:

- `manifest`: 1, the version of this form
- `program`, `version`: what wrote it
- `made`: when the records were taken, with offset; `read`: when the list had been read, null while it was being read
- `server`: the base URL
- `patient`: `id`, `name`, `birthDate`, `mrn`; "" for what is not stated
- `format`: a `formats.Format`; `indented`
- `records`: how many were exported; `listed`: of how many that the chart showed
- `complete`, `completeness`: whether the list was all that the server had, and what it said of that
- `files`: of each `name`, `bytes`, `sha256`, and `records`: of each record that can be told apart in it `id` and
  `sha256` (of its JSON without blanks between the tokens, which indenting doesn't change)
- `seal`: the SHA-256 of all the rest as JSON with sorted keys, without blanks, in UTF-8
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from procedure_viewer import __version__
from procedure_viewer.export.formats import Format, Order
from procedure_viewer.fhir.procedure import Procedure

MANIFEST_VERSION = 1
MANIFEST_SUFFIX = ".manifest.json"
MANIFEST_IN_FOLDER = "manifest.json"
TOLD_APART = frozenset({Format.JSON, Format.BUNDLE, Format.NDJSON, Format.FILES})
"""Forms in which one record can be told from another, so that it can be said which one was changed."""


class SealedRecord(msgspec.Struct, frozen=True):
    """One record in a file."""

    id: str
    sha256: str

    @classmethod
    def of(cls, procedure: Procedure) -> "SealedRecord":
        """What the manifest says of a record."""
        return cls(procedure.id, record_hash(procedure.raw))


class SealedFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file."""

    name: str
    bytes: int
    sha256: str
    records: tuple[SealedRecord, ...] = ()


class SealedPatient(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Whose records they are."""

    id: str
    name: str
    birth_date: str
    mrn: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """All that is sealed."""

    manifest: int
    program: str
    version: str
    made: str
    read: str | None
    server: str
    patient: SealedPatient
    format: str
    indented: bool
    records: int
    listed: int
    complete: bool
    completeness: str
    files: tuple[SealedFile, ...]
    seal: str = ""


def manifest_of(path: Path) -> Path:
    """Where the manifest of an exported file is."""
    return path.with_name(path.name + MANIFEST_SUFFIX)


def record_hash(raw: bytes) -> str:
    """The SHA-256 of a record without the blanks between its tokens; of all its bytes where it is no JSON."""
    try:
        compact = msgspec.json.format(raw, indent=-1)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        compact = raw
    return hashlib.sha256(compact).hexdigest()


def manifest_bytes(order: Order, files: Sequence[SealedFile]) -> bytes:
    """The manifest's text for what was written."""
    extract = order.extract
    patient = extract.patient
    manifest = Manifest(
        manifest=MANIFEST_VERSION,
        program="procedure-viewer",
        version=__version__,
        made=extract.made_at.isoformat(timespec="seconds"),
        read=extract.read_at.isoformat(timespec="seconds") if extract.read_at is not None else None,
        server=extract.base_url,
        patient=SealedPatient(id=patient.id, name=patient.name, birth_date=patient.birth_date, mrn=patient.mrn),
        format=order.format.value,
        indented=order.indent,
        records=extract.count,
        listed=extract.listed,
        complete=extract.complete,
        completeness=extract.completeness,
        files=tuple(files),
    )
    content = msgspec.to_builtins(manifest)
    content["seal"] = seal_of(content)
    return msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n"


def seal_of(content: Mapping[str, object]) -> str:
    """The seal of a manifest: over everything in it but itself."""
    rest = {name: value for name, value in content.items() if name != "seal"}
    return hashlib.sha256(msgspec.json.encode(rest, order="sorted")).hexdigest()
