"""What of two patients is alike: every name of a record counts, in either order, and the birth date.

Only those are compared who share something, so that a long list costs little more than reading it.
"""

from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from typing import Final

import msgspec

from procedure_viewer.fhir.birth import Births, near, probes
from procedure_viewer.fhir.named import Part, Person
from procedure_viewer.fhir.sounding import Alike, AlikeWords

SMALL_FAMILY: Final = 12
"""Rows of one family name that are taken in at a glance: of those each namesake is marked."""
FEW_NAMESAKES: Final = 4
MOST_NAMESAKES: Final = 0.1
"""The share of a family name's rows that may be marked for their names alone. Where more of them have a namesake, born
at quite another time, the mark would be on every row, and nobody would look at it any more."""

_SLIGHT: Final = frozenset({Births.NEXT_DAY, Births.YEARS, Births.ONE_DIGIT, Births.MAYBE_SAME})
"""What among a hundred people of one family name is found by chance; alone it doesn't make a man like a woman."""


class Names(IntEnum):
    """What of two records' names is alike; the smaller, the more."""

    SAME = 0
    OTHER_ORDER = 1
    SOUND = 2
    SPELLING = 3
    INITIAL = 4
    FAMILY = 5
    GIVEN = 6


class Resemblance(msgspec.Struct, frozen=True, gc=False):
    """What of two patients is alike."""

    names: Names
    births: Births | None
    by_other_name: bool
    """Whether a maiden, former or nickname is what is alike."""


class _Match(msgspec.Struct, frozen=True, gc=False, order=True):
    """How two parts are alike; the smaller, the more."""

    alike: Alike
    by_other_name: bool = False


class Pairs:
    """Every two of some people who look alike; people of one id are one."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._people = people
        self._words = AlikeWords(word for person in people for word in person.family_words | person.given_words)
        self._families, self._givens, self._births, self._wholes = _Index(), _Index(), _Index(), _Index()
        for number, person in enumerate(people):
            self._families.file(number, person.family_words)
            self._givens.file(number, person.given_words)
            self._births.file(number, probes(person.born))
            self._wholes.file(number, person.wholes)
        found = {
            (one, other): resemblance
            for one, other in self._candidates()
            if people[one].id != people[other].id
            and (resemblance := _compare(people[one], people[other], self._words)) is not None
        }
        by_names_alone = {number for pair, alike in found.items() if alike.births is None for number in pair}
        self.unmarked = frozenset(number for number in by_names_alone if self._is_crowded(number, by_names_alone))
        """Who shares their names, born at another time, with so many that marking them would mark a whole family."""
        self.marked = {
            pair: alike for pair, alike in found.items() if alike.births is not None or self.unmarked.isdisjoint(pair)
        }
        """By the places of two what of them is alike, each pair once."""

    def _is_crowded(self, number: int, by_names_alone: set[int]) -> bool:
        """Whether in this list too many of somebody's family name have namesakes."""
        family = self._of_family(number)
        if len(family) <= SMALL_FAMILY:
            return False
        return len(family & by_names_alone) > max(FEW_NAMESAKES, MOST_NAMESAKES * len(family))

    def _of_family(self, number: int) -> set[int]:
        """Everybody whose family name is like this one's."""
        words = self._people[number].family_words
        return self._families.under({alike for word in words for alike in self._words.of(word)})

    def _candidates(self) -> list[tuple[int, int]]:
        """The pairs that share enough to be compared."""
        pairs: set[tuple[int, int]] = set()
        for number, person in enumerate(self._people):
            my_families = {alike for word in person.family_words for alike in self._words.of(word)}
            my_givens = {alike for word in person.given_words for alike in self._words.of(word)}
            family, given = self._families.under(my_families), self._givens.under(my_givens)
            found = (family & given) | self._wholes.under(person.wholes)
            found |= self._givens.under(my_families) & self._families.under(my_givens)
            found |= (family | given) & self._births.under(probes(person.born))
            if person.initials:
                found |= family
            pairs.update((min(number, other), max(number, other)) for other in found if other != number)
        return sorted(pairs)


class _Index:
    """Who has which mark."""

    def __init__(self) -> None:
        self._filed: dict[str, set[int]] = {}

    def file(self, number: int, marks: Iterable[str]) -> None:
        for mark in marks:
            self._filed.setdefault(mark, set()).add(number)

    def under(self, marks: Iterable[str]) -> set[int]:
        return set().union(*(self._filed.get(mark, ()) for mark in marks))


def _compare(one: Person, other: Person, words: AlikeWords) -> Resemblance | None:
    births = near(one.born, other.born)
    family = _best(one.families, other.families, words, _family_alike)
    given = _best(one.givens, other.givens, words, _given_alike)
    if family is not None and given is not None:
        worse = max(family.alike, given.alike)
        names = {Alike.SAME: Names.SAME, Alike.SOUND: Names.SOUND, Alike.SPELLING: Names.SPELLING}[worse]
        # Robert and Roberta are taken for one another only where more is alike than that.
        if names is Names.SAME or births is not None or not _of_other_sex(one, other):
            return Resemblance(names, births, family.by_other_name or given.by_other_name)
        return None
    if one.wholes & other.wholes or _crosswise(one, other, words):
        return Resemblance(Names.OTHER_ORDER, births, by_other_name=False)
    if births is not None and (family is not None or given is not None):
        if births in _SLIGHT and _of_other_sex(one, other):
            return None
        match, names = (family, Names.FAMILY) if family is not None else (given, Names.GIVEN)
        return Resemblance(names, births, match is not None and match.by_other_name)
    if family is not None and not (one.born and other.born) and _is_initial_of(one, other):
        return Resemblance(Names.INITIAL, births, family.by_other_name)
    return None


Alikeness = Callable[[Part, Part, AlikeWords], Alike | None]


def _best(ones: Iterable[Part], others: Sequence[Part], words: AlikeWords, how: Alikeness) -> _Match | None:
    """The best match of any of one's parts with any of the other's."""
    matches = (
        _Match(alike, not (one.shown and other.shown))
        for one in ones
        for other in others
        if (alike := how(one, other, words)) is not None
    )
    return min(matches, default=None)


def _family_alike(one: Part, other: Part, words: AlikeWords) -> Alike | None:
    """Smith-Jones is like Jones-Smith, Smith and Jones; Van den Berg like Vandenberg and Berg."""
    whole = words.between(one.whole, other.whole)
    return whole if whole is not None else _contained(one, other, words)


def _given_alike(one: Part, other: Part, words: AlikeWords) -> Alike | None:
    """John Robert is like John, Robert and John Michael; Jean-Pierre is one name, and like Jean Pierre."""
    whole = words.between(one.whole, other.whole)
    first = words.between(one.first, other.first)
    found = [alike for alike in (whole, first, _contained(one, other, words)) if alike is not None]
    return min(found, default=None)


def _contained(one: Part, other: Part, words: AlikeWords) -> Alike | None:
    """How the words of the shorter part are found in the longer one, each of them; initials don't count."""
    shorter, longer = sorted((one.words, other.words), key=len)
    if any(len(word) == 1 and word.isascii() for word in shorter):
        return None
    worst = Alike.SAME
    for word in shorter:
        found = [alike for there in longer if (alike := words.between(word, there)) is not None]
        if not found:
            return None
        worst = max(worst, min(found))
    return worst


def _crosswise(one: Person, other: Person, words: AlikeWords) -> bool:
    """Whether the family name of each is the given name of the other, as where an order of names was mistaken."""
    return (
        _best(one.families, other.givens, words, _family_alike) is not None
        and _best(one.givens, other.families, words, _family_alike) is not None
    )


def _is_initial_of(one: Person, other: Person) -> bool:
    """Whether a given name of one is only the initial of the other's: nothing tells them apart."""
    return any(
        1 in (len(mine.first), len(theirs.first)) and mine.first[0] == theirs.first[0]
        for mine in one.givens
        for theirs in other.givens
    )


def _of_other_sex(one: Person, other: Person) -> bool:
    """Whether both records state a sex, and not the same."""
    return bool(one.sex and other.sex) and one.sex != other.sex
