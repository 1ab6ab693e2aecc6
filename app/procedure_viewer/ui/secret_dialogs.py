"""Signing in without a browser: a bearer token that somebody issued, or the program's own client secret."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QFormLayout, QGridLayout, QPushButton, QWidget

from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.picture import Picture
from procedure_viewer.ui.secret_field import SecretField


class _SecretDialog(QDialog):
    """Asks for one secret. Accepted, `secret` holds it, and `keep` whether it may lie in the keyring.

    Without `may_keep` (no keyring, or IT's policy) the question of keeping isn't put: the secret stays in memory.
    """

    def __init__(self, name: str, title: str, meaning: str, label: str, parent: QWidget | None, may_keep: bool) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setModal(True)
        self.setWindowTitle(self.tr("Sign in"))
        self.secret = ""
        self.keep = False
        heading = PlainLabel(f"{name}Title")
        heading.setText(title)
        heading.emphasise(1.2)
        explained = PlainLabel(f"{name}Meaning")
        explained.setText(meaning)
        self.field = SecretField(f"{name}Field", label)
        self.field.textChanged.connect(self._enable)
        self.keep_box = QCheckBox(self.tr("Keep it in the keyring"))
        self.keep_box.setObjectName(f"{name}Keep")
        self.keep_box.setChecked(may_keep)
        keeping = PlainLabel(f"{name}Keeping")
        keeping.setText(self._about_keeping(may_keep))
        self.keep_box.setAccessibleDescription(keeping.text())
        self.problem = PlainLabel(f"{name}Problem")
        self.problem.warn()
        self.problem.hide()
        self.sign_in = QPushButton(self.tr("Sign in"))
        self.sign_in.setObjectName(f"{name}Accept")
        self.sign_in.setDefault(True)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setObjectName(f"{name}Cancel")
        self.cancel.setAutoDefault(False)
        buttons = QDialogButtonBox()
        buttons.addButton(self.cancel, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.addButton(self.sign_in, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._take)
        buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(label, self.field)
        form.addRow("", self.keep_box)
        form.addRow("", keeping)
        layout = QGridLayout(self)
        layout.setColumnStretch(1, 1)
        layout.setHorizontalSpacing(14)
        layout.setVerticalSpacing(8)
        layout.addWidget(Picture("key", 36), 0, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(heading, 0, 1)
        layout.addWidget(explained, 1, 1)
        layout.addLayout(form, 2, 1)
        form.setRowVisible(self.keep_box, may_keep)
        layout.addWidget(self.problem, 3, 1)
        layout.setRowStretch(4, 1)
        layout.addWidget(buttons, 5, 0, 1, 2)
        self.setMinimumWidth(560)
        self.field.setFocus()
        self._enable()

    def _about_keeping(self, may_keep: bool) -> str:
        if may_keep:
            return self.tr(
                "The operating system's keyring keeps it for the next start, readable by your account alone. "
                "Without, it is forgotten when the program ends."
            )
        return self.tr("It stays in memory only and is forgotten when the program ends.")

    def show_problem(self, text: str) -> None:
        """Say why the last one was not accepted."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        self.field.setFocus()

    @Slot()
    def _enable(self) -> None:
        self.sign_in.setEnabled(bool(self.field.text().strip()))

    @Slot()
    def _take(self) -> None:
        self.secret = self._taken()
        self.keep = self.keep_box.isChecked()
        if self.secret:
            self.accept()

    def _taken(self) -> str:
        return self.field.take()

    def done(self, result: int) -> None:
        """Close, however that comes about, with no secret left in the field."""
        self.field.forget()
        super().done(result)


class TokenDialog(_SecretDialog):
    """Asks for the bearer token of the connection called `name`."""

    def __init__(self, name: str, parent: QWidget | None = None, *, may_keep: bool = True) -> None:
        super().__init__(
            "tokenDialog",
            self.tr("Sign in to {name}").format(name=name),
            self.tr("Paste the bearer token that whoever runs the server gave you."),
            self.tr("Bearer token"),
            parent,
            may_keep,
        )

    def _taken(self) -> str:
        return self.field.take_token()


class ClientSecretDialog(_SecretDialog):
    """Asks for the client secret of the connection called `name`, with which the program signs in."""

    def __init__(
        self, name: str, parent: QWidget | None = None, *, may_keep: bool = True, person: bool = False
    ) -> None:
        meaning = (
            self.tr("The server knows this program by a client secret, beside your own sign-in.")
            if person
            else self.tr("The program signs in; no person is identified.")
        )
        super().__init__(
            "clientSecretDialog",
            self.tr("Sign in to {name}").format(name=name),
            meaning,
            self.tr("Client secret"),
            parent,
            may_keep,
        )
