"""Who is signed in at the server in use, and what the window does about it."""

import logging
from collections import deque
from dataclasses import replace
from enum import StrEnum

from PySide6.QtCore import QObject, Signal, Slot

from procedure_viewer.background.gateway import Gateway, Reply
from procedure_viewer.background.requests import (
    BrowserWanted,
    Connected,
    ForgetConnection,
    ForgetSignIns,
    Grant,
    GrantChanged,
    NameKeyring,
    NotKept,
    PasteAnswer,
    Request,
    Scope,
    SignIn,
    SignOut,
    TryConnection,
)
from procedure_viewer.fhir.outcome import Kind, Problem
from procedure_viewer.settings.connections import Connection, SignInMethod
from procedure_viewer.ui.session import Session
from procedure_viewer.ui.states import Link, Trouble
from procedure_viewer.ui.waiting import Waiting

_log = logging.getLogger("procedure_viewer.ui")


class Standing(StrEnum):
    """How the sign-in stands."""

    NOTHING = "nothing"  # no server, or not connected yet
    OPEN = "open"  # the server asks for none
    NEEDED = "needed"
    UNDER_WAY = "under-way"
    SIGNED_IN = "signed-in"


class Access(QObject):
    """The sign-in of one window's session. Its requests have scopes of their own beside the session's."""

    changed = Signal()
    browser_wanted = Signal(str)
    """The address that the system's browser is to open."""
    signed_in = Signal()
    sign_in_failed = Signal(object)
    """Problem."""
    paste_refused = Signal(object)
    """Problem: what was pasted is not the answer."""
    tried = Signal(object)
    """ServerOffer, or Problem: what came of trying a connection."""
    keyring_named = Signal(str)
    """What the keyring is called, or why there is none."""
    signed_out = Signal()
    """The person's own wish came to its end."""
    troubled = Signal(object)
    """Trouble."""

    def __init__(self, gateway: Gateway, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._waiting = Waiting(gateway)
        self.standing = Standing.NOTHING
        self.grant: Grant | None = None
        self._typed = ""
        self._typed_for: Connection | None = None
        self._used: dict[str, Connection] = {}
        self._to_forget: deque[Connection] = deque()
        session.server_changed.connect(self._server_changed)
        session.connected.connect(self._connected)
        gateway.page.connect(self._on_page)
        gateway.succeeded.connect(self._on_succeeded)
        gateway.failed.connect(self._on_failed)
        gateway.cancelled.connect(self._on_cancelled)
        gateway.noticed.connect(self._on_news)

    @property
    def connection(self) -> Connection | None:
        """The connection in use."""
        return self._session.server.connection if self._session.server is not None else None

    # What the window asks

    def sign_in(self, secret: str = "", *, keep: bool = True, again: bool = False) -> None:
        """Sign in as the connection asks; with `again` also somebody who is still signed in in the browser."""
        self._session.remember()
        self._stand(Standing.UNDER_WAY)
        self._waiting.submit(SignIn(secret=secret, keep=keep, again=again))

    def sign_in_when_connected(self, secret: str) -> None:
        """Sign in with a secret that was typed for the server that is being connected to; trying again keeps it."""
        self._typed, self._typed_for = secret, self.connection

    def cancel(self) -> None:
        """Give up the sign-in that is under way."""
        self._waiting.cancel((Scope.SIGN_IN,))

    def paste(self, text: str) -> None:
        """Hand in the address that the browser ended at."""
        self._waiting.submit(PasteAnswer(text=text))

    def sign_out(self) -> None:
        """Forget the sign-in, and show nothing that was read with it."""
        self._session.forget()
        self._waiting.submit(SignOut())

    @property
    def has_something_to_forget(self) -> bool:
        """Whether the keyring may have a sign-in that this run used."""
        return bool(self._used)

    def sign_out_everywhere(self) -> None:
        """Forget every sign-in that this run used, also where the windows are locked; `signed_out` says when."""
        self._session.forget()
        self._waiting.submit(ForgetSignIns(connections=tuple(self._used.values())))

    def try_connection(self, connection: Connection) -> None:
        """Ask a server what it offers."""
        self._waiting.submit(TryConnection(connection=connection))

    def name_keyring(self) -> None:
        """Find out what the keyring is called."""
        self._waiting.submit(NameKeyring())

    def forget(self, connection: Connection) -> None:
        """Take all secrets of a connection out of the keyring, after those of others that were to go before."""
        self._to_forget.append(connection)
        self._forget_next()

    def _forget_next(self) -> None:
        if self._to_forget and Scope.KEYCHAIN not in self._waiting:
            self._waiting.submit(ForgetConnection(connection=self._to_forget.popleft()))

    # What the gateway and the session answer

    @Slot()
    def _server_changed(self) -> None:
        server = self._session.server
        if server is not None and not server.memory_only and server.connection.sign_in is not SignInMethod.OPEN:
            self._used[server.connection.account] = server.connection
        if not self._session.base_url:
            self.grant = None
            if self._session.link is Link.NONE or self.connection != self._typed_for:
                self._typed, self._typed_for = "", None  # it was meant for the server before
            self._waiting.drop(Scope.SIGN_IN)
            self._stand(Standing.NOTHING)

    @Slot(object)
    def _connected(self, connected: Connected) -> None:
        self.grant = connected.grant
        typed, self._typed, self._typed_for = self._typed, "", None
        if typed:
            self.sign_in(typed)
        elif connected.needs_sign_in:
            self._stand(Standing.NEEDED)
        else:
            self._stand(Standing.SIGNED_IN if connected.grant is not None else Standing.OPEN)

    @Slot(object)
    def _on_page(self, reply: Reply) -> None:
        if self._waiting.expects(reply, None) and isinstance(reply.payload, BrowserWanted):
            self.browser_wanted.emit(reply.payload.address)

    @Slot(object)
    def _on_succeeded(self, reply: Reply) -> None:
        request = self._waiting.settle(reply, None)
        match request:
            case SignIn():
                self.grant = reply.payload if isinstance(reply.payload, Grant) else None
                self._stand(Standing.SIGNED_IN)
                self.signed_in.emit()
                self._session.take_up_again()
            case SignOut() | ForgetSignIns():
                self.grant = None
                self._stand(Standing.NEEDED)
                self.signed_out.emit()
            case TryConnection():
                self.tried.emit(reply.payload)
            case NameKeyring():
                self.keyring_named.emit(str(reply.payload))
            case ForgetConnection():
                self._forget_next()

    @Slot(object)
    def _on_failed(self, reply: Reply) -> None:
        request = self._waiting.settle(reply, None)
        if request is None or not isinstance(reply.payload, Problem):
            return
        problem = reply.payload
        match request:
            case SignIn():
                self._stand(Standing.SIGNED_IN if self.grant is not None else Standing.NEEDED)
                self.sign_in_failed.emit(problem)
            case PasteAnswer():
                self.paste_refused.emit(problem)
            case TryConnection():
                self.tried.emit(problem)
            case SignOut():
                self.grant = None
                self._stand(Standing.NEEDED)
                self.troubled.emit(Trouble(_not_forgotten(problem), None))
                self.signed_out.emit()
            case ForgetConnection():
                self.troubled.emit(Trouble(_not_forgotten(problem), None))
                self._forget_next()
            case ForgetSignIns():
                _log.warning("the sign-ins could not be forgotten: %s", problem.kind)
                self.signed_out.emit()
            case _:
                self.troubled.emit(Trouble(problem, None))

    @Slot(object)
    def _on_cancelled(self, reply: Reply) -> None:
        request: Request | None = self._waiting.settle(reply, None)
        if isinstance(request, SignIn):
            self._stand(Standing.SIGNED_IN if self.grant is not None else Standing.NEEDED)

    @Slot(object)
    def _on_news(self, news: object) -> None:
        connection = self.connection
        if connection is None or not self._session.base_url:
            return  # not connected, or locked: what there is to say comes with the next connection
        match news:
            case GrantChanged(connection=connection.id, grant=grant) if self.standing is not Standing.UNDER_WAY:
                self.grant = grant
                self._stand(Standing.SIGNED_IN if grant is not None else Standing.NEEDED)
            case NotKept(connection=connection.id, problem=problem):
                self.troubled.emit(Trouble(problem, None))

    def _stand(self, standing: Standing) -> None:
        self.standing = standing
        self.changed.emit()


def _not_forgotten(problem: Problem) -> Problem:
    """A keyring that does not forget, in other words than one that does not keep."""
    return replace(problem, kind=Kind.NOT_FORGOTTEN) if problem.kind is Kind.KEYCHAIN else problem
