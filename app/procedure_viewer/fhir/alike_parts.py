"""Which parts of many names are like a given one, found for all of a list at once.

Every person has a row of places for the parts of their names, and a set of parts is a whole number with a bit for each:
what is said of one part of a name is then worked out for thousands of others by a few operations on such numbers,
where comparing one with the other would take a second for every few hundred namesakes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

from procedure_viewer.fhir.named import Part
from procedure_viewer.fhir.sounding import Alike, AlikeWords

_MOST_KEPT: Final = 500
"""Parts of which it is remembered what is like them: namesakes ask for the same."""

Key = TypeVar("Key")
Bits = int
"""A set of places, or of people: those whose bit is set."""


class Filed:
    """Families, or given names, of a list of people, filed by their words."""

    def __init__(self, width: int) -> None:
        """`width` is how many places each person has."""
        self.width = width
        self.shown: Bits = 0
        self.spelt_out: Bits = 0
        """Parts without an initial among their words."""
        self.wholes: dict[str, Bits] = {}
        self.words: dict[str, Bits] = {}
        self.places: list[dict[str, Bits]] = []
        """For the first word, the second and so on: which parts have it there."""
        self.lengths: dict[int, Bits] = {}

    def file(self, number: int, parts: Sequence[Part]) -> None:
        """Take in the parts of one person."""
        for place, part in enumerate(parts):
            bit = 1 << (number * self.width + place)
            if part.shown:
                self.shown |= bit
            if not _has_initial(part):
                self.spelt_out |= bit
            _add(self.wholes, part.whole, bit)
            _add(self.lengths, len(part.words), bit)
            self.places += [{} for _ in range(len(part.words) - len(self.places))]
            for filed, word in zip(self.places, part.words, strict=False):
                _add(filed, word, bit)
            for word in part.words:
                _add(self.words, word, bit)

    def people(self, parts: Bits) -> Bits:
        """Whose parts these are: the first place of each."""
        done = 1
        while done < self.width:
            step = min(done, self.width - done)
            parts |= parts >> step
            done += step
        return parts


class Reach:
    """Which of the parts filed are like a part: at most SAME, SOUND, SPELLING, each with what is more alike."""

    def __init__(self, words: AlikeWords, filed: Filed, *, given: bool) -> None:
        self._words = words
        self._filed = filed
        self._given = given
        self._kept: dict[tuple[str, tuple[str, ...]], list[Bits]] = {}

    def of(self, part: Part) -> list[Bits]:
        """In the order of `Alike`."""
        key = part.whole, part.words
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            found = self._kept[key] = (
                [self._given_alike(part, most) for most in Alike]
                if self._given
                else [self._family_alike(part, most) for most in Alike]
            )
        return found

    def _family_alike(self, part: Part, most: Alike) -> Bits:
        """Smith-Jones is like Jones-Smith, Smith and Jones; Van den Berg like Vandenberg and Berg."""
        wholes = self._filed.wholes
        elsewhere = self._contained(part, most) & ~self._under(wholes, part.whole, Alike.SPELLING)
        return self._under(wholes, part.whole, most) | elsewhere

    def _given_alike(self, part: Part, most: Alike) -> Bits:
        """John Robert is like John, Robert and John Michael; Jean-Pierre is one name, and like Jean Pierre."""
        filed = self._filed
        first = self._under(filed.places[0], part.first, most) if filed.places else 0
        return self._under(filed.wholes, part.whole, most) | first | self._contained(part, most)

    def _contained(self, part: Part, most: Alike) -> Bits:
        """Where the words of the shorter part are found in the longer one, each of them; initials don't count."""
        filed, length, found = self._filed, len(part.words), 0
        if not _has_initial(part):
            found = _any(bits for words, bits in filed.lengths.items() if words >= length)
            for word in part.words:
                found &= self._under(filed.words, word, most)
        for words, bits in filed.lengths.items():
            if words < length:
                shorter = bits & filed.spelt_out
                for place in filed.places[:words]:
                    shorter &= _any(self._under(place, word, most) for word in part.words)
                found |= shorter
        return found

    def _under(self, filed: Mapping[str, Bits], word: str, most: Alike) -> Bits:
        return _any(filed.get(other, 0) for other, alike in self._words.of(word).items() if alike <= most)


def numbers(people: Bits, width: int) -> Iterator[int]:
    """The numbers of the people in a set, from the first on."""
    digits = f"{people:b}"[::-1]
    at = digits.find("1")
    while at >= 0:
        yield at // width
        at = digits.find("1", at + 1)


def _has_initial(part: Part) -> bool:
    return any(len(word) == 1 and word.isascii() for word in part.words)


def _any(sets: Iterable[Bits]) -> Bits:
    found = 0
    for bits in sets:
        found |= bits
    return found


def _add(filed: dict[Key, Bits], key: Key, bit: Bits) -> None:
    filed[key] = filed.get(key, 0) | bit
