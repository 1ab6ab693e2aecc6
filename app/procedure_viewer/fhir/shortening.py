"""A resource made small enough to be put into words at once, and what was left out of it.

Real records have a few hundred values. One of thirty megabytes may have a million, or one of a million characters; a
summary of all that is none, and would take the window seconds. Every element stays in the tree of all elements.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from procedure_viewer.fhir.datatypes import Resource

MOST_ITEMS: Final = 50
"""Items of a list that are kept."""
LONGEST_TEXT: Final = 20_000
"""Characters of a text that are kept."""
MOST_VALUES: Final = 20_000
"""Values of the whole resource that are kept."""
_MOST_LEVELS: Final = 12
_MORE_ITEMS: Final[Mapping[str, int]] = {"contained": 500}
"""Other elements point at these by their ids."""


class Shortened(msgspec.Struct, frozen=True, gc=False):
    """What is kept of a resource."""

    resource: Resource
    left_out: Mapping[str, int]
    """By element of the resource itself how many of its items are left out."""
    cut_within: bool
    """Whether something is left out further down, or a text was cut off."""


def shortened(resource: Resource) -> Shortened:
    """`resource` with the beginnings of its long lists and texts; the rest of it is as it was."""
    cutting = _Cutting()
    left_out: dict[str, int] = {}
    kept: dict[str, object] = {}
    for name, value in resource.items():
        most = _MORE_ITEMS.get(name, MOST_ITEMS)
        if isinstance(value, list):
            if len(value) > most:
                left_out[name] = len(value) - most
            kept[name] = [cutting.cut(item, 2) for item in value[:most]]
        else:
            kept[name] = cutting.cut(value, 1)
    return Shortened(kept, left_out, cutting.has_cut)


class _Cutting:
    def __init__(self) -> None:
        self.has_cut = False
        self._values = 0

    @property
    def exhausted(self) -> bool:
        return self._values > MOST_VALUES

    def cut(self, value: object, level: int) -> object:
        self._values += 1
        if isinstance(value, str):
            self.has_cut = self.has_cut or len(value) > LONGEST_TEXT
            return value[:LONGEST_TEXT]
        if not isinstance(value, dict | list):
            return value
        if level > _MOST_LEVELS or self.exhausted:
            self.has_cut = True
            return None
        if isinstance(value, list):
            self.has_cut = self.has_cut or len(value) > MOST_ITEMS
            return [self.cut(item, level + 1) for item in value[:MOST_ITEMS]]
        kept: dict[str, object] = {}
        for name, member in value.items():
            if self.exhausted:
                self.has_cut = True
                break
            kept[name] = self.cut(member, level + 1)
        return kept
