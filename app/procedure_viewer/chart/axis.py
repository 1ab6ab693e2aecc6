"""The calendar below the timeline: years, months, days and hours, as many as there is room for.

Each label says all of its date ("14 Mar 2019"), so that none depends on one that may be out of view.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from enum import Enum
from typing import Final

from procedure_viewer.chart.timeline_view import View
from procedure_viewer.fhir.placing import DAY, HOUR, day_text, year_of
from procedure_viewer.fhir.when import date_text
from procedure_viewer.fhir.words import translate

_MINUTE: Final = 60
_MOST: Final = 2_000
"""Lines of an axis, whatever the width."""


class _Unit(Enum):
    YEAR = 365 * DAY
    MONTH = 28 * DAY
    DAY = DAY
    MINUTE = _MINUTE


@dataclass(frozen=True, slots=True)
class _Step:
    unit: _Unit
    count: int
    room: int
    """Pixels that a label needs, with some air."""

    @property
    def shortest(self) -> int:
        """Seconds from one line to the next, where they are closest."""
        return int(self.unit.value) * self.count


_STEPS: Final = (
    *(_Step(_Unit.MINUTE, count, 118) for count in (5, 10, 30, 60, 180, 360, 720)),
    *(_Step(_Unit.DAY, count, 92) for count in (1, 2, 7, 14)),
    *(_Step(_Unit.MONTH, count, 76) for count in (1, 3, 6)),
    *(_Step(_Unit.YEAR, count, 52) for count in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000)),
)


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the axis at `time`; `label` is empty for a line without one."""

    time: int
    label: str


def ticks(view: View, room: float = 1.0) -> list[Tick]:
    """The lines in view, in order; `room` is how much more space a label takes than at the usual size of text."""
    step = next((step for step in _STEPS if step.shortest / view.scale >= step.room * room), _STEPS[-1])
    finer = next(
        (other for other in _STEPS if step.shortest > other.shortest >= 9 * view.scale and _divides(other, step)), None
    )
    labelled = {time: _label(time, step.unit) for time in _lines(step, view)}
    between = _lines(finer, view) if finer is not None else ()
    lines = dict.fromkeys(between, "") | labelled
    return [Tick(time, lines[time]) for time in sorted(lines)]


def _divides(finer: _Step, step: _Step) -> bool:
    """Whether each line of `step` is one of `finer`."""
    if finer.unit is step.unit:
        return step.count % finer.count == 0
    if finer.unit is _Unit.DAY:
        return finer.count == 1
    if finer.unit is _Unit.MONTH:
        return step.unit is _Unit.YEAR
    return True


def _label(time: int, unit: _Unit) -> str:
    day = day_text(time)
    if unit is _Unit.YEAR:
        return date_text(day[:4])
    if unit is _Unit.MONTH:
        return date_text(day[:7])
    if unit is _Unit.DAY or time % DAY == 0:
        return date_text(day)
    clock = f"{time % DAY // HOUR:02}:{time % HOUR // _MINUTE:02}"
    return translate("chart", "{date}, {time}").format(date=date_text(day), time=clock)


def _lines(step: _Step, view: View) -> Iterator[int]:
    """The times in view at which a line of that step stands."""
    for number, time in enumerate(_from(step, view)):
        if time > view.end or number > _MOST:
            return
        if time >= view.start:
            yield time


def _from(step: _Step, view: View) -> Iterator[int]:
    first, last = year_of(view.start), year_of(view.end)
    if step.unit is _Unit.YEAR:
        for year in range(first - first % step.count, last + 1, step.count):
            if MINYEAR <= year <= MAXYEAR:
                yield _first_of(year, 1)
    elif step.unit is _Unit.MONTH:
        start = max(0.0, view.start)
        months = year_of(start) * 12 + int(day_text(start)[5:7]) - 1
        for month in range(months - months % step.count, (last + 1) * 12, step.count):
            yield _first_of(month // 12, month % 12 + 1)
    elif step.unit is _Unit.DAY and step.count > 1:
        yield from _weeks(step.count, view)
    else:
        size = step.shortest
        start = int(max(0.0, view.start) // size) * size
        yield from range(start, int(min(view.end, _END)) + 1, size)


def _weeks(count: int, view: View) -> Iterator[int]:
    """Every so many days, each month from its first day anew, without one that would crowd the next month's first."""
    day = date.fromordinal(min(max(1, int(view.start // DAY) + 1), _LAST_DAY)).replace(day=1)
    while True:
        first = (day.toordinal() - 1) * DAY
        for number in range(1, 32 - count, count):
            yield first + (number - 1) * DAY
        if (day.year, day.month) == (MAXYEAR, 12):
            return
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _first_of(year: int, month: int) -> int:
    return (date(year, month, 1).toordinal() - 1) * DAY


_LAST_DAY: Final = date.max.toordinal()
_END: Final = _LAST_DAY * DAY
