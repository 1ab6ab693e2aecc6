"""In which forms procedures leave the program, what each can hold, and what their files are called."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from procedure_viewer.chart.extract import Extract
from procedure_viewer.export.bundle import bundle_parts
from procedure_viewer.export.csv_table import csv_parts
from procedure_viewer.export.ndjson import line_of
from procedure_viewer.export.resource_file import LONGEST_ID, cleaned, indented
from procedure_viewer.export.resource_file import suggested_name as name_of_one
from procedure_viewer.export.splicing import can_be_spliced
from procedure_viewer.fhir.words import translate

LARGEST_LOOKED_AT = 500_000
"""Bytes of a record that a preview indents, or puts into words; the file itself has no such limit."""
LONGEST_PREVIEW = 20_000
"""Characters."""


class Format(StrEnum):
    """What a file, or a folder of files, is."""

    JSON = "json"
    """One resource, byte for byte as the server sent it, or indented."""
    BUNDLE = "bundle"
    """A FHIR Bundle of type `collection`. http://hl7.org/fhir/R4/bundle.html"""
    FILES = "files"
    """A folder with a JSON file for each resource."""
    NDJSON = "ndjson"
    """One resource a line. http://hl7.org/fhir/uv/bulkdata/"""
    CSV = "csv"
    """A table: `csv_table.COLUMNS`."""
    PDF = "pdf"
    """Pages; the room `printing` lays them out."""


SUFFIXES = {
    Format.JSON: ".json",
    Format.BUNDLE: ".json",
    Format.FILES: "",
    Format.NDJSON: ".ndjson",
    Format.CSV: ".csv",
    Format.PDF: ".pdf",
}
"""What the names of files end in."""
_TELLS_COMPLETENESS = frozenset({Format.BUNDLE, Format.CSV, Format.PDF})


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be written, and how."""

    extract: Extract
    format: Format
    indent: bool = False
    """JSON for reading: line breaks and spaces between what the server sent, which is otherwise untouched."""
    seal: bool = False
    """With a manifest beside it, see `manifest`."""
    pdf: bytes = field(default=b"", repr=False)
    """The finished pages, for Format.PDF."""

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of files, and not a file."""
        return self.format is Format.FILES


def formats_for(extract: Extract) -> tuple[Format, ...]:
    """What these records can be put in: one is a resource by itself, several are not."""
    if extract.count == 1:
        return Format.JSON, Format.BUNDLE, Format.NDJSON, Format.CSV, Format.PDF
    return Format.BUNDLE, Format.FILES, Format.NDJSON, Format.CSV, Format.PDF


def obstacle(extract: Extract, chosen: Format) -> str:
    """Why these records can't be put in that form, in words; "" where they can."""
    if chosen not in (Format.BUNDLE, Format.NDJSON):
        return ""
    count = sum(not can_be_spliced(procedure) for procedure in extract.procedures)
    if not count:
        return ""
    if count == 1:
        return translate("export", "one record is not proper FHIR JSON and would spoil the rest")
    return translate("export", "{count} records are not proper FHIR JSON and would spoil the rest").format(count=count)


def holds_completeness(chosen: Format) -> bool:
    """Whether the file itself says that the list it comes from is incomplete."""
    return chosen in _TELLS_COMPLETENESS


def suggested_name(extract: Extract, chosen: Format) -> str:
    """A name of sanitised ids alone, never of a person: of the record where it is one, else of the patient's."""
    aside = "" if extract.complete else "-incomplete"
    suffix = f"{'.bundle' if chosen is Format.BUNDLE else ''}{SUFFIXES[chosen]}"
    if extract.count == 1:
        stem = name_of_one("Procedure", extract.procedures[0].id).removesuffix(".json")
        return f"{stem}{aside}{suffix}"
    whose = cleaned(extract.patient.id)[:LONGEST_ID] or "without-patient"
    return f"Procedures-{whose}{aside}{suffix}"


def record_names(extract: Extract) -> Iterator[str]:
    """A file name for each record of `Format.FILES`, no two alike also where capitals don't count."""
    taken: set[str] = set()
    numbers: dict[str, int] = {}
    for procedure in extract.procedures:
        stem = name_of_one("Procedure", procedure.id).removesuffix(".json")
        name, number = f"{stem}.json", numbers.get(stem.casefold(), 1)
        while name.casefold() in taken:
            number += 1
            name = f"{stem}-{number}.json"
        taken.add(name.casefold())
        numbers[stem.casefold()] = number  # ten thousand of one name aren't counted from two each time
        yield name


def record_bytes(raw: bytes, *, indent: bool) -> bytes:
    """One resource as a file."""
    return indented(raw) if indent else raw


def parts_ahead(chosen: Format) -> int:
    """How many of a file's `parts` come before the first record's."""
    return int(chosen in (Format.BUNDLE, Format.CSV))


def parts(order: Order, *, longest: int | None = None) -> Iterator[bytes]:
    """The file's content: `parts_ahead` of the records, then one part for each.

    Not for `Format.FILES`, which is no file. `longest` is for a preview: see `csv_parts`.
    """
    extract = order.extract
    match order.format:
        case Format.JSON:
            yield record_bytes(extract.procedures[0].raw, indent=order.indent)
        case Format.BUNDLE:
            yield from bundle_parts(extract, indent=order.indent)
        case Format.NDJSON:
            yield from (line_of(procedure.raw) for procedure in extract.procedures)
        case Format.CSV:
            yield from csv_parts(extract, longest=longest)
        case Format.PDF:
            yield order.pdf
        case Format.FILES:
            raise ValueError("a folder has no content of its own")


def preview(extract: Extract, chosen: Format, indent: bool = False, limit: int = LONGEST_PREVIEW) -> str:
    """The first characters of the file as text, quick however much there is; of a folder the names in it."""
    if chosen is Format.FILES:
        return "\n".join(islice(record_names(extract), 1_000))[:limit]
    if not extract.procedures:
        return ""
    large = any(procedure.size > LARGEST_LOOKED_AT for procedure in extract.procedures[:limit])
    content = b""
    for part in parts(Order(extract, chosen, indent=indent and not large), longest=LARGEST_LOOKED_AT):
        content += part[: 4 * limit]
        if len(content) >= 4 * limit:
            break
    return content.decode("utf-8-sig", "replace")[:limit]
