"""The window itself: shown before it is furnished (see `first_sight`), left when nothing has to be waited for.

Nothing is imported with this module but what showing it takes. Its parts come in by `furnish`.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QMainWindow

if TYPE_CHECKING:
    from procedure_viewer.settings.policy import Policy
    from procedure_viewer.ui.access import Access
    from procedure_viewer.ui.banner import Banner
    from procedure_viewer.ui.clipboard_guard import ClipboardGuard
    from procedure_viewer.ui.copying import Copying
    from procedure_viewer.ui.detail_pane import DetailPane
    from procedure_viewer.ui.division import ChartDivision
    from procedure_viewer.ui.error_dialog import ErrorDialogs
    from procedure_viewer.ui.exporting import Exporter
    from procedure_viewer.ui.first_sight import FirstSight
    from procedure_viewer.ui.furnishing import Furnishing
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
    from procedure_viewer.ui.states import Server
    from procedure_viewer.ui.status_line import StatusLine
    from procedure_viewer.ui.timeline import Timeline
    from procedure_viewer.ui.tools import Tools
    from procedure_viewer.ui.warming import Warming
    from procedure_viewer.ui.welcome import Welcome
    from procedure_viewer.ui.window_actions import WindowActions
    from procedure_viewer.ui.window_rules import WindowRules


class MainWindow(QMainWindow):
    """One window on one session. Its title never carries a name: window titles are read by many programs."""

    closed = Signal()

    session: "Session"
    access: "Access"
    rules: "WindowRules"
    leaving: "Leaving"
    server_menu: "ServerMenu"
    signed_in: "SignedInButton"
    welcome: "Welcome"
    search: "SearchPane"
    banner: "Banner"
    procedures: "ProcedurePane"
    copying: "Copying"
    timeline: "Timeline"
    detail: "DetailPane"
    division: "ChartDivision"
    errors: "ErrorDialogs"
    signing_in: "SigningIn"
    locking: "Locking"
    warming: "Warming"
    copies: "ClipboardGuard"
    exporter: "Exporter"
    keys: "WindowActions"
    tools: "Tools"
    chart_place: "Pane"
    foot: "StatusLine"
    actions_by_name: dict[str, QAction]

    def __init__(self, geometry: str = "") -> None:
        """`geometry` is where it was when it was closed last, as `preferences.Preferences.window`."""
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle(self.tr("Procedure Viewer"))
        self.setMinimumSize(900, 560)
        self.resize(1280, 800)
        if geometry:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        self._furnishing: Furnishing | None = None
        """None until the parts are in their places."""
        self._pressed: list[QKeySequence] = []
        """Keys that nobody took while there were no parts."""

    # Asked from outside

    def prepare(
        self,
        session: "Session",
        access: "Access",
        settings: Path,
        policy: "Policy",
        start_demo: "Callable[[], Server] | None" = None,
    ) -> None:
        """The session begins: a server can be turned to, and asked, before anything else is there."""
        from procedure_viewer.ui import theme
        from procedure_viewer.ui.leaving import Leaving
        from procedure_viewer.ui.server_menu import ServerMenu
        from procedure_viewer.ui.window_rules import WindowRules

        self.session, self.access = session, access
        self.rules = WindowRules(settings, policy, self)
        theme.apply(self.rules.liked.appearance)
        self.leaving = Leaving(session, access, self.rules, self)
        self.server_menu = ServerMenu(session, access, settings, policy)
        self.server_menu.connection_used.connect(self._remember_connection)
        self.may_try_demo = policy.allow_demo and start_demo is not None
        self.start_demo = start_demo

    def furnish(
        self,
        open_browser: "OpenBrowser",
        clock: "Clock | None" = None,
        naming: "Naming | None" = None,
        sight: "FirstSight | None" = None,
    ) -> Iterator[None]:
        """Build the parts, some milliseconds' work between two steps; with the last they come into the place of the
        first sight."""
        from procedure_viewer.ui.furnishing import Furnishing

        furnishing = Furnishing(self)
        yield from furnishing.build(open_browser, clock, naming, sight)
        furnishing.move_in(sight)
        self._furnishing = furnishing

    def use_connection(self, name: str) -> bool:
        """Turn to a saved connection by id or name, without to the default or the last one; False if there is none."""
        found = self.server_menu.use_saved(name, self.rules.liked.connection)
        self.say_complaints()  # afterwards: what is said of a server goes when another is turned to
        return found

    def say_complaints(self) -> None:
        """Say what is wrong with the saved connections, and with what IT has laid down, once there is a way to."""
        if self._furnishing is not None:
            self._furnishing.say_complaints()

    def clear_chart(self) -> None:
        """Show no patient: after a failure inside this program nothing on the screen can be trusted."""
        if self._furnishing is not None:
            self._furnishing.clear_chart()

    def do_as_pressed(self) -> None:
        """Do what the keys stand for that were pressed before there was anything to be done."""
        pressed, self._pressed = self._pressed, []
        for keys in pressed:
            for action in self.actions_by_name.values():
                if keys in action.shortcuts() and action.isEnabled():
                    action.trigger()

    @Slot(str)
    def _remember_connection(self, connection_id: str) -> None:
        self.rules.like(connection=connection_id)

    # What Qt tells

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._furnishing is not None:
            self.timeline.make_room(self.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if self._furnishing is None and not event.isAutoRepeat():
            if event.text() == "\r":  # Enter asks for something new, which is not what was to be cancelled before
                self._pressed.clear()
            self._pressed.append(QKeySequence(event.keyCombination()))

    def event(self, event: QEvent) -> bool:
        # All that is to be painted is painted now.
        if event.type() == QEvent.Type.UpdateRequest and getattr(self, "_furnishing", None) is not None:
            with self.session.turn:
                return super().event(event)
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # Qt tells of changes while the base is made, and after the collector has taken this window apart.
        furnishing = getattr(self, "_furnishing", None)
        if event.type() == QEvent.Type.PaletteChange and furnishing is not None:
            furnishing.follow_theme()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._furnishing is not None:
            if self.leaving.waits():
                event.ignore()
                return
            self._furnishing.leave()
        self.closed.emit()
        super().closeEvent(event)
