"""What a Reference says to a person: http://hl7.org/fhir/R4/references.html

The words come from the reference itself, from a contained resource, or from the record that it points at, where that
was read. Where that one is called otherwise than the reference's own display says, both are to be seen.
"""

import re

from procedure_viewer.fhir.datatypes import (
    Resource,
    as_object,
    object_of,
    objects_of,
    read_concept,
    read_human_name,
    read_identifier,
    text_of,
)
from procedure_viewer.fhir.folding import without_accents
from procedure_viewer.fhir.known import NOTHING, Known
from procedure_viewer.fhir.words import translate

_WORDS = re.compile(r"\w+")


class Pointers:
    """Puts the references of one resource into words, with the names that are `known` of what it points at."""

    def __init__(self, resource: Resource, known: Known = NOTHING) -> None:
        self._contained = {text_of(contained, "id"): contained for contained in objects_of(resource, "contained")}
        self._known = known

    def text(self, value: object) -> str:
        """The display and the name of what is meant; else the identifier, the reference as it is, the type; or ""."""
        reference = as_object(value)
        target = text_of(reference, "reference")
        return (
            _both(text_of(reference, "display"), self._known.names.get(target, ""))
            or self._name_of_contained(target)
            or read_identifier(reference.get("identifier")).value
            or target
            or text_of(reference, "type")
        )

    def _name_of_contained(self, target: str) -> str:
        """http://hl7.org/fhir/R4/references.html#contained: "#id" points at a resource inside this one."""
        contained = self._contained.get(target.removeprefix("#")) if target.startswith("#") else None
        if contained is None:
            return ""
        # People have names, organisations and locations one name; the rest has a type, a code or words.
        names = (read_human_name(name) for name in objects_of(contained, "name"))
        concepts = (read_concept(contained.get(element)) for element in ("code", "type"))
        return (
            next((name.formal for name in names if name.formal), "")
            or text_of(contained, "name")
            or next((text_of(name, "name") for name in objects_of(contained, "deviceName")), "")
            or next((concept.label for concept in concepts if concept.label), "")
            or self._practitioner_of(contained)
            or text_of(contained, "resourceType")
        )

    def _practitioner_of(self, role: Resource) -> str:
        """A PractitionerRole names its practitioner; words of its own alone, so that no circle can form."""
        return text_of(object_of(role, "practitioner"), "display")


def _both(display: str, name: str) -> str:
    """One of the two where it says all that the other says, else both."""
    if not display or not name:
        return display or name
    if _says(name, display):
        return name
    return translate("fhir", "{display} (its record says: {name})").format(display=display, name=name)


def _says(name: str, display: str) -> bool:
    """Whether a name has all that a display says, in its order; a family name before a comma may come last.

    "Amina Gray" is in "Dr Amina Gray", and so is "GRAY, Amina". "Room 1, floor 2" is not in "Room 2, floor 1".
    """
    words, first, (_, _, last) = _words(name), _words(display), display.partition(",")
    turned = _words(last) + _words(display[: len(display) - len(last)]) if last else first
    return any(
        words[start : start + len(wanted)] == wanted
        for wanted in (first, turned)
        if wanted
        for start in range(len(words) - len(wanted) + 1)
    )


def _words(text: str) -> list[str]:
    return _WORDS.findall(without_accents(text))
