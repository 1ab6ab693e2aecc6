"""Look-alikes found the plain way, each patient compared with each: slow, and easy to read."""

from collections.abc import Callable, Iterable, Sequence

from procedure_viewer.fhir.birth import Births, near
from procedure_viewer.fhir.likening import FEW_NAMESAKES, MOST_NAMESAKES, SMALL_FAMILY, Names, Resemblance
from procedure_viewer.fhir.named import Part, Person
from procedure_viewer.fhir.patient import Patient
from procedure_viewer.fhir.sounding import Alike, how_alike

SLIGHT = {Births.NEXT_DAY, Births.YEARS, Births.ONE_DIGIT, Births.MAYBE_SAME}
BOTH = {Alike.SAME: Names.SAME, Alike.SOUND: Names.SOUND, Alike.SPELLING: Names.SPELLING}
Match = tuple[Alike, bool]
"""How two parts are alike, and whether by another name than the one shown; the smaller, the more."""
Plain = set[tuple[str, str, Names, Births | None, bool]]
"""Whose look-alike is who, and why."""


def plainly(patients: Sequence[Patient]) -> tuple[Plain, int]:
    """Who looks like whom, and how many are left unmarked."""
    people = [Person(patient) for patient in patients]
    found = {
        (one, other): alike
        for one in range(len(people))
        for other in range(one + 1, len(people))
        if people[one].id != people[other].id and (alike := compared(people[one], people[other])) is not None
    }
    alone = {number for pair, alike in found.items() if alike.births is None for number in pair}
    unmarked = {number for number in alone if is_crowded(number, alone, people)}
    marked = {pair: alike for pair, alike in found.items() if alike.births is not None or unmarked.isdisjoint(pair)}
    told = {
        (people[this].id, people[that].id, alike.names, alike.births, alike.by_other_name)
        for (one, other), alike in marked.items()
        for this, that in ((one, other), (other, one))
    }
    return told, len({people[number].id for number in unmarked} - {this for this, *_ in told})


def is_crowded(number: int, alone: set[int], people: Sequence[Person]) -> bool:
    family = {
        other
        for other, person in enumerate(people)
        if any(
            how_alike(mine, theirs) is not None
            for mine in people[number].family_words
            for theirs in person.family_words
        )
    }
    return len(family) > SMALL_FAMILY and len(family & alone) > max(FEW_NAMESAKES, MOST_NAMESAKES * len(family))


def compared(one: Person, other: Person) -> Resemblance | None:
    births = near(one.born, other.born)
    family = best(one.families, other.families, family_alike)
    given = best(one.givens, other.givens, given_alike)
    of_other_sex = bool(one.sex and other.sex) and one.sex != other.sex
    if family is not None and given is not None:
        names = BOTH[max(family[0], given[0])]
        if names is Names.SAME or births is not None or not of_other_sex:
            return Resemblance(names, births, family[1] or given[1])
        return None
    crosswise = best(one.families, other.givens, family_alike), best(one.givens, other.families, family_alike)
    if one.wholes & other.wholes or None not in crosswise:
        return Resemblance(Names.OTHER_ORDER, births, by_other_name=False)
    if births is not None and (family is not None or given is not None):
        if births in SLIGHT and of_other_sex:
            return None
        match, names = (family, Names.FAMILY) if family is not None else (given, Names.GIVEN)
        return Resemblance(names, births, match is not None and match[1])
    if family is not None and not (one.born and other.born) and is_initial_of(one, other):
        return Resemblance(Names.INITIAL, births, family[1])
    return None


def best(ones: Iterable[Part], others: Sequence[Part], how: Callable[[Part, Part], Alike | None]) -> Match | None:
    matches = [
        (alike, not (one.shown and other.shown))
        for one in ones
        for other in others
        if (alike := how(one, other)) is not None
    ]
    return min(matches, default=None)


def family_alike(one: Part, other: Part) -> Alike | None:
    whole = how_alike(one.whole, other.whole)
    return whole if whole is not None else contained(one, other)


def given_alike(one: Part, other: Part) -> Alike | None:
    ways = how_alike(one.whole, other.whole), how_alike(one.first, other.first), contained(one, other)
    return min((alike for alike in ways if alike is not None), default=None)


def contained(one: Part, other: Part) -> Alike | None:
    shorter, longer = sorted((one.words, other.words), key=len)
    if any(len(word) == 1 and word.isascii() for word in shorter):
        return None
    worst = Alike.SAME
    for word in shorter:
        found = [alike for there in longer if (alike := how_alike(word, there)) is not None]
        if not found:
            return None
        worst = max(worst, min(found))
    return worst


def is_initial_of(one: Person, other: Person) -> bool:
    return any(
        mine.first[0] == theirs.first[0]
        and any(len(first) == 1 and first.isascii() for first in (mine.first, theirs.first))
        for mine in one.givens
        for theirs in other.givens
    )
