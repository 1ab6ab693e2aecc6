"""What an exported file will hold: the first part of its text, its first rows, or its pages."""

import csv
import io

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QAbstractItemView, QPlainTextEdit, QStackedWidget, QTableWidget, QTableWidgetItem

from procedure_viewer.export.formats import Format, Order, preview
from procedure_viewer.fhir.datatypes import paragraphs, printable
from procedure_viewer.printing.paper import PaperSize
from procedure_viewer.ui.paging import Paging

LONGEST_LINE = 10_000
"""Characters of a line that are shown: laying out a very long one stalls the window."""
MOST_ROWS = 20
LONGEST_CELL = 300
"""Characters."""
WIDEST_COLUMN = 220
"""Pixels."""


class ExportPreview(QStackedWidget):
    """Shows one order at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("exportPreview")
        self.text = QPlainTextEdit()
        self.text.setObjectName("exportPreviewText")
        self.text.setAccessibleName(self.tr("Preview"))
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.rows = QTableWidget()
        self.rows.setObjectName("exportPreviewRows")
        self.rows.setAccessibleName(self.tr("Preview"))
        self.rows.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.rows.setTabKeyNavigation(False)
        self.rows.setWordWrap(False)
        self.paging = Paging()
        self.addWidget(self.text)
        self.addWidget(self.rows)
        self.addWidget(self.paging)

    def show_order(self, order: Order, size: PaperSize) -> None:
        """Show what would be written; `size` is for pages."""
        if order.format is Format.PDF:
            self.paging.show_extract(order.extract, size)
            self.setCurrentWidget(self.paging)
            return
        self.paging.stop()
        words = preview(order.extract, order.format, order.indent)
        if order.format is Format.CSV:
            self._show_rows(words)
            return
        lines = paragraphs(words).split("\n")
        self.text.setPlainText("\n".join(line[:LONGEST_LINE] for line in lines))
        as_lines = order.format is Format.NDJSON
        self.text.setLineWrapMode(
            QPlainTextEdit.LineWrapMode.NoWrap if as_lines else QPlainTextEdit.LineWrapMode.WidgetWidth
        )
        self.setCurrentWidget(self.text)

    def _show_rows(self, words: str) -> None:
        """The first rows as the spreadsheet will have them; the last may be cut off, and is left out then."""
        headings, *rows = csv.reader(io.StringIO(words, newline=""))
        whole = [row for row in rows if len(row) == len(headings)][:MOST_ROWS]
        self.rows.clear()
        self.rows.setColumnCount(len(headings))
        self.rows.setHorizontalHeaderLabels(headings)
        self.rows.setRowCount(len(whole))
        for number, row in enumerate(whole):
            for column, cell in enumerate(row):
                self.rows.setItem(number, column, QTableWidgetItem(printable(cell)[:LONGEST_CELL]))
        self.rows.resizeColumnsToContents()
        for column in range(len(headings)):
            self.rows.setColumnWidth(column, min(self.rows.columnWidth(column), WIDEST_COLUMN))
        self.setCurrentWidget(self.rows)

    def stop(self) -> None:
        """Lay out no more pages."""
        self.paging.stop()
