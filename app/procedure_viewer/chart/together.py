"""News of pages that come at one time, told as one: the list, its counts and the timeline are made anew once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from procedure_viewer.chart.news import Changed, NewRows, News
from procedure_viewer.fhir.procedure import Procedure


class Together:
    """Tells news; those of several pages that are taken in at one time as one."""

    def __init__(self, tell: Callable[[News], None]) -> None:
        self._tell = tell
        self._gathers = self._changed = False
        self._rows: list[Procedure] = []

    def __call__(self, news: News) -> None:
        """Tell this, after what was gathered."""
        if not self._gathers:
            self._tell(news)
        elif isinstance(news, NewRows):
            self._rows += news.procedures
        elif news is Changed.CHART:
            self._changed = True
        else:
            if news is Changed.CLEARED:  # rows of a chart that is not open any more
                self._rows, self._changed = [], False
            self._let_out()
            self._tell(news)

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Rows, and that the chart is to be looked at anew, are told at the end."""
        self._gathers = True
        try:
            yield
        finally:
            self._gathers = False
            self._let_out()

    def _let_out(self) -> None:
        rows, self._rows = self._rows, []
        changed, self._changed = self._changed, False
        if rows:
            self._tell(NewRows(tuple(rows)))
        if changed:
            self._tell(Changed.CHART)
