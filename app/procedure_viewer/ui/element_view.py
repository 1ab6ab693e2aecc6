"""Every element of a record as a tree: searched, copied, opened and closed, by mouse and keys."""

from collections import deque
from collections.abc import Callable, Iterator

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView

from procedure_viewer.fhir.elements import Element, Place
from procedure_viewer.fhir.finding import find_elements
from procedure_viewer.tables.elements import Column, ElementTree
from procedure_viewer.ui.clipboard_guard import put_on_clipboard
from procedure_viewer.ui.finding import Hit
from procedure_viewer.ui.local_actions import add_action
from procedure_viewer.ui.slices import Slices

LARGEST_EXPANDED = 40_000
"""Bytes of a record up to which its tree is opened at once."""
MOST_EXPANDED = 3_000
"""Rows that are brought into sight in one go; a reader who wants more of them asks again further down."""


class ElementView(QTreeView):
    """Shows one record in an `ElementTree`; levels are read as they are opened."""

    def __init__(self) -> None:
        super().__init__()
        self.elements = ElementTree()
        self.root: Element | None = None
        self._opening = Slices(self)
        self.setObjectName("detailEverything")
        self.setAccessibleName(self.tr("Every element"))
        self.setModel(self.elements)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setUniformRowHeights(True)
        self.header().setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Interactive)
        self.setColumnWidth(Column.NAME, self.fontMetrics().horizontalAdvance("m" * 20))
        copy, copy_both = QKeySequence.StandardKey.Copy, self.tr("Copy path and value")
        add_action(self, "copyElement", copy_both, copy, self._copy_both)
        add_action(self, "copyValue", self.tr("Copy value"), "Ctrl+Shift+C", self._copy_value)
        add_action(self, "copyPath", self.tr("Copy path"), "Alt+Shift+C", self._copy_path)
        between = QAction(self)
        between.setObjectName("action_betweenElements")
        between.setSeparator(True)
        self.addAction(between)
        add_action(self, "openElements", self.tr("Open all within"), "*", self._open_within)
        add_action(self, "closeElements", self.tr("Close all"), "/", self._close_all)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def show_root(self, root: Element) -> None:
        """Show a record, its first levels opened unless it is large."""
        self._opening.stop()
        self.root = root
        self.elements.show_element(root)
        if len(root.text) <= LARGEST_EXPANDED:
            self.expandToDepth(3)
        self.setCurrentIndex(self.elements.index(0, 0, QModelIndex()))

    def clear(self) -> None:
        """Show nothing."""
        self._opening.stop()
        self.root = None
        self.elements.show_element(None)

    @property
    def place(self) -> Place:
        """Where the element stands that the reader is at; () for none."""
        element = self.elements.element_at(self.currentIndex())
        return () if element is None else element.place

    def choose(self, place: Place) -> None:
        """Go to an element; what it is in is opened."""
        index = self.elements.index_of(place)
        if not index.isValid():
            return
        above = index.parent()
        while above.isValid():
            self.expand(above)
            above = above.parent()
        hint = QAbstractItemView.ScrollHint
        # What is far off comes to the middle: at the edge, half of what belongs to it would be out of view.
        seen = self.viewport().rect().contains(self.visualRect(index))
        self.setCurrentIndex(index)
        self.scrollTo(index, hint.EnsureVisible if seen else hint.PositionAtCenter)

    # Searching

    def hits(self, words: str) -> Iterator[Hit | None]:
        """The places of the elements that have the words in name, path or value."""
        return find_elements(self.root, words) if self.root is not None else iter(())

    def here(self) -> Hit:
        """The place of the element that the reader is at."""
        return self.place

    def begin(self) -> Hit:
        """The first hit that a search goes to lies here, or further on."""
        return self.place

    def show_hit(self, hit: Hit) -> str:
        """Go to an element; its path and value, for a screen reader."""
        self.choose(hit)
        element = self.elements.element_at(self.currentIndex())
        return "" if element is None else f"{element.path}: {element.preview(200)}"

    def mark_hits(self, hits: list[Hit]) -> None:
        """Mark the rows of these elements."""
        self.elements.mark(hits)
        self.viewport().update()

    def hits_grew(self) -> None:
        """Draw the marks that are new."""
        self.viewport().update()

    # Copying

    def _copy(self, words: Callable[[Element], str]) -> None:
        element = self.elements.element_at(self.currentIndex())
        if element is not None:
            put_on_clipboard(words(element))

    @Slot()
    def _copy_both(self) -> None:
        """As in `Procedure.status: completed`."""
        self._copy(lambda element: f"{element.path}: {element.exact}" if element.exact else element.path)

    @Slot()
    def _copy_value(self) -> None:
        """The value with every character that it has; of an element with others in it, its JSON as it came."""
        self._copy(lambda element: element.text.decode("utf-8", "replace") if element.is_node else element.exact)

    @Slot()
    def _copy_path(self) -> None:
        self._copy(lambda element: element.path)

    # Opening and closing

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Qt's own answer to an asterisk opens everything, and stalls the window on a large record.
        if event.text() == "*":
            self._open_within()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _open_within(self) -> None:
        """Open the element that the reader is at and what is in it, level by level, as far as is reasonable."""
        self._opening.start(self._opened(self.currentIndex()))

    def _opened(self, top: QModelIndex) -> Iterator[None]:
        waiting = deque([top])
        brought = 0
        while waiting and brought < MOST_EXPANDED:
            index = waiting.popleft()
            if self.elements.hasChildren(index):
                rows = range(self.elements.rowCount(index))
                brought += len(rows)
                self.expand(index)
                waiting += (self.elements.index(row, 0, index) for row in rows)
                yield

    @Slot()
    def _close_all(self) -> None:
        """Close everything, and go to the element of the first level in which the reader was."""
        self._opening.stop()
        index = self.currentIndex()
        while index.parent().isValid():
            index = index.parent()
        self.collapseAll()
        self.setCurrentIndex(index)
        self.scrollTo(index)
