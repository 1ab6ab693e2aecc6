"""Whose records a dialog is about."""

from procedure_viewer.chart.extract import Extract
from procedure_viewer.printing.directions import with_own_direction
from procedure_viewer.tables.texts import shortened
from procedure_viewer.ui.labels import PlainLabel

_GAP = " " * 5


class WhoseLabel(PlainLabel):
    """What tells the patient from others, as in the banner that the dialog may cover, with what is remarked there."""

    def __init__(self, name: str, extract: Extract) -> None:
        super().__init__(name)
        facts = (extract.patient.name, *(fact.text for fact in extract.facts), *extract.remarks)
        self.setText(_GAP.join(with_own_direction(shortened(fact)) for fact in facts))
        self.emphasise()
