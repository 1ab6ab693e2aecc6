"""A searchset Bundle as a `Page`: raw resource slices, links, total, warnings.

http://hl7.org/fhir/R4/bundle.html. Entries are decoded as slices of the wire's bytes first, so that one that is broken
costs itself only, and what is exported later is what the server sent.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from procedure_viewer.fhir.alike_entries import Entry, entries_alike
from procedure_viewer.fhir.datatypes import as_object, objects_of
from procedure_viewer.fhir.json_text import BYTE_ORDER_MARK, NotJson, decode_value, items, members
from procedure_viewer.fhir.outcome import Issue, issues_of
from procedure_viewer.fhir.repeating import repeats

_SEARCHSET = "searchset"
_OUTCOME: Final = b"OperationOutcome"
_LARGEST_TOTAL: Final = 2**31 - 1
"""http://hl7.org/fhir/R4/datatypes.html#unsignedInt"""
_DIGITS: Final = re.compile(r"[0-9]{1,10}")
_RELATION: Final = re.compile(r"\s*[!-~]+\s*", re.ASCII)
"""A relation's name as anybody would write it; with unseen characters "next" could be another word."""


class NotFhir(ValueError):
    """The body is not the FHIR resource that was asked for."""


class Relation(StrEnum):
    """What a link of a Bundle leads to, of the relations that matter here. http://hl7.org/fhir/R4/http.html#paging"""

    SELF = "self"
    NEXT = "next"
    LAST = "last"


class _Mode(StrEnum):
    """Why an entry is in a searchset. http://hl7.org/fhir/R4/valueset-search-entry-mode.html"""

    MATCH = "match"
    INCLUDE = "include"
    OUTCOME = "outcome"


_PLAIN: Final = (_Mode.MATCH, None)
"""Modes of what was looked for: None is what many servers say."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a search.

    `matches` are the exact bytes of each matching resource, `included` those of `search.mode` "include"; `warnings`
    come from entries that are OperationOutcomes. `unreadable` counts entries without a resource that could be sliced
    out, or with two members of one name: nobody can tell which of them counts.
    """

    matches: tuple[bytes, ...] = ()
    included: tuple[bytes, ...] = ()
    total: int | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    """Address by relation ("next", in lower case), as the server wrote it: often relative, and never blank."""
    warnings: tuple[Issue, ...] = ()
    unreadable: int = 0
    total_unreadable: bool = False
    """A `total` is there that is no count."""
    broken_next: bool = False
    """There is, or may be, a next page, and its address can't be read."""


def decode_page(body: bytes) -> Page:
    """The page in `body`; raises `NotFhir` when that is no searchset Bundle, or one that says something twice.

    Its entries may be anything.
    """
    sorting = _Sorting()
    alike = entries_alike(body)
    if alike is not None:
        bundle = _around(alike[1])
        if _value(bundle.get("entry")) == []:
            sorting.add_alike(alike[0], may_have_outcomes=_OUTCOME in body)
        else:  # what was cut out stood somewhere else
            alike = None
    if alike is None:
        bundle = _around(body)
        for entry in _entries(bundle.get("entry")):
            sorting.add(entry)
    total = _total(_value(bundle.get("total")))
    links, broken_next = _links(bundle.get("link"))
    return Page(
        tuple(sorting.matches),
        tuple(sorting.included),
        total,
        links,
        tuple(sorting.warnings),
        sorting.unreadable,
        total_unreadable=total is None and _stated(bundle.get("total")),
        broken_next=broken_next,
    )


def _around(body: bytes) -> dict[str, bytes]:
    """The members of a searchset Bundle; raises `NotFhir`."""
    bundle = _resource_members(body, "Bundle")
    if _value(bundle.get("type")) not in (None, _SEARCHSET):
        raise NotFhir("a Bundle of another type than searchset")
    if repeats(body, bundle):
        raise NotFhir("a Bundle with two elements of one name")
    return bundle


def decode_resource(body: bytes, resource_type: str, resource_id: str | None = None) -> bytes:
    """The exact bytes of the resource in `body`, a byte-order mark removed.

    Raises `NotFhir` for any other type, and for any other id (or none) where one is asked for.
    """
    resource = _resource_members(body, resource_type)
    if resource_id is not None and _value(resource.get("id")) != resource_id:
        raise NotFhir("another resource than the one that was asked for")
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


def _stated(raw: bytes | None) -> bool:
    """Whether an element is there: null is how some servers write that it is not."""
    return raw is not None and raw != b"null"


def _total(value: object) -> int | None:
    """The count in `value`; some servers write 312 as "312" or 312.0."""
    if (isinstance(value, str) and _DIGITS.fullmatch(value)) or (isinstance(value, float) and value.is_integer()):
        value = int(value)
    return value if type(value) is int and 0 <= value <= _LARGEST_TOTAL else None


def _links(raw: bytes | None) -> tuple[dict[str, str], bool]:
    """The address of each relation, not made printable as it is for the network; and whether a next one is lost.

    Any link that can't be read as one may have been the next one, and so may one that leads to nobody knows what.
    """
    if not _stated(raw):
        return {}, False
    value = _value(raw)
    links: dict[str, str] = {}
    broken_next = not isinstance(value, list) or not all(isinstance(link, dict) for link in value)
    for link in objects_of({"link": value}, "link"):
        relation, url = link.get("relation"), link.get("url")
        if not isinstance(relation, str) or not _RELATION.fullmatch(relation):
            broken_next = broken_next or bool(link)
            continue
        relation = relation.strip().casefold()
        if isinstance(url, str) and url.strip():
            first = links.setdefault(relation, url)
            broken_next = broken_next or (relation == Relation.NEXT and first != url)
        elif relation == Relation.NEXT:
            broken_next = True
    return links, broken_next


def _entries(raw: bytes | None) -> list[bytes]:
    """The slices of `entry`. Something else than a list in its place is one entry, so that it is counted."""
    if raw is None or not _stated(raw):
        return []
    try:
        return items(raw)
    except NotJson:
        return [raw]


def _mode(search: bytes | None) -> object:
    """What an entry's `search` says of why it is there."""
    return as_object(_value(search or None)).get("mode")


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
        if resource is None or repeats(entry, found):
            self.unreadable += 1
        else:
            self._sort(resource, _mode(found.get("search")))

    def add_alike(self, entries: Sequence[Entry], *, may_have_outcomes: bool) -> None:
        """Take in entries that say nothing twice."""
        modes = {search: _mode(search) for search in {bytes(entry.search) for entry in entries}}
        resources = [bytes(entry.resource) for entry in entries]
        if not may_have_outcomes and all(mode in _PLAIN for mode in modes.values()):
            objects = [resource for resource in resources if resource.startswith(b"{")]
            self.matches += objects
            self.unreadable += len(resources) - len(objects)
            return
        for resource, entry in zip(resources, entries, strict=True):
            self._sort(resource, modes[bytes(entry.search)])

    def _sort(self, resource: bytes, mode: object) -> None:
        if not resource.startswith(b"{"):
            self.unreadable += 1
            return
        if mode == _Mode.OUTCOME or _OUTCOME in resource:
            issues = issues_of(_value(resource))
            if issues or mode == _Mode.OUTCOME:
                self.warnings.extend(issues)
                self.unreadable += not issues
                return
        (self.included if mode == _Mode.INCLUDE else self.matches).append(resource)
