"""What closing a window waits for, but not for ever: a file that is written, a sign-in that is to be forgotten."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from procedure_viewer.ui.access import Access
from procedure_viewer.ui.session import Session
from procedure_viewer.ui.window_rules import WindowRules

EXPORT_PATIENCE = 5_000
"""Milliseconds without any progress after which closing the window no longer waits for a file that is written."""
FORGETTING_PATIENCE = 5_000
"""Milliseconds that closing the window waits for the keyring to forget a sign-in."""


class Leaving(QObject):
    """Is asked whenever the window is to be closed."""

    ready = Signal()
    """The window may be closed, which has waited for it."""
    said = Signal(str)
    """What is waited for, in words."""

    def __init__(self, session: Session, access: Access, rules: WindowRules, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._access, self._rules = session, access, rules
        self._leaves = False
        self._forgets = False
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self.ready)
        session.exports.progressed.connect(self._note_progress)
        session.exports.ended.connect(self._note_exports_ended)
        access.signed_out.connect(self._note_signed_out)

    def waits(self) -> bool:
        """Whether the window has to stay for now; `ready` tells when that has an end."""
        if self._session.exporting and not self._leaves:
            # A file half written would stay behind.
            self._leaves = True
            self.said.emit(self.tr("Finishing the export…"))
            self._patience.start(EXPORT_PATIENCE)
            return True
        forgets = self._rules.effective.forget_sign_in_on_close and self._access.has_something_to_forget
        if forgets and not self._forgets:
            self._forgets = True
            self.said.emit(self.tr("Forgetting the sign-in…"))
            self._access.sign_out_everywhere()
            QTimer.singleShot(FORGETTING_PATIENCE, self._note_signed_out)
            return True
        return False

    @Slot()
    def stay(self) -> None:
        """An export has not worked out: the window that was to be closed stays, to say so."""
        self._leaves = False
        self._patience.stop()

    @Slot()
    def _note_progress(self) -> None:
        """A long export goes on: who doesn't want to wait for it can stop it, or close the window a second time."""
        if self._leaves:
            self._patience.start(EXPORT_PATIENCE)

    @Slot()
    def _note_exports_ended(self) -> None:
        if self._leaves:
            self.ready.emit()

    @Slot()
    def _note_signed_out(self) -> None:
        """Nobody is signed in any more, or it has taken too long."""
        if self._forgets:
            self.ready.emit()
