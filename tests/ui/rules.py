"""What holds for every widget that a person sees: names, plain text, words that can be translated, room."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, Qt, QTranslator
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QWidget,
)

from procedure_viewer.fhir import words
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.picture import Picture

_ACTED_ON = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit)


def of_ours(root: QWidget) -> list[QWidget]:
    """The widgets that the program made: Qt's own parts inside them (qt_...) are Qt's affair."""
    everything = [root, *root.findChildren(QWidget)]
    return [widget for widget in everything if not widget.objectName().startswith("qt_")]


def nameless(root: QWidget) -> list[str]:
    """What a person acts on and a screen reader or a test could not name."""
    found = []
    for widget in of_ours(root):
        if not isinstance(widget, _ACTED_ON) or widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
            continue
        if not widget.isVisibleTo(root):
            continue
        if isinstance(widget.parent(), QLineEdit | QAbstractItemView | QAbstractSpinBox | QComboBox):
            continue
        spoken = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
        if not widget.objectName() or not spoken:
            found.append(f"{type(widget).__name__} {widget.objectName()!r} says {spoken!r}")
    return found


def guessing_labels(root: QWidget) -> list[str]:
    """Labels in whose text Qt would look for markup; a form's own labels and pictures show no foreign words."""
    return [
        f"{label.objectName()}: {label.text()}"
        for label in of_ours(root)
        if isinstance(label, QLabel)
        and not isinstance(label, Picture)
        and label.textFormat() is not Qt.TextFormat.PlainText
        and (isinstance(label, PlainLabel) or (label.buddy() is None and label.text()))
    ]


def cut_off(root: QWidget) -> list[str]:
    """Visible labels and buttons that have less room than their words need."""
    found = []
    for widget in of_ours(root):
        if not widget.isVisibleTo(root) or not isinstance(widget, QLabel | QAbstractButton):
            continue
        wraps = isinstance(widget, QLabel) and widget.wordWrap()
        height = widget.heightForWidth(widget.width()) if wraps else widget.minimumSizeHint().height()
        width = 0 if wraps else widget.minimumSizeHint().width()
        if widget.height() < height or widget.width() < width:
            found.append(f"{widget.objectName()}: {widget.size().toTuple()} of {(width, height)}")
    return found


class _Brackets(QTranslator):
    """Translates everything into itself in brackets: what has none was never given to a translator."""

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        return f"⟦{source}⟧"


@contextmanager
def brackets() -> Iterator[None]:
    """Every word that goes through a translator stands in brackets."""
    translator = _Brackets()
    QCoreApplication.installTranslator(translator)
    words.use(QCoreApplication.translate)
    try:
        yield
    finally:
        QCoreApplication.removeTranslator(translator)
        words.use(words.english)


def untranslated(root: QWidget, foreign: Sequence[str] = ()) -> list[str]:
    """What was said without a translator, under `brackets`; `foreign` are words of a person or a server."""
    return [text for widget in of_ours(root) for text in _said(widget) if "⟦" not in text and text not in foreign]


def _said(widget: QWidget) -> list[str]:
    texts = [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
    texts += [action.text() for action in widget.actions()]
    if widget.isWindow():
        texts.append(widget.windowTitle())
    if isinstance(widget, QLabel | QAbstractButton):
        texts.append(widget.text())
    if isinstance(widget, QLineEdit):
        texts.append(widget.placeholderText())
    if isinstance(widget, QComboBox):
        texts += [widget.itemText(row) for row in range(widget.count())]
    if isinstance(widget, QTreeWidget):
        texts += [widget.headerItem().text(column) for column in range(widget.columnCount())]
    return [text for text in texts if any(character.isalpha() for character in text)]
