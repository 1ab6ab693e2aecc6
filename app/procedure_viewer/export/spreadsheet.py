"""Cells that a spreadsheet takes as they are: nothing is run, and nothing is turned into something else.

An apostrophe in front makes a cell plain text. Where a spreadsheet would take it for another value, in silence:

- `00123` becomes 123, `12345678901234567890` becomes 12345678901234600000, `45.10` becomes 45.1, `1E5` becomes 100000
  (LibreOffice 7.4 and Excel)
- `1500-03-02` becomes the twelfth of March (LibreOffice, which changes calendars in 1582; Excel has none before 1900)
- `2023-09`, `3/4`, `12.5` and `Sep 2023` become days of some year, `10:32` a time, `50%` a half, `TRUE` a truth value
  (Excel, and LibreOffice where it is set to look for such)

Excel divides CSV at semicolons where the decimal sign is a comma, and the quotes around a cell then keep nothing
together: so an apostrophe also stands within a cell, where a formula would begin behind a semicolon or in a new line.

What stays the same value is left alone: whole numbers of up to fifteen digits, dates from 1900 on such as `2023-09-20`,
date-times. LibreOffice and Excel both show the apostrophe when they open CSV, so that a reader sees what was done.
"""

import re

_RUN = re.compile(r"[\s\0\ufeff]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""What makes a spreadsheet run the rest of the cell, also after blanks, and also as full-width forms."""
_RUN_WITHIN = re.compile(
    r"(?<=[;\t\r\n])((?:\x22|[^\S;\t\r\n])*)(?=[=@\uff1d\uff20]|[+\-\uff0b\uff0d][^;\t\r\n]*[|!(=])"
)
"""What would begin a cell for a spreadsheet that divides at semicolons, and looks for quotes at a cell's start only."""
_SAME = re.compile(r"(?a:0|[1-9]\d{0,14}|(?:19|[2-9]\d)\d\d-\d{2}-\d{2})")
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
    if ";" in text or "\n" in text or "\t" in text or "\r" in text:
        text = _RUN_WITHIN.sub(r"\1'", text)
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
