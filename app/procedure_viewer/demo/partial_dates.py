"""Comparing dates of which only the year or the month is known. http://hl7.org/fhir/R4/search.html#date

Each such date is the span of days that it covers. Days are compared as text in ISO order, which any year from 0001 to
9999 stands.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from typing import Any

from procedure_viewer.demo.answers import BadRequest

_DATE = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?")
_COMPARISON = re.compile(r"(?P<prefix>eq|ne|gt|ge|lt|le)?(?P<date>[0-9-]+)")


def span(date: str) -> tuple[str, str]:
    """The first and the last day that `date` (YYYY, YYYY-MM or YYYY-MM-DD) may mean; raises ValueError."""
    match = _DATE.fullmatch(date)
    if match is None:
        raise ValueError(date)
    year, month, day = (int(part) if part else None for part in match.group("year", "month", "day"))
    assert year is not None
    last_month = month or 12
    last_day = monthrange(year, last_month)[1]
    if year < 1 or (day is not None and not 1 <= day <= last_day):
        raise ValueError(date)
    return f"{year:04}-{month or 1:02}-{day or 1:02}", f"{year:04}-{last_month:02}-{day or last_day:02}"


class BirthDateTest:
    """The search parameter `birthdate`: a date with an optional prefix eq, ne, gt, ge, lt or le."""

    def __init__(self, value: str) -> None:
        """Raises `BadRequest` where `value` is no such thing."""
        match = _COMPARISON.fullmatch(value)
        if match is None:
            raise BadRequest
        self._prefix = match.group("prefix") or "eq"
        try:
            self._first, self._last = span(match.group("date"))
        except ValueError as error:
            raise BadRequest from error

    def __call__(self, patient: Mapping[str, Any]) -> bool:
        """Whether the patient's date of birth compares so; one without a date of birth never does."""
        if "birthDate" not in patient:
            return False
        first, last = span(patient["birthDate"])
        within = self._first <= first and last <= self._last
        match self._prefix:
            case "eq":
                return within
            case "ne":
                return not within
            case "gt":
                return last > self._last
            case "ge":
                return within or last > self._last
            case "lt":
                return first < self._first
            case _:
                return within or first < self._first
