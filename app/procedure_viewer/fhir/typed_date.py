"""Dates as people type them: what each may mean, as FHIR dates.

An order of day and month that can't be known, or a century, is never guessed: such a date has several readings.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import product
from typing import Final

import msgspec

_MONTHS: Final = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?"
)
_MONTH_NUMBERS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_ORDINAL: Final = "(?:st|nd|rd|th)?"
_EARLIEST_YEAR: Final = 1870
"""Four digits alone are a year from here on."""
_OLDEST: Final = 120
"""Years of age that a two-digit year may at most mean."""

_Form = tuple[int, int | None, int | None]
"""Year, month, day, as far as they are known."""


class TypedDate(msgspec.Struct, frozen=True, gc=False):
    """A date that stands in a line, from `start` to `end`."""

    start: int
    end: int
    text: str
    readings: tuple[str, ...]
    """FHIR dates, "1980-11-13", "1980-11" or "1980", none of them in the future; none at all for an impossible date."""
    future: bool = False
    """It would be a date if that day had come."""
    certain: bool = True
    """False for eight digits, which may as well be a number of something else."""


def typed_dates(line: str, today: date) -> Iterator[TypedDate]:
    """The dates in a line, from the most explicit form to the least, none of them overlapping."""
    taken = [False] * len(line)
    for pattern, forms_of in _PATTERNS:
        for match in pattern.finditer(line):
            if any(taken[match.start() : match.end()]):
                continue
            typed = _typed(match, list(forms_of(match, today)), today)
            if pattern in _PLAIN_NUMBERS and not typed.readings:
                continue
            taken[match.start() : match.end()] = [True] * (match.end() - match.start())
            yield typed


def bounds(fhir_date: str) -> tuple[str, str]:
    """First and last day of a month or year, as FHIR dates."""
    year, _, month = fhir_date.partition("-")
    if not month:
        return f"{year}-01-01", f"{year}-12-31"
    after = date(int(year) + int(month) // 12, int(month) % 12 + 1, 1) if fhir_date < "9999-12" else None
    last = date.fromordinal(after.toordinal() - 1).day if after else 31
    return f"{fhir_date}-01", f"{fhir_date}-{last:02}"


def _typed(match: re.Match[str], forms: list[_Form], today: date) -> TypedDate:
    real = [form for form in forms if _first_day(form)]
    past = [form for form in real if (first := _first_day(form)) and first <= today]
    readings = tuple(dict.fromkeys(map(_fhir, past)))
    return TypedDate(
        match.start(), match.end(), match[0].strip(), readings, bool(real) and not past, match.re is not _COMPACT
    )


def _first_day(form: _Form) -> date | None:
    try:
        return date(form[0], form[1] or 1, form[2] or 1) if form[1] != 0 and form[2] != 0 else None
    except ValueError:
        return None


def _fhir(form: _Form) -> str:
    year, month, day = form
    return f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")


def _years(digits: str, today: date) -> list[int]:
    if len(digits) > 2:
        return [int(digits)]
    return [year for year in (1900 + int(digits), 2000 + int(digits)) if year >= today.year - _OLDEST]


def _month(name: str) -> int:
    return _MONTH_NUMBERS[name[:3].lower()]


def _year_first(match: re.Match[str], _today: date) -> Iterator[_Form]:
    yield int(match[1]), int(match[2]), int(match[3])


def _day_then_name(match: re.Match[str], today: date) -> Iterator[_Form]:
    yield from ((year, _month(match[2]), int(match[1])) for year in _years(match[3], today))


def _name_then_day(match: re.Match[str], today: date) -> Iterator[_Form]:
    yield from ((year, _month(match[1]), int(match[2])) for year in _years(match[3], today))


def _either_order(match: re.Match[str], today: date) -> Iterator[_Form]:
    first, second = int(match[1]), int(match[3])
    for year, (day, month) in product(_years(match[4], today), ((first, second), (second, first))):
        yield year, month, day


def _name_and_year(match: re.Match[str], _today: date) -> Iterator[_Form]:
    yield int(match[2]), _month(match[1]), None


def _year_and_month(match: re.Match[str], _today: date) -> Iterator[_Form]:
    yield int(match[1]), int(match[2]), None


def _month_and_year(match: re.Match[str], _today: date) -> Iterator[_Form]:
    yield int(match[2]), int(match[1]), None


def _year_alone(match: re.Match[str], _today: date) -> Iterator[_Form]:
    if int(match[1]) >= _EARLIEST_YEAR:
        yield int(match[1]), None, None


def _pattern(form: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/.|+-]){form}(?![\w|])(?![-/.]\w)", re.ASCII | re.IGNORECASE)


_COMPACT: Final = _pattern(r"(\d{4})(\d\d)(\d\d)")
_YEAR: Final = _pattern(r"(\d{4})")
_PLAIN_NUMBERS: Final = (_COMPACT, _YEAR)
"""Where they make no date they are simply numbers."""
_PATTERNS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Iterator[_Form]]], ...]] = (
    (_pattern(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})"), _year_first),
    (re.compile(r"(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日"), _year_first),
    (_pattern(rf"(\d{{1,2}}){_ORDINAL}[ .-]*({_MONTHS})[ .,-]*(\d{{4}}|\d\d)"), _day_then_name),
    (_pattern(rf"({_MONTHS})[ .-]*(\d{{1,2}}){_ORDINAL}[ ,-]+(\d{{4}}|\d\d)"), _name_then_day),
    (_pattern(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4}|\d\d)"), _either_order),
    (_pattern(rf"({_MONTHS})[ .,-]*(\d{{4}})"), _name_and_year),
    (_pattern(r"(\d{4})[-/](\d{1,2})"), _year_and_month),
    (_pattern(r"(\d{1,2})/(\d{4})"), _month_and_year),
    (_COMPACT, _year_first),
    (_YEAR, _year_alone),
)
