"""What must be read before anything else of a procedure, because it may change or negate all the rest.

Modifier extensions (http://hl7.org/fhir/R4/extensibility.html#modifierExtension) count wherever they stand: this
program knows none of them, so it has to warn of each. So it does of special rules
(http://hl7.org/fhir/R4/resource-definitions.html#Resource.implicitRules), of a status by which the procedure may not
have been done, and of a record that came in part.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from procedure_viewer.fhir.datatypes import Resource, object_of, objects_of, printable, read_concept, text_of
from procedure_viewer.fhir.elements import visible
from procedure_viewer.fhir.fact import ROOT, Line
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.status import Status
from procedure_viewer.fhir.words import translate

MOST_NAMED: Final = 5
"""Unknown modifier extensions that are each warned of by name."""

_RULES: Final = "implicitRules"
_MODIFIERS: Final = frozenset({"modifierExtension", _RULES})
_MOST_LOOKED_AT: Final = 100_000
"""Objects and lists of one record; a usual one has some hundred."""
_IN_BYTES: Final = tuple(name.encode() for name in _MODIFIERS)
_ESCAPED_LETTER: Final = re.compile(rb"\\u00[4-7]")
"""A name may be written with escapes, though nobody writes plain letters so who means well."""
_SUBSETTED: Final = "SUBSETTED"
"""http://hl7.org/fhir/R4/valueset-common-tags.html"""
_LONGEST_RULES: Final = 500


def cautions(procedure: Procedure, resource: Resource) -> Iterator[Line]:
    """What to be warned of, the weightiest first; `resource` is all of what `procedure` was read from."""
    if not procedure.readable:
        yield Line(translate("fhir", "This record can't be read as a Procedure. Its text is kept as it came."), "")
        return
    yield from _of_status(procedure, resource)
    yield from _of_modifiers(procedure, resource)
    for tag in objects_of(object_of(resource, "meta"), "tag"):
        if text_of(tag, "code") == _SUBSETTED:
            text = translate("fhir", "The server sent only a part of this record.")
            yield Line(text, f"{ROOT}.meta")
            break
    if procedure.repeated:
        text = translate("fhir", "The server sent these elements more than once, and only the last is shown: {names}")
        yield Line(text.format(names=", ".join(procedure.repeated)), f"{ROOT}.{procedure.repeated[0]}")


def _of_status(procedure: Procedure, resource: Resource) -> Iterator[Line]:
    path = f"{ROOT}.status" if "status" in resource else ""
    match procedure.status:
        case Status.ENTERED_IN_ERROR:
            text = translate("fhir", "This record was entered in error: it should not be relied on.")
        case Status.NOT_DONE:
            reason = read_concept(resource.get("statusReason")).label
            if reason:
                text = translate("fhir", "Not done: {reason}").format(reason=reason)
            else:
                text = translate("fhir", "Not done. The record gives no reason.")
        case Status.UNLISTED:
            text = translate("fhir", "The status “{code}” is none that FHIR has: whether this was done is not known.")
            text = text.format(code=procedure.status_code)
        case Status.NOT_STATED:
            text = translate("fhir", "The record has no status: whether this was done is not known.")
        case _:
            return
    yield Line(text, path)


def _of_modifiers(procedure: Procedure, resource: Resource) -> Iterator[Line]:
    found = _Modifiers()
    found.look(procedure.raw, resource)
    for path, value in found.extensions:
        url = text_of(value, "url") if isinstance(value, dict) else ""
        url = url or translate("fhir", "(without an address)")
        yield Line(_extension_text(path).format(url=url, place=printable(_place(path))), path)
    if found.further:
        yield Line(translate("fhir", "and {count} more: see Everything").format(count=found.further), found.next_path)
    for path, value in found.rules:
        text = translate("fhir", "The record follows special rules that may change what is shown: {rules}")
        yield Line(text.format(rules=printable(str(value)[:_LONGEST_RULES])), path)
    if found.gave_up:
        text = translate(
            "fhir", "This record is too large to be searched for all that may change what is shown: see Everything"
        )
        yield Line(text, "")


def _extension_text(path: str) -> str:
    if _place(path):
        return translate(
            "fhir", "In {place}: an extension that this program doesn't know may change or negate what is shown: {url}"
        )
    return translate("fhir", "An extension that this program doesn't know may change or negate what is shown: {url}")


def _place(path: str) -> str:
    """ "performer[0]" for "Procedure.performer[0].modifierExtension[1]"."""
    return path.rpartition(".")[0].removeprefix(ROOT).removeprefix(".")


class _Trail(NamedTuple):
    """A value and how it was reached; the path is put together only where it is asked for."""

    value: object
    around: "_Trail | None"
    key: str | int

    @property
    def path(self) -> str:
        keys: list[str] = []
        at: _Trail | None = self
        while at is not None:
            keys.append(f"[{at.key}]" if isinstance(at.key, int) else f".{visible(at.key)}")
            at = at.around
        return "".join(reversed(keys)).removeprefix(".")


class _Modifiers:
    """Those that say anything, wherever in a record they stand, outer ones first."""

    def __init__(self) -> None:
        self.extensions: list[tuple[str, object]] = []
        self.rules: list[tuple[str, object]] = []
        self.further = 0
        """Extensions that are not among `extensions`."""
        self.next_path = ""
        """The first of these."""
        self.gave_up = False

    def look(self, raw: bytes, resource: Resource) -> None:
        """Look through `resource`, which was read from `raw`."""
        # Nearly no record has any, and one of thirty megabytes takes a while to walk.
        if not any(name in raw for name in _IN_BYTES) and not _ESCAPED_LETTER.search(raw):
            return
        level = [_Trail(resource, None, ROOT)]
        room = _MOST_LOOKED_AT
        while level and not self.gave_up:
            below: list[_Trail] = []
            for around in level:
                below += islice(self._within(around), room + 1 - len(below))
                self.gave_up = len(below) > room
                if self.gave_up:
                    break
            room -= len(below)
            level = below

    def _within(self, around: _Trail) -> Iterator[_Trail]:
        """What is to be looked at next."""
        value = around.value
        if isinstance(value, dict):
            for name, member in value.items():
                if name in _MODIFIERS:
                    self._take(_Trail(member, around, name), name)
                if isinstance(member, dict | list):
                    yield _Trail(member, around, name)
        elif isinstance(value, list):
            for number, item in enumerate(value):
                if isinstance(item, dict | list):
                    yield _Trail(item, around, number)

    def _take(self, found: _Trail, name: str) -> None:
        if isinstance(found.value, list):
            for number, item in enumerate(found.value):
                if item is not None:
                    self._note(_Trail(item, found, number), name)
        elif found.value not in (None, "", {}):
            self._note(found, name)

    def _note(self, found: _Trail, name: str) -> None:
        kept = self.rules if name == _RULES else self.extensions
        if len(kept) < MOST_NAMED:
            kept.append((found.path, found.value))
        elif name != _RULES:
            self.further += 1
            self.next_path = self.next_path or found.path
