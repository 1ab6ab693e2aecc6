"""Dates and times: never more precise than given, never shifted, in order."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.fhir.moment import read_moment
from procedure_viewer.fhir.when import age_text, date_text, read_when, when_of
from tests.fhir.samples import encoded, json_values

ZONES = {"UTC-12": timezone(timedelta(hours=-12)), "UTC": UTC, "UTC+14": timezone(timedelta(hours=14))}
YEAR_ONE = datetime(1, 1, 1, tzinfo=UTC)

DATES = [
    ("2023", "2023"),
    ("2023-09", "Sep 2023"),
    ("2023-09-20", "20 Sep 2023"),
    ("2024-02-29", "29 Feb 2024"),
    ("0001-01-01", "01 Jan 0001"),
    ("9999-12-31", "31 Dec 9999"),
    ("9999-12", "Dec 9999"),
    ("9999", "9999"),
    ("2023-09-20T21:18:54.263690+00:00", "20 Sep 2023, 21:18 UTC"),
    ("2023-09-20T21:18:54Z", "20 Sep 2023, 21:18 UTC"),
    ("2023-09-20T21:18:54.123456789Z", "20 Sep 2023, 21:18 UTC"),
    ("2023-09-20T21:18:54-00:00", "20 Sep 2023, 21:18 UTC"),
    ("2023-09-20T21:18:54+05:30", "20 Sep 2023, 21:18 +05:30"),
    ("2023-09-20T21:18:54-07:00", "20 Sep 2023, 21:18 -07:00"),
    ("2023-09-20T21:18+14:00", "20 Sep 2023, 21:18 +14:00"),
    ("2023-09-20T21:18", "20 Sep 2023, 21:18 (time zone not stated)"),
    ("2016-12-31T23:59:60Z", "31 Dec 2016, 23:59 UTC"),
    ("0001-01-01T00:00:00+14:00", "01 Jan 0001, 00:00 +14:00"),
    ("9999-12-31T23:59:59.999999-12:00", "31 Dec 9999, 23:59 -12:00"),
]
MALFORMED = [
    "20 Sep 2023",
    "2023-13",
    "2023-00",
    "2023-00-00",
    "2023-02-29",
    "2023-09-20T24:00:00Z",
    "2023-09-20T23:60:00Z",
    "2023-09-20T23:59:61Z",
    "2023-09-20T21:18:54+14:01",
    "2023-09-20T21:18:54+05:60",
    "2023-09-20T21:18:54z",
    "2023-9-20",
    "23-09-20",
    "0000",
    "0000-01-01",
    "２０２３",
    "2023-09-20 ",
    "2023-09-20T",
    "sometime in spring",
]


def performed(value: object, zone: timezone | None = UTC) -> Any:
    name = "performedDateTime" if isinstance(value, str) else "performedPeriod"
    return read_when({name: value}, zone=zone)


@pytest.mark.parametrize(("given_date", "text"), DATES)
@pytest.mark.parametrize("zone", ZONES.values(), ids=ZONES)
def test_a_date_reads_as_far_as_it_is_stated_in_any_zone(given_date: str, text: str, zone: timezone) -> None:
    when = performed(given_date, zone)
    assert when.text == text
    assert when.stated
    assert when.sort_key is not None
    assert date_text(given_date) == text
    str(when.local_text).encode()


@pytest.mark.parametrize("malformed", MALFORMED)
def test_what_is_no_date_is_shown_as_given(malformed: str) -> None:
    when = performed(malformed)
    assert when.text == malformed
    assert when.stated
    assert (when.sort_key, when.earliest, when.latest, when.local_text) == (None, None, None, "")
    assert date_text(malformed) == malformed


@pytest.mark.parametrize(
    ("zone", "local"),
    [
        ("UTC-12", "20 Sep 2023, 09:18 local time"),
        ("UTC", ""),
        ("UTC+14", "21 Sep 2023, 11:18 local time"),
    ],
)
def test_the_local_time_stands_beside_where_it_differs(zone: str, local: str) -> None:
    assert performed("2023-09-20T21:18:54.263690+00:00", ZONES[zone]).local_text == local


def test_the_machines_zone_is_the_default(machine_zone: str) -> None:
    expected = {"UTC-12": "20 Sep 2023, 09:18 local time", "UTC": "", "UTC+14": "21 Sep 2023, 11:18 local time"}
    when = performed("2023-09-20T21:18:54Z", None)
    assert when.local_text == expected[machine_zone]
    assert when.text == "20 Sep 2023, 21:18 UTC"
    assert when.earliest == datetime(2023, 9, 20, 21, 18, 54, tzinfo=UTC)


def test_no_date_without_a_time_shifts_with_the_machines_zone(machine_zone: str) -> None:
    for text, shown in DATES:
        if "T" not in text:
            when = performed(text, None)
            assert (when.text, when.local_text) == (shown, "")
            assert date_text(text) == shown
    assert age_text("1957-03-02", date(2026, 3, 2)) == "69 y"


def test_years_at_the_edge_of_the_calendar_never_overflow(machine_zone: str) -> None:
    for text in ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999-12:00"):
        for zone in (None, *ZONES.values()):
            when = performed(text, zone)
            assert when.local_text == "" or when.local_text.endswith("local time")
            assert performed({"start": text, "end": text}, zone).local_text == when.local_text
        assert age_text(text[:10], date(2026, 1, 1)) in ("2025 y", "")


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2023", "2023-01-01T00:00:00", "2023-12-31T23:59:59.999999"),
        ("2024-02", "2024-02-01T00:00:00", "2024-02-29T23:59:59.999999"),
        ("2023-12", "2023-12-01T00:00:00", "2023-12-31T23:59:59.999999"),
        ("9999", "9999-01-01T00:00:00", "9999-12-31T23:59:59.999999"),
        ("2023-09-20", "2023-09-20T00:00:00", "2023-09-20T23:59:59.999999"),
        ("2023-09-20T21:18+05:30", "2023-09-20T15:48:00", "2023-09-20T15:48:59.999999"),
        ("2023-09-20T21:18:54+05:30", "2023-09-20T15:48:54", "2023-09-20T15:48:54.999999"),
        ("2023-09-20T21:18:54.5-07:00", "2023-09-21T04:18:54.5", "2023-09-21T04:18:54.5"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00", "0001-01-01T00:00:00"),
        ("9999-12-31T23:59:59.999999-12:00", "9999-12-31T23:59:59.999999", "9999-12-31T23:59:59.999999"),
    ],
)
def test_the_interval_that_a_date_may_mean(text: str, earliest: str, latest: str) -> None:
    when = performed(text)
    assert when.earliest == datetime.fromisoformat(earliest).replace(tzinfo=UTC)
    assert when.latest == datetime.fromisoformat(latest).replace(tzinfo=UTC)


def test_dates_sort_by_the_interval_that_they_cover() -> None:
    in_order = [
        "1999",
        "2023-01-01T00:00:00+05:30",
        "2023-01-01T00:00:00Z",
        "2023-01-01",
        "2023-01",
        "2023",
        "2023-01-01T00:00:00-07:00",
        "2023-09-20",
        "2023-09-20T00:00:00.000001Z",
        "2024",
    ]
    keys = [performed(text).sort_key for text in in_order]
    assert keys == sorted(keys)
    assert all(before < after for before, after in pairwise(keys))


@pytest.mark.parametrize(
    ("period", "text", "local"),
    [
        ({"start": "2011-06-26", "end": "2011-06-27"}, "26 Jun 2011 to 27 Jun 2011", ""),
        ({"start": "2011-06", "end": "2011-06"}, "Jun 2011", ""),
        ({"start": "2011", "end": "2012-03"}, "2011 to Mar 2012", ""),
        (
            {"start": "2013-03-24T09:30:10+01:00", "end": "2013-03-24T10:30:10+01:00"},
            "24 Mar 2013, 09:30 to 10:30 +01:00",
            "24 Mar 2013, 08:30 to 09:30 local time",
        ),
        (
            {"start": "2013-03-24T09:30:10Z", "end": "2013-03-24T09:30:40Z"},
            "24 Mar 2013, 09:30:10 to 09:30:40 UTC",
            "",
        ),
        (
            {"start": "2013-03-24T23:30:00+01:00", "end": "2013-03-25T00:30:00+01:00"},
            "24 Mar 2013, 23:30 +01:00 to 25 Mar 2013, 00:30 +01:00",
            "24 Mar 2013, 22:30 to 23:30 local time",
        ),
        ({"start": "2013-03-24"}, "from 24 Mar 2013, no end stated", ""),
        ({"end": "2013-03-24"}, "until 24 Mar 2013, no start stated", ""),
        ({"start": "2013-03-24", "end": "someday"}, "24 Mar 2013 to someday", ""),
        ({"start": "2013-03-24", "end": "2012"}, "24 Mar 2013 to 2012 (the end stands before the start)", ""),
        ({"start": 5}, '{"start": 5}', ""),
    ],
)
def test_periods_read_naturally(period: dict[str, object], text: str, local: str) -> None:
    when = performed(period)
    assert (when.text, when.local_text) == (text, local)


def test_open_periods_are_placed_by_the_end_that_is_known() -> None:
    since, until = performed({"start": "2013"}), performed({"end": "2013"})
    assert (since.latest, until.earliest) == (None, None)
    assert performed("2012").sort_key < since.sort_key < performed("2014").sort_key
    assert performed("2012").sort_key < until.sort_key < performed("2014").sort_key


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("performedString", "as a child", "as a child"),
        ("performedString", "two\nlines", "two lines"),
        ("performedAge", {"value": 40, "unit": "years", "code": "a"}, "at age 40 years"),
        ("performedAge", {"value": 40.0, "code": "a"}, "at age 40 years"),
        ("performedAge", {"value": 1, "unit": "a"}, "at age 1 year"),
        ("performedAge", {"value": 6, "code": "mo", "comparator": "<"}, "at age < 6 months"),
        ("performedAge", {"value": 40}, "40"),
        ("performedAge", {"value": "40", "code": "a"}, "at age 40 years"),
        ("performedAge", {"value": 1.5, "unit": "weeks"}, "at age 1.5 weeks"),
        ("performedAge", {"value": 1, "code": "wk"}, "at age 1 week"),
        ("performedAge", {"value": 12, "code": "d"}, "at age 12 days"),
        ("performedAge", {"value": 3, "code": "h"}, "at age 3 hours"),
        ("performedAge", {"value": 1, "code": "min"}, "at age 1 minute"),
        ("performedAge", {"value": True, "code": "a"}, '{"value": true, "code": "a"}'),
        ("performedAge", 40, "40"),
        (
            "performedRange",
            {"low": {"value": 20, "code": "a"}, "high": {"value": 25, "code": "a"}},
            "at age 20 to 25 years",
        ),
        (
            "performedRange",
            {"low": {"value": 6, "code": "mo"}, "high": {"value": 2, "code": "a"}},
            "at age 6 months to 2 years",
        ),
        ("performedRange", {"low": {"value": 20, "unit": "a"}}, "at age 20 years or more"),
        ("performedRange", {"high": {"value": 20, "unit": "a"}}, "at age 20 years or less"),
        ("performedRange", {"low": {"value": 2, "unit": "mg"}, "high": {"value": 3, "unit": "mg"}}, "2 to 3 mg"),
        ("performedRange", {"low": 5}, '{"low": 5}'),
        ("performedDateTime", 2023, "2023"),
        ("performedFuture", {"x": [1]}, '{"x": [1]}'),
        ("performedFuture", "x" * 5000, "x" * 5000),
        ("occurrenceDateTime", "2023-09", "Sep 2023"),
        ("occurrenceTiming", {"code": {"text": "every morning"}}, "every morning"),
        ("occurrenceTiming", {"event": ["2023-09-20", "2023-09-21"]}, "20 Sep 2023, 21 Sep 2023"),
        ("occurrenceTiming", {"repeat": {"boundsPeriod": {"start": "2023", "end": "2024"}}}, "2023 to 2024"),
        ("occurrenceTiming", {"repeat": {"frequency": 3, "period": 1, "periodUnit": "wk"}}, "3 times in 1 week"),
        ("occurrenceTiming", {"repeat": {"period": 8, "periodUnit": "h"}}, "every 8 hours"),
        (
            "occurrenceTiming",
            {"repeat": {"period": 8, "periodUnit": "h", "boundsPeriod": {"start": "2023"}}},
            "every 8 hours, from 2023, no end stated",
        ),
        (
            "occurrenceTiming",
            {"repeat": {"period": 8, "periodUnit": "h", "when": ["MORN"]}},
            '{"repeat": {"period": 8, "periodUnit": "h", "when": ["MORN"]}}',
        ),
        ("occurrenceTiming", {"repeat": {"frequency": 2}}, '{"repeat": {"frequency": 2}}'),
    ],
)
def test_every_other_form_reads_naturally(name: str, value: object, text: str) -> None:
    when = read_when({name: value})
    assert when.text == text
    assert when.stated


def test_a_long_unknown_value_is_cut_in_the_label() -> None:
    assert len(read_when({"performedFuture": list(range(1000))}).text) == 201


def test_a_value_nested_too_deep_for_a_label_is_named_so() -> None:
    value: list[object] = []
    for _ in range(5000):
        value = [value]
    assert read_when({"performedFuture": value}).text == "deeply nested"


@pytest.mark.parametrize(
    "resource",
    [
        {},
        {"performedDateTime": None},
        {"performedPeriod": {}},
        {"performedDateTime": ""},
        {"performed": "2023"},
        {"performer": []},
    ],
)
def test_nothing_stated_is_said(resource: dict[str, object]) -> None:
    when = read_when(resource)
    assert (when.text, when.stated, when.sort_key, when.local_text) == ("Not stated", False, None, "")


def test_the_reason_of_absence_is_said() -> None:
    extension = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "asked-unknown"}
    when = read_when({"_performedDateTime": {"extension": [extension]}})
    assert when.text == "Not stated (asked unknown)"
    assert not when.stated


def test_two_forms_at_once_are_both_shown() -> None:
    when = read_when({"performedString": "in spring", "performedDateTime": "2023-04"})
    assert when.text == "in spring; Apr 2023"
    assert when.earliest == datetime(2023, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("birth_date", "on", "text"),
    [
        ("1957-03-02", date(2026, 3, 1), "68 y"),
        ("1957-03-02", date(2026, 3, 2), "69 y"),
        ("2024-02-29", date(2026, 2, 28), "23 mo"),
        ("2024-02-29", date(2026, 3, 1), "2 y"),
        ("2026-01-15", date(2026, 6, 20), "5 mo"),
        ("2026-06-08", date(2026, 6, 20), "12 d"),
        ("2026-06-20", date(2026, 6, 20), "0 d"),
        ("2026-06-21", date(2026, 6, 20), ""),
        ("1957", date(2026, 6, 20), "about 69 y"),
        ("1957-03", date(2026, 2, 1), "about 68 y"),
        ("1957-03", date(2026, 4, 1), "about 69 y"),
        ("2026", date(2026, 6, 20), "under 1 y"),
        ("1957-03-02T23:30:00-07:00", date(2026, 3, 2), "69 y"),
        ("", date(2026, 6, 20), ""),
        ("unknown", date(2026, 6, 20), ""),
        ("1957-02-30", date(2026, 6, 20), ""),
        ("0001", date(9999, 12, 31), "about 9998 y"),
        ("9999-12-31", date(9999, 12, 31), "0 d"),
    ],
)
def test_ages(birth_date: str, on: date, text: str) -> None:
    assert age_text(birth_date, on) == text


def test_the_age_in_the_year_of_birth_is_counted_on_any_day() -> None:
    born = date(2025, 12, 31)
    for days in range(800):
        assert age_text(born.isoformat(), born + timedelta(days=days))


@given(st.datetimes(), st.integers(-14 * 60, 14 * 60), st.sampled_from(list(ZONES.values())))
def test_any_instant_can_be_read_and_stands_where_it_was(moment: datetime, offset: int, zone: timezone) -> None:
    sign, minutes = "-" if offset < 0 else "+", abs(offset)
    text = f"{moment.isoformat(timespec='microseconds')}{sign}{minutes // 60:02}:{minutes % 60:02}"
    when = performed(text, zone)
    assert when.text.startswith(f"{moment.day:02} ")
    assert f"{moment.year:04}, {moment:%H:%M} " in when.text
    calendar = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC) - YEAR_ONE
    elapsed = moment.replace(tzinfo=UTC) - YEAR_ONE - timedelta(minutes=offset)
    assert when.earliest - YEAR_ONE == min(max(elapsed, timedelta(0)), calendar)
    assert bool(when.local_text) <= (zone.utcoffset(None) != timedelta(minutes=offset))


@given(st.dates(), st.sampled_from([4, 7, 10]))
def test_any_partial_date_covers_its_days_and_never_gains_precision(day: date, length: int) -> None:
    text = day.isoformat()[:length]
    moment = read_moment(text)
    assert moment is not None
    assert moment.earliest.date() <= day <= moment.latest.date()
    assert len(moment.stamp.text) == {4: 4, 7: 8, 10: 11}[length]


@pytest.mark.parametrize("given_date", [given_date for given_date, _ in DATES])
@pytest.mark.usefixtures("machine_zone")
def test_a_date_by_itself_says_all_that_the_record_says(given_date: str) -> None:
    for name in ("performedDateTime", "occurrenceDateTime", "performedInstant"):
        read = read_when({"resourceType": "Procedure", name: given_date})
        assert read.written == given_date
        assert when_of(read.written) == read


@pytest.mark.parametrize(
    "resource",
    [
        {},
        *({"performedDateTime": text} for text in MALFORMED),
        {"performedDateTime": "2023", "occurrenceDateTime": "2023"},
        {"performedPeriod": {"start": "2023"}},
        {"performedString": "2023"},
        {"performedTiming": {"event": ["2023"]}},
    ],
)
def test_what_is_more_than_a_date_is_not_told_by_one(resource: dict[str, object]) -> None:
    assert read_when(resource).written == ""


@given(st.text())
def test_any_text_is_a_date_or_shown(text: str) -> None:
    date_text(text).encode()
    age_text(text, date(2026, 6, 20))


FORMS = ["DateTime", "Period", "String", "Age", "Range", "Timing", "Instant", "Quantity"]
VALUES = json_values | st.dictionaries(
    st.sampled_from(["start", "end", "low", "high", "value", "unit", "code", "event", "repeat", "boundsPeriod"]),
    json_values,
)


@given(
    st.dictionaries(
        st.sampled_from([f"{e}{f}" for e in ("performed", "_performed", "occurrence") for f in FORMS]), VALUES
    )
)
def test_any_value_in_any_form_can_be_shown_and_sorted(resource: dict[str, object]) -> None:
    when = read_when(json.loads(encoded(resource)))
    when.text.encode()
    when.local_text.encode()
    assert len(when.text.splitlines()) <= 1
    assert when.sort_key is None or when.sort_key >= when.sort_key
    assert (when.sort_key is None) == (when.earliest is None and when.latest is None)
