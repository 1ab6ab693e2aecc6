"""Words for people, said by rooms that know no Qt.

The pure rooms call `translate("fhir", "...")` with a literal, which Qt's lupdate can extract; the composition root puts
Qt's own translator behind it with `use`. Until then, the English text itself comes back.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Translator = Callable[[str, str], str]


def english(_context: str, text: str) -> str:
    return text


_translator: Translator = english
_forget: list[Callable[[], None]] = []


def use(translator: Translator) -> None:
    """Put `translator(context, text)` behind `translate`, once, when the program is wired together."""
    global _translator
    _translator = translator
    forget_remembered()


def forget_remembered() -> None:
    """Nothing stays in memory of what was `remembered`: the words are others, or somebody else may be next."""
    for forget in _forget:
        forget()


def remembered(most: int) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """A decorator: of so many calls the results are kept, with the words in them, until there is another translator.

    For what is the same in many records: they have it in common then.
    """

    def of(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        kept = lru_cache(maxsize=most)(function)
        _forget.append(kept.cache_clear)
        return cast("Callable[Arguments, Result]", kept)

    return of


def translate(context: str, text: str) -> str:
    """`text` in the reader's language: a literal, with named fields to be filled by `str.format` afterwards."""
    return _translator(context, text)
