"""How the room below the timeline is divided between the list and the details of what is selected in it.

A list of five rows needs no more than five rows' room; the rest is the details', which are read. A long list gets a
little more than half. As soon as the reader has divided it themselves, that holds, whatever the list is like.
"""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

from procedure_viewer.ui.procedure_pane import ProcedurePane

LONGEST = 0.55
"""The share that a long list gets, or one that is not there yet."""
LEAST_ROWS = 3
"""So many rows have room in the shortest list: one row alone looks cut off."""
STEP = 48
"""Pixels by which a key moves the boundary."""
WHOLE = 1_000
"""What a share is a part of."""


class ChartDivision(QSplitter):
    """The list above, the details below."""

    def __init__(self, procedures: ProcedurePane, detail: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.setObjectName("chartSplitter")
        self.setChildrenCollapsible(False)
        self._procedures = procedures
        self._rows = 0
        """The most rows that the chart has had: a filter or a closed group must not make the boundary jump."""
        self._share = 0
        self.addWidget(procedures)
        self.addWidget(detail)
        self.handle(1).setToolTip(self.tr("Drag to divide the room; double-click to have it fit the list"))
        self.splitterMoved.connect(self._take)
        for signal in (procedures.table.modelReset, procedures.table.rowsInserted, procedures.visible_changed):
            signal.connect(self._follow_rows)

    @property
    def share(self) -> int:
        """The list's share in thousandths, as the reader wants it; 0 where they left it to the program."""
        return self._share

    def set_share(self, share: int) -> None:
        """Divide the room so; with 0 as the list needs it."""
        self._share = share
        self.divide()

    @Slot()
    def let_go(self) -> None:
        """Divide the room as the list needs it, from now on."""
        self.set_share(0)

    @Slot()
    def more_for_list(self) -> None:
        """Move the boundary down."""
        self._move(STEP)

    @Slot()
    def more_for_detail(self) -> None:
        """Move the boundary up."""
        self._move(-STEP)

    @Slot()
    def divide(self) -> None:
        """Give each its room."""
        room = sum(self.sizes())
        if room <= 0:
            return  # not laid out yet
        above = round(room * self._share / WHOLE) if self._share else min(self._needed(), round(room * LONGEST))
        if self.sizes()[0] != above:
            self.setSizes([above, room - above])

    def createHandle(self) -> QSplitterHandle:  # noqa: N802 - Qt's name
        return _Handle(self.orientation(), self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.divide()

    @Slot()
    def _follow_rows(self) -> None:
        rows = self._procedures.table.rowCount()
        if self._procedures.table.is_empty:
            self._rows = 0  # another chart; the boundary stays until there is something to go by
        elif rows > self._rows:
            self._rows = rows
            self.divide()

    def _needed(self) -> int:
        """Pixels that all of the list takes, with what stands above it; more than there are where that is not known."""
        if not self._rows:
            return self.height()
        view = self._procedures.view
        row = view.verticalHeader().defaultSectionSize()
        return self._procedures.height_around() + max(self._rows, LEAST_ROWS) * row + row // 3

    def _move(self, pixels: int) -> None:
        above, below = self.sizes()
        self.setSizes([max(1, above + pixels), max(1, below - pixels)])
        self._take()

    @Slot(int, int)
    def _take(self, *_: int) -> None:
        """The reader has moved the boundary."""
        above, below = self.sizes()
        self._share = max(1, round(above * WHOLE / max(1, above + below)))


class _Handle(QSplitterHandle):
    """The boundary: a double click gives it back to the program, as one on a column's edge does."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        division = self.splitter()
        if event.button() == Qt.MouseButton.LeftButton and isinstance(division, ChartDivision):
            division.let_go()
