"""The timeline as it is handled: moved, looked at more closely and gone through by mouse and keys."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip

from procedure_viewer.chart.timeline_view import View
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.tables.texts import plain_tooltip_lines
from procedure_viewer.ui.announcing import announce
from procedure_viewer.ui.timeline_drawing import FRAME, TimelineDrawing
from procedure_viewer.ui.timeline_marks import Bar, Mark
from procedure_viewer.ui.timeline_words import lines_of, one_line

WHEEL_NOTCH = 120
ZOOM_NOTCH = 1.25
"""How much closer one notch of the wheel looks."""
ZOOM_KEY = 1.6
PAN_KEY = 0.2
"""The share of the view by which one key moves it."""


class TimelineCanvas(TimelineDrawing):
    """Draws what `show_procedures` gives it; what is chosen on it is told, and shown once `select` says so."""

    chosen = Signal(object)
    """Procedure: its mark was clicked, or moved to by keys."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("timelineCanvas")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._pressed_at: QPointF | None = None
        self._dragged_from: View | None = None
        self._hit_something = False

    def clear(self) -> None:
        """Nothing of the chart that was open stays."""
        super().clear()
        self._pressed_at = self._dragged_from = None
        self.unsetCursor()

    def step(self, onwards: int) -> None:
        """To the next mark (1) or the one before (-1); a group is gone to as a whole."""
        target = self.sight.next_after(self.cursor_at, onwards)
        if target is None:
            return
        self.cursor_at = target
        self.sight.show(target)
        mark = self.sight.mark_of(target)
        if mark is not None and mark.group.count > 1:
            self.cursor_at = mark.first
            announce(self, one_line(mark.procedures))
            # No list shows what the keys are at: it is said where a pointer would have it said.
            below = QPointF(mark.body.center().x(), mark.body.bottom()) + QPointF(FRAME, FRAME)
            QToolTip.showText(self.mapToGlobal(below).toPoint(), plain_tooltip_lines(self._lines_of(mark)), self)
        else:
            QToolTip.hideText()
            self._choose(target)
        self.changed()

    # Choosing

    def _choose(self, procedure: Procedure) -> None:
        self.cursor_at = procedure
        self.chosen.emit(procedure)
        if self.hasFocus():
            announce(self, one_line([procedure]))

    def _act_on(self, found: Mark | Bar) -> None:
        """Select the one; look into a group, or go through it where nothing could be told apart."""
        if isinstance(found, Bar):
            self._choose(found.procedure)
        elif found.group.count == 1:
            self._choose(found.first)
        elif self.sight.zoom_into(found):
            self.cursor_at = found.first
        else:
            members = found.procedures
            number = next((n for n, procedure in enumerate(members) if procedure is self.selected), -1) + 1
            self._choose(members[number % len(members)])
        self.changed()

    def _enter(self) -> None:
        mark = self.sight.mark_of(self.cursor_at)
        if mark is not None:
            self._act_on(mark)

    # Events

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._show_tooltip(event)
            return True
        if isinstance(event, QNativeGestureEvent) and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom(1 + event.value(), event.position().x() - FRAME)
            return True
        return super().event(event)

    def tooltip_at(self, position: QPointF) -> str:
        """What is said of whatever is drawn there, as rich text of nothing but these characters."""
        scene = self.scene
        if scene is None:
            return ""
        point = position - QPointF(FRAME, FRAME)
        for chip in self.chips():
            if chip.rect.contains(point):
                words = self.tr("{count} earlier: show") if chip.onwards < 0 else self.tr("{count} later: show")
                return plain_tooltip_lines([words.format(count=chip.count)])
        found = scene.at(point)
        if found is None:
            return ""
        if isinstance(found, Bar):
            return plain_tooltip_lines(lines_of([found.procedure]))
        return plain_tooltip_lines(self._lines_of(found))

    def _lines_of(self, mark: Mark) -> list[str]:
        lines = lines_of(mark.procedures)
        if mark.group.count > 1:
            lines.append(self.tr("Click to look closer") if mark.splits else self.tr("Click to go through them"))
        return lines

    def _show_tooltip(self, event: QHelpEvent) -> None:
        text = self.tooltip_at(QPointF(event.pos()))
        if text:
            around = QRect(event.pos(), QSize(1, 1)).adjusted(-4, -4, 4, 4)
            QToolTip.showText(event.globalPos(), text, self, around)
        else:
            QToolTip.hideText()

    def wheelEvent(self, event: QWheelEvent) -> None:
        QToolTip.hideText()  # what it speaks of moves away
        delta, x = event.angleDelta(), event.position().x() - FRAME
        sideways = delta.x() if abs(delta.x()) > abs(delta.y()) else 0
        if not sideways and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            sideways = delta.y()
        if sideways:
            self.pan(-sideways / WHEEL_NOTCH * self.inner_width * PAN_KEY / 2)
        elif delta.y():
            self.zoom(ZOOM_NOTCH ** (delta.y() / WHEEL_NOTCH), x)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed_at, self._dragged_from = event.position(), None
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pressed = self._pressed_at
        if pressed is None or self.view is None:
            self._hover(event.position())
            return
        moved = event.position().x() - pressed.x()
        if self._dragged_from is None and abs(moved) >= QApplication.startDragDistance():
            self._dragged_from = self.view
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            QToolTip.hideText()
        if self._dragged_from is not None:
            self.sight.look_at(self._dragged_from.panned(-moved))
            self.changed()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, dragged = self._pressed_at, self._dragged_from is not None
        if event.button() is not Qt.MouseButton.LeftButton or pressed is None:
            super().mouseReleaseEvent(event)
            return
        self._pressed_at = self._dragged_from = None
        self.unsetCursor()
        if not dragged:
            self._click(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and not self._hit_something:
            self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self._hovered is not None:
            self._hovered = None
            self.update()

    def _click(self, position: QPointF) -> None:
        scene = self.scene
        if scene is None:
            return
        point = position - QPointF(FRAME, FRAME)
        for chip in self.chips():
            if chip.rect.contains(point):
                self._hit_something = True
                target = self.sight.beyond(chip.onwards)
                if target is not None:
                    self.sight.centre(target)
                    self.changed()
                return
        found = scene.at(point)
        self._hit_something = found is not None
        if found is not None:
            self._act_on(found)

    def _hover(self, position: QPointF) -> None:
        scene = self.scene
        point = position - QPointF(FRAME, FRAME)
        found = scene.at(point) if scene is not None else None
        over_chip = any(chip.rect.contains(point) for chip in self.chips())
        self.setCursor(Qt.CursorShape.PointingHandCursor if found or over_chip else Qt.CursorShape.ArrowCursor)
        if found is not self._hovered:
            self._hovered = found
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = self._keys().get(Qt.Key(event.key()))
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if act is None or not plain:
            super().keyPressEvent(event)
            return
        act()

    def _keys(self) -> dict[Qt.Key, Callable[[], None]]:
        key, step = Qt.Key, self.inner_width * PAN_KEY
        return {
            key.Key_Plus: lambda: self.zoom(ZOOM_KEY),
            key.Key_Equal: lambda: self.zoom(ZOOM_KEY),
            key.Key_Minus: lambda: self.zoom(1 / ZOOM_KEY),
            key.Key_0: self.fit,
            key.Key_Left: lambda: self.pan(-step),
            key.Key_Right: lambda: self.pan(step),
            key.Key_PageUp: lambda: self.pan(-step * 4),
            key.Key_PageDown: lambda: self.pan(step * 4),
            key.Key_Home: lambda: self._to_edge(-1),
            key.Key_End: lambda: self._to_edge(1),
            key.Key_Down: lambda: self.step(1),
            key.Key_Up: lambda: self.step(-1),
            key.Key_Return: self._enter,
            key.Key_Enter: self._enter,
            key.Key_Space: self._enter,
        }

    def _to_edge(self, onwards: int) -> None:
        self.sight.to_edge(onwards)
        self.changed()
