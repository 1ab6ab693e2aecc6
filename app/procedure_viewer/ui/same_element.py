"""The element that the reader is at, carried from tab to tab."""

from collections.abc import Callable, Generator, Iterator

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from procedure_viewer.fhir.elements import Element, Place
from procedure_viewer.fhir.places import element_at, place_of
from procedure_viewer.ui.clipboard_guard import put_on_clipboard
from procedure_viewer.ui.element_view import ElementView
from procedure_viewer.ui.json_view import JsonView
from procedure_viewer.ui.slices import Slices
from procedure_viewer.ui.summary_view import SummaryView


class SameElement(QObject):
    """Remembers in which tab the reader has gone to an element last, and shows the same one in the tab that comes next.

    Where that is in the other tab is asked for then, and not at each step: in a record of thirty megabytes it takes a
    while.
    """

    def __init__(
        self, summary: SummaryView, tree: ElementView, json: JsonView, root: Callable[[], Element], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._summary, self._tree, self._json, self._root = summary, tree, json, root
        self._origin: QWidget | None = None
        self._path = ""
        self._place: Place | None = None
        self._tab: QWidget | None = None
        self._arrived: object = None
        """Where the reader was in the tab when it came into sight: whoever is elsewhere has gone there."""
        self._slices = Slices(self)
        self._copying = Slices(self)
        summary.chosen.connect(self._choose_fact)
        json.path_wanted.connect(self._copy_path)

    @property
    def is_working(self) -> bool:
        """Whether the tab in sight doesn't show the element yet."""
        return self._slices.is_working

    def clear(self) -> None:
        """No element is chosen, and no tab is in sight."""
        self._slices.stop()
        self._copying.stop()
        self._origin = self._place = self._tab = self._arrived = None
        self._path = ""

    def turn_to(self, tab: QWidget) -> None:
        """A tab, which has been filled, comes into sight."""
        here = self._where(self._tab)
        if self._tab is not None and here != self._arrived:
            self._origin, self._place = self._tab, None
        self._tab = tab
        self._arrived = self._where(tab)
        if self._origin is not None:
            self._slices.start(self._shown_in(tab))

    @Slot(str)
    def _choose_fact(self, path: str) -> None:
        self._origin, self._path, self._place = self._summary, path, None

    @Slot()
    def _copy_path(self) -> None:
        """The path of the element that the reader of the JSON is at."""
        self._copying.start(self._copied())

    def _copied(self) -> Iterator[None]:
        place = yield from self._json.place_here()
        if place is not None:
            put_on_clipboard(element_at(self._root(), place).path)

    def _where(self, tab: QWidget | None) -> object:
        if tab is self._tree:
            return self._tree.place
        return self._json.offset if tab is self._json else None

    def _shown_in(self, tab: QWidget) -> Iterator[None]:
        if self._place is None:
            self._place = yield from self._asked()
        place = self._place
        if place is None or tab is self._origin:
            return
        if tab is self._tree:
            self._tree.choose(place)
        elif tab is self._json:
            yield from self._json.choose(place)
        else:
            self._summary.choose(element_at(self._root(), place).path)
        self._arrived = self._where(tab)

    def _asked(self) -> Generator[None, None, Place | None]:
        """Where the element stands that the reader has gone to."""
        if self._origin is self._tree:
            return self._tree.place
        if self._origin is self._json:
            return (yield from self._json.place_here())
        yield
        return place_of(self._root(), self._path) if self._path else None
