"""The rules of tests/ui/rules.py, for every widget and dialog of signing in, in light and dark, in both sizes."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from procedure_viewer.fhir.outcome import Issue, Kind, Problem
from procedure_viewer.settings.connections import Connection, SignInMethod
from procedure_viewer.settings.preferences import Appearance
from procedure_viewer.ui import theme
from procedure_viewer.ui.connection_editor import ConnectionEditor
from procedure_viewer.ui.connections_dialog import ConnectionsDialog
from procedure_viewer.ui.cover import Cover
from procedure_viewer.ui.error_dialog import ErrorDialog
from procedure_viewer.ui.secret_dialogs import ClientSecretDialog, TokenDialog
from procedure_viewer.ui.sign_in_dialog import SignInDialog
from procedure_viewer.ui.signed_in import SignedInButton
from procedure_viewer.ui.welcome import Welcome
from tests.ui.rules import brackets, cut_off, guessing_labels, nameless, untranslated

NAME = "<b>Clinic</b>"
CONNECTION = Connection("1" * 32, NAME, "https://fhir.example.org/r4", SignInMethod.BROWSER, "id", confidential=True)
URL = "https://login.example.org/auth/authorize/?client_id=id"
FOREIGN = (
    "export.json",
    "error (access_denied): no",
    NAME,
    CONNECTION.base_url,
    "login.example.org",
    "id",
    "Dr. A. Gray",
)
LONG = "The certificate of fhir.example.org was issued by an authority that this computer doesn't trust. " * 3


def new_editor(parent: QWidget) -> QWidget:
    editor = ConnectionEditor(CONNECTION, parent, keeps_secret=True)
    editor.more.setChecked(True)
    return editor


def new_refusing_editor(parent: QWidget) -> QWidget:
    editor = ConnectionEditor(None, parent)
    editor.save.click()
    return editor


def new_list(parent: QWidget) -> QWidget:
    dialog = ConnectionsDialog(parent)
    dialog.show_connections([CONNECTION], [CONNECTION.id], CONNECTION.id)
    return dialog


def new_pasting(parent: QWidget) -> QWidget:
    dialog = SignInDialog(NAME, URL, parent)
    dialog.paste.click()
    return dialog


def new_welcome(parent: QWidget) -> QWidget:
    return _filling(Welcome(), parent)


def new_sign_in_page(parent: QWidget) -> QWidget:
    welcome = Welcome()
    welcome.show_sign_in(NAME)
    return _filling(welcome, parent)


def _filling(page: QWidget, parent: QWidget) -> QWidget:
    page.setParent(parent)
    page.resize(parent.size())
    return page


def new_signed_in(parent: QWidget) -> QWidget:
    button = SignedInButton()
    button.setParent(parent)
    button.show_grant("Dr. A. Gray", True, None, renews=True, kept=True)
    button.adjustSize()
    return button


def new_error(parent: QWidget) -> QWidget:
    said = Problem(Kind.FILE, issues=(Issue("error", "access_denied", "no"),), technical="the server declined")
    return ErrorDialog(said, None, parent, file="export.json")


MAKERS: dict[str, Callable[[QWidget], QWidget]] = {
    "editor": new_editor,
    "new": lambda parent: ConnectionEditor(None, parent),
    "refusing": new_refusing_editor,
    "token": lambda parent: ConnectionEditor(Connection("1" * 32, NAME, "", SignInMethod.TOKEN), parent),
    "program": lambda parent: ConnectionEditor(Connection("1" * 32, NAME, "", SignInMethod.CLIENT_CREDENTIALS), parent),
    "preset": lambda parent: ConnectionEditor(CONNECTION, parent, preset=True),
    "list": new_list,
    "no connections": lambda parent: ConnectionsDialog(parent, may_add=False),
    "sign-in": lambda parent: SignInDialog(NAME, URL, parent),
    "pasting": new_pasting,
    "token dialog": lambda parent: TokenDialog(NAME, parent),
    "token in memory": lambda parent: TokenDialog(NAME, parent, may_keep=False),
    "secret dialog": lambda parent: ClientSecretDialog(NAME, parent),
    "welcome": new_welcome,
    "welcome sign-in": new_sign_in_page,
    "cover": lambda parent: Cover(parent, 15, NAME, QApplication.translate("Test", "Continue")),
    "signed in": new_signed_in,
    "error": new_error,
}


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QWidget]:
    """An empty window, in which and over which the widgets are shown."""
    window = QWidget()
    window.resize(1024, 700)
    qtbot.addWidget(window)
    window.show()
    yield window
    theme.apply(Appearance.SYSTEM)


def shown(qtbot: QtBot, window: QWidget, which: str) -> QWidget:
    """The widget, as it is seen."""
    widget = MAKERS[which](window)
    widget.open() if isinstance(widget, QDialog) else widget.show()
    qtbot.waitExposed(widget)
    return widget


@pytest.mark.parametrize("which", MAKERS)
@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
@pytest.mark.parametrize("size", [(1024, 700), (1280, 800)])
def test_the_rules_hold(
    qtbot: QtBot, window: QWidget, which: str, appearance: Appearance, size: tuple[int, int]
) -> None:
    theme.apply(appearance)
    window.resize(QSize(*size))
    widget = shown(qtbot, window, which)
    assert nameless(widget) == []
    assert guessing_labels(widget) == []
    assert cut_off(widget) == []
    assert widget.width() <= size[0]
    assert widget.height() <= size[1]
    picture = widget.grab().toImage()
    ground, text = widget.palette().color(QPalette.ColorRole.Window), QPalette.ColorRole.WindowText
    assert picture.pixelColor(2, picture.height() - 3) == ground or which == "signed in"
    assert abs(ground.lightness() - widget.palette().color(text).lightness()) > 120


class Strays(QObject):
    """Notes every part of a dialog that is shown as a window of its own, before it has its place."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.parent() is None:
            self.seen.append(watched.objectName())
        return False


@pytest.mark.parametrize("which", MAKERS)
def test_no_part_flashes_as_a_window_of_its_own(qtbot: QtBot, window: QWidget, which: str) -> None:
    strays = Strays()
    application = QApplication.instance()
    assert application is not None
    application.installEventFilter(strays)
    shown(qtbot, window, which)
    application.removeEventFilter(strays)
    assert strays.seen == []


@pytest.mark.parametrize("which", MAKERS)
def test_every_word_can_be_translated(qtbot: QtBot, window: QWidget, which: str) -> None:
    with brackets():
        assert untranslated(shown(qtbot, window, which), FOREIGN) == []


def test_a_long_answer_has_room(qtbot: QtBot, window: QWidget) -> None:
    editor = shown(qtbot, window, "editor")
    assert isinstance(editor, ConnectionEditor)
    editor.test.click()
    editor.show_test_result(LONG, ok=False)
    qtbot.waitUntil(lambda: cut_off(editor) == [])
    assert editor.height() <= 700


@pytest.mark.parametrize("which", ["editor", "list", "sign-in", "pasting", "token dialog", "secret dialog"])
def test_escape_leaves(qtbot: QtBot, window: QWidget, which: str) -> None:
    dialog = shown(qtbot, window, which)
    assert isinstance(dialog, QDialog)
    with qtbot.waitSignal(dialog.rejected):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
