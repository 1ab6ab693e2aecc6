"""Records whose every text tries to load, to run or to be followed, and a look at all that a window shows of them."""

import copy
import re
from collections.abc import Iterator
from typing import Any

from PySide6 import QtGui
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtGui import QAction, QTextDocument
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLabel,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QTextBrowser,
    QTextEdit,
    QWidget,
)

from procedure_viewer.ui.narrative_view import NarrativeView

_STRUCTURE = frozenset({"resourceType", "id", "reference", "url", "mode", "status", "type"})
"""What a record has to keep in order to be found, opened and shown at all."""
_MOST_INDEXES = 3_000


def bait(url: str) -> str:
    """Markup that would ask `url`, and the disk, for something as soon as it is laid out."""
    return (
        f'<img src="{url}/img.png"><img src="file:///usr/share/pixmaps/x.png"><img src="qrc:/x.png">'
        f'<style>@import url({url}/import.css); * {{ background: url({url}/css.png) }}</style><link href="{url}/link">'
        f'<iframe src="{url}/frame"></iframe><object data="{url}/object"></object><svg><image href="{url}/svg"/></svg>'
        f'<img src="data:image/svg+xml,&lt;svg>"><table background="{url}/table.png"><tr><td>cell</table>'
        f'<a href="{url}/follow">press</a><script>alert("{url}")</script>&lt;b&gt;bold&lt;/b&gt;'
    )


def poisoned(resource: dict[str, Any], text: str) -> dict[str, Any]:
    """The resource with `text` in place of each of its texts, but for what its place among others depends on."""
    return {name: _poison(name, value, text) for name, value in copy.deepcopy(resource).items()}


def _poison(name: str, value: Any, text: str) -> Any:
    if isinstance(value, dict):
        return {inner: _poison(inner, each, text) for inner, each in value.items()}
    if isinstance(value, list):
        return [_poison(name, each, text) for each in value]
    return text if isinstance(value, str) and name not in _STRUCTURE else value


def risks() -> list[str]:
    """What of all that is shown would be taken for markup; nothing of it may come from a server."""
    found = []
    for root in QApplication.topLevelWidgets():
        for widget in (root, *root.findChildren(QWidget)):
            found += [f"{type(widget).__name__} {widget.objectName()}: {risk}" for risk in _of_widget(widget)]
        for action in root.findChildren(QAction):
            found += [f"action {action.objectName()}: {text}" for text in (action.toolTip(),) if _is_markup(text)]
    return found


def _of_widget(widget: QWidget) -> Iterator[str]:
    for text in (widget.toolTip(), widget.statusTip(), widget.whatsThis()):
        if _is_markup(text):
            yield f"tip {text!r}"
    if isinstance(widget, QMessageBox) and widget.textFormat() is not Qt.TextFormat.PlainText:
        yield "a message box that guesses"
    if isinstance(widget, QLabel):
        if widget.textFormat() is not Qt.TextFormat.PlainText and _is_markup(widget.text()):
            yield f"label {widget.text()!r}"
        if widget.openExternalLinks():
            yield "a label that opens links"
    elif isinstance(widget, QTextEdit):
        if not isinstance(widget, NarrativeView):
            yield "a text with markup"
        else:
            yield from of_document(widget.document())
        if isinstance(widget, QTextBrowser) and (widget.openLinks() or widget.openExternalLinks()):
            yield "a text that follows links"
    elif isinstance(widget, QPlainTextEdit):
        if widget.document().toHtml().count("<img"):
            yield "a picture in plain text"
    elif isinstance(widget, QAbstractItemView) and not isinstance(widget, QMenu):
        yield from _of_model(widget.model(), widget)


def of_document(document: QTextDocument) -> Iterator[str]:
    """Pictures and links in a document."""
    block = document.begin()
    while block.isValid():
        pieces = block.begin()
        while not pieces.atEnd():
            form = pieces.fragment().charFormat()
            if form.isImageFormat() or form.isAnchor():
                yield f"in a text: {pieces.fragment().text()!r}"
            pieces += 1
        block = block.next()


def _of_model(model: QAbstractItemModel, view: QWidget) -> Iterator[str]:
    for count, index in enumerate(_indexes(model, QModelIndex())):
        if count >= _MOST_INDEXES:
            return
        for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.StatusTipRole, Qt.ItemDataRole.WhatsThisRole):
            text = index.data(role)
            if isinstance(text, str) and _is_markup(text):
                yield f"{role.name} {text!r}"
    for section in range(model.columnCount()):
        text = model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        if isinstance(text, str) and _is_markup(text):
            yield f"header {text!r}"


def _indexes(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[QModelIndex]:
    for row in range(model.rowCount(parent)):
        for column in range(model.columnCount(parent)):
            yield model.index(row, column, parent)
        first = model.index(row, 0, parent)
        if model.rowCount(first):
            yield from _indexes(model, first)


def _is_markup(text: str) -> bool:
    """Whether Qt would find tags in it; the program's own frame and line breaks around escaped characters are none."""
    framed = re.fullmatch(r"<qt>(?:[^<]|<br>)*</qt>", text, re.DOTALL)
    return QtGui.Qt.mightBeRichText(text) and framed is None
