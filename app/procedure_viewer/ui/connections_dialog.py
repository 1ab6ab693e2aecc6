"""The list of connections: which there are, which one is the default, and everything that can be done with one.

The dialog changes nothing itself: it says by signals what is wanted, and is told by `show_connections` what there is.
"""

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMessageBox,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from procedure_viewer.settings.connections import Connection, SignInMethod
from procedure_viewer.ui.labels import PlainLabel

_ID = Qt.ItemDataRole.UserRole
QUESTION_WIDTH = 380
"""Pixels that the words of a question get: Qt would make it as narrow as its title, and as high."""


class ConnectionsDialog(QDialog):
    """Shows the connections; each signal but `add_wanted` carries a connection's id."""

    add_wanted = Signal()
    edit_wanted = Signal(str)
    """Also for a preset one, which can only be looked at."""
    duplicate_wanted = Signal(str)
    remove_wanted = Signal(str)
    """The person has confirmed it; the connection's secrets go with it."""
    default_wanted = Signal(str)
    connect_wanted = Signal(str)
    """The dialog has closed."""

    def __init__(self, parent: QWidget | None = None, *, may_add: bool = True) -> None:
        super().__init__(parent)
        self.setObjectName("connectionsDialog")
        self.setModal(True)
        self.setWindowTitle(self.tr("Connections"))
        self._may_add = may_add
        self._connections: dict[str, Connection] = {}
        self._presets: frozenset[str] = frozenset()
        self._default_id = ""
        self.list = self._new_list()
        self.note = PlainLabel("connectionsNote")
        buttons = self._new_buttons()
        row = QHBoxLayout()
        row.addWidget(self.list, 1)
        row.addLayout(buttons)
        bottom = QDialogButtonBox()
        self.close_button = QPushButton(self.tr("Close"))
        self.close_button.setObjectName("connectionsClose")
        self.close_button.setAutoDefault(False)
        bottom.addButton(self.close_button, QDialogButtonBox.ButtonRole.RejectRole)
        self.connect_button = QPushButton(self.tr("Connect"))
        self.connect_button.setObjectName("connectionsConnect")
        self.connect_button.setDefault(True)
        bottom.addButton(self.connect_button, QDialogButtonBox.ButtonRole.AcceptRole)
        bottom.accepted.connect(self._use)
        bottom.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(row, 1)
        layout.addWidget(self.note)
        layout.addWidget(bottom)
        self.resize(820, 420)
        self.list.setFocus()
        self.show_connections((), (), "")

    def _new_list(self) -> QTreeWidget:
        view = QTreeWidget()
        view.setObjectName("connectionsList")
        view.setAccessibleName(self.tr("Connections"))
        view.setHeaderLabels([self.tr("Name"), self.tr("Server"), self.tr("Sign-in"), self.tr("Remarks")])
        view.setRootIsDecorated(False)
        view.setUniformRowHeights(True)
        view.setAllColumnsShowFocus(True)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        view.header().setSectionsMovable(False)
        view.header().setStretchLastSection(False)
        view.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        view.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        view.header().setMaximumSectionSize(260)
        view.currentItemChanged.connect(self._enable)
        view.itemActivated.connect(self._use)
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), view)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._ask_to_remove)
        return view

    def _new_buttons(self) -> QVBoxLayout:
        column = QVBoxLayout()
        self.add = self._button(column, "connectionsAdd", self.tr("Add…"))
        self.edit = self._button(column, "connectionsEdit", self.tr("Edit…"))
        self.duplicate = self._button(column, "connectionsDuplicate", self.tr("Duplicate"))
        self.remove = self._button(column, "connectionsRemove", self.tr("Remove…"))
        self.make_default = self._button(column, "connectionsDefault", self.tr("Set as default"))
        column.addStretch(1)
        self.add.clicked.connect(self.add_wanted)
        self.edit.clicked.connect(self._edit)
        self.duplicate.clicked.connect(self._duplicate)
        self.remove.clicked.connect(self._ask_to_remove)
        self.make_default.clicked.connect(self._make_default)
        return column

    def _button(self, column: QVBoxLayout, name: str, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAutoDefault(False)
        column.addWidget(button)
        return button

    # Showing

    def show_connections(self, connections: Sequence[Connection], presets: Collection[str], default_id: str) -> None:
        """Show all connections in this order; `presets` are the ids of those that IT set. The selection stays."""
        selected, row = self.current_id, max(0, self.list.currentIndex().row())
        self._connections = {connection.id: connection for connection in connections}
        self._presets = frozenset(presets)
        self._default_id = default_id
        self.list.clear()
        for connection in connections:
            self.list.addTopLevelItem(self._new_item(connection))
        self.note.setText(self._note())
        self.note.setVisible(bool(self.note.text()))
        ids = [connection.id for connection in connections]
        if ids:
            wanted = next((known for known in (selected, default_id) if known in ids), "")
            row = ids.index(wanted) if wanted and (wanted == selected or not selected) else min(row, len(ids) - 1)
            self.list.setCurrentIndex(self.list.model().index(row, 0))
        self._enable()

    def _new_item(self, connection: Connection) -> QTreeWidgetItem:
        remarks = []
        if connection.id == self._default_id:
            remarks.append(self.tr("Default"))
        if connection.id in self._presets:
            remarks.append(self.tr("Set by IT"))
        ways = {
            SignInMethod.OPEN: self.tr("none"),
            SignInMethod.TOKEN: self.tr("bearer token"),
            SignInMethod.BROWSER: self.tr("browser"),
            SignInMethod.CLIENT_CREDENTIALS: self.tr("program"),
        }
        address = connection.base_url.removeprefix("https://")
        item = QTreeWidgetItem([connection.name, address, ways[connection.sign_in], ", ".join(remarks)])
        item.setData(0, _ID, connection.id)
        if connection.id == self._default_id:
            font = item.font(0)
            font.setBold(True)
            item.setFont(0, font)
        return item

    def _note(self) -> str:
        if not self._may_add:
            return self.tr("Your IT department decides which connections there are.")
        return "" if self._connections else self.tr("There is no connection yet: add the server of your clinic.")

    @property
    def current_id(self) -> str:
        """The id of the connection that is selected, "" without one."""
        item = self.list.currentItem()
        return str(item.data(0, _ID)) if item is not None else ""

    @Slot()
    def _enable(self) -> None:
        current = self.current_id
        preset = current in self._presets
        self.add.setEnabled(self._may_add)
        self.edit.setEnabled(bool(current))
        self.edit.setText(self.tr("Show…") if preset else self.tr("Edit…"))
        self.duplicate.setEnabled(bool(current) and self._may_add)
        self.remove.setEnabled(bool(current) and not preset)
        self.make_default.setEnabled(bool(current) and current != self._default_id)
        self.connect_button.setEnabled(bool(current))

    # Acting

    @Slot()
    def _edit(self) -> None:
        self.edit_wanted.emit(self.current_id)

    @Slot()
    def _duplicate(self) -> None:
        self.duplicate_wanted.emit(self.current_id)

    @Slot()
    def _make_default(self) -> None:
        self.default_wanted.emit(self.current_id)

    @Slot()
    def _use(self) -> None:
        wanted = self.current_id
        if wanted and self.isVisible():  # Enter reaches the list and the button
            self.accept()
            self.connect_wanted.emit(wanted)

    @Slot()
    def _ask_to_remove(self) -> None:
        connection = self._connections.get(self.current_id)
        if connection is None or connection.id in self._presets:
            return
        box = QMessageBox(self)
        box.setObjectName("connectionsRemoveQuestion")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle(self.tr("Remove the connection"))
        box.setText(self.tr("Remove {name}?").format(name=connection.name))
        box.setInformativeText(
            self.tr("Its sign-in is removed from the keyring too. Nothing is changed on the server.")
        )
        for label in box.findChildren(QLabel):
            if label.text() == box.informativeText():
                label.setMinimumWidth(QUESTION_WIDTH)
        keep = box.addButton(self.tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        keep.setObjectName("connectionsKeep")
        remove = box.addButton(self.tr("Remove"), QMessageBox.ButtonRole.DestructiveRole)
        remove.setObjectName("connectionsReallyRemove")
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.setProperty("connectionId", connection.id)
        remove.clicked.connect(self._remove)
        box.open()

    @Slot()
    def _remove(self) -> None:
        box = self.findChild(QMessageBox, "connectionsRemoveQuestion")
        if box is not None:
            self.remove_wanted.emit(str(box.property("connectionId")))
