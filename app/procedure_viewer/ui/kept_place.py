"""Filling a place anew under a reader's eyes: how far it was scrolled, what was selected in it and who had the keys."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QScrollArea

from procedure_viewer.ui.labels import PlainLabel


@dataclass(frozen=True, slots=True)
class _Selected:
    """Which characters of a label are selected; the label goes by what it describes, its row may be another.

    Qt counts in UTF-16.
    """

    about: str
    start: int
    length: int
    up_to: bytes
    """The text up to the end of what is selected."""


@contextmanager
def kept_place(area: QScrollArea) -> Iterator[None]:
    """While its labels are replaced by others, which have their places by the end of it.

    What is no longer there is not selected.
    """
    scrolled = area.verticalScrollBar().value()
    selected = [_selected(label) for label in _labels(area) if label.hasSelectedText()]
    focused = QApplication.focusWidget()
    about = focused.accessibleDescription() if isinstance(focused, PlainLabel) and area.isAncestorOf(focused) else None
    yield
    for label in _labels(area):
        for each in selected:
            if label.accessibleDescription() == each.about and _utf16(label.text()).startswith(each.up_to):
                label.setSelection(each.start, each.length)
        if about is not None and label.accessibleDescription() == about:
            label.setFocus(Qt.FocusReason.OtherFocusReason)
            about = None
    area.verticalScrollBar().setValue(scrolled)


def _selected(label: PlainLabel) -> _Selected:
    start, length = label.selectionStart(), len(_utf16(label.selectedText())) // 2
    return _Selected(label.accessibleDescription(), start, length, _utf16(label.text())[: 2 * (start + length)])


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def _labels(area: QScrollArea) -> list[PlainLabel]:
    body = area.widget()
    return list(body.findChildren(PlainLabel)) if body is not None else []
