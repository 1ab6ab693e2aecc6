"""Cells that a spreadsheet takes as they are: nothing is run, and nothing is turned into something else."""

import re

_RUN = re.compile(r"[\s\0\ufeff]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""What makes a spreadsheet run the rest of the cell, also after blanks, and also as full-width forms."""
_CHANGED = re.compile(
    r"""0\d+(?:[.,]\d*)?            # leading zeros go: a medical record number would be another one
    |\d{16,}                        # digits beyond the fifteenth become zeros
    |\d+(?:[.,]\d+)?[eE][+-]?\d+    # 1E5 becomes 100000
    |\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{1,4})?  # 2023-09 becomes a day, 3-4 a date
    |(?i:true|false)""",
    re.VERBOSE,
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
"""A whole date stays the same date, whatever a spreadsheet makes of it."""


def safe_cell(text: str) -> str:
    """`text` for a cell; with an apostrophe in front where a spreadsheet would run it, or change it in silence."""
    if _RUN.match(text) or (_CHANGED.fullmatch(text) and not _DATE.fullmatch(text)):
        return f"'{text}"
    return text
