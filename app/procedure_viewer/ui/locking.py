"""A shared workstation: after some minutes without use everything is covered and forgotten, until somebody signs in."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from procedure_viewer.background.requests import Connected
from procedure_viewer.settings.connections import SignInMethod
from procedure_viewer.settings.policy import IdleReturn
from procedure_viewer.ui.access import Access
from procedure_viewer.ui.clipboard_guard import forget_copies
from procedure_viewer.ui.cover import Covers, IdleWarning
from procedure_viewer.ui.error_dialog import ErrorDialogs
from procedure_viewer.ui.idle import Clock, IdleWatch
from procedure_viewer.ui.session import Session
from procedure_viewer.ui.signing_in import SigningIn


class Locking(QObject):
    """Locks the windows of one session, and leads back."""

    unlocked = Signal()
    quit_wanted = Signal()

    def __init__(
        self,
        session: Session,
        access: Access,
        signing_in: SigningIn,
        errors: ErrorDialogs,
        window: QWidget,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._access = access
        self._signing_in = signing_in
        self._errors = errors
        self._minutes = 0.0
        self._way_back = IdleReturn.SIGN_IN
        self._returning = False
        self.watch = IdleWatch(clock, self)
        self.covers = Covers(self)
        self._warning = IdleWarning(window)
        self.watch.warning.connect(self._warn)
        self.watch.came_back.connect(self._warning.hide)
        self.watch.idle.connect(self.lock)
        self.covers.continue_wanted.connect(self._come_back)
        self.covers.quit_wanted.connect(self.quit_wanted)
        session.connected.connect(self._connected)
        access.signed_in.connect(self._signed_in)

    @property
    def locked(self) -> bool:
        """Whether the windows are covered."""
        return self.covers.covering

    def set_rules(self, minutes: float, way_back: IdleReturn) -> None:
        """After how many minutes without use it locks (0: never), and how one comes back."""
        self._minutes, self._way_back = minutes, way_back
        self.watch.set_minutes(minutes)

    @Slot()
    def lock(self) -> None:
        """Cover every window, and forget the chart, the tokens in memory, and what was copied here."""
        self._warning.hide()
        server = self._session.server
        if server is None or self.locked:
            self.watch.restart()  # there is nothing to protect
            return
        self._returning = False
        self._signing_in.give_up()
        self.covers.cover(self._minutes, server.name, self.tr("Sign in again") if self._asks else self.tr("Continue"))
        self._errors.over_covers = True
        try:
            self._session.lock_up()
        finally:
            forget_copies()

    @property
    def _asks(self) -> bool:
        """Whether coming back needs a sign-in: not where there is none to ask for, or where IT's policy says so."""
        server = self._session.server
        if server is None or server.is_demo or self._way_back is IdleReturn.CONTINUE:
            return False
        return server.connection.sign_in is not SignInMethod.OPEN

    @Slot(int)
    def _warn(self, seconds: int) -> None:
        if self._session.server is not None:
            self._warning.show_seconds(seconds)

    @Slot()
    def _come_back(self) -> None:
        server = self._session.server
        if server is None:
            return
        if self._asks and self._session.base_url:
            self._signing_in.begin_anew()  # one that was given up, once more
            return
        self._returning = True
        self._session.use(server, anew=self._asks)

    @Slot(object)
    def _connected(self, _connected: Connected) -> None:
        if not self.locked or not self._returning:
            return
        self._returning = False
        if self._asks:
            self._signing_in.begin_anew()
        else:
            self._unlock()

    @Slot()
    def _signed_in(self) -> None:
        if self.locked:
            self._unlock()

    def _unlock(self) -> None:
        self._errors.over_covers = False
        self.covers.take_off()
        self.watch.restart()
        self.unlocked.emit()
