"""Which server the window talks to, and everything about choosing one and keeping the list of them."""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtWidgets import QMenu, QToolButton

from procedure_viewer.fhir.offer import ServerOffer
from procedure_viewer.fhir.outcome import Problem
from procedure_viewer.settings.connections import (
    Change,
    Connection,
    ConnectionRefused,
    Saved,
    SignInMethod,
    connection_to_open,
    duplicate_connection,
    find_connection,
    load_saved,
    put_connection,
    remove_connection,
    set_default,
)
from procedure_viewer.settings.policy import Policy
from procedure_viewer.ui.access import Access
from procedure_viewer.ui.advice import advice_for
from procedure_viewer.ui.icons import set_icon
from procedure_viewer.ui.session import Session
from procedure_viewer.ui.states import Link, Server

if TYPE_CHECKING:
    from procedure_viewer.ui.connection_editor import ConnectionEditor
    from procedure_viewer.ui.connections_dialog import ConnectionsDialog

_log = logging.getLogger("procedure_viewer.ui")


class ServerMenu(QToolButton):
    """Shows the server's name and state; its menu connects to a server, and leads to the list of connections."""

    not_saved = Signal(str)
    """The settings could not be read or written: the reason, for a person."""
    connection_used = Signal(str)
    """The id of a connection that was turned to."""
    demo_wanted = Signal()
    refused = Signal(str)
    """IT's policy does not allow it: why, for a person."""

    def __init__(self, session: Session, access: Access, settings: Path, policy: Policy) -> None:
        super().__init__()
        self.setObjectName("serverMenu")
        self.setAccessibleName(self.tr("Server"))
        self._session = session
        self._access = access
        self._settings = settings
        self._policy = policy
        self.complaint = ""
        """Why the saved connections are not (all) there, for a person; empty if all is well."""
        self._saved = self._load()
        self._list: ConnectionsDialog | None = None
        self._editor: ConnectionEditor | None = None
        set_icon(self, "server")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMenu(QMenu(self))
        self.menu().aboutToShow.connect(self._fill)
        session.server_changed.connect(self._show_server)
        access.tried.connect(self._show_trial)
        self._show_server()

    @property
    def connections(self) -> tuple[Connection, ...]:
        """What there is to choose from: IT's connections, then the person's own."""
        return self._policy.offered(self._saved.connections)

    # Choosing

    def use_saved(self, wanted: str, last: str) -> bool:
        """Turn to a connection by its id or name; without `wanted` to the default one, else to the one used `last`.

        False if there is none, or IT's policy doesn't allow it.
        """
        allowed = [connection for connection in self.connections if not self._policy.refusal(connection)]
        connection = (
            find_connection(allowed, wanted) if wanted else connection_to_open(allowed, self._saved.default, last)
        )
        if connection is None and not wanted and len(allowed) == 1:
            connection = allowed[0]
        if connection is None:
            return False
        self._use(connection)
        return True

    def refusal(self, wanted: str) -> str:
        """Why the saved connection of this id or name may not be used; "" if it may, or there is none."""
        connection = find_connection((*self.connections, *self._saved.connections), wanted)
        return self._policy.refusal(connection) if connection is not None else ""

    def _use(self, connection: Connection) -> None:
        refusal = self._policy.refusal(connection)
        if refusal:
            self.refused.emit(refusal)
            return
        self._session.use(Server(connection))
        self.connection_used.emit(connection.id)

    @Slot(str)
    def _use_by_id(self, connection_id: str) -> None:
        connection = find_connection(self.connections, connection_id)
        if connection is not None:
            self._use(connection)

    @Slot()
    def _fill(self) -> None:
        self._look_again()
        menu = self.menu()
        menu.clear()
        current = self._access.connection
        for connection in self.connections:
            action = menu.addAction(connection.name.replace("&", "&&"))
            action.setObjectName(f"action_connection_{connection.id}")
            action.setCheckable(True)
            action.setChecked(current is not None and connection.id == current.id)
            action.triggered.connect(partial(self._use, connection))
        if self.connections:
            menu.addSeparator()
        if self._policy.allow_other_connections:
            menu.addAction(self.tr("New connection…"), self.new_connection).setObjectName("action_newConnection")
        menu.addAction(self.tr("Connections…"), self.show_list).setObjectName("action_connections")
        if self._policy.allow_demo:
            menu.addAction(self.tr("Demo data"), self.demo_wanted.emit).setObjectName("action_demo")

    @Slot()
    def _show_server(self) -> None:
        server = self._session.server
        if server is None:
            self.setText(self.tr("No server"))
            return
        words = {
            Link.CONNECTING: self.tr("{server}: connecting…"),
            Link.FAILED: self.tr("{server}: not connected"),
        }.get(self._session.link, "{server}")
        self.setText(words.format(server=server.name).replace("&", "&&"))
        self.setToolTip(self._session.base_url)

    # The list

    @Slot()
    def show_list(self) -> None:
        """Show all connections and what can be done with them."""
        from procedure_viewer.ui.connections_dialog import ConnectionsDialog

        dialog = ConnectionsDialog(self.window(), may_add=self._policy.allow_other_connections)
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(self._forget_list)
        dialog.add_wanted.connect(self.new_connection)
        dialog.edit_wanted.connect(self._edit)
        dialog.duplicate_wanted.connect(self._duplicate)
        dialog.remove_wanted.connect(self._remove)
        dialog.default_wanted.connect(self._set_default)
        dialog.connect_wanted.connect(self._use_by_id)
        self._list = dialog
        self._look_again()
        self._show_saved(self._saved)
        dialog.open()

    @Slot()
    def _forget_list(self) -> None:
        self._list = None

    def _show_saved(self, saved: Saved) -> None:
        self._saved = saved
        if self._list is not None:
            presets = [connection.id for connection in self._policy.connections]
            self._list.show_connections(self.connections, presets, saved.default)

    @Slot(str)
    def _duplicate(self, connection_id: str) -> None:
        original = find_connection(self.connections, connection_id)
        if original is not None:
            self._change(lambda: duplicate_connection(self._settings, original, self._note_broken))

    @Slot(str)
    def _remove(self, connection_id: str) -> None:
        connection = find_connection(self.connections, connection_id)
        change = self._change(lambda: remove_connection(self._settings, connection_id, self._note_broken))
        if connection is None or change is None:
            return
        self._access.forget(connection)
        current = self._access.connection
        if current is not None and current.id == connection_id:
            self._session.leave()

    @Slot(str)
    def _set_default(self, connection_id: str) -> None:
        try:
            self._show_saved(set_default(self._settings, connection_id, self._note_broken))
        except OSError as error:
            self._say_not_saved(error)

    # One connection

    @Slot()
    def choose(self) -> None:
        """Show what there is to choose from; where there is nothing yet, ask for the first connection."""
        if self.connections or not self._policy.allow_other_connections:
            self.show_list()
        else:
            self.new_connection()

    @Slot()
    def new_connection(self) -> None:
        """Ask for a new connection."""
        self._open_editor(None)

    @Slot(str)
    def _edit(self, connection_id: str) -> None:
        connection = find_connection(self.connections, connection_id)
        if connection is not None:
            self._open_editor(connection)

    def _open_editor(self, connection: Connection | None) -> None:
        from procedure_viewer.ui.connection_editor import ConnectionEditor

        preset = connection is not None and self._policy.is_preset(connection)
        editor = ConnectionEditor(
            connection,
            self._list or self.window(),
            preset=preset,
            allow_pasted_tokens=self._policy.allow_pasted_tokens,
            keeps_secret=connection is not None,
        )
        editor.finished.connect(editor.deleteLater)
        editor.finished.connect(self._forget_editor)
        editor.accepted.connect(self._accepted)
        editor.test_wanted.connect(self._access.try_connection)
        self._editor = editor
        editor.open()

    @Slot()
    def _forget_editor(self) -> None:
        self._editor = None

    @Slot(object)
    def _show_trial(self, answer: object) -> None:
        if self._editor is None:
            return
        if isinstance(answer, Problem):
            advice = advice_for(answer)
            self._editor.show_test_result(f"{advice.title}. {advice.meaning}", ok=False)
        elif isinstance(answer, ServerOffer):
            from procedure_viewer.ui.offer_words import offer_words

            self._editor.show_test_result(*offer_words(answer))

    @Slot()
    def _accepted(self) -> None:
        from procedure_viewer.ui.connection_editor import ConnectionEditor

        editor = self.sender()
        if not isinstance(editor, ConnectionEditor):
            return
        refusal = self._policy.refusal(editor.connection)
        if refusal:
            self.refused.emit(refusal)
            return
        is_new = find_connection(self.connections, editor.connection.id) is None
        change = self._change(lambda: put_connection(self._settings, editor.connection, self._note_broken))
        if change is not None and change.before is not None and _is_another_sign_in(change.before, change.after):
            self._access.forget(change.before)  # before anything new is kept under the same name
        kept = change.after if change is not None and change.after is not None else editor.connection
        current = self._access.connection
        if is_new and self._list is not None and not (editor.token or editor.client_secret):
            return  # made from the list, where "Connect" turns to it
        if is_new or (current is not None and current.id == kept.id) or editor.token or editor.client_secret:
            self._use(kept)
            secret = editor.token if kept.sign_in is SignInMethod.TOKEN else editor.client_secret
            if secret:
                self._access.sign_in_when_connected(secret)
            if self._list is not None:
                self._list.accept()

    def _change(self, change: Callable[[], Change]) -> Change | None:
        """Change what is saved, and show it; None where that failed, which has been said."""
        try:
            done = change()
        except ConnectionRefused as refusal:
            self.not_saved.emit(str(refusal))
            return None
        except OSError as error:
            self._say_not_saved(error)
            return None
        self._show_saved(done.saved)
        return done

    # Reading and writing

    def _load(self) -> Saved:
        try:
            return load_saved(self._settings, self._note_broken)
        except OSError as error:
            self.complaint = _words(error)
            return Saved()

    def _look_again(self) -> None:
        """See what other windows have saved meanwhile; what can't be read now stays as it was seen last."""
        before, self.complaint = self.complaint, ""
        try:
            self._saved = load_saved(self._settings, self._note_broken)
        except OSError as error:
            _log.warning("connections were not read again: %s", type(error).__name__)
        if self.complaint:
            self.not_saved.emit(self.complaint)
        self.complaint = self.complaint or before

    def _note_broken(self, kept: Path) -> None:
        self.complaint = self.tr("the list of connections was damaged; it is kept as {name}").format(name=kept.name)

    def _say_not_saved(self, error: OSError) -> None:
        _log.warning("connections were not saved: %s", type(error).__name__)
        self.not_saved.emit(_words(error))


def _is_another_sign_in(before: Connection, after: Connection | None) -> bool:
    """Whether what was granted to `before` is of no use any more."""

    def who_asks(connection: Connection) -> tuple[object, ...]:
        return connection.account, connection.sign_in, connection.client_id, connection.confidential

    return after is None or who_asks(before) != who_asks(after)


def _words(error: OSError) -> str:
    return error.strerror or QCoreApplication.translate("ServerMenu", "the system gave no reason")
