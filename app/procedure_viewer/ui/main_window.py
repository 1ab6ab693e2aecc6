"""The window: server and actions above, search on the left, the chart on the right, progress below."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDesktopServices, QResizeEvent
from PySide6.QtWidgets import (
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from procedure_viewer.fhir.outcome import Issue, Kind, Problem
from procedure_viewer.settings.policy import NO_POLICY, Policy
from procedure_viewer.ui import theme
from procedure_viewer.ui.access import Access, Standing
from procedure_viewer.ui.banner import Banner
from procedure_viewer.ui.clipboard_guard import ClipboardGuard, forget_copies
from procedure_viewer.ui.copying import Copying
from procedure_viewer.ui.detail_pane import DetailPane
from procedure_viewer.ui.division import ChartDivision
from procedure_viewer.ui.error_dialog import ErrorDialogs
from procedure_viewer.ui.export_offers import offers
from procedure_viewer.ui.exporting import Exporter, FailedExport
from procedure_viewer.ui.floating import hide_what_floats
from procedure_viewer.ui.help import KeysDialog, show_about
from procedure_viewer.ui.help_menu import HelpMenu
from procedure_viewer.ui.icons import follow_theme, program_icon
from procedure_viewer.ui.idle import Clock
from procedure_viewer.ui.leaving import Leaving
from procedure_viewer.ui.locking import Locking
from procedure_viewer.ui.naming import Naming
from procedure_viewer.ui.pane import Pane
from procedure_viewer.ui.procedure_pane import ProcedurePane
from procedure_viewer.ui.search_pane import SearchPane
from procedure_viewer.ui.server_menu import ServerMenu
from procedure_viewer.ui.session import Session
from procedure_viewer.ui.signed_in import SignedInButton
from procedure_viewer.ui.signing_in import OpenBrowser, SigningIn
from procedure_viewer.ui.states import Server, Trouble
from procedure_viewer.ui.status_line import StatusLine
from procedure_viewer.ui.timeline import Timeline
from procedure_viewer.ui.timeline_feed import TimelineFeed
from procedure_viewer.ui.tools import Tools
from procedure_viewer.ui.welcome import Welcome
from procedure_viewer.ui.window_actions import WindowActions
from procedure_viewer.ui.window_rules import WindowRules


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
        self.rules = WindowRules(settings, policy, self)
        theme.apply(self.rules.liked.appearance)
        self.leaving = Leaving(session, access, self.rules, self)

        self.server_menu = ServerMenu(session, access, settings, policy)
        self.signed_in = SignedInButton()
        self.welcome = Welcome(may_try_demo=policy.allow_demo and start_demo is not None)
        self.search = SearchPane(session)
        self.banner = Banner()
        self.procedures = ProcedurePane(session)
        self.copying = Copying(session, self.procedures)
        self.timeline = Timeline()
        TimelineFeed(session, self.procedures, self.timeline, self)
        self.detail = DetailPane(session)
        self.division = ChartDivision(self.procedures, self.detail)
        self.errors = ErrorDialogs(self)
        self.signing_in = SigningIn(session, access, self.errors, self, open_browser)
        self.locking = Locking(session, access, self.signing_in, self.errors, self, clock)
        self.copies = ClipboardGuard(self)
        self.exporter = Exporter(session, self)
        self.keys = WindowActions(
            self, session, self.search, self.procedures, self.detail, self.timeline, self.division
        )
        self.actions_by_name = self.keys.by_name
        self.actions_by_name["timeline"].setChecked(self.rules.liked.timeline)
        help_menu = HelpMenu(self.rules, self.actions_by_name, self)
        help_menu.about_wanted.connect(self._show_about)
        on_the_bar = tuple(self.actions_by_name[name] for name in ("refresh", "export", "print"))
        self.tools = Tools(self.server_menu, self.signed_in, on_the_bar, help_menu)
        self.addToolBar(self.tools)
        self._pages = QStackedWidget()
        self._body = self._new_body()
        self._pages.addWidget(self._body)
        self._pages.addWidget(self.welcome)
        self.setCentralWidget(self._pages)
        self.foot = StatusLine(session)
        self.foot.add_before_address(self.procedures.chosen_text)
        self.setStatusBar(self.foot)
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
        try:
            self.session.abandon()
        finally:
            forget_copies()  # what was copied from it can't be trusted either

    # Building

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

    def _connect(self) -> None:
        session = self.session
        session.chart_cleared.connect(self._empty_chart)
        for signal in (session.server_changed, session.search_changed, session.chart_changed):
            signal.connect(self._show_session)
        session.chart_opened.connect(self._show_banner)
        session.search_changed.connect(self._warn_of_look_alikes)
        self.banner.record_wanted.connect(session.open_patient)
        session.troubled.connect(self._show_trouble)
        session.server_left.connect(self.errors.clear)
        self.procedures.selected.connect(self.detail.show_procedure)
        self.procedures.selected.connect(self.keys.enable)
        self.procedures.sorted_anew.connect(self.foot.say)
        self.procedures.selected.connect(self.timeline.select)
        session.chart_changed.connect(self.division.divide)
        self.timeline.chosen.connect(self.procedures.select)
        self.search.opened.connect(self.keys.focus_procedures)
        self.keys.export_wanted.connect(self._export)
        self.keys.print_wanted.connect(self._print)
        self.keys.timeline_liked.connect(self._like_timeline)
        self.keys.keys_wanted.connect(self._show_keys)
        self.keys.quit_wanted.connect(self.close)
        self.access.changed.connect(self._show_session)
        self.access.troubled.connect(self._show_trouble)
        self.signed_in.sign_out_wanted.connect(self.access.sign_out)
        self.welcome.connect_wanted.connect(self.server_menu.choose)
        self.welcome.another_wanted.connect(self.server_menu.show_list)
        self.welcome.sign_in_wanted.connect(self.signing_in.begin)
        self.welcome.demo_wanted.connect(self._use_demo)
        self.server_menu.demo_wanted.connect(self._use_demo)
        self.rules.changed.connect(self._follow_rules)
        self.locking.unlocked.connect(self.keys.focus_search)
        self.locking.quit_wanted.connect(self.close)
        self.leaving.ready.connect(self.close)
        self.leaving.said.connect(self.foot.say)
        self.exporter.said.connect(self.foot.say)
        self.copying.said.connect(self.foot.say)
        self.copies.cleared.connect(self._say_cleared)
        session.forgotten.connect(forget_copies)
        self.exporter.failed.connect(self._show_failed_export)
        self.exporter.asking.connect(self.leaving.stay)
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
        self.tools.show_demo(server is not None and server.is_demo)
        self._show_access()
        self.foot.show_session()
        self.keys.enable()

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
            self.foot.note.clear,
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

    @Slot(object)
    def _show_trouble(self, trouble: Trouble) -> None:
        self.errors.show(trouble.problem, trouble.action, trouble.asked)

    @Slot(object)
    def _show_failed_export(self, failed: FailedExport) -> None:
        self.leaving.stay()
        self.errors.show(failed.problem, failed.elsewhere, file=failed.file)

    @Slot(str)
    def _say_not_allowed(self, reason: str) -> None:
        self.errors.show(Problem(Kind.NOT_ALLOWED, technical=reason))

    @Slot(str)
    def _say_not_saved(self, reason: str) -> None:
        self.errors.show(Problem(Kind.SETTINGS, technical=reason))

    # Actions

    @Slot()
    def _export(self) -> None:
        offered = offers(self.session, self.procedures)
        if offered:
            self.exporter.ask(offered)

    @Slot()
    def _print(self) -> None:
        offered = offers(self.session, self.procedures)
        if offered:
            self.exporter.ask_printing(offered)

    @Slot()
    def _show_keys(self) -> None:
        places = {self.tr("List of procedures"): self.copying.actions, **self.detail.actions_by_tab}
        KeysDialog(list(self.actions_by_name.values()), self, places).open()

    @Slot()
    def _show_about(self) -> None:
        show_about(self)

    @Slot()
    def _use_demo(self) -> None:
        if self._start_demo is not None:
            self.session.use(self._start_demo())

    @Slot()
    def _say_cleared(self) -> None:
        self.foot.say(self.tr("The clipboard was cleared"))

    # Preferences

    @Slot()
    def _follow_rules(self) -> None:
        holds = self.rules.effective
        theme.apply(self.rules.liked.appearance)
        self.copies.set_seconds(holds.clipboard_seconds)
        self.locking.set_rules(holds.idle_minutes, holds.idle_return)
        self.timeline.set_wanted(self.rules.liked.timeline)

    @Slot(bool)
    def _like_timeline(self, wanted: bool) -> None:
        self.rules.like(timeline=wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.timeline.make_room(self.height())

    @Slot(str)
    def _remember_connection(self, connection_id: str) -> None:
        self.rules.like(connection=connection_id)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.UpdateRequest:  # all that is to be painted is painted now
            with self.session.turn:
                return super().event(event)
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "detail"):
            follow_theme(self)
            for pane in (self.chart_place, self.search.pane, self.procedures.pane, self.detail.pane):
                pane.follow_theme()
            self.detail.follow_theme()
            self._show_banner()
            self._show_session()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.leaving.waits():
            event.ignore()
            return
        self.rules.like(window=bytes(self.saveGeometry().toBase64().data()).decode())
        if self.procedures.columns.layout != self.rules.liked.columns:
            self.rules.like(columns=self.procedures.columns.layout)
        if self.division.share != self.rules.liked.list_share:
            self.rules.like(list_share=self.division.share)
        self.rules.save()
        forget_copies()
        self.closed.emit()
        super().closeEvent(event)
