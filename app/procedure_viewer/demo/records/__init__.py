"""All records of the demo server, put together: who there is, what was done, and what goes wrong."""

from functools import cache

import msgspec

from procedure_viewer.demo.records.histories import procedures_of
from procedure_viewer.demo.records.namesakes import BUSIEST, NAMESAKES
from procedure_viewer.demo.records.people import Json, Person, patient
from procedure_viewer.demo.records.population import POPULATION
from procedure_viewer.demo.records.specimens import DATES, EVERYTHING, STATUSES, specimens
from procedure_viewer.demo.records.staff import STAFF, practitioner
from procedure_viewer.demo.records.surroundings import RESTRICTED, provenances, surroundings
from procedure_viewer.demo.records.troubled import TROUBLED
from procedure_viewer.demo.records.untidy import UNTIDY
from procedure_viewer.demo.store import Store
from procedure_viewer.demo.trouble import Troubles

BUSIEST_COUNT = 312
_TOLD_OF = frozenset({"jones-samantha", BUSIEST, EVERYTHING.slug})
"""Patients for whose procedures a Provenance tells who recorded them."""

_EVERYBODY: tuple[Person, ...] = (*NAMESAKES, *POPULATION, *UNTIDY, DATES, STATUSES, EVERYTHING, *TROUBLED.values())


def patients() -> list[Json]:
    """All Patient resources."""
    return [patient(person) for person in _EVERYBODY]


@cache
def procedures() -> list[Json]:
    """All Procedure resources, by patient, and within a patient the oldest first."""
    written_out = specimens()
    return [
        procedure
        for person in _EVERYBODY
        for procedure in written_out.get(person.id)
        or procedures_of(person, at_most=BUSIEST_COUNT if person.slug == BUSIEST else None)
    ]


def others() -> list[Json]:
    """Whatever the procedures point at, and who recorded some of them."""
    told = {f"Patient/{person.id}" for person in _EVERYBODY if person.slug in _TOLD_OF}
    recorded = [procedure for procedure in procedures() if procedure["subject"]["reference"] in told]
    return [*map(practitioner, STAFF), *surroundings(EVERYTHING.id), *provenances(recorded)]


def demo_store() -> Store:
    """The records, ready to be searched."""
    return Store(patients(), procedures(), others(), frozenset({RESTRICTED.partition("/")[2]}))


def demo_troubles() -> Troubles:
    """What goes wrong with whom."""
    stranger = next(procedure for procedure in procedures() if procedure["status"] == "completed")
    return Troubles({person.id: trouble for trouble, person in TROUBLED.items()}, msgspec.json.encode(stranger))
