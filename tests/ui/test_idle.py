"""Noticing that nobody is there: by the clock, awake and asleep; by real input events, and by nothing else."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QMouseEvent, QShortcut, QWheelEvent, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from procedure_viewer.ui.idle import CHECK_EVERY, WARNING_SECONDS, IdleWatch, SleepCountingClock, system_clock

MINUTES = 15


@dataclass
class Hands:
    """A clock that only the test moves, and what the watch has said."""

    watch: IdleWatch = field(init=False)
    now: float = 1_000.0
    said: list[object] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    def after(self, seconds: float) -> list[object]:
        """What is said when so much time has passed and the watch looks at the clock."""
        self.now += seconds
        self.watch.check()
        said, self.said = self.said, []
        return said


@pytest.fixture
def hands(qtbot: QtBot) -> Iterator[Hands]:
    hands = Hands()
    parent = QObject()
    hands.watch = IdleWatch(hands.clock, parent)
    hands.watch.warning.connect(lambda left: hands.said.append(left))
    hands.watch.came_back.connect(lambda: hands.said.append("back"))
    hands.watch.idle.connect(lambda: hands.said.append("idle"))
    hands.watch.set_minutes(MINUTES)
    yield hands
    hands.watch.stop()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """A window with one field, which has the focus."""
    window = QWidget()
    line = QLineEdit()
    QVBoxLayout(window).addWidget(line)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    line.setFocus()
    return window


def line_of(window: QWidget) -> QLineEdit:
    line = window.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    return line


def handle_of(window: QWidget) -> QWindow:
    handle = window.windowHandle()
    assert isinstance(handle, QWindow)
    return handle


def test_it_warns_each_second_and_says_it_once(hands: Hands) -> None:
    assert hands.after(MINUTES * 60 - WARNING_SECONDS - 1) == []
    for left in range(WARNING_SECONDS, 0, -1):
        assert hands.after(1) == [left]
    assert hands.after(1) == ["idle"]
    assert hands.after(1) == []
    assert hands.after(100_000) == []
    assert not hands.watch.watches


def test_after_signing_in_it_watches_again(hands: Hands) -> None:
    assert hands.after(MINUTES * 60) == ["idle"]
    hands.watch.set_minutes(5)
    assert not hands.watch.watches
    hands.watch.restart()
    assert hands.after(5 * 60 - 10) == [10]
    assert hands.after(10) == ["idle"]


@pytest.mark.parametrize("minutes", [0, -1])
def test_it_can_be_switched_off(hands: Hands, minutes: float) -> None:
    assert hands.after(MINUTES * 60 - 10) == [10]
    hands.watch.set_minutes(minutes)
    assert hands.after(100_000) == ["back"]
    hands.watch.restart()
    assert not hands.watch.watches
    hands.watch.set_minutes(MINUTES)
    assert hands.after(MINUTES * 60 - 1) == [1]


def test_a_shorter_time_counts_what_has_passed(hands: Hands) -> None:
    assert hands.after(8 * 60) == []
    hands.watch.set_minutes(5)
    assert hands.after(0) == ["idle"]


def test_less_than_the_warning_time_warns_all_along(hands: Hands) -> None:
    hands.watch.set_minutes(0.1)
    assert hands.after(1) == [5]
    assert hands.after(5) == ["idle"]


def test_a_computer_that_slept_past_the_limit_locks_at_once(hands: Hands) -> None:
    assert hands.after(60) == []
    assert hands.after(8 * 3600) == ["idle"]


def test_who_wakes_the_computer_is_not_who_left_it(hands: Hands, window: QWidget) -> None:
    """The first key comes before the next look at the clock: it locks, and is typed nowhere."""
    hands.now += 8 * 3600
    QTest.keyClick(handle_of(window), Qt.Key.Key_A)
    assert hands.said == ["idle"]
    assert line_of(window).text() == ""
    QCoreApplication.processEvents()
    QTest.keyClick(handle_of(window), Qt.Key.Key_A)
    assert hands.said == ["idle"]
    assert line_of(window).text() == "a"


def press_key(window: QWidget) -> None:
    QTest.keyClick(handle_of(window), Qt.Key.Key_A)
    assert line_of(window).text() == "a"


def press_mouse(window: QWidget) -> None:
    QTest.mouseClick(handle_of(window), Qt.MouseButton.LeftButton, pos=QPoint(3, 3))


def move_mouse(window: QWidget) -> None:
    QTest.mouseMove(handle_of(window), QPoint(30, 5))
    QTest.mouseMove(handle_of(window), QPoint(31, 5))


def turn_wheel(window: QWidget) -> None:
    QTest.wheelEvent(handle_of(window), QPointF(5, 5), QPoint(0, 120))


def touch(window: QWidget) -> None:
    device = QTest.createTouchDevice()
    QTest.touchEvent(handle_of(window), device).press(0, QPoint(5, 5)).commit()
    QTest.touchEvent(handle_of(window), device).release(0, QPoint(5, 5)).commit()


def press_a_shortcut(window: QWidget) -> None:
    pressed: list[bool] = []
    shortcut = QShortcut(Qt.Key.Key_F5, window)
    shortcut.activated.connect(lambda: pressed.append(True))
    QTest.keyClick(handle_of(window), Qt.Key.Key_F5)
    assert pressed


def write_by_input_method(window: QWidget) -> None:
    event = QInputMethodEvent()
    event.setCommitString("漢")
    QCoreApplication.sendEvent(line_of(window), event)


@pytest.mark.parametrize(
    "act", [press_key, press_mouse, move_mouse, turn_wheel, touch, press_a_shortcut, write_by_input_method]
)
def test_input_ends_the_warning(hands: Hands, window: QWidget, act: object) -> None:
    assert callable(act)
    assert hands.after(MINUTES * 60 - 5) == [5]
    act(window)
    QCoreApplication.processEvents()
    assert hands.said == ["back"]
    hands.said.clear()
    assert hands.after(MINUTES * 60 - WARNING_SECONDS - 1) == []
    assert hands.after(2) == [29]


def synthetic_key(window: QWidget) -> None:
    key = Qt.Key.Key_A
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "a")
    QCoreApplication.sendEvent(line_of(window), event)
    assert line_of(window).text() == "a"


def synthetic_mouse(window: QWidget) -> None:
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease):
        event = QMouseEvent(kind, QPointF(2, 2), QPointF(70, 70), button, button, none)
        QCoreApplication.sendEvent(window, event)


def synthetic_wheel(window: QWidget) -> None:
    event = QWheelEvent(
        QPointF(2, 2),
        QPointF(2, 2),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QCoreApplication.sendEvent(window, event)


def program_works(window: QWidget) -> None:
    line_of(window).setText("an answer came")
    window.resize(500, 300)
    window.update()
    QCoreApplication.sendEvent(line_of(window), QInputMethodEvent())


def window_moves_below_the_mouse(window: QWidget) -> None:
    """Some systems then say that the mouse moved, to where it was."""
    place = window.mapToGlobal(QPoint(31, 5))
    for _ in range(2):
        QTest.mouseMove(handle_of(window), window.mapFromGlobal(place))


@pytest.mark.parametrize("act", [synthetic_key, synthetic_mouse, synthetic_wheel, program_works])
def test_what_the_program_does_is_no_input(hands: Hands, window: QWidget, act: object) -> None:
    assert callable(act)
    assert hands.after(MINUTES * 60 - 5) == [5]
    act(window)
    QCoreApplication.processEvents()
    assert hands.said == []
    assert hands.after(5) == ["idle"]


def test_a_mouse_that_lies_still_is_no_input(hands: Hands, window: QWidget) -> None:
    move_mouse(window)
    QCoreApplication.processEvents()
    assert hands.after(MINUTES * 60 - 5) == [5]
    window_moves_below_the_mouse(window)
    QCoreApplication.processEvents()
    assert hands.said == []


def test_it_looks_at_the_clock_by_itself(hands: Hands, qtbot: QtBot) -> None:
    assert CHECK_EVERY <= 1_000
    hands.now += MINUTES * 60
    with qtbot.waitSignal(hands.watch.idle):
        pass


def test_the_clock_counts_sleep_where_the_monotonic_one_does_not() -> None:
    awake, wall = [10.0], [5_000.0]
    clock = SleepCountingClock(lambda: awake[0], lambda: wall[0])
    start = clock()
    awake[0] += 5
    wall[0] += 5
    assert clock() - start == pytest.approx(5)
    awake[0] += 1
    wall[0] += 3_600  # it slept
    assert clock() - start == pytest.approx(3_605)
    awake[0] += 1
    wall[0] -= 7_200  # somebody set the clock back
    assert clock() - start == pytest.approx(3_606)


def test_the_systems_clock_runs() -> None:
    clock = system_clock()
    first = clock()
    assert clock() >= first
    if hasattr(time, "CLOCK_BOOTTIME"):
        assert abs(first - time.clock_gettime(time.CLOCK_BOOTTIME)) < 60
