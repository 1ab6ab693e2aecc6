"""Pages as a PDF."""

from collections.abc import Generator

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
from PySide6.QtGui import QPageLayout, QPainter, QPdfWriter

from procedure_viewer import __version__
from procedure_viewer.fhir.words import translate
from procedure_viewer.printing.block import UNITS
from procedure_viewer.printing.paper import Paper

_DOTS = 72 * UNITS
"""An inch: a unit of a block is a dot, so that nothing is rounded."""


def program_name() -> str:
    """What made the pages."""
    return f"Procedure Viewer {__version__}"


def pdf_in_steps(paper: Paper) -> Generator[None, None, bytes]:
    """The file's bytes; in steps of one page. The pages have to be laid out. No name stands in what describes the file:
    that is read by many programs."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DOTS)
    writer.setPageLayout(QPageLayout(paper.size.page_size, QPageLayout.Orientation.Portrait, QMarginsF()))
    writer.setTitle(translate("printing", "Procedures"))
    writer.setCreator(program_name())
    painter = QPainter(writer)
    try:
        painter.scale(UNITS, UNITS)
        for number in range(paper.page_count):
            if number:
                writer.newPage()
            paper.paint_page(painter, number)
            yield
    finally:
        painter.end()
    return bytes(buffer.data().data())
