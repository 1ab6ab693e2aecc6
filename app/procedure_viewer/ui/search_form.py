"""The separate fields of the search, for those who prefer them to one line."""

from datetime import date

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFormLayout, QLineEdit, QPushButton, QWidget

from procedure_viewer.fhir.query import Choice, Reading, read_fields


class SearchForm(QWidget):
    """Given and family name, date of birth, MRN, phone."""

    edited = Signal()
    submitted = Signal()
    """Enter was pressed in a field, or the button."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("searchForm")
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._fields: dict[str, QLineEdit] = {}
        for name, label in (
            ("given", self.tr("Given name")),
            ("family", self.tr("Family name")),
            ("birth_date", self.tr("Date of birth")),
            ("mrn", self.tr("MRN")),
            ("phone", self.tr("Phone")),
        ):
            field = QLineEdit()
            field.setObjectName(f"searchForm_{name}")
            field.setAccessibleName(label)
            field.setMaxLength(100)
            field.textChanged.connect(self.edited)
            field.returnPressed.connect(self.submitted)
            layout.addRow(label, field)
            self._fields[name] = field
        self.button = QPushButton(self.tr("Search"))
        self.button.setObjectName("searchFormSubmit")
        self.button.clicked.connect(self.submitted)
        layout.addRow(self.button)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is typed into any field."""
        return not any(field.text().strip() for field in self._fields.values())

    def reading(self) -> Reading:
        """How the fields are understood."""
        return read_fields(**{name: field.text() for name, field in self._fields.items()}, today=date.today())

    def choose(self, choice: Choice) -> None:
        """Have the fields say which of the readings is meant."""
        self._fields["birth_date"].setText(choice.date)

    def focus_chosen(self) -> None:
        """Give the keyboard to the field that a choice was about."""
        self._fields["birth_date"].setFocus()

    def forget(self) -> None:
        """Empty every field so that no undoing brings anything back."""
        for field in self._fields.values():
            field.setText("")

    @Slot()
    def clear(self) -> None:
        """Empty every field; Ctrl+Z in one brings back what stood there."""
        for field in self._fields.values():
            empty(field)


def empty(field: QLineEdit) -> None:
    """Take out what a field holds as a reader would, so that it can be undone."""
    if field.text():
        field.selectAll()
        field.del_()
