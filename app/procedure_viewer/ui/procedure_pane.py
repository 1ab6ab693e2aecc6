"""The procedures of the open chart: how complete the list is, a filter, and the table."""

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QIcon
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from procedure_viewer.chart.open_chart import OpenChart, Standing
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.tables.procedures import GONE_ROLE, PROCEDURE_ROLE, Column, ProcedureTable
from procedure_viewer.ui.advice import Asked, Remedy, advice_for
from procedure_viewer.ui.column_fit import ColumnFit
from procedure_viewer.ui.error_dialog import server_lines
from procedure_viewer.ui.icons import icon, set_icon, status_icon
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.pane import Pane
from procedure_viewer.ui.row_table import RowTable
from procedure_viewer.ui.session import Session
from procedure_viewer.ui.states import RereadProcedure


class _StatusDelegate(QStyledItemDelegate):
    """Puts the status's shape before its words, a warning's where the record is gone."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        procedure = index.data(PROCEDURE_ROLE)
        if isinstance(procedure, Procedure):
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
            option.icon = icon("warning", 16) if index.data(GONE_ROLE) else status_icon(procedure.status)


class ProcedurePane(QWidget):
    """Shows the session's chart; selecting a row makes it the session's selected procedure."""

    selected = Signal(object)
    """Procedure | None."""
    sorted_anew = Signal(str)
    """By what and in which direction, in words."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("procedurePane")
        self._session = session
        self.table = ProcedureTable()
        self.view = self._new_view()

        self.filter = QLineEdit()
        self.filter.setObjectName("procedureFilter")
        self.filter.setAccessibleName(self.tr("Filter procedures"))
        self.filter.setPlaceholderText(self.tr("Filter (Ctrl+L)"))
        self.filter.setClearButtonEnabled(True)
        set_icon(self.filter.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition), "search")
        self.filter.textChanged.connect(self._filter_changed)
        self.hidden = PlainLabel("procedureHidden")
        self.errors = QCheckBox()
        self.errors.setObjectName("procedureShowErrors")
        self.errors.toggled.connect(self._show_errors)
        self.statement = PlainLabel("procedureStatement", selectable=True)
        self.retry = QPushButton(self.tr("Retry"))
        self.retry.setObjectName("procedureRetry")
        self.retry.clicked.connect(self._mend)
        self.warnings = PlainLabel("procedureWarnings", selectable=True)
        self.warnings.warn()

        self.pane = Pane("procedure", self.view)
        self.pane.button_clicked.connect(self._pane_button)
        tools = QHBoxLayout()
        tools.addWidget(self.filter, 1)
        tools.addWidget(self.errors)
        said = QHBoxLayout()
        said.addWidget(self.statement, 1)
        said.addWidget(self.retry)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(tools)
        layout.addLayout(said)
        layout.addWidget(self.warnings)
        layout.addWidget(self.hidden)
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
            self.filter.clear()
            self.errors.setChecked(True)
            row = self.table.row_of(procedure)
        if row is not None:
            self.view.selectRow(row)
            self.view.scrollTo(self.table.index(row, 0))

    def _new_view(self) -> RowTable:
        view = RowTable("procedureTable", self.tr("Procedures"), self.table)
        view.setSortingEnabled(True)
        view.sortByColumn(Column.DATE, Qt.SortOrder.DescendingOrder)
        view.setAccessibleDescription(self._order_text(Column.DATE, Qt.SortOrder.DescendingOrder))
        view.horizontalHeader().sortIndicatorChanged.connect(self._say_order)
        self.table.layoutChanged.connect(self._keep_frame)
        view.setItemDelegateForColumn(Column.STATUS, _StatusDelegate(view))
        self._columns = ColumnFit(view)
        view.resized.connect(self._columns.fit)
        view.selectionModel().selectionChanged.connect(self._selection_changed)
        return view

    @Slot()
    def _keep_frame(self) -> None:
        """The frame that tells where the keys are does not wander off with a row that nobody chose."""
        if not self.view.selectionModel().hasSelection():
            first = self.table.index(0, 0) if self.view.hasFocus() else QModelIndex()
            self.view.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)

    def sort_by(self, column: Column) -> None:
        """Sort by a column; by the same one again, the other way round."""
        header = self.view.horizontalHeader()
        ascending, descending = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
        first, second = (descending, ascending) if column is Column.DATE else (ascending, descending)
        again = header.sortIndicatorSection() == column and header.sortIndicatorOrder() is first
        self.view.sortByColumn(column, second if again else first)

    @Slot(int, Qt.SortOrder)
    def _say_order(self, section: int, order: Qt.SortOrder) -> None:
        """Say it in words: a screen reader is not told of the small arrow."""
        text = self._order_text(section, order)
        self.view.setAccessibleDescription(text)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.view, text))
        self.sorted_anew.emit(text)

    def _order_text(self, section: int, order: Qt.SortOrder) -> str:
        ascending = order is Qt.SortOrder.AscendingOrder
        if section == Column.DATE:
            direction = self.tr("oldest first") if ascending else self.tr("newest first")
        else:
            direction = self.tr("from A to Z") if ascending else self.tr("from Z to A")
        heading = self.table.headerData(section, Qt.Orientation.Horizontal)
        return self.tr("Sorted by {column}, {direction}").format(column=heading, direction=direction)

    def clear(self) -> None:
        """Show nothing of the chart that was open."""
        self.table.clear()
        self._columns.clear()
        self.filter.clear()
        self.errors.setChecked(False)
        self.selected.emit(None)
        self._show_chart()

    @Slot(object)
    def _add_rows(self, rows: tuple[Procedure, ...]) -> None:
        self.table.add(rows)
        self._columns.add(row for row in rows if self.errors.isChecked() or not row.entered_in_error)

    @Slot(object)
    def _reread(self, reread: RereadProcedure) -> None:
        """Show the new content, or take the row out; the reader stays with what is selected meanwhile."""
        selected = self._session.selected
        self.table.replace(reread.older, reread.fresh)
        self._columns.add([reread.fresh] if reread.fresh is not None else [])
        if reread.fresh is not None and selected is reread.fresh:
            self.select(reread.fresh)  # also where it is hidden by now, as entered in error: the reader asked for it
        else:
            self._restore_selection(selected)

    @Slot(QItemSelection, QItemSelection)
    def _selection_changed(self, *_: QItemSelection) -> None:
        rows = self.view.selectionModel().selectedRows()
        procedure = self.table.procedure_at(rows[0].row()) if rows else None
        self._session.select(procedure)
        self.selected.emit(procedure)

    @Slot(str)
    def _filter_changed(self, text: str) -> None:
        selected = self._session.selected
        self.table.set_filter(text)
        self._restore_selection(selected)
        self._show_chart()

    @Slot(bool)
    def _show_errors(self, show: bool) -> None:
        selected = self._session.selected
        self.table.show_entered_in_error(show)
        if show and self._session.chart is not None:
            self._columns.add(row for row in self._session.chart.procedures if row.entered_in_error)
        self._restore_selection(selected)
        self._show_chart()

    def _restore_selection(self, procedure: Procedure | None) -> None:
        """After rows were hidden or shown: keep the procedure selected if it still has a row, else show none."""
        row = self.table.row_of(procedure) if procedure is not None else None
        if row is None:
            self._session.select(None)
            self.selected.emit(None)
        else:
            self.view.selectRow(row)

    @Slot()
    def _show_chart(self) -> None:
        chart = self._session.chart
        if chart is None:
            for widget in (self.filter, self.errors, self.statement, self.retry, self.warnings, self.hidden):
                widget.setVisible(False)
            for label in (self.statement, self.warnings, self.hidden):
                label.clear()  # unseen is not enough: a locked window says that nothing is kept
            self._show_no_chart()
            return
        # From here on each is shown or hidden once: hiding one that has the focus would take the keys from the reader.
        self.filter.setVisible(bool(chart.procedures))
        self.errors.setVisible(chart.entered_in_error > 0)
        self.errors.setText(self.tr("Show {count} entered in error").format(count=chart.entered_in_error))
        if self.table.mark_gone(chart.gone):
            rows = range(self.table.rowCount())
            self._columns.add_texts(Column.STATUS, {self.table.index(row, Column.STATUS).data() for row in rows})
            self._columns.fit()
        statement = chart.statement(errors_shown=self.errors.isChecked())
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
        hidden = self.table.hidden_by_filter
        self.hidden.setText(
            self.tr("The filter hides 1 row")
            if hidden == 1
            else self.tr("The filter hides {count} rows").format(count=hidden)
        )
        self.hidden.setVisible(hidden > 0)
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
            self.pane.show_message("search", self.tr("The filter hides every row"), "", self.tr("Clear filter"))
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
        statement = chart.statement().text if chart.pages else ""
        if chart.problem is None:
            self.pane.show_message(
                "failed", self.tr("The procedures were not loaded"), chart.statement().text, self._remedy(chart)
            )
            return
        advice = advice_for(chart.problem, Asked.CHART)
        lines = (advice.meaning, server_lines(chart.problem.issues), statement)
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
            self.filter.clear()
        elif self._is_hiding(chart):
            self.errors.setChecked(True)
        else:
            self._mend()
