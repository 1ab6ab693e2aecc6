"""Whose chart this is: name, date of birth with age, sex, MRN; deceased, inactive and merged said in words."""

import re
from datetime import date

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QVBoxLayout

from procedure_viewer.fhir.patient import Patient
from procedure_viewer.fhir.when import age_text, date_text
from procedure_viewer.tables.texts import LONGEST_FACT, LONGEST_IN_CELL, plain_tooltip, shortened
from procedure_viewer.ui.labels import PlainLabel

MOST_NAMES = 3
"""Maiden, former and nicknames that the banner tells."""


class Banner(QFrame):
    """Always there while a chart is open, at every window size."""

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
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.setSpacing(2)
        for label in (self.name, self.facts, self.remarks):
            layout.addWidget(label)
        self.show_patient(None)

    def show_patient(self, patient: Patient | None) -> None:
        """Show the patient, or nothing at all."""
        self.setVisible(patient is not None)
        if patient is None:
            for label in (self.name, self.facts, self.remarks):
                label.clear()
                label.setToolTip("")
            return
        self.name.setText(_breakable(shortened(patient.name)))
        self.facts.setText(_breakable(self._facts(patient, LONGEST_FACT)))
        self.facts.setToolTip(plain_tooltip(self._facts(patient, LONGEST_IN_CELL)))
        remarks = self._remarks(patient)
        self.remarks.setText(_breakable(shortened(remarks)))
        self.remarks.setToolTip(plain_tooltip(remarks))
        self.remarks.setVisible(bool(remarks))

    def clear(self) -> None:
        """Show nobody."""
        self.show_patient(None)

    def _facts(self, patient: Patient, longest: int) -> str:
        """The facts in a row, each of at most so many characters."""
        if not patient.id:
            return self.tr("The record opened here does not say to whom it belongs.")
        born = date_text(patient.birth_date) or self.tr("not stated")
        age = "" if patient.deceased else age_text(patient.birth_date, date.today())
        facts = [
            self.tr("Born {date}").format(date=shortened(f"{born} ({age})" if age else born, longest)),
            self.tr("Sex {sex}").format(sex=shortened(patient.sex, longest) or self.tr("not stated")),
            self._number(patient, longest),
        ]
        names = patient.other_names[:MOST_NAMES]
        facts += [self.tr("Also {name}").format(name=shortened(name, 2 * longest)) for name in names]
        return "     ".join(facts)

    def _number(self, patient: Patient, longest: int) -> str:
        """The MRN; without one whatever else identifies the patient, under another label."""
        if patient.mrn:
            return self.tr("MRN {number}").format(number=shortened(patient.mrn, longest))
        other = next((identifier.value for identifier in patient.identifiers if identifier.value), "")
        if other:
            return self.tr("MRN not stated, other identifier {number}").format(number=shortened(other, longest))
        return self.tr("MRN not stated")

    def _remarks(self, patient: Patient) -> str:
        remarks = []
        if patient.deceased:
            remarks.append(patient.deceased_text or self.tr("Deceased"))
        if patient.active is False:
            remarks.append(self.tr("Inactive record"))
        if patient.replaced_by:
            others = ", ".join(key.text for key in patient.replaced_by)
            remarks.append(self.tr("Merged: this record was replaced by {other}").format(other=others))
        if patient.replaces:
            others = ", ".join(key.text for key in patient.replaces)
            remarks.append(self.tr("Merged: this record replaces {other}").format(other=others))
        if patient.repeated:
            names = ", ".join(patient.repeated)
            remarks.append(self.tr("Sent twice, and only the last is read: {names}").format(names=names))
        return "     ".join(remarks)


def _breakable(name: str) -> str:
    """Very long words may be broken: a label would cut them off unseen."""
    return re.sub(r"(\S{40})(?=\S)", "\\1\u200b", name)
