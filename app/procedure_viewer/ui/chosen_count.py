"""How many procedures are selected, in words."""

from PySide6.QtCore import Slot

from procedure_viewer.tables.procedures import ProcedureTable
from procedure_viewer.ui.announcing import announce
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.several_rows import SeveralRows


class ChosenCount(PlainLabel):
    """Says nothing where that is just the one that is shown. It stands at the foot of the window: above the list it
    would move rows under a hand that is about to click on the next."""

    def __init__(self, view: SeveralRows, table: ProcedureTable) -> None:
        super().__init__("procedureSelected")
        self._view, self._table = view, table
        self.setWordWrap(False)
        self.setVisible(False)
        view.chosen_changed.connect(self.count)
        table.visible_changed.connect(self.count)

    @Slot()
    def count(self) -> None:
        """Say how many there are now."""
        if self._view.in_flux:
            return
        count = self._view.chosen_count
        text = self.tr("{count} of {shown} selected").format(count=f"{count:,}", shown=f"{self._table.shown:,}")
        if count < 2 and (count == 0 or self._view.chosen is not None):
            text = ""
        if text != self.text():
            self.setText(text)
            self.setVisible(bool(text))
            announce(self._view, text)
