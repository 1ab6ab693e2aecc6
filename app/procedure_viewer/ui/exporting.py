"""Exporting from the window: what and where to, what if a file is there already, what to say when it is done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDir, QObject, QStandardPaths, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QMessageBox, QWidget

from procedure_viewer.chart.extract import Extract
from procedure_viewer.chart.news import RereadProcedure
from procedure_viewer.fhir.outcome import Kind, Problem
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.ui.exports import ExportJob
from procedure_viewer.ui.offered import Offered
from procedure_viewer.ui.session import Session

if TYPE_CHECKING:
    # Imported for the first of them that is wanted: see ARCHITECTURE, Start-up.
    from procedure_viewer.ui.export_choice import Chosen, Likings


@dataclass(frozen=True, slots=True)
class FailedExport:
    """An export that did not work; where its chart is still open, also the file's name and a way to try another."""

    problem: Problem
    file: str = ""
    elsewhere: Callable[[], None] | None = None


class Exporter(QObject):
    """Asks what and where to, and hands the writing to the session.

    What is being asked belongs to the chart that is open: when that is closed, the question goes with it. So it does
    where a record that it is about is read again and is another then: it may be another patient's by now, or withdrawn.
    """

    exported = Signal(object)
    """Path of the file, or folder, that was written."""
    said = Signal(str, str)
    """A sentence about an export, and the whole path."""
    failed = Signal(object)
    """FailedExport."""
    asking = Signal()
    """The reader is asked whether a file may be replaced."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._liked: Likings | None = None
        self._dialog: QDialog | None = None
        self._asked_about: tuple[Extract, ...] = ()
        """What that dialog would have leave."""
        self._outdated: list[Procedure] = []
        """Records of the open chart as they are no more."""
        self._under_way: dict[ExportJob, Chosen] = {}
        """What is written for this chart, with what was chosen."""
        session.procedure_reread.connect(self._see_reread)
        session.exports.exported.connect(self._done)
        session.exports.failed.connect(self._failed)
        session.exports.cancelled.connect(self._cancelled)

    def ask(self, offered: Sequence[Offered]) -> None:
        """Let the reader choose among these, a format and a place."""
        self._ask(offered, self._likings)

    @property
    def _likings(self) -> "Likings":
        from procedure_viewer.ui.export_choice import Likings

        if self._liked is not None:
            return self._liked
        place = QStandardPaths.StandardLocation
        folders = map(QStandardPaths.writableLocation, (place.DocumentsLocation, place.HomeLocation))
        # Not Path.home(), which fails for an account that has none.
        return Likings(Path(next((folder for folder in folders if Path(folder).is_dir()), QDir.homePath())))

    def ask_printing(self, offered: Sequence[Offered]) -> None:
        """Show the pages of these, and print them if they are wanted."""
        from procedure_viewer.printing.paper import usual_paper
        from procedure_viewer.ui.print_dialog import PrintPreviewDialog

        dialog = PrintPreviewDialog(offered, self._likings.paper or usual_paper(), self._window)
        dialog.printed.connect(self._say_printed)
        dialog.pdf_wanted.connect(partial(self._ask_pdf, offered))
        self._open(dialog, [one.extract for one in offered])

    def _ask_pdf(self, offered: Sequence[Offered]) -> None:
        from procedure_viewer.export.formats import Format

        self._ask(offered, replace(self._likings, format=Format.PDF))

    @Slot()
    def _say_printed(self) -> None:
        self.said.emit(self.tr("Sent to the printer"), "")

    def _ask(self, offered: Sequence[Offered], likings: "Likings", name: str = "") -> None:
        from procedure_viewer.ui.export_dialog import ExportDialog

        dialog = ExportDialog(offered, likings, self._window, name)
        dialog.chosen.connect(self._chosen)
        self._open(dialog, [one.extract for one in offered])

    @Slot(object)
    def _chosen(self, chosen: "Chosen") -> None:
        self._liked = chosen.likings
        self.write(chosen)

    def write(self, chosen: "Chosen", *, replace: bool = False) -> None:
        """Write it; a file that is there already is not touched before the reader agrees."""
        job = self._session.exports.write(chosen.path, chosen.order, replace=replace, paper=chosen.paper)
        self._under_way[job] = chosen

    def _open(self, dialog: QDialog, about: Sequence[Extract]) -> None:
        self._asked_about = tuple(about)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._closed)
        former, self._dialog = self._dialog, dialog
        if former is not None:
            former.reject()  # it would write what the newer one is about, and nobody would close it with its chart
        dialog.open()

    @Slot(object)
    def _see_reread(self, reread: RereadProcedure) -> None:
        """Nobody decides any more about what is shown another way, or not at all, by now."""
        if reread.changed:
            self._outdated.append(reread.older)
            if self._dialog is not None and any(map(self._is_outdated, self._asked_about)):
                self._dialog.reject()
                self._say_outdated()

    def _is_outdated(self, extract: Extract) -> bool:
        outdated = set(map(id, self._outdated))
        return any(id(procedure) in outdated for procedure in extract.procedures)

    def _say_outdated(self) -> None:
        self.said.emit(self.tr("A record was read again meanwhile and has changed: please look at it first"), "")

    @Slot()
    def _closed(self) -> None:
        if self._dialog is self.sender():
            self._dialog = None

    def abandon(self) -> None:
        """Another chart is opened: whatever was asked about this one is no longer asked.

        What is being written is written to its end, and that is said, without its name.
        """
        self._under_way.clear()
        self._outdated.clear()
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.reject()

    @Slot(object, object)
    def _failed(self, job: ExportJob, problem: Problem) -> None:
        chosen = self._under_way.pop(job, None)
        if chosen is None:  # it was for another chart
            self.failed.emit(FailedExport(problem))
        elif problem.kind is Kind.FILE_EXISTS and self._dialog is None:
            self._ask_to_replace(chosen)
        else:
            self.failed.emit(FailedExport(problem, job.path.name, partial(self._ask_elsewhere, chosen)))

    def _ask_elsewhere(self, chosen: "Chosen", _checked: bool = False) -> None:
        order = chosen.order
        if self._is_outdated(order.extract):
            self._say_outdated()
            return
        words = self.tr("What was to be exported: {count} procedures").format(count=order.extract.count)
        if order.extract.count == 1:
            words = self.tr("What was to be exported: 1 procedure")
        likings = replace(chosen.likings, folder=chosen.path.parent)
        self._ask([Offered(words, order.extract)], likings, chosen.path.name)

    def _ask_to_replace(self, chosen: "Chosen") -> None:
        box = QMessageBox(self._window)
        box.setObjectName("replaceDialog")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Export procedures"))
        is_folder = chosen.order.is_folder
        if is_folder:
            box.setText(self.tr("There is something of that name already."))
            question = self.tr("“{name}” was left as it is. A folder is never replaced.")
        elif chosen.order.seal:
            box.setText(self.tr("There is a file of that name already, or a manifest of it."))
            question = self.tr("“{name}” was left as it is, and so was its manifest. Replace what is there?")
        else:
            box.setText(self.tr("There is a file of that name already."))
            question = self.tr("“{name}” was left as it is. Replace it?")
        box.setInformativeText(question.format(name=chosen.path.name))
        if not is_folder:
            replaces = box.addButton(self.tr("Replace"), QMessageBox.ButtonRole.DestructiveRole)
            replaces.setObjectName("replaceYes")
            replaces.clicked.connect(partial(self._replace, chosen))
        other = box.addButton(self.tr("Choose another place"), QMessageBox.ButtonRole.ActionRole)
        other.setObjectName("replaceElsewhere")
        other.clicked.connect(partial(self._ask_elsewhere, chosen))
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        cancel.setObjectName("replaceCancel")
        box.setDefaultButton(cancel)
        self._open(box, [chosen.order.extract])
        self.asking.emit()

    def _replace(self, chosen: "Chosen", _checked: bool = False) -> None:
        self.write(chosen, replace=True)

    @Slot(object)
    def _done(self, job: ExportJob) -> None:
        if self._under_way.pop(job, None) is not None:
            path = job.path
            place = f"{path.parent.name}/{path.name}" if path.parent.name else str(path)
            said = self.tr("Exported and sealed: {place}") if job.order.seal else self.tr("Exported to {place}")
            self.said.emit(said.format(place=place), str(path))
        else:
            self.said.emit(self.tr("The export from the chart before is written"), "")
        self.exported.emit(job.path)

    @Slot(object)
    def _cancelled(self, job: ExportJob) -> None:
        self._under_way.pop(job, None)
        self.said.emit(self.tr("The export was cancelled, and nothing was written"), "")
