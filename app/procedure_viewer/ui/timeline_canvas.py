"""The timeline itself: a painted widget that is moved and looked at more closely by mouse and keys.

It draws only what is in view (see `chart.timeline`): a paint costs the same for a hundred procedures and for ten
thousand.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QStyle, QStyleOptionFrame, QToolTip, QWidget

from procedure_viewer.chart.axis import Tick, ticks
from procedure_viewer.chart.dated import Dated
from procedure_viewer.chart.timeline_view import View
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.tables.texts import plain_tooltip_lines
from procedure_viewer.ui.timeline_marks import LANE, Bar, Mark, Scene
from procedure_viewer.ui.timeline_painter import MOST_LABELLED, Painter
from procedure_viewer.ui.timeline_sight import Sight
from procedure_viewer.ui.timeline_words import lines_of, one_line

WHEEL_NOTCH = 120
ZOOM_NOTCH = 1.25
"""How much closer one notch of the wheel looks."""
ZOOM_KEY = 1.6
PAN_KEY = 0.2
"""The share of the view by which one key moves it."""
LANES = 4
SLIM_LANES = 2
_FRAME = 2


class TimelineCanvas(QWidget):
    """Draws what `show_procedures` gives it; what is chosen on it is told, and shown once `select` says so."""

    chosen = Signal(object)
    """Procedure: its mark was clicked, or moved to by keys."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("timelineCanvas")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._sight = Sight(self._new_scene)
        self._lanes = LANES
        self.selected: Procedure | None = None
        self._cursor: Procedure | None = None
        """What the keys are at: a procedure, or the first of a group."""
        self._hovered: Mark | Bar | None = None
        self._ticks: tuple[View, list[Tick]] | None = None
        self._pressed_at: QPointF | None = None
        self._dragged_from: View | None = None
        self._hit_something = False

    # What the pane asks

    @property
    def dated(self) -> Dated:
        """What is shown."""
        return self._sight.dated

    @property
    def view(self) -> View | None:
        """The stretch of time in view; None where nothing has a date."""
        return self._sight.view

    @property
    def scene(self) -> Scene | None:
        """What is drawn."""
        return self._sight.scene

    def show_procedures(self, procedures: Sequence[Procedure]) -> None:
        """Show these and no others; the reader stays with what they look at."""
        if not self.dated.show(procedures):
            return
        if all(procedure is not self.selected for procedure in self.dated.shown):
            self.selected = None
        if self._cursor is not None and self.dated.where(self._cursor) is None:
            self._cursor = self.selected
        if self._sight.fits or self.view is None:
            self._sight.fit()
        self._changed()

    def clear(self) -> None:
        """Nothing of the chart that was open stays."""
        self._sight.clear()
        self.selected = self._cursor = self._hovered = None
        self._ticks = self._pressed_at = self._dragged_from = None
        self.unsetCursor()
        self.update()

    def select(self, procedure: Procedure | None) -> None:
        """Show which one is selected, and move it into view."""
        if procedure is self.selected:
            return
        self.selected = procedure
        if procedure is not None:
            self._cursor = procedure
            self._sight.show(procedure)
        self._changed()

    def set_slim(self, slim: bool) -> None:
        """Take less room where there is little."""
        lanes = SLIM_LANES if slim else LANES
        if lanes != self._lanes:
            self._lanes = lanes
            self.updateGeometry()
            self._changed()

    def fit(self) -> None:
        """Everything in view."""
        self._sight.fit()
        self._changed()

    def zoom(self, factor: float, x: float | None = None) -> None:
        """So much closer; what stands at `x`, or what the keys are at, or the middle, stays where it is."""
        if x is None:
            at = self._sight.x_of(self._cursor)
            x = at if at is not None and 0 <= at <= self._width() else None
        self._sight.zoom(factor, x)
        self._changed()

    def pan(self, pixels: float) -> None:
        """Towards later times."""
        self._sight.pan(pixels)
        self._changed()

    def step(self, onwards: int) -> None:
        """To the next mark (1) or the one before (-1); a group is gone to as a whole."""
        target = self._sight.next_after(self._cursor, onwards)
        if target is None:
            return
        self._cursor = target
        self._sight.show(target)
        mark = self._sight.mark_of(target)
        if mark is not None and mark.group.count > 1:
            self._cursor = mark.first
            self._announce(one_line(mark.procedures))
        else:
            self._choose(target)
        self._changed()

    # Choosing

    def _choose(self, procedure: Procedure) -> None:
        self._cursor = procedure
        self.chosen.emit(procedure)
        if self.hasFocus():
            self._announce(one_line([procedure]))

    def _act_on(self, found: Mark | Bar) -> None:
        """Select the one; look into a group, or go through it where nothing could be told apart."""
        if isinstance(found, Bar):
            self._choose(found.procedure)
        elif found.group.count == 1:
            self._choose(found.first)
        elif self._sight.zoom_into(found):
            self._cursor = found.first
        else:
            members = found.procedures
            number = next((n for n, procedure in enumerate(members) if procedure is self.selected), -1) + 1
            self._choose(members[number % len(members)])
        self._changed()

    def _enter(self) -> None:
        mark = self._sight.mark_of(self._cursor)
        if mark is not None:
            self._act_on(mark)

    def _announce(self, text: str) -> None:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    # Drawing

    def sizeHint(self) -> QSize:
        return QSize(400, self._lanes * LANE + self._axis_height() + 2 * _FRAME + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def _axis_height(self) -> int:
        return self.fontMetrics().height() + 7

    def _area(self) -> QRectF:
        """Where marks are; the calendar is below."""
        return QRectF(0, 2, self._width(), max(2 * LANE, self.height() - self._axis_height() - 2 * _FRAME - 2))

    def _width(self) -> float:
        return max(1.0, float(self.width() - 2 * _FRAME))

    def _new_scene(self, dated: Dated, view: View) -> Scene:
        return Scene(dated, view, self._area(), QFontMetricsF(self.font()))

    def _lines(self, view: View) -> list[Tick]:
        if self._ticks is None or self._ticks[0] != view:
            room = max(1.0, self.fontMetrics().horizontalAdvance("00 Mar 0000") / 80)
            self._ticks = view, ticks(view, room)
        return self._ticks[1]

    def _changed(self) -> None:
        self._sight.changed()
        self._hovered = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        scene = self.scene
        if scene is not None:
            painter.save()
            inside = QRect(self.rect()).adjusted(_FRAME, _FRAME, -_FRAME, -_FRAME)
            painter.setClipRect(inside)
            painter.translate(_FRAME, _FRAME)
            self._paint_scene(Painter(painter, self.palette(), self.devicePixelRatioF()), scene, inside.height())
            painter.restore()
        option = QStyleOptionFrame()
        option.initFrom(self)
        option.lineWidth = 1
        option.state |= QStyle.StateFlag.State_Sunken
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Frame, option, painter, self)
        if self.hasFocus():
            Painter(painter, self.palette(), self.devicePixelRatioF()).focus(QRectF(self.rect()))

    def _paint_scene(self, draw: Painter, scene: Scene, bottom: float) -> None:
        draw.axis(self._lines(scene.view), scene, bottom)
        for bar in scene.bars:
            draw.passing(bar)
        for mark in scene.marks:
            draw.stretch(mark)
        selected, x = self._sight.mark_of(self.selected), self._sight.x_of(self.selected)
        if selected is not None and x is not None:
            draw.needle(x, scene)
        for mark in sorted(scene.marks, key=lambda mark: mark.group.count == 1):
            draw.mark(mark)
        if sum(mark.group.count == 1 for mark in scene.marks) <= MOST_LABELLED:
            for mark, before, after in scene.rooms():
                draw.title(mark, before, after)
        cursor = self._sight.mark_of(self._cursor) if self.hasFocus() else None
        for mark_or_bar in (self._hovered, cursor):
            if isinstance(mark_or_bar, Mark) and mark_or_bar is not selected:
                draw.ring(mark_or_bar, chosen=False)
        if selected is not None:
            draw.ring(selected, chosen=True)
        for rect, text, _ in self._chips(scene):
            draw.chip(rect, text)

    def _chips(self, scene: Scene) -> list[tuple[QRectF, str, int]]:
        """The counts of what is beyond either edge: where, what, and which way it leads."""
        found = []
        metrics = QFontMetricsF(self.font())
        height = metrics.height() + 2
        for count, onwards in ((scene.before, -1), (scene.after, 1)):
            if count:
                text = (self.tr("‹ {count}") if onwards < 0 else self.tr("{count} ›")).format(count=count)
                width = metrics.horizontalAdvance(text) + 12
                left = 2.0 if onwards < 0 else scene.area.right() - width - 2
                found.append((QRectF(left, 2, width, height), text, onwards))
        return found

    # Events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._sight.resize(self._width())
        self._changed()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()
            self._changed()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._show_tooltip(event)
            return True
        if isinstance(event, QNativeGestureEvent) and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom(1 + event.value(), event.position().x() - _FRAME)
            return True
        return super().event(event)

    def tooltip_at(self, position: QPointF) -> str:
        """What is said of whatever is drawn there, as rich text of nothing but these characters."""
        scene = self.scene
        if scene is None:
            return ""
        point = position - QPointF(_FRAME, _FRAME)
        for rect, _, onwards in self._chips(scene):
            if rect.contains(point):
                count = scene.before if onwards < 0 else scene.after
                words = self.tr("{count} earlier: show") if onwards < 0 else self.tr("{count} later: show")
                return plain_tooltip_lines([words.format(count=count)])
        found = scene.at(point)
        if found is None:
            return ""
        if isinstance(found, Bar):
            return plain_tooltip_lines(lines_of([found.procedure]))
        lines = lines_of(found.procedures)
        if found.group.count > 1:
            lines.append(self.tr("Click to look closer") if found.splits else self.tr("Click to go through them"))
        return plain_tooltip_lines(lines)

    def _show_tooltip(self, event: QHelpEvent) -> None:
        text = self.tooltip_at(QPointF(event.pos()))
        if text:
            around = QRect(event.pos(), QSize(1, 1)).adjusted(-4, -4, 4, 4)
            QToolTip.showText(event.globalPos(), text, self, around)
        else:
            QToolTip.hideText()

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta, x = event.angleDelta(), event.position().x() - _FRAME
        sideways = delta.x() if abs(delta.x()) > abs(delta.y()) else 0
        if not sideways and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            sideways = delta.y()
        if sideways:
            self.pan(-sideways / WHEEL_NOTCH * self._width() * PAN_KEY / 2)
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
            self._sight.look_at(self._dragged_from.panned(-moved))
            self._changed()

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
        point = position - QPointF(_FRAME, _FRAME)
        for rect, _, onwards in self._chips(scene):
            if rect.contains(point):
                self._hit_something = True
                target = self._sight.beyond(onwards)
                if target is not None:
                    self._sight.centre(target)
                    self._changed()
                return
        found = scene.at(point)
        self._hit_something = found is not None
        if found is not None:
            self._act_on(found)

    def _hover(self, position: QPointF) -> None:
        scene = self.scene
        point = position - QPointF(_FRAME, _FRAME)
        found = scene.at(point) if scene is not None else None
        over_chip = scene is not None and any(rect.contains(point) for rect, *_ in self._chips(scene))
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
        key, step = Qt.Key, self._width() * PAN_KEY
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
        self._sight.to_edge(onwards)
        self._changed()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
