"""What an exported file will hold: the first part of its text, or its pages."""

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QPlainTextEdit, QStackedWidget

from procedure_viewer.export.formats import Format, Order, preview
from procedure_viewer.fhir.datatypes import paragraphs
from procedure_viewer.printing.paper import PaperSize
from procedure_viewer.ui.paging import Paging

LONGEST_LINE = 10_000
"""Characters of a line that are shown: laying out a very long one stalls the window."""


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
        self.paging = Paging()
        self.addWidget(self.text)
        self.addWidget(self.paging)

    def show_order(self, order: Order, size: PaperSize) -> None:
        """Show what would be written; `size` is for pages."""
        if order.format is Format.PDF:
            self.paging.show_extract(order.extract, size)
            self.setCurrentWidget(self.paging)
            return
        self.paging.stop()
        lines = paragraphs(preview(order.extract, order.format, order.indent)).split("\n")
        self.text.setPlainText("\n".join(line[:LONGEST_LINE] for line in lines))
        as_lines = order.format in (Format.CSV, Format.NDJSON)
        self.text.setLineWrapMode(
            QPlainTextEdit.LineWrapMode.NoWrap if as_lines else QPlainTextEdit.LineWrapMode.WidgetWidth
        )
        self.setCurrentWidget(self.text)

    def stop(self) -> None:
        """Lay out no more pages."""
        self.paging.stop()
