"""Finding a patient: what is asked, who was found, and how one gets from there into a chart."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from procedure_viewer.chart.search import Progress
from procedure_viewer.fhir.lookalike import LookAlikes, look_alikes
from procedure_viewer.fhir.patient import Patient
from procedure_viewer.ui.advice import Remedy
from procedure_viewer.ui.announcing import announce
from procedure_viewer.ui.error_dialog import server_lines
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.pane import Pane
from procedure_viewer.ui.patient_list import PatientList
from procedure_viewer.ui.search_question import SearchQuestion
from procedure_viewer.ui.search_words import (
    count_text,
    message_for,
    passed_over_text,
    remedy_of_search,
)
from procedure_viewer.ui.session import Session
from procedure_viewer.ui.states import Link

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class SearchPane(QWidget):
    """The left side of the window. Enter searches, Down goes into the results, Enter opens."""

    opened = Signal()
    """A patient was chosen: the reader's attention moves to the chart."""

    def __init__(self, session: Session, line: str = "") -> None:
        """`line` is what was typed before this was there."""
        super().__init__()
        self.setObjectName("searchPane")
        self._session = session
        self._going_down = False
        """Whether Down was pressed before there was a list to go down to."""
        self._hint = ""
        """Why a key did nothing, until another is pressed."""

        self.question = SearchQuestion(session, line)
        self.field, self.reading, self.choices = self.question.field, self.question.reading, self.question.choices
        self.question.edited.connect(self._edited)
        self.question.submitted.connect(self.search)
        self.field.installEventFilter(self)
        self.results = PatientList()
        self.table = self.results.table
        self.results.activated.connect(self._open)
        self.results.open_wanted.connect(self._open_chosen)
        self.results.moved.connect(self._drop_hint)
        self.results.left.connect(self._leave_list)
        self.pane = Pane("search", self.results)
        self.pane.button_clicked.connect(self._pane_button)
        self.count = PlainLabel("searchCount")
        self.passed_over = PlainLabel("searchPassedOver")
        self._widen_button = QPushButton(self.tr("Show them"))
        self._widen_button.setObjectName("searchWiden")
        self._widen_button.clicked.connect(self._widen)
        self.warnings = PlainLabel("searchWarnings", selectable=True)
        self.warnings.warn()

        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 4, 4)
        layout.addWidget(self.question)
        layout.addWidget(self.warnings)
        layout.addWidget(self.count)
        aside = QHBoxLayout()
        aside.addWidget(self.passed_over, 1)
        aside.addWidget(self._widen_button)
        layout.addLayout(aside)
        layout.addWidget(self.pane, 1)
        session.search_changed.connect(self._show_search)
        session.chart_opened.connect(self._show_search)
        session.forgotten.connect(self.forget)
        session.server_changed.connect(self._show_search)
        session.server_changed.connect(self._show_reading)
        self._show_reading()
        self._show_search()

    def search_for(self, line: str) -> None:
        """Search as if `line` had been typed and Enter pressed."""
        self.field.setText(line)
        self.search()

    @Slot()
    def forget(self) -> None:
        """Nothing that was typed stays, not even for who undoes."""
        self.question.forget()

    def focus_list(self) -> None:
        """Give the keyboard to the patients, or to the field where there is nobody to be opened."""
        (self.results if self._can_open else self.field).setFocus(Qt.FocusReason.ShortcutFocusReason)

    # The way from the field into a chart

    @property
    def _can_open(self) -> bool:
        return self.pane.shows_content and self._list_is_of_now

    @property
    def _awaits_list(self) -> bool:
        """Whether the list that answers what is typed is on its way."""
        return self._session.progress is Progress.LOADING and self._list_is_of_now

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down and self._go_down():
                return True
            if event.key() in _ENTER and self._going_down and self._awaits_list:
                self._came_early()  # it is meant for the list, where there is nobody yet whom the reader could know
                return True
        return super().eventFilter(watched, event)

    def _go_down(self) -> bool:
        """To the choices, or into the results of what is typed, also of those to come; whether the key was taken."""
        if self.choices.buttons:
            self.choices.take_focus()
        elif self._can_open:
            self.results.setFocus(Qt.FocusReason.TabFocusReason)
            if not self.results.currentIndex().isValid():
                self.results.selectRow(0)
        elif self._awaits_list:
            self._going_down = True
        else:
            return False
        return True

    def _arrive(self) -> None:
        """The list is as long as it gets: go where Down was to lead, unless the reader has turned elsewhere."""
        self._going_down = False
        if self._can_open and self.field.hasFocus():
            self.results.setFocus(Qt.FocusReason.TabFocusReason)
            if self.results.chosen is None:
                self.results.choose_first()

    @Slot()
    def _open_chosen(self) -> None:
        """Enter in the list: it opens who is highlighted, and was so on the screen before."""
        rows = self.results.selectionModel().selectedRows()
        if rows and self.results.seen:
            self._open(rows[0])
        elif rows or self._awaits_list:
            self._came_early()
        elif self._can_open:
            self._give_hint(self.tr("Enter opens the highlighted patient: choose one with Up or Down."))

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        if index.isValid() and self._can_open:
            self._hint = ""
            self._session.open(self.table.patient_at(index.row()))
            self.opened.emit()

    @Slot()
    def _leave_list(self) -> None:
        self.field.setFocus(Qt.FocusReason.TabFocusReason)

    def _came_early(self) -> None:
        self._give_hint(self.tr("Enter came before the list could be read: nobody was opened. Press it again."))

    def _give_hint(self, hint: str) -> None:
        """Say why a key did nothing; a screen reader says it at once."""
        self._hint = hint
        self._show_whether_of_now()
        announce(self.count, hint)

    @Slot()
    def _drop_hint(self) -> None:
        if self._hint:
            self._hint = ""
            self._show_whether_of_now()

    # What is asked

    @property
    def _list_is_of_now(self) -> bool:
        """Whether the list answers what is typed now; if not, nobody in it may be opened by a key too many."""
        asked = self._session.asked
        return self.question.is_empty if asked is None else self.question.read() == asked

    @Slot()
    def _edited(self) -> None:
        self._going_down, self._hint = False, ""
        self._show_reading()

    @Slot()
    def _show_reading(self) -> None:
        self.question.show_reading(self.question.read())
        emptied = self.question.is_empty and self._session.asked is not None
        if emptied or (self._session.progress is Progress.UNCLEAR and not self._list_is_of_now):
            self._session.clear_search()  # back to the patients opened in this run
        else:
            self._show_whether_of_now()

    @Slot()
    def search(self) -> None:
        """Search for what is typed."""
        self._going_down, self._hint = False, ""
        reading = self.question.read()
        self.reading.setText(reading.text)
        if self.question.is_empty:
            self._session.clear_search()
        elif reading.ok:
            self._session.find(reading)
        else:
            self._session.ask_back(reading)

    @Slot()
    def _pane_button(self) -> None:
        """The message's button: what it does follows from why there are no rows."""
        session = self._session
        if session.progress is Progress.LOADING or session.link is Link.CONNECTING:
            session.cancel()
        elif session.link is Link.FAILED:
            session.connect_again()
        elif session.progress is Progress.DONE and session.found.passed_over:
            self._widen()
        elif session.progress is Progress.FAILED and remedy_of_search(session) is Remedy.SIGN_IN:
            session.sign_in_wanted.emit()
        else:
            session.find_again()

    @Slot()
    def _widen(self) -> None:
        """Search again for those of whom only a part of the name matched."""
        if self._session.reading is not None:
            wider = self._session.reading.widened()
            self._session.find(wider, asked=self._session.asked)
            self.reading.setText(wider.text)

    # Who was found

    @Slot()
    def _show_search(self) -> None:
        session = self._session
        found = session.found
        self.warnings.setText(server_lines(found.warnings))
        self.warnings.setVisible(bool(found.warnings))
        patients, alike = self._shown()
        if patients:
            self.results.show_patients(patients, alike)
            self.pane.show_content()
        else:
            self._show_nobody()
        self._show_whether_of_now()
        if self._going_down and not self._awaits_list:
            self._arrive()

    def _shown(self) -> tuple[list[Patient], LookAlikes]:
        """Who is in the list, and who of them is easily taken for whom."""
        session = self._session
        if session.progress is Progress.NOTHING:
            return session.recent, look_alikes(session.recent)
        by_name = sorted(session.found.patients, key=lambda patient: (patient.name.casefold(), patient.birth_date))
        return by_name, session.found.alike

    def _show_nobody(self) -> None:
        if self.results.hasFocus() and self._awaits_list:
            self._going_down = True  # who was in the list goes back to it
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.table.show_patients(())
        message = message_for(self._session)
        self.pane.show_message(message.icon, message.title, message.text, message.button)

    @Slot()
    def _show_whether_of_now(self) -> None:
        """A list that answers an older question says which one, and is dimmed and out of reach."""
        of_now = self._list_is_of_now
        self.results.setEnabled(of_now)
        self._show_passed_over(of_now=of_now)
        texts = (count_text(self._session, of_now=of_now), self._hint)
        self.count.setText(" ".join(filter(None, texts)))
        self.count.setVisible(bool(self.count.text()))

    def _show_passed_over(self, *, of_now: bool) -> None:
        """How many are left out, with a way to see them; an empty list says it itself."""
        session = self._session
        self.passed_over.setText(passed_over_text(session))
        ended = session.progress not in (Progress.NOTHING, Progress.LOADING)
        in_the_list = session.progress is Progress.DONE and not session.found.patients
        said_here = session.found.passed_over > 0 and ended and not in_the_list and of_now
        self.passed_over.setVisible(said_here)
        self._widen_button.setVisible(said_here)
