"""What a Reference says to a person: http://hl7.org/fhir/R4/references.html

The words come from the reference itself or from a contained resource; nothing is fetched.
"""

from collections.abc import Iterable

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


class Pointers:
    """Puts the references of one resource into words."""

    def __init__(self, resource: Resource) -> None:
        self._contained = {text_of(contained, "id"): contained for contained in objects_of(resource, "contained")}

    def text(self, value: object) -> str:
        """The display, else the contained resource's name, the identifier, the reference as it is, the type; or ""."""
        reference = as_object(value)
        target = text_of(reference, "reference")
        return (
            text_of(reference, "display")
            or self._name_of_contained(target)
            or read_identifier(reference.get("identifier")).value
            or target
            or text_of(reference, "type")
        )

    def texts(self, values: Iterable[object]) -> list[str]:
        """The words of each reference that has any."""
        return [text for text in map(self.text, values) if text]

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
