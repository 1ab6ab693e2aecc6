"""Copying from the list: one cell, rows as text and as a table, the JSON as the server sent it."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QMimeData, QObject, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence

from procedure_viewer.chart.extract import Extract
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.tables.columns import Column
from procedure_viewer.ui.announcing import announce
from procedure_viewer.ui.clipboard_guard import put_on_clipboard
from procedure_viewer.ui.export_offers import extract_of
from procedure_viewer.ui.local_actions import add_action
from procedure_viewer.ui.procedure_pane import ProcedurePane
from procedure_viewer.ui.session import Session
from procedure_viewer.ui.slices import Slices

MOST_JSON = 20_000_000
"""Bytes that a clipboard is given: more is for a file."""


class Copying(QObject):
    """The actions of the list that copy; what is long is put together bit by bit, and dropped with its chart."""

    said = Signal(str)
    """What was copied, or why not."""

    def __init__(self, session: Session, pane: ProcedurePane) -> None:
        super().__init__(pane)
        view = self._view = pane.view
        self._session, self._pane = session, pane
        self._slices = Slices(self)
        session.chart_cleared.connect(self._slices.stop)
        copy, everything = QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.SelectAll
        self.actions: tuple[QAction, ...] = (
            add_action(view, "copyRows", self.tr("Copy rows"), copy, self.copy_rows),
            add_action(view, "copyCell", self.tr("Copy cell"), "Ctrl+Shift+C", self.copy_cell),
            add_action(view, "copyJson", self.tr("Copy JSON"), "Ctrl+Shift+J", self.copy_json),
            add_action(view, "selectAll", self.tr("Select all"), everything, view.selectAll),
        )

    @property
    def is_working(self) -> bool:
        """Whether something long is being put together."""
        return self._slices.is_working

    @Slot()
    def copy_cell(self) -> None:
        """The whole text of the cell where the keys are."""
        from procedure_viewer.export.spreadsheet import tame_cell  # late: see ARCHITECTURE, Start-up

        index = self._view.currentIndex()
        if not index.isValid():
            self._say(self.tr("Nothing is selected"))
            return
        column, shown = Column(index.column()), self._pane.columns.shown
        if column not in shown:
            column = shown[0]  # where the keys are nobody sees a cell
        text = self._pane.table.whole_text(index.row(), column)
        put_on_clipboard(tame_cell(text))
        self._say(self.tr("Cell copied"))

    @Slot()
    def copy_rows(self) -> None:
        """The selected rows under the headings of the columns that there are, and above them whose they are."""
        extract = self._taken()
        if extract is not None:
            self._slices.start(self._copying_rows(extract, self._pane.columns.shown))

    @Slot()
    def copy_json(self) -> None:
        """One record byte for byte, several as a Bundle of type `collection`."""
        extract = self._taken()
        if extract is None:
            return
        if sum(procedure.size for procedure in extract.procedures) > MOST_JSON:
            self._say(self.tr("This is too much for the clipboard: export it instead"))
        else:
            self._slices.start(self._copying_json(extract))

    def _taken(self) -> Extract | None:
        """What is selected, as it is now."""
        chosen: Sequence[Procedure] = self._view.chosen_all
        extract = extract_of(self._session, self._pane, chosen) if chosen else None
        if extract is None:
            self._say(self.tr("Nothing is selected"))
        return extract

    def _copying_rows(self, extract: Extract, columns: Sequence[Column]) -> Iterator[None]:
        from procedure_viewer.export.copied_rows import copied_rows

        table = self._pane.table
        texts = (table.texts_of(procedure, columns) for procedure in extract.procedures)
        text, html = yield from copied_rows(extract, [table.heading(column) for column in columns], texts)
        data = QMimeData()
        data.setText(text)
        data.setHtml(html)
        put_on_clipboard(data)
        one = extract.count == 1
        self._say(self.tr("1 row copied") if one else self.tr("{count} rows copied").format(count=f"{extract.count:,}"))

    def _copying_json(self, extract: Extract) -> Iterator[None]:
        from procedure_viewer.export.formats import Format, Order, obstacle, parts
        from procedure_viewer.export.splicing import can_be_spliced

        chosen = Format.JSON if extract.count == 1 else Format.BUNDLE
        for procedure in extract.procedures:
            if chosen is Format.BUNDLE and not can_be_spliced(procedure):
                self._say(self.tr("The JSON can't be copied: {reason}").format(reason=obstacle(extract, chosen)))
                return
            yield
        content: list[bytes] = []
        for part in parts(Order(extract, chosen)):
            content.append(part)
            yield
        try:
            text = b"".join(content).decode("utf-8")
        except UnicodeDecodeError:
            self._say(self.tr("The JSON can't be copied: it is not valid text. Export it instead"))
            return
        put_on_clipboard(text)
        if extract.count == 1:
            self._say(self.tr("JSON copied"))
        else:
            self._say(self.tr("JSON of {count} procedures copied").format(count=f"{extract.count:,}"))

    def _say(self, text: str) -> None:
        announce(self._view, text)
        self.said.emit(text)
