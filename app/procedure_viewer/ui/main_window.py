"""The window: server and actions above, search on the left, the chart on the right, progress below."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDesktopServices, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QMainWindow,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from procedure_viewer.background.requests import ReadPatient
from procedure_viewer.chart.open_chart import OpenChart
from procedure_viewer.chart.open_chart import Standing as ChartStanding
from procedure_viewer.fhir.datatypes import printable
from procedure_viewer.fhir.outcome import Issue, Kind, Problem
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.settings.policy import NO_POLICY, Policy
from procedure_viewer.settings.preferences import Appearance
from procedure_viewer.tables.procedures import Column
from procedure_viewer.tables.texts import plain_tooltip
from procedure_viewer.ui import theme
from procedure_viewer.ui.access import Access, Standing
from procedure_viewer.ui.banner import Banner
from procedure_viewer.ui.detail_pane import DetailPane
from procedure_viewer.ui.division import ChartDivision
from procedure_viewer.ui.error_dialog import ErrorDialogs
from procedure_viewer.ui.exporting import Exporter, FailedExport
from procedure_viewer.ui.floating import hide_what_floats
from procedure_viewer.ui.help import KeysDialog, show_about
from procedure_viewer.ui.help_menu import HelpMenu
from procedure_viewer.ui.icons import follow_theme, program_icon, set_icon
from procedure_viewer.ui.idle import Clock
from procedure_viewer.ui.labels import OneLine, PlainLabel
from procedure_viewer.ui.locking import Locking
from procedure_viewer.ui.naming import Naming
from procedure_viewer.ui.pane import Pane
from procedure_viewer.ui.procedure_pane import ProcedurePane
from procedure_viewer.ui.search_pane import SearchPane
from procedure_viewer.ui.server_menu import ServerMenu
from procedure_viewer.ui.session import Session
from procedure_viewer.ui.signed_in import SignedInButton
from procedure_viewer.ui.signing_in import OpenBrowser, SigningIn
from procedure_viewer.ui.states import Link, Progress, Server, Trouble
from procedure_viewer.ui.timeline import Timeline
from procedure_viewer.ui.welcome import Welcome
from procedure_viewer.ui.window_rules import WindowRules

EXPORT_PATIENCE = 5_000
"""Milliseconds that closing the window waits for a file that is being written."""
FORGETTING_PATIENCE = 5_000
"""Milliseconds that closing the window waits for the keyring to forget a sign-in."""


class MainWindow(QMainWindow):
    """One window on one session. Its title never carries a name: window titles are read by many programs."""

    closed = Signal()

    def __init__(
        self,
        session: Session,
        access: Access,
        settings: Path,
        policy: Policy = NO_POLICY,
        start_demo: Callable[[], Server] | None = None,
        open_browser: OpenBrowser = QDesktopServices.openUrl,
        clock: Clock | None = None,
        naming: Naming | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle(self.tr("Procedure Viewer"))
        self.setWindowIcon(program_icon())
        self.session = session
        self.access = access
        self._start_demo = start_demo
        self._leaving = False
        self._forgetting = False
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self.close)
        self.rules = WindowRules(settings, policy, self)
        theme.apply(self.rules.liked.appearance)

        self.server_menu = ServerMenu(session, access, settings, policy)
        self.signed_in = SignedInButton()
        self.welcome = Welcome(may_try_demo=policy.allow_demo and start_demo is not None)
        self.search = SearchPane(session)
        self.banner = Banner()
        self.procedures = ProcedurePane(session)
        self.timeline = Timeline()
        self.detail = DetailPane(session)
        self.division = ChartDivision(self.procedures, self.detail)
        self.errors = ErrorDialogs(self)
        self.signing_in = SigningIn(session, access, self.errors, self, open_browser)
        self.locking = Locking(session, access, self.signing_in, self.errors, self, clock)
        self.exporter = Exporter(session, self)
        self._make_actions()
        self.addToolBar(self._new_toolbar())
        self._pages = QStackedWidget()
        self._body = self._new_body()
        self._pages.addWidget(self._body)
        self._pages.addWidget(self.welcome)
        self.setCentralWidget(self._pages)
        self._make_status_bar()
        if naming is not None:
            self._connect_names(naming)
        self._connect()
        self._set_size()
        self._follow_rules()
        self.search.field.setFocus()
        self._show_session()

    # Asked from outside

    def use_connection(self, name: str) -> bool:
        """Turn to a saved connection by id or name, without to the default or the last one; False if there is none."""
        found = self.server_menu.use_saved(name, self.rules.liked.connection)
        self.say_complaints()  # afterwards: what is said of a server goes when another is turned to
        return found

    def say_complaints(self) -> None:
        """Say what is wrong with the saved connections, and with what IT has laid down."""
        if self.server_menu.complaint:
            self._say_not_saved(self.server_menu.complaint)
        complaints = self.rules.policy.complaints
        if complaints:
            issues = tuple(Issue("warning", "policy", complaint) for complaint in complaints)
            self.errors.show(Problem(Kind.POLICY, issues=issues))

    def clear_chart(self) -> None:
        """Show no patient: after a failure inside this program nothing on the screen can be trusted.

        Nor may what is still under way open a chart behind the dialog.
        """
        self.session.abandon()

    # Building

    def _make_actions(self) -> None:
        self.actions_by_name: dict[str, QAction] = {}
        standard = QKeySequence.StandardKey
        self._action("find", self.tr("Find patient"), QKeySequence("Ctrl+F"), self._focus_search)
        self._action("filter", self.tr("Filter procedures"), QKeySequence("Ctrl+L"), self._focus_filter)
        self._action(
            "clear_filters", self.tr("Clear filters"), QKeySequence("Ctrl+Shift+L"), self.procedures.filters.clear
        )
        self._action(
            "group", self.tr("Group by year, by code, or not"), QKeySequence("Ctrl+G"), self.procedures.group_next
        )
        self._action("export", self.tr("Export"), QKeySequence("Ctrl+E"), self._export)
        self._action("refresh", self.tr("Refresh"), QKeySequence("F5"), self.session.refresh)
        self._action("reload", self.tr("Reload the whole chart"), QKeySequence("Shift+F5"), self.session.reload_chart)
        self._action(
            "findWithin", self.tr("Find in the procedure"), QKeySequence("Ctrl+Shift+F"), self.detail.find_within
        )
        self._action("nextHit", self.tr("Next that was found"), QKeySequence("F3"), self.detail.finder.go_on)
        self._action("previousHit", self.tr("The one before"), QKeySequence("Shift+F3"), self.detail.finder.go_back)
        self._action("pane1", self.tr("Go to patients"), QKeySequence("Ctrl+1"), self._focus_patients)
        self._action("pane2", self.tr("Go to procedures"), QKeySequence("Ctrl+2"), self._focus_procedures)
        self._action("pane3", self.tr("Go to the details"), QKeySequence("Ctrl+3"), self._focus_detail)
        self._action("pane4", self.tr("Go to the timeline"), QKeySequence("Ctrl+4"), self._focus_timeline)
        sorting = [
            self._action(f"sort{number}", text, QKeySequence(f"Alt+{number}"), partial(self.procedures.sort_by, column))
            for number, (column, text) in enumerate(
                (
                    (Column.DATE, self.tr("Sort by date, or the other way round")),
                    (Column.TITLE, self.tr("Sort by procedure, or the other way round")),
                    (Column.CODE, self.tr("Sort by code, or the other way round")),
                    (Column.SYSTEM, self.tr("Sort by system, or the other way round")),
                    (Column.STATUS, self.tr("Sort by status, or the other way round")),
                    (Column.REPEATS, self.tr("Sort by how often it repeats, or the other way round")),
                ),
                start=1,
            )
        ]
        self.procedures.view.addActions(sorting)
        self.procedures.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        more_detail = self._action(
            "more_detail",
            self.tr("More room for the details"),
            QKeySequence("Ctrl+Shift+Up"),
            self.division.more_for_detail,
        )
        more_list = self._action(
            "more_list", self.tr("More room for the list"), QKeySequence("Ctrl+Shift+Down"), self.division.more_for_list
        )
        fit = self._action(
            "fit_room", self.tr("Room as the list needs it"), QKeySequence("Ctrl+Shift+0"), self.division.let_go
        )
        timeline = self._action("timeline", self.tr("Show the timeline"), QKeySequence("Ctrl+T"), self._like_timeline)
        timeline.setCheckable(True)
        timeline.setChecked(self.rules.liked.timeline)
        self.procedures.menu.further = (timeline, more_list, more_detail, fit)
        self._action("cancel", self.tr("Cancel loading"), QKeySequence("Esc"), self.session.cancel)
        self._action("keys", self.tr("Keys"), QKeySequence(standard.HelpContents), self._show_keys)
        self._action("quit", self.tr("Quit"), QKeySequence("Ctrl+Q"), self.close)
        for name in ("export", "refresh"):
            set_icon(self.actions_by_name[name], name)
        self.actions_by_name["export"].setToolTip(self.tr("Export the selected procedure (Ctrl+E)"))
        self.actions_by_name["refresh"].setToolTip(self.tr("Read the selected procedure again (F5)"))

    def _action(self, name: str, text: str, keys: QKeySequence, slot: object) -> QAction:
        action = QAction(text, self)
        action.setObjectName(f"action_{name}")
        action.setShortcut(keys)
        action.triggered.connect(slot)
        self.addAction(action)
        self.actions_by_name[name] = action
        return action

    def _new_toolbar(self) -> QToolBar:
        bar = QToolBar(self.tr("Tools"))
        bar.setObjectName("toolBar")
        bar.setMovable(False)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.addWidget(self.server_menu)
        self.demo_badge = PlainLabel("demoBadge")
        self.demo_badge.setText(self.tr("Demo data: nobody here is real"))
        self.demo_badge.setWordWrap(False)
        self.demo_badge.emphasise()
        self.demo_badge.warn()
        self._demo_action = bar.addWidget(self.demo_badge)
        self._signed_in_action = bar.addWidget(self.signed_in)
        self._signed_in_action.setVisible(False)
        self.signed_in.shown.connect(self._signed_in_action.setVisible)
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(spacer)
        for name in ("refresh", "export"):
            bar.addAction(self.actions_by_name[name])
            button = bar.widgetForAction(self.actions_by_name[name])
            button.setObjectName(f"{name}Button")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # Qt's tool buttons can't be reached by Tab otherwise
        help_button = QToolButton()
        help_button.setObjectName("helpMenu")
        help_button.setText(self.tr("Help"))
        set_icon(help_button, "help")
        help_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        help_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = HelpMenu(self.rules, self.actions_by_name, self)
        menu.about_wanted.connect(self._show_about)
        help_button.setMenu(menu)
        help_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        bar.addWidget(help_button)
        return bar

    def _new_body(self) -> QSplitter:
        right = QWidget()
        layout = self._chart_layout = QVBoxLayout(right)
        layout.setContentsMargins(4, 8, 8, 4)
        layout.addWidget(self.banner)
        layout.addWidget(self.timeline)
        layout.addWidget(self.division, 1)
        body = QSplitter(Qt.Orientation.Horizontal)
        body.setObjectName("bodySplitter")
        body.setChildrenCollapsible(False)
        body.addWidget(self.search)
        self.chart_place = Pane("chart", right)
        body.addWidget(self.chart_place)
        body.setStretchFactor(0, 1)
        body.setStretchFactor(1, 4)
        body.setSizes([390, 890])
        self.search.setMinimumWidth(380)
        self.chart_place.setMinimumWidth(480)
        return body

    def _make_status_bar(self) -> None:
        bar = self.statusBar()
        bar.setObjectName("statusBar")
        self.activity = PlainLabel("activity")
        self.activity.setWordWrap(False)
        self.progress = QProgressBar()
        self.progress.setObjectName("progress")
        self.progress.setAccessibleName(self.tr("Progress"))
        self.progress.setMaximumWidth(200)
        self.progress.setTextVisible(False)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setObjectName("cancelButton")
        self.cancel.clicked.connect(self.session.cancel)
        self.address = PlainLabel("serverAddress")
        self.address.setWordWrap(False)
        self.note = OneLine("statusNote")
        bar.addWidget(self.activity)
        bar.addWidget(self.progress)
        bar.addWidget(self.cancel)
        bar.addWidget(self.note, 1)
        bar.addPermanentWidget(self.address)

    def _connect(self) -> None:
        session = self.session
        session.chart_cleared.connect(self._empty_chart)
        for signal in (session.server_changed, session.search_changed, session.chart_changed):
            signal.connect(self._show_session)
        session.chart_opened.connect(self._show_banner)
        session.search_changed.connect(self._warn_of_look_alikes)
        self.banner.record_wanted.connect(self._open_other_record)
        session.troubled.connect(self._show_trouble)
        session.server_left.connect(self.errors.clear)
        self.procedures.selected.connect(self.detail.show_procedure)
        self.procedures.selected.connect(self._enable_actions)
        self.procedures.sorted_anew.connect(self._say)
        self.procedures.selected.connect(self.timeline.select)
        self.procedures.visible_changed.connect(self._show_timeline)
        session.chart_changed.connect(self._show_timeline)
        session.chart_changed.connect(self.division.divide)
        self.timeline.chosen.connect(self.procedures.select)
        self.search.opened.connect(self._focus_procedures)
        self.access.changed.connect(self._show_session)
        self.access.troubled.connect(self._show_trouble)
        self.access.signed_out.connect(self._note_signed_out)
        self.signed_in.sign_out_wanted.connect(self.access.sign_out)
        self.welcome.connect_wanted.connect(self.server_menu.choose)
        self.welcome.another_wanted.connect(self.server_menu.show_list)
        self.welcome.sign_in_wanted.connect(self.signing_in.begin)
        self.welcome.demo_wanted.connect(self._use_demo)
        self.server_menu.demo_wanted.connect(self._use_demo)
        self.rules.changed.connect(self._follow_rules)
        self.locking.unlocked.connect(self._focus_search)
        self.locking.quit_wanted.connect(self.close)
        session.exports_ended.connect(self._leave_now)
        self.exporter.said.connect(self._say)
        self.exporter.failed.connect(self._show_failed_export)
        self.exporter.asking.connect(self._stay)
        self.server_menu.not_saved.connect(self._say_not_saved)
        self.server_menu.refused.connect(self._say_not_allowed)
        self.server_menu.connection_used.connect(self._remember_connection)

    def _connect_names(self, naming: Naming) -> None:
        """`naming` is told of a procedure before the detail shows it: what is known stands there from the first."""
        self.detail.known_of = naming.known
        self.procedures.selected.connect(naming.look_at)
        naming.changed.connect(self.detail.show_known)

    def _set_size(self) -> None:
        self.setMinimumSize(900, 560)
        self.resize(1280, 800)
        self.procedures.columns.apply(self.rules.liked.columns)
        self.division.set_share(self.rules.liked.list_share)
        if self.rules.liked.window:
            self.restoreGeometry(QByteArray.fromBase64(self.rules.liked.window.encode()))

    # Showing

    @Slot()
    def _show_session(self) -> None:
        session = self.session
        server = session.server
        self._demo_action.setVisible(server is not None and server.is_demo)
        self.address.setText(session.base_url)
        self._show_access()
        self._show_progress()
        self._enable_actions()

    def _show_access(self) -> None:
        """Who is signed in; and in the place of the panes what is needed before there is anything to show."""
        grant, server = self.access.grant, self.session.server
        if grant is None or server is None or server.is_demo:
            self.signed_in.clear()  # everybody is let into the demo
        else:
            self.signed_in.show_grant(grant.who, grant.person, grant.until, grant.renews, grant.kept)
        shows_nothing = self.session.chart is None and self.session.reading is None
        wanted: QWidget = self.welcome
        if server is None:
            self.welcome.show_first_start()
        elif shows_nothing and self.access.standing in (Standing.NEEDED, Standing.UNDER_WAY):
            self.welcome.show_sign_in(server.name)
        else:
            wanted = self._body
        if self._pages.currentWidget() is not wanted:
            self._pages.setCurrentWidget(wanted)
            (self.welcome if wanted is self.welcome else self.search.field).setFocus()

    def _show_progress(self) -> None:
        session, chart = self.session, self.session.chart
        loading_chart = chart is not None and chart.standing is ChartStanding.LOADING
        text, done, total = "", 0, 0
        if session.link is Link.CONNECTING:
            text = self.tr("Connecting…")
        elif loading_chart and chart is not None:
            text = self._pages_text(chart)
            done, total = chart.under_way.received, chart.under_way.total or 0
        elif session.reading_procedure:
            text = self.tr("Reading the procedure…")
        elif session.progress is Progress.LOADING:
            text = self.tr("Searching for patients…")
        if text:
            self.note.clear()
        self.activity.setText(text)
        self.activity.setVisible(bool(text))
        self.progress.setVisible(bool(text))
        # A progress bar repaints at once, and all that waits to be painted with it: in the middle of a change.
        self.progress.setUpdatesEnabled(False)
        self.progress.setRange(0, total)
        self.progress.setValue(min(done, total))
        self.progress.setUpdatesEnabled(True)
        self.cancel.setVisible(session.busy)

    def _pages_text(self, chart: OpenChart) -> str:
        reading = chart.under_way
        if reading.expected_pages is None:
            return self.tr("{count} pages loaded").format(count=reading.pages)
        return self.tr("{count} pages of {expected}").format(count=reading.pages, expected=reading.expected_pages)

    @Slot()
    def _enable_actions(self) -> None:
        chart = self.session.chart
        self.actions_by_name["export"].setEnabled(self.session.selected is not None)
        self.actions_by_name["refresh"].setEnabled(chart is not None)
        for name in ("clear_filters", "group", *(f"sort{number}" for number in range(1, len(Column) + 1))):
            self.actions_by_name[name].setEnabled(chart is not None)
        self.actions_by_name["reload"].setEnabled(chart is not None and not chart.is_unstated)

    @Slot()
    def _empty_chart(self) -> None:
        """Nothing of the chart that was open stays. Each part is emptied by itself, whatever becomes of the others.

        Where one fails, the whole place of the chart is covered until emptying it has worked: no banner may come to
        stand over the rows of another patient.
        """
        failures: list[Exception] = []
        for empty in (
            hide_what_floats,
            self.errors.leave_chart,
            self.exporter.abandon,
            self.detail.clear,
            self.timeline.clear,
            self.procedures.clear,
            self.banner.clear,
            self.note.clear,
            self._show_session,
        ):
            try:
                empty()
            except Exception as error:  # noqa: BLE001 - raised below, after the others had their turn
                failures.append(error)
        if not failures:
            self.chart_place.show_content()
            return
        self.chart_place.show_message(
            "failed",
            self.tr("The chart can't be shown"),
            self.tr("Its place could not be emptied safely. If this stays, close the program and start it again."),
        )
        raise failures[0]

    @Slot()
    def _show_banner(self) -> None:
        chart = self.session.chart
        if chart is None:
            self.banner.clear()
        else:
            self.banner.show_patient(chart.patient, self.session.base_url, chart.merging)
        self._warn_of_look_alikes()
        # At once: Qt would give it its height in some later round of events, and rows were seen below an empty one.
        self.banner.updateGeometry()
        self._chart_layout.activate()

    @Slot()
    def _warn_of_look_alikes(self) -> None:
        chart = self.session.chart
        if chart is not None and not chart.is_unstated:
            self.banner.warn_of(self.session.resembling.of(chart.patient))

    @Slot(str)
    def _open_other_record(self, patient_id: str) -> None:
        self.session.open_patient(ReadPatient(patient_id=patient_id))

    @Slot()
    def _show_timeline(self) -> None:
        """The timeline shows what the list shows; what was entered in error counts where it is shown."""
        chart = self.session.chart
        if chart is None:
            self.timeline.clear()
            return
        hidden = 0 if self.procedures.errors.isChecked() else chart.entered_in_error
        self.timeline.show_procedures(
            self.procedures.table.visible(),
            len(chart.procedures) - hidden,
            loading=chart.standing is ChartStanding.LOADING,
        )

    @Slot(object)
    def _show_trouble(self, trouble: Trouble) -> None:
        self.errors.show(trouble.problem, trouble.action, trouble.asked)

    @Slot(object)
    def _show_failed_export(self, failed: FailedExport) -> None:
        self._stay()
        self.errors.show(failed.problem, failed.elsewhere, file=failed.file)

    @Slot(str)
    @Slot(str, str)
    def _say(self, text: str, whole: str = "") -> None:
        """Say something in the status bar, until there is something else to be said; `whole` is its tooltip."""
        self.note.setText(printable(text))
        self.note.setToolTip(plain_tooltip(printable(whole)))
        self.note.setAccessibleDescription(printable(whole))  # else it would be the tooltip, with its markup

    @Slot(str)
    def _say_not_allowed(self, reason: str) -> None:
        self.errors.show(Problem(Kind.NOT_ALLOWED, technical=reason))

    @Slot(str)
    def _say_not_saved(self, reason: str) -> None:
        self.errors.show(Problem(Kind.SETTINGS, technical=reason))

    # Actions

    @Slot()
    def _export(self) -> None:
        procedure: Procedure | None = self.session.selected
        if procedure is not None:
            self.exporter.ask(procedure)

    @Slot()
    def _focus_search(self) -> None:
        self.search.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.field.selectAll()

    @Slot()
    def _focus_filter(self) -> None:
        self.procedures.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.procedures.filter.selectAll()

    @Slot()
    def _focus_patients(self) -> None:
        self.search.focus_list()

    @Slot()
    def _focus_procedures(self) -> None:
        self.procedures.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _focus_detail(self) -> None:
        tab = self.detail.tabs.currentWidget()
        if tab is not None:
            tab.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _focus_timeline(self) -> None:
        self.timeline.canvas.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _show_keys(self) -> None:
        KeysDialog(list(self.actions_by_name.values()), self, self.detail.actions_by_tab).open()

    @Slot()
    def _show_about(self) -> None:
        show_about(self)

    @Slot()
    def _use_demo(self) -> None:
        if self._start_demo is not None:
            self.session.use(self._start_demo())

    # Preferences

    @Slot()
    def _follow_rules(self) -> None:
        holds = self.rules.effective
        theme.apply(self.rules.liked.appearance)
        self.locking.set_rules(holds.idle_minutes, holds.idle_return)
        self.timeline.set_wanted(self.rules.liked.timeline)

    @Slot(bool)
    def _like_timeline(self, wanted: bool) -> None:
        self.rules.like(timeline=wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.timeline.make_room(self.height())

    def set_appearance(self, appearance: Appearance) -> None:
        """Light, dark, or as the system; remembered."""
        self.rules.like(appearance=appearance)

    @Slot(str)
    def _remember_connection(self, connection_id: str) -> None:
        self.rules.like(connection=connection_id)

    def _must_forget_sign_in(self) -> bool:
        """Whether closing has to wait: the sign-in is forgotten first, once."""
        forgets = self.rules.effective.forget_sign_in_on_close and self.access.has_something_to_forget
        if not forgets or self._forgetting:
            return False
        self._forgetting = True
        self._say(self.tr("Forgetting the sign-in…"))
        self.access.sign_out_everywhere()
        QTimer.singleShot(FORGETTING_PATIENCE, self.close)
        return True

    @Slot()
    def _note_signed_out(self) -> None:
        if self._forgetting:
            self.close()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "detail"):
            follow_theme(self)
            for pane in (self.chart_place, self.search.pane, self.procedures.pane, self.detail.pane):
                pane.follow_theme()
            self.detail.follow_theme()
            self._show_banner()
            self._show_session()

    @Slot()
    def _stay(self) -> None:
        """An export has not worked out: the window that was to be closed stays, to say so."""
        self._leaving = False
        self._patience.stop()

    @Slot()
    def _leave_now(self) -> None:
        """Every file is written that closing the window waited for."""
        if self._leaving:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.session.exporting and not self._leaving:
            # A file half written would stay behind: it is waited for, but not for ever.
            self._leaving = True
            self._say(self.tr("Finishing the export…"))
            self._patience.start(EXPORT_PATIENCE)
            event.ignore()
            return
        if self._must_forget_sign_in():
            event.ignore()
            return
        self.rules.like(window=bytes(self.saveGeometry().toBase64().data()).decode())
        if self.procedures.columns.layout != self.rules.liked.columns:
            self.rules.like(columns=self.procedures.columns.layout)
        if self.division.share != self.rules.liked.list_share:
            self.rules.like(list_share=self.division.share)
        self.rules.save()
        self.closed.emit()
        super().closeEvent(event)
