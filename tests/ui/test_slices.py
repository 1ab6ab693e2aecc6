"""Long work in the window's thread: it ends or fails, and never both."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from procedure_viewer.ui.slices import Slices


def until_told(told: list[str]) -> Iterator[None]:
    while not told:
        yield
    raise ValueError(told[0])


@pytest.mark.parametrize("at_once", [True, False])
def test_work_that_fails_has_not_ended(qtbot: QtBot, at_once: bool) -> None:
    parent = QObject()
    slices = Slices(parent)
    ended: list[bool] = []
    slices.ended.connect(lambda: ended.append(True))
    told = ["a fault"] if at_once else []
    if at_once:
        with pytest.raises(ValueError, match="a fault"):
            slices.start(until_told(told))
    else:
        with qtbot.captureExceptions() as caught:
            slices.start(until_told(told))
            assert slices.is_working
            told.append("a fault")
            qtbot.waitUntil(lambda: not slices.is_working)
        assert [kind for kind, _, _ in caught] == [ValueError]
    assert not slices.is_working
    assert not ended, "pages would pass for printed"
