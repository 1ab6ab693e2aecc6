"""Saving the selected procedure: where to, what if a file is there already, what to say when it is done."""

from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QWidget

from procedure_viewer.background.requests import WriteFile
from procedure_viewer.export.resource_file import indented, suggested_name
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.ui.session import Session


class Exporter(QObject):
    """Asks with the platform's own file dialog and hands the writing to the session.

    What is being asked belongs to the chart that is open: when that is closed, the question goes with it.
    """

    exported = Signal(object)
    """Path of the file that was written."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._procedure: Procedure | None = None
        self._name = ""
        self._folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        self._dialog: QDialog | None = None
        self._pending: WriteFile | None = None
        session.exported.connect(self._done)
        session.file_exists.connect(self._ask_to_replace)

    @property
    def has_something_to_write(self) -> bool:
        """Whether there still is an export that could go to another place."""
        return self._procedure is not None

    def ask(self, procedure: Procedure) -> None:
        """Let the reader choose a file for `procedure`."""
        self._procedure = procedure
        self._name = suggested_name("Procedure", procedure.id)
        self.ask_again()

    def write(self, procedure: Procedure, path: Path) -> None:
        """Write `procedure` to `path`; a file that is there already is not touched before the reader agrees."""
        self._procedure, self._name = procedure, path.name
        self._session.export(path, indented(procedure.raw), replace=False)

    @Slot()
    def ask_again(self) -> None:
        """Let the reader choose where the same procedure goes, after a failure too."""
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
        self._dialog = dialog
        dialog.open()

    @Slot()
    def _closed(self) -> None:
        if self._dialog is self.sender():
            self._dialog = None

    def abandon(self) -> None:
        """Another chart is opened: whatever was asked about this one is no longer asked."""
        self._procedure = self._pending = None
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.reject()

    @Slot(str)
    def _chosen(self, text: str) -> None:
        if self._procedure is None:
            return
        path = Path(text)
        self._folder, self._name = str(path.parent), path.name
        self._session.export(path, indented(self._procedure.raw), replace=False)

    @Slot(object)
    def _ask_to_replace(self, request: WriteFile) -> None:
        if self._procedure is None:
            return
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

    @Slot()
    def _replace(self) -> None:
        if self._pending is not None:
            self._session.export(self._pending.path, self._pending.content, replace=True)

    @Slot(object)
    def _done(self, path: Path) -> None:
        self.exported.emit(path)
