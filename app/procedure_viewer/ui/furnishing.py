"""The window's parts: server and actions above, search on the left, the chart on the right, progress below; how they
hang together, and what comes of the session's news."""

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QObject, Qt, Slot
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from procedure_viewer.fhir.outcome import Issue, Kind, Problem
from procedure_viewer.ui import theme
from procedure_viewer.ui.access import Standing
from procedure_viewer.ui.banner import Banner
from procedure_viewer.ui.clipboard_guard import ClipboardGuard, forget_copies
from procedure_viewer.ui.copying import Copying
from procedure_viewer.ui.detail_pane import DetailPane
from procedure_viewer.ui.division import ChartDivision
from procedure_viewer.ui.error_dialog import ErrorDialogs
from procedure_viewer.ui.export_offers import offers
from procedure_viewer.ui.exporting import Exporter, FailedExport
from procedure_viewer.ui.first_sight import FirstSight
from procedure_viewer.ui.floating import hide_what_floats
from procedure_viewer.ui.help import KeysDialog
from procedure_viewer.ui.help_menu import HelpMenu
from procedure_viewer.ui.icons import follow_theme, program_icon
from procedure_viewer.ui.idle import Clock
from procedure_viewer.ui.locking import Locking
from procedure_viewer.ui.main_window import MainWindow
from procedure_viewer.ui.naming import Naming
from procedure_viewer.ui.pane import Pane
from procedure_viewer.ui.procedure_pane import ProcedurePane
from procedure_viewer.ui.replaced import warn_when_replaced, watched_program
from procedure_viewer.ui.search_pane import SearchPane
from procedure_viewer.ui.signed_in import SignedInButton
from procedure_viewer.ui.signing_in import OpenBrowser, SigningIn
from procedure_viewer.ui.states import Trouble
from procedure_viewer.ui.status_line import StatusLine
from procedure_viewer.ui.timeline import Timeline
from procedure_viewer.ui.timeline_feed import TimelineFeed
from procedure_viewer.ui.tools import Tools
from procedure_viewer.ui.warming import Warming
from procedure_viewer.ui.welcome import Welcome
from procedure_viewer.ui.window_actions import WindowActions


class Furnishing(QObject):
    """Builds the parts of a window that has been prepared; each is an attribute of the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def build(
        self, open_browser: OpenBrowser, clock: Clock | None, naming: Naming | None, sight: FirstSight | None
    ) -> Iterator[None]:
        """Build everything, out of sight, some milliseconds' work between two steps.

        The last, with the actions, ends where `move_in` begins: a key must not mean two of them.
        """
        window, session, access = self._window, self._window.session, self._window.access
        window.setWindowIcon(program_icon())
        window.signed_in = SignedInButton()
        window.search = SearchPane(session, sight.field.text() if sight is not None else "")
        yield
        window.welcome = Welcome(may_try_demo=window.may_try_demo)
        yield
        window.banner = Banner()
        window.procedures = ProcedurePane(session)
        window.copying = Copying(session, window.procedures)
        yield
        window.timeline = Timeline()
        TimelineFeed(session, window.procedures, window.timeline, window)
        window.detail = DetailPane(session)
        window.division = ChartDivision(window.procedures, window.detail)
        yield
        window.errors = ErrorDialogs(window)
        window.signing_in = SigningIn(session, access, window.errors, window, open_browser)
        window.locking = Locking(session, access, window.signing_in, window.errors, window, clock)
        window.warming = Warming(session, window.search.field, window)
        window.copies = ClipboardGuard(window)
        window.exporter = Exporter(session, window)
        window.foot = StatusLine(session)
        window.foot.add_before_address(window.procedures.chosen_text)
        self._warn_if_nothing_is_kept()
        program = watched_program()
        if program is not None:
            warn_when_replaced(program, window.foot)
        yield
        window.keys = WindowActions(
            window, session, window.search, window.procedures, window.detail, window.timeline, window.division
        )
        window.actions_by_name = window.keys.by_name
        window.actions_by_name["timeline"].setChecked(window.rules.liked.timeline)
        help_menu = HelpMenu(window.rules, window.actions_by_name, window)
        help_menu.about_wanted.connect(self._show_about)
        on_the_bar = tuple(window.actions_by_name[name] for name in ("refresh", "export", "print"))
        window.tools = Tools(window.server_menu, window.signed_in, on_the_bar, help_menu)
        self._pages = QStackedWidget()
        self._body = self._new_body()
        self._pages.addWidget(self._body)
        self._pages.addWidget(window.welcome)
        if naming is not None:
            self._connect_names(naming)
        self._connect()

    def move_in(self, sight: FirstSight | None) -> None:
        """Everything comes into sight, in the place of the first sight, between two frames."""
        window = self._window
        if sight is not None:
            sight.hand_over(window.search.field)
        window.addToolBar(window.tools)
        window.setCentralWidget(self._pages)
        window.setStatusBar(window.foot)
        window.procedures.columns.apply(window.rules.liked.columns)
        window.division.set_share(window.rules.liked.list_share)
        self._follow_rules()
        window.timeline.make_room(window.height())
        window.search.field.setFocus()
        self._show_session()
        # At once: Qt would show the corner to drag at in some later round of events, and put all else beside it then.
        QCoreApplication.sendPostedEvents(window.foot)
        laid_out = window.foot.layout()
        assert laid_out is not None
        laid_out.activate()

    # Asked by the window

    def say_complaints(self) -> None:
        """Say what is wrong with the saved connections, and with what IT has laid down."""
        if self._window.server_menu.complaint:
            self._say_not_saved(self._window.server_menu.complaint)
        complaints = self._window.rules.policy.complaints
        if complaints:
            issues = tuple(Issue("warning", "policy", complaint) for complaint in complaints)
            self._window.errors.show(Problem(Kind.POLICY, issues=issues))

    def clear_chart(self) -> None:
        """Show no patient: after a failure inside this program nothing on the screen can be trusted.

        Nor may what is still under way open a chart behind the dialog.
        """
        try:
            self._window.session.abandon()
        finally:
            forget_copies()  # what was copied from it can't be trusted either

    # Building

    def _warn_if_nothing_is_kept(self) -> None:
        """Nothing that matters to a reader is lost with them, so that this is worth no dialog."""
        reason = self._window.rules.why_not_kept
        if reason:
            whole = self.tr("Connections and preferences can't be kept for the next start: {reason}")
            self._window.foot.warn("settingsNotKept", self.tr("Settings can't be kept"), whole.format(reason=reason))

    def _new_body(self) -> QSplitter:
        right = QWidget()
        layout = self._chart_layout = QVBoxLayout(right)
        layout.setContentsMargins(4, 8, 8, 4)
        layout.addWidget(self._window.banner)
        layout.addWidget(self._window.timeline)
        layout.addWidget(self._window.division, 1)
        body = QSplitter(Qt.Orientation.Horizontal)
        body.setObjectName("bodySplitter")
        body.setChildrenCollapsible(False)
        body.addWidget(self._window.search)
        self._window.chart_place = Pane("chart", right)
        body.addWidget(self._window.chart_place)
        body.setStretchFactor(0, 1)
        body.setStretchFactor(1, 4)
        body.setSizes([390, 890])
        self._window.search.setMinimumWidth(380)
        self._window.chart_place.setMinimumWidth(480)
        return body

    def _connect(self) -> None:
        window, session = self._window, self._window.session
        session.chart_cleared.connect(self._empty_chart)
        for signal in (session.server_changed, session.search_changed, session.chart_changed):
            signal.connect(self._show_session)
        session.chart_opened.connect(self._show_banner)
        session.search_changed.connect(self._warn_of_look_alikes)
        window.banner.record_wanted.connect(session.open_patient)
        session.troubled.connect(self._show_trouble)
        session.server_left.connect(window.errors.clear)
        window.procedures.selected.connect(window.detail.show_procedure)
        window.procedures.selected.connect(window.keys.enable)
        window.procedures.sorted_anew.connect(window.foot.say)
        window.procedures.selected.connect(window.timeline.select)
        session.chart_changed.connect(window.division.divide)
        window.timeline.chosen.connect(window.procedures.select)
        window.search.opened.connect(window.keys.focus_procedures)
        window.keys.export_wanted.connect(self._export)
        window.keys.print_wanted.connect(self._print)
        window.keys.timeline_liked.connect(self._like_timeline)
        window.keys.keys_wanted.connect(self._show_keys)
        window.keys.quit_wanted.connect(window.close)
        window.access.changed.connect(self._show_session)
        window.access.troubled.connect(self._show_trouble)
        window.signed_in.sign_out_wanted.connect(window.access.sign_out)
        window.welcome.connect_wanted.connect(window.server_menu.choose)
        window.welcome.another_wanted.connect(window.server_menu.show_list)
        window.welcome.sign_in_wanted.connect(window.signing_in.begin)
        window.welcome.demo_wanted.connect(self._use_demo)
        window.server_menu.demo_wanted.connect(self._use_demo)
        window.rules.changed.connect(self._follow_rules)
        window.locking.unlocked.connect(window.keys.focus_search)
        window.locking.quit_wanted.connect(window.close)
        window.leaving.ready.connect(window.close)
        window.leaving.said.connect(window.foot.say)
        window.exporter.said.connect(window.foot.say)
        window.copying.said.connect(window.foot.say)
        window.copies.cleared.connect(self._say_cleared)
        session.forgotten.connect(forget_copies)
        window.exporter.failed.connect(self._show_failed_export)
        window.exporter.asking.connect(window.leaving.stay)
        # Queued: a connection that could not be kept is turned to all the same, which clears what was said before.
        window.server_menu.not_saved.connect(self._say_not_saved, Qt.ConnectionType.QueuedConnection)
        window.server_menu.refused.connect(self._say_not_allowed)

    def _connect_names(self, naming: Naming) -> None:
        """`naming` is told of a procedure before the detail shows it: what is known stands there from the first."""
        self._window.detail.known_of = naming.known
        self._window.procedures.selected.connect(naming.look_at)
        naming.changed.connect(self._window.detail.show_known)

    # Showing

    @Slot()
    def _show_session(self) -> None:
        session = self._window.session
        server = session.server
        self._window.tools.show_demo(server is not None and server.is_demo)
        self._show_access()
        self._window.foot.show_session()
        self._window.keys.enable()

    def _show_access(self) -> None:
        """Who is signed in; and in the place of the panes what is needed before there is anything to show."""
        grant, server = self._window.access.grant, self._window.session.server
        if grant is None or server is None or server.is_demo:
            self._window.signed_in.clear()  # everybody is let into the demo
        else:
            self._window.signed_in.show_grant(grant.who, grant.person, grant.until, grant.renews, grant.kept)
        shows_nothing = self._window.session.chart is None and self._window.session.reading is None
        wanted: QWidget = self._window.welcome
        if server is None:
            self._window.welcome.show_first_start()
        elif shows_nothing and self._window.access.standing in (Standing.NEEDED, Standing.UNDER_WAY):
            self._window.welcome.show_sign_in(server.name)
        else:
            wanted = self._body
        if self._pages.currentWidget() is not wanted:
            self._pages.setCurrentWidget(wanted)
            (self._window.welcome if wanted is self._window.welcome else self._window.search.field).setFocus()

    @Slot()
    def _empty_chart(self) -> None:
        """Nothing of the chart that was open stays. Each part is emptied by itself, whatever becomes of the others.

        Where one fails, the whole place of the chart is covered until emptying it has worked: no banner may come to
        stand over the rows of another patient.
        """
        failures: list[Exception] = []
        for empty in (
            hide_what_floats,
            self._window.errors.leave_chart,
            self._window.exporter.abandon,
            self._window.detail.clear,
            self._window.timeline.clear,
            self._window.procedures.clear,
            self._window.banner.clear,
            self._window.foot.note.clear,
            self._show_session,
        ):
            try:
                empty()
            except Exception as error:  # noqa: BLE001 - raised below, after the others had their turn
                failures.append(error)
        if not failures:
            self._window.chart_place.show_content()
            return
        self._window.chart_place.show_message(
            "failed",
            self.tr("The chart can't be shown"),
            self.tr("Its place could not be emptied safely. If this stays, close the program and start it again."),
        )
        raise failures[0]

    @Slot()
    def _show_banner(self) -> None:
        chart = self._window.session.chart
        if chart is None:
            self._window.banner.clear()
        else:
            self._window.banner.show_patient(chart.patient, self._window.session.base_url, chart.merging)
        self._warn_of_look_alikes()
        # At once: Qt would give it its height in some later round of events, and rows were seen below an empty one.
        self._window.banner.updateGeometry()
        self._chart_layout.activate()

    @Slot()
    def _warn_of_look_alikes(self) -> None:
        chart = self._window.session.chart
        if chart is not None and not chart.is_unstated:
            self._window.banner.warn_of(self._window.session.resembling.of(chart.patient))

    @Slot(object)
    def _show_trouble(self, trouble: Trouble) -> None:
        self._window.errors.show(trouble.problem, trouble.action, trouble.asked)

    @Slot(object)
    def _show_failed_export(self, failed: FailedExport) -> None:
        self._window.leaving.stay()
        self._window.errors.show(failed.problem, failed.elsewhere, file=failed.file)

    @Slot(str)
    def _say_not_allowed(self, reason: str) -> None:
        self._window.errors.show(Problem(Kind.NOT_ALLOWED, technical=reason))

    @Slot(str)
    def _say_not_saved(self, reason: str) -> None:
        self._window.errors.show(Problem(Kind.SETTINGS, technical=reason))

    # Actions

    @Slot()
    def _export(self) -> None:
        offered = offers(self._window.session, self._window.procedures)
        if offered:
            self._window.exporter.ask(offered)

    @Slot()
    def _print(self) -> None:
        offered = offers(self._window.session, self._window.procedures)
        if offered:
            self._window.exporter.ask_printing(offered)

    @Slot()
    def _show_keys(self) -> None:
        places = {self.tr("List of procedures"): self._window.copying.actions, **self._window.detail.actions_by_tab}
        KeysDialog(list(self._window.actions_by_name.values()), self._window, places).open()

    @Slot()
    def _show_about(self) -> None:
        from procedure_viewer.ui.about_dialog import AboutDialog

        dialog = AboutDialog(self._window.rules, self._window)
        self._window.access.keyring_named.connect(dialog.show_keyring)
        self._window.access.name_keyring()
        dialog.open()

    @Slot()
    def _use_demo(self) -> None:
        if self._window.start_demo is not None:
            self._window.session.use(self._window.start_demo())

    @Slot()
    def _say_cleared(self) -> None:
        self._window.foot.say(self.tr("The clipboard was cleared"))

    # Preferences

    @Slot()
    def _follow_rules(self) -> None:
        holds = self._window.rules.effective
        theme.apply(self._window.rules.liked.appearance)
        self._window.copies.set_seconds(holds.clipboard_seconds)
        self._window.locking.set_rules(holds.idle_minutes, holds.idle_return)
        self._window.timeline.set_wanted(self._window.rules.liked.timeline)

    @Slot(bool)
    def _like_timeline(self, wanted: bool) -> None:
        self._window.rules.like(timeline=wanted)

    def follow_theme(self) -> None:
        """Show everything in the colours of now."""
        window = self._window
        follow_theme(window)
        for pane in (window.chart_place, window.search.pane, window.procedures.pane, window.detail.pane):
            pane.follow_theme()
        window.detail.follow_theme()
        self._show_banner()
        self._show_session()

    def leave(self) -> None:
        """The window is closed: keep how it was arranged, and nothing of what was copied."""
        window, rules = self._window, self._window.rules
        rules.like(window=bytes(window.saveGeometry().toBase64().data()).decode())
        if window.procedures.columns.layout != rules.liked.columns:
            rules.like(columns=window.procedures.columns.layout)
        if window.division.share != rules.liked.list_share:
            rules.like(list_share=window.division.share)
        rules.save()
        forget_copies()
