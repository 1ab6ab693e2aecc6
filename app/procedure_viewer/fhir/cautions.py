"""What must be read before anything else of a procedure, because it may change or negate all the rest.

Modifier extensions (http://hl7.org/fhir/R4/extensibility.html#modifierExtension) count wherever they stand: this
program knows none of them, so it has to warn of each. So it does of special rules
(http://hl7.org/fhir/R4/resource-definitions.html#Resource.implicitRules), of a status by which the procedure may not
have been done, and of a record that came in part.
"""

from collections.abc import Iterator
from typing import Final

from procedure_viewer.fhir.datatypes import Resource, object_of, objects_of, printable, read_concept, text_of
from procedure_viewer.fhir.elements import visible
from procedure_viewer.fhir.fact import ROOT, Line
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.status import Status
from procedure_viewer.fhir.words import translate

MOST_NAMED: Final = 5
"""Unknown modifier extensions that are each warned of by name."""

_MODIFIERS: Final = ("modifierExtension", "implicitRules")
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
    found = list(_modifiers(procedure, resource))
    extensions = [modifier for modifier in found if modifier[1] != "implicitRules"]
    for path, _, value in extensions[:MOST_NAMED]:
        url = text_of(value, "url") if isinstance(value, dict) else ""
        url = url or translate("fhir", "(without an address)")
        yield Line(_extension_text(path).format(url=url, place=printable(_place(path))), path)
    if len(extensions) > MOST_NAMED:
        text = translate("fhir", "and {count} more: see Everything").format(count=len(extensions) - MOST_NAMED)
        yield Line(text, extensions[MOST_NAMED][0])
    rules = [modifier for modifier in found if modifier[1] == "implicitRules"]
    for path, _, value in rules[:MOST_NAMED]:
        text = translate("fhir", "The record follows special rules that may change what is shown: {rules}")
        yield Line(text.format(rules=printable(str(value)[:_LONGEST_RULES])), path)


def _extension_text(path: str) -> str:
    if _place(path):
        return translate(
            "fhir", "In {place}: an extension that this program doesn't know may change or negate what is shown: {url}"
        )
    return translate("fhir", "An extension that this program doesn't know may change or negate what is shown: {url}")


def _place(path: str) -> str:
    """ "performer[0]" for "Procedure.performer[0].modifierExtension[1]"."""
    return path.rpartition(".")[0].removeprefix(ROOT).removeprefix(".")


def _modifiers(procedure: Procedure, resource: Resource) -> Iterator[tuple[str, str, object]]:
    """Path, name and value of each modifier that says anything, wherever it stands, outer ones first."""
    raw = procedure.raw
    # Nearly no record has any, and one of thirty megabytes takes a while to walk. A name may be written with escapes.
    if not any(name.encode() in raw for name in _MODIFIERS) and b"\\u" not in raw:
        return
    level: list[tuple[str, object]] = [(ROOT, resource)]
    while level:
        below: list[tuple[str, object]] = []
        for path, value in level:
            if isinstance(value, dict):
                for name, member in value.items():
                    at = f"{path}.{visible(name)}"
                    if name in _MODIFIERS:
                        yield from _said(at, name, member)
                    if isinstance(member, dict | list):
                        below.append((at, member))
            elif isinstance(value, list):
                below += [
                    (f"{path}[{number}]", item) for number, item in enumerate(value) if isinstance(item, dict | list)
                ]
        level = below


def _said(path: str, name: str, value: object) -> Iterator[tuple[str, str, object]]:
    if isinstance(value, list):
        for number, item in enumerate(value):
            if item is not None:
                yield f"{path}[{number}]", name, item
    elif value not in (None, "", {}):
        yield path, name, value
