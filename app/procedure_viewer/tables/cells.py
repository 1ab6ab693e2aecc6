"""What a cell of the procedures says: to the eye, in its tooltip, and to a screen reader."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont

from procedure_viewer.fhir.procedure import Procedure, status_with_reason
from procedure_viewer.fhir.words import translate
from procedure_viewer.tables.columns import OWN_TEXT, Column, short_dates
from procedure_viewer.tables.grouping import Group
from procedure_viewer.tables.repeats import Repeat
from procedure_viewer.tables.texts import plain_tooltip, shortened

MOST_LISTED = 12
"""Records that the tooltip of one that repeats lists."""


class Cells:
    """The texts of rows and headings; what is to be known besides the record is asked for.

    `gone` says whether the server no longer has a record, `others` gives all that have its code, `title` is what stands
    above a column.
    """

    def __init__(
        self,
        gone: Callable[[Procedure], bool],
        others: Callable[[Procedure], tuple[Procedure, ...]],
        title: Callable[[Column], str],
    ) -> None:
        self._gone, self._others, self._title = gone, others, title
        self._struck, self._slanted, self._bold = QFont(), QFont(), QFont()
        self._struck.setStrikeOut(True)
        self._slanted.setItalic(True)
        self._bold.setBold(True)

    def data(self, procedure: Procedure, repeat: Repeat | None, column: Column, role: int) -> object:
        """What Qt asks of a procedure's cell."""
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return shortened(self.text(procedure, repeat, column))
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tooltip(self._whole_text(procedure, repeat, column))
            case Qt.ItemDataRole.AccessibleTextRole:
                text = shortened(self._whole_text(procedure, repeat, column))
                return translate("tables", "{column}: {text}").format(column=self._title(column), text=text)
            case Qt.ItemDataRole.FontRole if procedure.entered_in_error:
                return self._struck
            case Qt.ItemDataRole.FontRole if self._gone(procedure):
                return self._slanted
        return None

    def heading(self, group: Group, is_open: bool, column: Column, role: int) -> object:
        """What Qt asks of a heading's cell: its text stands across the columns, and belongs to each of them."""
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return shortened(group.text) if column is Column.DATE else ""
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tooltip(group.text)
            case Qt.ItemDataRole.AccessibleTextRole:
                text = (
                    translate("tables", "Heading: {group}, open")
                    if is_open
                    else translate("tables", "Heading: {group}, closed")
                )
                return text.format(group=shortened(group.text))
            case Qt.ItemDataRole.FontRole:
                return self._bold
        return None

    def short(self, procedure: Procedure, column: Column) -> str:
        """Texts for a cell that has no room for its own, a line each, the longest first."""
        return "\n".join(short_dates(procedure.when)) if column is Column.DATE else ""

    def text(self, procedure: Procedure, repeat: Repeat | None, column: Column) -> str:
        """What stands in a cell, however long it is."""
        if column is Column.REPEATS:
            return repeat_text(repeat, procedure)
        text = OWN_TEXT[column](procedure)
        if column is Column.STATUS and self._gone(procedure):
            return translate("tables", "Gone ({status})").format(status=text)
        if column is Column.TITLE and procedure.repeated:
            return translate("tables", "(says something twice) {title}").format(title=text)
        return text

    def _whole_text(self, procedure: Procedure, repeat: Repeat | None, column: Column) -> str:
        """The text of a cell where there is room for it."""
        if column is Column.REPEATS:
            return self._whole_repeat_text(procedure, repeat)
        text = OWN_TEXT[column](procedure)
        if column is Column.STATUS and self._gone(procedure):
            return translate("tables", "No longer on the server; when it was last read: {status}").format(status=text)
        if column is Column.TITLE and procedure.repeated:
            names = ", ".join(procedure.repeated)
            return translate("tables", "{title} (sent twice, and only the last is shown: {names})").format(
                title=text, names=names
            )
        return text

    def _whole_repeat_text(self, procedure: Procedure, repeat: Repeat | None) -> str:
        if procedure.entered_in_error:
            return translate("tables", "Not counted: entered in error")
        if repeat is None:
            return translate("tables", "Once in this chart, as far as its code or its words tell")
        others = sorted(self._others(procedure), key=_order, reverse=True)
        listed = [
            translate("tables", "{date} ({status})").format(date=other.when.text, status=status_with_reason(other))
            for other in others[:MOST_LISTED]
        ]
        if len(others) > MOST_LISTED:
            listed.append(translate("tables", "and {count} more").format(count=len(others) - MOST_LISTED))
        has_code = any(coding.code for coding in procedure.code.codings)
        text = (
            translate("tables", "{count} records in this chart have this code: {listed}.")
            if has_code
            else translate("tables", "{count} records in this chart have these words: {listed}.")
        ).format(count=repeat.count, listed="; ".join(listed))
        if repeat.at_once:
            more = translate("tables", "{count} of them have this very date: perhaps one procedure, recorded twice.")
            text = f"{text} {more.format(count=repeat.at_once)}"
        return text


def repeat_text(repeat: Repeat | None, procedure: Procedure) -> str:
    """How often a record repeats, in a word or two: "5×, 2 same date"."""
    if repeat is None:
        return ""
    text = translate("tables", "{count}×").format(count=repeat.count)
    if repeat.at_once:
        has_time = any(moment.stamp.time for moment in procedure.when.moments)
        same = translate("tables", "{count} same time") if has_time else translate("tables", "{count} same date")
        text = f"{text}, {same.format(count=repeat.at_once)}"
    if repeat.not_done:
        text = f"{text}, {translate('tables', '{count} not done').format(count=repeat.not_done)}"
    return text


def _order(procedure: Procedure) -> int:
    """Smallest for what has no place in time."""
    order = procedure.prepared.order
    return -1 if order is None else order
