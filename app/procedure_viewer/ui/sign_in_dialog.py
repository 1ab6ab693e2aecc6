"""While somebody signs in with the browser: what happens there, and what to do where the way back is closed."""

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from procedure_viewer.ui.clipboard_guard import put_on_clipboard
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.picture import Picture


class SignInDialog(QDialog):
    """Waits for a browser sign-in to `name` at the address `url`; rejecting it gives the sign-in up."""

    open_again = Signal()
    """The browser is to be opened at the same address."""
    address_pasted = Signal(str)
    """The address to which the browser was sent back; it holds a code and is in no field any more."""

    def __init__(self, name: str, url: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("signInDialog")
        self.setModal(True)
        self.setWindowTitle(self.tr("Sign in"))
        self._url = url
        title = PlainLabel("signInTitle")
        title.setText(self.tr("Sign in to {name} in your browser").format(name=name))
        title.emphasise(1.2)
        opened = PlainLabel("signInOpened")
        opened.setText(self.tr("Your browser has opened. This window goes on by itself once you have signed in there."))
        asks = PlainLabel("signInAsks")
        asks.setText(self.tr("Your password is asked for by this server, never by this program:"))
        self.host = PlainLabel("signInHost", selectable=True)
        # In ASCII: letters that only look like others show as xn--.
        self.host.setText(QUrl(url).host(QUrl.ComponentFormattingOption.FullyEncoded))
        self.host.setAccessibleName(self.tr("Server that asks for the password: {host}").format(host=self.host.text()))
        self.host.emphasise()
        self.copied = PlainLabel("signInCopied")
        self.copied.hide()
        self.problem = PlainLabel("signInProblem")
        self.problem.warn()
        self.problem.hide()

        layout = QGridLayout(self)
        layout.setColumnStretch(1, 1)
        layout.setHorizontalSpacing(14)
        layout.setVerticalSpacing(8)
        layout.addWidget(Picture("browser", 36), 0, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
        for row, widget in enumerate(
            (title, opened, asks, self.host, self._new_pasting(), self.copied, self.problem),
        ):
            layout.addWidget(widget, row, 1)
        layout.setRowStretch(7, 1)
        layout.addLayout(self._new_buttons(), 8, 0, 1, 2)
        self.setMinimumWidth(620)
        self.again.setFocus()

    def _new_pasting(self) -> QWidget:
        explained = PlainLabel("signInPasteExplained")
        explained.setText(
            self.tr(
                "If the browser can't come back to this program: after signing in, copy the whole address from the "
                "browser's address bar (it begins with {start}) and paste it here."
            ).format(start="http://127.0.0.1")
        )
        self.address = QLineEdit()
        self.address.setObjectName("signInAddress")
        self.address.setAccessibleName(self.tr("Address from the browser"))
        self.address.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhUrlCharactersOnly)
        self.address.textChanged.connect(self._enable_ok)
        self.ok = self._button("signInOk", self.tr("OK"))
        self.ok.setEnabled(False)
        self.ok.clicked.connect(self._give_address)
        row = QHBoxLayout()
        row.addWidget(self.address, 1)
        row.addWidget(self.ok)
        self.pasting = QWidget()
        self.pasting.setObjectName("signInPasting")
        layout = QVBoxLayout(self.pasting)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addWidget(explained)
        layout.addLayout(row)
        self.pasting.hide()
        return self.pasting

    def _new_buttons(self) -> QHBoxLayout:
        self.again = self._button("signInAgain", self.tr("Open the browser again"))
        self.again.clicked.connect(self._open_again)
        self.copy = self._button("signInCopy", self.tr("Copy the address"))
        self.copy.clicked.connect(self._copy)
        self.paste = self._button("signInPaste", self.tr("Paste the address instead"))
        self.paste.clicked.connect(self._offer_pasting)
        self.cancel = self._button("signInCancel", self.tr("Cancel"))
        self.cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.again, self.copy, self.paste):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.cancel)
        return row

    def _button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        return button

    def show_problem(self, text: str) -> None:
        """Say what was wrong: with the pasted address, or that no browser could be opened. Waiting goes on."""
        self.copied.hide()
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        if self.pasting.isVisible():
            self.address.setFocus()

    @Slot()
    def _open_again(self) -> None:
        self.show_problem("")
        self.open_again.emit()

    @Slot()
    def _copy(self) -> None:
        """The address to sign in at: it holds no secret, only what was drawn for this one sign-in."""
        put_on_clipboard(self._url)
        self.copied.setText(self.tr("Copied: paste it into the address bar of a browser on this computer."))
        self.copied.show()

    @Slot()
    def _offer_pasting(self) -> None:
        self.copied.hide()
        self.paste.hide()
        self.pasting.show()
        self.ok.setDefault(True)
        self.address.setFocus()
        self.adjustSize()

    @Slot()
    def _enable_ok(self) -> None:
        self.ok.setEnabled(bool(self.address.text().strip()))

    @Slot()
    def _give_address(self) -> None:
        address = self._taken()
        self.show_problem("")
        if address:
            self.address_pasted.emit(address)

    def _taken(self) -> str:
        address = self.address.text().strip()
        self.address.setText("")  # not `clear`, which could be undone
        return address

    def done(self, result: int) -> None:
        """Close, however that comes about, with no code left in the field."""
        self._taken()
        super().done(result)
