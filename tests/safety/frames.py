"""What was really on the screen, frame by frame, and whose texts could be seen in it.

Two patients have texts of blocks, which make stripes of two kinds: bars that are as wide as the gaps between them, and
bars that are three times as wide as their gaps. No other text makes so many such stripes in a row.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from procedure_viewer.ui.main_window import MainWindow

EVEN, UNEVEN = "▌" * 12, "▌█" * 8
"""The texts of one patient and of the other."""
EVERY_ROW = 3
"""Of so many rows of pixels one is looked at: a line of text is higher."""
NARROWEST, WIDEST = 4, 40
"""Pixels of a stripe."""
_DARK = bytes(ord("d") if value < 128 else ord("l") for value in range(256))
_RUNS = re.compile(rb"d+|l+")
_STRIPES = {EVEN: [1] * 12, UNEVEN: [1, 3] * 3 + [1]}
"""The widths of stripes that are seen of each text at least, in a unit that depends on the font."""


def can_be_drawn() -> bool:
    """Whether there is a font with the blocks."""
    metrics = QFontMetrics(QApplication.font())
    return all(metrics.inFont(character) for character in EVEN + UNEVEN)


def seen_in(image: QImage) -> set[str]:
    """Whose texts are in a picture: EVEN, UNEVEN, both, or neither."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    pixels, line = bytes(grey.constBits()), grey.bytesPerLine()
    found = set()
    for row in range(0, grey.height(), EVERY_ROW):
        binary = pixels[row * line : row * line + grey.width()].translate(_DARK)
        widths = [match.end() - match.start() for match in _RUNS.finditer(binary)]
        found |= {text for text, stripes in _STRIPES.items() if _has_stripes(widths, stripes)}
    return found


def _has_stripes(widths: Sequence[int], stripes: Sequence[int]) -> bool:
    """Whether the stripes are somewhere in a row of pixels, give or take one that is neither dark nor light.

    One bar and one gap are always as wide together: the strokes of small letters are not.
    """
    for start in range(len(widths) - len(stripes) + 1):
        unit = widths[start]
        part = widths[start : start + len(stripes)]
        if not NARROWEST <= unit <= WIDEST or any(
            abs(width - times * unit) > 1 + times // 2 for width, times in zip(part, stripes, strict=True)
        ):
            continue
        pairs = [bar + gap for bar, gap in zip(part[::2], part[1::2], strict=False)]
        if max(pairs) - min(pairs) <= 1:
            return True
    return False


@dataclass(frozen=True, slots=True)
class Seen:
    """Whose texts were seen in the banner of a frame, and whose below it."""

    banner: frozenset[str]
    below: frozenset[str]


class Frames(QObject):
    """Takes each frame of the window as soon as it is on the screen; the list of patients is left out of it.

    It does so as a context manager.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self._painted = False
        self._last: QImage | None = None
        self.seen: list[Seen] = []
        """What each frame showed that differs from the one before."""

    def __enter__(self) -> Self:
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]  # there is one in every test
        return self

    def __exit__(self, *_: object) -> None:
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]  # as above

    def shows(self, seen: Seen) -> bool:
        """Whether this is what the last frame shows."""
        return bool(self.seen) and self.seen[-1] == seen

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Something is painted: when the event loop comes round, it has been put on the screen and is still there."""
        if event.type() == QEvent.Type.Paint and not self._painted:
            self._painted = True
            QCoreApplication.postEvent(self, QEvent(QEvent.Type.User), Qt.EventPriority.HighEventPriority.value)
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() != QEvent.Type.User:
            return super().event(event)
        self._painted = False
        self.take()
        return True

    def take(self) -> None:
        """Look at what is on the screen."""
        image = self._window.screen().grabWindow(self._window.winId()).toImage()
        _cut_out(image, self._window.search)
        if image == self._last:
            return
        self._last = image.copy()
        banner = image.copy(_place(self._window.banner))
        _cut_out(image, self._window.banner)
        self.seen.append(Seen(frozenset(seen_in(banner)), frozenset(seen_in(image))))


def _place(widget: QWidget) -> QRect:
    return QRect(widget.mapTo(widget.window(), QPoint(0, 0)), widget.size())


def _cut_out(image: QImage, widget: QWidget) -> None:
    if widget.isVisible():
        painter = QPainter(image)
        painter.fillRect(_place(widget), widget.palette().base())
        painter.end()
