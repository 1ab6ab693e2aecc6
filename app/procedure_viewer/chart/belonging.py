"""Whose record is this? A server that ignores a filter must not mix charts."""

from enum import StrEnum

from procedure_viewer.fhir.datatypes import Reference, ResourceKey


class Belonging(StrEnum):
    """How a record's `subject` relates to the patient whose chart is open."""

    OWN = "own"
    OTHER = "other"
    UNSTATED = "unstated"  # missing, or nothing that could be compared (a display only, another server's address)


def belonging(subject: Reference, patient: ResourceKey, base_url: str) -> Belonging:
    """Compare type and id; relative, absolute (under `base_url`) and versioned references are understood."""
    key = subject.key(base_url)
    if key is None:
        return Belonging.UNSTATED
    return Belonging.OWN if key == patient else Belonging.OTHER
