"""What stands where on the timeline: marks of their own where there is room, groups with a count where there is not.

Marks are put together by two rules that hold on the whole line, not only on what is looked at, so that nothing changes
when it is moved, and nothing grows together when it is looked at more closely:

- Marks less than GAP pixels apart belong together. As many as there are lanes stand above one another.
- More than that are cut at the borders of cells, which are pieces of the calendar (see `chart.cells`), at least CELL
  pixels wide: the cells of a closer look lie inside of the wider one's. What is in one cell is one group.

The work depends on how wide the view is, not on how many marks there are: it leaps from gap to gap by bisection.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from procedure_viewer.chart.cells import Cells, cells_of
from procedure_viewer.chart.timeline_view import View
from procedure_viewer.fhir.placing import Place

GAP: Final = 17
CELL: Final = 26
LEAST_LANES: Final = 2
"""For single marks: those at both sides of a cell's border may stand closer than GAP, and need one each."""
_BLOCK: Final = 64
"""So many places are passed over at once where none of them reaches into the view."""


@dataclass(frozen=True, slots=True)
class Group:
    """The marks `first` to `stop` (exclusive) of a band, drawn as one: a single mark, or a count."""

    first: int
    stop: int
    lane: int
    """Counted from below; 0 for a group of several, which takes all."""
    left: float
    right: float
    """In pixels: for a single mark both are its place; a group of several may fill what is between them."""

    @property
    def count(self) -> int:
        """How many marks it stands for."""
        return self.stop - self.first

    @property
    def x(self) -> float:
        """Its middle."""
        return (self.left + self.right) / 2


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything of a band: what is in view, one after the other, and how many stand before and after that."""

    groups: tuple[Group, ...]
    before: int
    after: int


class Band:
    """Places in the order of their anchors, ready to be looked at on any scale."""

    def __init__(self, places: Sequence[Place], anchors: Sequence[int] = ()) -> None:
        """`places` have to be in that order; `anchors` are theirs, where they are at hand."""
        self.places = places
        self.anchors = anchors or [place.anchor for place in places]
        self._ends = _of_blocks(max, [place.end for place in places])
        self._starts = _of_blocks(min, [place.start for place in places])

    def layout(self, view: View, lanes: int) -> Layout:
        """What there is to draw in a view, with so many lanes for single marks, LEAST_LANES of them or more."""
        anchors = self.anchors
        first, stop = bisect_left(anchors, view.start), bisect_right(anchors, view.end)
        if first == stop:
            return Layout((), first, len(anchors) - first)
        gap = max(1, ceil(GAP * view.scale))
        cells = cells_of(CELL * view.scale)
        groups: list[Group] = []
        at = self._start_of_run(first, gap, cells, lanes)
        while at < stop:
            end = self._end_of_run(at, gap, cells, lanes, stop)
            if end - at <= lanes:
                groups += (self._single(view, place, place - at) for place in range(at, end) if first <= place < stop)
            else:
                groups += self._pieces(view, range(at, end), range(first, stop), cells)
            at = end
        return Layout(tuple(groups), groups[0].first, len(anchors) - groups[-1].stop)

    def first_at(self, anchor: int) -> int:
        """The number of the first that stands there or later."""
        return bisect_left(self.anchors, anchor)

    def passing(self, view: View, most: int) -> list[int]:
        """Places that reach into the view although their marks stand outside of it, `most` of them."""
        first, stop = bisect_left(self.anchors, view.start), bisect_right(self.anchors, view.end)
        found: list[int] = []
        for block in range((first + _BLOCK - 1) // _BLOCK - 1, -1, -1):
            if len(found) >= most:
                break
            if self._ends[block] > view.start:
                found += self._reaching(range(block * _BLOCK, min(first, (block + 1) * _BLOCK)), view)
        for block in range(stop // _BLOCK, len(self._starts)):
            if len(found) >= most:
                break
            if self._starts[block] < view.end:
                found += self._reaching(
                    range(max(stop, block * _BLOCK), min(len(self.places), (block + 1) * _BLOCK)), view
                )
        return found[:most]

    def _reaching(self, candidates: range, view: View) -> Iterator[int]:
        return (at for at in candidates if self.places[at].start < view.end and self.places[at].end > view.start)

    def _start_of_run(self, first: int, gap: int, cells: Cells, lanes: int) -> int:
        """Where the marks begin that belong together with the first visible one, or far enough to the left of it.

        Far enough is outside of its cell, with more marks in between than there are lanes.
        """
        anchors, at = self.anchors, first
        cell_start = cells.start(cells.number(anchors[first]))
        while at > 0 and not (anchors[at] < cell_start and first - at >= lanes):
            before = bisect_right(anchors, anchors[at] - gap, 0, at)
            if before == at:
                break
            at = before
        return at

    def _end_of_run(self, at: int, gap: int, cells: Cells, lanes: int, stop: int) -> int:
        """The same at the other end."""
        anchors, last = self.anchors, at
        cell_end = cells.start(cells.number(anchors[stop - 1]) + 1)
        while not (anchors[last] >= cell_end and last - at >= lanes):
            after = bisect_left(anchors, anchors[last] + gap, last) - 1
            if after == last:
                break
            last = after
        return last + 1

    def _pieces(self, view: View, run: range, visible: range, cells: Cells) -> Iterator[Group]:
        """The groups of a run that is cut at the borders of cells, as far as they are in view."""
        anchors, low, after_single = self.anchors, run.start, False
        while low < run.stop:
            cell = cells.number(anchors[low])
            high = bisect_left(anchors, cells.start(cell + 1), low, run.stop)
            if high > visible.start and low < visible.stop:
                if high - low == 1:
                    yield self._single(view, low, cell & 1)  # its neighbour beyond the border has another lane
                else:
                    yield self._block(view, range(low, high), run, cells, after_single=after_single)
            low, after_single = high, high - low == 1

    def _block(self, view: View, members: range, run: range, cells: Cells, *, after_single: bool) -> Group:
        """Several marks, with the room that they have up to their cell's borders, or to their neighbours."""
        anchors, low, high = self.anchors, members.start, members.stop
        cell = cells.number(anchors[low])
        if low == run.start:
            left = view.x(anchors[low]) - self._half_gap(view, low)
        else:
            left = view.x(cells.start(cell))
            if after_single:
                left = max(left, view.x(anchors[low - 1]) + GAP / 2)
        if high == run.stop:
            right = view.x(anchors[high - 1]) + self._half_gap(view, high)
        else:
            right = view.x(cells.start(cell + 1))
            alone = high + 1 == run.stop or cells.number(anchors[high + 1]) != cells.number(anchors[high])
            if alone:
                right = min(right, view.x(anchors[high]) - GAP / 2)
        return Group(low, high, 0, left, right)

    def _half_gap(self, view: View, at: int) -> float:
        """Half of what is free before the mark `at`, in pixels, where that is the border between two runs."""
        if at in (0, len(self.anchors)):
            return float(CELL)
        return min(float(CELL), (self.anchors[at] - self.anchors[at - 1]) / view.scale / 2)

    def _single(self, view: View, place: int, lane: int) -> Group:
        x = view.x(self.anchors[place])
        return Group(place, place + 1, lane, x, x)


def _of_blocks(chosen: Callable[[list[int]], int], times: list[int]) -> list[int]:
    return [chosen(times[at : at + _BLOCK]) for at in range(0, len(times), _BLOCK)]
