"""Whose chart this is: name, date of birth with age, sex, MRN; deceased, inactive and merged said in words."""

import re
from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from procedure_viewer.chart.identity import identity_facts, identity_remarks, links_of
from procedure_viewer.chart.merging import Merging
from procedure_viewer.fhir.lookalike import Likeness
from procedure_viewer.fhir.patient import Patient
from procedure_viewer.tables.texts import (
    LONGEST_FACT,
    LONGEST_IN_CELL,
    LONGEST_IN_TOOLTIP,
    plain_tooltip,
    plain_tooltip_lines,
    shortened,
)
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.other_records import OtherRecordButton

NOT_MERGED = Merging()
_GAP = " " * 5
MOST_REASONS = 4
"""Ways in which others look like the patient that a tooltip tells."""


class Banner(QFrame):
    """Always there while a chart is open, at every window size. Nobody else is named in it, look-alikes neither."""

    record_wanted = Signal(str)
    """The id of a patient: another record of this one is to be opened."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAccessibleName(self.tr("Patient"))
        self.name = PlainLabel("bannerName", selectable=True)
        self.name.emphasise(1.35)
        self.facts = PlainLabel("bannerFacts", selectable=True)
        self.remarks = PlainLabel("bannerRemarks")
        self.remarks.emphasise()
        self.remarks.warn()
        self.other_record = OtherRecordButton()
        self.other_record.record_wanted.connect(self.record_wanted)
        self.alike = PlainLabel("bannerAlike")
        self.alike.warn()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.setSpacing(2)
        layout.addWidget(self.name)
        layout.addWidget(self.facts)
        remarked = QHBoxLayout()
        remarked.addWidget(self.remarks, 1)
        remarked.addWidget(self.other_record, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addLayout(remarked)
        layout.addWidget(self.alike)
        self.show_patient(None)

    def show_patient(self, patient: Patient | None, base_url: str = "", merging: Merging = NOT_MERGED) -> None:
        """Show the patient, or nothing at all; `base_url` is of the server that has the record.

        `merging` is what is known of merges besides.
        """
        self.setVisible(patient is not None)
        self._has_mrn = patient is not None and bool(patient.mrn)
        links = links_of(patient, base_url, merging) if patient is not None else []
        self.other_record.show_links(links, base_url, patient.id if patient is not None else "")
        self.warn_of(())
        if patient is None:
            for label in (self.name, self.facts, self.remarks):
                label.clear()
                _explain(label, "")
            return
        self.name.setText(_breakable(shortened(patient.name)))
        self.facts.setText(_breakable(self._facts(patient, LONGEST_FACT)))
        _explain(self.facts, self._facts(patient, LONGEST_IN_CELL))
        remarks = _GAP.join(identity_remarks(patient, base_url, merging))
        self.remarks.setText(_breakable(shortened(remarks)))
        _explain(self.remarks, remarks)
        self.remarks.setVisible(bool(remarks))
        self._keep_whole()

    def warn_of(self, alike: Sequence[Likeness]) -> None:
        """Say that others look like this patient; how, but not who they are, is told on request."""
        if not self._has_mrn:
            text = self.tr("Another patient looks alike: check a second identifier")
        elif len(alike) > 1:
            text = self.tr("{count} other patients look alike: check the MRN").format(count=len(alike))
        else:
            text = self.tr("Another patient looks alike: check the MRN")
        reasons = list(dict.fromkeys(likeness.reasons for likeness in alike))[:MOST_REASONS]
        self.alike.setText(text if alike else "")
        self.alike.setToolTip(plain_tooltip_lines(reasons))
        self.alike.setAccessibleDescription("; ".join(reasons))
        self.alike.setVisible(bool(alike))
        self._keep_whole()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._keep_whole()

    def _keep_whole(self) -> None:
        """Whatever else the window shows has to give way: names of several lines are never cut."""
        self.setMinimumHeight(max(0, self.heightForWidth(self.width())))

    def clear(self) -> None:
        """Show nobody."""
        self.show_patient(None)

    def _facts(self, patient: Patient, longest: int) -> str:
        """The facts in a row, each of at most so many characters."""
        facts = identity_facts(patient, date.today())
        if not facts:
            return self.tr("The record opened here does not say to whom it belongs.")
        return _GAP.join(
            fact.sentence.format(value=shortened(fact.value, 2 * longest if fact.is_name else longest))
            for fact in facts
        )


def _explain(label: PlainLabel, whole: str) -> None:
    """Tell all of it in the tooltip; a screen reader would be given the tooltip's markup otherwise."""
    label.setToolTip(plain_tooltip(whole))
    label.setAccessibleDescription(shortened(whole, LONGEST_IN_TOOLTIP))


def _breakable(name: str) -> str:
    """Very long words may be broken: a label would cut them off unseen."""
    return re.sub(r"(\S{40})(?=\S)", "\\1\u200b", name)
