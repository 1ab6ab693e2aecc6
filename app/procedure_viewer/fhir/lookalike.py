"""Patients of one list who are easily taken for one another, so that a second identifier is checked before opening.

Two look alike when family *and* given names are alike, or when one of the two is and the birth dates are near. What
would mark half of a list doesn't count: a search for a common family name must leave the mark where it means something.
"""

from collections.abc import Generator, Mapping, Sequence
from typing import Final

import msgspec

from procedure_viewer.fhir.birth import Births
from procedure_viewer.fhir.likening import Names, Pairs, Resemblance
from procedure_viewer.fhir.named import Person
from procedure_viewer.fhir.patient import Patient
from procedure_viewer.fhir.when import date_text
from procedure_viewer.fhir.words import translate


class Likeness(msgspec.Struct, frozen=True, gc=False):
    """Another patient who looks like one, and why."""

    other: Patient
    names: Names
    births: Births | None = None
    by_other_name: bool = False
    """Whether a maiden, former or nickname is what is alike."""

    @property
    def reasons(self) -> str:
        """Why, without a word about who the other one is: "names sound alike, day and month of birth swapped"."""
        names = _names_text(self.names)
        if self.by_other_name:
            names = translate("fhir", "{reason} (counting other names)").format(reason=names)
        births = _births_text(self.births)
        return translate("fhir", "{names}, {births}").format(names=names, births=births) if births else names

    @property
    def text(self) -> str:
        """Against whom and why: "Looks like KHAN, Amina (02 Mar 1957): names sound alike"."""
        born = date_text(self.other.birth_date) or translate("fhir", "birth date not stated")
        text = translate("fhir", "Looks like {name} ({born}): {reasons}")
        return text.format(name=self.other.name, born=born, reasons=self.reasons)


class LookAlikes(msgspec.Struct, frozen=True, gc=False):
    """Who of a list is easily taken for whom."""

    by_id: Mapping[str, tuple[Likeness, ...]] = {}
    """Those who look like the patient of an id, the most alike first. Who is alone has no place in it."""
    unmarked: int = 0
    """Patients left out who have namesakes of quite another age: they would be many of those of their family name."""
    cut: int = 0
    """Patients of whom some names, or words of a name, were not compared: they have too many."""

    def of(self, patient: Patient) -> tuple[Likeness, ...]:
        """Those who look like this one."""
        return self.by_id.get(patient.id, ())


NONE_ALIKE: Final = LookAlikes()


def look_alikes(patients: Sequence[Patient]) -> LookAlikes:
    """Who of these is easily taken for whom. Of each pair both get the mark; records of one id are not compared."""
    comparing = compare(patients)
    while True:
        try:
            next(comparing)
        except StopIteration as end:
            found: LookAlikes = end.value
            return found


def compare(patients: Sequence[Patient]) -> Generator[None, None, LookAlikes]:
    """The same, a little with each step: of hundreds of namesakes all of it takes long, and others want to go on."""
    people: list[Person] = []
    for patient in patients:
        people.append(Person(patient))
        yield
    pairs = Pairs(people)
    yield from pairs.find()
    found: dict[str, list[tuple[int, Resemblance]]] = {}
    for one, other, alike in pairs.marked():
        for this, that in ((one, other), (other, one)):
            found.setdefault(patients[this].id, []).append((that, alike))
        yield
    places = _places_by_name(patients)
    made: dict[tuple[int, Resemblance], Likeness] = {}
    by_id: dict[str, tuple[Likeness, ...]] = {}
    for identifier, likes in found.items():
        likes.sort(key=lambda like: (like[1].names, _BIRTHS[like[1].births], places[like[0]]))
        by_id[identifier] = tuple(made.get(like) or made.setdefault(like, _made(patients, *like)) for like in likes)
        yield
    unmarked = {patients[number].id for number in pairs.unmarked} - by_id.keys()
    return LookAlikes(by_id, len(unmarked), len({person.id for person in people if person.cut}))


_BIRTHS: Final = {births: place for place, births in enumerate((*Births, None))}


def _made(patients: Sequence[Patient], that: int, alike: Resemblance) -> Likeness:
    return Likeness(patients[that], alike.names, alike.births, alike.by_other_name)


def _places_by_name(patients: Sequence[Patient]) -> list[int]:
    """Where each stands in a list by name; who can't be told apart stands in one place."""
    keys = [(patient.name, patient.birth_date, patient.id) for patient in patients]
    places = {key: place for place, key in enumerate(sorted(set(keys)))}
    return [places[key] for key in keys]


def _names_text(names: Names) -> str:
    match names:
        case Names.SAME:
            return translate("fhir", "same names")
        case Names.OTHER_ORDER:
            return translate("fhir", "family and given names the other way round")
        case Names.SOUND:
            return translate("fhir", "names sound alike")
        case Names.SPELLING:
            return translate("fhir", "names spelt alike")
        case Names.INITIAL:
            return translate("fhir", "family names alike, a given name is only an initial")
        case Names.FAMILY:
            return translate("fhir", "family names alike")
        case Names.GIVEN:
            return translate("fhir", "given names alike")


def _births_text(births: Births | None) -> str:
    match births:
        case Births.SAME:
            return translate("fhir", "same birth date")
        case Births.DAY_AND_MONTH:
            return translate("fhir", "day and month of birth swapped")
        case Births.SWAPPED_DIGITS:
            return translate("fhir", "two digits of the birth date swapped")
        case Births.NEXT_DAY:
            return translate("fhir", "born a day apart")
        case Births.YEARS:
            return translate("fhir", "same day and month of birth, years easily mixed up")
        case Births.ONE_DIGIT:
            return translate("fhir", "birth dates differ in one digit")
        case Births.MAYBE_SAME:
            return translate("fhir", "birth dates may be the same, one is not stated in full")
        case None:
            return ""
