"""What the program is made of, in a list, and the licence of what is selected there."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QHeaderView, QPlainTextEdit, QSplitter, QTreeWidget, QTreeWidgetItem

from procedure_viewer.ui.licences import Part, parts


class ReadOnlyText(QPlainTextEdit):
    """Text to read and to copy from, which the Tab key leaves."""

    def __init__(self, name: str, accessible_name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )


class LicenceView(QSplitter):
    """Empty until `fill`; each text is read when it is looked at."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.setObjectName("licences")
        self.setChildrenCollapsible(False)
        self._parts: list[Part] = []
        self.list = QTreeWidget()
        self.list.setObjectName("licenceList")
        self.list.setAccessibleName(self.tr("What the program is made of"))
        self.list.setHeaderLabels([self.tr("Name"), self.tr("Version"), self.tr("Licence")])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.list.currentItemChanged.connect(self._show_text)
        self.text = ReadOnlyText("licenceText", self.tr("Licence"))
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))  # titles are centred by blanks
        for view in (self.list, self.text):
            view.setMinimumHeight(60)
            self.addWidget(view)
        self.setStretchFactor(0, 2)
        self.setStretchFactor(1, 3)

    def fill(self) -> None:
        """Look up what there is, once."""
        if self._parts:
            return
        self._parts = parts()
        self.list.addTopLevelItems([QTreeWidgetItem(list(part[:3])) for part in self._parts])
        self.list.setCurrentIndex(self.list.model().index(0, 0))

    @Slot()
    def _show_text(self) -> None:
        part = self._parts[self.list.currentIndex().row()]
        self.text.setPlainText(part.text() or self.tr("Its makers put no text beside it."))
        self.text.setAccessibleName(self.tr("Licence of {name}").format(name=part.name))
