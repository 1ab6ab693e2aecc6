"""Cells that a spreadsheet takes as they are: nothing is run, and nothing is turned into something else.

An apostrophe in front makes a cell plain text. Where a spreadsheet would take it for another value, in silence:

- `00123` becomes 123, `12345678901234567890` becomes 12345678901234600000, `45.10` becomes 45.1, `1E5` becomes 100000
  (LibreOffice 7.4 and Excel)
- `2023-09`, `3/4`, `12.5` and `Sep 2023` become days of some year, `10:32` a time, `50%` a half, `TRUE` a truth value
  (Excel, and LibreOffice where it is set to look for such)

What stays the same value is left alone: whole numbers of up to fifteen digits, whole dates such as `2023-09-20`,
date-times. LibreOffice and Excel both show the apostrophe when they open CSV, so that a reader sees what was done.
"""

import re

_RUN = re.compile(r"[\s\0\ufeff]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""What makes a spreadsheet run the rest of the cell, also after blanks, and also as full-width forms."""
_SAME = re.compile(r"(?a:0|[1-9]\d{0,14}|\d{4}-\d{2}-\d{2})")
"""Numbers and dates that mean the same afterwards."""
_NUMBER_LIKE = re.compile(
    r"""[\s($€£¥']*\d[\d\s.,:/\-%)'$€£¥]*  # digits and what stands between them in numbers, dates, times, amounts
    (?:[eE][+\-]?\d+|[ap]\.?m\.?)?\s*      # a power of ten, or half a day
    |\s*\.\d+(?:[eE][+\-]?\d+)?\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_PART_OF_DATE = re.compile(rf"{_MONTH}[\s.,/-]*\d{{1,4}}|\d{{1,4}}[\s.,/-]*{_MONTH}", re.IGNORECASE)
_TRUTH = frozenset({"true", "false"})
_LONGEST = 300
"""Characters; what is longer is text to any spreadsheet."""


def safe_cell(text: str) -> str:
    """`text` for a cell; with an apostrophe in front where a spreadsheet would run it, or change it in silence."""
    return f"'{text}" if _RUN.match(text) or _is_changed(text) else text


def tame_cell(text: str) -> str:
    """The same only where a spreadsheet would run it: for what is copied, which most people paste into a letter."""
    return f"'{text}" if _RUN.match(text) else text


def _is_changed(text: str) -> bool:
    if not text or len(text) > _LONGEST or _SAME.fullmatch(text):
        return False
    if _NUMBER_LIKE.fullmatch(text) or _PART_OF_DATE.fullmatch(text):
        return True
    return text.strip().lower() in _TRUTH
