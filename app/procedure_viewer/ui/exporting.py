"""Saving the selected procedure: where to, what if a file is there already, what to say when it is done."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from procedure_viewer.background.requests import WriteFile
from procedure_viewer.export.resource_file import indented, suggested_name
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.ui.session import Session


class Exporter(QObject):
    """Asks with the platform's own file dialog and hands the writing to the session."""

    exported = Signal(object)
    """Path of the file that was written."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._content, self._name = b"", ""
        self._folder = Path.home()
        session.exported.connect(self._done)
        session.file_exists.connect(self._ask_to_replace)

    def ask(self, procedure: Procedure) -> None:
        """Let the reader choose a file for `procedure`."""
        self._content = indented(procedure.raw)
        self._name = suggested_name("Procedure", procedure.id)
        self.ask_again()

    def write(self, procedure: Procedure, path: Path) -> None:
        """Write `procedure` to `path`; a file that is there already is not touched before the reader agrees."""
        self._content, self._name = indented(procedure.raw), path.name
        self._session.export(path, self._content, replace=False)

    def ask_again(self) -> None:
        """Let the reader choose where the same content goes, after a failure too."""
        dialog = QFileDialog(self._window, self.tr("Export procedure"), str(self._folder))
        dialog.setObjectName("exportDialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setNameFilter(self.tr("FHIR resource (*.json)"))
        dialog.setDefaultSuffix("json")
        dialog.selectFile(self._name)
        dialog.fileSelected.connect(self._chosen)
        dialog.open()

    @Slot(str)
    def _chosen(self, text: str) -> None:
        path = Path(text)
        self._folder, self._name = path.parent, path.name
        # The dialog has asked about a file that was there; one that appears from now on is asked about by us.
        self._session.export(path, self._content, replace=path.exists())

    @Slot(object)
    def _ask_to_replace(self, request: WriteFile) -> None:
        box = QMessageBox(self._window)
        box.setObjectName("replaceDialog")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Export procedure"))
        box.setText(self.tr("There is a file of that name already."))
        box.setInformativeText(self.tr("“{name}” was left as it is. Replace it?").format(name=request.path.name))
        replace = box.addButton(self.tr("Replace"), QMessageBox.ButtonRole.DestructiveRole)
        replace.setObjectName("replaceYes")
        other = box.addButton(self.tr("Choose another place"), QMessageBox.ButtonRole.ActionRole)
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(cancel)
        self._pending = request
        replace.clicked.connect(self._replace)
        other.clicked.connect(self.ask_again)
        box.open()

    @Slot()
    def _replace(self) -> None:
        self._session.export(self._pending.path, self._pending.content, replace=True)

    @Slot(object)
    def _done(self, path: Path) -> None:
        self.exported.emit(path)
