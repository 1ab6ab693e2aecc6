"""Pages on a printer; here on Qt's own that prints into a file, which any machine has."""

from pathlib import Path

import pytest
from PySide6.QtGui import QPageRanges
from PySide6.QtPrintSupport import QPrinter

from procedure_viewer.printing.paper import Paper, PaperSize
from procedure_viewer.printing.pdf import pdf_in_steps
from procedure_viewer.printing.printer import PrinterRefused, print_in_steps, printer_for
from tests.extracts import extract_of, several
from tests.printing.reading import facts_about, finished, in_one_line, laid_out, pages_of

pytestmark = pytest.mark.usefixtures("qapp")


def into(path: Path, paper: Paper) -> QPrinter:
    """A printer whose paper is a file."""
    printer = printer_for(paper)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    return printer


def sixty(size: PaperSize = PaperSize.A4) -> Paper:
    return laid_out(extract_of(several(60)), size)


@pytest.mark.parametrize("size", list(PaperSize))
def test_the_pages_are_those_of_the_preview_and_of_the_pdf(size: PaperSize, tmp_path: Path) -> None:
    paper = sixty(size)
    printed, exported = tmp_path / "printed.pdf", tmp_path / "exported.pdf"
    finished(print_in_steps(paper, into(printed, paper)))
    exported.write_bytes(finished(pdf_in_steps(paper)))
    assert pages_of(printed) == pages_of(exported)
    about, same = facts_about(printed), facts_about(exported)
    assert (about["Pages"], about["Page size"]) == (same["Pages"], same["Page size"])
    assert int(about["Pages"]) == paper.page_count


def test_a_queue_shows_nobody_s_name() -> None:
    printer = printer_for(sixty())
    assert printer.docName() == "Procedures"
    assert printer.creator().startswith("Procedure Viewer ")


@pytest.mark.parametrize(("ranges", "wanted"), [("2-3", [2, 3]), ("1,3", [1, 3]), ("2-99", [2, 3, 4])])
def test_only_the_pages_that_were_asked_for(ranges: str, wanted: list[int], tmp_path: Path) -> None:
    paper = sixty()
    assert paper.page_count == 4
    printer = into(tmp_path / "some.pdf", paper)
    printer.setPageRanges(QPageRanges.fromString(ranges))
    finished(print_in_steps(paper, printer))
    pages = pages_of(tmp_path / "some.pdf")
    assert len(pages) == len(wanted)
    for number, page in zip(wanted, pages, strict=True):
        assert f"Page {number} of {paper.page_count}" in in_one_line(page)
        assert "OKAFOR, Ngozi" in page


@pytest.mark.qt_log_ignore(r"^QPainter::begin\(\): Returned false$")
def test_a_printer_that_takes_nothing_is_told(tmp_path: Path) -> None:
    paper = sixty()
    with pytest.raises(PrinterRefused):
        finished(print_in_steps(paper, into(tmp_path / "no" / "such" / "folder" / "pages.pdf", paper)))


@pytest.mark.parametrize(("question", "pages"), [("isValid", 0), ("newPage", 1)])
def test_a_printer_that_says_no_is_believed(
    question: str, pages: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = sixty()
    printer = into(tmp_path / "pages.pdf", paper)
    monkeypatch.setattr(printer, question, lambda: False)
    painted: list[None] = []
    with pytest.raises(PrinterRefused):
        painted.extend(print_in_steps(paper, printer))
    assert len(painted) == pages


def test_where_there_is_no_printer_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    paper = sixty()
    printer = printer_for(paper)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)  # as Qt falls back to
    with pytest.raises(PrinterRefused):
        finished(print_in_steps(paper, printer))
    assert not list(tmp_path.iterdir())


def test_breaking_off_takes_the_job_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = sixty()
    printer = into(tmp_path / "some.pdf", paper)
    taken_back: list[bool] = []
    monkeypatch.setattr(printer, "abort", lambda: taken_back.append(True))
    work = print_in_steps(paper, printer)
    next(work)
    work.close()
    assert taken_back
    assert printer.printerState() is not QPrinter.PrinterState.Active
    whole = into(tmp_path / "whole.pdf", paper)
    finished(print_in_steps(paper, whole))
    assert len(pages_of(tmp_path / "whole.pdf")) == paper.page_count
