"""Amounts with a unit, as far as procedures have them: ages and ranges of ages.

http://hl7.org/fhir/R4/datatypes.html#Quantity
"""

from typing import Final

from procedure_viewer.fhir.datatypes import Resource, text_of
from procedure_viewer.fhir.words import translate

_MOST_PLAIN: Final = 1e15
_UNITS: Final = {
    "a": "a", "y": "a", "yr": "a", "yrs": "a", "year": "a", "years": "a",
    "mo": "mo", "month": "mo", "months": "mo",
    "wk": "wk", "week": "wk", "weeks": "wk",
    "d": "d", "day": "d", "days": "d",
    "h": "h", "hour": "h", "hours": "h",
    "min": "min", "minute": "min", "minutes": "min",
}  # fmt: skip
"""UCUM's unit of time by what servers write in `code` or `unit`."""


def at_age(age: Resource) -> str:
    """ "at age 40 years"; "" when there is no value."""
    return _aged(amount_text(age), _time_unit(age))


def at_age_between(low: Resource, high: Resource) -> str:
    """ "at age 20 to 25 years", either end may be missing; "" when both are. What is no time is not called an age."""
    unit = _time_unit(low) or _time_unit(high)
    if not amount_text(high):
        return amount_text(low) and _aged(translate("fhir", "{low} or more").format(low=amount_text(low)), unit)
    if not amount_text(low):
        return _aged(translate("fhir", "{high} or less").format(high=amount_text(high)), unit)
    same_unit = _time_unit(low) == _time_unit(high) and text_of(low, "unit") == text_of(high, "unit")
    first = number_text(low.get("value")) if same_unit else amount_text(low)
    return _aged(translate("fhir", "{low} to {high}").format(low=first, high=amount_text(high)), unit)


def amount_text(quantity: Resource) -> str:
    """ "< 40 years"; "" when there is no value."""
    number = number_text(quantity.get("value"))
    if not number:
        return ""
    comparator = text_of(quantity, "comparator")
    return f"{comparator} {_with_unit(number, quantity)}" if comparator else _with_unit(number, quantity)


def number_text(value: object) -> str:
    """A number as people write it, or one that came as a string; "" for anything else."""
    if isinstance(value, str):
        return text_of({"value": value}, "value")
    if isinstance(value, float) and value.is_integer() and abs(value) < _MOST_PLAIN:
        return str(int(value))
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _aged(amount: str, time_unit: str) -> str:
    return translate("fhir", "at age {amount}").format(amount=amount) if amount and time_unit else amount


def _time_unit(quantity: Resource) -> str:
    return _UNITS.get(text_of(quantity, "code")) or _UNITS.get(text_of(quantity, "unit").lower(), "")


def _with_unit(number: str, quantity: Resource) -> str:
    one = number == "1"
    match _time_unit(quantity):
        case "a":
            words = translate("fhir", "{number} year") if one else translate("fhir", "{number} years")
        case "mo":
            words = translate("fhir", "{number} month") if one else translate("fhir", "{number} months")
        case "wk":
            words = translate("fhir", "{number} week") if one else translate("fhir", "{number} weeks")
        case "d":
            words = translate("fhir", "{number} day") if one else translate("fhir", "{number} days")
        case "h":
            words = translate("fhir", "{number} hour") if one else translate("fhir", "{number} hours")
        case "min":
            words = translate("fhir", "{number} minute") if one else translate("fhir", "{number} minutes")
        case _:
            return f"{number} {text_of(quantity, 'unit') or text_of(quantity, 'code')}".strip()
    return words.format(number=number)
