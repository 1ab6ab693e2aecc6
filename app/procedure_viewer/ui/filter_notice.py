"""The line that says which filters hold and how many rows they hide, for eye and ear, and ends them."""

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from procedure_viewer.tables.filters import describe
from procedure_viewer.tables.procedures import ProcedureTable
from procedure_viewer.ui.announcing import announce
from procedure_viewer.ui.labels import PlainLabel

_UNTIL_SAID = 400
"""Milliseconds without another change of the filter after which its effect is spoken: not at each letter."""


class FilterNotice(QWidget):
    """There only while a filter holds, also one that hides nothing."""

    clear_wanted = Signal()

    def __init__(self, table: ProcedureTable) -> None:
        super().__init__()
        self.setObjectName("filterNotice")
        self._table = table
        self.label = PlainLabel("procedureHidden")
        self.button = QPushButton(self.tr("Clear filters"))
        self.button.setObjectName("clearFilters")
        self.button.clicked.connect(self.clear_wanted)
        self._saying = QTimer(self)
        self._saying.setSingleShot(True)
        self._saying.setInterval(_UNTIL_SAID)
        self._saying.timeout.connect(self._say)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.label, 1)
        row.addWidget(self.button)

    def show_effect(self, *, has_chart: bool) -> None:
        """Say what the filters do to the open chart, if there is one and they do."""
        filters, hidden = self._table.filters, self._table.hidden_by_filter
        if not has_chart or not filters.active:
            self.label.clear()
        else:
            text = (
                self.tr("{hidden} of {all} rows hidden by the filter: {filters}")
                if hidden
                else self.tr("No row of {all} hidden by the filter: {filters}")
            )
            self.label.setText(text.format(hidden=hidden, all=self._table.admitted, filters=describe(filters)))
        self.setVisible(bool(self.label.text()))

    def say_soon(self) -> None:
        """Speak it, once the reader has come to rest."""
        self._saying.start()

    def say_nothing(self) -> None:
        """Leave unsaid what was still to be spoken."""
        self._saying.stop()

    @Slot()
    def _say(self) -> None:
        said = self.label.text() or self.tr("No filter; all rows are there")
        announce(self, said)
