"""How old what is shown is: a chart that stays open goes on showing what the server said then."""

from datetime import datetime, timedelta

from procedure_viewer.fhir.when import date_text
from procedure_viewer.fhir.words import translate

TOLD_AFTER = timedelta(minutes=15)
"""Of a younger chart the moment alone is said."""
WARNED_AFTER = timedelta(hours=1)

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_IN_HOURS_UP_TO = 2 * _DAY


def moment_text(at: datetime, now: datetime) -> str:
    """The local time `at`, "10:32"; with its date where that is not the date of `now`."""
    time = f"{at:%H:%M}"
    return time if at.date() == now.date() else f"{date_text(at.date().isoformat())} {time}"


def ago_text(at: datetime, now: datetime) -> str:
    """How long ago that was, "2 h ago"; nothing while it is young, nor where the clock was set back since."""
    age = now - at
    if age < TOLD_AFTER:
        return ""
    if age < _HOUR:
        return translate("chart", "{count} min ago").format(count=age // timedelta(minutes=1))
    if age < _IN_HOURS_UP_TO:
        return translate("chart", "{count} h ago").format(count=age // _HOUR)
    return translate("chart", "{count} days ago").format(count=age // _DAY)


def is_old(at: datetime, now: datetime) -> bool:
    """Whether it is so long ago that the reader is to be warned."""
    return now - at >= WARNED_AFTER
