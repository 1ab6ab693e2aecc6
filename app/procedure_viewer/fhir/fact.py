"""What a summary consists of: facts, each with its lines, each line with the element that says it."""

from typing import Final

import msgspec

from procedure_viewer.fhir.datatypes import Resource

ROOT: Final = "Procedure"
"""Where the paths of a Procedure's elements begin."""


class Line(msgspec.Struct, frozen=True, gc=False):
    """One thing that is said, and the element that says it."""

    text: str
    """For plain text; a note may have line breaks."""
    path: str
    """What `fhir.elements` calls that element, "Procedure.performer[0]"; "" for none in particular."""


class Fact(msgspec.Struct, frozen=True, gc=False):
    """A label and what there is to say, both for plain text."""

    label: str
    lines: tuple[Line, ...]
    warning: bool = False
    """It may change the meaning of everything else."""
    markup: str = ""
    """The same with its tables and lists, as `fhir.markup` lets them through; "" where the lines are all there is."""

    @property
    def value(self) -> str:
        """The lines, one below the other."""
        return "\n".join(line.text for line in self.lines)


def placed(resource: Resource, element: str, within: str = ROOT) -> list[tuple[str, Resource]]:
    """The objects at `element`, each with its path: only the items of a list have a number."""
    if element not in resource:
        return []
    return [(path, value) for path, value in placed_values(resource, element, within) if isinstance(value, dict)]


def placed_values(resource: Resource, element: str, within: str = ROOT) -> list[tuple[str, object]]:
    """The values at `element`, of whatever type, each with its path."""
    value = resource.get(element)
    if value is None:
        return []  # of most elements, of most records: a table of ten thousand asks for thirty of each
    path = f"{within}.{element}"
    if isinstance(value, list):
        return [(f"{path}[{number}]", item) for number, item in enumerate(value)]
    return [(path, value)]
