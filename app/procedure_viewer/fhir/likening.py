"""What of two patients is alike: every name of a record counts, in either order, and the birth date.

Only those are looked at one by one who are alike; who they are is found for the whole list at once (`alike_parts`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import Final

import msgspec

from procedure_viewer.fhir.alike_parts import Bits, Filed, Reach, numbers
from procedure_viewer.fhir.birth import Births, Nearness, probes
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


_BOTH: Final = {Alike.SAME: Names.SAME, Alike.SOUND: Names.SOUND, Alike.SPELLING: Names.SPELLING}
_CODES: Final = 2 * len(Alike)
"""Ways in which two parts are alike, the most first: twice the `Alike`, and one more by a name that isn't shown."""


class _Group(msgspec.Struct, frozen=True, gc=False):
    """Others whose names are alike to somebody's in one way."""

    others: Bits
    names: Names
    by_other_name: bool = False


class Pairs:
    """Every two of some people who look alike; people of one id are one. Nothing is known before `find` has ended."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._people = people
        self._words = AlikeWords(word for person in people for word in person.family_words | person.given_words)
        self._width = width = max([1, *(max(len(person.families), len(person.givens)) for person in people)])
        self._families, self._givens = Filed(width), Filed(width)
        self._family = Reach(self._words, self._families, given=False)
        self._given = Reach(self._words, self._givens, given=True)
        self._family_as_given = Reach(self._words, self._givens, given=False)
        self._given_as_family = Reach(self._words, self._families, given=False)
        self._nearness = Nearness()
        self._filed = _Index()
        self._near: dict[str, Bits] = {}
        self._of_family: dict[frozenset[str], Bits] = {}
        self._by_names_alone: Bits = 0
        self._crowded: Bits = 0
        self._alike: dict[tuple[Names, Births | None, bool], Resemblance] = {}
        self._found: list[dict[int, Resemblance]] = []
        self.unmarked: frozenset[int] = frozenset()
        """Who shares their names, born at another time, with so many that marking them would mark a whole family."""

    def find(self) -> Iterator[None]:
        """Find them, a little with each step."""
        yield from self._words.compare()
        for number, person in enumerate(self._people):
            self._families.file(number, person.families)
            self._givens.file(number, person.givens)
            self._filed.file(1 << number * self._width, person)
            yield
        for number in range(len(self._people)):
            yield from self._look_at(number)
        self.unmarked = frozenset(
            number for number in numbers(self._by_names_alone, self._width) if self._is_crowded(number)
        )

    def marked(self) -> Iterator[tuple[int, int, Resemblance]]:
        """The places of two, and what of them is alike; each pair once, in the order of the list."""
        for one, found in enumerate(self._found):
            for other in sorted(found):
                alike = found[other]
                if alike.births is not None or (one not in self.unmarked and other not in self.unmarked):
                    yield one, other, alike

    def _is_crowded(self, number: int) -> bool:
        """Whether in this list too many of somebody's family name have namesakes; once it is so, it stays so."""
        words = self._people[number].family_words
        family = self._of_family.get(words)
        if family is None:
            alike = {alike for word in words for alike in self._words.of(word)}
            family = self._of_family[words] = self._filed.under("family", alike)
        size = family.bit_count()
        if size <= SMALL_FAMILY:
            return False
        return (family & self._by_names_alone).bit_count() > max(FEW_NAMESAKES, MOST_NAMESAKES * size)

    def _look_at(self, number: int) -> Iterator[None]:
        """Find those further down the list who look like this one."""
        person, bit = self._people[number], 1 << number * self._width
        later = -1 << (number + 1) * self._width & ~self._filed.under("id", [person.id])
        near = self._near.get(person.born)
        if near is None:
            near = self._near[person.born] = self._filed.under("born", probes(person.born))
        found: dict[int, Resemblance] = {}
        self._found.append(found)
        yield
        for group in self._groups(person, near):
            # Of two who both have namesakes already, one of them too many, it would be found out for nothing.
            others = group.others & later & (near | ~self._passed_over(number, bit))
            for other in numbers(others, self._width):
                alike = self._judge(person, self._people[other], group)
                if alike is not None:
                    found[other] = alike
                    if alike.births is None:
                        self._by_names_alone |= bit | 1 << other * self._width
                yield

    def _passed_over(self, number: int, bit: Bits) -> Bits:
        """Those whose likeness to this one by names alone would neither be marked nor make anybody stand out."""
        if not bit & self._by_names_alone:
            return 0
        if self._is_crowded(number):
            self._crowded |= bit
            return self._by_names_alone
        return self._by_names_alone & self._crowded

    def _groups(self, person: Person, near: Bits) -> Iterator[_Group]:
        """Everybody whose names are alike to this one's, and of those `near` in birth also who shares one name only."""
        families = self._by_code(person.families, self._family, self._families)
        givens = self._by_code(person.givens, self._given, self._givens)
        family, given = sum(families), sum(givens)  # no one is in two of them
        for code in range(_CODES * _CODES):
            first, second = divmod(code, _CODES)
            others = families[first] & givens[second]
            if others:
                yield _Group(others, _BOTH[Alike(max(first, second) // 2)], bool((first | second) & 1))
        other_order = (self._filed.under("whole", person.wholes) | self._crosswise(person)) & ~(family & given)
        yield _Group(other_order, Names.OTHER_ORDER)
        rest = ~(family & given) & ~other_order
        initial = rest & self._filed.under("initial", _initials_to_look_for(person))
        if person.born:
            initial &= ~self._filed.under("dated", [""])
        for code in range(_CODES):
            by_other_name = bool(code & 1)
            yield _Group(families[code] & rest & near, Names.FAMILY, by_other_name)
            yield _Group(givens[code] & rest & near & ~family, Names.GIVEN, by_other_name)
            yield _Group(families[code] & initial, Names.INITIAL, by_other_name)

    def _by_code(self, parts: Iterable[Part], reach: Reach, filed: Filed) -> list[Bits]:
        """For each way to be alike the people whose best match with any of these parts it is."""
        found = [0] * _CODES
        for part in parts:
            for alike, others in zip(Alike, reach.of(part), strict=True):
                found[2 * alike + 1] |= others
                if part.shown:
                    found[2 * alike] |= others & filed.shown
        before: Bits = 0
        for code, others in enumerate(found):
            people = filed.people(others) & self._filed.everybody
            found[code] = people & ~before
            before |= people
        return found

    def _crosswise(self, person: Person) -> Bits:
        """The family name of each is the given name of the other, as where an order of names was mistaken."""
        as_given = as_family = 0
        for part in person.families:
            as_given |= self._family_as_given.of(part)[Alike.SPELLING]
        for part in person.givens:
            as_family |= self._given_as_family.of(part)[Alike.SPELLING]
        return self._givens.people(as_given) & self._families.people(as_family) & self._filed.everybody

    def _judge(self, one: Person, other: Person, group: _Group) -> Resemblance | None:
        """What of two is alike whose names are so, where that is enough."""
        names, births = group.names, self._nearness.between(one.born, other.born)
        match names:
            case Names.SOUND | Names.SPELLING:
                # Robert and Roberta are taken for one another only where more is alike than that.
                enough = births is not None or not _of_other_sex(one, other)
            case Names.FAMILY | Names.GIVEN:
                enough = births is not None and not (births in _SLIGHT and _of_other_sex(one, other))
            case _:
                enough = True
        if not enough:
            return None
        key = names, births, group.by_other_name
        alike = self._alike.get(key)
        if alike is None:
            alike = self._alike[key] = Resemblance(*key)
        return alike


class _Index:
    """Who has which mark of which kind."""

    def __init__(self) -> None:
        self._filed: dict[tuple[str, str], Bits] = {}
        self.everybody: Bits = 0

    def file(self, bit: Bits, person: Person) -> None:
        self.everybody |= bit
        marks: Mapping[str, Iterable[str]] = {
            "id": (person.id,),
            "family": person.family_words,
            "whole": person.wholes,
            "born": probes(person.born),
            "dated": ("",) if person.born else (),
            "initial": _initials(person),
        }
        for kind, found in marks.items():
            for mark in found:
                self._filed[kind, mark] = self._filed.get((kind, mark), 0) | bit

    def under(self, kind: str, marks: Iterable[str]) -> Bits:
        found: Bits = 0
        for mark in marks:
            found |= self._filed.get((kind, mark), 0)
        return found


def _initials(person: Person) -> Iterator[str]:
    """Marks for the first letters of given names: "j." for an initial, "j" for a name."""
    for given in person.givens:
        yield f"{given.first}." if _is_initial(given.first) else given.first[0]


def _initials_to_look_for(person: Person) -> Iterator[str]:
    """Marks of those of whom a given name is only the initial of this one's, or the other way round."""
    for given in person.givens:
        yield f"{given.first[0]}."
        if _is_initial(given.first):
            yield given.first


def _is_initial(word: str) -> bool:
    return len(word) == 1 and word.isascii()


def _of_other_sex(one: Person, other: Person) -> bool:
    """Whether both records state a sex, and not the same."""
    return bool(one.sex and other.sex) and one.sex != other.sex
