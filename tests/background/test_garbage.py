"""What holds a widget in a cycle is destroyed in the GUI thread, whichever thread makes the garbage."""

import gc
import threading
from collections.abc import Iterator
from typing import ClassVar

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from procedure_viewer.background import garbage
from procedure_viewer.background.garbage import GuiThreadGarbage


class Cyclic(QObject):
    """A QObject that only a collection can free; it notes the thread in which that happens."""

    freed_in: ClassVar[list[int]] = []

    def __init__(self) -> None:
        super().__init__()
        self.itself = self

    def __del__(self) -> None:
        self.freed_in.append(threading.get_ident())


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    """As a program starts: the interpreter collects by itself, often."""
    thresholds = gc.get_threshold()
    gc.collect()
    gc.set_threshold(50, 5, 5)
    gc.enable()
    Cyclic.freed_in.clear()
    yield
    gc.disable()
    gc.set_threshold(*thresholds)


def make_garbage() -> None:
    """Allocate until a collection is overdue, in a thread of its own."""

    def run() -> None:
        kept: list[list[object]] = []
        for _ in range(5_000):
            cycle: list[object] = []
            cycle.append(cycle)
            kept.append([])

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def test_with_it_the_gui_thread_collects(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "EVERY", 1)
    keeper = GuiThreadGarbage()
    keeper.start()
    try:
        Cyclic()
        make_garbage()
        assert Cyclic.freed_in == []
        qtbot.waitUntil(lambda: bool(Cyclic.freed_in))
        assert set(Cyclic.freed_in) == {threading.get_ident()}
    finally:
        keeper.stop()
    assert gc.isenabled()
