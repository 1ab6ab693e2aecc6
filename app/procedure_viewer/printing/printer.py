"""Pages on a printer."""

from collections.abc import Generator

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPainter
from PySide6.QtPrintSupport import QPrinter

from procedure_viewer.fhir.words import translate
from procedure_viewer.printing.paper import Paper
from procedure_viewer.printing.pdf import program_name


class PrinterRefused(Exception):
    """The printer took no page, or stopped in the middle; nothing more is known of why."""


def printer_for(paper: Paper) -> QPrinter:
    """A printer that is set to these pages. The job has no patient's name: queues show it to everybody."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(translate("printing", "Procedures"))
    printer.setPageLayout(QPageLayout(paper.size.page_size, QPageLayout.Orientation.Portrait, QMarginsF()))
    printer.setFullPage(True)
    printer.setCreator(program_name())
    printer.setFromTo(0, 0)
    return printer


def pages_chosen(paper: Paper, printer: QPrinter) -> list[int]:
    """The pages that are to be printed, from 0: all where none were chosen, or where the system picks them itself."""
    chosen = printer.pageRanges()
    return [number for number in range(paper.page_count) if chosen.isEmpty() or chosen.contains(number + 1)]


def print_in_steps(paper: Paper, printer: QPrinter) -> Generator[None, None, None]:
    """Print the pages that were chosen, in steps of one. Raises `PrinterRefused`. Whoever stops in the middle has to
    close the iterator, which takes the job back as far as the system can."""
    if (
        not pages_chosen(paper, printer)
        or not printer.isValid()
        or not (_is_native(printer) or printer.outputFileName())
    ):
        raise PrinterRefused
    painter = QPainter()
    printer.setFullPage(True)
    if not painter.begin(printer):
        raise PrinterRefused
    ended = False
    try:
        scale = printer.resolution() / 72
        painter.scale(scale, scale)
        for at, number in enumerate(pages_chosen(paper, printer)):
            if at and not printer.newPage():
                raise PrinterRefused
            paper.paint_page(painter, number)
            yield
        ended = painter.end()
        if not ended or printer.printerState() is QPrinter.PrinterState.Error:
            raise PrinterRefused
    finally:
        if not ended:
            printer.abort()
            if painter.isActive():
                painter.end()


def _is_native(printer: QPrinter) -> bool:
    """Whether it is a printer: with none, Qt would write a PDF to nowhere."""
    return printer.outputFormat() is QPrinter.OutputFormat.NativeFormat
