"""What the reader decided of an export, and what of that is offered again."""

from dataclasses import dataclass
from pathlib import Path

from procedure_viewer.export.formats import Format, Order
from procedure_viewer.printing.paper import Paper, PaperSize


@dataclass(frozen=True, slots=True)
class Likings:
    """How the reader exported last in this run of the program."""

    folder: Path
    format: Format = Format.JSON
    """Where it can not hold the records of the next export, another is offered first."""
    indent: bool = False
    seal: bool = False
    paper: PaperSize | None = None
    """None for the one that is usual where the reader is."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the reader decided."""

    path: Path
    order: Order
    paper: Paper | None
    likings: Likings
