"""The list of keys and what this program is."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QMessageBox, QVBoxLayout, QWidget

from procedure_viewer import __version__
from procedure_viewer.fhir.words import translate
from procedure_viewer.ui.icons import pixmap
from procedure_viewer.ui.labels import PlainLabel


class KeysDialog(QDialog):
    """All keys at a glance, taken from the actions themselves so that the list can't go stale."""

    def __init__(self, actions: list[QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("keysDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keys"))
        rows = [
            (action.shortcut().toString(QKeySequence.SequenceFormat.NativeText), action.text().replace("&", ""))
            for action in actions
            if not action.shortcut().isEmpty()
        ]
        rows += [
            (self.tr("Enter"), self.tr("Search, or open the selected patient")),
            (self.tr("Down"), self.tr("From the search field to the choices of a date, or into the results")),
            (self.tr("Left, Right"), self.tr("Close or open a group of procedures; Enter does either")),
            (self.tr("Space"), self.tr("Tick a choice in a filter's menu, which stays open")),
        ]
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        for row, (keys, meaning) in enumerate(rows):
            key_label = PlainLabel(f"key{row}")
            key_label.setText(keys)
            key_label.emphasise()
            meaning_label = PlainLabel(f"keyMeaning{row}")
            meaning_label.setText(meaning)
            grid.addWidget(key_label, row, 0)
            grid.addWidget(meaning_label, row, 1)
        grid.setColumnStretch(1, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setObjectName("keysClose")
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(grid)
        layout.addWidget(buttons)
        self.setMinimumWidth(420)


def show_about(parent: QWidget) -> None:
    """Name, version, intended use."""
    box = QMessageBox(parent)
    box.setObjectName("aboutDialog")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setIconPixmap(pixmap("procedure-viewer", 64, parent.devicePixelRatioF()))
    box.setWindowTitle(translate("Help", "About Procedure Viewer"))
    box.setText(translate("Help", "Procedure Viewer {version}").format(version=__version__))
    box.setInformativeText(
        translate(
            "Help",
            "Finds patients and reads their procedures from a FHIR R4 server. It reads; it never writes to the chart. "
            "It is made for reading and export, not for diagnosis.",
        )
    )
    box.open()
