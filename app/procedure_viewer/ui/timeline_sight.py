"""Which part of a chart the timeline looks at, and what is to be seen there: moved, zoomed, and gone through in steps.

It knows neither pixels on a screen nor events; the canvas does, and draws the scene of now.
"""

from procedure_viewer.chart.dated import Dated, Row
from procedure_viewer.chart.timeline_view import CLOSEST, Bounds, View, fitting
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.ui.timeline_marks import Mark, Scene, SceneMaker

EDGE = 8.0
"""Pixels from either edge within which a mark is not whole."""


class Sight:
    """A view on `dated`; `make` draws up the scene for it, once for each change."""

    def __init__(self, make: SceneMaker) -> None:
        self._make = make
        self.dated = Dated()
        self.view: View | None = None
        self.fits = True
        """Whether all is in view because nobody looked closer: then it stays so while more comes."""
        self.width = 1.0
        self._scene: Scene | None = None

    def clear(self) -> None:
        """Nothing, as before a chart is opened."""
        self.dated.clear()
        self.view, self.fits, self._scene = None, True, None

    def changed(self) -> None:
        """What is shown, or the room for it, is another."""
        self._scene = None

    @property
    def scene(self) -> Scene | None:
        """What there is to draw; None where nothing has a date."""
        if self._scene is None and self.view is not None:
            self._scene = self._make(self.dated, self.view)
        return self._scene

    # Looking elsewhere

    def fit(self) -> None:
        """Everything in view."""
        bounds = self.dated.bounds
        self._look(fitting(bounds, self.width) if bounds is not None else None, fits=True)

    def resize(self, width: float) -> None:
        """As wide as that; what is looked at stays."""
        self.width = width
        if self.fits:
            self.fit()
        elif self.view is not None:
            self._look(self.view.resized(width))

    def look_at(self, view: View) -> None:
        """At a stretch that somebody chose."""
        self._look(view)

    def zoom(self, factor: float, x: float | None = None) -> None:
        """So much closer; what stands at `x`, or in the middle, stays where it is."""
        if self.view is not None:
            self._look(self.view.zoomed(factor, self.width / 2 if x is None else x))

    def pan(self, pixels: float) -> None:
        """Towards later times."""
        if self.view is not None:
            self._look(self.view.panned(pixels))

    def zoom_into(self, mark: Mark) -> bool:
        """As close as it takes to tell apart what a group consists of; False where that can't be done."""
        if not mark.splits or (self.view is not None and self.view.span <= CLOSEST * 1.01):
            return False
        first, last = (mark.row.band.anchors[at] for at in (mark.group.first, mark.group.stop - 1))
        self._look(fitting(Bounds(first, last), self.width, CLOSEST))
        return True

    def show(self, procedure: Procedure) -> None:
        """Move there if its mark is not in view; where all is in view, that stays so."""
        where = self.dated.where(procedure)
        if where is None or self.view is None:
            return
        row, at = where
        margin = 0.0 if self.fits else min(EDGE, self.width / 4)
        if not margin <= self.view.x(row.band.anchors[at]) <= self.width - margin:
            self.centre(procedure)

    def centre(self, procedure: Procedure) -> None:
        """Look at the same length of time around it."""
        where = self.dated.where(procedure)
        if where is not None and self.view is not None:
            row, at = where
            self._look(self.view.centred_on(row.band.anchors[at]))

    def to_edge(self, onwards: int) -> None:
        """To the first (-1) or the last mark (1)."""
        anchors = [row.band.anchors[0 if onwards < 0 else -1] for row in self._rows]
        if anchors and self.view is not None:
            # Near the edge, and not in the middle: there is nothing beyond it.
            at = min(anchors) if onwards < 0 else max(anchors)
            self._look(self.view.centred_on(at).panned(-onwards * self.width * 0.42))

    def _look(self, view: View | None, *, fits: bool = False) -> None:
        bounds = self.dated.bounds
        self.fits = fits
        self.view = view.kept_at(bounds) if view is not None and bounds is not None else None
        self.changed()

    # Going through

    def mark_of(self, procedure: Procedure | None) -> Mark | None:
        """The mark in view that stands for it."""
        where = self.dated.where(procedure) if procedure is not None else None
        return self.scene.holding(*where) if where is not None and self.scene is not None else None

    def x_of(self, procedure: Procedure | None) -> float | None:
        """Where it stands, in pixels, also out of view."""
        where = self.dated.where(procedure) if procedure is not None else None
        return self.view.x(where[0].band.anchors[where[1]]) if where is not None and self.view is not None else None

    def next_after(self, procedure: Procedure | None, onwards: int) -> Procedure | None:
        """The first of the next mark (1), or of the one before (-1), in the order of time; also one out of view."""
        if self.scene is None:
            return None
        if procedure is not None and self.dated.where(procedure) is not None:
            mark = self.mark_of(procedure)
            if mark is None:
                return procedure
            number = self.scene.in_order.index(mark) + onwards
            if 0 <= number < len(self.scene.in_order):
                return self.scene.in_order[number].first
            return self.beyond(onwards)
        if self.scene.in_order:
            return self.scene.in_order[0 if onwards > 0 else -1].first
        return self.beyond(onwards)

    def beyond(self, onwards: int) -> Procedure | None:
        """The nearest one that is out of view on that side."""
        if self.scene is None:
            return None
        candidates = []
        for row in self._rows:
            before, after = self.scene.outside(row)
            at = len(row.procedures) - after if onwards > 0 else before - 1
            if 0 <= at < len(row.procedures):
                candidates.append((row.band.anchors[at] * onwards, row.procedures[at]))
        return min(candidates, key=lambda found: found[0])[1] if candidates else None

    @property
    def _rows(self) -> list[Row]:
        return [row for row in (self.dated.long, self.dated.short) if row.procedures]
