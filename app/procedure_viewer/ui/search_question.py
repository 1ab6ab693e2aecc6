"""What is asked when a patient is looked for: one field that understands what is typed, how it was understood, and the
separate fields for those who prefer them."""

from datetime import date

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from procedure_viewer.fhir.query import Choice, Reading, read_query
from procedure_viewer.ui.choice_bar import ChoiceBar
from procedure_viewer.ui.first_sight import new_search_field
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.search_form import SearchForm, empty
from procedure_viewer.ui.session import Session


class SearchQuestion(QWidget):
    """The line and the form; of the two, the one that was edited last is what is asked."""

    edited = Signal()
    submitted = Signal()
    """Enter was pressed in the line or in the form, or one of several readings was chosen."""

    def __init__(self, session: Session, line: str = "") -> None:
        super().__init__()
        self.setObjectName("searchQuestion")
        self._session = session
        self.field = new_search_field()
        self.field.insert(line)
        self.field.textChanged.connect(self._line_edited)
        self.field.returnPressed.connect(self.submitted)

        self.reading = PlainLabel("searchReading")
        self.choices = ChoiceBar()
        self.choices.chosen.connect(self._choose)
        self.choices.left.connect(self.take_focus)

        self._form_button = QToolButton()
        self._form_button.setObjectName("searchFormButton")
        self._form_button.setText(self.tr("Separate fields"))
        self._form_button.setCheckable(True)
        self._form_button.setAutoRaise(True)
        self._form_button.setArrowType(Qt.ArrowType.RightArrow)
        self._form_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._form_button.toggled.connect(self._show_form)
        self._form = SearchForm()
        self._form.edited.connect(self._form_edited)
        self._form.submitted.connect(self.submitted)
        self._form.hide()
        self._asks_form = False
        """Whether the form was edited last, not the line."""
        self._is_turning = False

        layout = self._layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        for widget in (self.field, self.reading, self.choices, self._form_button, self._form):
            layout.addWidget(widget)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked."""
        return self._form.is_empty if self._asks_form else not self.field.text().strip()

    def read(self) -> Reading:
        """What Enter would search for."""
        if self._asks_form:
            return self._form.reading()
        return read_query(self.field.text(), date.today(), self._session.base_url or None)

    def show_reading(self, reading: Reading) -> None:
        """Say how it is understood, and offer the ways in which it may be."""
        self.reading.setText(reading.text)
        self.choices.show_choices(reading.choices, self._form.button if self._asks_form else self.field)

    def forget(self) -> None:
        """Nothing that was typed stays, not even for who undoes."""
        self._form.forget()
        self.field.setText("")
        if self._asks_form:
            self._turn_to(form=False)

    @Slot()
    def take_focus(self) -> None:
        """Give the keyboard to what was edited last."""
        self._form.focus_chosen() if self._asks_form else self.field.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _line_edited(self) -> None:
        self._turn_to(form=False)

    @Slot()
    def _form_edited(self) -> None:
        self._turn_to(form=True)

    def _turn_to(self, *, form: bool) -> None:
        """The line or the form was edited: what stands in the other is not what is searched for, so it goes."""
        if self._is_turning:
            return
        self._is_turning = True
        if form is not self._asks_form:
            self._asks_form = form
            empty(self.field) if form else self._form.clear()
            self._place_reading()
        self._is_turning = False
        self.edited.emit()

    def _place_reading(self) -> None:
        """How it is understood stands right below what is typed."""
        for widget in (self.choices, self.reading):
            self._layout.removeWidget(widget)
            self._layout.insertWidget(self._layout.indexOf(self._form if self._asks_form else self.field) + 1, widget)

    @Slot(object)
    def _choose(self, choice: Choice) -> None:
        """The reader said which of the readings is meant."""
        if self._asks_form:
            self._form.choose(choice)
            self._form.focus_chosen()
        else:
            self.field.setText(choice.line)
            self.field.setFocus()
        self.submitted.emit()

    @Slot(bool)
    def _show_form(self, show: bool) -> None:
        self._form.setVisible(show)
        self._form_button.setArrowType(Qt.ArrowType.DownArrow if show else Qt.ArrowType.RightArrow)
