"""How much room a table takes when it is laid out: each of its rows has each of its columns, filled or not.

A few cells that reach over many columns and rows, or one long row above many short ones, take as long as a million.
"""

from typing import Final

MOST_PLACES: Final = 2_000
"""Of all tables of a narrative together, rows times columns; laying out a thousand takes some 50 ms."""


class TableRoom:
    """One table, row by row and cell by cell."""

    def __init__(self) -> None:
        self._rows = 0
        self._lowest = 0
        """The last row into which a cell reaches."""
        self._columns = 0
        self._across = 0
        """Columns that are taken in the row that is being filled."""
        self._reaching: list[tuple[int, int]] = []
        """Cells that reach below their row: the last row into which they do, and over how many columns."""

    @property
    def places(self) -> int:
        """Rows times columns."""
        return max(self._rows, self._lowest) * self._columns

    def places_with_row(self) -> int:
        """How many there are with another row."""
        return max(self._rows + 1, self._lowest) * max(1, self._columns)

    def places_with_cell(self, across: int, down: int) -> int:
        """How many there are with another cell in the row."""
        return max(self._rows + down - 1, self._lowest) * max(self._columns, self._across + across)

    def add_row(self) -> None:
        """Begin a row."""
        self._rows += 1
        self._reaching = [(last, across) for last, across in self._reaching if last >= self._rows]
        self._across = sum(across for _, across in self._reaching)
        self._lowest = max(self._lowest, self._rows)

    def add_cell(self, across: int, down: int) -> None:
        """Begin a cell in the row that was begun last."""
        self._across += across
        self._columns = max(self._columns, self._across)
        if down > 1:
            last = self._rows + down - 1
            self._reaching.append((last, across))
            self._lowest = max(self._lowest, last)
