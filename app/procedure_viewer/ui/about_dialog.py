"""What this program is and is for, what it is made of, and what support asks for."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from procedure_viewer import __version__
from procedure_viewer.ui.announcing import announce
from procedure_viewer.ui.clipboard_guard import put_on_clipboard
from procedure_viewer.ui.dialog_size import resize_within_screen
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.licence_view import LicenceView, ReadOnlyText
from procedure_viewer.ui.picture import Picture
from procedure_viewer.ui.support_details import support_details
from procedure_viewer.ui.window_rules import WindowRules


class AboutDialog(QDialog):
    """Three tabs; the licences are read when they are first looked at."""

    def __init__(self, rules: WindowRules, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("aboutDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About Procedure Viewer"))
        self._rules = rules
        self.licences = LicenceView()
        self.details = ReadOnlyText("aboutDetails", self.tr("Details for support"))
        self.copied = PlainLabel("aboutCopied")
        self.copied.hide()
        self.tabs = QTabWidget()
        self.tabs.setObjectName("aboutTabs")
        self.tabs.addTab(self._new_purpose(), self.tr("About"))
        self.tabs.addTab(self.licences, self.tr("Licences"))
        self.tabs.addTab(self._new_details(), self.tr("Details for support"))
        self.tabs.currentChanged.connect(self._fill_tab)
        layout = QVBoxLayout(self)
        layout.addWidget(self.tabs)
        layout.addWidget(self.copied)
        layout.addWidget(self._new_buttons())
        self.show_keyring("")
        resize_within_screen(self, 680, 520)

    @Slot(str)
    def show_keyring(self, name: str) -> None:
        """Say what keeps the secrets, once that is known."""
        self.details.setPlainText(support_details(self, self._rules, name))

    def _new_purpose(self) -> QScrollArea:
        title = PlainLabel("aboutTitle", selectable=True)
        title.setText(self.tr("Procedure Viewer {version}").format(version=__version__))
        title.emphasise(1.4)
        lines = [
            (
                "aboutPurpose",
                self.tr(
                    "Finds patients and reads their procedures from a FHIR R4 server. It reads; it never writes to the "
                    "chart."
                ),
            ),
            (
                "aboutIntendedUse",
                self.tr(
                    "Intended use: reading procedures that a server has on record, and exporting them. It is not made "
                    "for diagnosis, and what it shows is no better than the record: check the patient's identity, and "
                    "whether the list is complete, before you rely on it."
                ),
            ),
            (
                "aboutLicence",
                self.tr(
                    "Licensed under Apache-2.0, without warranty. Qt is used under the LGPL, version 3: its libraries "
                    "lie beside the program and may be replaced. All texts, and where the sources are, stand under "
                    "Licences."
                ),
            ),
        ]
        page = QWidget()
        grid = QGridLayout(page)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        grid.addWidget(Picture("procedure-viewer", 64), 0, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(title, 0, 1)
        for row, (name, text) in enumerate(lines, start=1):
            label = PlainLabel(name, selectable=True)
            label.setText(text)
            grid.addWidget(label, row, 1)
        grid.setRowStretch(len(lines) + 1, 1)
        area = QScrollArea()
        area.setObjectName("aboutPage")
        area.setAccessibleName(self.tr("About"))
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(page)
        return area

    def _new_details(self) -> QWidget:
        promise = PlainLabel("aboutDetailsPromise")
        promise.setText(self.tr("This is all that is copied: nothing of patients, servers or sign-ins, and no name."))
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.addWidget(promise)
        layout.addWidget(self.details)
        return page

    def _new_buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox()
        self.copy = QPushButton(self.tr("Copy details for support"))
        self.copy.setObjectName("aboutCopy")
        self.copy.setAutoDefault(False)  # Enter closes
        self.copy.clicked.connect(self._copy)
        box.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        close = QPushButton(self.tr("Close"))
        close.setObjectName("aboutClose")
        box.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
        box.rejected.connect(self.reject)
        close.setDefault(True)
        return box

    @Slot(int)
    def _fill_tab(self, _place: int) -> None:
        if self.tabs.currentWidget() is self.licences:
            self.licences.fill()

    @Slot()
    def _copy(self) -> None:
        put_on_clipboard(self.details.toPlainText())
        self.copied.setText(self.tr("Copied. Paste it soon: the clipboard is cleared after a while, and on quitting."))
        self.copied.show()
        announce(self.copied, self.copied.text())
