"""Which procedure, or which heading, stands in which row; and what several rows stand for."""

from collections.abc import Collection, Iterable
from functools import partial
from itertools import compress, count, repeat
from operator import is_

from PySide6.QtCore import QAbstractTableModel

from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.tables.grouping import Group, Key
from procedure_viewer.tables.ranges import ranges_where


class ArrangedRows(QAbstractTableModel):
    """Rows of a list that may be divided by headings. Each procedure has a place, which stays whatever row it is in."""

    def __init__(self) -> None:
        super().__init__()
        self._procedures: list[Procedure] = []
        self._rows: list[int] = []
        """For each row the place of its procedure, or for a heading -1 and less."""
        self._groups: list[Group] = []
        self._group_of: dict[int, Group] = {}
        """By the number that stands for a heading."""
        self._collapsed: set[Key] = set()

    def row_of(self, procedure: Procedure | None) -> int | None:
        """The row of a procedure, if it has one. It is looked for itself: not every record has an id."""
        place = next(compress(count(), map(is_, self._procedures, repeat(procedure))), None)
        try:
            return None if place is None else self._rows.index(place)
        except ValueError:
            return None

    def visible(self) -> tuple[Procedure, ...]:
        """What the list shows, in its order; what the filter hides, or what was entered in error, is not in it.

        What stands under a closed heading is: the heading stands for it.
        """
        if self._groups:
            return tuple([self._procedures[place] for group in self._groups for place in group.members])
        return tuple([self._procedures[place] for place in self._rows])  # a generator would take three times as long

    def group_at(self, row: int) -> Group | None:
        """The group whose heading a row is."""
        place = self._rows[row] if 0 <= row < len(self._rows) else 0
        return self._group_of[place] if place < 0 else None

    def heading_of(self, row: int) -> int | None:
        """The row of the heading above a row, or of the row itself if it is one."""
        return next((above for above in range(row, -1, -1) if self._rows[above] < 0), None)

    def is_open(self, group: Group) -> bool:
        """Whether the members of a group have rows."""
        return group.key not in self._collapsed

    # Several rows

    def procedures_in(self, rows: Iterable[range]) -> tuple[Procedure, ...]:
        """The procedures of these rows, in their order. A closed heading has those of its members, an open one none."""
        places = (place for some in rows for place in self._places(some))
        return tuple(self._procedures[place] for place in places)

    def count_in(self, rows: Iterable[range]) -> int:
        """How many those are."""
        return sum(len(self._places(some)) if self._groups else len(some) for some in rows)

    def rows_of(self, identities: Collection[int]) -> list[range]:
        """The rows of the procedures with these `id()`, and of closed headings all of whose members are among them; as
        few ranges as there can be, from the top."""
        return ranges_where(map(partial(self._stands_for, identities), self._rows))

    def _stands_for(self, identities: Collection[int], place: int) -> bool:
        if place >= 0:
            return id(self._procedures[place]) in identities
        group = self._group_of[place]
        return not self.is_open(group) and all(id(self._procedures[member]) in identities for member in group.members)

    def marks_in(self, rows: Iterable[range]) -> frozenset[int]:
        """What tells these rows, headings among them, when they have moved."""
        return frozenset(place for some in rows for place in self._rows[some.start : some.stop])

    def rows_with(self, marks: frozenset[int]) -> list[range]:
        """Where those stand now; as few ranges as there can be, from the top."""
        return ranges_where(map(marks.__contains__, self._rows))

    def _places(self, rows: range) -> list[int]:
        places = self._rows[rows.start : rows.stop]
        if not self._groups:
            return places
        found: list[int] = []
        for place in places:
            if place >= 0:
                found.append(place)
            elif not self.is_open(group := self._group_of[place]):
                found += group.members
        return found
