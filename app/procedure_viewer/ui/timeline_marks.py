"""Where on the canvas each mark, group and stretch of the timeline is drawn, and found again by the pointer.

Days stand as symbols over the axis, above one another; what may take longer (years, months, periods) lies above them,
or among them where there is room for two lanes only: one of its own would not do, see `chart.timeline`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, log

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from procedure_viewer.chart.dated import Dated, Row
from procedure_viewer.chart.timeline import LEAST_LANES, Group, Layout
from procedure_viewer.chart.timeline_view import View
from procedure_viewer.fhir.placing import Place
from procedure_viewer.fhir.procedure import Procedure

SYMBOL = 16
_LANE = 20
"""Pixels from one lane to the next, at least."""
SHORTEST_BAR = 6
"""Pixels from which on a stretch is drawn as one."""
OPEN_END = 44
"""Pixels over which a bar fades whose other end nobody knows."""
MOST_PASSING = 60
"""Bars drawn of those whose marks are out of view."""
_REACH = 4
"""Pixels around a mark that still hit it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What one group of a row looks like."""

    row: Row
    group: Group
    body: QRectF
    """The symbol of a single mark; for several, the block with their count."""
    bar: QRectF | None
    """The stretch that is known; None where it is no longer than the mark itself."""

    @property
    def procedures(self) -> Sequence[Procedure]:
        """Whom it stands for."""
        return self.row.procedures[self.group.first : self.group.stop]

    @property
    def first(self) -> Procedure:
        """The earliest of them."""
        return self.row.procedures[self.group.first]

    @property
    def place(self) -> Place:
        """Of the first of them."""
        return self.row.band.places[self.group.first]

    @property
    def splits(self) -> bool:
        """Whether a closer look can take it apart."""
        anchors = self.row.band.anchors
        return self.group.count > 1 and anchors[self.group.first] != anchors[self.group.stop - 1]


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch that reaches into the view from outside; its mark stands elsewhere."""

    procedure: Procedure
    place: Place
    rect: QRectF


def lane_height(metrics: QFontMetricsF) -> int:
    """Pixels from one lane to the next: titles and counts stand in them."""
    return max(_LANE, ceil(metrics.height()) + 3)


SceneMaker = Callable[[Dated, View], "Scene"]


class Scene:
    """Everything that is drawn of `dated` in a view, into an area of its width."""

    def __init__(self, dated: Dated, view: View, area: QRectF, metrics: QFontMetricsF) -> None:
        self.view = view
        self.area = area
        self._metrics = metrics
        self._lane = lane = lane_height(metrics)
        self._long = dated.long
        lanes = max(LEAST_LANES, int(area.height() // lane))
        above, below = 0, lanes
        if dated.long.procedures:
            above, below = lanes, 0
            if dated.short.procedures:
                above = max(LEAST_LANES, lanes // 3)
                below = max(LEAST_LANES, lanes - above)
        short = dated.short.band.layout(view, below) if below else Layout((), 0, 0)
        long = dated.long.band.layout(view, above) if above else Layout((), 0, 0)
        self._outside = {id(dated.short): (short.before, short.after), id(dated.long): (long.before, long.after)}
        self.before, self.after = short.before + long.before, short.after + long.after
        bottom = area.bottom()
        top = bottom - below * lane
        self.bars = self._passing(dated.long, top, above)
        self.marks = [
            *(self._mark(dated.long, group, top, above, fills=not below) for group in long.groups),
            *(self._mark(dated.short, group, bottom, below, fills=True) for group in short.groups),
        ]
        self.in_order = sorted(self.marks, key=lambda mark: (mark.group.x, mark.group.lane))

    def at(self, point: QPointF) -> Mark | Bar | None:
        """What is drawn there, the uppermost."""
        for mark in reversed(self.marks):
            if mark.body.adjusted(-_REACH, -_REACH, _REACH, _REACH).contains(point):
                return mark
        for mark in reversed(self.marks):
            if mark.bar is not None and mark.bar.contains(point):
                return mark
        return next((bar for bar in reversed(self.bars) if bar.rect.contains(point)), None)

    def holding(self, row: Row, at: int) -> Mark | None:
        """The mark that stands for one place of a row."""
        return next((m for m in self.marks if m.row is row and m.group.first <= at < m.group.stop), None)

    def outside(self, row: Row) -> tuple[int, int]:
        """How many of a row stand before and after what is in view."""
        return self._outside[id(row)]

    def rooms(self) -> list[tuple[Mark, QRectF, QRectF]]:
        """Single marks, each with what is free to its left and to its right, up to its neighbours."""
        lane = self._lane
        lefts = _edges(lane, self.in_order, lambda mark: mark.body.right(), max, self.area.left())
        rights = _edges(lane, self.in_order[::-1], lambda mark: mark.body.left(), min, self.area.right())
        found = []
        for mark, left, right in zip(self.in_order, lefts, rights[::-1], strict=True):
            if mark.group.count == 1:
                body = mark.body
                before = QRectF(left + 4, body.top(), max(0.0, body.left() - left - 8), body.height())
                after = QRectF(body.right() + 4, body.top(), max(0.0, right - body.right() - 8), body.height())
                found.append((mark, before, after))
        return found

    def _mark(self, row: Row, group: Group, bottom: float, lanes: int, *, fills: bool) -> Mark:
        view, anchors = self.view, row.band.anchors
        if group.count == 1:
            place = row.band.places[group.first]
            y = bottom - (group.lane + 0.5) * self._lane
            body = QRectF(group.x - SYMBOL / 2, y - SYMBOL / 2, SYMBOL, SYMBOL)
            return Mark(row, group, body, self._bar(place, y))
        height = float(self._lane - 2)
        if fills:
            share = log(group.count) / max(1.0, log(max(2, len(anchors))))
            height += (lanes * self._lane - height - 2) * share
        left, right = view.x(anchors[group.first]) - SYMBOL / 2, view.x(anchors[group.stop - 1]) + SYMBOL / 2
        width = max(self._metrics.horizontalAdvance(str(group.count)) + 10, right - left)
        width = max(8.0, min(width, group.right - group.left - 2))
        middle = min(max((left + right) / 2, group.left + 1 + width / 2), group.right - 1 - width / 2)
        body = QRectF(middle - width / 2, bottom - height - 1, width, height)
        if row is not self._long:
            return Mark(row, group, body, None)
        stretch = row.stretch(group.first, group.stop)
        return Mark(row, group, body, self._bar(stretch, bottom - self._lane / 2) if stretch is not None else None)

    def _bar(self, place: Place, y: float) -> QRectF | None:
        left, right = self.view.x(place.start), self.view.x(place.end)
        if place.open_start:
            left = min(left, right - OPEN_END)
        if place.open_end:
            right = max(right, left + OPEN_END)
        if right - left < SHORTEST_BAR:
            return None
        left, right = max(left, self.area.left() - 20), min(right, self.area.right() + 20)
        return QRectF(left, y - SYMBOL / 2, max(1.0, right - left), SYMBOL)

    def _passing(self, row: Row, bottom: float, lanes: int) -> list[Bar]:
        found = []
        for number in row.band.passing(self.view, MOST_PASSING) if lanes else ():
            place = row.band.places[number]
            rect = self._bar(place, bottom - (number % lanes + 0.5) * self._lane)
            if rect is not None:
                found.append(Bar(row.procedures[number], place, rect))
        return found


def _edges(
    lane_height: int,
    marks: Sequence[Mark],
    far_side: Callable[[Mark], float],
    nearest: Callable[[Iterable[float]], float],
    start: float,
) -> list[float]:
    """For each mark where the ones before it, in the order given, leave off in the lanes that it takes."""
    edge: dict[int, float] = {}
    found = []
    for mark in marks:
        lanes = range(int(mark.body.top()) // lane_height, int(mark.body.bottom() - 1) // lane_height + 1)
        found.append(nearest(edge.get(lane, start) for lane in lanes))
        edge |= dict.fromkeys(lanes, far_side(mark))
    return found
