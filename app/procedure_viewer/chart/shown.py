"""What a window has been told of the open chart, and what the reader has selected there."""

from collections.abc import Callable, Sequence
from datetime import datetime

from procedure_viewer.chart.difference import Difference
from procedure_viewer.chart.news import Changed, NewRows, News, RereadProcedure, ToBeSelected
from procedure_viewer.chart.open_chart import OpenChart, Reread, Standing
from procedure_viewer.fhir.procedure import Procedure

MOST_SINGLE_CHANGES = 20
"""Rows that a second reading changes one by one under the reader's eyes; where it is more, the list is built anew."""
MOST_ROWS_LOOKED_AT = 20_000
"""The same, times the rows of the list: each change has a window look at all of them."""
ROWS_AT_ONCE = 500
"""Rows of a list that a window takes in between two breaths."""


class Shown:
    """Nothing of it outlives the chart: `close` empties all."""

    def __init__(self, tell: Callable[[News], None], clock: Callable[[], datetime]) -> None:
        self._tell = tell
        self._clock = clock
        self.chart: OpenChart | None = None
        self.selected: Procedure | None = None
        """The one record that the detail shows and that can be exported."""
        self.reread: RereadProcedure | None = None
        """What came of the last time that a shown procedure of this chart was read again."""
        self.reread_target: Procedure | None = None
        """The shown record that is being read again, or was."""
        self.wanted: Procedure | None = None
        """What was opened by its id and is to be selected once it has a row."""
        self.unshown: tuple[Procedure, ...] = ()
        """What is in the open chart and has no row yet, because a window takes in so many at once."""
        self._moved_on = False
        """Whether the reader selected a row since `wanted` was asked for: it gets its row, but not the selection."""

    def close(self) -> None:
        """Show no patient."""
        self.chart = self.selected = self.reread = self.reread_target = self.wanted = None
        self.unshown = ()
        self._tell(Changed.CLEARED)

    def open(self, chart: OpenChart, wanted: Procedure | None = None) -> None:
        """Show a chart that has no rows yet; `wanted` is to be selected once it has its row."""
        self.want(wanted)
        self.chart = chart
        self._tell(Changed.OPENED)

    def add(self, rows: Sequence[Procedure]) -> None:
        """Show these besides."""
        if rows:
            self._tell(NewRows(tuple(rows)))

    # The selection

    def select(self, procedure: Procedure | None) -> bool:
        """The reader turned to another row; False for one that is not in the open chart, or selected already."""
        if procedure is not None and (self.chart is None or not self.chart.shows(procedure)):
            return False
        self._moved_on = self._moved_on or procedure is not None
        former, self.selected = self.selected, procedure
        return former is not procedure

    def want(self, procedure: Procedure | None) -> None:
        """Have this selected when it has a row, unless the reader selects another until then."""
        self.wanted, self._moved_on = procedure, False

    @property
    def to_be_kept(self) -> Procedure | None:
        """What is to be selected when the list is there again."""
        return self.selected if self._moved_on or self.wanted is None else self.wanted

    def select_wanted(self) -> None:
        """Select what was opened by its id, once its row is there; at the end of the list it gets one of its own."""
        chart, wanted = self.chart, self.wanted
        if chart is None or wanted is None:
            return
        found = chart.find(wanted.id) if wanted.id else None
        if found is None and chart.standing is not Standing.LOADING and chart.admit(wanted):
            found = wanted
            self.add((wanted,))
        if found is not None:
            pulls, self.wanted = not self._moved_on, None
            if pulls:
                self._tell(ToBeSelected(found))

    # Other content

    def take_fresh(self, older: Procedure, fresh: Procedure) -> Reread:
        """The shown record `older` was read again and is now `fresh`: show that, or take it out."""
        if self.chart is None:
            return Reread.STRANGER
        outcome = self.chart.replace(older, fresh)
        if outcome in (Reread.REPLACED, Reread.LEFT):
            now = fresh if outcome is Reread.REPLACED else None
            if self.selected is older:
                self.selected = now
            self.reread_target = now
            self.reread = RereadProcedure(older, now, self._clock())
            self._tell(self.reread)
        return outcome

    def take_over(self, chart: OpenChart, changes: Difference) -> None:
        """A second reading's rows take the place of the first one's: the reader keeps filter and selection."""
        fresh_of: dict[int, Procedure | None] = {id(older): fresh for older, fresh in changes.replaced}
        fresh_of |= dict.fromkeys(map(id, changes.removed))
        selected = self.selected
        if selected is not None:
            self.selected = fresh_of.get(id(selected), selected)
        if self.reread_target is not None:
            self.reread_target = fresh_of.get(id(self.reread_target), self.reread_target)
        changed = len(fresh_of)
        if changed > MOST_SINGLE_CHANGES or changed * len(chart.procedures) > MOST_ROWS_LOOKED_AT:
            self._show_anew(chart)
            return
        at = self._clock()
        pairs = [*changes.replaced, *((older, None) for older in changes.removed)]
        # The selected one first: while the others change it has its row already, and stays selected.
        for older, fresh in sorted(pairs, key=lambda pair: pair[0] is not selected):
            told = RereadProcedure(older, fresh, at)
            if older is selected:
                self.reread = told
            self._tell(told)
        self._show_in_parts(changes.added)

    def _show_anew(self, chart: OpenChart) -> None:
        kept = self.to_be_kept
        self.chart = self.selected = self.reread = None
        self._tell(Changed.CLEARED)
        self.open(chart, kept)
        self._show_in_parts(chart.procedures)

    # In parts

    def _show_in_parts(self, rows: Sequence[Procedure]) -> None:
        """What is to be selected has its row at once: the order of the list is the window's."""
        kept = self.to_be_kept
        self.unshown = tuple(sorted(rows, key=lambda procedure: not _is_same(procedure, kept)))
        self.show_more()

    def show_more(self) -> None:
        """The window had its breath: show the next rows."""
        rows, self.unshown = self.unshown[:ROWS_AT_ONCE], self.unshown[ROWS_AT_ONCE:]
        if rows:
            self._tell(NewRows(rows))
            self._tell(Changed.MORE if self.unshown else Changed.CHART)

    def show_all(self) -> None:
        """Show at once what has no row yet, before a single row is changed."""
        rows, self.unshown = self.unshown, ()
        self.add(rows)


def _is_same(procedure: Procedure, kept: Procedure | None) -> bool:
    return kept is not None and (procedure is kept or (bool(kept.id) and procedure.id == kept.id))
