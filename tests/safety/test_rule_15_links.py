"""Rule 15: no text of a record is ever a link. The one address that is opened is that of a sign-in, and it is shown."""

import ast
import json
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from procedure_viewer.fhir.procedure import read_procedure
from procedure_viewer.remote.endpoints import Suspicious, checked_endpoint
from procedure_viewer.remote.origin import Base
from procedure_viewer.ui.narrative_view import NarrativeView
from procedure_viewer.ui.sign_in_dialog import SignInDialog
from procedure_viewer.ui.summary_rows import LineLabel
from procedure_viewer.ui.summary_view import SummaryView
from tests.conftest import ROOT
from tests.desk import Desk

SCHEMES = ("http", "https", "file", "javascript", "data", "mailto", "ftp", "tel", "qrc")
BASE = Base.parse("https://fhir.example.org")
ADDRESSES = [f"{scheme}://example.org/{scheme}" for scheme in SCHEMES[:3]] + [
    "javascript:alert(1)",
    "mailto:a@b.example",
]


class Opened(QObject):
    """Stands where the desktop opens addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    @Slot(QUrl)
    def note(self, address: QUrl) -> None:
        self.addresses.append(address.toString())


@pytest.fixture
def opened() -> Iterator[Opened]:
    catcher = Opened()
    for scheme in SCHEMES:
        QDesktopServices.setUrlHandler(scheme, catcher, "note")  # type: ignore[arg-type]  # bytes is what it refuses
    QDesktopServices.openUrl(QUrl("https://example.org/it-works"))
    assert catcher.addresses.pop() == "https://example.org/it-works"
    yield catcher
    for scheme in SCHEMES:
        QDesktopServices.unsetUrlHandler(scheme)


def full_of_addresses() -> dict[str, object]:
    links = "".join(f'<p><a href="{address}">{address}</a></p>' for address in ADDRESSES)
    attachment = {"url": ADDRESSES[1], "title": ADDRESSES[1], "contentType": "application/pdf"}
    return {
        "resourceType": "Procedure",
        "id": "1",
        "status": "completed",
        "text": {"status": "additional", "div": f"<div>{links}</div>"},
        "code": {"text": ADDRESSES[1]},
        "instantiatesUri": ADDRESSES,
        "note": [{"text": f"see {address} or [this]({address})"} for address in ADDRESSES],
        "performer": [{"actor": {"reference": address}} for address in ADDRESSES],
        "extension": [{"url": "urn:x", "valueAttachment": attachment}, {"url": "urn:y", "valueUrl": ADDRESSES[1]}],
    }


def press_everywhere(widget: QWidget) -> None:
    """Click over all of it, in steps smaller than a word is wide."""
    target = widget.viewport() if isinstance(widget, QTextBrowser) else widget
    for y in range(3, target.height(), 9):
        for x in range(4, min(target.width(), 400), 40):
            QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=QPoint(x, y))


def test_nothing_that_is_pressed_in_a_summary_is_followed(qtbot: QtBot, opened: Opened) -> None:
    view = SummaryView()
    qtbot.addWidget(view)
    view.resize(700, 1500)
    view.show_procedure(read_procedure(json.dumps(full_of_addresses()).encode()))
    view.show()
    QApplication.sendPostedEvents()
    for address in ADDRESSES:
        assert sum(address in text for text in view.texts()) >= 3
    narrative = view.findChild(NarrativeView)
    assert narrative is not None
    assert ADDRESSES[0] in narrative.toPlainText()
    for widget in (narrative, *view.findChildren(LineLabel)):
        press_everywhere(widget)
        assert widget.cursor().shape() != Qt.CursorShape.PointingHandCursor
    assert opened.addresses == []


def test_a_link_that_passed_the_sanitiser_would_not_be_followed(qtbot: QtBot, opened: Opened) -> None:
    view = NarrativeView("narrative")
    qtbot.addWidget(view)
    view.resize(400, 60)
    view.show()
    view.show_markup('<a href="https://example.org">long words to press on, all over</a>', folded=False)
    press_everywhere(view)
    assert opened.addresses == []
    assert view.source().isEmpty()


def calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr


def test_only_a_sign_in_opens_an_address() -> None:
    sources = {path: ast.parse(path.read_text()) for path in (ROOT / "app").rglob("*.py")}
    opening = {path.name for path, tree in sources.items() if "openUrl" in calls(tree)}
    assert opening == {"bootstrap.py", "signing_in.py"}
    used = {path.name for path, tree in sources.items() if {"_open_browser", "open_browser"} & set(calls(tree))}
    assert used == {"signing_in.py"}
    for path, tree in sources.items():
        named = set(calls(tree))
        assert not named & {"linkActivated", "anchorClicked", "LinksAccessibleByMouse", "TextBrowserInteraction"}, path
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        assert not imported & {"webbrowser", "subprocess"} or path.parent.name in {"demo", "desktop"}, path


@pytest.mark.parametrize("address", [address for address in ADDRESSES if not address.startswith("https:")])
def test_only_https_is_taken_for_an_address_to_sign_in_at(address: str) -> None:
    with pytest.raises(Suspicious):
        checked_endpoint(address, BASE)
    assert str(checked_endpoint(ADDRESSES[1], BASE)) == ADDRESSES[1]


def test_the_address_of_a_sign_in_is_shown(qtbot: QtBot, desk: Desk) -> None:
    address = "https://login.example.org/authorize?client_id=1"
    dialog = SignInDialog("Clinic", address, desk.window)
    qtbot.addWidget(dialog)
    assert any("login.example.org" in label.text() for label in dialog.findChildren(QLabel))
    assert desk.browser.opened == []
