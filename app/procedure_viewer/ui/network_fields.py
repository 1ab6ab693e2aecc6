"""The fields of a connection that somebody fills in who knows the network: certificates, and how lists are read."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QWidget

from procedure_viewer.settings.connections import Connection, Network
from procedure_viewer.ui.file_field import FileField


class EntryRefused(ValueError):
    """An entry can't be used: why, and which field is to have the focus."""

    def __init__(self, reason: str, field: QWidget) -> None:
        super().__init__(reason)
        self.field = field


class NetworkFields(QObject):
    """Fields with what `connection` has, to stand in a form."""

    changed = Signal()

    def __init__(self, connection: Connection, parent: QObject) -> None:
        super().__init__(parent)
        network = self._before = connection.network
        self.authority = FileField("editorAuthority", self.tr("Further authorities"), network.authority_file)
        self.certificate = FileField("editorCertificate", self.tr("Client certificate"), network.client_certificate)
        self.key = FileField("editorKey", self.tr("Key of the certificate"), network.client_key)
        self.several_pages = QCheckBox(self.tr("Ask for several pages of a long list at once"))
        self.several_pages.setObjectName("editorSeveralPages")
        self.several_pages.setChecked(connection.several_pages)
        explanation = self.tr(
            "At most eight requests are under way at a time, and only where the server's own links show how. Switch it "
            "off if the server, or a gateway before it, limits how many requests it takes."
        )
        self.several_pages.setToolTip(explanation)
        self.several_pages.setAccessibleDescription(explanation)
        for field in (self.authority, self.certificate, self.key):
            field.changed.connect(self.changed)
        self.several_pages.toggled.connect(self.changed)

    @property
    def fields(self) -> tuple[QWidget, ...]:
        """All of them."""
        return self.authority, self.certificate, self.key, self.several_pages

    def add_to(self, form: QFormLayout) -> None:
        """Add a row for each."""
        form.addRow(self.tr("Further authorities"), self.authority)
        form.addRow(self.tr("Client certificate"), self.certificate)
        form.addRow(self.tr("Key of the certificate"), self.key)
        form.addRow("", self.several_pages)

    def make_read_only(self) -> None:
        """Show what is there and take nothing else."""
        for field in (self.authority, self.certificate, self.key):
            field.set_read_only(True)
        self.several_pages.setEnabled(False)

    def entered(self) -> Network:
        """The network as it stands in the fields. Raises EntryRefused."""
        for field, known in (
            (self.authority, self._before.authority_file),
            (self.certificate, self._before.client_certificate),
            (self.key, self._before.client_key),
        ):
            # What was there already may lie on a drive that is away today; it is tried when it is needed.
            if field.path not in ("", known) and not Path(field.path).is_file():
                raise EntryRefused(self.tr("There is no such file: {path}").format(path=field.path), field)
        if self.key.path and not self.certificate.path:
            raise EntryRefused(self.tr("A key needs the certificate that it belongs to"), self.certificate)
        return Network(self.authority.path, self.certificate.path, self.key.path)
