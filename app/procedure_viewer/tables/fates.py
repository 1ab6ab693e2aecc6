"""What becomes of each record of a list: out of sight as entered in error, hidden by the filter, or to be seen."""

from collections.abc import Iterator, Sequence
from itertools import compress, count

from procedure_viewer.fhir.prepared import Prepared
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.tables.filters import Filters

_HIDDEN, _FILTERED, _SHOWN = 0, 1, 2
_OF_PASSING = bytes([_FILTERED, _SHOWN]).ljust(256)
"""A fate by whether the filter lets a record through."""
_SEEN = bytes(fate == _SHOWN for fate in range(256))


class Fates:
    """A byte for each place of a list: a hundred thousand are gone through for every key in the filter."""

    def __init__(self) -> None:
        self.filters = Filters()
        """What the reader wants to see."""
        self.shows_errors = False
        """Whether what was entered in error is to be seen like the rest."""
        self._fates = bytearray()
        self._prepared: list[Prepared] = []
        self._texts: set[str] = set()
        """All that any of them says."""
        self._withdrawn: list[int] = []
        """The places of what was entered in error."""

    @property
    def hidden(self) -> int:
        """How many are out of sight as entered in error."""
        return self._fates.count(_HIDDEN)

    @property
    def filtered(self) -> int:
        """How many the filter hides, of those that would be seen without it."""
        return self._fates.count(_FILTERED)

    @property
    def shown(self) -> int:
        """How many are to be seen."""
        return self._fates.count(_SHOWN)

    def clear(self) -> None:
        """No records, and nothing of what was chosen for them."""
        self.filters, self.shows_errors = Filters(), False
        self._fates = bytearray()
        self._forget()

    def extend(self, procedures: Sequence[Procedure]) -> None:
        """There are these, too."""
        self._learn(procedures)
        self._fates.extend(map(self._fate, procedures))

    def replace(self, procedures: Sequence[Procedure]) -> None:
        """There are these, and no others."""
        self._forget()
        self._learn(procedures)
        self._filter()

    def show_errors(self, *, show: bool) -> None:
        """Reveal or hide what was entered in error."""
        self.shows_errors = show
        self._filter()

    def choose(self, filters: Filters) -> None:
        """Let through what these do. Where a word goes on, only what has passed so far is looked at."""
        former, self.filters = self.filters, filters
        self._filter(former if filters.narrows(former) else None)

    def shown_of(self, places: Sequence[int]) -> list[int]:
        """Those of these places that are to be seen, in their order."""
        return list(compress(places, map(self._seen().__getitem__, places)))

    def admitted_of(self, places: Sequence[int]) -> Iterator[tuple[int, bool]]:
        """Those that would be seen without a filter, each with whether it is."""
        fates = self._fates
        return ((place, fates[place] == _SHOWN) for place in places if fates[place] != _HIDDEN)

    def _seen(self) -> bytes | bytearray:
        return self._fates.translate(_SEEN)

    def _fate(self, procedure: Procedure) -> int:
        if procedure.entered_in_error and not self.shows_errors:
            return _HIDDEN
        return _SHOWN if not self.filters.active or self.filters.pass_through(procedure.prepared) else _FILTERED

    def _filter(self, former: Filters | None = None) -> None:
        """Find out anew what becomes of each; what a `former` filter kept back, this one does too."""
        if not self.filters.active:
            fates = bytearray([_SHOWN]) * len(self._prepared)
        elif former is None:
            fates = bytearray(self.filters.passing(self._prepared, self._texts)).translate(_OF_PASSING)
        else:
            within = list(compress(count(), self._seen()))
            fates = bytearray([_FILTERED]) * len(self._prepared)
            rows = [self._prepared[place] for place in within]
            for place in compress(within, self.filters.passing(rows, self._texts, former)):
                fates[place] = _SHOWN
        if not self.shows_errors:
            for place in self._withdrawn:
                fates[place] = _HIDDEN
        self._fates = fates

    def _learn(self, procedures: Sequence[Procedure]) -> None:
        first = len(self._prepared)
        self._prepared += [procedure.prepared for procedure in procedures]
        self._texts.update([row.said for row in self._prepared[first:]])
        self._withdrawn += [first + at for at, procedure in enumerate(procedures) if procedure.entered_in_error]

    def _forget(self) -> None:
        self._prepared, self._texts, self._withdrawn = [], set(), []
