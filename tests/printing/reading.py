"""Pages made, and read again: what a PDF's own readers find in it, and what is inked on a picture of a page."""

import re
import subprocess
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter, Qt

from procedure_viewer.chart.extract import Extract
from procedure_viewer.printing.paper import Paper, PaperSize

DOTS = 2
"""Pixels of a point, in pictures."""


def laid_out(extract: Extract, size: PaperSize = PaperSize.A4) -> Paper:
    """The extract on pages."""
    paper = Paper(extract, size)
    for _ in paper.laying_out():
        pass
    return paper


def finished(work: Any) -> Any:
    """What a generator returns at its end."""
    while True:
        try:
            next(work)
        except StopIteration as ended:
            return ended.value


def pages_of(pdf: Path) -> list[str]:
    """The text of each page, line by line as it stands there."""
    said = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True, timeout=60)
    return said.stdout.decode().split("\f")[:-1]


def facts_about(pdf: Path) -> dict[str, str]:
    """What `pdfinfo` says of the file."""
    said = subprocess.run(["pdfinfo", pdf], capture_output=True, check=True, timeout=60)
    lines = (line.split(":", 1) for line in said.stdout.decode().splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, value in lines}


def in_one_line(text: str) -> str:
    """The words, with one space between two of them."""
    return " ".join(text.split())


def without_spaces(text: str) -> str:
    """The characters in their order, wherever lines were broken."""
    return re.sub(r"\s+", "", text)


def picture(paper: Paper, number: int) -> QImage:
    """Page `number`, from 0, black on white."""
    points = paper.size.points
    image = QImage(round(points.width() * DOTS), round(points.height() * DOTS), QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.scale(DOTS, DOTS)
    paper.paint_page(painter, number)
    painter.end()
    return image


def inked(image: QImage) -> QRect:
    """The part of a picture that is not white, in points."""
    width, height, line = image.width(), image.height(), image.bytesPerLine()
    pixels = bytes(image.constBits())
    white = b"\xff" * width
    rows = [row for row in range(height) if pixels[row * line : row * line + width] != white]
    if not rows:
        return QRect()
    left, right = width, 0
    for row in rows:
        pixels_of_row = pixels[row * line : row * line + width]
        left = min(left, width - len(pixels_of_row.lstrip(b"\xff")))
        right = max(right, len(pixels_of_row.rstrip(b"\xff")))
    return QRect(left // DOTS, rows[0] // DOTS, (right - left) // DOTS, (rows[-1] + 1 - rows[0]) // DOTS)
