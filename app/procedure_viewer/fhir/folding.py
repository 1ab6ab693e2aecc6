"""Names without what people leave out when they type them: case, accents, apostrophes and hyphens.

Both sides of a comparison are folded: "mejia" finds Mejía, "strasse" Straße, "obrien" O'Brien, "muller" and "mueller"
find Müller.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from procedure_viewer.fhir.datatypes import HumanName

_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"}
)
"""Letters that Unicode doesn't take apart into a base and an accent."""
_SPELT_OUT: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
"""As German and Scandinavian names are written where the keyboard lacks the letter."""
_UNSPELT: Final = re.compile("ae|oe|ue|aa")
PARTS: Final = re.compile(r"[\s\-‐‑–’'ʼ`´.,・·]+")
"""What stands between the parts of a name."""


def folded(text: str) -> str:
    """`text` as letters and digits alone, in one case and without accents; scripts without either stay as they are."""
    return "".join(filter(str.isalnum, without_accents(text)))


def without_accents(text: str) -> str:
    """`text` in lower case, spaces and hyphens kept, its letters as a keyboard without accents has them."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(character for character in plain if not unicodedata.combining(character))


def forms_of(names: Iterable[HumanName]) -> frozenset[str]:
    """Every folded form in which a typed word may stand."""
    return frozenset(form for name in names for text in _texts(name) for form in _forms(text))


def _texts(name: HumanName) -> Iterator[str]:
    yield from (name.family, name.text, *name.given, *name.prefix, *name.suffix)
    # Names in Chinese and Japanese are typed without a space between.
    yield name.family + "".join(name.given)
    yield "".join(name.given) + name.family


def _forms(text: str) -> Iterator[str]:
    for part in (text, *PARTS.split(text)):
        form = folded(part)
        if form:
            yield form
            yield folded(unicodedata.normalize("NFC", part).casefold().translate(_SPELT_OUT))
            yield _UNSPELT.sub(lambda match: match[0][0], form)
