"""Two birth dates that are easily taken for one another: what slips of the pen, the keyboard and the ear make of one.

Dates count as they are written, so that one that no calendar has (31 Nov) is still seen to be another's slip.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from operator import ne
from typing import Final

_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?![\d-])", re.ASCII)
_PARTS: Final = ((0, 4), (4, 6), (6, 8))
_YEARS_APART: Final = (1, 10, 100)
"""A slip of a year or a decade; and a century, where the year was written with two digits."""


class Births(StrEnum):
    """What makes two birth dates near, the most telling first."""

    SAME = "same"
    DAY_AND_MONTH = "day-and-month"
    SWAPPED_DIGITS = "swapped-digits"
    NEXT_DAY = "next-day"
    YEARS = "years"
    ONE_DIGIT = "one-digit"
    MAYBE_SAME = "maybe-same"


def digits_of(fhir_date: str) -> str:
    """The digits of a date, four, six or eight; "" for what is none. A time of day behind it doesn't count."""
    found = _DATE.match(fhir_date)
    return "".join(filter(None, found.groups())) if found else ""


def near(one: str, other: str) -> Births | None:
    """What makes two dates, as `digits_of` gives them, near; None where they are far apart or one is missing."""
    return Nearness().between(one, other)


class Nearness:
    """The same for many dates: what slips make of one is worked out once."""

    def __init__(self) -> None:
        self._slips: dict[str, dict[str, int]] = {}

    def between(self, one: str, other: str) -> Births | None:
        """As `near`."""
        if not one or not other:
            return None
        if one == other:
            return Births.SAME
        if len(one) != len(other):
            return Births.MAYBE_SAME if one.startswith(other) or other.startswith(one) else None
        if len(one) < 8:
            return None
        far = len(_SLIPS)
        kind = min(self._slips_of(one).get(other, far), self._slips_of(other).get(one, far))
        if kind < far:
            return _SLIPS[kind][0]
        return Births.ONE_DIGIT if sum(map(ne, one, other)) == 1 else None

    def _slips_of(self, digits: str) -> dict[str, int]:
        """What slips make of a date, each with the place in `_SLIPS` of the most telling one that does."""
        slips = self._slips.get(digits)
        if slips is None:
            slips = self._slips[digits] = {}
            for kind, (_, made_of) in enumerate(_SLIPS):
                for slip in made_of(digits):
                    slips.setdefault(slip, kind)
        return slips


def probes(digits: str) -> Iterator[str]:
    """Marks under which a date is to be filed and looked for: two dates that are `near` have one in common."""
    if len(digits) < 8:
        if digits:
            yield digits[:4]
        return
    yield digits[:4]
    yield from (f"{digits[:place]}?{digits[place + 1 :]}" for place in range(8))
    yield from (f"={slip}" for slip in (digits, *_swapped(digits), *_next_day(digits), *_years(digits)))


def _day_and_month(digits: str) -> Iterator[str]:
    yield digits[:4] + digits[6:] + digits[4:6]


def _swapped_digits(digits: str) -> Iterator[str]:
    for start, end in _PARTS:
        for place in range(start, end - 1):
            yield digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]


def _swapped(digits: str) -> Iterator[str]:
    yield from _day_and_month(digits)
    yield from _swapped_digits(digits)


def _next_day(digits: str) -> Iterator[str]:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        yield (day + timedelta(days=1)).isoformat().replace("-", "")
    except (ValueError, OverflowError):
        return


def _years(digits: str) -> Iterator[str]:
    for years in _YEARS_APART:
        yield f"{int(digits[:4]) + years:04}{digits[4:]}"


_SLIPS: Final = (
    (Births.DAY_AND_MONTH, _day_and_month),
    (Births.SWAPPED_DIGITS, _swapped_digits),
    (Births.NEXT_DAY, _next_day),
    (Births.YEARS, _years),
)
