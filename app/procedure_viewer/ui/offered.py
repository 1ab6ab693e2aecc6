"""One answer to what is exported or printed."""

from dataclasses import dataclass, field

from procedure_viewer.chart.extract import Extract


@dataclass(frozen=True, slots=True)
class Offered:
    """Some of the open chart's records, and what the reader is told that they are."""

    words: str
    extract: Extract = field(repr=False)
