"""The staff of the demo clinic, as whom one can sign in. http://hl7.org/fhir/R4/practitioner.html

Their numbers are no registered ones, and nobody has a password.
"""

from dataclasses import dataclass

from procedure_viewer.demo.records.keys import staff_key
from procedure_viewer.demo.records.people import Json, name


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One who works in the demo clinic."""

    slug: str
    prefix: str
    given: str
    family: str
    role: str

    @property
    def id(self) -> str:
        """The Practitioner's id."""
        return staff_key(self.slug)

    @property
    def reference(self) -> str:
        """`Practitioner/<id>`, which is also what `fhirUser` says."""
        return f"Practitioner/{self.id}"

    @property
    def full_name(self) -> str:
        """As people call them: "Dr. Amara Osei"."""
        return " ".join(part for part in (self.prefix, self.given, self.family) if part)


STAFF: tuple[StaffMember, ...] = (
    StaffMember("osei", "Dr.", "Amara", "Osei", "Surgeon"),
    StaffMember("lindgren", "", "Björn", "Lindgren", "Nurse"),
    StaffMember("delacroix", "", "Chloé", "Delacroix", "Medical records"),
)


def practitioner(member: StaffMember) -> Json:
    """The Practitioner resource."""
    parts = {"prefix": [member.prefix]} if member.prefix else {}
    return {
        "resourceType": "Practitioner",
        "id": member.id,
        "active": True,
        "name": [name("usual", member.family, member.given, text=member.full_name, **parts)],
        "qualification": [{"code": {"text": member.role}}],
    }
