"""What was copied here does not lie about: it is cleared after a while, on quitting and when the window locks.

Only what is still this program's is cleared. Whatever another program has copied since is never touched.
"""

import sys
from functools import partial

from PySide6.QtCore import QMimeData, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QClipboard, QGuiApplication

SECOND = 1_000
"""Milliseconds."""
Mode = QClipboard.Mode
_HINTS = {"x-kde-passwordManagerHint": b"secret"}
"""What keeps a copy out of the lists that desktops keep of all copies."""
_WINDOWS_HINTS = {
    'application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"': b"\0\0\0\0",
    'application/x-qt-windows-mime;value="CanUploadToCloudClipboard"': b"\0\0\0\0",
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"': b"\0\0\0\0",
}
"""https://learn.microsoft.com/windows/win32/dataxchg/clipboard-formats#cloud-clipboard-and-clipboard-history-formats"""


def is_ours(mode: Mode) -> bool:
    """Whether what there is to paste was copied here. On X11 what is only selected is a copy, too; macOS keeps what
    was searched for."""
    clipboard = QGuiApplication.clipboard()
    match mode:
        case Mode.Clipboard:
            return clipboard.ownsClipboard()
        case Mode.Selection:
            return clipboard.ownsSelection()
    return clipboard.ownsFindBuffer()


def put_on_clipboard(data: QMimeData | str) -> None:
    """Put text, or something in several forms, into the clipboard; desktops are asked not to note it down."""
    content = data
    if isinstance(content, str):
        content = QMimeData()
        content.setText(str(data))
    for name, value in _hints().items():
        content.setData(name, value)
    QGuiApplication.clipboard().setMimeData(content)


def _hints() -> dict[str, bytes]:
    return _HINTS | (_WINDOWS_HINTS if sys.platform == "win32" else {})


def _put_again_with_hints() -> None:
    """What a widget of Qt's own has copied goes into the clipboard once more, and is not to be noted down either."""
    told = QGuiApplication.clipboard().mimeData()
    if not told.formats() or all(told.hasFormat(name) for name in _HINTS):
        return
    content = QMimeData()
    for name in told.formats():
        content.setData(name, told.data(name))
    put_on_clipboard(content)


def forget_copies() -> bool:
    """Clear what was copied here at once; whether there was anything."""
    ours = [mode for mode in Mode if is_ours(mode)]
    for mode in ours:
        QGuiApplication.clipboard().clear(mode)
    return bool(ours)


class ClipboardGuard(QObject):
    """Clears any copy of this program, from whatever widget it came, once it has been there for the set time."""

    cleared = Signal()
    """The time was up."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._seconds = 0
        self._timers: dict[Mode, QTimer] = {}
        clipboard = QGuiApplication.clipboard()
        for mode, changed in (
            (Mode.Clipboard, clipboard.dataChanged),
            (Mode.Selection, clipboard.selectionChanged),
            (Mode.FindBuffer, clipboard.findBufferChanged),
        ):
            timer = self._timers[mode] = QTimer(self)
            timer.setSingleShot(True)
            timer.timeout.connect(partial(self._clear, mode))
            changed.connect(timer.stop)
            changed.connect(self._see_whose)
        clipboard.dataChanged.connect(self._hint)

    def set_seconds(self, seconds: int) -> None:
        """After how many seconds a copy is cleared (0: not by time); what is there already gets all of them anew."""
        if seconds != self._seconds:
            self._seconds = seconds
            for timer in self._timers.values():
                timer.stop()
            self._see_whose()

    @Slot()
    def _see_whose(self) -> None:
        """Begin to count where there is something of ours that isn't counted yet."""
        for mode, timer in self._timers.items():
            if self._seconds and not timer.isActive() and is_ours(mode):
                timer.start(self._seconds * SECOND)

    @Slot()
    def _hint(self) -> None:
        if is_ours(Mode.Clipboard):
            _put_again_with_hints()

    def _clear(self, mode: Mode) -> None:
        if is_ours(mode):
            QGuiApplication.clipboard().clear(mode)
            if mode is Mode.Clipboard:  # nobody remembers what was selected a minute ago
                self.cleared.emit()
