"""A field for what nobody may see: it shows dots, is never copied from, and forgets what was in it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

LONGEST_SECRET = 100_000
"""Characters that the field takes. Qt's own limit of 32,767 would cut a token off without a word."""
_BEARER = "bearer "


class SecretField(QLineEdit):
    """A password field whose content is taken out once."""

    def __init__(self, name: str, spoken: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(self.inputMethodHints() | Qt.InputMethodHint.ImhSensitiveData)
        self.setMaxLength(LONGEST_SECRET)

    def take(self) -> str:
        """What was typed, without the white space around it; the field is empty afterwards."""
        secret = self.text().strip()
        self.forget()
        return secret

    def take_token(self) -> str:
        """A pasted bearer token, without the line breaks of the mail and the word Bearer that travelled along."""
        token = self.take()
        if token.lower().startswith(_BEARER):
            token = token[len(_BEARER) :]
        return "".join(token.split())

    def forget(self) -> None:
        """Empty the field so that no undoing brings anything back (`clear` could be undone)."""
        self.setText("")
