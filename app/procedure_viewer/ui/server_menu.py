"""Which server the window talks to, and the menu of connections to choose from."""

import logging
from functools import partial
from pathlib import Path

import msgspec
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QMenu, QToolButton

from procedure_viewer.settings.connections import Connection, SignInMethod, change_connections, load_connections
from procedure_viewer.ui.connection_dialog import ConnectionDialog
from procedure_viewer.ui.icons import set_icon
from procedure_viewer.ui.session import Session
from procedure_viewer.ui.states import Link, Server

_log = logging.getLogger("procedure_viewer.ui")


def server_of(connection: Connection) -> Server:
    """A saved connection as a server whose token, if it has one, lies in the keyring."""
    account = connection.account if connection.sign_in is SignInMethod.TOKEN else None
    return Server(connection.name, connection.base_url, account=account)


class ServerMenu(QToolButton):
    """Shows the server's name and state; its menu connects to a saved server or makes a new connection."""

    not_saved = Signal(str)
    """The settings could not be written: the system's reason."""
    connection_used = Signal(str)
    """The id of a saved connection that was turned to."""

    def __init__(self, session: Session, settings: Path) -> None:
        super().__init__()
        self.setObjectName("serverMenu")
        self.setAccessibleName(self.tr("Server"))
        self._session = session
        self._settings = settings
        self.complaint = ""
        """Why the saved connections are not (all) there, for a person; empty if all is well."""
        self._connections = self._load()
        self._current: Connection | None = None
        set_icon(self, "server")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(QMenu(self))
        self.menu().aboutToShow.connect(self._fill)
        session.server_changed.connect(self._show_server)
        session.sign_in_wanted.connect(self.sign_in)
        self._show_server()

    def _load(self) -> list[Connection]:
        try:
            return list(load_connections(self._settings, self._note_broken))
        except OSError as error:
            self.complaint = error.strerror or type(error).__name__
            return []

    def _note_broken(self, kept: Path) -> None:
        self.complaint = self.tr("the list of connections was damaged; it is kept as {name}").format(name=kept.name)

    def use_saved(self, connection_id: str) -> bool:
        """Turn to a saved connection, by its id or its name; False if there is none."""
        for connection in self._connections:
            if connection_id in (connection.id, connection.name):
                self._use(connection)
                return True
        return False

    @Slot()
    def new_connection(self) -> None:
        """Ask for a new connection."""
        self._ask(None)

    @Slot()
    def sign_in(self) -> None:
        """Ask for a fresh token for the server in use."""
        server = self._session.server
        if self._current is not None:
            self._ask(self._current)
        elif server is not None and not server.is_demo:
            self._ask(None, address=self._session.base_url)
        else:
            self._ask(None)

    def _ask(self, connection: Connection | None, address: str = "") -> None:
        dialog = ConnectionDialog(connection, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if address:
            dialog.address.setText(address)
            dialog.secret.setFocus()
        dialog.accepted.connect(self._accepted)
        dialog.open()

    @Slot()
    def _accepted(self) -> None:
        dialog = self.sender()
        if not isinstance(dialog, ConnectionDialog):
            return
        token = dialog.token
        before = next((known for known in self._connections if known.id == dialog.connection.id), None)
        keeps_token = (
            before is not None
            and before.sign_in is SignInMethod.TOKEN
            and before.base_url == dialog.connection.base_url
        )
        sign_in = SignInMethod.TOKEN if token or keeps_token else SignInMethod.OPEN
        connection = msgspec.structs.replace(dialog.connection, sign_in=sign_in)
        moved = before is not None and before.sign_in is SignInMethod.TOKEN and before.base_url != connection.base_url
        forget = before.account if before is not None and moved else ""
        self._save(connection)
        self._current = connection
        if token:
            # In memory first: should the keyring fail, this run still has it.
            account = connection.account
            self._session.use(Server(connection.name, connection.base_url, token=token, account=account))
            self._session.store_token(account, token, forget=forget)
        else:
            if forget:
                self._session.forget_token(forget)
            self._session.use(server_of(connection))
        self.connection_used.emit(connection.id)

    def _save(self, connection: Connection) -> None:
        """Put it among those that are saved, which another window may have changed meanwhile."""

        def with_it(saved: tuple[Connection, ...]) -> list[Connection]:
            others = [other.id for other in saved]
            if connection.id not in others:
                return [*saved, connection]
            return [connection if other.id == connection.id else other for other in saved]

        try:
            self._connections = list(change_connections(self._settings, with_it, self._note_broken))
        except OSError as error:
            _log.warning("connections were not saved: %s", type(error).__name__)
            self._connections = with_it(tuple(self._connections))
            self.not_saved.emit(error.strerror or type(error).__name__)

    def _use(self, connection: Connection) -> None:
        self._current = connection
        self._session.use(server_of(connection))
        self.connection_used.emit(connection.id)

    @Slot()
    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        for connection in self._connections:
            action = menu.addAction(connection.name.replace("&", "&&"))
            action.setObjectName(f"action_connection_{connection.id}")
            action.setCheckable(True)
            action.setChecked(connection == self._current)
            action.triggered.connect(partial(self._use, connection))
        if self._connections:
            menu.addSeparator()
        menu.addAction(self.tr("New connection…"), self.new_connection).setObjectName("action_newConnection")
        if self._current is not None:
            change = menu.addAction(self.tr("Change this connection…"), self.sign_in)
            change.setObjectName("action_changeConnection")

    @Slot()
    def _show_server(self) -> None:
        server = self._session.server
        if server is None:
            self.setText(self.tr("No server"))
            return
        if not server.is_demo and (self._current is None or self._current.base_url != server.base_url):
            self._current = next((c for c in self._connections if c.base_url == server.base_url), None)
        words = {
            Link.CONNECTING: self.tr("{server}: connecting…"),
            Link.FAILED: self.tr("{server}: not connected"),
        }.get(self._session.link, "{server}")
        self.setText(words.format(server=server.name).replace("&", "&&"))
        self.setToolTip(self._session.base_url)
