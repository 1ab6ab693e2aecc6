"""Saving the selected procedure: where to, what if a file is there already, what to say when it is done."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QWidget

from procedure_viewer.background.requests import WriteFile
from procedure_viewer.export.resource_file import indented, suggested_name
from procedure_viewer.fhir.outcome import Kind, Problem
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.ui.session import Session


@dataclass(frozen=True, slots=True)
class FailedExport:
    """An export that did not work; where its chart is still open, also the file's name and a way to try another."""

    problem: Problem
    file: str = ""
    elsewhere: Callable[[], None] | None = None


class Exporter(QObject):
    """Asks with the platform's own file dialog and hands the writing to the session.

    What is being asked belongs to the chart that is open: when that is closed, the question goes with it.
    """

    exported = Signal(object)
    """Path of the file that was written."""
    said = Signal(str, str)
    """A sentence about an export that has worked, and the whole path."""
    failed = Signal(object)
    """FailedExport."""
    asking = Signal()
    """The reader is asked whether a file may be replaced."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._procedure: Procedure | None = None
        self._name = ""
        self._folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        self._dialog: QDialog | None = None
        self._pending: WriteFile | None = None
        self._under_way: dict[int, Procedure] = {}
        """What the requests of this chart write, by the identity of the request."""
        session.exported.connect(self._done)
        session.export_failed.connect(self._failed)

    def ask(self, procedure: Procedure) -> None:
        """Let the reader choose a file for `procedure`."""
        self._procedure = procedure
        self._name = suggested_name("Procedure", procedure.id)
        self.ask_again()

    def write(self, procedure: Procedure, path: Path) -> None:
        """Write `procedure` to `path`; a file that is there already is not touched before the reader agrees."""
        self._begin(procedure, path, replace=False)

    def _begin(self, procedure: Procedure, path: Path, *, replace: bool) -> None:
        self._under_way[id(self._session.export(path, indented(procedure.raw), replace=replace))] = procedure

    @Slot()
    def ask_again(self) -> None:
        """Let the reader choose where the procedure goes."""
        if self._procedure is None:
            return
        dialog = QFileDialog(self._window, self.tr("Export procedure"), self._folder)
        dialog.setObjectName("exportDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setNameFilter(self.tr("FHIR resource (*.json)"))
        dialog.setDefaultSuffix("json")
        # Asked about in one place: when the writing finds a file. What a dialog confirms may not be what is written (it
        # adds the suffix afterwards, and a file may appear in between). macOS's own dialog asks all the same.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.selectFile(self._name)
        dialog.fileSelected.connect(self._chosen)
        self._open(dialog)

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._closed)
        former, self._dialog = self._dialog, dialog
        if former is not None:
            former.reject()  # it would write what the newer one is about, and nobody would close it with its chart
        dialog.open()

    @Slot()
    def _closed(self) -> None:
        if self._dialog is self.sender():
            self._dialog = None

    def abandon(self) -> None:
        """Another chart is opened: whatever was asked about this one is no longer asked.

        What is being written is written to its end, and that is said, without its name.
        """
        self._procedure = self._pending = None
        self._under_way.clear()
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.reject()

    @Slot(str)
    def _chosen(self, text: str) -> None:
        if self._procedure is None:
            return
        path = Path(text)
        self._folder, self._name = str(path.parent), path.name
        self._begin(self._procedure, path, replace=False)

    @Slot(object, object)
    def _failed(self, request: WriteFile, problem: Problem) -> None:
        procedure = self._under_way.pop(id(request), None)
        if procedure is None:
            self.failed.emit(FailedExport(problem))
        elif problem.kind is Kind.FILE_EXISTS and self._dialog is None:
            self._ask_to_replace(request, procedure)
        else:
            again = partial(self._ask_elsewhere, procedure, request.path.name)
            self.failed.emit(FailedExport(problem, request.path.name, again))

    def _ask_elsewhere(self, procedure: Procedure, name: str) -> None:
        self._procedure, self._name = procedure, name
        self.ask_again()

    def _ask_to_replace(self, request: WriteFile, procedure: Procedure) -> None:
        self._procedure, self._name = procedure, request.path.name
        box = QMessageBox(self._window)
        box.setObjectName("replaceDialog")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Export procedure"))
        box.setText(self.tr("There is a file of that name already."))
        box.setInformativeText(self.tr("“{name}” was left as it is. Replace it?").format(name=request.path.name))
        replace = box.addButton(self.tr("Replace"), QMessageBox.ButtonRole.DestructiveRole)
        replace.setObjectName("replaceYes")
        other = box.addButton(self.tr("Choose another place"), QMessageBox.ButtonRole.ActionRole)
        other.setObjectName("replaceElsewhere")
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        cancel.setObjectName("replaceCancel")
        box.setDefaultButton(cancel)
        self._pending = request
        replace.clicked.connect(self._replace)
        other.clicked.connect(self.ask_again)
        self._open(box)
        self.asking.emit()

    @Slot()
    def _replace(self) -> None:
        if self._pending is not None and self._procedure is not None:
            self._begin(self._procedure, self._pending.path, replace=True)

    @Slot(object)
    def _done(self, request: WriteFile) -> None:
        if self._under_way.pop(id(request), None) is not None:
            path = request.path
            place = f"{path.parent.name}/{path.name}" if path.parent.name else str(path)
            self.said.emit(self.tr("Exported to {place}").format(place=place), str(path))
        else:
            self.said.emit(self.tr("The export from the chart before is written"), "")
        self.exported.emit(request.path)
