"""The timeline itself: a painted widget that is moved and looked at more closely by mouse and keys.

It draws only what is in view (see `chart.timeline`): a paint costs the same for a hundred procedures and for ten thousand.
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
from procedure_viewer.chart.dated import Dated, Row
from procedure_viewer.chart.timeline_view import CLOSEST, Bounds, View, fitting
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.tables.texts import plain_tooltip_lines
from procedure_viewer.ui.timeline_marks import LANE, Bar, Mark, Scene
from procedure_viewer.ui.timeline_painter import MOST_LABELLED, Painter
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
        self.dated = Dated()
        self.view: View | None = None
        self._fits = True
        """Whether all is in view because nobody looked closer: then it stays so while more comes."""
        self._lanes = LANES
        self.selected: Procedure | None = None
        self._cursor: Procedure | None = None
        """What the keys are at: a procedure, or the first of a group."""
        self._hovered: Mark | Bar | None = None
        self._scene: Scene | None = None
        self._ticks: tuple[View, list[Tick]] | None = None
        self._pressed_at: QPointF | None = None
        self._dragged_from: View | None = None
        self._hit_something = False

    # What the pane asks

    def show_procedures(self, procedures: Sequence[Procedure]) -> None:
        """Show these and no others; the reader stays with what they look at."""
        self.dated.show(procedures)
        if self.selected is not None and all(procedure is not self.selected for procedure in self.dated.shown):
            self.selected = None
        if self._cursor is not None and self.dated.where(self._cursor) is None:
            self._cursor = self.selected
        if self._fits or self.view is None:
            self.fit()
        self._changed()

    def clear(self) -> None:
        """Nothing of the chart that was open stays."""
        self.dated.clear()
        self.view = None
        self._fits = True
        self.selected = self._cursor = self._hovered = None
        self._scene = self._ticks = None
        self._pressed_at = self._dragged_from = None
        self.unsetCursor()
        self.update()

    def select(self, procedure: Procedure | None) -> None:
        """Show which one is selected, and move it into view."""
        if procedure is self.selected:
            return
        self.selected = procedure
        if procedure is not None:
            self._cursor = procedure
            self._show_place(procedure)
        self._changed()

    def set_slim(self, slim: bool) -> None:
        """Take less room where there is little."""
        self._lanes = SLIM_LANES if slim else LANES
        self.updateGeometry()
        self._changed()

    # Zooming and panning

    def fit(self) -> None:
        """Everything in view."""
        bounds = self.dated.bounds
        self._fits = True
        self._look_at(fitting(bounds, self._width()) if bounds is not None else None)

    def zoom(self, factor: float, x: float | None = None) -> None:
        """So much closer; what stands at `x`, or in the middle, stays where it is."""
        if self.view is not None:
            self._fits = False
            self._look_at(self.view.zoomed(factor, self._width() / 2 if x is None else x))

    def pan(self, pixels: float) -> None:
        """Towards later times."""
        if self.view is not None:
            self._fits = False
            self._look_at(self.view.panned(pixels))

    def zoom_into(self, mark: Mark) -> None:
        """As close as it takes to see what a group consists of; what can't be told apart is gone through."""
        first, last = (mark.row.band.anchors[at] for at in (mark.group.first, mark.group.stop - 1))
        closest = self.view is not None and self.view.span <= CLOSEST * 1.01
        if not mark.splits or closest:
            self._choose(self._next_within(mark))
            return
        self._fits = False
        self._look_at(fitting(Bounds(first, last), self._width(), CLOSEST))
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def _next_within(self, mark: Mark) -> Procedure:
        """The one after the selected one, of a group whose members stand at the same place."""
        members = mark.procedures
        places = {id(procedure): number for number, procedure in enumerate(members)}
        number = places.get(id(self.selected), -1) + 1
        return members[number % len(members)]

    def _look_at(self, view: View | None) -> None:
        bounds = self.dated.bounds
        self.view = view.kept_at(bounds) if view is not None and bounds is not None else None
        self._changed()

    def _show_place(self, procedure: Procedure) -> None:
        where = self.dated.where(procedure)
        if where is None or self.view is None:
            return
        row, at = where
        anchor = row.band.anchors[at]
        margin = min(24.0, self._width() / 4)
        if not margin <= self.view.x(anchor) <= self._width() - margin:
            self._fits = False
            self._look_at(self.view.centred_on(anchor))

    def _width(self) -> float:
        return max(1.0, float(self.width() - 2 * _FRAME))

    # Choosing

    def _choose(self, procedure: Procedure) -> None:
        self._cursor = procedure
        self.chosen.emit(procedure)
        if self.hasFocus():
            self._announce(one_line([procedure]))

    def step(self, onwards: int) -> None:
        """To the next mark (1) or the one before (-1), in the order of time; a group is gone to as a whole."""
        scene = self._prepared()
        if scene is None:
            return
        where = self.dated.where(self._cursor) if self._cursor is not None else None
        if where is None:
            target = self._first_to_go_to(scene, onwards)
        else:
            mark = scene.holding(*where)
            target = self._neighbour(scene, mark, onwards) if mark is not None else self._cursor
        if target is not None:
            self._go_to(target)

    def _first_to_go_to(self, scene: Scene, onwards: int) -> Procedure | None:
        if scene.in_order:
            return scene.in_order[0 if onwards > 0 else -1].first
        return self._beyond(scene, onwards)

    def _neighbour(self, scene: Scene, mark: Mark, onwards: int) -> Procedure | None:
        number = scene.in_order.index(mark) + onwards
        if 0 <= number < len(scene.in_order):
            return scene.in_order[number].first
        return self._beyond(scene, onwards)

    def _beyond(self, scene: Scene, onwards: int) -> Procedure | None:
        """The nearest one that is out of view on that side."""
        candidates: list[tuple[int, Procedure]] = []
        for row in (self.dated.long, self.dated.short):
            shown = [mark.group for mark in scene.marks if mark.row is row]
            anchors = row.band.anchors
            inside = scene.view.start if onwards > 0 else scene.view.end
            if shown:
                at = shown[-1].stop if onwards > 0 else shown[0].first - 1
            else:
                later = sum(anchor <= inside for anchor in anchors)
                at = later if onwards > 0 else later - 1
            if 0 <= at < len(anchors):
                candidates.append((anchors[at] * onwards, row.procedures[at]))
        return min(candidates, key=lambda found: found[0])[1] if candidates else None

    def _go_to(self, procedure: Procedure) -> None:
        self._cursor = procedure
        self._show_place(procedure)
        scene, where = self._prepared(), self.dated.where(procedure)
        mark = scene.holding(*where) if scene is not None and where is not None else None
        if mark is not None and mark.group.count > 1:
            self._cursor = mark.first
            self._announce(one_line(mark.procedures))
            self._changed()
        else:
            self._choose(procedure)

    def _enter(self) -> None:
        """Look into the group that the keys are at, or select the one."""
        scene = self._prepared()
        where = self.dated.where(self._cursor) if self._cursor is not None else None
        mark = scene.holding(*where) if scene is not None and where is not None else None
        if mark is not None:
            self._act_on(mark)

    def _act_on(self, found: Mark | Bar) -> None:
        if isinstance(found, Bar):
            self._choose(found.procedure)
        elif found.group.count > 1:
            self.zoom_into(found)
        else:
            self._choose(found.first)

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

    def _prepared(self) -> Scene | None:
        """The scene of now, made once for a view."""
        if self.view is None:
            return None
        if self._scene is None:
            self.view = self.view.resized(self._width())
            self._scene = Scene(self.dated, self.view, self._area(), QFontMetricsF(self.font()))
        return self._scene

    def _lines(self, view: View) -> list[Tick]:
        if self._ticks is None or self._ticks[0] != view:
            room = max(1.0, self.fontMetrics().horizontalAdvance("00 Mar 0000") / 80)
            self._ticks = view, ticks(view, room)
        return self._ticks[1]

    def _changed(self) -> None:
        self._scene = None
        self._hovered = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        scene = self._prepared()
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
        selected = self._mark_of(scene, self.selected)
        if selected is not None and self.selected is not None:
            row, at = self.dated.where(self.selected) or (selected.row, selected.group.first)
            draw.needle(scene.view.x(row.band.anchors[at]), scene)
        for mark in scene.marks:
            draw.mark(mark)
        if sum(mark.group.count == 1 for mark in scene.marks) <= MOST_LABELLED:
            for mark, room in scene.free_to_the_right():
                draw.title(mark, room)
        cursor = self._mark_of(scene, self._cursor) if self.hasFocus() else None
        for mark_or_bar in (self._hovered, cursor):
            if isinstance(mark_or_bar, Mark) and mark_or_bar is not selected:
                draw.ring(mark_or_bar, chosen=False)
        if selected is not None:
            draw.ring(selected, chosen=True)
        for rect, text, _ in self._chips(scene):
            draw.chip(rect, text)

    def _mark_of(self, scene: Scene, procedure: Procedure | None) -> Mark | None:
        where = self.dated.where(procedure) if procedure is not None else None
        return scene.holding(*where) if where is not None else None

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
        if self.view is not None:
            self.view = self.view.resized(self._width())
        if self._fits:
            self.fit()
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
        scene = self._prepared()
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
            self._fits = False
            self._look_at(self._dragged_from.panned(-moved))

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
        scene = self._prepared()
        if scene is None:
            return
        point = position - QPointF(_FRAME, _FRAME)
        for rect, _, onwards in self._chips(scene):
            if rect.contains(point):
                self._hit_something = True
                self._show_beyond(scene, onwards)
                return
        found = scene.at(point)
        self._hit_something = found is not None
        if found is not None:
            self._act_on(found)

    def _show_beyond(self, scene: Scene, onwards: int) -> None:
        """Move on to the nearest one that is out of view; where there is only one way to look, that is enough."""
        target = self._beyond(scene, onwards)
        where = self.dated.where(target) if target is not None else None
        if where is not None and self.view is not None:
            row, at = where
            self._fits = False
            self._look_at(self.view.centred_on(row.band.anchors[at]))

    def _hover(self, position: QPointF) -> None:
        scene = self._prepared()
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
            key.Key_Plus: lambda: self._zoom_at_cursor(ZOOM_KEY),
            key.Key_Equal: lambda: self._zoom_at_cursor(ZOOM_KEY),
            key.Key_Minus: lambda: self._zoom_at_cursor(1 / ZOOM_KEY),
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

    def _zoom_at_cursor(self, factor: float) -> None:
        """Around what the keys are at, where that is in view."""
        where = self.dated.where(self._cursor) if self._cursor is not None else None
        x = self.view.x(where[0].band.anchors[where[1]]) if where is not None and self.view is not None else -1.0
        self.zoom(factor, x if 0 <= x <= self._width() else None)

    def _to_edge(self, onwards: int) -> None:
        """To the first or the last mark."""
        anchors = [row.band.anchors[0 if onwards < 0 else -1] for row in self._filled_rows()]
        if anchors and self.view is not None:
            self._fits = False
            at = min(anchors) if onwards < 0 else max(anchors)
            # With a margin at the edge, and not in the middle: there is nothing beyond it.
            self._look_at(self.view.centred_on(at).panned(-onwards * self._width() * 0.42))

    def _filled_rows(self) -> list[Row]:
        return [row for row in (self.dated.long, self.dated.short) if row.procedures]

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
