"""Finding a patient: one field that understands what is typed, how it was understood, and who was found."""

from datetime import date

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from procedure_viewer.fhir.patient import Patient
from procedure_viewer.fhir.query import Choice, Reading, read_query
from procedure_viewer.tables.patients import Column, PatientTable
from procedure_viewer.ui.advice import advice_for
from procedure_viewer.ui.choice_bar import ChoiceBar
from procedure_viewer.ui.error_dialog import server_lines
from procedure_viewer.ui.icons import set_icon
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.pane import Pane
from procedure_viewer.ui.row_table import RowTable
from procedure_viewer.ui.search_form import SearchForm, empty
from procedure_viewer.ui.session import Session
from procedure_viewer.ui.states import Link, Progress

MOST_LINES = 4
"""Lines of a name in the list; the rest of a longer one is in its tooltip and in the banner."""
ROWS_MEASURED = 100
"""Rows whose names decide how wide a column is: Qt would measure every one, at each part of an answer."""


class _AiryRows(QStyledItemDelegate):
    """Leaves some air above and below a text of several lines."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        size = super().sizeHint(option, index)
        return QSize(size.width(), size.height() + 6)


class SearchPane(QWidget):
    """The left side of the window. Enter searches, Down goes into the results, Enter opens."""

    opened = Signal()
    """A patient was chosen: the reader's attention moves to the chart."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("searchPane")
        self._session = session

        self.field = QLineEdit()
        self.field.setObjectName("searchField")
        self.field.setAccessibleName(self.tr("Find a patient"))
        self.field.setPlaceholderText(self.tr("Name, date of birth, MRN, phone or e-mail"))
        self.field.setClearButtonEnabled(True)
        set_icon(self.field.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition), "search")
        self.field.setMaxLength(300)
        self.field.textChanged.connect(self._line_edited)
        self.field.returnPressed.connect(self._search)
        self.field.installEventFilter(self)

        self.reading = PlainLabel("searchReading")
        self.choices = ChoiceBar()
        self.choices.chosen.connect(self._choose)
        self.choices.left.connect(self._focus_question)

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
        self._form.submitted.connect(self._search)
        self._form.hide()
        self._asks_form = False
        """Whether the form was edited last, not the line."""
        self._is_turning = False

        self.table = PatientTable()
        self.results = self._new_results()
        self.pane = Pane("search", self.results)
        self.pane.button_clicked.connect(self._pane_button)
        self.count = PlainLabel("searchCount")
        self.passed_over = PlainLabel("searchPassedOver")
        self._widen_button = QPushButton(self.tr("Show them"))
        self._widen_button.setObjectName("searchWiden")
        self._widen_button.clicked.connect(self._widen)
        self.warnings = PlainLabel("searchWarnings", selectable=True)
        self.warnings.warn()

        layout = self._layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 4, 4)
        layout.addWidget(self.field)
        layout.addWidget(self.reading)
        layout.addWidget(self.choices)
        layout.addWidget(self._form_button)
        layout.addWidget(self._form)
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
        self._search()

    @Slot()
    def forget(self) -> None:
        """Nothing that was typed stays, not even for who undoes."""
        self._form.forget()
        self.field.setText("")
        if self._asks_form:
            self._turn_to(form=False)

    def focus_list(self) -> None:
        """Give the keyboard to the patients, or to the field where there is nobody to be opened."""
        (self.results if self._can_open else self.field).setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def _can_open(self) -> bool:
        return self.pane.shows_content and self._list_is_of_now

    @Slot()
    def _focus_question(self) -> None:
        self._form.focus_chosen() if self._asks_form else self.field.setFocus(Qt.FocusReason.TabFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if watched is self.field and self._key_in_field(event.key()):
                return True
            if watched is self.results and self._key_in_results(event.key()):
                return True
        return super().eventFilter(watched, event)

    def _key_in_field(self, key: int) -> bool:
        """Down moves to the choices, or into the results of what is typed; whether the key was taken."""
        if key != Qt.Key.Key_Down:
            return False
        if self.choices.buttons:
            self.choices.take_focus()
            return True
        if not self._can_open:
            return False
        self.results.setFocus(Qt.FocusReason.TabFocusReason)
        if not self.results.currentIndex().isValid():
            self.results.selectRow(0)
        return True

    def _key_in_results(self, key: int) -> bool:
        """Enter opens, Up leaves the first row for the field; whether the key was taken."""
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            rows = self.results.selectionModel().selectedRows()
            self._open(rows[0] if rows else QModelIndex())  # only who is seen to be chosen
            return True
        if key == Qt.Key.Key_Up and self.results.currentIndex().row() <= 0:
            self.field.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return False

    def _new_results(self) -> RowTable:
        view = RowTable("searchResults", self.tr("Patients found"), self.table)
        # Names are read in full, over several lines if need be: rows are as high as that takes, up to a limit.
        view.setWordWrap(True)
        view.setItemDelegate(_AiryRows(view))
        rows = view.verticalHeader()
        rows.setMinimumSectionSize(rows.defaultSectionSize())
        rows.setMaximumSectionSize(rows.defaultSectionSize() + (MOST_LINES - 1) * view.fontMetrics().lineSpacing())
        rows.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header = view.horizontalHeader()
        # Rows that are measured for a column's width; Qt's thousand stall the window for a third of a second.
        header.setResizeContentsPrecision(ROWS_MEASURED)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        for column in (Column.BORN, Column.SEX, Column.MRN):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        view.activated.connect(self._open)
        view.installEventFilter(self)
        return view

    # What is asked

    @property
    def _is_empty(self) -> bool:
        return self._form.is_empty if self._asks_form else not self.field.text().strip()

    def _read(self) -> Reading:
        """What Enter would search for: of the line and the form, the one that was edited last."""
        if self._asks_form:
            return self._form.reading()
        return read_query(self.field.text(), date.today(), self._session.base_url or None)

    @property
    def _list_is_of_now(self) -> bool:
        """Whether the list answers what is typed now; if not, nobody in it may be opened by a key too many."""
        asked = self._session.asked
        return self._is_empty if asked is None else self._read() == asked

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
        self._show_reading()

    def _place_reading(self) -> None:
        """How it is understood stands right below what is typed."""
        for widget in (self.choices, self.reading):
            self._layout.removeWidget(widget)
            self._layout.insertWidget(self._layout.indexOf(self._form if self._asks_form else self.field) + 1, widget)

    @Slot()
    def _show_reading(self) -> None:
        reading = self._read()
        self.reading.setText(reading.text)
        self.choices.show_choices(reading.choices, self._form.button if self._asks_form else self.field)
        emptied = self._is_empty and self._session.asked is not None
        if emptied or (self._session.progress is Progress.UNCLEAR and not self._list_is_of_now):
            self._session.clear_search()  # back to the patients opened in this run
        else:
            self._show_whether_of_now()

    @Slot(object)
    def _choose(self, choice: Choice) -> None:
        """The reader said which of the readings is meant."""
        if self._asks_form:
            self._form.choose(choice)
            self._form.focus_chosen()
        else:
            self.field.setText(choice.line)
            self.field.setFocus()
        self._search()

    @Slot(bool)
    def _show_form(self, show: bool) -> None:
        self._form.setVisible(show)
        self._form_button.setArrowType(Qt.ArrowType.DownArrow if show else Qt.ArrowType.RightArrow)

    @Slot()
    def _search(self) -> None:
        reading = self._read()
        self.reading.setText(reading.text)
        if self._is_empty:
            self._session.clear_search()
        elif reading.ok:
            self._session.find(reading)
        else:
            self._session.ask_back(reading)

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        if index.isValid() and self._can_open:
            self._session.open(self.table.patient_at(index.row()))
            self.opened.emit()

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
        else:
            session.find_again()

    @Slot()
    def _widen(self) -> None:
        """Search again for those of whom only a part of the name matched."""
        if self._session.reading is not None:
            wider = self._session.reading.widened()
            self._session.find(wider, asked=self._session.asked)
            self.reading.setText(wider.text)

    @Slot()
    def _show_search(self) -> None:
        session = self._session
        found = session.found
        self.warnings.setText(server_lines(found.warnings))
        self.warnings.setVisible(bool(found.warnings))
        by_name = sorted(found.patients, key=lambda patient: (patient.name.casefold(), patient.birth_date))
        shown = session.recent if session.progress is Progress.NOTHING else by_name
        if shown:
            self._show_patients(shown)
            self._show_whether_of_now()
            return
        self.table.show_patients(())
        self._show_whether_of_now()
        match session.progress:
            case Progress.NOTHING if session.link is Link.CONNECTING:
                self.pane.show_message("loading", self.tr("Connecting…"), self._server(), self.tr("Cancel"))
            case Progress.LOADING:
                self.pane.show_message("loading", self.tr("Searching…"), self._what(), self.tr("Cancel"))
            case _ if session.link is Link.FAILED:
                self.pane.show_message("failed", self.tr("Not connected"), self._server(), self.tr("Connect again"))
            case Progress.NOTHING:
                self.pane.show_message(
                    "patient",
                    self.tr("No patient looked up yet"),
                    self.tr("Type a name, a date of birth, an MRN, a phone number or an e-mail, and press Enter."),
                )
            case Progress.UNCLEAR:
                text = session.asked.text if session.asked is not None else ""
                self.pane.show_message("search", self.tr("Nothing was searched"), text)
            case Progress.DONE if session.reading is not None and session.reading.procedure_id:
                self.pane.show_message("procedure", self.tr("Opened by its id"), self._what())
            case Progress.STOPPED:
                self.pane.show_message("empty", self.tr("Search stopped"), self._what(), self.tr("Search again"))
            case Progress.FAILED:
                title = advice_for(session.search_problem).title if session.search_problem else ""
                self.pane.show_message("failed", title, self._what(), self.tr("Retry"))
            case Progress.DONE if found.passed_over:
                text = f"{self._what()}\n{self.passed_over.text()}"
                self.pane.show_message("empty", self._nobody_has_it_all(), text, self.tr("Show them"))
            case Progress.DONE if found.warnings or found.unreadable:
                self.pane.show_message("warning", self.tr("Nobody can be shown"), self._what(), self.tr("Search again"))
            case Progress.DONE:
                hint = self.tr("Try fewer letters, another spelling, or the date of birth alone.")
                self.pane.show_message("empty", self.tr("Nobody found"), f"{self._what()}\n{hint}")

    def _nobody_has_it_all(self) -> str:
        found = self._session.found
        if found.more:
            return self.tr("None of the first {count} has all of this name").format(count=found.candidates)
        return self.tr("Nobody has all of this name")

    def _show_passed_over(self) -> None:
        """How many the server found who are not in the list, with a way to see them; an empty list says it itself."""
        session, count = self._session, self._session.found.passed_over
        if session.found.patients:
            only = self.tr("1 more patient matched only part of the name")
            several = self.tr("{count} more patients matched only part of the name")
        else:
            only = self.tr("1 patient matched only part of it")
            several = self.tr("{count} patients matched only part of it")
        self.passed_over.setText(only if count == 1 else several.format(count=count))
        ended = session.progress not in (Progress.NOTHING, Progress.LOADING)
        in_the_list = session.progress is Progress.DONE and not session.found.patients
        said_here = count > 0 and ended and not in_the_list and self._list_is_of_now
        self.passed_over.setVisible(said_here)
        self._widen_button.setVisible(said_here)

    def _show_patients(self, patients: list[Patient]) -> None:
        """The rows anew; whoever was highlighted stays so, in whichever row, and nobody else becomes it."""
        rows = self.results.selectionModel().selectedRows()
        chosen = self.table.patient_at(rows[0].row()) if rows else None
        self.table.show_patients(patients)
        self.results.setCurrentIndex(QModelIndex())
        row = self.table.row_of(chosen) if chosen is not None else None
        if row is not None:
            self.results.selectRow(row)
        self.pane.show_content()

    def _server(self) -> str:
        return self._session.server.name if self._session.server else ""

    @Slot()
    def _show_whether_of_now(self) -> None:
        """A list that answers an older question says which one, and is dimmed and out of reach."""
        self.results.setEnabled(self._list_is_of_now)
        self._show_passed_over()
        self.count.setText(self._count_text())
        self.count.setVisible(bool(self.count.text()))

    def _what(self) -> str:
        return self._session.reading.text if self._session.reading else ""

    def _count_text(self) -> str:
        """Whose list it is if it isn't of what is typed now, how many were found, and whether that is all."""
        counted = self._counted()
        if not counted or self._list_is_of_now:
            return counted
        if self._session.asked is None:
            return self.tr("{list}. Press Enter to search for what is typed.").format(list=counted)
        older = self.tr("Results for: {what} ({count}). Press Enter to search for what is typed now.")
        return older.format(what=self._what(), count=counted)

    def _counted(self) -> str:
        session, found = self._session, self._session.found
        shown = len(found.patients)
        if session.progress is Progress.NOTHING:
            return self.tr("Opened in this run") if session.recent else ""
        aside = ""
        if found.unreadable:
            aside = " " + self.tr("({count} entries could not be read)").format(count=found.unreadable)
        return self._shown_text(shown) + aside if shown or aside else ""

    def _shown_text(self, shown: int) -> str:
        session, found = self._session, self._session.found
        if session.progress is Progress.LOADING:
            return self.tr("{count} so far…").format(count=shown)
        if session.progress is Progress.FAILED:
            return self.tr("Incomplete: {count} found before the search failed").format(count=shown)
        if session.progress is Progress.STOPPED:
            return self.tr("Incomplete: {count} found before the search was stopped").format(count=shown)
        if found.more and found.total is not None:
            return self.tr("Showing {count} of {total}: add a birth date").format(count=shown, total=found.total)
        if found.more:
            return self.tr("Showing the first {count}: add a birth date").format(count=shown)
        if found.passed_over:
            return self.tr("Showing {count} of {total}").format(count=shown, total=shown + found.passed_over)
        return self.tr("1 patient") if shown == 1 else self.tr("{count} patients").format(count=shown)
