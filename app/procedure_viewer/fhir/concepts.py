"""What was done, and what the columns of a list say of it: made once for all records that say the same.

A chart of ten thousand procedures has a few hundred codes. Each is read once, and takes its room once.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from procedure_viewer.fhir.datatypes import CodeableConcept, as_object, read_concept
from procedure_viewer.fhir.folding import without_accents
from procedure_viewer.fhir.words import remembered, translate

LONGEST_SEARCHED: Final = 5_000
LONGEST_COMPARED: Final = 500
"""Characters of a cell that the filter, and the comparison of two texts, look at."""
_MOST_KEPT: Final = 4_096

Concept = tuple[str, str]
"""What was done: a code system's name and a code; where there is no code, "" and the words without case or accents."""


class Coded(msgspec.Struct, frozen=True, gc=False):
    """A code and what follows from it."""

    code: CodeableConcept
    title: str
    code_text: str
    """The codes alone, "23066"."""
    system_text: str
    """The code systems' names, each once: "CPT"."""
    systems: tuple[str, ...]
    """The same one by one; "" for none."""
    concept: Concept | None
    said: str
    """Title, codes and systems as `for_search` gives them."""


def for_search(text: str) -> str:
    """`text` in lower case and without accents."""
    return text.casefold() if text.isascii() else without_accents(text)


def read_coded(value: object, *, keep: bool = True) -> Coded:
    """Read what stands in `code`; with `keep` the same object for what says the same."""
    if not keep:
        return _made(read_concept(value))
    try:
        return _read(_key(value))
    except TypeError:  # something in it is of a wrong type, and can't be compared
        return _made(read_concept(value))


def unreadable() -> Coded:
    """What stands there for a record that can't be read."""
    return _made(CodeableConcept(), translate("fhir", "Unreadable record"))


_Key = tuple[object, tuple[tuple[object, object, object], ...]]


def _key(value: object) -> _Key:
    """All that a view reads of it; raises TypeError for what is not written as usual."""
    concept = as_object(value)
    codings = concept.get("coding", ())
    if concept is not value or not isinstance(codings, list | tuple):
        raise TypeError
    return concept.get("text"), tuple([_of_coding(coding) for coding in codings])


def _of_coding(coding: object) -> tuple[object, object, object]:
    if not isinstance(coding, dict):
        raise TypeError
    return coding.get("system"), coding.get("code"), coding.get("display")


@remembered(_MOST_KEPT)
def _read(key: _Key) -> Coded:
    codings = [{"system": system, "code": code, "display": display} for system, code, display in key[1]]
    return _made(read_concept({"text": key[0], "coding": codings}))


def _made(code: CodeableConcept, title: str = "") -> Coded:
    title = title or code.label or translate("fhir", "Unspecified procedure")
    code_text = _once(coding.code for coding in code.codings)
    names = tuple(dict.fromkeys(coding.system_name for coding in code.codings))
    system_text = _once(names)
    return Coded(
        code,
        title,
        code_text,
        system_text,
        names or ("",),
        _concept(code),
        "\n".join(for_search(text[:LONGEST_SEARCHED]) for text in (title, code_text, system_text)),
    )


def _once(texts: Iterable[str]) -> str:
    """The texts in their order, each once, with commas."""
    return ", ".join(dict.fromkeys(filter(None, texts)))


def _concept(code: CodeableConcept) -> Concept | None:
    """The first code counts: what else a record is coded as is often broader, and would make different things one."""
    for coding in code.codings:
        if coding.code:
            return coding.system_name, coding.code
    words = for_search(code.words[:LONGEST_COMPARED]).split()
    return ("", " ".join(words)) if words else None
