"""Words of names that are spelt or sound alike, in the spellings that clerks of many countries give one name.

Sound is Metaphone's, after the letters that only spell a sound differently have been made one: Mohammed and Muhammad,
Khan and Kahn, Hsu and Xu, Sato and Satoh. jellyfish is imported when the first words are compared, never before the
window is painted.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum
from typing import Final

import msgspec

CLOSE: Final = 0.80
"""Jaro-Winkler similarity that words with one Metaphone need on top: Metaphone alone knows no vowels (Mary, Moore)."""
SHORTEST_MISSPELT: Final = 5
"""Letters from which on one wrong letter is a slip; in shorter words it is another name (Tim, Tom; Mary, Mark)."""
SHORTEST_MISHEARD: Final = 3
"""Letters from which on words of one Metaphone are compared; of shorter ones only the vowels are left."""
LONGEST_COMPARED: Final = 60
"""Letters of a word that count: nobody's name is longer, and a record's may be of any length."""

_LATIN: Final = re.compile(r"[a-z]+")
_DOUBLE: Final = re.compile(r"(.)\1+")
_SPELLINGS: Final = (
    (re.compile(r"^(?:sean|shaun|shawn)$"), "shon"),
    (re.compile(r"^gim$"), "kim"),
    (re.compile(r"^(?:park|bak)$"), "pak"),
    (re.compile(r"^(?:yi|rhee)$"), "li"),
    (re.compile(r"^thom"), "tom"),
    (re.compile(r"^(?:mc|mac)(?=[^aeiouk])"), "mak"),
    (re.compile(r"ch(?=[rl])|kh|ck|q(?!u)|gh(?=[aeiou])|c(?![hei])"), "k"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"dh|dt$"), "d"),
    (re.compile(r"tz|zz"), "z"),
    (re.compile(r"mps(?=o)"), "ms"),
    (re.compile(r"(?<=[aeiou])h(?![aeiou])"), ""),
    (re.compile(r"ou|oo|ew(?=[aeiou])"), "u"),
    (re.compile(r"ei|ey|ay"), "ai"),
    (re.compile(r"ee|(?<=.)y"), "i"),
    (re.compile(r"(?<=nn|ll|tt|rk|wn)e$"), ""),
)
"""In this order. A letter that stands for one sound in one language only is left as it is."""
_SYLLABLE: Final = re.compile(r"(zh|ch|sh|hs|ts|tz|[bpmfdtnlgkhjqxrzcsyw])?([aeiou]+)(ng|n|h|r)?")
"""A Chinese family name in either romanisation is one of these."""
_INITIALS: Final = {
    "zh": "ch", "j": "ch", "q": "ch", "hs": "x", "sh": "x", "ts": "z", "tz": "z", "c": "z",
    "g": "k", "d": "t", "b": "p",
}  # fmt: skip
_VOWELS: Final = {"ieh": "ie", "ien": "ian", "ung": "ong", "ueh": "ue", "eong": "ong", "ee": "i", "oo": "u"}
_HIRAGANA: Final = {code: code + 0x60 for code in range(0x3041, 0x3097)}


class Alike(IntEnum):
    """How two words are alike; the smaller, the more."""

    SAME = 0
    SOUND = 1
    SPELLING = 2


def as_compared(word: str) -> str:
    """A folded word as it is compared: hiragana as katakana, and not longer than a name is."""
    return word[:LONGEST_COMPARED].translate(_HIRAGANA)


class _Heard(msgspec.Struct, frozen=True, gc=False):
    """What is made of a word once, for all that it is compared with. Only words of Latin letters have a sound."""

    respelt: str
    sound: str
    syllable: str


class AlikeWords:
    """Which of some words are alike; every word has to be known from the start. All of them `as_compared`."""

    def __init__(self, words: Iterable[str]) -> None:
        self._alike: dict[str, dict[str, Alike]] = {word: {word: Alike.SAME} for word in words if word}

    def compare(self) -> Iterator[None]:
        """Find it out, a little with each step; before, every word is like itself only."""
        filed: dict[str, list[str]] = {}
        heard: dict[str, _Heard | None] = {}
        for word in self._alike:
            heard[word] = hearing = _heard(word)
            compared = {word}
            for mark in _marks(word, hearing):
                together = filed.setdefault(mark, [])
                for other in together:
                    if other not in compared:
                        compared.add(other)
                        self._judge(word, hearing, other, heard[other])
                        yield
                together.append(word)
            yield

    def _judge(self, one: str, heard_one: _Heard | None, other: str, heard_other: _Heard | None) -> None:
        alike = _how_alike(one, heard_one, other, heard_other)
        if alike is not None:
            self._alike[one][other] = self._alike[other][one] = alike

    def of(self, word: str) -> Mapping[str, Alike]:
        """All words that are alike to this one, itself among them, and how."""
        return self._alike[word]


def how_alike(one: str, other: str) -> Alike | None:
    """How two folded words are alike: the same, by sound, by spelling; None where they are not."""
    return _how_alike(one, _heard(one), other, _heard(other))


def _how_alike(one: str, heard_one: _Heard | None, other: str, heard_other: _Heard | None) -> Alike | None:
    if one == other:
        return Alike.SAME
    if heard_one is None or heard_other is None:
        return Alike.SPELLING if _spelt_alike(one, other) else None
    same_syllable = heard_one.syllable and heard_one.syllable == heard_other.syllable
    if heard_one.respelt == heard_other.respelt or same_syllable:
        return Alike.SOUND
    if _spelt_alike(one, other):
        return Alike.SPELLING
    return Alike.SOUND if _sound_alike(heard_one, heard_other) else None


def _heard(word: str) -> _Heard | None:
    if _LATIN.fullmatch(word) is None:
        return None
    respelt = _respelt(word)
    return _Heard(respelt, _sound(respelt), _syllable(word))


def _sound_alike(one: _Heard, other: _Heard) -> bool:
    """Whether two respelt words have one Metaphone, and vowels that are not too far apart."""
    from jellyfish import jaro_winkler_similarity

    if min(len(one.respelt), len(other.respelt)) < SHORTEST_MISHEARD or one.sound != other.sound:
        return False
    return jaro_winkler_similarity(one.respelt, other.respelt) >= CLOSE


def _spelt_alike(one: str, other: str) -> bool:
    """Whether one slip makes one of the other: a letter too many, too few, wrong, or two swapped; not the first one."""
    from jellyfish import damerau_levenshtein_distance

    shorter, longer = sorted((len(one), len(other)))
    if shorter < SHORTEST_MISSPELT or longer - shorter > 1 or one[0] != other[0]:
        return False
    return damerau_levenshtein_distance(one, other) == 1


def _marks(word: str, heard: _Heard | None) -> Iterator[str]:
    """Marks under which a word is to be filed: two that are alike have one in common."""
    if len(word) >= SHORTEST_MISSPELT - 1:
        yield word
        yield from {word[:place] + word[place + 1 :] for place in range(len(word))}
    if heard is not None:
        yield f"'{heard.sound}"
        if heard.syllable:
            yield f"-{heard.syllable}"


def _respelt(word: str) -> str:
    for spelling, sound in _SPELLINGS:
        word = spelling.sub(sound, word)
    return _DOUBLE.sub(r"\1", word)


def _sound(respelt: str) -> str:
    """Metaphone's key, in which all vowels at the start are one; respelt words of vowels alone are their own."""
    from jellyfish import metaphone

    return metaphone(f"a{respelt[1:]}" if respelt[:1] in tuple("aeiou") else respelt) or respelt


def _syllable(word: str) -> str:
    """A single syllable in which what Wade-Giles and Pinyin write differently is one; "" for any other word."""
    found = _SYLLABLE.fullmatch(word)
    if found is None or len(word) < 2:
        return ""
    rest = word[len(found[1] or "") :]
    return _INITIALS.get(found[1], found[1] or "") + _VOWELS.get(rest, rest)
