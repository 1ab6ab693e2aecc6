"""Whose records leave, as the dialogs for exporting and printing say it."""

from procedure_viewer.chart.extract import Extract
from procedure_viewer.printing.directions import with_own_direction


def whose_words(extract: Extract) -> str:
    """The banner in one line: who is deceased, inactive or merged stays so."""
    said = (extract.patient.name, *(fact.text for fact in extract.facts), *extract.remarks)
    return (" " * 5).join(map(with_own_direction, said))
