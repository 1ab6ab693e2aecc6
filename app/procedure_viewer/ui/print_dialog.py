"""What will be printed, as it will look; then the system's own dialog, and how far the printing is."""

from collections.abc import Generator, Iterator, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from procedure_viewer.printing.paper import PaperSize
from procedure_viewer.printing.printer import PrinterRefused, pages_chosen, print_in_steps, printer_for
from procedure_viewer.ui.dialog_size import resize_within_screen
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.offered import Offered
from procedure_viewer.ui.paging import Paging
from procedure_viewer.ui.paper_choice import PaperChoice
from procedure_viewer.ui.slices import Slices
from procedure_viewer.ui.whose import WhoseLabel


class PrintPreviewDialog(QDialog):
    """It belongs to one chart, and closes with it; a job that the printer has is its own from then on."""

    printed = Signal()
    """All pages went to the printer."""
    pdf_wanted = Signal()
    """Where there is no printer: the reader takes a PDF. The dialog has closed itself."""

    def __init__(self, offered: Sequence[Offered], size: PaperSize, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("printDialog")
        self.setWindowTitle(self.tr("Print procedures"))
        self.setModal(True)
        self._offered = offered
        self.which = QComboBox()
        self.which.setObjectName("printWhich")
        self.which.setAccessibleName(self.tr("What is printed"))
        self.which.addItems([one.words for one in offered])
        self.paper = PaperChoice("printPaper", size)
        self.paging = Paging()
        self.whose = WhoseLabel("printWhose", offered[0].extract)
        self.setAccessibleDescription(self.whose.text())
        self.said = PlainLabel("printSaid")
        self._printer: QPrinter | None = None
        self.system: QPrintDialog | None = None
        """The system's own, while it is open."""
        self._pages: Generator[None, None, None] | None = None
        self._refused = False
        self._has_printer: bool | None = None
        """None until it is asked for: finding printers may take the system a while."""
        self._work = Slices(self)
        self._work.ended.connect(self._end)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.go = QPushButton(self.tr("Print…"))
        self.go.setObjectName("printGo")
        self.go.setDefault(True)
        buttons.addButton(self.go, QDialogButtonBox.ButtonRole.ActionRole)
        self.pdf = QPushButton(self.tr("Export a PDF…"))
        self.pdf.setObjectName("printPdf")
        buttons.addButton(self.pdf, QDialogButtonBox.ButtonRole.ActionRole)
        self.pdf.hide()
        self.stop = QPushButton(self.tr("Stop printing"))
        self.stop.setObjectName("printStop")
        buttons.addButton(self.stop, QDialogButtonBox.ButtonRole.ActionRole)
        self.stop.hide()
        above = QHBoxLayout()
        above.addWidget(self.which, 1)
        above.addWidget(self.paper)
        layout = QVBoxLayout(self)
        layout.addWidget(self.whose)
        layout.addLayout(above)
        layout.addWidget(self.paging, 1)
        layout.addWidget(self.said)
        layout.addWidget(buttons)
        resize_within_screen(self, 760, 620)
        self.which.currentIndexChanged.connect(self._show)
        self.paper.currentIndexChanged.connect(self._show)
        self.paging.ready.connect(self._show_readiness)
        self.go.clicked.connect(self.ask)
        self.pdf.clicked.connect(self._take_pdf)
        self.stop.clicked.connect(self._stop)
        buttons.rejected.connect(self.reject)
        self._show()
        self.paging.setFocus()

    @property
    def is_ready(self) -> bool:
        """Whether the pages are there."""
        return self.paging.paper is not None

    @Slot()
    def _show(self) -> None:
        self.paging.show_extract(self._offered[self.which.currentIndex()].extract, self.paper.size_chosen)
        self._show_readiness()

    @Slot()
    def _show_readiness(self) -> None:
        paper = self.paging.paper
        self.go.setEnabled(paper is not None and not self._work.is_working)
        if self._work.is_working:
            return
        words = ""
        if paper is not None:
            words = self.tr("1 page") if paper.page_count == 1 else self.tr("{count} pages")
            words = words.format(count=paper.page_count)
            if self._has_printer is None:
                self._has_printer = bool(QPrinterInfo.availablePrinterNames())
            if not self._has_printer:
                words = self.tr("{pages}. This computer has no printer.").format(pages=words)
                self._offer_pdf()
        self.said.setText(words)

    def _offer_pdf(self) -> None:
        self.go.setEnabled(False)
        self.pdf.show()
        self.pdf.setDefault(True)

    @Slot()
    def _take_pdf(self) -> None:
        self.reject()
        self.pdf_wanted.emit()

    @Slot()
    def ask(self) -> None:
        """Let the system's own dialog say which printer, which pages, and how often."""
        paper = self.paging.paper
        if paper is None:
            return
        self._printer = printer_for(paper)
        self.system = QPrintDialog(self._printer, self)
        self.system.setModal(True)
        self.system.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        # Files are written whole or not at all, and readable by the reader alone: by an export.
        self.system.setOption(QPrintDialog.PrintDialogOption.PrintToFile, False)
        self.system.setMinMax(1, paper.page_count)
        self.system.accepted.connect(self._begin)
        self.system.finished.connect(self._answered)
        self.system.show()

    @Slot()
    def _answered(self) -> None:
        self.system = None

    @Slot()
    def _begin(self) -> None:
        self.system = None  # what is printed at once closes this dialog within that one's last words
        if self._printer is not None:
            self.print_to(self._printer)

    def print_to(self, printer: QPrinter) -> None:
        """Print the pages that are shown."""
        paper = self.paging.paper
        if paper is None:
            return
        self._printer = printer
        self._refused = False
        self.stop.show()
        for widget in (self.which, self.paper, self.go):
            widget.setEnabled(False)
        self._pages = print_in_steps(paper, printer)
        self._work.start(self._printing(self._pages, len(pages_chosen(paper, printer))))

    def _printing(self, pages: Generator[None, None, None], count: int) -> Iterator[None]:
        words = self.tr("Printing: {done} of {count} pages")
        self.said.setText(words.format(done=0, count=count))
        try:
            for done, _ in enumerate(pages, 1):
                self.said.setText(words.format(done=done, count=count))
                yield
        except PrinterRefused:
            self._refused = True

    @Slot()
    def _stop(self) -> None:
        """Take the job back, as far as the system can."""
        self._work.stop()
        if self._pages is not None:
            self._pages.close()
        self._end_with(self.tr("Printing was stopped. Pages that the printer has already may still come."))

    @Slot()
    def _end(self) -> None:
        if self._refused:
            self._end_with(self.tr("The printer did not take the pages. Look at the printer, and try again."))
        else:
            self.printed.emit()
            self.accept()

    def _end_with(self, words: str) -> None:
        self._pages = None
        self.stop.hide()
        for widget in (self.which, self.paper):
            widget.setEnabled(True)
        self._show_readiness()
        self.said.setText(words)

    def done(self, result: int) -> None:
        """Closing stops what is not at the printer yet. The system's dialog goes at once, and so does what that has
        opened with an event loop of its own (a printer's properties): deleted under that, the program would crash."""
        self._work.stop()
        if self.system is not None:
            self.system.reject()
        for inner in self.findChildren(QDialog):
            if inner.isVisible():  # not one that closes this within its own last words
                inner.reject()
        if self._pages is not None:
            self._pages.close()
            self._pages = None
        self.paging.clear()
        self.whose.clear()
        self.setAccessibleDescription("")
        super().done(result)
