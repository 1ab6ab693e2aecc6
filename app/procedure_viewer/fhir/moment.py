"""FHIR's date, dateTime and instant: as far as they were stated, and not a digit further.

http://hl7.org/fhir/R4/datatypes.html#dateTime. A moment knows how it reads and which stretch of time it may mean.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

import msgspec

from procedure_viewer.fhir.words import remembered, translate

_FORM: Final = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z|([+-])(\d\d):(\d\d))?)?)?)?", re.ASCII
)
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
_LATEST: Final = datetime.max.replace(tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LARGEST_OFFSET: Final = 14 * 60
_DELTAS: Final[dict[int, timedelta]] = {}
"""By minutes: there are few."""


# Looked up one at a time: a row needs one name, and each is a call into the translator.
_MONTHS: Final = (
    lambda: translate("fhir", "Jan"),
    lambda: translate("fhir", "Feb"),
    lambda: translate("fhir", "Mar"),
    lambda: translate("fhir", "Apr"),
    lambda: translate("fhir", "May"),
    lambda: translate("fhir", "Jun"),
    lambda: translate("fhir", "Jul"),
    lambda: translate("fhir", "Aug"),
    lambda: translate("fhir", "Sep"),
    lambda: translate("fhir", "Oct"),
    lambda: translate("fhir", "Nov"),
    lambda: translate("fhir", "Dec"),
)


class Stamp(msgspec.Struct, frozen=True, gc=False):
    """A moment in words, in the pieces that a span of two may share."""

    date: str
    time: str = ""
    seconds: str = ""
    zone: str = ""

    @property
    def text(self) -> str:
        """ "20 Sep 2023, 21:18 UTC"; without a time the date alone."""
        if not self.time:
            return self.date
        return f"{self.date}, {self.time} {self.zone}" if self.zone else f"{self.date}, {self.time}"


class Moment(msgspec.Struct, frozen=True, gc=False):
    """A date or dateTime that was understood.

    `earliest` and `latest` (UTC, inclusive) bound what it may mean. What states no zone, a date above all, is placed as
    if it were UTC, so that the order of rows is the same on every machine; years that UTC would push out of 1 to 9999
    stay at the edge.
    """

    stamp: Stamp
    earliest: datetime
    latest: datetime
    offset: int | None
    """Minutes east of UTC; None where none is stated."""

    def local_stamp(self, zone: tzinfo | None) -> Stamp | None:
        """The moment on the clocks of `zone`, this machine's for None; None where they agree or can't show it."""
        if self.offset is None:
            return None
        try:
            local = self.earliest.astimezone(zone)
        except (
            OverflowError,
            ValueError,
            OSError,
        ):  # years at the edge of the calendar, beyond what the system converts
            return None
        if local.utcoffset() == timedelta(minutes=self.offset):
            return None
        time = f"{local.hour:02}:{local.minute:02}"  # not by strftime, which imports a module each time
        return Stamp(_day(local.year, local.month, local.day), time, f"{time}:{local.second:02}")


def read_moment(text: str) -> Moment | None:
    """The moment that `text` states; None when it is none that FHIR knows (no such day, `24:00`, a two-digit year)."""
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, sign, offset_hours, offset_minutes = match.groups()
    try:
        if month is None:
            start = datetime(int(year), 1, 1, tzinfo=UTC)
            return Moment(Stamp(year), start, _end_of_month(start.year, 12), None)
        if day is None:
            start = datetime(int(year), int(month), 1, tzinfo=UTC)
            return Moment(
                Stamp(f"{_MONTHS[start.month - 1]()} {year}"), start, _end_of_month(start.year, start.month), None
            )
        date = _date_text(year, month, day)
        if hour is None:
            start = datetime(int(year), int(month), int(day), tzinfo=UTC)
            return Moment(Stamp(date), start, start.replace(hour=23, minute=59, second=59, microsecond=999_999), None)
        # A leap second is a second that a clock here can't show.
        start = datetime(
            int(year), int(month), int(day), int(hour), int(minute), 59 if second == "60" else int(second or 0),
            int(fraction[:6].ljust(6, "0")) if fraction else 0, tzinfo=UTC,
        )  # fmt: skip
        offset, zone = _offset(text, sign, offset_hours, offset_minutes)
    except (ValueError, IndexError):
        return None
    stamp = Stamp(date, *_time_texts(hour, minute, second or "00"), zone)
    if offset:
        start = _in_utc(start, offset)
    end = start
    if fraction is None and start is not _EARLIEST:
        end = start.replace(microsecond=999_999) if second else start.replace(second=59, microsecond=999_999)
    return Moment(stamp, start, end, offset)


@remembered(8_192)
def _date_text(year: str, month: str, day: str) -> str:
    """ "20 Sep 2023", one text for all of that day; raises IndexError for a month that there is not."""
    return f"{day} {_MONTHS[int(month) - 1]()} {year}"


@remembered(8_192)
def _time_texts(hour: str, minute: str, second: str) -> tuple[str, str]:
    """ "21:18" and "21:18:54", one text for all of that time."""
    return f"{hour}:{minute}", f"{hour}:{minute}:{second}"


def span_text(start: Stamp, end: Stamp) -> str:
    """From one stamp to another, saying once what they share: "24 Mar 2013, 09:30 to 10:30 +01:00"."""
    if start == end:
        return start.text
    if start.date != end.date or start.zone != end.zone or not (start.time and end.time):
        return translate("fhir", "{start} to {end}").format(start=start.text, end=end.text)
    same_minute = start.time == end.time
    times = translate("fhir", "{start} to {end}").format(
        start=start.seconds if same_minute else start.time, end=end.seconds if same_minute else end.time
    )
    return _with_zone(f"{start.date}, {times}", start.zone)


def _day(year: int, month: int, day: int) -> str:
    return f"{day:02} {_MONTHS[month - 1]()} {year:04}"


def _with_zone(text: str, zone: str) -> str:
    return f"{text} {zone}" if zone else text


def _end_of_month(year: int, month: int) -> datetime:
    if (year, month) == (9999, 12):
        return _LATEST
    return datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC) - _MICROSECOND


def _offset(text: str, sign: str | None, hours: str, minutes: str) -> tuple[int | None, str]:
    """Minutes east of UTC and how the zone reads; raises ValueError for an offset that no place on earth has."""
    if sign is None:
        return (0, "UTC") if text.endswith("Z") else (None, translate("fhir", "(time zone not stated)"))
    size = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or size > _LARGEST_OFFSET:
        raise ValueError
    if size == 0:
        return 0, "UTC"
    return (size if sign == "+" else -size), f"{sign}{hours}:{minutes}"


def _in_utc(local: datetime, offset: int) -> datetime:
    if offset == 0:
        return local
    try:
        return local - (_DELTAS.get(offset) or _DELTAS.setdefault(offset, timedelta(minutes=offset)))
    except OverflowError:
        return _EARLIEST if offset > 0 else _LATEST
