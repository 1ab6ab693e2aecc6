"""Words for people, said by rooms that know no Qt.

The pure rooms call `translate("fhir", "...")` with a literal, which Qt's lupdate can extract; the composition root puts
Qt's own translator behind it with `use`. Until then, the English text itself comes back.
"""

from collections.abc import Callable

Translator = Callable[[str, str], str]


def english(_context: str, text: str) -> str:
    return text


_translator: Translator = english


def use(translator: Translator) -> None:
    """Put `translator(context, text)` behind `translate`, once, when the program is wired together."""
    global _translator
    _translator = translator


def translate(context: str, text: str) -> str:
    """`text` in the reader's language: a literal, with named fields to be filled by `str.format` afterwards."""
    return _translator(context, text)
