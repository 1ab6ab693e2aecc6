"""Finding words in a record, in its elements or in its text: accents and case don't count.

Both ways are generators that pause (`None`) every few thousand characters, so that whoever asks can do something else
in between: a record may have thirty megabytes.
"""

import json
import re
from collections.abc import Generator, Iterator, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

from procedure_viewer.fhir.elements import Element, Place, visible
from procedure_viewer.fhir.folding import without_accents

Span: TypeAlias = tuple[int, int]
"""Where something stands in a text, from and to."""

_AT_ONCE: Final = 20_000
"""Characters that are looked at between two pauses."""
_ESCAPE: Final = re.compile(r"(?:\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.)")


class _Forms(dict[int, str]):
    """By character how it is compared; made as they are met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        shown = visible(character)
        # Twice: taken apart, a mathematical capital is a plain one.
        form = " " if shown.isspace() else without_accents(without_accents(shown))
        self[code] = form
        return form


_FORMS: Final = _Forms()
_FORMS_IN_LINE: Final = _Forms({ord("\n"): "\n"})


def alike(text: str) -> str:
    """`text` as it is compared: without case and accents, every kind of space as a space, what would mislead a reader
    as the escape that is shown for it."""
    return text.lower() if text.isascii() and text.isprintable() else text.translate(_FORMS)


def find_elements(root: Element, words: str) -> Iterator[Place | None]:
    """The place of each element below the root whose name, path or value has `words`, in the order of the text.

    A root without anything below it is looked at itself. The path counts where its end is part of what is found: "code"
    finds the element of that name, not each one in it.
    """
    wanted = alike(words)
    if not wanted:
        return
    pending = [(root, "")]
    whole = root if root.is_node else None
    while pending:
        here, above = pending.pop()
        path = alike(here.path)
        if here is not whole and not here.is_block and (yield from _is_wanted(here, path, above, wanted)):
            yield here.place
        if here.is_node:
            below = above if here.is_block else path
            pending.extend((child, below) for child in reversed(here.children))
            yield None


def _is_wanted(here: Element, path: str, above: str, wanted: str) -> Generator[None, None, bool]:
    if path.rfind(wanted) + len(wanted) > len(above) and wanted in path:
        return True
    if wanted in alike(here.name):
        return True
    if here.is_node:
        return False
    before = ""
    for part in here.parts():
        text = before + alike(part)
        if wanted in text:
            return True
        before = text[-len(wanted) :]
        yield None
    return False


def find_in_text(text: str, words: str) -> Iterator[Span | None]:
    """Where `words` stand in a text of JSON, in order; an escape counts as the character that it means, and as it is.

    No two overlap, and none goes beyond a line.
    """
    wanted = alike(words)
    if not wanted:
        return
    done = at = 0
    overlap = 4 * len(wanted) + 64
    while at < len(text):
        stop = _end_of_piece(text, at)
        piece = text[at : stop + (overlap if text[stop - 1 : stop] != "\n" else 0)]
        for start, end in _spans(piece, wanted):
            if at + start >= done:
                done = at + end
                yield at + start, done
        yield None
        at = stop


def _end_of_piece(text: str, at: int) -> int:
    """After the last line that ends in time, or else in the middle of a long one, but not of an escape."""
    stop = at + _AT_ONCE
    if stop >= len(text):
        return len(text)
    line = text.rfind("\n", at, stop) + 1
    if line > at:
        return line
    escape = text.rfind("\\", stop - 12, stop)
    while escape > at and text[escape - 1] == "\\":
        escape -= 1
    return escape if at < escape else stop


def _spans(piece: str, wanted: str) -> list[Span]:
    if piece.isascii() and "\\" not in piece:
        return list(_every(piece.lower().replace("\t", " "), wanted))
    spans: list[Span] = []
    if wanted in piece.translate(_FORMS_IN_LINE):
        spans = _by_units(piece, range(len(piece) + 1), wanted)
    if "\\" in piece:
        units, starts = _without_escapes(piece)
        if wanted in "".join(units).translate(_FORMS_IN_LINE):
            spans = sorted({*spans, *_by_units(units, starts, wanted)})
    return spans


def _by_units(units: Sequence[str], starts: Sequence[int], wanted: str) -> list[Span]:
    """Spans of a text that is given as its characters, each with where it starts."""
    forms = [unit.translate(_FORMS_IN_LINE) for unit in units]
    origin = [number for number, form in enumerate(forms) for _ in form]
    spans = _every("".join(forms), wanted)
    return [(starts[origin[start]], starts[origin[end - 1] + 1]) for start, end in spans]


def _without_escapes(piece: str) -> tuple[list[str], list[int]]:
    """The characters that are meant, each with where it starts, and where the last one ends."""
    units: list[str] = []
    starts: list[int] = []
    at = 0
    for match in _ESCAPE.finditer(piece):
        units += piece[at : match.start()]
        starts += range(at, match.start() + 1)
        units.append(_meant(match[0]))
        at = match.end()
    units += piece[at:]
    starts += range(at, len(piece) + 1)
    return units, starts


@lru_cache(maxsize=8_192)
def _meant(escape: str) -> str:
    try:
        meant = str(json.loads(f'"{escape}"'))
    except ValueError:
        return escape
    return " " if meant == "\n" else meant


def _every(text: str, wanted: str) -> Iterator[Span]:
    at = text.find(wanted)
    while at >= 0:
        yield at, at + len(wanted)
        at = text.find(wanted, at + len(wanted))
