"""Whose record is this? A server that ignores a filter must not mix charts."""

from collections.abc import Collection
from enum import StrEnum

from procedure_viewer.fhir.datatypes import Reference, ResourceKey


class Belonging(StrEnum):
    """How a record's `subject` relates to the patient whose chart is open."""

    OWN = "own"
    OTHER = "other"
    MERGED = "merged"  # the other record of a merge: the same person by the server's word, and yet not this record
    UNSTATED = "unstated"  # missing, or nothing that could be compared (a display only, another server's address)


def belonging(
    subject: Reference, patient: ResourceKey, base_url: str, merged: Collection[ResourceKey] = ()
) -> Belonging:
    """Compare type and id; relative, absolute (under `base_url`) and versioned references are understood.

    `merged` are the records that were merged with the patient's.
    """
    key = subject.key(base_url)
    if key is None:
        return Belonging.UNSTATED
    if key == patient:
        return Belonging.OWN
    return Belonging.MERGED if key in merged else Belonging.OTHER
