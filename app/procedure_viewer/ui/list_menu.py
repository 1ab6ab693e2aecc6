"""How the list of procedures is laid out: by what it is divided, which columns it has."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from procedure_viewer.tables.grouping import Grouping
from procedure_viewer.tables.procedures import ProcedureTable
from procedure_viewer.ui.column_layout import ColumnArrangement
from procedure_viewer.ui.floating import empty_menu


class ListMenu(QMenu):
    """The menu of the list; it is filled each time it opens."""

    grouping_wanted = Signal(object)
    """Grouping."""
    closing_wanted = Signal()
    """All headings are to be closed."""
    opening_wanted = Signal()
    """All headings are to be open."""

    def __init__(self, table: ProcedureTable, arrangement: ColumnArrangement, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("listMenu")
        self._table, self._arrangement = table, arrangement
        self.further: Sequence[QAction] = ()
        """What else can be done with the place of the list; the window's own actions."""
        self.aboutToShow.connect(self.fill)

    @Slot()
    def fill(self) -> None:
        """Offer what there is now."""
        empty_menu(self)
        group = QActionGroup(self)
        for grouping, text in (
            (Grouping.NONE, self.tr("One list, without groups")),
            (Grouping.YEAR, self.tr("Group by year")),
            (Grouping.CODE, self.tr("Group by code")),
        ):
            action = self.addAction(text)
            action.setObjectName(f"group_{grouping.value}")
            action.setCheckable(True)
            action.setChecked(self._table.grouping is grouping)
            action.triggered.connect(partial(self._want, grouping))
            group.addAction(action)
        if self._table.grouping is not Grouping.NONE:
            self.addSeparator()
            for name, text, signal in (
                ("closeGroups", self.tr("Close all groups"), self.closing_wanted),
                ("openGroups", self.tr("Open all groups"), self.opening_wanted),
            ):
                action = self.addAction(text)
                action.setObjectName(name)
                action.triggered.connect(signal)
        self.addSeparator()
        self.addActions(self.further)
        self.addSeparator()
        columns = self.addMenu(self.tr("Columns"))
        columns.setObjectName("columnsMenu")
        columns.menuAction().setObjectName("columns")
        self._arrangement.fill(columns)

    def _want(self, grouping: Grouping, _checked: bool = False) -> None:
        self.grouping_wanted.emit(grouping)
