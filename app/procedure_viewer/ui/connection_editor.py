"""Making or changing a connection: a name, an address, how one signs in, and what the network needs.

The dialog knows neither the settings nor the network: it is given a `Connection` and gives one back, and asks others to
test what was entered. Secrets leave it once, in `token` and `client_secret`, and stay in none of its fields.
"""

import re
from uuid import uuid4

import msgspec
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from procedure_viewer.settings.connections import AddressRefused, Connection, SignInMethod, checked_name
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.network_fields import EntryRefused, NetworkFields
from procedure_viewer.ui.secret_field import SecretField
from procedure_viewer.ui.typed_address import address_words, read_typed_address

_CLIENT_ID = re.compile(r"[\x20-\x7e]+")
"""RFC 6749 appendix A.1."""
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
"""One scope, RFC 6749 section 3.3."""
LOWEST_PORT = 1024
"""Below it a port belongs to the system on many computers."""


class ConnectionEditor(QDialog):
    """Makes a new connection (None), or changes one. Once accepted, `connection`, `token` and `client_secret` hold it.

    `preset`: IT set it, so that it is only shown. `allow_pasted_tokens`: whether a bearer token is a way in.
    `keeps_secret`: whether the keyring is thought to have this connection's token or client secret; then an empty
    `token` or `client_secret` leaves it as it is. Without, an empty one is asked for when one signs in.
    """

    test_wanted = Signal(object)
    """The `Connection` as it stands in the fields, to be tried; the answer comes by `show_test_result`."""

    def __init__(
        self,
        connection: Connection | None,
        parent: QWidget | None = None,
        *,
        preset: bool = False,
        allow_pasted_tokens: bool = True,
        keeps_secret: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("connectionEditor")
        self.setModal(True)
        self.connection = connection or Connection(uuid4().hex, "", "", SignInMethod.BROWSER)
        self.token = ""
        self.client_secret = ""
        self._before = self.connection
        self._preset = preset
        self._keeps_secret = keeps_secret
        self._testing = False
        self.setWindowTitle(self._title(is_new=connection is None))
        self._make_fields(allow_pasted_tokens)
        self._form = self._new_form()
        self.complaint = PlainLabel("editorComplaint")
        self.complaint.warn()
        self.complaint.hide()
        self.result_words = PlainLabel("editorTestResult")
        self.result_words.hide()
        layout = QVBoxLayout(self)
        notice = self._new_notice(allow_pasted_tokens)
        layout.addWidget(notice)
        layout.addLayout(self._form)
        layout.addStretch(1)
        layout.addWidget(self.complaint)
        layout.addWidget(self.result_words)
        layout.addWidget(self._new_buttons())
        notice.setVisible(bool(notice.text()))
        self.setMinimumWidth(620)
        self.name.setFocus()
        if preset:
            self._make_read_only()
        self._connect()
        self._read_address()
        self._show_needed()

    # Building

    def _title(self, *, is_new: bool) -> str:
        if self._preset:
            return self.tr("Connection")
        return self.tr("New connection") if is_new else self.tr("Change the connection")

    def _make_fields(self, allow_pasted_tokens: bool) -> None:
        connection = self.connection
        self.name = self._line("editorName", self.tr("Name"), connection.name)
        self.name.setMaxLength(80)
        self.name.setPlaceholderText(self.tr("My clinic"))
        self.address = self._line("editorAddress", self.tr("Server"), connection.base_url)
        self.address.setPlaceholderText(self.tr("myclinic"))
        self.address_reading = PlainLabel("editorAddressReading")
        self.address_reading.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.address_reading.setMinimumHeight(2 * self.fontMetrics().lineSpacing())  # the form rests while one types
        self.method = QComboBox()
        self.method.setObjectName("editorMethod")
        self.method.setAccessibleName(self.tr("Sign-in"))
        for method, text in (
            (SignInMethod.BROWSER, self.tr("In the browser")),
            (SignInMethod.TOKEN, self.tr("With a bearer token that somebody gave you")),
            (SignInMethod.CLIENT_CREDENTIALS, self.tr("The program signs in (client credentials)")),
            (SignInMethod.OPEN, self.tr("None: the server is open to all")),
        ):
            hidden = method is SignInMethod.TOKEN and not allow_pasted_tokens
            if method is connection.sign_in if self._preset else not hidden:
                self.method.addItem(text, method.value)
        self.method.setCurrentIndex(max(0, self.method.findData(connection.sign_in.value)))
        self.client_id = self._line("editorClientId", self.tr("Client ID"), connection.client_id)
        self.client_id.setPlaceholderText(self.tr("given by whoever runs the server"))
        self.confidential = QCheckBox(self.tr("This program has a client secret"))
        self.confidential.setObjectName("editorConfidential")
        self.confidential.setChecked(connection.confidential)
        self.client_secret_field = SecretField("editorClientSecret", self.tr("Client secret"))
        self.token_field = SecretField("editorToken", self.tr("Bearer token"))
        self.secret_note = PlainLabel("editorSecretNote")
        self.more = QPushButton(self.tr("More settings"))
        self.more.setObjectName("editorMore")
        self.more.setAutoDefault(False)
        self.more.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.more.setCheckable(True)
        self.scopes = self._line("editorScopes", self.tr("Scopes"), connection.scopes)
        self.scopes.setPlaceholderText(self.tr("what reading procedures needs"))
        self.port = QSpinBox()
        self.port.setObjectName("editorPort")
        self.port.setAccessibleName(self.tr("Port for the way back from the browser"))
        self.port.setRange(0, 65535)
        self.port.setSpecialValueText(self.tr("any free one"))
        self.port.setValue(connection.redirect_port)
        self.port.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.network = NetworkFields(connection, self)

    def _line(self, name: str, label: str, text: str) -> QLineEdit:
        line = QLineEdit(text)
        line.setObjectName(name)
        line.setAccessibleName(label)
        return line

    def _new_form(self) -> QFormLayout:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setHorizontalSpacing(12)
        form.addRow(self.tr("Name"), self.name)
        form.addRow(self.tr("Server"), self.address)
        form.addRow("", self.address_reading)
        form.addRow(self.tr("Sign-in"), self.method)
        form.addRow(self.tr("Client ID"), self.client_id)
        form.addRow("", self.confidential)
        form.addRow(self.tr("Client secret"), self.client_secret_field)
        form.addRow(self.tr("Bearer token"), self.token_field)
        form.addRow("", self.secret_note)
        form.addRow("", self.more)
        form.addRow(self.tr("Scopes"), self.scopes)
        form.addRow(self.tr("Way back to port"), self.port)
        self.network.add_to(form)
        return form

    def _new_notice(self, allow_pasted_tokens: bool) -> PlainLabel:
        """What the person must know before touching anything; empty where there is nothing."""
        notice = PlainLabel("editorNotice")
        pasted = self.connection.sign_in is SignInMethod.TOKEN
        if self._preset:
            notice.setText(self.tr("Set by your IT department: it can be used and tested, not changed."))
        elif pasted and not allow_pasted_tokens:
            notice.setText(
                self.tr("Your IT department doesn't allow pasted tokens: choose another way in for this server.")
            )
        return notice

    def _new_buttons(self) -> QDialogButtonBox:
        role = QDialogButtonBox.ButtonRole
        box = QDialogButtonBox()
        self.test = QPushButton(self.tr("Test"))
        self.test.setObjectName("editorTest")
        self.test.setAutoDefault(False)
        box.addButton(self.test, role.ActionRole)
        self.cancel = QPushButton(self.tr("Close") if self._preset else self.tr("Cancel"))
        self.cancel.setObjectName("editorCancel")
        self.cancel.setAutoDefault(self._preset)
        box.addButton(self.cancel, role.RejectRole)
        self.save = QPushButton(self.tr("Save"))
        self.save.setObjectName("editorSave")
        if not self._preset:
            box.addButton(self.save, role.AcceptRole)
            self.save.setDefault(True)
        box.accepted.connect(self._check)
        box.rejected.connect(self.reject)
        return box

    def _make_read_only(self) -> None:
        for line in (self.name, self.address, self.client_id, self.scopes):
            line.setReadOnly(True)
        self.network.make_read_only()
        self.port.setReadOnly(True)
        self.port.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.confidential.setEnabled(False)  # the one way in that was set is all that `method` offers
        self.cancel.setFocus()

    def _connect(self) -> None:
        self.address.textChanged.connect(self._read_address)
        self.method.currentIndexChanged.connect(self._show_needed)
        self.confidential.toggled.connect(self._show_needed)
        self.more.toggled.connect(self._show_needed)
        self.test.clicked.connect(self._test)
        for changed in (
            self.name.textChanged,
            self.address.textChanged,
            self.method.currentIndexChanged,
            self.client_id.textChanged,
            self.confidential.toggled,
            self.token_field.textChanged,
            self.client_secret_field.textChanged,
            self.scopes.textChanged,
            self.port.valueChanged,
            self.network.changed,
        ):
            changed.connect(self._forget_answers)

    # Showing

    @property
    def chosen(self) -> SignInMethod:
        """The way in that is chosen."""
        return SignInMethod(self.method.currentData())

    @Slot()
    def _show_needed(self) -> None:
        """Show the fields that the chosen way in needs, and no others."""
        method, more = self.chosen, self.more.isChecked()
        by_client = method in (SignInMethod.BROWSER, SignInMethod.CLIENT_CREDENTIALS)
        has_secret = method is SignInMethod.CLIENT_CREDENTIALS or (by_client and self.confidential.isChecked())
        asks_secret = (has_secret or method is SignInMethod.TOKEN) and not self._preset
        for field, shown in (
            (self.client_id, by_client),
            (self.confidential, method is SignInMethod.BROWSER),
            (self.client_secret_field, has_secret and not self._preset),
            (self.token_field, method is SignInMethod.TOKEN and not self._preset),
            (self.secret_note, asks_secret or method is SignInMethod.CLIENT_CREDENTIALS),
            (self.scopes, more and by_client),
            (self.port, more and method is SignInMethod.BROWSER),
            *((field, more) for field in self.network.fields),
        ):
            self._form.setRowVisible(field, shown)
        self.secret_note.setText(self._secret_note(asks_secret))
        self._say_what_an_empty_secret_means()
        self.more.setText(self.tr("Fewer settings") if more else self.tr("More settings"))
        self._fit(shrink=True)

    def _fit(self, *, shrink: bool = False) -> None:
        """Have room for all words: Qt lets a dialog be lower than wrapped text needs."""
        layout = self.layout()
        if self.isVisible() and layout is not None:
            layout.activate()
            needed = layout.totalHeightForWidth(self.width())
            if shrink or needed > self.height():
                self.resize(self.width(), needed)

    def _secret_note(self, asks_secret: bool) -> str:
        sentences = []
        if self.chosen is SignInMethod.CLIENT_CREDENTIALS:
            sentences.append(self.tr("The program signs in; no person is identified."))
        if asks_secret:
            sentences.append(self.tr("It is kept in the operating system's keyring, nowhere else."))
        return " ".join(sentences)

    def _say_what_an_empty_secret_means(self) -> None:
        """A secret belongs to the address that it was entered for: another address begins without one."""
        same_server = self._keeps_secret and self._base_url() == self._before.base_url
        for field, had_one in (
            (self.token_field, self._before.sign_in is SignInMethod.TOKEN),
            (self.client_secret_field, self._before.confidential),
        ):
            keeps = self.tr("leave empty to keep the stored one")
            asks = self.tr("asked for at sign-in if left empty")
            field.setPlaceholderText(keeps if same_server and had_one else asks)

    def _base_url(self) -> str:
        try:
            return read_typed_address(self.address.text()).base_url
        except AddressRefused:
            return ""

    @Slot()
    def _read_address(self) -> None:
        """Say below the field how it was understood."""
        text = self.address.text()
        if not text.strip():
            words = self.tr("The name of your Canvas instance, or the address of any FHIR server")
        else:
            try:
                words = address_words(read_typed_address(text))
            except AddressRefused as refusal:
                words = str(refusal)
        self.address_reading.setText(words)
        self.address.setAccessibleDescription(words)
        self._say_what_an_empty_secret_means()
        self._fit()

    @Slot()
    def _forget_answers(self) -> None:
        """What was said about other entries no longer holds."""
        self._testing = False
        self.complaint.hide()
        self.result_words.hide()

    # Acting

    @Slot()
    def _test(self) -> None:
        try:
            connection = self._preset_or_entered(for_test=True)
        except EntryRefused as refusal:
            self._complain(refusal)
            return
        self._forget_answers()
        self._testing = True
        self._say_result(self.tr("Testing…"), ok=True)
        self.test_wanted.emit(connection)

    def show_test_result(self, text: str, ok: bool) -> None:
        """Say what the test found; an answer about entries that were changed meanwhile is not said."""
        if self._testing:
            self._testing = False
            self._say_result(text, ok=ok)

    def _say_result(self, text: str, *, ok: bool) -> None:
        self.result_words.setText(text)
        self.result_words.warn(not ok)
        self.result_words.show()
        self._fit()

    @Slot()
    def _check(self) -> None:
        try:
            connection = self._preset_or_entered(for_test=False)
        except EntryRefused as refusal:
            self._complain(refusal)
            return
        token, secret = self.token_field.take_token(), self.client_secret_field.take()
        self.connection = connection
        self.token = token if connection.sign_in is SignInMethod.TOKEN else ""
        self.client_secret = secret if connection.confidential else ""
        self.accept()

    def _complain(self, refusal: EntryRefused) -> None:
        self.result_words.hide()
        self.complaint.setText(str(refusal))
        self.complaint.show()
        self._fit()
        if refusal.field in (self.scopes, self.port, *self.network.fields):
            self.more.setChecked(True)
        refusal.field.setFocus()

    def _preset_or_entered(self, *, for_test: bool) -> Connection:
        return self._before if self._preset else self._entered(for_test=for_test)

    def _entered(self, *, for_test: bool) -> Connection:
        """The connection as it stands in the fields. Raises EntryRefused.

        A test reaches the server without signing in: it needs no client ID.
        """
        try:
            base_url = read_typed_address(self.address.text()).base_url
        except AddressRefused as refusal:
            raise EntryRefused(str(refusal), self.address) from None
        method = self.chosen
        by_client = method in (SignInMethod.BROWSER, SignInMethod.CLIENT_CREDENTIALS)
        client_id = self.client_id.text().strip() if by_client else ""
        if by_client and not (for_test and not client_id) and not _CLIENT_ID.fullmatch(client_id):
            raise EntryRefused(self._about_client_id(client_id), self.client_id)
        by_browser = method is SignInMethod.BROWSER
        return msgspec.structs.replace(
            self._before,
            name=checked_name(self.name.text()) or base_url.partition("://")[2],
            base_url=base_url,
            sign_in=method,
            client_id=client_id,
            confidential=method is SignInMethod.CLIENT_CREDENTIALS or (by_browser and self.confidential.isChecked()),
            scopes=self._entered_scopes() if by_client else "",
            redirect_port=self._entered_port() if by_browser else 0,
            network=self.network.entered(),
            several_pages=self.network.several_pages.isChecked(),
        )

    def _about_client_id(self, client_id: str) -> str:
        if client_id:
            return self.tr("The client ID has a character that no client ID can have")
        return self.tr("Enter the client ID under which the server knows this program")

    def _entered_scopes(self) -> str:
        scopes = self.scopes.text().split()
        if not all(_SCOPE.fullmatch(scope) for scope in scopes):
            raise EntryRefused(self.tr("The scopes have a character that no scope can have"), self.scopes)
        return " ".join(scopes)

    def _entered_port(self) -> int:
        port = self.port.value()
        if 0 < port < LOWEST_PORT:
            raise EntryRefused(self.tr("Take a port from 1024 on: the lower ones belong to the system"), self.port)
        return port

    def done(self, result: int) -> None:
        """Close, however that comes about, with no secret left in a field."""
        self.token_field.forget()
        self.client_secret_field.forget()
        super().done(result)
