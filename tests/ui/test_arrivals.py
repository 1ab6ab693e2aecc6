"""Pages on their way into the list: in their order, nothing left out, and no more at once than a frame has room for."""

from contextlib import nullcontext

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from procedure_viewer.ui import arrivals
from procedure_viewer.ui.arrivals import Arrivals


def test_the_first_page_waits_for_nothing_and_the_end_for_all_pages(qtbot: QtBot) -> None:
    parent, acted = QObject(), list[str]()
    pages = Arrivals(nullcontext, nullcontext(), parent)
    pages.rows(1, 100, lambda: acted.append("first"))
    assert acted == ["first"]
    pages.rows(1, 100, lambda: acted.append("second"))
    pages.other(1, lambda: acted.append("end"))
    pages.other(2, lambda: acted.append("another question's"))
    assert acted == ["first", "another question's"]
    qtbot.waitUntil(lambda: len(acted) == 4)
    assert acted[2:] == ["second", "end"]


def test_the_first_page_of_another_answer_waits_for_nothing_either(qtbot: QtBot) -> None:
    parent, acted = QObject(), list[str]()
    pages = Arrivals(nullcontext, nullcontext(), parent)
    pages.rows(1, 100, lambda: acted.append("one's first"))
    pages.rows(1, 100, lambda: acted.append("one's second"))
    pages.rows(2, 100, lambda: acted.append("another's first"))
    assert acted == ["one's first", "one's second", "another's first"]


def test_no_more_at_once_than_there_is_room_for(qtbot: QtBot) -> None:
    parent, times, at_once = QObject(), list[int](), list[int]()

    class Counting:
        def __enter__(self) -> None:
            at_once.append(0)

        def __exit__(self, *_: object) -> None:
            times.append(at_once[-1])

    def take(rows: int) -> None:
        at_once[-1] += rows

    pages = Arrivals(Counting, nullcontext(), parent)
    sizes = [100, *[400] * 7, 3 * arrivals.MOST_ROWS, 10]
    for size in sizes:
        pages.rows(1, size, lambda size=size: take(size))  # type: ignore[misc]
    qtbot.waitUntil(lambda: sum(times) == sum(sizes))
    assert all(rows <= arrivals.MOST_ROWS or rows == 3 * arrivals.MOST_ROWS for rows in times)
    assert times[0] == 100


def test_what_fails_keeps_nothing_else_back(qtbot: QtBot) -> None:
    parent, acted = QObject(), list[str]()
    pages = Arrivals(nullcontext, nullcontext(), parent)
    pages.rows(1, 1, lambda: None)

    def fail() -> None:
        raise ValueError

    pages.rows(1, 1, fail)
    pages.other(1, lambda: acted.append("end"))
    with qtbot.captureExceptions() as raised:
        qtbot.waitUntil(lambda: acted == ["end"])
    assert [kind for kind, _, _ in raised] == [ValueError]
