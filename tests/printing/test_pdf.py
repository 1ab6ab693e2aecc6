"""Pages as a PDF, as other programs read it."""

import json
import re
import unicodedata
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from procedure_viewer.fhir.summary import summary
from procedure_viewer.printing.paper import Paper, PaperSize
from procedure_viewer.printing.pdf import pdf_in_steps
from tests.extracts import PATIENT, extract_of, several, simple
from tests.fhir.samples import WHOLE_PROCEDURE
from tests.printing.reading import facts_about, finished, in_one_line, laid_out, pages_of, without_spaces

pytestmark = pytest.mark.usefixtures("qapp")
BOTH = pytest.mark.parametrize("size", list(PaperSize))
SHEETS = {PaperSize.A4: (595, 842), PaperSize.LETTER: (612, 792)}


def written(paper: Paper, folder: Path) -> Path:
    """The paper as a file."""
    path = folder / "pages.pdf"
    path.write_bytes(finished(pdf_in_steps(paper)))
    return path


@BOTH
def test_its_sheets_have_the_size_that_was_chosen_and_nothing_names_the_patient(
    size: PaperSize, tmp_path: Path
) -> None:
    paper = laid_out(extract_of(several(60)), size)
    path = written(paper, tmp_path)
    about = facts_about(path)
    assert int(about["Pages"]) == paper.page_count > 1
    found = re.match(r"([\d.]+) x ([\d.]+) pts", about["Page size"])
    assert found is not None
    assert (round(float(found[1])), round(float(found[2]))) == SHEETS[size]
    assert about["Title"] == "Procedures"
    assert about["Creator"].startswith("Procedure Viewer ")
    outside = " ".join(f"{name} {value}" for name, value in about.items())
    assert "okafor" not in outside.casefold()
    assert b"Okafor" not in path.read_bytes()


@BOTH
def test_each_page_s_text_has_the_banner_and_the_page_s_number(size: PaperSize, tmp_path: Path) -> None:
    paper = laid_out(extract_of(several(60), total=99), size)
    pages = pages_of(written(paper, tmp_path))
    assert len(pages) == paper.page_count
    for number, text in enumerate(map(in_one_line, pages)):
        assert text.startswith("OKAFOR, Ngozi Born 02 Mar 1957 (69 y) Sex Female MRN 0104477201 Not the whole list.")
        assert f"Page {number + 1} of {len(pages)}" in text
        assert text.count("Incomplete: 60 of 99 records") == 2
        assert "From https://fhir.example.org/r4" in text


@BOTH
def test_its_text_is_that_of_the_pages_in_their_order(size: PaperSize, tmp_path: Path) -> None:
    records = [dict(WHOLE_PROCEDURE, id=f"w{n}", subject={"reference": "Patient/p1"}) for n in range(4)]
    records += [simple(4, note=[{"text": "efficient affluent fjord office " * 400}])]
    paper = laid_out(extract_of(records), size)
    for number, text in enumerate(pages_of(written(paper, tmp_path))):
        assert without_spaces(text) == without_spaces(paper.page_text(number))


@pytest.mark.shared
def test_real_records_are_there_line_by_line(shared_data: Path, tmp_path: Path) -> None:
    records = (shared_data / "official" / "Procedure.hl7-r4.ndjson").read_bytes().splitlines()
    read = extract_of(json.loads(raw) | {"subject": {"reference": "Patient/p1"}} for raw in records)
    assert read.count == len(records)
    paper = laid_out(read)
    text = without_spaces("".join(pages_of(written(paper, tmp_path))))
    lines = [line.text for procedure in read.procedures for fact in summary(procedure) for line in fact.lines]
    words = [without_spaces(part) for line in lines for part in line.splitlines() if part.isascii()]
    short = [part for part in words if len(part) < 60]
    assert not [part for part in short if part not in text]


def test_scripts_that_read_from_the_right_are_found_and_their_full_stops_stand_where_they_belong(
    tmp_path: Path,
) -> None:
    if "DroidSansFallback" not in "".join(font.name for font in Path("/usr/share/fonts").rglob("*.ttf")):
        pytest.skip("needs the fonts that packaging/setup.sh installs")
    patient = PATIENT | {"name": [{"text": "محمد الأحمد"}]}
    records = [
        simple(1, code={"text": "כריתת תוספתן"}, note=[{"text": "ללא סיבוכים."}]),
        simple(2, code={"text": "阑尾切除术"}),
        simple(3, code={"text": "Аппендэктомия"}),
    ]
    paper = laid_out(extract_of(records, patient))
    (text,) = pages_of(written(paper, tmp_path))
    plain = unicodedata.normalize("NFKC", text)
    for word in ("محمد", "כריתת", "תוספתן", "阑尾切除术", "Аппендэктомия"):
        assert word in plain
    assert re.search(r"Note: \.\W*ללא", plain)  # as the eye meets it from the left: the full stop ends the sentence


@pytest.mark.parametrize("offset", [-12, 0, 5.5, 14])
def test_moments_have_month_names_and_their_own_offset(offset: float, machine_zone: str, tmp_path: Path) -> None:
    at = datetime(2026, 11, 25, 23, 32, tzinfo=timezone(timedelta(hours=offset)))
    paper = laid_out(
        extract_of([simple(1, performedDateTime="2023-09-20"), simple(2, performedDateTime="2023-09")], at=at)
    )
    (page,) = pages_of(written(paper, tmp_path))
    text = in_one_line(page)
    sign = f"{'-' if offset < 0 else '+'}{int(abs(offset)):02}:{'30' if offset % 1 else '00'}"
    assert f"List read 25 Nov 2026 23:32 UTC{sign if offset else ','}" in text
    assert "Born 02 Mar 1957 (69 y)" in text
    assert "When: 20 Sep 2023 " in text
    assert "When: Sep 2023 " in text


def test_the_steps_can_be_broken_off() -> None:
    steps = pdf_in_steps(laid_out(extract_of(several(60))))
    next(steps)
    steps.close()
