"""The columns of the procedures, and what stands in a row of each."""

from collections.abc import Callable
from enum import IntEnum
from operator import attrgetter

from procedure_viewer.fhir.procedure import Procedure, status_with_reason
from procedure_viewer.fhir.when import When
from procedure_viewer.fhir.words import translate


class Column(IntEnum):
    """What a column shows; in the order of the keys that sort by it, which is not that of the screen."""

    DATE = 0
    TITLE = 1
    CODE = 2
    SYSTEM = 3
    STATUS = 4
    REPEATS = 5


DEFAULT_ORDER = (Column.DATE, Column.TITLE, Column.REPEATS, Column.CODE, Column.SYSTEM, Column.STATUS)
"""From the left, until the reader arranges them."""


OWN_TEXT: dict[Column, Callable[[Procedure], str]] = {
    Column.DATE: lambda procedure: procedure.when.text,
    Column.TITLE: attrgetter("title"),
    Column.CODE: attrgetter("code_text"),
    Column.SYSTEM: attrgetter("system_text"),
    Column.STATUS: status_with_reason,
}
"""The columns that a record fills by itself; how often it repeats is told by the others.

A reader who sorts a hundred thousand waits for each: `attrgetter` takes half the time of a function.
"""


def cell_text(procedure: Procedure, column: Column) -> str:
    """What stands in a column of a procedure's row, with nothing added to it."""
    return OWN_TEXT[column](procedure) if column in OWN_TEXT else ""


def short_dates(when: When) -> tuple[str, ...]:
    """Texts for places too narrow for the whole one, the longest first: each ends in a sign that there is more.

    They leave out zones and times, never the days themselves nor what is said of them ("the end stands before the
    start"): where that can't be done there are none.
    """
    stamps = [moment.stamp for moment in when.moments]
    dates = list(dict.fromkeys(stamp.date for stamp in stamps))
    ends = when.earliest is not None, when.latest is not None
    if not stamps or len(stamps) > 2:
        return ()
    if len(stamps) == 2 and when.moments[1].latest < when.moments[0].earliest:
        return ()
    if len(dates) == 2:
        days = translate("tables", "{start} to {end} …").format(start=dates[0], end=dates[1])
        return days, translate("tables", "{start} to …").format(start=dates[0])
    if ends == (True, False):
        return (translate("tables", "from {start} …").format(start=dates[0]),)
    if ends == (False, True):
        return (translate("tables", "until {end} …").format(end=dates[0]),)
    times = list(dict.fromkeys(stamp.time for stamp in stamps if stamp.time))
    day = translate("tables", "{date} …").format(date=dates[0])
    if len(times) == 1:
        return translate("tables", "{date}, {time} …").format(date=dates[0], time=times[0]), day
    if len(times) == 2:
        span = translate("tables", "{date}, {start} to {end} …")
        return span.format(date=dates[0], start=times[0], end=times[1]), day
    return (day,)
