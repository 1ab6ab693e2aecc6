"""From the courses of a person's life to Procedure resources, as the API writes them.

http://hl7.org/fhir/R4/procedure.html; the API sends an id, a status, one coding, the subject, the time, and lately the
order.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from random import Random

from procedure_viewer.demo.partial_dates import span
from procedure_viewer.demo.records.catalogue import DIALYSIS
from procedure_viewer.demo.records.courses import Event, Subject
from procedure_viewer.demo.records.keys import procedure_key
from procedure_viewer.demo.records.people import Json, Person

FIRST_DAY = date(2008, 1, 1)
"""Before this day the clinic kept paper."""
LAST_DAY = date(2026, 6, 30)
"""On this day the records end."""
_FIRST_ORDERS = date(2026, 1, 1)
"""From this day on the API names the order behind a procedure."""


def procedures_of(person: Person, *, at_most: int | None = None) -> list[Json]:
    """The person's procedures, oldest first; `at_most` leaves out as many of the earliest dialyses as are too many."""
    chance = Random(person.id)  # noqa: S311 - always the same, which is what it is for
    last_day = (
        date.fromisoformat(person.more["deceasedDateTime"][:10]) if "deceasedDateTime" in person.more else LAST_DAY
    )
    subject = Subject(date.fromisoformat(span(person.born)[0]) if person.born else FIRST_DAY, person.sex, last_day)
    earliest = max(FIRST_DAY, subject.born)
    events = [
        (day, act)
        for course, since in person.history
        for day, act in course(subject, since, chance)
        if earliest <= day <= last_day
    ]
    events.sort(key=lambda event: event[0])
    if at_most is not None:
        events = _without_dialyses(events, len(events) - at_most)
    return [_procedure(person.id, number, event, chance) for number, event in enumerate(events, start=1)]


def subject_reference(patient_id: str) -> Json:
    """The reference to the patient, as the API writes it."""
    return {"reference": f"Patient/{patient_id}", "type": "Patient"}


def _without_dialyses(events: list[Event], number: int) -> list[Event]:
    dialyses = (index for index, (_, act) in enumerate(events) if act is DIALYSIS)
    left_out = set(islice(dialyses, max(number, 0)))
    return [event for index, event in enumerate(events) if index not in left_out]


def _procedure(patient_id: str, number: int, event: Event, chance: Random) -> Json:
    day, act = event
    procedure: Json = {
        "resourceType": "Procedure",
        "id": procedure_key(patient_id, number),
        "status": _status(day, chance),
        "code": {"coding": [act.coding()]},
        "subject": subject_reference(patient_id),
        "performedDateTime": _time_on(day, chance),
    }
    if day >= _FIRST_ORDERS:
        order = procedure_key(patient_id, -number)
        procedure["basedOn"] = [{"reference": f"ServiceRequest/{order}", "type": "ServiceRequest"}]
    return procedure


def _status(day: date, chance: Random) -> str:
    """Nearly everything is completed; what is quite recent may still be under way."""
    if (LAST_DAY - day).days < 14 and chance.random() < 0.3:
        return "in-progress"
    return chance.choices(("completed", "unknown", "stopped", "entered-in-error"), (950, 30, 10, 6))[0]


def _time_on(day: date, chance: Random) -> str:
    """Some time of a working day in America, told in UTC with microseconds."""
    time = datetime(day.year, day.month, day.day, 13, tzinfo=UTC)
    time += timedelta(
        minutes=chance.randrange(600), seconds=chance.randrange(60), microseconds=chance.randrange(1, 10**6)
    )
    return time.isoformat()
