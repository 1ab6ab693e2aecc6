"""Whose records a dialog is about: it may cover the banner."""

from procedure_viewer.chart.extract import Extract
from procedure_viewer.printing.directions import with_own_direction
from procedure_viewer.tables.texts import shortened
from procedure_viewer.ui.labels import PlainLabel


class Whose(PlainLabel):
    """The patient's name and what tells them from others."""

    def __init__(self, name: str, extract: Extract) -> None:
        super().__init__(name)
        facts = (extract.patient.name, *(fact.text for fact in extract.facts))
        self.setText("     ".join(with_own_direction(shortened(fact)) for fact in facts))
        self.emphasise()
