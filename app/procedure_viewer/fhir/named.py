"""A patient's names as look-alikes are found by them: all that the record has, folded, in the parts that tell apart."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from procedure_viewer.fhir.birth import digits_of
from procedure_viewer.fhir.datatypes import HumanName
from procedure_viewer.fhir.folding import PARTS, folded
from procedure_viewer.fhir.patient import Patient
from procedure_viewer.fhir.sounding import as_compared

MOST_NAMES: Final = 12
"""Names of one record that are compared."""
MOST_WORDS: Final = 8
"""Words of one name that are compared."""
_PARTICLES: Final = frozenset({
    "van", "von", "de", "der", "den", "del", "della", "di", "da", "dos", "das", "du", "la", "le", "les", "el", "al",
    "ad", "bin", "ibn", "bint", "ben", "abu", "umm", "ter", "ten", "te", "zu", "zum", "zur", "af", "av", "y", "e", "i",
    "o", "d", "l", "mac", "mc", "st", "saint", "san", "santa", "jr", "sr", "ii", "iii",
})  # fmt: skip
"""Parts of a family name that don't tell it from others, where there are further parts."""
_COMMON_FIRST: Final = frozenset({
    "mohammed", "mohamed", "mohammad", "mohamad", "muhammad", "muhammed", "md", "mohd", "abdul", "abdel", "abd", "al",
    "maria", "marie", "jean", "van", "thi",
})  # fmt: skip
"""Given names that stand before the one by which a person is told from others, where a further one is stated."""


class Part(msgspec.Struct, frozen=True, gc=False):
    """A family name, or the given names, of one of a person's names; words folded."""

    whole: str
    """All of it as one word: who writes Van den Berg writes Vandenberg, too."""
    words: tuple[str, ...]
    """The words that tell it from others."""
    shown: bool
    """Whether it stands in the name that is shown."""

    @property
    def first(self) -> str:
        """Of given names the one that a person is called by, as far as can be told."""
        return self.words[0]


class Person:
    """A patient as far as look-alikes are concerned."""

    def __init__(self, patient: Patient) -> None:
        self.id = patient.id
        self.sex = patient.sex
        self.born = digits_of(patient.birth_date)
        self.families: list[Part] = []
        self.givens: list[Part] = []
        self.wholes: set[str] = set()
        """Each name without a space, in either order: some languages write it so."""
        for number, name in enumerate(patient.names[:MOST_NAMES]):
            for family, given in _split(name):
                self._add(family, given, shown=number == 0)
        self.family_words = _words_of(self.families)
        self.given_words = _words_of(self.givens)
        self.initials = any(len(given.first) == 1 and given.first.isascii() for given in self.givens)

    def _add(self, family: str, given: Iterable[str], *, shown: bool) -> None:
        families = _folded(PARTS.split(family))
        givens = _folded(word for one in given for word in one.split())
        if families:
            telling = tuple(part for part in families if part not in _PARTICLES) or families
            self.families.append(Part(as_compared("".join(families)), telling, shown))
        if givens:
            telling = tuple(part for part in givens if part not in _COMMON_FIRST) or givens
            self.givens.append(Part(as_compared("".join(givens)), telling, shown))
        if families or givens:
            self.wholes |= {"".join((*families, *givens)), "".join((*givens, *families))}


def _split(name: HumanName) -> Iterator[tuple[str, Sequence[str]]]:
    """Family and given names; of a name that is one text only, as many ways as it may be read."""
    if name.family or name.given:
        yield name.family, name.given
        return
    family, comma, rest = name.text.partition(",")
    if comma:
        yield family, (rest,)
        return
    words = name.text.split()
    if words:
        yield words[-1], words[:-1]
    if len(words) > 1:
        yield words[0], words[1:]


def _folded(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for one in words if (word := as_compared(folded(one))))[:MOST_WORDS]


def _words_of(parts: Iterable[Part]) -> frozenset[str]:
    return frozenset(word for part in parts for word in (part.whole, *part.words))
