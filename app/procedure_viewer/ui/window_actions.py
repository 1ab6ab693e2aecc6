"""What can be done in a window wherever the focus is: names, keys, and where they lead."""

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow

from procedure_viewer.tables.columns import Column
from procedure_viewer.ui.detail_pane import DetailPane
from procedure_viewer.ui.division import ChartDivision
from procedure_viewer.ui.icons import set_icon
from procedure_viewer.ui.procedure_pane import ProcedurePane
from procedure_viewer.ui.search_pane import SearchPane
from procedure_viewer.ui.session import Session
from procedure_viewer.ui.timeline import Timeline

_OF_A_CHART = ("refresh", "clear_filters", "group", *(f"sort{number}" for number in range(1, len(Column) + 1)))
"""What there is to do only while a chart is open."""


class WindowActions(QObject):
    """The actions of `window` by their names; what is the window's own business is told by signals."""

    export_wanted = Signal()
    print_wanted = Signal()
    timeline_liked = Signal(bool)
    keys_wanted = Signal()
    quit_wanted = Signal()

    def __init__(
        self,
        window: QMainWindow,
        session: Session,
        search: SearchPane,
        procedures: ProcedurePane,
        detail: DetailPane,
        timeline: Timeline,
        division: ChartDivision,
    ) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        self._search, self._procedures, self._detail, self._timeline = search, procedures, detail, timeline
        self._division = division
        self.by_name: dict[str, QAction] = {}
        self._make_for_the_chart()
        self._make_for_the_record()
        self._make_for_the_panes()
        self._make_for_sorting()
        self._make_for_the_window()

    def _make_for_the_chart(self) -> None:
        self._add("find", self.tr("Find patient"), "Ctrl+F", self.focus_search)
        self._add("filter", self.tr("Filter procedures"), "Ctrl+L", self._focus_filter)
        self._add("clear_filters", self.tr("Clear filters"), "Ctrl+Shift+L", self._procedures.filters.clear)
        self._add("group", self.tr("Group by year, by code, or not"), "Ctrl+G", self._procedures.group_next)
        export = self._add("export", self.tr("Export"), "Ctrl+E", self.export_wanted)
        export.setToolTip(self.tr("Export procedures (Ctrl+E)"))
        set_icon(export, "export")
        pages = self._add("print", self.tr("Print"), "Ctrl+P", self.print_wanted)
        pages.setToolTip(self.tr("Print procedures (Ctrl+P)"))
        set_icon(pages, "print")
        refresh = self._add("refresh", self.tr("Refresh"), "F5", self._session.refresh)
        refresh.setToolTip(self.tr("Read the selected procedure again (F5)"))
        set_icon(refresh, "refresh")
        self._add("reload", self.tr("Reload the whole chart"), "Shift+F5", self._session.reload_chart)

    def _make_for_the_record(self) -> None:
        self._add("findWithin", self.tr("Find in the procedure"), "Ctrl+Shift+F", self._detail.find_within)
        self._add("nextHit", self.tr("Next that was found"), "F3", self._detail.finder.go_on)
        self._add("previousHit", self.tr("The one before"), "Shift+F3", self._detail.finder.go_back)

    def _make_for_the_panes(self) -> None:
        self._add("pane1", self.tr("Go to patients"), "Ctrl+1", self._search.focus_list)
        self._add("pane2", self.tr("Go to procedures"), "Ctrl+2", self.focus_procedures)
        self._add("pane3", self.tr("Go to the details"), "Ctrl+3", self._focus_detail)
        self._add("pane4", self.tr("Go to the timeline"), "Ctrl+4", self._focus_timeline)

    def _make_for_sorting(self) -> None:
        columns = (
            (Column.DATE, self.tr("Sort by date, or the other way round")),
            (Column.TITLE, self.tr("Sort by procedure, or the other way round")),
            (Column.CODE, self.tr("Sort by code, or the other way round")),
            (Column.SYSTEM, self.tr("Sort by system, or the other way round")),
            (Column.STATUS, self.tr("Sort by status, or the other way round")),
            (Column.REPEATS, self.tr("Sort by how often it repeats, or the other way round")),
        )
        view = self._procedures.view
        view.addActions([self.by_name["export"], self.by_name["print"]])
        between = QAction(self)
        between.setObjectName("action_betweenLeavingAndSorting")
        between.setSeparator(True)
        view.addAction(between)
        for number, (column, text) in enumerate(columns, start=1):
            action = self._add(f"sort{number}", text, f"Alt+{number}", partial(self._procedures.sort_by, column))
            view.addAction(action)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _make_for_the_window(self) -> None:
        timeline = self._add("timeline", self.tr("Show the timeline"), "Ctrl+T", self.timeline_liked)
        timeline.setCheckable(True)
        self._procedures.menu.further = (
            timeline,
            self._add("more_list", self.tr("More room for the list"), "Ctrl+Shift+Down", self._division.more_for_list),
            self._add(
                "more_detail", self.tr("More room for the details"), "Ctrl+Shift+Up", self._division.more_for_detail
            ),
            self._add("fit_room", self.tr("Room as the list needs it"), "Ctrl+Shift+0", self._division.let_go),
        )
        self._add("cancel", self.tr("Cancel loading"), "Esc", self._session.cancel)
        self._add("keys", self.tr("Keys"), QKeySequence.StandardKey.HelpContents, self.keys_wanted)
        self._add("quit", self.tr("Quit"), "Ctrl+Q", self.quit_wanted)

    def _add(self, name: str, text: str, keys: str | QKeySequence.StandardKey, slot: object) -> QAction:
        action = QAction(text, self._window)
        action.setObjectName(f"action_{name}")
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(slot)
        self._window.addAction(action)
        self.by_name[name] = action
        return action

    @Slot()
    def enable(self) -> None:
        """Offer what there is something to be done with."""
        chart = self._session.chart
        for name in _OF_A_CHART:
            self.by_name[name].setEnabled(chart is not None)
        self.by_name["reload"].setEnabled(chart is not None and not chart.is_unstated)
        for name in ("export", "print"):
            self.by_name[name].setEnabled(chart is not None and bool(self._procedures.table.rowCount()))

    # Where the keys go

    @Slot()
    def focus_search(self) -> None:
        """To the field in which a patient is looked for."""
        self._search.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.field.selectAll()

    @Slot()
    def focus_procedures(self) -> None:
        """To the list of procedures."""
        self._procedures.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _focus_filter(self) -> None:
        self._procedures.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._procedures.filter.selectAll()

    @Slot()
    def _focus_detail(self) -> None:
        self._detail.tabs.currentWidget().setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _focus_timeline(self) -> None:
        self._timeline.canvas.setFocus(Qt.FocusReason.ShortcutFocusReason)
