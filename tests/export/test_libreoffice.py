"""LibreOffice opens the table as it is: each cell holds the text that the file does, and nothing is run."""

import csv
import io
import json
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest

from procedure_viewer.export.formats import Format, Order
from tests.export.reading import written
from tests.export.test_csv_table import CHANGED, SAME, STARTS
from tests.extracts import extract_anyhow, record
from tests.fhir.samples import WHOLE_PROCEDURE, encoded
from tests.safety.hostile import poisoned

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_BY_THE_FILE = "CSV:44,34,76,1"
"""Commas, quotes, UTF-8, from the first line: what its window proposes for such a file (a byte-order mark tells it)."""
_LANGUAGES = {"as proposed": "", "English, eager": ",,1033,false,true", "German": ",,1031,false,false"}
"""Its window lets one choose a language, and to look for dates and other "special numbers". Eager and German it knows
"20 Sep 2023" for the day that it is."""


def opened(path: Path, folder: Path, read_as: str = _BY_THE_FILE) -> list[list[ET.Element]]:
    """The cells of each row as LibreOffice has them after opening the file with its usual settings."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed (Debian: libreoffice-calc-nogui)")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    made = subprocess.run(
        [office, profile, "--headless", f"--infilter={read_as}", "--convert-to", "ods", "--outdir", folder, path],
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    with ZipFile(folder / f"{path.stem}.ods") as package:
        content = ET.fromstring(package.read("content.xml"))  # noqa: S314 - made here, from our own file
    assert made.returncode == 0
    rows = []
    for row in content.iter(f"{_TABLE}table-row"):
        cells = []
        for cell in row.iter(f"{_TABLE}table-cell"):
            # What is alike, empty cells mostly, stands there once, with a number.
            cells += [cell] * int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        rows += [cells] * min(2, int(row.get(f"{_TABLE}number-rows-repeated", "1")))
    return rows


def value(cell: ET.Element) -> str:
    """What it holds, of whatever kind, as the text that it was written as if it is the same."""
    assert cell.get(f"{_TABLE}formula") is None, "it is run"
    match cell.get(f"{_OFFICE}value-type"):
        case "float":
            return str(cell.get(f"{_OFFICE}value"))
        case "date":
            return str(cell.get(f"{_OFFICE}date-value"))
        case None:
            return ""
        case "string":
            return "\n".join(_paragraph(part) for part in cell.iter(f"{_TEXT}p"))
        case other:
            raise AssertionError(f"turned into {other}")


def _paragraph(part: ET.Element) -> str:
    """Several blanks in a row, and tabs, are elements."""
    found = part.text or ""
    for inner in part:
        if inner.tag == f"{_TEXT}s":
            found += " " * int(inner.get(f"{_TEXT}c", "1"))
        elif inner.tag == f"{_TEXT}tab":
            found += "\t"
        else:
            found += _paragraph(inner)
        found += inner.tail or ""
    return found


@pytest.mark.timeout(200)
@pytest.mark.parametrize("language", list(_LANGUAGES.values()), ids=list(_LANGUAGES))
def test_each_cell_is_what_the_file_says(language: str, tmp_path: Path) -> None:
    attacks = [encoded(poisoned(WHOLE_PROCEDURE, f'{start}HYPERLINK("https://evil.example")')) for start in STARTS]
    odd = [
        record(number, f',"code":{{"coding":[{{"code":{json.dumps(text)}}}]}},"note":[{{"text":{json.dumps(text)}}}]')
        for number, text in enumerate([*CHANGED, *SAME, 'a "quoted" text', "a, b; c", "日本語 Ärztin 😀", "one\ntwo"])
    ]
    whole = [
        encoded(WHOLE_PROCEDURE),
        record("0012"),
        record("12345678901234567890"),
        record(1, ',"performedDateTime":"2023-09"'),
    ]
    (path,) = written(
        Order(extract_anyhow([*whole, *odd, *attacks], complete=False), Format.CSV), tmp_path / "table.csv"
    )
    expected = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    rows = opened(path, tmp_path, _BY_THE_FILE + language)[: len(expected)]
    found = [[value(cell) for cell in row][: len(line)] for row, line in zip(rows, expected, strict=True)]
    for row, line in zip(found, expected, strict=True):
        assert row + [""] * (len(line) - len(row)) == line
