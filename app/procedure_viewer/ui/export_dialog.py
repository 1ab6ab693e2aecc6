"""What is exported, in which form, and where to; with a preview of what the file will hold."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QDir, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from procedure_viewer.chart.extract import Extract
from procedure_viewer.export.formats import (
    SUFFIXES,
    Format,
    Order,
    formats_for,
    holds_completeness,
    obstacle,
    suggested_name,
)
from procedure_viewer.printing.paper import Paper, usual_paper
from procedure_viewer.ui.announcing import announce
from procedure_viewer.ui.dialog_size import resize_within_screen
from procedure_viewer.ui.export_choice import Chosen, Likings
from procedure_viewer.ui.export_preview import ExportPreview
from procedure_viewer.ui.export_words import file_filter, format_explained, format_name
from procedure_viewer.ui.labels import OneLine, PlainLabel
from procedure_viewer.ui.offered import Offered
from procedure_viewer.ui.paper_choice import PaperChoice
from procedure_viewer.ui.whose import WhoseLabel

_INDENTED = frozenset({Format.JSON, Format.BUNDLE, Format.FILES})


class ExportDialog(QDialog):
    """It belongs to one chart and shows whose it is; what it offers was taken out of the chart when it opened."""

    chosen = Signal(object)
    """Chosen."""

    def __init__(self, offered: Sequence[Offered], likings: Likings, parent: QWidget, name: str = "") -> None:
        """`offered` has one at least. `name` is a file's name that was typed before; "" for a suggestion."""
        super().__init__(parent)
        self.setObjectName("exportDialog")
        self.setWindowTitle(self.tr("Export procedures"))
        self._offered = offered
        self._likings = likings
        self._folder = likings.folder
        self._suggested = ""
        self.which = QComboBox()
        self.which.setObjectName("exportWhich")
        self.which.setAccessibleName(self.tr("What is exported"))
        self.which.addItems([one.words for one in offered])
        self.formats: dict[Format, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self._formats_place = QVBoxLayout()
        self._formats_place.setSpacing(2)
        self.indent = QCheckBox(self.tr("Indented, easier to read"))
        self.indent.setObjectName("exportIndent")
        self.indent.setChecked(likings.indent)
        self.paper = PaperChoice("exportPaper", likings.paper or usual_paper())
        self.seal = QCheckBox(self.tr("Sealed: with a manifest beside it"))
        self.seal.setObjectName("exportSeal")
        self.seal.setChecked(likings.seal)
        self.seal_words = PlainLabel("exportSealWords")
        self.seal_words.setText(
            self.tr(
                "The manifest says what was exported, from where and when, with a checksum of each file, so that "
                "“procedure-viewer verify” can tell whether anything was changed since. It does not prove who made it."
            )
        )
        self.warning = PlainLabel("exportWarning")
        self.warning.warn()
        self.preview = ExportPreview()
        self.name = QLineEdit()
        self.name.setObjectName("exportName")
        self.name.setAccessibleName(self.tr("File name"))
        self.name.setMaxLength(4_000)
        self.folder = OneLine("exportFolder")
        self._lay_out(likings, name)

    def _lay_out(self, likings: Likings, name: str) -> None:
        choose = QPushButton(self.tr("Choose…"))
        choose.setObjectName("exportChoose")
        choose.setAutoDefault(False)  # Enter in the name exports
        choose.clicked.connect(self.choose)
        place = QHBoxLayout()
        place.addWidget(self.folder, 1)
        place.addWidget(choose)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = self._buttons.addButton(self.tr("Export"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setObjectName("exportGo")
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        left = QVBoxLayout()
        left.addWidget(self.which)
        left.addSpacing(6)
        left.addLayout(self._formats_place)
        left.addSpacing(6)
        for widget in (self.indent, self.paper, self.seal, self.seal_words):
            left.addWidget(widget)
        left.addStretch(1)
        left.addWidget(self.warning)
        above = QHBoxLayout()
        above.addLayout(left, 2)
        above.addWidget(self.preview, 3)
        below = QFormLayout()
        below.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        below.addRow(self.tr("Name"), self.name)
        below.addRow(self.tr("Folder"), place)
        layout = QVBoxLayout(self)
        whose = WhoseLabel("exportWhose", self._offered[0].extract)
        self.setAccessibleDescription(whose.text())
        layout.addWidget(whose)
        layout.addLayout(above, 1)
        layout.addLayout(below)
        layout.addWidget(self._buttons)
        resize_within_screen(self, 900, 600)
        self._show_folder()
        self._offer_formats(likings.format)
        self.which.currentIndexChanged.connect(self._other_records)
        self._group.buttonClicked.connect(self._show_order)
        self.indent.toggled.connect(self._show_order)
        self.paper.currentIndexChanged.connect(self._show_order)
        self.seal.toggled.connect(self._show_order)
        self.name.textChanged.connect(self._show_whether_ready)
        if name:
            self.name.setText(name)
        self.go.setDefault(True)
        self.name.setFocus()
        self.name.setSelection(0, len(self.name.text()) - len(SUFFIXES[self.format]))

    # What is chosen

    @property
    def extract(self) -> Extract:
        """What is to be exported."""
        return self._offered[self.which.currentIndex()].extract

    @property
    def format(self) -> Format:
        """In which form."""
        return next((one for one, button in self.formats.items() if button.isChecked()), Format.JSON)

    @property
    def order(self) -> Order:
        """All of it; a PDF has its bytes only later."""
        return Order(
            self.extract,
            self.format,
            indent=self.indent.isChecked() and self.format in _INDENTED,
            seal=self.seal.isChecked(),
        )

    @property
    def path(self) -> Path:
        """Where to; a whole path that was typed counts as it is."""
        name = self.name.text().strip()
        suffix = SUFFIXES[self.format]
        return self._folder / (name if name.lower().endswith(suffix) else name + suffix)

    def choose_path(self, path: Path) -> None:
        """Put the file there."""
        self._folder = path.parent
        self._show_folder()
        self.name.setText(path.name)

    # Showing

    @Slot()
    def _other_records(self) -> None:
        self._offer_formats(self.format)

    def _offer_formats(self, wanted: Format) -> None:
        """A button for each format that these records can be put in; what can't be chosen says why."""
        for button in self.formats.values():
            self._group.removeButton(button)
            self._formats_place.removeWidget(button)
            button.setParent(None)
            button.deleteLater()
        self.formats.clear()
        possible = []
        for one in formats_for(self.extract):
            why_not = obstacle(self.extract, one)
            explained = self.tr("not possible: {reason}").format(reason=why_not) if why_not else format_explained(one)
            button = QRadioButton(f"{format_name(one)}: {explained}")
            button.setObjectName(f"exportFormat_{one.value}")
            button.setEnabled(not why_not)
            self.formats[one] = button
            self._group.addButton(button)
            self._formats_place.addWidget(button)
            if not why_not:
                possible.append(one)
        for former, later in pairwise((self.which, *self.formats.values())):
            self.setTabOrder(former, later)  # as they stand, not as they were made
        if possible:
            self.formats[wanted if wanted in possible else possible[0]].setChecked(True)
        self._show_order()

    @Slot()
    def _show_order(self) -> None:
        chosen = self.format
        self.indent.setVisible(chosen in _INDENTED)
        self.paper.setVisible(chosen is Format.PDF)
        self.seal_words.setVisible(self.seal.isChecked())
        self._warn(self._warning())
        if self.name.text() in ("", self._suggested):
            self._suggested = suggested_name(self.extract, chosen)
            self.name.setText(self._suggested)
        self.preview.show_order(self.order, self.paper.size_chosen)
        self._show_whether_ready()

    def _warn(self, text: str) -> None:
        """Show it; who can't see it hears it where it changes, and again at the button."""
        if text != self.warning.text():
            announce(self.warning, text)
        self.warning.setText(text)
        self.warning.setVisible(bool(text))
        self.go.setAccessibleDescription(text)

    def _warning(self) -> str:
        """What is to be known of these records before they leave; "" for nothing."""
        if not self.extract.lacks:
            return ""
        if holds_completeness(self.format):
            return self.tr("{completeness}. The file says so, too.").format(completeness=self.extract.completeness)
        if self.seal.isChecked():
            return self.tr("{completeness}. This format can't say so; the manifest does.").format(
                completeness=self.extract.completeness
            )
        return self.tr("{completeness}. This format can't say so in the file.").format(
            completeness=self.extract.completeness
        )

    @Slot()
    def _show_whether_ready(self) -> None:
        possible = any(button.isChecked() for button in self.formats.values())
        self.go.setEnabled(possible and bool(self.name.text().strip()) and "\0" not in self.name.text())

    def _show_folder(self) -> None:
        self.folder.setText(str(self._folder))

    # Acting

    @Slot()
    def choose(self) -> None:
        """Let the system's own dialog say where."""
        dialog = QFileDialog(self, self.tr("Export to"), str(self._folder))
        dialog.setObjectName("exportPlace")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setNameFilter(file_filter(self.format))
        # Asked about in one place: when the writing finds a file. macOS's own dialog asks all the same.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.selectFile(self.name.text())
        dialog.fileSelected.connect(self._place_chosen)
        dialog.finished.connect(self._forget_place)
        dialog.open()

    @Slot()
    def _forget_place(self) -> None:
        """Qt writes where a file dialog was last into a file of its own, and shows it to whoever comes next; a folder
        may have a patient's name."""
        dialog = self.sender()
        if isinstance(dialog, QFileDialog):
            dialog.setDirectory(QDir.homePath())
            dialog.setHistory([])

    @Slot(str)
    def _place_chosen(self, path: str) -> None:
        self.choose_path(Path(path))

    def done(self, result: int) -> None:
        """The system's dialog goes at once, not when this one is deleted: a name in it is of this chart."""
        for inner in self.findChildren(QDialog):
            if inner.isVisible():
                inner.reject()
        super().done(result)

    def accept(self) -> None:
        """Have it written, and close."""
        if not self.go.isEnabled():
            return
        self.preview.stop()
        path = self.path
        likings = replace(
            self._likings,
            folder=path.parent,
            format=self.format,
            indent=self.indent.isChecked(),
            seal=self.seal.isChecked(),
            paper=self.paper.size_chosen,
        )
        order = self.order
        paper = self.preview.paging.paper or Paper(order.extract, self.paper.size_chosen)
        self.chosen.emit(Chosen(path, order, paper if order.format is Format.PDF else None, likings))
        super().accept()
