"""Searching one view for words, in slices, and going from one hit to the next."""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Protocol

from PySide6.QtCore import QObject, Slot

from procedure_viewer.ui.find_bar import FindBar
from procedure_viewer.ui.slices import Slices

MOST_HITS = 100_000
"""Hits that are kept; whoever has more should look for more letters."""

Hit = tuple[int, ...]


class Searchable(Protocol):
    """A view whose hits are tuples of numbers, in the order in which it shows what it has."""

    def hits(self, words: str) -> Iterator[Hit | None]:
        """Every hit, with pauses (None) between."""

    def here(self) -> Hit:
        """The hit that the reader is at, if it is one."""

    def begin(self) -> Hit:
        """From where a search begins: it goes to the first hit from there on."""

    def show_hit(self, hit: Hit) -> str:
        """Go to a hit; what to tell a screen reader about it."""

    def mark_hits(self, hits: list[Hit]) -> None:
        """Mark these, and no others. The list grows while the search goes on."""

    def hits_grew(self) -> None:
        """There are more hits in the list."""


class Finder(QObject):
    """What was found in the one view that is searched at a time, and where in it the reader is."""

    def __init__(self, bar: FindBar, parent: QObject) -> None:
        super().__init__(parent)
        self._bar = bar
        self._view: Searchable | None = None
        self._words = ""
        self.hits: list[Hit] = []
        self._current: int | None = None
        self._begun: Hit = ()
        self._more = False
        self._slices = Slices(self)
        self._slices.ended.connect(self._ended)
        bar.changed.connect(self._changed)
        bar.next_wanted.connect(self.go_on)
        bar.previous_wanted.connect(self.go_back)

    @property
    def current(self) -> Hit | None:
        """The hit that was gone to last."""
        return None if self._current is None else self.hits[self._current]

    def search_in(self, view: Searchable | None) -> None:
        """Search this view from now on; the words stay."""
        self._forget()
        self._view = view
        self._search(goes=False)

    @Slot(str)
    def _changed(self, words: str) -> None:
        if words != self._words:
            self._words = words
            self._search(goes=True)

    def _search(self, *, goes: bool) -> None:
        """Search anew; with `goes`, go to the first hit from here on as soon as there is one."""
        self._forget()
        view = self._view
        if view is None or not self._words:
            self._show_count()
            return
        self._begun = view.begin()
        view.mark_hits(self.hits)
        self._slices.start(self._work(view, goes=goes))
        self._show_count()

    def _work(self, view: Searchable, *, goes: bool) -> Iterator[None]:
        for count, hit in enumerate(view.hits(self._words)):
            if hit is not None:
                if len(self.hits) == MOST_HITS:
                    self._more = True
                    break
                self.hits.append(hit)
                if goes and hit >= self._begun:
                    goes = False
                    self._show(len(self.hits) - 1)
            if count % 1_000 == 0:
                view.hits_grew()
                self._show_count()
            yield
        view.hits_grew()
        if goes and self.hits:
            self._show(0)

    @Slot()
    def _ended(self) -> None:
        self._show_count()
        self._bar.announce("")

    @Slot()
    def go_on(self) -> None:
        """To the next hit, after the last one to the first."""
        self._step(1)

    @Slot()
    def go_back(self) -> None:
        """To the hit before, before the first one to the last that is known."""
        self._step(-1)

    def _step(self, by: int) -> None:
        if not self.hits or self._view is None:
            return
        here = self._view.here()
        if self._current is not None and self.hits[self._current] == here:
            number = self._current + by
        else:  # the reader has gone elsewhere by other ways
            number = bisect_left(self.hits, here)
            if by < 0:
                number -= 1
            elif number < len(self.hits) and self.hits[number] == here:
                number += 1
        self._show(number % len(self.hits))
        self._show_count()
        self._bar.announce(self._said)

    def _show(self, number: int) -> None:
        assert self._view is not None
        self._current = number
        self._said = self._view.show_hit(self.hits[number])

    def _show_count(self) -> None:
        current = 0 if self._current is None else self._current + 1
        self._bar.show_count(current, len(self.hits), goes_on=self._slices.is_working, more=self._more)

    def _forget(self) -> None:
        self._slices.stop()
        self.hits = []
        self._current = None
        self._more = False
        self._said = ""
        if self._view is not None:
            self._view.mark_hits(self.hits)
