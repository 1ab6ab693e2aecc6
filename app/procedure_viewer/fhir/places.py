"""Elements by where they stand: the one at a place, the one of a path, and the way to it."""

import re
from collections.abc import Sequence
from typing import Final

from procedure_viewer.fhir.elements import Element, Place

_NUMBER: Final = re.compile(r"\[(\d{1,15})\]")


def towards(children: Sequence[Element], place: Place) -> int | None:
    """Which of the children is the element at `place`, or has it below; for that of a list its first item."""
    for number, child in enumerate(children):
        if child.holds(place) or child.first[: len(place)] == place:
            return number
    return None


def element_at(root: Element, place: Place) -> Element:
    """The element at a place, or the nearest one above where none stands there."""
    here = root
    while here.is_block or len(here.place) < len(place):
        children = here.children if here.is_node else ()
        number = towards(children, place)
        if number is None:
            break
        here = children[number]
    return here


def place_of(root: Element, path: str) -> Place | None:
    """Where the first element of that path stands, or the first item of the list of that path."""
    of_list: Place | None = None
    pending = [root]
    while pending:
        here = pending.pop()
        if not here.is_block and here.path == path:
            return here.place
        if of_list is None and here.path.startswith(f"{path}["):
            of_list = here.first
        if _leads_to(here, path):
            pending.extend(reversed(here.children))
    return of_list


def _leads_to(here: Element, path: str) -> bool:
    """Whether an element of that path may lie below."""
    if not here.is_node:
        return False
    if here.inner or not here.path:
        return True
    if here.slices:
        number = _NUMBER.match(path, len(here.path)) if path.startswith(here.path) else None
        return path == here.path or (number is not None and here.start <= int(number[1]) < here.stop)
    return path.startswith((f"{here.path}.", f"{here.path}["))
