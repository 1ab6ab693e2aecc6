"""What was copied is cleared after a while, when the window locks and when it closes; never what others copied."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QAction, QClipboard, QGuiApplication

from procedure_viewer.ui import clipboard_guard
from procedure_viewer.ui.clipboard_guard import put_on_clipboard
from tests.desk import Desk

Mode = QClipboard.Mode


class Owner:
    """Whose the clipboard is: Qt's offscreen platform never says that it is ours. `tests.desktop` asks a real one."""

    def __init__(self) -> None:
        self.is_us = True

    def owns(self, mode: Mode) -> bool:
        return mode is Mode.Clipboard and self.is_us and bool(pasted())


def pasted() -> str:
    return QGuiApplication.clipboard().text()


@pytest.fixture
def owner(monkeypatch: pytest.MonkeyPatch) -> Iterator[Owner]:
    """Seconds pass a thousand times faster."""
    QGuiApplication.clipboard().clear()
    made = Owner()
    monkeypatch.setattr(clipboard_guard, "is_ours", made.owns)
    monkeypatch.setattr(clipboard_guard, "SECOND", 1)
    yield made
    QGuiApplication.clipboard().clear()


def test_a_copy_is_cleared_after_the_set_time_and_it_is_said(owner: Owner, desk: Desk) -> None:
    QGuiApplication.clipboard().setText("Samantha Jones")
    assert pasted() == "Samantha Jones"
    desk.wait(lambda: pasted() == "")
    assert desk.window.foot.note.whole_text == "The clipboard was cleared"


def test_a_later_copy_has_all_of_the_time(owner: Owner, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clipboard_guard, "SECOND", 1_000_000)
    put_on_clipboard("one")
    timer = desk.window.copies._timers[Mode.Clipboard]
    before = timer.remainingTime()
    monkeypatch.setattr(clipboard_guard, "SECOND", 2_000_000)
    put_on_clipboard("two")
    assert timer.isActive()
    assert timer.remainingTime() > before


def test_what_another_program_copied_stays(owner: Owner, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clipboard_guard, "SECOND", 1_000)
    put_on_clipboard("ours")
    timer = desk.window.copies._timers[Mode.Clipboard]
    assert timer.isActive()
    owner.is_us = False
    QGuiApplication.clipboard().setText("theirs")
    assert not timer.isActive()
    timer.timeout.emit()
    assert not clipboard_guard.forget_copies()
    desk.window.close()
    assert pasted() == "theirs"


def test_closing_the_window_clears_it(owner: Owner, desk: Desk) -> None:
    desk.window.rules.like(clipboard_seconds=0)
    put_on_clipboard("ours")
    assert not desk.window.copies._timers[Mode.Clipboard].isActive(), "never by time"
    desk.window.close()
    assert pasted() == ""


def test_signing_out_clears_it(owner: Owner, desk: Desk) -> None:
    desk.window.rules.like(clipboard_seconds=0)
    put_on_clipboard("ours")
    desk.access.sign_out()
    assert pasted() == ""


def test_turning_away_from_a_server_clears_it(owner: Owner, desk: Desk) -> None:
    desk.window.rules.like(clipboard_seconds=0)
    put_on_clipboard("ours")
    desk.session.leave()
    assert pasted() == ""


def test_a_failure_of_the_program_clears_it(owner: Owner, desk: Desk) -> None:
    desk.window.rules.like(clipboard_seconds=0)
    put_on_clipboard("ours")
    desk.window.clear_chart()
    assert pasted() == ""


@pytest.mark.parametrize("leave", ["sign_out", "clear_chart"])
def test_what_another_program_copied_stays_then_too(owner: Owner, desk: Desk, leave: str) -> None:
    owner.is_us = False
    QGuiApplication.clipboard().setText("theirs")
    {"sign_out": desk.access.sign_out, "clear_chart": desk.window.clear_chart}[leave]()
    assert pasted() == "theirs"


def test_the_time_can_be_chosen_and_holds_for_what_is_there_already(owner: Owner, desk: Desk) -> None:
    desk.window.rules.like(clipboard_seconds=0)
    put_on_clipboard("ours")
    choices = [one for one in desk.window.findChildren(QAction) if one.objectName().startswith("clipboard_")]
    assert [choice.text() for choice in choices] == [
        "After 15 seconds",
        "After 30 seconds",
        "After 1 minute",
        "After 2 minutes",
        "After 5 minutes",
        "When the window locks or closes",
    ]
    choices[0].trigger()
    assert desk.window.rules.liked.clipboard_seconds == 15
    desk.wait(lambda: pasted() == "")


def test_desktops_are_asked_not_to_note_it_down(owner: Owner, desk: Desk) -> None:
    data = QMimeData()
    data.setText("a")
    data.setHtml("<b>a</b>")
    QGuiApplication.clipboard().setMimeData(data)  # as Qt's own widgets do
    held = QGuiApplication.clipboard().mimeData()
    assert (held.text(), held.html()) == ("a", "<b>a</b>")
    assert bytes(held.data("x-kde-passwordManagerHint").data()) == b"secret"
