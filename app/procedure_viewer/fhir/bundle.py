"""A searchset Bundle as a `Page`: raw resource slices, links, total, warnings.

http://hl7.org/fhir/R4/bundle.html. Entries are decoded as slices of the wire's bytes first, so that one that is broken
costs itself only, and what is exported later is what the server sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from procedure_viewer.fhir.datatypes import as_object, objects_of
from procedure_viewer.fhir.json_text import BYTE_ORDER_MARK, NotJson, decode_value, items, members
from procedure_viewer.fhir.outcome import Issue, issues_of

_SEARCHSET = "searchset"


class NotFhir(ValueError):
    """The body is not the FHIR resource that was asked for."""


class _Mode(StrEnum):
    """Why an entry is in a searchset. http://hl7.org/fhir/R4/valueset-search-entry-mode.html"""

    MATCH = "match"
    INCLUDE = "include"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a search.

    `matches` are the exact bytes of each matching resource, `included` those of `search.mode` "include"; `warnings`
    come from entries that are OperationOutcomes. `unreadable` counts entries without a resource that could be sliced
    out.
    """

    matches: tuple[bytes, ...] = ()
    included: tuple[bytes, ...] = ()
    total: int | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    """Address by relation ("next"), as the server wrote it: often relative."""
    warnings: tuple[Issue, ...] = ()
    unreadable: int = 0


def decode_page(body: bytes) -> Page:
    """The page in `body`; raises `NotFhir` when that is no searchset Bundle. Its entries may be anything."""
    bundle = _resource_members(body, "Bundle")
    if _value(bundle.get("type")) not in (None, _SEARCHSET):
        raise NotFhir("a Bundle of another type than searchset")
    sorting = _Sorting()
    for entry in _entries(bundle.get("entry")):
        sorting.add(entry)
    return Page(
        tuple(sorting.matches),
        tuple(sorting.included),
        _total(_value(bundle.get("total"))),
        _links({"link": _value(bundle.get("link"))}),
        tuple(sorting.warnings),
        sorting.unreadable,
    )


def decode_resource(body: bytes, resource_type: str) -> bytes:
    """The exact bytes of the resource in `body`, a byte-order mark removed; raises `NotFhir` for any other type."""
    _resource_members(body, resource_type)
    return body.removeprefix(BYTE_ORDER_MARK)


def _resource_members(body: bytes, resource_type: str) -> dict[str, bytes]:
    try:
        found = members(body)
    except NotJson as error:
        raise NotFhir("not a JSON object") from error
    if _value(found.get("resourceType")) != resource_type:
        raise NotFhir(f"not a {resource_type}")
    return found


def _value(raw: bytes | None) -> object:
    """The value of a slice; None where there is none that could be read."""
    try:
        return None if raw is None else decode_value(raw)
    except NotJson:
        return None


def _total(value: object) -> int | None:
    return value if type(value) is int and value >= 0 else None


def _links(bundle: Mapping[str, object]) -> dict[str, str]:
    """The first address of each relation, not made printable: it is for the network, not for people."""
    links: dict[str, str] = {}
    for link in objects_of(bundle, "link"):
        relation, url = link.get("relation"), link.get("url")
        if isinstance(relation, str) and isinstance(url, str):
            links.setdefault(relation, url)
    return links


def _entries(raw: bytes | None) -> list[bytes]:
    """The slices of `entry`. Something else than a list in its place is one entry, so that it is counted."""
    if raw is None or raw == b"null":
        return []
    try:
        return items(raw)
    except NotJson:
        return [raw]


class _Sorting:
    """Puts each entry where it belongs."""

    def __init__(self) -> None:
        self.matches: list[bytes] = []
        self.included: list[bytes] = []
        self.warnings: list[Issue] = []
        self.unreadable = 0

    def add(self, entry: bytes) -> None:
        """Take in the slice of one entry."""
        try:
            found = members(entry)
        except NotJson:
            found = {}
        resource = found.get("resource")
        if resource is None or not resource.startswith(b"{"):
            self.unreadable += 1
            return
        mode = as_object(_value(found.get("search"))).get("mode")
        if mode == _Mode.OUTCOME or b"OperationOutcome" in resource:
            issues = issues_of(_value(resource))
            if issues or mode == _Mode.OUTCOME:
                self.warnings.extend(issues)
                self.unreadable += not issues
                return
        (self.included if mode == _Mode.INCLUDE else self.matches).append(resource)
