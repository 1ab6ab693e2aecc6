"""How prevention and illness run: a course yields what is done to somebody, and on which day.

A course gets the person it is for, the year in which it begins, and its own source of chance, so that the same records
come out at each start.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from procedure_viewer.demo.records import catalogue as acts
from procedure_viewer.demo.records.catalogue import Act


class Subject(NamedTuple):
    """What a course needs to know of a person. `born` is the first possible day where only the year is known."""

    born: date
    sex: str
    last_day: date
    """Nothing is done after it: the day on which the records end, or the person died."""


Event = tuple[date, Act]
Course = Callable[[Subject, int, Random], Iterator[Event]]


class Step(NamedTuple):
    """What is done `day` days after a course began: once, or `times` times every `every` days."""

    day: int
    act: Act
    times: int = 1
    every: int = 0


def course(*steps: Step) -> Course:
    """A course that takes these steps, beginning on some day of its year."""

    def run(_subject: Subject, since: int, chance: Random) -> Iterator[Event]:
        start = _day_in(since, chance)
        for step in steps:
            for number in range(step.times):
                yield _working_day(start + timedelta(days=step.day + number * step.every)), step.act

    return run


def prevention(subject: Subject, since: int, chance: Random) -> Iterator[Event]:
    """What a family practice offers by age and sex, of which not everything is taken."""
    for year in range(max(since, subject.born.year + 1), subject.last_day.year + 1):
        age = year - subject.born.year
        day = _day_in(year, chance)
        if chance.random() < (0.8 if age >= 65 else 0.5):
            yield _working_day(date(year, 10, 1) + timedelta(days=chance.randrange(45))), acts.FLU_SHOT
        if chance.random() < 0.08:
            yield day, chance.choice((acts.CHEST_X_RAY, acts.HAND_REPAIR, acts.SUTURE_REMOVAL, acts.WART))
        yield from ((day, act) for act in _offered_at(age, year, chance))
        if subject.sex == "female":
            yield from ((day, act) for act in _offered_to_women_at(age, year))
        elif subject.sex == "male" and 55 <= age < 70 and chance.random() < 0.6:
            yield day, acts.PSA_TEST


def _offered_at(age: int, year: int, chance: Random) -> Iterator[Act]:
    if age in (66, 71):
        yield acts.PNEUMOCOCCAL_SHOT
    if age >= 66 and chance.random() < 0.8:
        yield acts.ANNUAL_WELLNESS
    if age >= 50 and year % 3 == 0:
        yield acts.ECG
    if age in (50, 60, 70):
        yield acts.COLONOSCOPY_SCREENING
    if age > 60 and chance.random() < 0.2:
        yield acts.EAR_WAX


def _offered_to_women_at(age: int, year: int) -> Iterator[Act]:
    if 21 <= age <= 65 and year % 3 == 0:
        yield acts.PELVIC_EXAMINATION
        yield acts.PAP_SMEAR
    if 50 <= age <= 74 and year % 2 == 0:
        yield acts.MAMMOGRAPHY


def childhood(subject: Subject, _since: int, chance: Random) -> Iterator[Event]:
    """The first years: vaccines, hearing, and a cut now and then."""
    first_day = subject.born + timedelta(days=1)
    yield first_day, acts.HEARING_SCREENING
    yield first_day, acts.HEPATITIS_B_SHOT
    for months in (2, 4, 6, 12, 15, 18, 49, 134):
        for _ in range(chance.randint(1, 3)):
            yield _working_day(subject.born + timedelta(days=months * 30 + 4)), acts.VACCINE
    for year in range(2, 12):
        if chance.random() < 0.5:
            day = _working_day(subject.born + timedelta(days=year * 365 + chance.randrange(300)))
            yield day, chance.choice((acts.FACE_REPAIR, acts.WART, acts.HEARING_SCREENING, acts.CAST, acts.FLU_SHOT))


def newborn(subject: Subject, _since: int, _chance: Random) -> Iterator[Event]:
    """The first days, with jaundice."""
    for day, act in enumerate((acts.HEPATITIS_B_SHOT, acts.HEARING_SCREENING, acts.PHOTOTHERAPY)):
        yield subject.born + timedelta(days=day), act


def dialysis(subject: Subject, since: int, chance: Random) -> Iterator[Event]:
    """Kidneys that fail, and then three sessions a week for as long as the records go."""
    start = _day_in(since, chance)
    for days, act in (
        (200, acts.KIDNEY_ULTRASOUND),
        (120, acts.KIDNEY_BIOPSY),
        (60, acts.FISTULA),
        (4, acts.DIALYSIS_CATHETER),
    ):
        yield _working_day(start - timedelta(days=days)), act
    for number in range((subject.last_day - start).days + 1):
        day = start + timedelta(days=number)
        if day.weekday() in (0, 2, 4):
            yield day, acts.DIALYSIS


def _day_in(year: int, chance: Random) -> date:
    return _working_day(date(year, 1, 3) + timedelta(days=chance.randrange(330)))


def _working_day(day: date) -> date:
    """`day`, or the Monday after it."""
    return day + timedelta(days=(7 - day.weekday()) % 7) if day.weekday() > 4 else day
