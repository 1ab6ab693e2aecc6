"""Connecting to a server: a name, the base URL, and a bearer token that goes to the keyring."""

from uuid import uuid4

import msgspec
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from procedure_viewer.settings.connections import AddressRefused, Connection, checked_base_url, checked_name
from procedure_viewer.ui.labels import PlainLabel


class ConnectionDialog(QDialog):
    """Makes a new connection, or changes one. After it was accepted, `connection` and `token` hold what was entered.

    An empty token leaves the one in the keyring as it is, or means a server that is open to all.
    """

    def __init__(self, connection: Connection | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("connectionDialog")
        self.setModal(True)
        self.setWindowTitle(self.tr("Connect to a server"))
        self.connection = connection or Connection(id=uuid4().hex, name="", base_url="")
        self.token = ""
        self.name = self._field("connectionName", self.tr("Name"), self.connection.name)
        self.name.setMaxLength(80)
        self.name.setPlaceholderText(self.tr("My clinic"))
        self.address = self._field("connectionAddress", self.tr("Base URL"), self.connection.base_url)
        self.address.setPlaceholderText("https://fumage-myclinic.canvasmedical.com")
        self.secret = self._field("connectionToken", self.tr("Bearer token"), "")
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        if connection is not None:
            self.secret.setPlaceholderText(self.tr("leave empty to keep the stored one"))
        self.complaint = PlainLabel("connectionComplaint")
        self.complaint.hide()
        note = PlainLabel("connectionNote")
        note.setText(self.tr("The token is kept in the operating system's keyring, nowhere else."))

        form = QFormLayout()
        form.addRow(self.tr("Name"), self.name)
        form.addRow(self.tr("Base URL"), self.address)
        form.addRow(self.tr("Bearer token"), self.secret)
        buttons = QDialogButtonBox()
        buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole).setObjectName("connectionCancel")
        buttons.addButton(self.tr("Connect"), QDialogButtonBox.ButtonRole.AcceptRole).setObjectName("connectionAccept")
        buttons.accepted.connect(self._check)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(note)
        layout.addWidget(self.complaint)
        layout.addWidget(buttons)
        self.setMinimumWidth(520)
        if connection is not None:
            self.secret.setFocus()

    def _field(self, name: str, label: str, text: str) -> QLineEdit:
        field = QLineEdit(text)
        field.setObjectName(name)
        field.setAccessibleName(label)
        return field

    @Slot()
    def _check(self) -> None:
        try:
            base_url = checked_base_url(self.address.text())
        except AddressRefused as refusal:
            self.complaint.setText(str(refusal))
            self.complaint.show()
            self.address.setFocus()
            return
        name = checked_name(self.name.text()) or base_url.partition("://")[2]
        self.connection = msgspec.structs.replace(self.connection, name=name, base_url=base_url)
        self.token = self.secret.text().strip()
        self.accept()
