"""Which stretch of time is looked at, and how wide: zooming, panning and fitting as arithmetic.

Times are seconds as `fhir.placing` counts them, lengths are device-independent pixels.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import MAXYEAR
from typing import Final

from procedure_viewer.fhir.placing import DAY, HOUR, Place, year_of

YEAR: Final = 365.2425 * DAY
CLOSEST: Final = float(HOUR)
"""The shortest stretch that can be looked at."""
WIDEST: Final = MAXYEAR * YEAR
NARROWEST_FIT: Final = YEAR
"""A single procedure is shown in the year around it, not alone in its second."""
MARGIN: Final = 0.04
"""Of the stretch, left free at either end."""
_BELIEVED: Final = range(1850, 2200)
"""Years that the whole view makes room for; a slip of the pen elsewhere is counted at the edge instead."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """From when to when there is something to see."""

    start: float
    end: float

    def including(self, other: "Bounds | None") -> "Bounds":
        """What holds both."""
        return self if other is None else Bounds(min(self.start, other.start), max(self.end, other.end))


@dataclass(frozen=True, slots=True)
class View:
    """The stretch from `start` to `end`, `width` pixels wide."""

    start: float
    end: float
    width: float

    @property
    def span(self) -> float:
        """Its length in seconds."""
        return self.end - self.start

    @property
    def scale(self) -> float:
        """Seconds in one pixel."""
        return self.span / max(1.0, self.width)

    def x(self, time: float) -> float:
        """Where a time stands, in pixels from the left edge."""
        return (time - self.start) / self.scale

    def time(self, x: float) -> float:
        """Which time stands so many pixels from the left edge."""
        return self.start + x * self.scale

    def zoomed(self, factor: float, x: float) -> "View":
        """`factor` times closer; what stands at `x` stays there."""
        span = min(max(self.span / factor, CLOSEST), WIDEST)
        at = self.time(x)
        start = at - span * (x / max(1.0, self.width))
        return View(start, start + span, self.width)

    def panned(self, pixels: float) -> "View":
        """Moved so many pixels towards later times."""
        shift = pixels * self.scale
        return View(self.start + shift, self.end + shift, self.width)

    def centred_on(self, time: float) -> "View":
        """The same stretch around a time."""
        return View(time - self.span / 2, time + self.span / 2, self.width)

    def resized(self, width: float) -> "View":
        """The same stretch in another width."""
        return replace(self, width=width)

    def kept_at(self, bounds: Bounds) -> "View":
        """Moved no farther than where the first or the last thing stands in its middle."""
        middle = (self.start + self.end) / 2
        return self.centred_on(min(max(middle, bounds.start), bounds.end))


def bounds_of(places: Iterable[Place]) -> Bounds | None:
    """What holds all places but those in absurd years, if there are others; None where there is none."""
    spans = [(place.start, place.end) for place in places]
    if not spans:
        return None
    bounds = _around(spans)
    if not _is_believed(bounds.start, bounds.end):  # of most charts all are
        bounds = _around([span for span in spans if _is_believed(*span)] or spans)
    return bounds


def _around(spans: Sequence[tuple[float, float]]) -> Bounds:
    return Bounds(min(start for start, _ in spans), max(end for _, end in spans))


def _is_believed(start: float, end: float) -> bool:
    return year_of(start) in _BELIEVED and year_of(end - 1) in _BELIEVED


def fitting(bounds: Bounds, width: float, narrowest: float = NARROWEST_FIT) -> View:
    """The view that shows all of it, with a margin."""
    span = min(max((bounds.end - bounds.start) * (1 + 2 * MARGIN), narrowest), WIDEST)
    middle = (bounds.start + bounds.end) / 2
    return View(middle - span / 2, middle + span / 2, width)
