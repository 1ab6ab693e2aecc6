"""Procedures on sheets: what stands on each, where pages end, and that nothing leaves the margins."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from procedure_viewer.fhir.procedure import read_procedure
from procedure_viewer.fhir.status import Status
from procedure_viewer.fhir.summary import summary
from procedure_viewer.printing.paper import Paper, PaperSize
from procedure_viewer.printing.pieces import LONGEST, MOST_LINES
from procedure_viewer.printing.sheet import MARGIN
from procedure_viewer.printing.words import of_procedure
from tests.conftest import ROOT
from tests.extracts import PATIENT, extract_of, several, simple
from tests.fhir.samples import WHOLE_PROCEDURE, encoded
from tests.leaves import json_texts
from tests.printing.reading import inked, laid_out, picture, without_spaces
from tests.safety.hostile import bait, poisoned

pytestmark = pytest.mark.usefixtures("qapp")
BOTH = pytest.mark.parametrize("size", list(PaperSize))
MINE: dict[str, Any] = {"subject": {"reference": "Patient/p1"}}


def check_margins(paper: Paper) -> None:
    """Nothing is painted outside of the margins; strokes may reach over a letter's own box by a point or two."""
    for number in range(paper.page_count):
        place = inked(picture(paper, number))
        points = paper.size.points
        assert place.left() >= MARGIN - 3, f"page {number}"
        assert place.right() <= points.width() - MARGIN + 3, f"page {number}"
        assert place.top() >= MARGIN - 3, f"page {number}"
        assert place.bottom() <= points.height() - MARGIN + 3, f"page {number}"


def body(paper: Paper, number: int) -> list[str]:
    """The lines of a page between the banner and the foot, of a patient whose banner has two lines."""
    return paper.page_text(number).split("\n")[2:-3]


@BOTH
def test_every_page_says_whose_it_is_and_where_it_comes_from(size: PaperSize) -> None:
    paper = laid_out(extract_of(several(60)), size)
    assert paper.page_count > 2
    for number in range(paper.page_count):
        lines = paper.page_text(number).split("\n")
        assert lines[:2] == ["OKAFOR, Ngozi", "Born 02 Mar 1957 (69 y)    Sex Female    MRN 0104477201"]
        assert lines[-3] == "From https://fhir.example.org/r4. All 60 records, loaded 10:32"
        assert lines[-2] == "List read 25 Nov 2026 10:32 UTC+01:00, taken from it 25 Nov 2026 10:32 UTC+01:00."
        assert lines[-1].startswith(f"Page {number + 1} of {paper.page_count} ")
    check_margins(paper)


def test_moments_in_utc_are_said_as_the_dates_of_procedures_are() -> None:
    paper = laid_out(extract_of([simple(1)], at=datetime(2026, 11, 25, 9, 32, tzinfo=UTC)))
    assert "List read 25 Nov 2026 09:32 UTC, taken from it 25 Nov 2026 09:32 UTC." in paper.page_text(0)


def test_it_begins_with_how_many_of_how_many_these_are() -> None:
    three = several(3)
    assert body(laid_out(extract_of(three, first=2)), 0)[0] == "2 of the 3 procedures that were read"
    assert body(laid_out(extract_of(three)), 0)[0] == "3 procedures"
    assert body(laid_out(extract_of(three[:1])), 0)[0] == "1 procedure"


def test_it_says_that_the_window_shows_more() -> None:
    said = "As the records themselves say it: looked-up names and the record history are shown in the window only."
    paper = laid_out(extract_of(several(60)))
    assert body(paper, 0)[1] == said
    assert not any(said in paper.page_text(number) for number in range(1, paper.page_count))


def test_of_no_procedures_there_is_a_page_all_the_same() -> None:
    paper = laid_out(extract_of([simple(1)], first=0))
    assert paper.page_count == 1
    assert body(paper, 0) == ["0 of the 1 procedures that were read"]


@BOTH
def test_every_line_of_every_summary_is_on_paper_in_its_order(size: PaperSize) -> None:
    extract = extract_of([dict(WHOLE_PROCEDURE, id=f"w{n}", **MINE) for n in range(9)])
    paper = laid_out(extract, size)
    said = without_spaces("".join("\n".join(body(paper, number)) for number in range(paper.page_count)))
    at = 0
    for procedure in extract.procedures:
        for fact in summary(procedure):
            for line in fact.lines:
                found = said.find(without_spaces(line.text), at)
                title = line.text == procedure.title
                assert found >= 0 or title, line
                at = at if title else found
    check_margins(paper)


def test_warnings_come_first_and_what_is_not_done_is_bold_and_in_words() -> None:
    lines = body(laid_out(extract_of([dict(WHOLE_PROCEDURE, **MINE)])), 0)
    assert lines[2:5] == ["Chest X-ray", "Warning: Not done: Patient refused", "Status: Not done"]
    unknown = body(laid_out(extract_of([simple(1, status="unknown")])), 0)
    assert unknown[3] == "Status: Unknown (the record does not say whether it was done)"


def test_dates_stand_out_going_down_a_page() -> None:
    (done,) = extract_of([simple(1, note=[{"text": "a"}])]).procedures
    assert [said.label for said in of_procedure(done) if said.label and said.bold] == ["When"]


@pytest.mark.parametrize("status", list(Status))
def test_every_status_but_completed_is_bold(status: Status) -> None:
    (procedure,) = extract_of([simple(1, status=status.value)]).procedures
    (said,) = (paragraph for paragraph in of_procedure(procedure) if paragraph.label == "Status")
    assert said.bold == (status is not Status.COMPLETED)


def test_what_was_entered_in_error_is_struck_through() -> None:
    struck, plain = (
        inked_pixels(laid_out(extract_of([simple(1, status=status, code={"text": "i" * 40})]))) for status in STATUSES
    )
    assert struck > plain


STATUSES = ("entered-in-error", "completed")


ELEMENTS = (b"code", b"note", b"performer", b"statusReason")


def inked_pixels(paper: Paper) -> int:
    """How many pixels of the title's line, the third below the rule, are dark."""
    image = picture(paper, 0)
    scale = image.width() / paper.size.points.width()
    rows = range(round(104 * scale), round(121 * scale))
    dark = [
        sum(byte < 200 for byte in bytes(image.constBits())[row * image.bytesPerLine() :][: image.width()])
        for row in rows
    ]
    return max(dark)


def test_an_incomplete_list_is_told_in_words_on_every_page() -> None:
    paper = laid_out(extract_of(several(60), total=90))
    assert paper.page_count > 1
    for number in range(paper.page_count):
        text = paper.page_text(number)
        assert text.split("\n")[2].startswith("Not the whole list. Incomplete: 60 of 90 records")
        assert text.count("Incomplete: 60 of 90 records") == 2


def test_deceased_inactive_and_merged_are_told_in_words_on_every_page() -> None:
    patient = PATIENT | {
        "active": False,
        "deceasedDateTime": "2024-02",
        "link": [{"type": "replaced-by", "other": {"reference": "Patient/p2"}}],
    }
    paper = laid_out(extract_of(several(60), patient))
    for number in range(paper.page_count):
        remarks = paper.page_text(number).split("\n")[2]
        assert remarks == "Died Feb 2024    Inactive record    Merged: this record was replaced by Patient/p2"


def test_a_procedure_that_fits_a_page_is_not_torn_apart() -> None:
    notes = [[{"text": "line\n" * (n % 5 * 6)}] for n in range(12)]
    extract = extract_of([dict(WHOLE_PROCEDURE, id=f"w{n}", note=notes[n], **MINE) for n in range(12)])
    paper = laid_out(extract)
    assert paper.page_count < 12
    for number in range(paper.page_count):
        lines = body(paper, number)
        assert lines.count("Chest X-ray") == lines.count("Contained: Practitioner: GRAY, Ann")
        assert not any("continued" in line for line in lines)


def test_one_that_fits_no_page_goes_on_below_its_title() -> None:
    note = "\n".join(f"line {n}" for n in range(1, 201))
    paper = laid_out(extract_of([simple(1), simple(2, note=[{"text": note}]), simple(3)]))
    assert paper.page_count == 4
    lines = [body(paper, number) for number in range(paper.page_count)]
    assert [each[:2] for each in lines[1:]] == [["Procedure 2 (continued)", "Completed, 20 Sep 2023"]] * 3
    assert [line for each in lines for line in each if "line " in line] == [
        "Note: line 1",
        *(f"line {n}" for n in range(2, 201)),
    ]
    assert lines[-1][-3:] == ["Procedure 3", "Status: Completed", "When: 20 Sep 2023"]
    check_margins(paper)


def test_a_page_by_itself_tells_what_was_not_done_or_warned_of() -> None:
    note = [{"text": "line\n" * 150}]
    doubtful = {"modifierExtension": [{"url": "https://example.org/refused", "valueBoolean": True}]}
    records = [
        simple(1, status="not-done", note=note),
        simple(2, status="entered-in-error", note=note),
        simple(3, note=note, **doubtful),
    ]
    paper = laid_out(extract_of(records))
    said = "\n".join("\n".join(body(paper, number)) for number in range(paper.page_count))
    warned = "There is a warning where this procedure begins."
    for number, status in ((1, "Not done"), (2, "Entered in error"), (3, "Completed")):
        assert f"Procedure {number} (continued)\n{status}, 20 Sep 2023\n{warned}\n" in said
    check_margins(paper)


def test_long_words_break_and_long_texts_lose_nothing_where_they_are_cut_in_pieces() -> None:
    word = "".join(chr(0x4E00 + n % 5000) for n in range(LONGEST * 2))
    words = " ".join(map(str, range(4_000)))
    lines = "\n".join(map(str, range(MOST_LINES * 2 + 1)))
    title = "Wolfeschlegelsteinhausenbergerdorff" * 200
    notes = [{"text": text} for text in (word, words, lines)]
    paper = laid_out(extract_of([simple(1, code={"text": title}, note=notes)]))
    said = without_spaces("".join("\n".join(body(paper, n)[1 if n == 0 else 0 :]) for n in range(paper.page_count)))
    above = without_spaces(f"{title[:150]}… (continued)Completed, 20 Sep 2023")
    said = said.replace(above, "")
    for text in (title, word, words, lines):
        assert without_spaces(text) in said
    check_margins(paper)


def test_a_banner_that_would_fill_the_page_is_shortened_and_says_so() -> None:
    patient = PATIENT | {"name": [{"text": "ﷺ﷽" * 10_000}], "active": False}
    paper = laid_out(extract_of(several(3), patient))
    assert without_spaces("… (too long to be shown whole)") in without_spaces(paper.page_text(0))
    assert "Procedure 2" in paper.page_text(paper.page_count - 1)
    check_margins(paper)


def test_a_long_name_is_whole() -> None:
    family = "Wolfeschlegelsteinhausenbergerdorff-" * 8
    paper = laid_out(extract_of([simple(1)], PATIENT | {"name": [{"family": family, "given": ["Pa"]}]}))
    assert without_spaces(family.upper() + ", Pa") in without_spaces(paper.page_text(0))
    check_margins(paper)


@BOTH
def test_records_with_markup_for_texts_are_plain_text_on_paper(size: PaperSize) -> None:
    text = bait("http://evil.example")
    paper = laid_out(extract_of([poisoned(dict(WHOLE_PROCEDURE, **MINE), text)], poisoned(PATIENT, text)), size)
    assert without_spaces("<script>alert(") in without_spaces(paper.page_text(1))
    check_margins(paper)


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b"\xff", b"{", b'{"resourceType":"Procedure"}', b"[" * 5000])
def test_what_is_no_record_has_a_place_that_says_so(raw: bytes) -> None:
    extract = extract_of([simple(1)])
    unread = read_procedure(raw)
    object.__setattr__(extract, "procedures", (*extract.procedures, unread))
    text = laid_out(extract).page_text(0)
    assert unread.title in text


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(json_texts, max_size=4), st.text(max_size=300), st.sampled_from(PaperSize))
def test_whatever_a_record_holds_it_is_laid_out_within_the_margins(
    values: list[bytes], text: str, size: PaperSize
) -> None:
    odd = b",".join(b'"%s":%s' % pair for pair in zip(ELEMENTS, values, strict=False))
    raw = encoded(simple(1, outcome={"text": text}))[:-1] + (b"," + odd if odd else b"") + b"}"
    extract = extract_of([simple(1)], PATIENT | {"name": [{"text": text}]})
    object.__setattr__(extract, "procedures", (read_procedure(raw),))
    check_margins(laid_out(extract, size))


def test_it_is_laid_out_again_in_the_same_way(qtbot: QtBot) -> None:
    extract = extract_of([dict(WHOLE_PROCEDURE, id=f"w{n}", **MINE) for n in range(20)])
    one, other = laid_out(extract), laid_out(extract)
    assert one.page_count == other.page_count
    for number in (3, 1, 0):
        assert picture(one, number) == picture(other, number)
        assert one.page_text(number) == other.page_text(number)


def test_progress_counts_procedures_and_a_long_one_takes_many_steps() -> None:
    paper = Paper(extract_of([simple(1, note=[{"text": "word " * 3_900}]), simple(2)]), PaperSize.A4)
    steps = [paper.progress for _ in paper.laying_out()]
    assert steps[0] == (0, 2)
    assert steps[-1] == (2, 2)
    assert len(steps) > 6


def test_a_long_procedure_begins_at_the_foot_of_a_page_only_with_some_lines() -> None:
    """Whatever room the one before has left."""
    for lines in range(40, 75):
        before = simple(0, note=[{"text": "\n".join("x" * lines)}])
        paper = laid_out(extract_of([before, simple(1, note=[{"text": "word " * 2_000}])]))
        (begun,) = (text for text in map(paper.page_text, range(paper.page_count)) if "\nProcedure 1\n" in text)
        body_of_page = begun.split("\n")[:-3]  # the foot has three
        assert len(body_of_page) - body_of_page.index("Procedure 1") >= 3, lines


_TOLD = """
from PySide6.QtWidgets import QApplication
from tests.extracts import extract_of, several, simple
from tests.printing.reading import laid_out
from tests.fhir.samples import WHOLE_PROCEDURE
application = QApplication([])
mine = {"subject": {"reference": "Patient/p1"}}
records = [dict(WHOLE_PROCEDURE, id=f"w{n}", **mine) for n in range(9)] + [simple(1, note=[{"text": "word " * 3_000}])]
paper = laid_out(extract_of(records))
print("\\f".join(map(paper.page_text, range(paper.page_count))))
"""


@pytest.mark.parametrize("screen", [{"QT_FONT_DPI": "72"}, {"QT_FONT_DPI": "220"}, {"QT_SCALE_FACTOR": "2"}], ids=str)
def test_no_screen_has_a_say_in_where_lines_and_pages_end(screen: dict[str, str]) -> None:
    texts = [
        subprocess.run(
            [sys.executable, "-c", _TOLD],
            env=os.environ | {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"} | more,
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
        for more in ({}, screen)
    ]
    assert texts[0].count(b"\f") > 3
    assert texts[0] == texts[1]
