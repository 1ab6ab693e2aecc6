"""Light and dark, sizes, words and names: what holds for every widget of the window."""

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtCore import QCoreApplication, Qt, QTranslator
from PySide6.QtGui import QAccessible, QAction, QIcon, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QStyle,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from procedure_viewer.fhir import words
from procedure_viewer.fhir.outcome import Issue, Kind, Problem
from procedure_viewer.settings.connections import Connection, change_connections
from procedure_viewer.settings.preferences import Appearance
from procedure_viewer.tables.columns import Column
from procedure_viewer.ui import icons, theme
from procedure_viewer.ui.advice import advice_for
from procedure_viewer.ui.connection_editor import ConnectionEditor
from procedure_viewer.ui.error_dialog import ErrorDialog
from procedure_viewer.ui.help import KeysDialog
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.row_delegate import RowDelegate
from procedure_viewer.ui.states import Link
from tests.conftest import ROOT
from tests.desk import SEED_PROCEDURE, Desk, another_window


def of_ours(root: QWidget) -> list[QWidget]:
    """The widgets that the program made: Qt's own parts inside them (qt_...) are Qt's affair."""
    everything = [root, *root.findChildren(QWidget)]
    return [widget for widget in everything if not widget.objectName().startswith("qt_")]


def dialogs(desk: Desk) -> list[QDialog]:
    issues = (Issue("error", "unknown", "Authentication failed"),)
    problem = Problem(Kind.SIGNED_OUT, issues, 401, "id-1", retry_after=60.0, technical="redirect refused")
    return [
        ErrorDialog(problem, desk.session.reload_chart, desk.window),
        ConnectionEditor(Connection("0" * 32, "Clinic", "https://fhir.example.org"), desk.window),
        KeysDialog(list(desk.window.actions_by_name.values()), desk.window),
    ]


@pytest.fixture
def open_chart(demo_desk: Desk) -> Desk:
    """The seed's chart with its procedure selected."""
    demo_desk.read_chart("jones 1980-11-13")
    demo_desk.select(SEED_PROCEDURE)
    return demo_desk


def test_every_widget_that_a_person_acts_on_has_a_name(open_chart: Desk) -> None:
    kinds = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit)
    acted_on = [
        widget
        for root in (open_chart.window, *dialogs(open_chart))
        for widget in of_ours(root)
        if isinstance(widget, kinds) and widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisibleTo(root)
    ]
    assert len(acted_on) > 15
    for widget in acted_on:
        spoken = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
        is_of_qt = isinstance(widget.parent(), QLineEdit | QAbstractItemView)  # a clear button, a header
        assert is_of_qt or widget.objectName(), f"no objectName: {widget}"
        assert is_of_qt or spoken, f"nothing to say for {widget.objectName()}"


def test_a_screen_reader_is_never_given_a_tooltips_markup(demo_desk: Desk) -> None:
    window = demo_desk.window
    for line in ("jones 1980-11-13", "thompson", "khan"):
        demo_desk.read_chart(line)
        window.exporter.said.emit("Saved", "/home/somebody/a.json")
        for widget in of_ours(window):
            interface = QAccessible.queryAccessibleInterface(widget)
            spoken = interface.text(QAccessible.Text.Description)
            assert "<" not in spoken, widget.objectName()
        assert window.banner.facts.accessibleDescription() == window.banner.facts.text()
    window.clear_chart()
    for label in (window.banner.facts, window.banner.remarks, window.foot.note):
        assert label.accessibleDescription() == ""


def test_every_action_has_a_name(open_chart: Desk, tmp_path: Path) -> None:
    settings = tmp_path / "settings"
    connection = Connection("0" * 32, "Clinic", "https://fhir.example.org")
    change_connections(settings, lambda _: [connection])
    window = another_window(open_chart.session, open_chart.access, settings)
    open_chart.bot.addWidget(window)
    assert window.use_connection("Clinic")
    window.server_menu.menu().aboutToShow.emit()
    actions = {
        action
        for widget in of_ours(window)
        if isinstance(widget, QMenu | QMainWindow | QTreeView)
        for action in widget.actions()
        if action.text()
    }
    assert {"Clinic", "New connection…", "Appearance", "Copy path"} <= {action.text() for action in actions}
    assert [action.text() for action in actions if not action.objectName()] == []


def test_every_label_is_plain_text(open_chart: Desk) -> None:
    labels = [
        widget
        for root in (open_chart.window, *dialogs(open_chart))
        for widget in of_ours(root)
        if isinstance(widget, QLabel)
    ]
    assert len(labels) > 20
    for label in labels:
        # A form's own labels and pictures hold no server text.
        of_the_form = not isinstance(label, PlainLabel) and (label.buddy() is not None or not label.text())
        assert label.textFormat() is Qt.TextFormat.PlainText or of_the_form, label.objectName()


class Brackets(QTranslator):
    """Translates everything into itself in brackets: what has none was never given to a translator."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[tuple[str, str]] = set()
        """What was to be translated, each with its context."""

    def translate(
        self,
        context: str,
        source: str,
        disambiguation: str | None = None,
        n: int = -1,
    ) -> str:
        self.asked.add((context, source))
        return f"⟦{source}⟧"


@pytest.fixture
def brackets() -> Iterator[Brackets]:
    translator = Brackets()
    QCoreApplication.installTranslator(translator)
    words.use(QCoreApplication.translate)
    yield translator
    QCoreApplication.removeTranslator(translator)
    words.use(words.english)


def said(widget: QWidget) -> list[str]:
    """What a widget says in words of the program."""
    texts = [widget.accessibleName(), widget.windowTitle() if widget.isWindow() else ""]
    if isinstance(widget, QLabel | QAbstractButton):
        texts.append(widget.text())
    if isinstance(widget, QLineEdit):
        texts.append(widget.placeholderText())
    if isinstance(widget, QPlainTextEdit):
        texts += widget.toPlainText().splitlines()
    return [text for text in texts if any(character.isalpha() for character in text)]


@pytest.mark.usefixtures("brackets")
def test_every_word_can_be_translated(desk: Desk) -> None:
    desk.window.findChild(QAction, "action_about").trigger()  # type: ignore[union-attr]
    for root in (desk.window, *dialogs(desk)):
        for widget in of_ours(root):
            if widget.objectName() in FROM_ELSEWHERE:
                continue
            for text in said(widget):
                assert "⟦" in text, f"{widget.objectName()}: {text!r} was not translated"
    for action in desk.window.actions_by_name.values():
        assert action.text().startswith("⟦")
    for kind in Kind:
        assert advice_for(Problem(kind)).title.startswith("⟦")


def test_every_word_is_found_by_the_translators_tool(brackets: Brackets, desk: Desk, tmp_path: Path) -> None:
    """What is translated while the program runs is of no use if lupdate does not see it in the code."""
    test_every_word_can_be_translated(desk)
    advice_for(Problem(Kind.SERVER, retry_after=60))
    lupdate = Path(sys.executable).with_name("pyside6-lupdate")
    sources = [str(path) for path in (ROOT / "app").rglob("*.py")]
    subprocess.run([lupdate, *sources, "-ts", tmp_path / "all.ts"], check=True, capture_output=True)
    found = {
        (context.findtext("name"), message.findtext("source"))
        for context in ET.parse(tmp_path / "all.ts").iter("context")  # noqa: S314 - just written by our own tool
        for message in context.iter("message")
    }
    ours = {(context, source) for context, source in brackets.asked if not context.startswith("Q")}
    assert len(ours) > 100
    assert sorted(ours - found) == []


FROM_ELSEWHERE = {"errorServerWords", "serverAddress", "connectionAddress"}
"""Words of a server, addresses, and the example of an address."""


def contrast(one: QPalette, foreground: QPalette.ColorRole, background: QPalette.ColorRole) -> float:
    """The contrast ratio of WCAG 2.2, 1 to 21."""

    def luminance(role: QPalette.ColorRole) -> float:
        colour = one.color(role)
        parts = [colour.redF(), colour.greenF(), colour.blueF()]
        linear: list[float] = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(foreground), luminance(background)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
def test_text_can_be_read_in_light_and_dark(open_chart: Desk, appearance: Appearance) -> None:
    open_chart.window.rules.like(appearance=appearance)
    try:
        assert theme.is_dark() is (appearance is Appearance.DARK)
        role = QPalette.ColorRole
        palette = QApplication.palette()
        for text, ground in (
            (role.WindowText, role.Window),
            (role.Text, role.Base),
            (role.HighlightedText, role.Highlight),
            (role.ButtonText, role.Button),
        ):
            assert contrast(palette, text, ground) >= 4.5, (text, ground)
        badge = open_chart.window.tools.demo_badge
        open_chart.wait(lambda: badge.palette().window() == theme.warning_palette().window())
        assert contrast(badge.palette(), role.WindowText, role.Window) >= 7
    finally:
        theme.apply(Appearance.SYSTEM)


@pytest.mark.parametrize("in_front", [True, False])
def test_a_status_can_be_seen_in_a_selected_row_of_a_window_that_is_not_in_front(
    open_chart: Desk, in_front: bool
) -> None:
    """Windows and macOS draw it pale then: white on it is nothing."""
    view = open_chart.window.procedures.view
    row = QStyleOptionViewItem()
    row.palette.setColor(QPalette.ColorGroup.Active, QPalette.ColorRole.HighlightedText, "white")
    row.palette.setColor(QPalette.ColorGroup.Inactive, QPalette.ColorRole.HighlightedText, "black")
    row.state |= QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_Enabled
    if in_front:
        row.state |= QStyle.StateFlag.State_Active
    delegate = view.itemDelegate()
    assert isinstance(delegate, RowDelegate)
    delegate.initStyleOption(row, open_chart.window.procedures.table.index(0, Column.STATUS))
    drawn, usual = (row.icon.pixmap(16, mode).toImage() for mode in (QIcon.Mode.Selected, QIcon.Mode.Normal))
    assert (drawn == usual) is not in_front


def test_the_demo_says_that_it_is_one(open_chart: Desk) -> None:
    assert open_chart.window.tools.demo_badge.isVisible()
    assert "nobody here is real" in open_chart.window.tools.demo_badge.text()


def test_without_a_demo_there_is_no_such_word(desk: Desk) -> None:
    assert desk.session.link is Link.NONE
    assert not desk.window.tools.demo_badge.isVisible()


def test_icons_outlive_what_qt_does_with_them(qtbot: QtBot) -> None:
    """Qt copies icons when they are changed; an engine written in Python crashed the process there."""
    button = QPushButton()
    qtbot.addWidget(button)
    for _ in range(50):
        drawn = icons.icon("search")
        copy = QIcon(drawn)
        copy.addPixmap(copy.pixmap(16, 16))
        button.setIcon(copy)
        del drawn, copy
    gc.collect()
    assert not button.icon().isNull()


def test_icons_follow_the_theme(open_chart: Desk) -> None:
    action = open_chart.window.actions_by_name["export"]

    def ink() -> int:
        """The lightness of an opaque pixel."""
        image = action.icon().pixmap(24, 24).toImage()
        return max(
            (image.pixelColor(x, y).alpha(), image.pixelColor(x, y).lightness()) for x in range(24) for y in range(24)
        )[1]

    open_chart.window.rules.like(appearance=Appearance.LIGHT)
    open_chart.wait(lambda: ink() < 100)
    open_chart.window.rules.like(appearance=Appearance.DARK)
    try:
        open_chart.wait(lambda: ink() > 150)
    finally:
        open_chart.window.rules.like(appearance=Appearance.SYSTEM)


def test_titles_have_room_in_a_small_window(open_chart: Desk) -> None:
    view = open_chart.window.procedures.view
    open_chart.window.resize(1024, 700)
    open_chart.wait(lambda: view.columnWidth(Column.TITLE) >= 170)
    assert view.horizontalHeader().length() <= view.viewport().width()
    open_chart.window.resize(1600, 900)
    open_chart.wait(lambda: view.columnWidth(Column.TITLE) >= 500)
