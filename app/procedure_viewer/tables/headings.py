"""The headings among the rows of a list: which there are, which are open, and which procedures a row stands for.

A row is told by a number: the place of its procedure, or for a heading a negative one, its mark.
"""

from collections.abc import Callable, Sequence

from procedure_viewer.tables.grouping import Group, Key


class Headings:
    """The groups of one open chart; without any, each row is a procedure."""

    def __init__(self) -> None:
        self.groups: Sequence[Group] = ()
        """In the order of the list."""
        self._group_of: dict[int, Group] = {}
        self._numbers: dict[Key, int] = {}
        """A number for each key that was ever a group's, so that its heading is known again in another order."""
        self._closed: set[Key] = set()

    def clear(self) -> None:
        """No groups, and nothing is known of former ones: another chart is opened."""
        self.groups, self._group_of, self._numbers = (), {}, {}
        self.open_all()

    def arrange(self, groups: Sequence[Group]) -> list[int]:
        """From now on there are these groups; returns the rows that there are to be, headings and what is open."""
        self.groups = groups
        self._group_of = {self.mark_of(group): group for group in groups}
        rows: list[int] = []
        for group in groups:
            rows.append(self.mark_of(group))
            if self.is_open(group):
                rows.extend(group.members)
        return rows

    def mark_of(self, group: Group) -> int:
        """What tells a group's heading among the rows: a negative number that it keeps."""
        return -1 - self._numbers.setdefault(group.key, len(self._numbers))

    def group_of(self, row: int) -> Group | None:
        """The group whose heading is so marked; None for the place of a procedure."""
        return self._group_of[row] if row < 0 else None

    def is_open(self, group: Group) -> bool:
        """Whether the members of a group have rows."""
        return group.key not in self._closed

    def open(self, group: Group) -> None:
        """Its members have rows from now on."""
        self._closed.discard(group.key)

    def close(self, group: Group) -> None:
        """Its members have no rows any more."""
        self._closed.add(group.key)

    def open_all(self) -> None:
        """Every heading is open, also such as there will be."""
        self._closed = set()

    def close_all(self) -> None:
        """Every heading that there is is closed."""
        self._closed = {group.key for group in self.groups}

    def members_in(self, rows: Sequence[int]) -> Sequence[int]:
        """The places that these rows stand for: a closed heading stands for its members, an open one for none."""
        if not self.groups:
            return rows
        found: list[int] = []
        for row in rows:
            if row >= 0:
                found.append(row)
            elif not self.is_open(group := self._group_of[row]):
                found += group.members
        return found

    def stands_for(self, row: int, is_wanted: Callable[[int], bool]) -> bool:
        """Whether all that a row stands for are places that are wanted; never for an open heading."""
        group = self.group_of(row)
        if group is None:
            return is_wanted(row)
        return not self.is_open(group) and all(map(is_wanted, group.members))
