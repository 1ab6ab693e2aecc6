"""Building made-up patients, as the API writes them. http://hl7.org/fhir/R4/patient.html

Telephone numbers end in 555-01xx and mail goes to example.org: both belong to nobody.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from procedure_viewer.demo.records.courses import Course
from procedure_viewer.demo.records.keys import patient_key

Json = dict[str, Any]
History = Sequence[tuple[Course, int]]
"""Courses, each with the year in which it begins."""

MRN_SYSTEM = "http://canvasmedical.com"
_IDENTIFIER_TYPE = "http://terminology.hl7.org/CodeSystem/v2-0203"
_ALWAYS = {"start": "0001-01-01T00:00:00+00:00", "end": "9999-12-31T23:59:59.999999+00:00"}
_AREAS = ("212", "312", "415", "503", "617", "808", "928")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One patient of the demo and what happens to them. Empty means that the record doesn't say."""

    slug: str
    family: str = ""
    given: Sequence[str] = ()
    sex: str = ""
    born: str = ""
    """A FHIR date, which may be a year or a month only."""
    history: History = ()
    key: str = ""
    mrn: str | None = None
    """None: a number of nine digits is made; "": there is none."""
    other_names: Sequence[Json] = ()
    first_identifiers: Sequence[Json] = ()
    """Identifiers that stand before the MRN."""
    more: Json = field(default_factory=dict)
    """Elements that are added, or take the place of the usual ones."""

    @property
    def id(self) -> str:
        """The patient's id: the given key, or one made from the slug."""
        return self.key or patient_key(self.slug)


def name(use: str, family: str = "", *given: str, **more: object) -> Json:
    """A HumanName, valid for all time as the API says it."""
    parts: Json = {"use": use, "family": family, "given": list(given), **more, "period": _ALWAYS}
    return {element: value for element, value in parts.items() if value}


def identifier(kind: str, system: str, value: str) -> Json:
    """An Identifier whose type is the v2-0203 code `kind`, such as MR or DL."""
    return {
        "use": "usual" if kind == "MR" else "official",
        "type": {"coding": [{"system": _IDENTIFIER_TYPE, "code": kind}]},
        "system": system,
        "value": value,
    }


def patient(person: Person) -> Json:
    """The Patient resource."""
    number = uuid.UUID(hex=person.id).int
    mrn = str(100_000_000 + number % 900_000_000) if person.mrn is None else person.mrn
    names = (
        [name("official", person.family, *person.given), *person.other_names] if person.family else person.other_names
    )
    elements: Json = {
        "resourceType": "Patient",
        "id": person.id,
        "identifier": [*person.first_identifiers, *([identifier("MR", MRN_SYSTEM, mrn)] if mrn else ())],
        "active": True,
        "name": list(names),
        "telecom": _contacts(person, number),
        "gender": person.sex,
        "birthDate": person.born,
        "deceasedBoolean": False,
        **person.more,
    }
    if "deceasedDateTime" in elements:
        del elements["deceasedBoolean"]
    return {element: value for element, value in elements.items() if value not in ("", [], None)}


def _contacts(person: Person, number: int) -> list[Json]:
    contacts = [{"system": "phone", "value": f"{_AREAS[number % 7]}55501{number % 97:02}", "use": "mobile", "rank": 1}]
    if number % 5:
        contacts.append({"system": "email", "value": f"{person.slug}@example.org", "use": "home"})
    return contacts
