"""Covering the windows: nothing below is seen, typed into or pressed, and the focus stays above."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPalette, QShortcut, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QMainWindow,
    QMenu,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from procedure_viewer.ui.cover import Cover, Covers, IdleWarning, locked_words
from procedure_viewer.ui.labels import PlainLabel

RED = QColor("#ff0000")


class Below(QMainWindow):
    """A window that is all red, and notes whatever gets through to it."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []
        body = QWidget()
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Window, RED)
        body.setPalette(palette)
        body.setAutoFillBackground(True)
        self.line = QLineEdit()
        button = QPushButton("press")
        button.clicked.connect(lambda: self.heard.append("button"))
        button.setMinimumSize(300, 200)
        layout = QVBoxLayout(body)
        layout.addWidget(self.line)
        layout.addWidget(button)
        self.setCentralWidget(body)
        for key in ("F5", "Ctrl+F", "Esc", "Ctrl+Q", "Return"):
            QShortcut(key, self).activated.connect(lambda key=key: self.heard.append(key))
        self.line.textChanged.connect(lambda: self.heard.append("typed"))
        self.resize(1024, 700)


@pytest.fixture
def below(qtbot: QtBot) -> Below:
    window = Below()
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    window.line.setFocus()
    return window


@pytest.fixture
def covers(qtbot: QtBot) -> Iterator[Covers]:
    covers = Covers()
    yield covers
    covers.take_off()


def cover_of(window: QWidget) -> Cover:
    (cover,) = window.findChildren(Cover)
    assert isinstance(cover, Cover)
    return cover


def handle_of(window: QWidget) -> QWindow:
    handle = window.windowHandle()
    assert isinstance(handle, QWindow)
    return handle


def has_red(image: QImage) -> bool:
    return any(
        image.pixelColor(x, y) == RED for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)
    ) or any(image.pixelColor(x, y) == RED for x in (0, image.width() - 1) for y in (0, image.height() - 1))


def test_nothing_below_is_seen_at_any_size(qtbot: QtBot, below: Below) -> None:
    assert has_red(below.grab().toImage())
    cover = Cover(below, 15, "<b>Clinic</b>", "Sign in again")
    for size in ((1024, 700), (1400, 900), (900, 560)):
        below.resize(*size)
        qtbot.waitUntil(lambda: cover.size() == below.size())
        assert not has_red(below.grab().toImage())
    late = PlainLabel("late", below)
    late.setText("A patient's name")
    late.resize(300, 100)
    late.setAutoFillBackground(True)
    late.show()
    qtbot.waitUntil(lambda: not has_red(below.grab().toImage()))
    connection = cover.findChild(PlainLabel, "coverConnection")
    assert connection is not None
    assert connection.text() == "<b>Clinic</b>"


def test_keys_and_the_mouse_get_nowhere(qtbot: QtBot, below: Below) -> None:
    cover = Cover(below, 15, "Clinic", "Continue")
    handle = handle_of(below)
    assert below.focusWidget() is cover.again
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClicks(below.focusWidget(), "abc")
    for key in (Qt.Key.Key_F5, Qt.Key.Key_Escape, Qt.Key.Key_A):
        QTest.keyClick(handle, key)
    for key in (Qt.Key.Key_F, Qt.Key.Key_Q):
        QTest.keyClick(handle, key, control)
    for place in (QPoint(200, 200), QPoint(500, 20), QPoint(20, 650)):
        QTest.mouseClick(handle, Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseClick(handle, Qt.MouseButton.RightButton, pos=place)
        QTest.wheelEvent(handle, QPointF(place), QPoint(0, 120))
    QTest.keyClick(handle, Qt.Key.Key_F5)
    assert below.heard == []


def test_the_focus_stays_above(below: Below) -> None:
    cover = Cover(below, 15, "Clinic", "Continue")
    seen = []
    for _ in range(4):
        QTest.keyClick(below.focusWidget(), Qt.Key.Key_Tab)
        seen.append(below.focusWidget())
    assert seen == [cover.leave, cover.again] * 2
    QTest.keyClick(below.focusWidget(), Qt.Key.Key_Backtab)
    assert below.focusWidget() is cover.leave
    below.line.setFocus()  # a late answer might
    assert below.focusWidget() is cover.again
    QTest.keyClick(handle_of(below), Qt.Key.Key_A)
    assert below.heard == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_its_buttons_work_from_the_keyboard(qtbot: QtBot, below: Below, key: Qt.Key) -> None:
    cover = Cover(below, 15, "Clinic", "Continue")
    with qtbot.waitSignal(cover.continue_wanted):
        QTest.keyClick(below.focusWidget(), key)
    QTest.keyClick(below.focusWidget(), Qt.Key.Key_Tab)
    with qtbot.waitSignal(cover.quit_wanted):
        QTest.keyClick(below.focusWidget(), key)
    assert below.heard == []


def test_taken_off_the_window_is_where_it_was(qtbot: QtBot, below: Below) -> None:
    cover = Cover(below, 15, "Clinic", "Continue")
    cover.take_off()
    assert below.focusWidget() is below.line
    QTest.keyClick(handle_of(below), Qt.Key.Key_A)
    QTest.keyClick(handle_of(below), Qt.Key.Key_F5)
    assert below.heard == ["typed", "F5"]
    qtbot.waitUntil(lambda: below.findChild(Cover) is None)


def test_covered_again_at_once_it_is_covered(below: Below, covers: Covers) -> None:
    covers.cover(15, "Clinic", "Continue")
    covers.take_off()
    covers.cover(15, "Clinic", "Continue")
    assert not has_red(below.grab().toImage())


def test_what_had_the_focus_may_be_gone(qtbot: QtBot, below: Below) -> None:
    cover = Cover(below, 15, "Clinic", "Continue")
    gone: list[bool] = []
    below.line.destroyed.connect(lambda: gone.append(True))
    below.line.deleteLater()
    qtbot.waitUntil(lambda: bool(gone))
    cover.take_off()


def test_every_window_is_covered_and_every_dialog_rejected(qtbot: QtBot, below: Below, covers: Covers) -> None:
    second = Below()
    qtbot.addWidget(second)
    second.show()
    dialog = QDialog(below)
    box = QMessageBox(dialog)
    with qtbot.waitSignals([dialog.rejected, box.finished]):
        dialog.open()
        box.open()
        covers.cover(15, "Clinic", "Sign in again")
    assert covers.covering
    assert not dialog.isVisible()
    assert not box.isVisible()
    assert not has_red(below.grab().toImage())
    assert not has_red(second.grab().toImage())
    covers.cover(15, "Clinic", "Sign in again")  # a second time changes nothing
    with qtbot.waitSignal(covers.continue_wanted):
        cover_of(second).again.click()
    with qtbot.waitSignal(covers.quit_wanted):
        cover_of(below).leave.click()
    covers.take_off()
    assert not covers.covering
    assert has_red(below.grab().toImage())
    assert has_red(second.grab().toImage())


@pytest.mark.qt_log_ignore("does not support")
def test_open_menus_close(qtbot: QtBot, below: Below, covers: Covers) -> None:
    menu = QMenu(below)
    inner = menu.addMenu("Inner")
    inner.addAction("Action")
    menu.popup(QPoint(10, 10))
    inner.popup(QPoint(60, 10))
    qtbot.waitUntil(inner.isVisible)
    covers.cover(15, "Clinic", "Continue")
    assert not menu.isVisible()
    assert not inner.isVisible()


def test_what_opens_meanwhile_is_covered_or_rejected(qtbot: QtBot, below: Below, covers: Covers) -> None:
    covers.cover(15, "Clinic", "Continue")
    late_dialog = QDialog(below)
    late_window = Below()
    qtbot.addWidget(late_window)
    with qtbot.waitSignal(late_dialog.rejected):
        late_dialog.open()
        # Also in between nobody sees it: the screen has no such window.
        assert not handle_of(late_dialog).isVisible()
    late_window.show()
    assert not has_red(late_window.grab().toImage())
    covers.take_off()
    late_dialog.open()
    qtbot.waitUntil(lambda: handle_of(late_dialog).isVisible())
    late_dialog.reject()


def test_the_dialog_by_which_one_comes_back_is_admitted(qtbot: QtBot, below: Below, covers: Covers) -> None:
    covers.cover(15, "Clinic", "Sign in again")
    sign_in = QDialog(below)
    Covers.admit(sign_in)
    question = QMessageBox(sign_in)
    sign_in.open()
    question.open()
    qtbot.waitExposed(question)
    qtbot.waitUntil(lambda: handle_of(sign_in).isVisible())
    assert sign_in.isVisible()
    assert question.isVisible()
    question.reject()
    sign_in.reject()


def test_a_window_closed_below_its_cover(qtbot: QtBot, covers: Covers) -> None:
    window = Below()
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    window.show()
    covers.cover(15, "Clinic", "Continue")
    gone: list[bool] = []
    window.destroyed.connect(lambda: gone.append(True))
    window.close()
    qtbot.waitUntil(lambda: bool(gone))
    covers.take_off()


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (15, "Locked after 15 minutes without use"),
        (15.0, "Locked after 15 minutes without use"),
        (1, "Locked after 1 minute without use"),
        (2.5, "Locked after 2.5 minutes without use"),
        (0.1, "Locked after 6 seconds without use"),
    ],
)
def test_after_how_long(minutes: float, words: str) -> None:
    assert locked_words(minutes) == words


def test_the_countdown_takes_nothing_away(qtbot: QtBot, below: Below) -> None:
    bar = IdleWarning(below)
    assert not bar.isVisible()
    bar.show_seconds(27)
    assert bar.text() == "This window locks in 27 s. Press any key to stay."
    assert bar.warns
    assert below.focusWidget() is below.line
    QTest.keyClick(handle_of(below), Qt.Key.Key_A)
    assert below.heard == ["typed"]
    below.resize(1280, 800)
    qtbot.waitUntil(lambda: abs(bar.geometry().center().x() - 640) <= 1)
    bar.show_seconds(5)
    assert "5 s" in bar.text()
    assert bar.width() >= bar.sizeHint().width()
