"""A field for the path of a file, with a button that lets one be chosen."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget


class FileField(QWidget):
    """A path, typed or chosen; "" for none."""

    changed = Signal()

    def __init__(self, name: str, title: str, path: str) -> None:
        super().__init__()
        self.setObjectName(f"{name}Field")
        self._title = title
        self.line = QLineEdit(path)
        self.line.setObjectName(name)
        self.line.setAccessibleName(title)
        self.line.setPlaceholderText(self.tr("none"))
        self.line.textChanged.connect(self.changed)
        self.choose = QPushButton(self.tr("Choose…"))
        self.choose.setObjectName(f"{name}Choose")
        self.choose.setAccessibleName(self.tr("Choose a file: {what}").format(what=title))
        self.choose.setAutoDefault(False)
        self.choose.clicked.connect(self._ask)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.line, 1)
        layout.addWidget(self.choose)
        self.setFocusProxy(self.line)

    @property
    def path(self) -> str:
        """The path as it stands there."""
        return self.line.text().strip()

    def set_read_only(self, read_only: bool) -> None:
        """Show the path and take no other."""
        self.line.setReadOnly(read_only)
        self.choose.setVisible(not read_only)

    @Slot()
    def _ask(self) -> None:
        dialog = QFileDialog(self, self._title, self.path)
        dialog.setObjectName("fileFieldDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Certificates and keys (*.pem *.crt *.cer *.key)"), self.tr("All files (*)")])
        dialog.fileSelected.connect(self.line.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
