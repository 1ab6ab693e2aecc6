"""How wide the columns of the procedures are: as what stands in them asks for, as long as titles keep their room."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QHeaderView, QTableView

from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.tables.columns import Column, cell_text
from procedure_viewer.tables.texts import shortened

_PADDING = 16
"""Pixels beside a text: the cell's margins, and some air."""
_ICON = 24
"""Pixels of the status's shape and its distance from the words."""
_TITLE = "m" * 12
"""What a title has room for at the least."""
_ROOMY = 800
"""Pixels of a list that has room for a period's times beside titles."""
_TITLES_SHARE = 0.36
"""The share of the list that long titles get as long as the others only lose what is rare in them."""
_USUAL = {
    Column.SYSTEM: "ICD-10-PCS",
    Column.CODE: "000000000",
    Column.REPEATS: "0000×",
    Column.DATE: "20 Sep 2023, 21:18 +00:00",
}
"""What most cells of a column need; a second code, or the end of a period, give way to titles."""
_SHORT_DATE = "20 Sep 2023 …"
"""What stays of a date where even titles have no room: the last to give way."""
_LONG_DATE = "20 Sep 2023, 21:18 to 21:18 +00:00"
_LIMITS = {  # what a column is wide enough for at the least, and at the most; in the order in which they give way
    Column.SYSTEM: ("HCPCS", "ICD-10-PCS, Unstructured"),
    Column.CODE: ("0000000", "0DTJ4ZZ, 0DTJ4ZZ"),
    Column.REPEATS: ("000×", "00×, 2 same date, 1 not done"),
    Column.DATE: ("20 Sep 2023 to …", "20 Sep 2023 to 20 Sep 2023 …"),
    Column.STATUS: ("Completed", "Not done: contraindicated"),
}


_MEASURED = 10
"""Texts of a column that are measured of those that come at once: the longest ones."""


class ColumnFit(QObject):
    """Fits the columns of `view`, until the reader takes them in hand."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view
        self._is_fitting = False
        self.is_taken = False
        """Whether the widths are the reader's own."""
        self.hidden: set[Column] = set()
        """The columns that the reader does without."""
        self._widest = dict.fromkeys(_LIMITS, 0)
        self._titles = 0
        """What the longest title needs."""
        self._status_words = 0
        """What the statuses need without their reasons."""
        header = view.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(Column.TITLE, QHeaderView.ResizeMode.Stretch)
        header.sectionResized.connect(self._resized)

    def clear(self) -> None:
        """There are no rows any more."""
        self._widest = dict.fromkeys(_LIMITS, 0)
        self._titles = self._status_words = 0

    def add(self, procedures: Iterable[Procedure]) -> None:
        """Rows came: each is measured once, however many come."""
        procedures = tuple(procedures)
        for column in _LIMITS:
            of_column = longest_dated(procedures) if column is Column.DATE else procedures
            self.add_texts(column, {cell_text(procedure, column) for procedure in of_column})
        titles = sorted({cell_text(procedure, Column.TITLE) for procedure in procedures}, key=len, reverse=True)
        self._titles = max([self._titles, *(self._needed(Column.TITLE, text) for text in titles[:_MEASURED])])
        words = {procedure.status_text for procedure in procedures}
        self._status_words = max([self._status_words, *(self._needed(Column.STATUS, text) for text in words)])
        self.fit()

    def add_texts(self, column: Column, texts: Iterable[str]) -> None:
        """Texts that stand in a column."""
        longest = sorted(filter(None, texts), key=len, reverse=True)[:_MEASURED]
        self._widest[column] = max([self._widest[column], *(self._needed(column, text) for text in longest)])

    def let_go(self) -> None:
        """The widths are the program's own again."""
        self.is_taken = False
        self.fit()

    @Slot()
    def fit(self) -> None:
        """Give each column what it needs; where that is too much, they give way in their order.

        What never repeats has no need of a column that says how often.
        """
        for column in Column:
            is_empty = column is Column.REPEATS and not self._widest[column]
            self._view.setColumnHidden(column, column in self.hidden or is_empty)
        if self.is_taken:
            return
        header, least, widths = self._view.horizontalHeader(), {}, {}
        shown = [column for column in _LIMITS if not self._view.isColumnHidden(column)]
        for column in shown:
            shortest, longest = _LIMITS[column]
            if column is Column.DATE and self._view.viewport().width() >= _ROOMY:
                longest = _LONG_DATE
            needed = min(self._needed(column, shortest), self._widest[column])  # nothing, where no row has a code
            least[column] = max(needed, header.sectionSizeHint(column))
            widths[column] = max(least[column], min(self._widest[column], self._needed(column, longest)))
        for_title = self._view.fontMetrics().horizontalAdvance(_TITLE)
        if self._view.isColumnHidden(Column.TITLE):
            for_title = 0
        else:
            self._make_room_for_titles(widths, least)
        missing = sum(widths.values()) + for_title - self._view.viewport().width()
        floors = [(column, least[column]) for column in shown]
        # Why something was not done gives way before the date does, that it was not done after it.
        if Column.STATUS in shown:
            floors.insert(-2, (Column.STATUS, max(least[Column.STATUS], self._status_words)))
        if Column.DATE in shown:
            floors.append((Column.DATE, self._needed(Column.DATE, _SHORT_DATE)))
        for column, floor in floors:
            given = max(0, min(missing, widths[column] - floor))
            widths[column] -= given
            missing -= given
        self._is_fitting = True
        for column, width in widths.items():
            self._view.setColumnWidth(column, width)
        self._is_fitting = False

    def _make_room_for_titles(self, widths: dict[Column, int], least: dict[Column, int]) -> None:
        """One row with two codes must not cut the titles of all others."""
        room = self._view.viewport().width()
        missing = sum(widths.values()) + min(self._titles, round(room * _TITLES_SHARE)) - room
        for column in widths:
            if column in _USUAL:
                floor = max(least[column], self._needed(column, _USUAL[column]))
                given = max(0, min(missing, widths[column] - floor))
                widths[column] -= given
                missing -= given

    def _needed(self, column: Column, text: str) -> int:
        beside = _PADDING + (_ICON if column is Column.STATUS else 0)
        return self._view.fontMetrics().horizontalAdvance(shortened(text)) + beside

    @Slot(int, int, int)
    def _resized(self, section: int, old: int, new: int) -> None:
        # A column that is hidden or shown again is "resized" as well, and by nobody's hand.
        if section != Column.TITLE and old and new and not self._is_fitting:
            self.is_taken = True


def longest_dated(procedures: Iterable[Procedure]) -> list[Procedure]:
    """Those whose dates read longest: what is searched is as long, and at hand."""
    by_text = {procedure.prepared.dated: procedure for procedure in procedures}
    return [by_text[text] for text in sorted(by_text, key=len, reverse=True)[:_MEASURED]]
