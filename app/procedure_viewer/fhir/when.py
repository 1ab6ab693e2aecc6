"""When something was done or happened, in every form that R4's `performed[x]` and R5's `occurrence[x]` take.

http://hl7.org/fhir/R4/procedure-definitions.html#Procedure.performed_x_. The text never says more than the server
did, and what can't be understood is shown as it was given.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Final

import msgspec

from procedure_viewer.fhir.datatypes import (
    Resource,
    as_object,
    object_of,
    objects_of,
    printable,
    read_concept,
    text_of,
    texts_of,
)
from procedure_viewer.fhir.moment import Moment, Stamp, read_moment, span_text
from procedure_viewer.fhir.quantity import amount_text, at_age, at_age_between, number_text
from procedure_viewer.fhir.words import remembered, translate

PROCEDURE_ELEMENTS: Final = ("performed", "occurrence")

_FIRST: Final = datetime.min.replace(tzinfo=UTC)
_LAST: Final = datetime.max.replace(tzinfo=UTC)
_WIDTH: Final = 60
"""Bits in which the microseconds of ten thousand years have room."""
_LAST_END: Final = (1 << _WIDTH) - 1
_DATA_ABSENT_REASON: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_MOST_RAW_CHARACTERS: Final = 200
_USUAL_SIZE: Final = 40
"""Elements that a record of which is remembered how it is written has at the most."""
_MONTHS_COUNTED: Final = 24
"""Up to this age people are as many months old, afterwards years."""

_DATES: Final = frozenset({"DateTime", "Date", "Instant"})
_PLAIN_RULE: Final = frozenset({"frequency", "period", "periodUnit", "boundsPeriod"})

SortKey = int
"""Both ends of a stretch in one number, the start above: it takes a third of their room, and a sixth of the time to
compare."""


class When(msgspec.Struct, frozen=True, gc=False):
    """A point or stretch of time as a clinician reads it, and where it stands among others."""

    text: str
    """In the record's own zone; "Not stated", with the reason where one is given, when nothing is."""
    sort_key: SortKey | None = None
    """Comparable with every other one; None for what can't be placed in time (nothing stated, an age, free text)."""
    earliest: datetime | None = None
    """UTC; None where the start isn't known."""
    latest: datetime | None = None
    """UTC, inclusive; None where the end isn't known."""
    stated: bool = False
    moments: tuple[Moment, ...] = ()
    """The dates in it, one or the two ends of a stretch, or none."""
    zone: tzinfo | None = None
    """The reader's; None for this machine's."""
    written: str = ""
    """The FHIR date that says all of this; "" where something else does. See `when_of`."""

    @property
    def ends(self) -> tuple[int, int]:
        """The first and the last moment that it may mean, in microseconds from the beginning of the year 1, by UTC."""
        key = self.sort_key or 0
        return key >> _WIDTH, key & _LAST_END

    @property
    def local_text(self) -> str:
        """The same on the reader's clocks ("20 Sep 2023, 23:18 local time"); "" where they don't differ."""
        stamps = [stamp for moment in self.moments if (stamp := moment.local_stamp(self.zone))]
        if not stamps or len(stamps) != len(self.moments):
            return ""
        return translate("fhir", "{when} local time").format(when=span_text(stamps[0], stamps[-1]))


class _Part(msgspec.Struct, frozen=True, gc=False):
    """What one element says."""

    text: str
    earliest: datetime | None = None
    latest: datetime | None = None
    moments: tuple[Moment, ...] = ()


def read_when(
    resource: Mapping[str, object], elements: Sequence[str] = PROCEDURE_ELEMENTS, zone: tzinfo | None = None
) -> When:
    """Read the choice elements that start with one of `elements`; `zone` is the reader's, this machine's by default.

    FHIR allows one; should there be several, the text gives them all.
    """
    prefixes = tuple(elements)
    found = _found(tuple(resource), prefixes) if len(resource) <= _USUAL_SIZE else _find(resource, prefixes)
    if len(found) == 1:
        name, type_name = found[0]
        value = resource[name]
        if type_name in _DATES and isinstance(value, str):
            moment = read_moment(value)
            if moment is not None:  # nearly every record
                return _of_date(moment, value, zone)
    parts = [part for name, type_name in found if (part := _read(type_name, resource[name]))]
    if not parts:
        return When(_reason_of_absence(resource, prefixes))
    placed = next((part for part in parts if part.earliest or part.latest), parts[0])
    return When(
        text="; ".join(part.text for part in parts) if len(parts) > 1 else placed.text,
        sort_key=_sort_key(placed.earliest, placed.latest),
        earliest=placed.earliest,
        latest=placed.latest,
        stated=True,
        moments=placed.moments,
        zone=zone,
    )


@remembered(2_048)
def when_of(written: str) -> When:
    """What a record says whose date is all of `When.written`: its rows are painted now and then, a few at a time."""
    return read_when({"performedDateTime": written})


def date_text(fhir_date: str) -> str:
    """A date as people read it, "02 Mar 1957", as far as it is stated; one that is malformed comes back as given."""
    moment = read_moment(fhir_date)
    return moment.stamp.text if moment else printable(fhir_date)


def age_text(birth_date: str, on: date) -> str:
    """The age on a day: "69 y", "5 mo", "12 d", "about 69 y" for a date of birth without its day; "" if unknown."""
    moment = read_moment(birth_date)
    if moment is None:
        return ""
    born, until = moment.earliest.date(), moment.latest.date()
    if moment.stamp.time:
        # The calendar day where the child was born, not the one in UTC.
        born = until = date.fromisoformat(birth_date[:10])
    if born > on:
        return ""
    if born != until:
        years = on.year - born.year - (on.month < born.month and until.month == born.month)
        if years < 1:
            return translate("fhir", "under 1 y")
        return translate("fhir", "about {years} y").format(years=years)
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    if months >= _MONTHS_COUNTED:
        return translate("fhir", "{years} y").format(years=months // 12)
    if months >= 1:
        return translate("fhir", "{months} mo").format(months=months)
    return translate("fhir", "{days} d").format(days=(on - born).days)


def _find(names: Iterable[str], prefixes: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The elements that start with one of these, each with its type."""
    return tuple((name, _type_in(name, prefixes)) for name in names if name.startswith(prefixes))


@remembered(64)
def _found(names: tuple[str, ...], prefixes: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The same for the elements of a usual record: those of one server nearly all have the same."""
    return _find(names, prefixes)


def _type_in(name: str, prefixes: tuple[str, ...]) -> str:
    """The "Period" in "performedPeriod"; "" when the name only starts alike."""
    for prefix in prefixes:
        if name.startswith(prefix) and name[len(prefix) : len(prefix) + 1].isupper():
            return name[len(prefix) :]
    return ""


def _read(type_name: str, value: object) -> _Part | None:
    """None for what says nothing."""
    if not type_name or value in (None, "", {}, []):
        return None
    return _READERS.get(type_name, _read_unknown)(value)


def _read_date(value: object) -> _Part:
    if not isinstance(value, str):
        return _read_unknown(value)
    moment = read_moment(value)
    if moment is None:
        return _Part(printable(value))
    return _Part(moment.stamp.text, moment.earliest, moment.latest, (moment,))


def _read_period(value: object) -> _Part:
    """http://hl7.org/fhir/R4/datatypes.html#Period: without a start it is unknown, without an end it may go on."""
    period = as_object(value)
    texts = text_of(period, "start"), text_of(period, "end")
    start, end = map(read_moment, texts)
    stamps = [moment.stamp if moment else Stamp(text) for moment, text in zip((start, end), texts, strict=True)]
    if not any(texts):
        return _read_unknown(value)
    if not texts[1]:
        text = translate("fhir", "from {start}, no end stated").format(start=stamps[0].text)
    elif not texts[0]:
        text = translate("fhir", "until {end}, no start stated").format(end=stamps[1].text)
    else:
        text = span_text(stamps[0], stamps[1])
    moments = tuple(moment for moment in (start, end) if moment)
    earliest, latest = start.earliest if start else None, end.latest if end else None
    if start and end and end.latest < start.earliest:
        text = translate("fhir", "{span} (the end stands before the start)").format(span=text)
        earliest, latest = end.earliest, start.latest
    return _Part(text, earliest, latest, moments)


def _read_age(value: object) -> _Part:
    return _Part(at_age(as_object(value)) or _raw_text(value))


def _read_range(value: object) -> _Part:
    low, high = object_of(as_object(value), "low"), object_of(as_object(value), "high")
    return _Part(at_age_between(low, high) or _raw_text(value))


def _read_timing(value: object) -> _Part:
    """http://hl7.org/fhir/R4/datatypes.html#Timing: words, a plain rule, events or bounds; else as given."""
    timing = as_object(value)
    words = read_concept(timing.get("code")).label or _rule_text(object_of(timing, "repeat"))
    events = [_read_date(event) for event in texts_of(timing, "event")]
    bounds = [_read_period(period) for period in objects_of(object_of(timing, "repeat"), "boundsPeriod")]
    dated = events or bounds
    text = ", ".join([words] * bool(words) + [part.text for part in dated])
    return _Part(
        text or _raw_text(value),
        min((part.earliest for part in dated if part.earliest), default=None),
        max((part.latest for part in dated if part.latest), default=None),
        dated[0].moments if len(dated) == 1 else (),
    )


def _rule_text(repeat: Resource) -> str:
    """ "3 times in 1 week", "every 8 hours"; "" for a rule that says more than these words would."""
    if set(repeat) - _PLAIN_RULE:
        return ""
    period = amount_text({"value": repeat.get("period"), "code": repeat.get("periodUnit")})
    often = number_text(repeat.get("frequency", 1))
    if not period or not often or not text_of(repeat, "periodUnit"):
        return ""
    if often == "1":
        return translate("fhir", "every {period}").format(period=period)
    return translate("fhir", "{number} times in {period}").format(number=often, period=period)


def _read_unknown(value: object) -> _Part:
    return _Part(_raw_text(value))


_READERS: Final[Mapping[str, Callable[[object], _Part]]] = {
    **dict.fromkeys(_DATES, _read_date),
    "Period": _read_period,
    "Age": _read_age,
    "Range": _read_range,
    "Timing": _read_timing,
}


def _raw_text(value: object) -> str:
    """The value as it was given: a string itself, anything else as JSON, cut where no label could hold it."""
    if isinstance(value, str):
        return printable(value)
    try:
        text = json.dumps(value, ensure_ascii=False)
    except RecursionError:
        text = translate("fhir", "deeply nested")
    return printable(text if len(text) <= _MOST_RAW_CHARACTERS else text[:_MOST_RAW_CHARACTERS] + "…")


def _of_date(moment: Moment, written: str, zone: tzinfo | None) -> When:
    start = _microseconds(moment.earliest)
    end = start if moment.latest is moment.earliest else _microseconds(moment.latest)
    order = start << _WIDTH | end
    return When(moment.stamp.text, order, moment.earliest, moment.latest, True, (moment,), zone, written)


def _sort_key(earliest: datetime | None, latest: datetime | None) -> SortKey | None:
    start = earliest or latest
    return _microseconds(start) << _WIDTH | _microseconds(latest or _LAST) if start else None


def _microseconds(moment: datetime) -> int:
    since = moment - _FIRST
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _reason_of_absence(resource: Resource, prefixes: Iterable[str]) -> str:
    """http://hl7.org/fhir/R4/extension-data-absent-reason.html, on the element or on its primitive sibling."""
    prefixes = tuple(f"_{prefix}" for prefix in prefixes)
    for name in resource:
        if name.startswith(prefixes):
            for extension in objects_of(object_of(resource, name), "extension"):
                reason = text_of(extension, "valueCode")
                if reason and extension.get("url") == _DATA_ABSENT_REASON:
                    return translate("fhir", "Not stated ({reason})").format(reason=reason.replace("-", " "))
    return translate("fhir", "Not stated")
