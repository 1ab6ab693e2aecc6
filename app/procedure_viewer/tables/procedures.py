"""The procedures of the open chart as a table: prepared once a row, sorted and filtered as a permutation of rows.

Qt's own proxy model calls back into Python for every comparison (42 s for 100,000 rows were seen); a sorted list of
precomputed keys takes milliseconds.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont

from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.when import SortKey
from procedure_viewer.tables.texts import plain_tooltip, shortened

Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """What a column shows, from the left."""

    DATE = 0
    TITLE = 1
    CODE = 2
    SYSTEM = 3
    STATUS = 4


PROCEDURE_ROLE = Qt.ItemDataRole.UserRole
"""The `Procedure` of a row."""
GONE_ROLE = Qt.ItemDataRole.UserRole + 1
"""Whether the server no longer has the record of a row."""

LONGEST_SEARCHED = 5_000
LONGEST_SORTED = 500
"""Characters of a cell that the filter and the order look at."""

_TEXT: dict[int, Callable[[Procedure], str]] = {
    Column.DATE: lambda procedure: procedure.when.text,
    Column.TITLE: lambda procedure: procedure.title,
    Column.CODE: lambda procedure: procedure.code_text,
    Column.SYSTEM: lambda procedure: procedure.system_text,
    Column.STATUS: lambda procedure: procedure.status_text,
}


def cell_text(procedure: Procedure, column: Column) -> str:
    """What stands in a column of a procedure's row, with nothing added to it."""
    return _TEXT[column](procedure)


class ProcedureTable(QAbstractTableModel):
    """Rows are `Procedure` values; what is hidden (by the filter, or as entered in error) is counted."""

    visible_changed = Signal()
    """What `visible` gives, or its order, is another."""

    def __init__(self) -> None:
        super().__init__()
        self._procedures: list[Procedure] = []
        self._haystacks: list[str] = []
        self._rows: list[int] = []
        """The permutation: for each visible row the place of its procedure."""
        self._keys: list[tuple[bool, SortKey | str]] = []
        """What each place is sorted by in the chosen column, as far as it was needed."""
        self.hidden_by_filter = 0
        """Rows that the filter hides, of those that would be shown without it."""
        self._gone: frozenset[str] = frozenset()
        self._words: tuple[str, ...] = ()
        self._show_errors = False
        self._sort_column = Column.DATE
        self._sort_order = Qt.SortOrder.DescendingOrder
        self._struck = QFont()
        self._struck.setStrikeOut(True)
        self._slanted = QFont()
        self._slanted.setItalic(True)

    # What the pane asks and tells

    def clear(self) -> None:
        """No rows, as before a chart is opened."""
        self.beginResetModel()
        self._procedures, self._haystacks, self._rows, self._keys = [], [], [], []
        self._gone = frozenset()
        self.hidden_by_filter = 0
        self.endResetModel()
        self.visible_changed.emit()

    def add(self, procedures: Sequence[Procedure]) -> None:
        """Append rows; they take their place in the order that the reader chose, and the selection stays."""
        first = len(self._procedures)
        self._procedures.extend(procedures)
        self._haystacks.extend(map(_haystack, procedures))
        new = self._visible(range(first, len(self._procedures)))
        if not new:
            return
        self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(new) - 1)
        self._rows.extend(new)
        self.endInsertRows()
        self._order()

    def replace(self, older: Procedure, fresh: Procedure | None) -> None:
        """A record was read again: show its new content in its place, or take it out."""
        for place, procedure in enumerate(self._procedures):
            if procedure is older:
                if fresh is None:
                    del self._procedures[place], self._haystacks[place]
                else:
                    self._procedures[place], self._haystacks[place] = fresh, _haystack(fresh)
                break
        self._keys.clear()
        self._filter()

    def mark_gone(self, ids: Collection[str]) -> bool:
        """Say of these records, and of no others, that the server no longer has them; whether that is news."""
        if self._gone == (gone := frozenset(ids)):
            return False
        self._gone = gone
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(Column) - 1))
        return True

    def set_filter(self, text: str) -> None:
        """Show only rows in which every word of `text` occurs somewhere."""
        self._words = tuple(text.casefold().split())
        self._filter()

    def show_entered_in_error(self, show: bool) -> None:
        """Reveal or hide what was entered in error."""
        self._show_errors = show
        self._filter()

    def row_of(self, procedure: Procedure) -> int | None:
        """The visible row of a procedure, if it has one. It is looked for itself: not every record has an id."""
        return next((row for row, place in enumerate(self._rows) if self._procedures[place] is procedure), None)

    def visible(self) -> tuple[Procedure, ...]:
        """What the list shows, in its order; what is hidden by the filter or as entered in error is not in it."""
        return tuple(self._procedures[place] for place in self._rows)

    def procedure_at(self, row: int) -> Procedure:
        """The procedure in a visible row."""
        return self._procedures[self._rows[row]]

    # Qt's model interface

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - an invalid index is Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as above
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return {
            Column.DATE: self.tr("Date"),
            Column.TITLE: self.tr("Procedure"),
            Column.CODE: self.tr("Code"),
            Column.SYSTEM: self.tr("System"),
            Column.STATUS: self.tr("Status"),
        }.get(Column(section))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        procedure = self._procedures[self._rows[index.row()]]
        gone = bool(procedure.id) and procedure.id in self._gone
        match role:
            case Qt.ItemDataRole.DisplayRole:
                text = _TEXT[index.column()](procedure)
                if gone and index.column() == Column.STATUS:
                    text = self.tr("Gone ({status})").format(status=text)
                if procedure.repeated and index.column() == Column.TITLE:
                    text = self.tr("(says something twice) {title}").format(title=text)
                return shortened(text)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tooltip(self._whole_text(procedure, index.column(), gone))
            case Qt.ItemDataRole.AccessibleTextRole:
                heading = self.headerData(index.column(), Qt.Orientation.Horizontal)
                return f"{heading}: {shortened(self._whole_text(procedure, index.column(), gone))}"
            case Qt.ItemDataRole.FontRole if procedure.entered_in_error:
                return self._struck
            case Qt.ItemDataRole.FontRole if gone:
                return self._slanted
            case _ if role == PROCEDURE_ROLE:
                return procedure
            case _ if role == GONE_ROLE:
                return gone
        return None

    def _whole_text(self, procedure: Procedure, column: int, gone: bool) -> str:
        """The text of a cell where there is room for it."""
        text = _TEXT[column](procedure)
        if gone and column == Column.STATUS:
            return self.tr("No longer on the server; when it was last read: {status}").format(status=text)
        if procedure.repeated and column == Column.TITLE:
            names = ", ".join(procedure.repeated)
            return self.tr("{title} (sent twice, and only the last is shown: {names})").format(title=text, names=names)
        return text

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sort_column, self._sort_order = Column(column), order
        self._keys.clear()
        self._order()

    # The permutation

    def _visible(self, places: Iterable[int]) -> list[int]:
        """Those of the places that get a row; what the filter hides of the rest is counted."""
        admitted = [place for place in places if self._show_errors or not self._procedures[place].entered_in_error]
        passing = [place for place in admitted if all(word in self._haystacks[place] for word in self._words)]
        self.hidden_by_filter += len(admitted) - len(passing)
        return passing

    def _filter(self) -> None:
        self.beginResetModel()
        self.hidden_by_filter = 0
        self._rows = self._sorted(self._visible(range(len(self._procedures))))
        self.endResetModel()
        self.visible_changed.emit()

    def _order(self) -> None:
        """Sort the visible rows; persistent indexes (the selection) follow their procedures."""
        self.layoutAboutToBeChanged.emit()
        before = self._rows
        self._rows = self._sorted(before)
        row_of_place = {place: row for row, place in enumerate(self._rows)}
        old = self.persistentIndexList()
        new = [self.index(row_of_place[before[index.row()]], index.column()) for index in old]
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()
        self.visible_changed.emit()

    def _sorted(self, rows: list[int]) -> list[int]:
        """Stable; what has no date (or no text) stands last in both directions."""
        for procedure in self._procedures[len(self._keys) :]:
            self._keys.append(_sort_key(procedure, self._sort_column))
        keys = self._keys
        stated = [place for place in rows if keys[place][0]]
        # Rows that came with an earlier page are in order already, which makes sorting them again cheap.
        stated.sort(key=keys.__getitem__, reverse=self._sort_order is Qt.SortOrder.DescendingOrder)
        return stated + [place for place in rows if not keys[place][0]]


def _sort_key(procedure: Procedure, column: Column) -> tuple[bool, SortKey | str]:
    """Whether there is anything to sort by, and what."""
    if column is Column.DATE:
        return procedure.when.sort_key is not None, procedure.when.sort_key or ""
    text = _TEXT[column](procedure)[:LONGEST_SORTED].casefold()
    return bool(text), text


def _haystack(procedure: Procedure) -> str:
    return "\n".join(text(procedure)[:LONGEST_SEARCHED] for text in _TEXT.values()).casefold()
