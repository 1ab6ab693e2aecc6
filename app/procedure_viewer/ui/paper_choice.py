"""Which sheets pages are laid out for."""

from PySide6.QtWidgets import QComboBox

from procedure_viewer.printing.paper import PaperSize


class PaperChoice(QComboBox):
    """A4 or Letter."""

    def __init__(self, name: str, size: PaperSize) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(self.tr("Paper"))
        self.addItem(self.tr("A4"), PaperSize.A4)
        self.addItem(self.tr("Letter"), PaperSize.LETTER)
        self.setCurrentIndex(self.findData(size))

    @property
    def size_chosen(self) -> PaperSize:
        """The one that is chosen."""
        return PaperSize(self.currentData())
