"""The procedures of the open chart as a table: prepared once a row, sorted, filtered and grouped as a list of places.

Qt's own proxy model calls back into Python for every comparison (42 s for 100,000 rows were seen); a sorted list of
precomputed keys takes milliseconds.
"""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal

from procedure_viewer.fhir.procedure import Procedure, Status
from procedure_viewer.fhir.words import translate
from procedure_viewer.tables.arranged import ArrangedRows
from procedure_viewer.tables.cells import Cells, repeat_text
from procedure_viewer.tables.columns import Column
from procedure_viewer.tables.fates import Fates
from procedure_viewer.tables.filters import Choices, Filters, choices_in
from procedure_viewer.tables.grouping import Group, Grouping, Key, grouped
from procedure_viewer.tables.repeats import Repeats
from procedure_viewer.tables.sorting import sort_keys

Index = QModelIndex | QPersistentModelIndex

PROCEDURE_ROLE = Qt.ItemDataRole.UserRole
"""The `Procedure` of a row; None for a heading."""
GONE_ROLE = Qt.ItemDataRole.UserRole + 1
"""Whether the server no longer has the record of a row."""
GROUP_ROLE = Qt.ItemDataRole.UserRole + 2
"""Of a heading whether it is open; None for any other row."""
SHORT_ROLE = Qt.ItemDataRole.UserRole + 3
"""Shorter texts for a cell that has no room for its own, a line each, the longest first; "" for none."""

_NOT_OURS = frozenset(
    (
        Qt.ItemDataRole.TextAlignmentRole.value,
        Qt.ItemDataRole.ForegroundRole.value,
        Qt.ItemDataRole.BackgroundRole.value,
        Qt.ItemDataRole.CheckStateRole.value,
        Qt.ItemDataRole.DecorationRole.value,
    )
)
"""What a view asks of every cell that it paints, and no cell here has anything to say to."""
_FEW = 5
"""Rows that are looked for one by one: each takes a sixth of what going through all of them in Python takes."""


class ProcedureTable(ArrangedRows):
    """Rows are `Procedure` values, or headings; what is hidden (by the filter, or as entered in error) is counted."""

    visible_changed = Signal()
    """`visible` gives another set; not when it is only sorted or grouped in another way."""

    moving = Signal()
    """The rows are about to stand in another order. Qt has a persistent index for every selected cell then, which this
    model would have to move one by one: a view that has many selected takes them off and selects them again."""
    moved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._fates = Fates()
        self._ranked: list[int] = []
        """All places in the order that the reader chose: hiding some and showing them again changes nothing in it."""
        self._numbers: dict[Key, int] = {}
        """A number for each key that was ever a group's, so that its heading is known again in another order."""
        self._keys: dict[Column, list[object | None]] = {}
        """What each place is sorted by in a column, as far as it was needed."""
        self._repeats = Repeats()
        self._gone: frozenset[str] = frozenset()
        self._grouping = Grouping.NONE
        self._sort_column = Column.DATE
        self._sort_order = Qt.SortOrder.DescendingOrder
        self._cells = Cells(self.is_gone, self.repeating, self.heading)

    # What the pane asks and tells

    @property
    def filters(self) -> Filters:
        """What the reader wants to see."""
        return self._fates.filters

    @property
    def grouping(self) -> Grouping:
        """By what the rows are divided."""
        return self._grouping

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be shown or hidden."""
        return not self._procedures

    @property
    def hidden_by_filter(self) -> int:
        """Rows that the filter hides, of those that would be shown without it."""
        return self._fates.filtered

    @property
    def hidden_as_error(self) -> int:
        """Records without a row, as they were entered in error."""
        return self._fates.hidden

    @property
    def admitted(self) -> int:
        """Rows that there would be without a filter."""
        return self._fates.filtered + self._fates.shown

    def clear(self) -> None:
        """No rows, as before a chart is opened; and nothing of what was chosen for that chart."""
        self.beginResetModel()
        self._procedures, self._ranked, self._rows, self._keys = [], [], [], {}
        self._fates.clear()
        self._groups = []
        self._numbers, self._group_of = {}, {}
        self._collapsed = set()
        self._repeats.clear()
        self._gone = frozenset()
        self.endResetModel()
        self.visible_changed.emit()

    def add(self, procedures: Sequence[Procedure]) -> None:
        """Append rows; they take their place in the order that the reader chose, and the selection stays."""
        if not procedures:
            return
        first = len(self._procedures)
        new = list(range(first, first + len(procedures)))  # one number for each place, wherever it is kept
        self._procedures.extend(procedures)
        self._fates.extend(procedures)
        for place, procedure in zip(new, procedures, strict=True):
            self._repeats.add(place, procedure.prepared)
        self._keys.pop(Column.REPEATS, None)  # a record that comes later makes earlier ones repeat
        self._ranked.extend(new)
        self._rank()
        self._grow(self._arranged(), first)
        if self._rows:  # counts in headings, and how often something repeats
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(Column) - 1))
        self.visible_changed.emit()

    def replace(self, older: Procedure, fresh: Procedure | None) -> None:
        """A record was read again: show its new content in its place, or take it out."""
        place = next((place for place, procedure in enumerate(self._procedures) if procedure is older), None)
        if place is not None and fresh is None:
            del self._procedures[place]
            self._ranked = [other - (other > place) for other in self._ranked if other != place]
        elif place is not None and fresh is not None:
            self._procedures[place] = fresh
        self._repeats.clear()
        for other, procedure in enumerate(self._procedures):
            self._repeats.add(other, procedure.prepared)
        self._fates.replace(self._procedures)
        self._keys.clear()
        self._rank()
        self._show()

    def mark_gone(self, ids: Collection[str]) -> bool:
        """Say of these records, and of no others, that the server no longer has them; whether that is news."""
        if self._gone == (gone := frozenset(ids)):
            return False
        self._gone = gone
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(Column) - 1))
        return True

    def is_gone(self, procedure: Procedure) -> bool:
        """Whether the server no longer has a record."""
        return bool(procedure.id) and procedure.id in self._gone

    def set_filters(self, filters: Filters) -> None:
        """Show only what these let through."""
        self._fates.choose(filters)
        self._show()

    def show_entered_in_error(self, show: bool) -> None:
        """Reveal or hide what was entered in error."""
        self._fates.show_errors(show=show)
        self._show()

    def choices(self) -> Choices:
        """What the filters can choose from; what was entered in error counts only while it is shown."""
        return choices_in(
            procedure.prepared
            for procedure in self._procedures
            if self._fates.shows_errors or not procedure.entered_in_error
        )

    def repeating(self, procedure: Procedure) -> tuple[Procedure, ...]:
        """All records of the chart with the code of this one, itself among them; () where there is no other."""
        prepared = procedure.prepared
        if self._repeats.of(prepared) is None:
            return ()
        return tuple(self._procedures[place] for place in self._repeats.places(prepared))

    def repeat_texts(self, count: int) -> set[str]:
        """What stands of repeating beside the `count` records that came last."""
        latest = self._procedures[max(0, len(self._procedures) - count) :]
        return {repeat_text(self._repeats.of(procedure.prepared), procedure) for procedure in latest}

    @property
    def shown(self) -> int:
        """How many `visible` gives."""
        return self._fates.shown

    # Headings

    def group_by(self, grouping: Grouping) -> None:
        """Divide the rows by year, by code, or not at all; all headings are open."""
        self._grouping = grouping
        self._collapsed = set()
        self._reset()

    def toggle(self, row: int) -> None:
        """Open the heading in this row if it is closed, or the other way round."""
        group = self.group_at(row)
        if group is None:
            return
        first, last = row + 1, row + len(group.members)
        if self.is_open(group):
            self.beginRemoveRows(QModelIndex(), first, last)
            self._collapsed.add(group.key)
            del self._rows[first : last + 1]
            self.endRemoveRows()
        else:
            self.beginInsertRows(QModelIndex(), first, last)
            self._collapsed.discard(group.key)
            self._rows[first:first] = group.members
            self.endInsertRows()
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))

    def open_group_of(self, procedure: Procedure) -> None:
        """See that a procedure has a row, if it stands under a closed heading."""
        for group in self._groups:
            if not self.is_open(group) and any(self._procedures[place] is procedure for place in group.members):
                self.toggle(self._rows.index(self._heading(group)))
                return

    def collapse_all(self) -> None:
        """Close every heading."""
        self._collapsed = {group.key for group in self._groups}
        self._reset()

    def expand_all(self) -> None:
        """Open every heading."""
        self._collapsed = set()
        self._reset()

    # Qt's model interface

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - an invalid index is Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as above
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.heading(Column(section))

    def heading(self, column: Column) -> str:
        """What stands above a column."""
        return {
            Column.DATE: self.tr("Date"),
            Column.TITLE: self.tr("Procedure"),
            Column.CODE: self.tr("Code"),
            Column.SYSTEM: self.tr("System"),
            Column.STATUS: self.tr("Status"),
            Column.REPEATS: self.tr("Times"),
        }[column]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in _NOT_OURS or not index.isValid():
            return None
        place = self._rows[index.row()]
        if place < 0:
            group = self._group_of[place]
            is_open = self.is_open(group)
            return is_open if role == GROUP_ROLE else self._cells.heading(group, is_open, Column(index.column()), role)
        if role == GROUP_ROLE:
            return None
        procedure = self._procedures[place]
        if role == PROCEDURE_ROLE:
            return procedure
        if role == GONE_ROLE:
            return self.is_gone(procedure)
        if role == SHORT_ROLE:
            return self._cells.short(procedure, Column(index.column()))
        return self._cells.data(procedure, self._repeats.of(procedure.prepared), Column(index.column()), role)

    def whole_text(self, row: int, column: Column) -> str:
        """All that stands in a cell; of a heading its words."""
        group = self.group_at(row)
        return group.text if group is not None else self.texts_of(self._procedures[self._rows[row]], (column,))[0]

    def texts_of(self, procedure: Procedure, columns: Sequence[Column]) -> list[str]:
        """What stands of a procedure in these columns. Where its status is not among them, what was entered in error
        or not done says so itself, and so does a row of any other status but "completed": it would read as done."""
        repeat = self._repeats.of(procedure.prepared) if Column.REPEATS in columns else None
        texts = [self._cells.text(procedure, repeat, column) for column in columns]
        if Column.STATUS not in columns and procedure.status is not Status.COMPLETED:
            if procedure.entered_in_error:
                texts[0] = translate("tables", "(entered in error) {text}").format(text=texts[0])
            elif procedure.status is Status.NOT_DONE:
                texts[0] = translate("tables", "(not done) {text}").format(text=texts[0])
            elif len(columns) > 1:
                texts[0] = f"({procedure.status_text}) {texts[0]}"
        return texts

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if (column, order) == (self._sort_column, self._sort_order):
            return  # Qt asks twice
        self._sort_column, self._sort_order = Column(column), order
        self._rank()
        self._move(self._arranged())

    # Which rows there are

    def _show(self) -> None:
        self._reset()
        self.visible_changed.emit()

    def _reset(self) -> None:
        self.beginResetModel()
        self._rows = self._arranged()
        self.endResetModel()

    def _arranged(self) -> list[int]:
        """The rows that there are to be, headings among them."""
        if self._grouping is Grouping.NONE:
            self._groups, self._group_of = [], {}
            return self._fates.shown_of(self._ranked)
        ascending = self._sort_order is Qt.SortOrder.AscendingOrder
        if self._grouping is Grouping.YEAR:
            backwards = self._sort_column is Column.DATE and ascending
        else:
            backwards = self._sort_column is Column.TITLE and not ascending
        self._groups = grouped(
            self._fates.admitted_of(self._ranked), self._procedures, self._grouping, backwards=backwards
        )
        self._group_of = {self._heading(group): group for group in self._groups}
        rows: list[int] = []
        for group in self._groups:
            rows.append(self._heading(group))
            if group.key not in self._collapsed:
                rows.extend(group.members)
        return rows

    def _heading(self, group: Group) -> int:
        """What stands for a group's heading among the places: a negative number that it keeps."""
        return -1 - self._numbers.setdefault(group.key, len(self._numbers))

    def _grow(self, rows: list[int], first: int) -> None:
        """Some rows came, none went; `first` is the first place that is new."""
        more = len(rows) - len(self._rows)
        if more:
            if self._groups:
                there = set(self._rows)
                new = [place for place in rows if place not in there]
            else:
                new = [place for place in rows if place >= first]
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + more - 1)
            self._rows = self._rows + new
            self.endInsertRows()
        self._move(rows)

    def _move(self, rows: list[int]) -> None:
        """The same rows in another order; persistent indexes (the selection) follow them."""
        if rows == self._rows:
            return
        self.moving.emit()
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        wanted = {self._rows[index.row()] for index in old}
        if len(wanted) <= _FEW:
            row_of = {place: rows.index(place) for place in wanted}
        else:
            row_of = {place: row for row, place in enumerate(rows) if place in wanted}
        new = [self.index(row_of[self._rows[index.row()]], index.column()) for index in old]
        self._rows = rows
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()
        self.moved.emit()

    def _rank(self) -> None:
        """Sort all places; stable. What has no date (or no text) stands last in both directions."""
        keys: list[object | None] = self._keys.setdefault(self._sort_column, [])
        keys.extend(sort_keys(self._procedures[len(keys) :], self._sort_column, self._repeats))
        some_have_none = None in keys
        stated = [place for place in self._ranked if keys[place] is not None] if some_have_none else self._ranked.copy()
        # Rows that came with an earlier page are in order already, which makes sorting them again cheap.
        stated.sort(key=keys.__getitem__, reverse=self._sort_order is Qt.SortOrder.DescendingOrder)  # type: ignore[arg-type]
        if some_have_none:
            stated += [place for place in self._ranked if keys[place] is None]
        self._ranked = stated
