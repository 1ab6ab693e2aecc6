"""Every element of a resource as a tree model: name and value, with the path for copying."""

from bisect import bisect_left
from enum import IntEnum

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from procedure_viewer.fhir.elements import Element, Place
from procedure_viewer.fhir.places import towards
from procedure_viewer.tables.texts import shortened

Index = QModelIndex | QPersistentModelIndex


LONGEST_VALUE = 2_000
"""Characters of a value that a row shows; copying takes all of it."""


class Column(IntEnum):
    """What a column shows, from the left."""

    NAME = 0
    VALUE = 1


class ElementTree(QAbstractItemModel):
    """The children of a root `Element`, or the root itself where it has none; each level read when a view asks for it.

    Elements are numbered as they are read and an index carries its element's number: Qt would not keep a Python object
    alive.
    """

    def __init__(self) -> None:
        super().__init__()
        self._elements: list[Element] = []
        self._parents: list[int] = []
        self._places: list[int] = []
        self._children: list[range | None] = []
        """The numbers of each element's children, once they are read."""
        self._previews: dict[int, str] = {}
        self._marked: list[Place] = []

    def mark(self, places: list[Place]) -> None:
        """Mark the elements at these places, which are in their order; the list may grow, and the view draws itself."""
        self._marked = places

    def show_element(self, root: Element | None) -> None:
        """Show the tree below `root`, or nothing."""
        self.beginResetModel()
        self._elements, self._parents, self._places, self._children = [], [], [], []
        self._previews.clear()
        if root is not None:
            self._add(root if root.is_node else Element("", "", inner=(root,)), -1, 0)
        self.endResetModel()

    @property
    def count(self) -> int:
        """How many elements were read so far, on all levels."""
        return len(self._elements)

    def element_at(self, index: Index) -> Element | None:
        """The element behind an index."""
        return self._elements[index.internalId()] if index.isValid() else None

    def index_of(self, place: Place) -> QModelIndex:
        """The element at a place, or the nearest one above; the levels on the way to it are read."""
        number = 0
        while self._elements:
            element = self._elements[number]
            if not element.is_node or (not element.is_block and len(element.place) >= len(place)):
                break
            children = self._children_of(number)
            step = towards(self._elements[children.start : children.stop], place)
            if step is None:
                break
            number = children[step]
        return self._index_at(number) if number else QModelIndex()

    def _index_at(self, number: int) -> QModelIndex:
        return self.createIndex(self._places[number], 0, number)

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's default
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, self._children_of(self._number(parent))[row])

    def parent(self, child: Index = QModelIndex()) -> QModelIndex | QObject:  # type: ignore[override]  # noqa: B008 - Qt overloads parent()
        if not child.isValid():
            return QModelIndex()
        number = self._parents[child.internalId()]
        return QModelIndex() if number <= 0 else self._index_at(number)

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008 - Qt's default
        if not self._elements or parent.column() > 0:
            return False
        return self._elements[self._number(parent)].is_node

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        if not self._elements or parent.column() > 0:
            return 0
        return len(self._children_of(self._number(parent)))

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: ARG002, B008 - Qt's signature
        return len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Element"), self.tr("Value"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        element = self.element_at(index)
        if element is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return shortened(self._name(element)) if index.column() == Column.NAME else self._value(index, element)
        if role == Qt.ItemDataRole.FontRole and self._is_marked(element):
            return _bold()
        return None

    def _is_marked(self, element: Element) -> bool:
        number = bisect_left(self._marked, element.place)
        return number < len(self._marked) and self._marked[number] == element.place and not element.is_block

    def _name(self, element: Element) -> str:
        if element.slices and element.size < len(element.slices):
            return f"{element.name}[{element.start}] … {element.name}[{element.stop - 1}]"
        return element.name

    def _value(self, index: Index, element: Element) -> str:
        if element.is_block:
            return self.tr("{count} elements").format(count=f"{element.size:,}")
        number = index.internalId()
        if number not in self._previews:
            self._previews[number] = shortened(element.preview(LONGEST_VALUE), LONGEST_VALUE)
        return self._previews[number]

    def _number(self, index: Index) -> int:
        return int(index.internalId()) if index.isValid() else 0

    def _children_of(self, number: int) -> range:
        found = self._children[number]
        if found is None:
            first = len(self._elements)
            for place, child in enumerate(self._elements[number].children):
                self._add(child, number, place)
            found = self._children[number] = range(first, len(self._elements))
        return found

    def _add(self, element: Element, parent: int, place: int) -> None:
        self._elements.append(element)
        self._parents.append(parent)
        self._places.append(place)
        self._children.append(None)


def _bold() -> QFont:
    font = QFont()
    font.setBold(True)
    return font
