"""The procedures of the open chart: how complete the list is, a filter, and the table."""

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from procedure_viewer.chart.news import RereadProcedure
from procedure_viewer.chart.open_chart import OpenChart, Standing
from procedure_viewer.chart.statement import statement_of
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.tables.columns import Column
from procedure_viewer.tables.filters import Filters
from procedure_viewer.tables.grouping import Grouping
from procedure_viewer.tables.procedures import ProcedureTable
from procedure_viewer.ui.advice import Asked, Remedy, advice_for
from procedure_viewer.ui.aging import Aging
from procedure_viewer.ui.announcing import announce
from procedure_viewer.ui.chosen_count import ChosenCount
from procedure_viewer.ui.error_dialog import server_lines
from procedure_viewer.ui.filter_bar import FilterBar
from procedure_viewer.ui.filter_notice import FilterNotice
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.list_menu import ListMenu
from procedure_viewer.ui.merged_records import MergedRecords
from procedure_viewer.ui.pane import Pane
from procedure_viewer.ui.procedure_list import ProcedureList
from procedure_viewer.ui.session import Session


class ProcedurePane(QWidget):
    """Shows the session's chart; selecting a row makes it the session's selected procedure."""

    selected = Signal(object)
    """Procedure | None."""
    sorted_anew = Signal(str)
    """By what and in which direction, in words."""
    visible_changed = Signal()
    """`table.visible()` gives another set."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("procedurePane")
        self._session = session
        self.table = ProcedureTable()
        self.table.visible_changed.connect(self.visible_changed)
        self.view = ProcedureList(self.table)
        self.view.sorted_anew.connect(self.sorted_anew)
        self.view.chosen_changed.connect(self._selection_changed)
        self._told: Procedure | None = None
        """The procedure that was last said to be selected."""
        self.columns = self.view.arrangement

        menu = self.menu = ListMenu(self.table, self.columns, self)
        menu.grouping_wanted.connect(self.group_by)
        menu.closing_wanted.connect(self._close_groups)
        menu.opening_wanted.connect(self._open_groups)
        self.filters = FilterBar(self.table.choices, menu)
        self.filters.changed.connect(self._filter_changed)
        self.filter = self.filters.text
        self.notice = FilterNotice(self.table)
        self.notice.clear_wanted.connect(self.filters.clear)
        self.errors = QCheckBox()
        self.errors.setObjectName("procedureShowErrors")
        self.errors.toggled.connect(self._show_errors)
        self.statement = PlainLabel("procedureStatement", selectable=True)
        self.retry = QPushButton(self.tr("Retry"))
        self.retry.setObjectName("procedureRetry")
        self.retry.clicked.connect(self._mend)
        self.warnings = PlainLabel("procedureWarnings", selectable=True)
        self.warnings.warn()
        self.merged = MergedRecords()
        self.merged.record_wanted.connect(session.open_patient)
        self.aging = Aging(session, self)
        self.aging.aged.connect(self._show_chart)

        self.chosen_text = ChosenCount(self.view, self.table)
        self.pane = Pane("procedure", self.view)
        self.pane.button_clicked.connect(self._pane_button)
        said = QHBoxLayout()
        said.addWidget(self.statement, 1)
        said.addWidget(self.errors)
        said.addWidget(self.retry)
        layout = self._layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.filters)
        layout.addLayout(said)
        layout.addWidget(self.warnings)
        layout.addWidget(self.merged)
        layout.addWidget(self.notice)
        layout.addWidget(self.pane, 1)

        session.chart_opened.connect(self._show_chart)
        session.chart_changed.connect(self._show_chart)
        session.rows_added.connect(self._add_rows)
        session.procedure_reread.connect(self._reread)
        session.selection_wanted.connect(self.select)
        self._show_chart()

    @Slot(object)
    def select(self, procedure: Procedure) -> None:
        """Select a procedure; what hides it (the filter, entered in error) is lifted."""
        row = self.table.row_of(procedure)
        if row is None:
            self.table.open_group_of(procedure)
            row = self.table.row_of(procedure)
        if row is None:
            self.filters.clear()
            self.errors.setChecked(True)
            row = self.table.row_of(procedure)
        if row is not None:
            self.view.selectRow(row)
            self.view.scrollTo(self.table.index(row, 0))

    def height_around(self) -> int:
        """Pixels that everything but the rows takes."""
        self._layout.activate()
        return self.height() - self.view.viewport().height()

    def sort_by(self, column: Column) -> None:
        """Sort by a column; by the same one again, the other way round."""
        self.view.sort_by(column)

    @Slot(object)
    def group_by(self, grouping: Grouping) -> None:
        """Divide the list by year, by code, or not at all; what is selected stays so."""
        self._rearrange(lambda: self.table.group_by(grouping))

    @Slot()
    def group_next(self) -> None:
        """Divide the list in the next of the ways that there are, and say which."""
        ways = list(Grouping)
        self.group_by(ways[(ways.index(self.table.grouping) + 1) % len(ways)])
        said = {
            Grouping.NONE: self.tr("One list, without groups"),
            Grouping.YEAR: self.tr("Grouped by year"),
            Grouping.CODE: self.tr("Grouped by code"),
        }[self.table.grouping]
        announce(self.view, said)
        self.sorted_anew.emit(said)

    @Slot()
    def _close_groups(self) -> None:
        self._rearrange(self.table.collapse_all)

    @Slot()
    def _open_groups(self) -> None:
        self._rearrange(self.table.expand_all)

    def clear(self) -> None:
        """Show nothing of the chart that was open."""
        self.table.clear()
        self.view.let_go()
        self.view.fit.clear()
        self.notice.say_nothing()
        self.filters.forget()
        self.errors.setChecked(False)
        self._told = None
        self.selected.emit(None)
        self.chosen_text.count()
        self._show_chart()

    @Slot(object)
    def _add_rows(self, rows: tuple[Procedure, ...]) -> None:
        self.table.add(rows)
        self.view.fit.add_texts(Column.REPEATS, self.table.repeat_texts(len(rows)))
        self.view.fit.add(row for row in rows if self.errors.isChecked() or not row.entered_in_error)

    @Slot(object)
    def _reread(self, reread: RereadProcedure) -> None:
        """Show the new content, or take the row out; the reader stays with what is selected meanwhile."""
        asked_for = self._session.selected
        self._told = None
        with self.view.keeping(reread.older, reread.fresh):
            self.table.replace(reread.older, reread.fresh)
        self.view.fit.add([reread.fresh] if reread.fresh is not None else [])
        if reread.fresh is not None and asked_for is reread.fresh and self.view.chosen is not reread.fresh:
            self.select(reread.fresh)  # it is hidden by now, as entered in error: the reader asked for it

    @Slot()
    def _selection_changed(self) -> None:
        """Look at one procedure; further ones that are selected beside it change nothing in what is looked at."""
        procedure = self.view.chosen
        if procedure is None or procedure is not self._told or procedure is not self._session.selected:
            self._told = procedure
            self._session.select(procedure)
            self.selected.emit(procedure)

    @Slot(object)
    def _filter_changed(self, filters: Filters) -> None:
        self._rearrange(lambda: self.table.set_filters(filters))
        self._show_chart()
        if self._session.chart is not None:
            self.notice.say_soon()

    @Slot(bool)
    def _show_errors(self, show: bool) -> None:
        self._rearrange(lambda: self.table.show_entered_in_error(show))
        if show and self._session.chart is not None:
            self.view.fit.add(row for row in self._session.chart.procedures if row.entered_in_error)
        self._show_chart()

    def _rearrange(self, change: Callable[[], None]) -> None:
        """Change which rows there are; the procedures that are selected stay so, as far as they have a row."""
        self._told = None
        with self.view.keeping():
            change()

    @Slot()
    def _show_chart(self) -> None:
        chart = self._session.chart
        self.merged.show_chart(chart)
        if chart is None:
            for widget in (self.filters, self.errors, self.statement, self.retry, self.warnings):
                widget.setVisible(False)
            for label in (self.statement, self.warnings):
                label.clear()  # unseen is not enough: a locked window says that nothing is kept
            self.notice.show_effect(has_chart=False)
            self._show_no_chart()
            return
        # From here on each is shown or hidden once: hiding one that has the focus would take the keys from the reader.
        self.filters.setVisible(bool(chart.procedures))
        self.errors.setVisible(chart.entered_in_error > 0)
        self.errors.setText(self.tr("Show {count} entered in error").format(count=chart.entered_in_error))
        if self.table.mark_gone(chart.gone):
            rows = range(self.table.rowCount())
            self.view.fit.add_texts(Column.STATUS, {self.table.index(row, Column.STATUS).data() for row in rows})
            self.view.fit.fit()
        statement = statement_of(
            chart,
            errors_shown=self.errors.isChecked(),
            now=self._session.clock(),
            to_come=self._session.rows_to_come,
        )
        self.statement.setText(statement.text)
        self.statement.warn(statement.warning)
        # Where there are no rows, the message in their place says all of it, once.
        has_rows = self.table.rowCount() > 0
        said_below = chart.standing is Standing.INCOMPLETE and not has_rows and not self._is_hiding(chart)
        self.statement.setVisible(not said_below)
        self.retry.setText(self._remedy(chart))
        self.retry.setVisible(bool(self.retry.text()) and not said_below)
        words = server_lines((*chart.warnings, *(chart.problem.issues if chart.problem and not said_below else ())))
        self.warnings.setText(words)
        self.warnings.setVisible(bool(words))
        self.notice.show_effect(has_chart=True)
        self._show_rows_or_why_not(chart)

    def _show_no_chart(self) -> None:
        if self._session.reading_procedure:
            self.pane.show_message("loading", self.tr("Reading the procedure…"), "", self.tr("Cancel"))
        else:
            self.pane.show_message(
                "procedure", self.tr("No patient is open"), self.tr("Find a patient on the left and press Enter.")
            )

    def _show_rows_or_why_not(self, chart: OpenChart) -> None:
        """The table where it has rows; else what keeps it empty."""
        if self.table.rowCount():
            self.pane.show_content()
        elif chart.standing is Standing.LOADING:
            self.pane.show_message("loading", self.tr("Loading procedures…"), "", self.tr("Cancel"))
        elif self.table.hidden_by_filter:
            self.pane.show_message("search", self.tr("The filter hides every row"), "", self.tr("Clear filters"))
        elif self._is_hiding(chart):
            self.pane.show_message(
                "empty", self.tr("Everything here was entered in error"), "", self.tr("Show what was entered in error")
            )
        elif chart.standing is Standing.INCOMPLETE:
            self._show_failure(chart)
        elif chart.received or any(chart.withheld.values()):
            self.pane.show_message("warning", self.tr("None of the records can be shown"))
        else:
            self.pane.show_message(
                "empty", self.tr("No procedures"), self.tr("The server has no procedures of this patient.")
            )

    def _is_hiding(self, chart: OpenChart) -> bool:
        """Whether there are records that the reader could have shown."""
        return self.table.hidden_by_filter > 0 or (chart.entered_in_error > 0 and not self.errors.isChecked())

    def _show_failure(self, chart: OpenChart) -> None:
        """The one place that says why there are no rows, with the server's words, also when the dialog is closed."""
        statement = statement_of(chart, now=self._session.clock()).text
        if chart.problem is None:
            self.pane.show_message("failed", self.tr("The procedures were not loaded"), statement, self._remedy(chart))
            return
        advice = advice_for(chart.problem, Asked.CHART)
        lines = (advice.meaning, server_lines(chart.problem.issues), statement if chart.pages else "")
        self.pane.show_message("failed", advice.title, "\n".join(filter(None, lines)), self._remedy(chart))

    def _remedy(self, chart: OpenChart) -> str:
        """The words of the button that may complete the chart; empty where none would."""
        if chart.standing is not Standing.INCOMPLETE:
            return ""
        remedy = advice_for(chart.problem, Asked.CHART).remedy if chart.problem is not None else Remedy.RETRY
        return {Remedy.RETRY: self.tr("Retry"), Remedy.SIGN_IN: self.tr("Sign in again")}.get(remedy, "")

    @Slot()
    def _mend(self) -> None:
        """Do what the button says."""
        problem = self._session.chart.problem if self._session.chart is not None else None
        if problem is not None and advice_for(problem).remedy is Remedy.SIGN_IN:
            self._session.sign_in_wanted.emit()
        else:
            self._session.reload_chart()

    @Slot()
    def _pane_button(self) -> None:
        """The message's button: what it does follows from why there are no rows."""
        chart = self._session.chart
        if chart is None or chart.standing is Standing.LOADING:
            self._session.cancel()
        elif self.table.hidden_by_filter:
            self.filters.clear()
        elif self._is_hiding(chart):
            self.errors.setChecked(True)
        else:
            self._mend()
