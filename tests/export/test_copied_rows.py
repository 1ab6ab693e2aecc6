"""Rows for the clipboard: whose they are, cells that can't break out of their places, nothing that is run."""

import csv
import io
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.chart.extract import Extract
from procedure_viewer.export.copied_rows import copied_rows, whose
from procedure_viewer.export.spreadsheet import tame_cell
from tests.export.test_libreoffice import opened, value
from tests.extracts import PATIENT, extract_of, several, simple

HEADINGS = ("Date", "Procedure")


class Table(HTMLParser):
    """What a program that takes HTML finds in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.rows: list[list[str]] = []
        self._in = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._in = tag
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in in ("td", "th"):
            self.rows[-1][-1] += data


def copied(extract: Extract, rows: list[list[str]]) -> tuple[str, str]:
    steps = copied_rows(extract, HEADINGS, rows)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            text, html = end.value
            return text, html


@pytest.mark.timeout(200)
def test_libreoffice_takes_each_cell_of_the_table_for_text(tmp_path: Path) -> None:
    cells = [
        "Sep 2023",
        "00100",
        "2023-09",
        "1E5",
        "12345678901234567890",
        "=1+1",
        "+1",
        "@a",
        "<b>b</b>",
        "a & b",
        "TRUE",
    ]
    extract = extract_of(several(1))
    _, html = copied(extract, [[cell, "b"] for cell in cells])
    path = tmp_path / "copied.html"
    path.write_text(html, "utf-8")
    rows = opened(path, tmp_path, "HTML (StarCalc)")
    found = [[value(cell) for cell in row] for row in rows][: 2 + len(cells)]
    assert found[0][0] == whose(extract)
    assert [row[0] for row in found[1:]] == ["Date", *map(tame_cell, cells)]


ANY = st.text(max_size=30)


def test_rows_say_first_whose_they_are() -> None:
    extract = extract_of(several(2), PATIENT | {"active": False})
    text, html = copied(extract, [["Sep 2023", "Excision"], ["2022", "<b>Biopsy</b>"]])
    lines = text.split("\n")
    assert lines[0] == whose(extract)
    assert lines[0].startswith("OKAFOR, Ngozi; Born 02 Mar 1957")
    assert "MRN 0104477201" in lines[0]
    assert "Inactive record" in lines[0]
    assert lines[1:] == ["Date\tProcedure", "Sep 2023\tExcision", "2022\t<b>Biopsy</b>", ""]
    table = Table(html)
    assert table.rows == [[lines[0]], ["Date", "Procedure"], ["Sep 2023", "Excision"], ["2022", "<b>Biopsy</b>"]]
    assert "b" not in table.tags


def test_an_incomplete_list_says_so() -> None:
    extract = extract_of(several(2), total=5)
    assert whose(extract).endswith(extract.completeness)
    assert "Incomplete" in whose(extract)


@given(st.lists(st.tuples(ANY, ANY).map(list), max_size=5))
def test_no_cell_leaves_its_place_and_none_is_run(rows: list[list[str]]) -> None:
    text, html = copied(extract_of([simple(0)]), rows)
    found = [line.split("\t") for line in text.split("\n")[2:-1]]
    assert found == list(csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))[2:] or not rows
    assert [len(row) for row in found] == [2] * len(rows)
    table = Table(html)
    assert table.rows[2:] == found
    assert table.tags == ({"meta", "table", "tr", "th"} | ({"td"} if rows else set()))
    for row in found:
        for cell in row:
            assert tame_cell(cell) in (cell, f"'{cell}")
            assert cell == "" or cell[0] not in "=+-@"
