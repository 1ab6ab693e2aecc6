"""The timeline above the list: its heading in words, what has no date, and the canvas with everything at its place."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.ui.labels import OneLine
from procedure_viewer.ui.timeline_canvas import ZOOM_KEY, TimelineCanvas
from procedure_viewer.ui.timeline_words import description, heading, undated

TALL = 640
"""The height of the chart's place, in pixels, below which the timeline takes less of it."""


class Timeline(QWidget):
    """Shows what the list shows. It takes the room of a line where nothing has a date, and none without a chart."""

    chosen = Signal(object)
    """Procedure: it is to be selected."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("timeline")
        self._wanted = True
        self._loading = False
        self._total = 0
        self.canvas = TimelineCanvas()
        self.canvas.setAccessibleName(self.tr("Timeline"))
        self.canvas.chosen.connect(self.chosen)
        self.heading = OneLine("timelineHeading")
        self.undated = self._button("timelineUndated", self.tr("Select the next procedure without a date"))
        self.undated.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # the other buttons have keys on the canvas
        self.undated.clicked.connect(self._choose_undated)
        self.closer = self._button("timelineCloser", self.tr("Look closer (+)"), "+")
        self.closer.clicked.connect(lambda: self.canvas.zoom(ZOOM_KEY))
        self.farther = self._button("timelineFarther", self.tr("See more (-)"), "−")
        self.farther.clicked.connect(lambda: self.canvas.zoom(1 / ZOOM_KEY))
        self.whole = self._button("timelineWhole", self.tr("See all of it (0)"), self.tr("All"))
        self.whole.clicked.connect(self.canvas.fit)
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.heading, 1)
        for button in (self.undated, self.farther, self.closer, self.whole):
            top.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(2)
        layout.addLayout(top)
        layout.addWidget(self.canvas)
        self.clear()

    @property
    def shown(self) -> tuple[Procedure, ...]:
        """Everything that is drawn or counted."""
        return self.canvas.dated.shown

    def show_procedures(self, procedures: Sequence[Procedure], total: int, *, loading: bool) -> None:
        """Show what the list shows, of so many in the chart; while it loads, the room is kept for what comes."""
        for _ in self.showing(procedures, total, loading=loading):
            pass

    def showing(self, procedures: Sequence[Procedure], total: int, *, loading: bool) -> Iterator[None]:
        """The same a step at a time; what is seen changes with the last one."""
        yield from self.canvas.showing(procedures)
        self._loading, self._total = loading, total
        dated = self.canvas.dated
        self.heading.setText(heading(dated, total, loading=loading))
        self.canvas.setAccessibleDescription(description(dated, total, loading=loading))
        self.undated.setText(undated(len(dated.undated)))
        self._arrange()

    def select(self, procedure: Procedure | None) -> None:
        """Show which procedure is selected."""
        self.canvas.select(procedure)

    def clear(self) -> None:
        """Nothing of the chart that was open stays."""
        self._loading, self._total = False, 0
        self.canvas.clear()
        self.heading.clear()
        self.canvas.setAccessibleDescription("")
        self.undated.setText("")
        self._arrange()

    def set_wanted(self, wanted: bool) -> None:
        """Be there or not, as the reader likes it."""
        self._wanted = wanted
        self._arrange()

    def make_room(self, height: int) -> None:
        """Fit into a place for the chart that is so high."""
        self.canvas.set_slim(height < TALL)

    def _arrange(self) -> None:
        dated = self.canvas.dated
        drawn = dated.count > 0 or self._loading
        self.canvas.setVisible(drawn)
        for button in (self.closer, self.farther, self.whole):
            button.setVisible(drawn)
        self.undated.setVisible(bool(dated.undated))
        self.setVisible(self._wanted and (drawn or self._total > 0))

    @Slot()
    def _choose_undated(self) -> None:
        """The first of those without a date, or the one after the selected one."""
        waiting = self.canvas.dated.undated
        places = {id(procedure): number for number, procedure in enumerate(waiting)}
        number = places.get(id(self.canvas.selected), -1) + 1
        self.chosen.emit(waiting[number % len(waiting)])

    def _button(self, name: str, meaning: str, text: str = "") -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setText(text)
        button.setToolTip(meaning)
        button.setAccessibleName(meaning)
        button.setAutoRaise(True)
        return button
