"""The timeline drawn: what is in view of it, in the palette, the size and the resolution of now.

It draws only what is in view (see `chart.timeline`): a paint costs the same for a hundred procedures and for ten
thousand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QStyleOptionFrame, QWidget

from procedure_viewer.chart.axis import Tick, ticks
from procedure_viewer.chart.dated import Dated
from procedure_viewer.chart.timeline_view import View
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.ui.timeline_marks import Bar, Mark, Scene, lane_height
from procedure_viewer.ui.timeline_painter import MOST_LABELLED, Painter
from procedure_viewer.ui.timeline_sight import Sight

LANES = 5
SLIM_LANES = 2
"""Never fewer for a row: with one, marks at both sides of a calendar's border would stand over one another."""
FRAME = 2
"""Pixels around everything, outside of the scene."""


@dataclass(frozen=True, slots=True)
class Chip:
    """How many stand beyond an edge, and where that is written."""

    rect: QRectF
    count: int
    onwards: int
    """-1 for the earlier ones, 1 for the later."""


class TimelineDrawing(QWidget):
    """Shows what it is given. How it is handled by mouse and keys is `TimelineCanvas`'s."""

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.sight = Sight(self._new_scene)
        self.selected: Procedure | None = None
        self.cursor_at: Procedure | None = None
        """What the keys are at: a procedure, or the first of a group."""
        self._lanes = LANES
        self._hovered: Mark | Bar | None = None
        self._ticks: tuple[View, list[Tick]] | None = None

    # What the pane asks

    @property
    def dated(self) -> Dated:
        """What is shown."""
        return self.sight.dated

    @property
    def view(self) -> View | None:
        """The stretch of time in view; None where nothing has a date."""
        return self.sight.view

    @property
    def scene(self) -> Scene | None:
        """What is drawn."""
        return self.sight.scene

    def show_procedures(self, procedures: Sequence[Procedure]) -> None:
        """Show these and no others; the reader stays with what they look at."""
        for _ in self.showing(procedures):
            pass

    def showing(self, procedures: Sequence[Procedure]) -> Iterator[None]:
        """The same a step at a time; what is seen changes with the last one."""
        before = self.dated.shown
        yield from self.dated.showing(procedures)
        if self.dated.shown is before:
            return
        if self.selected is not None and all(procedure is not self.selected for procedure in self.dated.shown):
            self.selected = None
        if self.cursor_at is not None and self.dated.where(self.cursor_at) is None:
            self.cursor_at = self.selected
        if self.sight.fits or self.view is None:
            self.sight.fit()
        self.changed()

    def clear(self) -> None:
        """Nothing of the chart that was open stays."""
        self.sight.clear()
        self.selected = self.cursor_at = self._hovered = None
        self._ticks = None
        self.update()

    def select(self, procedure: Procedure | None) -> None:
        """Show which one is selected, and move it into view."""
        if procedure is self.selected:
            return
        self.selected = procedure
        if procedure is not None:
            self.cursor_at = procedure
            self.sight.show(procedure)
        self.changed()

    def set_slim(self, slim: bool) -> None:
        """Take less room where there is little."""
        lanes = SLIM_LANES if slim else LANES
        if lanes != self._lanes:
            self._lanes = lanes
            self.dated.put_together(together=slim)
            self.updateGeometry()
            self.changed()

    def fit(self) -> None:
        """Everything in view."""
        self.sight.fit()
        self.changed()

    def zoom(self, factor: float, x: float | None = None) -> None:
        """So much closer; what stands at `x`, or what the keys are at, or the middle, stays where it is."""
        if x is None:
            at = self.sight.x_of(self.cursor_at)
            x = at if at is not None and 0 <= at <= self.inner_width else None
        self.sight.zoom(factor, x)
        self.changed()

    def pan(self, pixels: float) -> None:
        """Towards later times."""
        self.sight.pan(pixels)
        self.changed()

    # Drawing

    def sizeHint(self) -> QSize:
        return QSize(400, self._lanes * lane_height(QFontMetricsF(self.font())) + self._axis_height() + 2 * FRAME + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def _axis_height(self) -> int:
        return self.fontMetrics().height() + 7

    def _area(self) -> QRectF:
        """Where marks are; the calendar is below."""
        return QRectF(
            0,
            2,
            self.inner_width,
            max(2 * lane_height(QFontMetricsF(self.font())), self.height() - self._axis_height() - 2 * FRAME - 2),
        )

    @property
    def inner_width(self) -> float:
        """Pixels from the left edge of the scene to the right."""
        return max(1.0, float(self.width() - 2 * FRAME))

    def _new_scene(self, dated: Dated, view: View) -> Scene:
        return Scene(dated, view, self._area(), QFontMetricsF(self.font()))

    def _lines(self, view: View) -> list[Tick]:
        if self._ticks is None or self._ticks[0] != view:
            room = max(1.0, self.fontMetrics().horizontalAdvance("00 Mar 0000") / 80)
            self._ticks = view, ticks(view, room)
        return self._ticks[1]

    def changed(self) -> None:
        """Draw anew: another view, or other procedures."""
        self.sight.changed()
        self._hovered = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        self._paint_frame(painter)
        scene = self.scene
        if scene is not None:
            painter.save()
            inside = QRect(self.rect()).adjusted(FRAME, FRAME, -FRAME, -FRAME)
            painter.setClipRect(inside)
            painter.translate(FRAME, FRAME)
            self._paint_scene(Painter(painter, self.palette(), painter.deviceTransform().m11()), scene, inside.height())
            painter.restore()
        if self.hasFocus():
            Painter(painter, self.palette(), painter.deviceTransform().m11()).focus(QRectF(self.rect()))

    def _paint_frame(self, painter: QPainter) -> None:
        """Before what is in it: Windows 11's style fills a frame."""
        option = QStyleOptionFrame()
        option.initFrom(self)
        option.lineWidth = 1
        option.state |= QStyle.StateFlag.State_Sunken
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Frame, option, painter, self)

    def _paint_scene(self, draw: Painter, scene: Scene, bottom: float) -> None:
        draw.axis(self._lines(scene.view), scene, bottom)
        for bar in scene.bars:
            draw.passing(bar)
        for mark in scene.marks:
            draw.stretch(mark)
        selected, x = self.sight.mark_of(self.selected), self.sight.x_of(self.selected)
        if selected is not None and x is not None:
            draw.needle(x, scene)
        for mark in sorted(scene.marks, key=lambda mark: mark.group.count == 1):
            draw.mark(mark)
        if sum(mark.group.count == 1 for mark in scene.marks) <= MOST_LABELLED:
            for mark, before, after in scene.rooms():
                draw.title(mark, before, after)
        cursor = self.sight.mark_of(self.cursor_at) if self.hasFocus() else None
        for mark_or_bar in (self._hovered, cursor):
            if isinstance(mark_or_bar, Mark) and mark_or_bar is not selected:
                draw.ring(mark_or_bar, chosen=False)
        if selected is not None:
            draw.ring(selected, chosen=True)
        for chip in self.chips():
            draw.chip(chip.rect, self._chip_text(chip.count, chip.onwards))

    def chips(self) -> list[Chip]:
        """What is written of the marks beyond either edge."""
        scene = self.scene
        metrics = QFontMetricsF(self.font())
        found = []
        for count, onwards in ((scene.before, -1), (scene.after, 1)) if scene is not None else ():
            if scene is not None and count:
                width = metrics.horizontalAdvance(self._chip_text(count, onwards)) + 12
                left = 2.0 if onwards < 0 else scene.area.right() - width - 2
                found.append(Chip(QRectF(left, 2, width, metrics.height() + 2), count, onwards))
        return found

    def _chip_text(self, count: int, onwards: int) -> str:
        return (self.tr("‹ {count}") if onwards < 0 else self.tr("{count} ›")).format(count=count)

    # Events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.sight.resize(self.inner_width)
        self.changed()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()
            self.changed()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
