"""Leads through a sign-in: which dialog comes when, and what follows from how it ends."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QWidget

from procedure_viewer.fhir.outcome import Kind, Problem
from procedure_viewer.settings.connections import SignInMethod
from procedure_viewer.ui.access import Access
from procedure_viewer.ui.cover import Covers
from procedure_viewer.ui.error_dialog import ErrorDialogs
from procedure_viewer.ui.secret_dialogs import ClientSecretDialog, TokenDialog
from procedure_viewer.ui.session import Session
from procedure_viewer.ui.sign_in_dialog import SignInDialog

OpenBrowser = Callable[[QUrl], bool]
"""Opens an address in the system's browser; False where there is none."""


class SigningIn(QObject):
    """One sign-in at a time at the session's server; its dialogs stand before `window`."""

    def __init__(
        self,
        session: Session,
        access: Access,
        errors: ErrorDialogs,
        window: QWidget,
        open_browser: OpenBrowser = QDesktopServices.openUrl,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._access = access
        self._errors = errors
        self._window = window
        self._open_browser = open_browser
        self._again = False
        self._address = QUrl()
        self._dialog: QDialog | None = None
        session.sign_in_wanted.connect(self.begin)
        session.server_left.connect(self._close_dialog)
        access.browser_wanted.connect(self._show_browser)
        access.paste_refused.connect(self._say_paste_refused)
        access.signed_in.connect(self._close_dialog)
        access.sign_in_failed.connect(self._failed)

    @Slot()
    def begin(self) -> None:
        """Start the sign-in that the connection asks for."""
        self._begin(again=False)

    def begin_anew(self) -> None:
        """The same, and the browser is asked not to let anybody in who has only stayed signed in there."""
        self._begin(again=True)

    def _begin(self, *, again: bool) -> None:
        server = self._session.server
        if server is None:
            return
        self._again = again
        self.give_up()
        if server.is_demo or server.connection.sign_in is SignInMethod.OPEN:
            self._session.use(server)  # nothing can be asked for: it is tried once more
        elif server.connection.sign_in is SignInMethod.TOKEN:
            self._ask_for_token(server.name, may_keep=not server.memory_only)
        elif server.connection.sign_in is SignInMethod.CLIENT_CREDENTIALS and again:
            self._ask_for_client_secret()  # the one in the keyring would let anybody in
        else:
            self._access.sign_in(again=again)

    def give_up(self) -> None:
        """Ask no longer."""
        self._close_dialog()
        self._access.cancel()

    def _ask_for_token(self, name: str, *, may_keep: bool) -> None:
        dialog = TokenDialog(name, self._window, may_keep=may_keep)
        dialog.accepted.connect(self._use_secret)
        self._open(dialog)

    def _ask_for_client_secret(self) -> None:
        server = self._session.server
        if server is None:
            return
        is_person = server.connection.sign_in is SignInMethod.BROWSER
        dialog = ClientSecretDialog(server.name, self._window, may_keep=not server.memory_only, person=is_person)
        dialog.accepted.connect(self._use_secret)
        self._open(dialog)

    def _open(self, dialog: QDialog) -> None:
        dialog.finished.connect(self._forget)
        Covers.admit(dialog)
        self._dialog = dialog
        dialog.open()

    @Slot()
    def _forget(self) -> None:
        dialog = self.sender()
        if isinstance(dialog, QDialog):
            dialog.deleteLater()
            if dialog is self._dialog:
                self._dialog = None

    @Slot()
    def _use_secret(self) -> None:
        dialog = self._dialog
        if isinstance(dialog, TokenDialog | ClientSecretDialog):
            self._access.sign_in(dialog.secret, keep=dialog.keep, again=self._again)

    @Slot(str)
    def _show_browser(self, address: str) -> None:
        server = self._session.server
        if server is None:
            return
        self._close_dialog()
        self._address = QUrl(address)
        dialog = SignInDialog(server.name, address, self._window)
        dialog.open_again.connect(self._open_address)
        dialog.address_pasted.connect(self._access.paste)
        dialog.rejected.connect(self._access.cancel)
        self._open(dialog)
        self._open_address()

    @Slot()
    def _open_address(self) -> None:
        if not self._open_browser(self._address) and isinstance(self._dialog, SignInDialog):
            self._dialog.show_problem(
                self.tr("No browser could be opened. Copy the address and open it in a browser on this computer.")
            )

    @Slot(object)
    def _say_paste_refused(self, problem: Problem) -> None:
        if isinstance(self._dialog, SignInDialog):
            self._dialog.show_problem(problem.technical)

    @Slot(object)
    def _failed(self, problem: Problem) -> None:
        self._close_dialog()
        if problem.kind is Kind.SECRET_WANTED:
            self._ask_for_client_secret()
        elif problem.kind is Kind.KEYCHAIN:
            self._errors.show(problem, self._go_on_in_memory)
        else:
            self._errors.show(problem, self.begin_anew if self._again else self.begin)

    def _go_on_in_memory(self) -> None:
        """The keyring let a sign-in down: the server is turned to once more, without it."""
        server = self._session.server
        if server is not None:
            self._session.use(replace(server, memory_only=True), anew=self._again)

    @Slot()
    def _close_dialog(self) -> None:
        """What it asks is settled, or no longer asked."""
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.blockSignals(True)  # closing it here is no wish of the reader's to give up
            dialog.done(QDialog.DialogCode.Rejected)
            dialog.deleteLater()
