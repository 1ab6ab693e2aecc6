"""Rows for the clipboard: as text for anything, as a table for what takes one. Both say first whose they are.

Nothing of them is ever taken for HTML, or run by a spreadsheet. Excel and LibreOffice are told besides that the cells
of the table are text, so that "Sep 2023" doesn't become a day, nor 00100 another code; in the text, which may be for a
letter, both have to stay as they are.
"""

import re
from collections.abc import Generator, Iterable, Sequence
from html import escape

from procedure_viewer.chart.extract import Extract
from procedure_viewer.export.spreadsheet import tame_cell

_BREAKS = re.compile("[\\0-\\x1f\\x7f\\x85\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}]+")
"""What would end a cell or a line, and what no document may hold."""
_GAP = "; "
_AS_TEXT = ' sdnum="1033;0;@" style="mso-number-format:\'\\@\'"'


def whose(extract: Extract) -> str:
    """Name, date of birth, sex, MRN, remarks; and that the list is incomplete, if it is."""
    facts = (extract.patient.name, *(fact.text for fact in extract.facts), *extract.remarks)
    return _GAP.join((*facts, *((extract.completeness,) if extract.lacks else ())))


def copied_rows(
    extract: Extract, headings: Sequence[str], rows: Iterable[Sequence[str]]
) -> Generator[None, None, tuple[str, str]]:
    """The text with a tab between cells and a newline between rows, and the HTML; a step a row."""
    title = tame_cell(_in_one_line(whose(extract)))
    lines = [title, "\t".join(headings)]
    # Not as a caption: LibreOffice puts that into the first cell, together with its heading.
    table = [_html_row("th", (title,), f' colspan="{len(headings)}"'), _html_row("th", headings)]
    for row in rows:
        cells = [tame_cell(_in_one_line(cell)) for cell in row]
        lines.append("\t".join(cells))
        table.append(_html_row("td", cells))
        yield
    html = f'<meta charset="utf-8"><table border="1">\n{"".join(table)}</table>\n'
    return "\n".join(lines) + "\n", html


def _in_one_line(text: str) -> str:
    return _BREAKS.sub(" ", text)


def _html_row(kind: str, cells: Sequence[str], more: str = "") -> str:
    return f"<tr>{''.join(f'<{kind}{more}{_AS_TEXT}>{escape(cell)}</{kind}>' for cell in cells)}</tr>\n"
