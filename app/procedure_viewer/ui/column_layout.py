"""How the reader arranges the columns of the procedures: order, widths, which are there; with mouse and with keys."""

from contextlib import suppress
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtWidgets import QMenu, QTableView

from procedure_viewer.settings.preferences import LAYOUT_VERSION, LEAST_WIDTH, ColumnLayout
from procedure_viewer.tables.columns import DEFAULT_ORDER, Column
from procedure_viewer.ui.column_fit import ColumnFit
from procedure_viewer.ui.floating import empty_menu

_INDISPENSABLE = (Column.DATE, Column.TITLE)
"""One of them has to be there: a list of statuses alone tells nothing."""


class ColumnArrangement(QObject):
    """The columns of `view`, whose widths are `fit`'s until the reader takes them in hand."""

    def __init__(self, view: QTableView, fit: ColumnFit) -> None:
        super().__init__(view)
        self._view, self._fit = view, fit
        header = view.horizontalHeader()
        header.setSectionsMovable(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._show_menu)
        self._menu = QMenu(view)
        self._menu.setObjectName("columnMenu")
        self._put_in_order(DEFAULT_ORDER)

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns that are there to be seen, from the left."""
        return tuple(column for column in self._order() if not self._view.isColumnHidden(column))

    @property
    def layout(self) -> ColumnLayout:
        """What is worth remembering."""
        order, hidden = self._order(), sorted(self._fit.hidden)
        widths = {column: self._view.columnWidth(column) for column in order if column is not Column.TITLE}
        return ColumnLayout(
            order=() if order == DEFAULT_ORDER else tuple(map(_name, order)),
            hidden=tuple(map(_name, hidden)),
            widths={_name(column): width for column, width in widths.items() if width >= LEAST_WIDTH}
            if self._fit.is_taken
            else {},
        )

    def apply(self, layout: ColumnLayout) -> None:
        """Arrange the columns as they were once; what makes no sense in it is passed over."""
        self.reset()
        if layout.version != LAYOUT_VERSION:
            return
        order = list(dict.fromkeys(column for name in layout.order if (column := _column(name)) is not None))
        if order:
            self._put_in_order((*order, *(column for column in DEFAULT_ORDER if column not in order)))
        for name in layout.hidden:
            if (column := _column(name)) is not None and self.may_hide(column):
                self._fit.hidden.add(column)
        for name, width in layout.widths.items():
            column = _column(name)
            if column is not None and column is not Column.TITLE:
                self._view.setColumnWidth(column, width)
                self._fit.is_taken = True
        self._fit.fit()

    @Slot()
    def reset(self) -> None:
        """All columns, in the program's own order, as wide as it thinks best."""
        self._fit.hidden.clear()
        self._put_in_order(DEFAULT_ORDER)
        self._fit.let_go()

    def may_hide(self, column: Column) -> bool:
        """Whether the list can do without it."""
        others = [other for other in _INDISPENSABLE if other is not column]
        return column not in _INDISPENSABLE or any(other not in self._fit.hidden for other in others)

    def show(self, column: Column, shown: bool) -> None:
        """Show a column or hide it, where the list can do without it."""
        if shown or self.may_hide(column):
            self._fit.hidden.discard(column) if shown else self._fit.hidden.add(column)
            self._fit.fit()

    def move(self, column: Column, by: int) -> None:
        """Move a column past its neighbour that is there, to the left (-1) or to the right (1)."""
        header = self._view.horizontalHeader()
        at = header.visualIndex(column)
        to = at + by
        while 0 <= to < len(Column) and header.isSectionHidden(header.logicalIndex(to)):
            to += by
        if 0 <= to < len(Column):
            header.moveSection(at, to)

    def fill(self, menu: QMenu) -> None:
        """Offer in a menu all that can be done with columns."""
        for column in self._order():
            shown = column not in self._fit.hidden
            action = menu.addAction(self._title(column))
            action.setObjectName(f"column_{_name(column)}")
            action.setCheckable(True)
            action.setChecked(shown)
            action.setEnabled(not shown or self.may_hide(column))
            action.toggled.connect(partial(self.show, column))
        menu.addSeparator()
        for by, title, name in ((-1, self.tr("Move to the left"), "left"), (1, self.tr("Move to the right"), "right")):
            submenu = menu.addMenu(title)
            submenu.setObjectName(f"columns_{name}")
            submenu.menuAction().setObjectName(f"columns_{name}_menu")
            for column in self._order():
                if column not in self._fit.hidden:
                    action = submenu.addAction(self._title(column))
                    action.setObjectName(f"column_{_name(column)}_{name}")
                    action.triggered.connect(partial(self._move_chosen, column, by))
        menu.addSeparator()
        action = menu.addAction(self.tr("Reset columns"))
        action.setObjectName("columnsReset")
        action.triggered.connect(self.reset)

    def _move_chosen(self, column: Column, by: int, _checked: bool = False) -> None:
        self.move(column, by)

    @Slot(QPoint)
    def _show_menu(self, at: QPoint) -> None:
        empty_menu(self._menu)
        self.fill(self._menu)
        self._menu.popup(self._view.horizontalHeader().mapToGlobal(at))

    def _title(self, column: Column) -> str:
        return str(self._view.model().headerData(column, Qt.Orientation.Horizontal))

    def _order(self) -> tuple[Column, ...]:
        header = self._view.horizontalHeader()
        return tuple(Column(header.logicalIndex(place)) for place in range(len(Column)))

    def _put_in_order(self, order: tuple[Column, ...]) -> None:
        header = self._view.horizontalHeader()
        for place, column in enumerate(order):
            header.moveSection(header.visualIndex(column), place)


def _name(column: Column) -> str:
    return column.name.lower()


def _column(name: str) -> Column | None:
    with suppress(KeyError):
        return Column[name.upper()]
    return None
