"""One row above the list: words to look for, the filters' menus, and how the list is laid out."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QToolButton, QWidget

from procedure_viewer.tables.filters import Choices, Filters
from procedure_viewer.ui.filter_menus import StatusMenu, SystemMenu, YearMenu
from procedure_viewer.ui.floating import empty_menu
from procedure_viewer.ui.icons import set_icon

_LEAST_FOR_TEXT = 90
"""Pixels that the words to look for keep in a narrow window."""


class FilterBar(QWidget):
    """Holds the filters that the reader chose; nothing of them is written anywhere."""

    changed = Signal(object)
    """Filters."""

    def __init__(self, choices: Callable[[], Choices], view_menu: QMenu) -> None:
        super().__init__()
        self.setObjectName("filterBar")
        self._filters = Filters()
        self.text = QLineEdit()
        self.text.setObjectName("procedureFilter")
        self.text.setAccessibleName(self.tr("Filter procedures"))
        self.text.setPlaceholderText(self.tr("Filter (Ctrl+L)"))
        self.text.setClearButtonEnabled(True)
        self.text.setMinimumWidth(_LEAST_FOR_TEXT)
        set_icon(self.text.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition), "search")
        self.text.textChanged.connect(self._text_changed)
        offered = self._chosen, choices, self.choose
        self.statuses = self._button("statusFilter", StatusMenu("statusMenu", *offered, self))
        self.years = self._button("yearFilter", YearMenu("yearMenu", *offered, self))
        self.systems = self._button("systemFilter", SystemMenu("systemMenu", *offered, self))
        self.view = self._button("listView", view_menu)
        self.view.setText(self.tr("View"))
        self.view.setAccessibleName(self.tr("How the list is laid out: groups and columns"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.text, 1)
        for button in (self.statuses, self.years, self.systems, self.view):
            row.addWidget(button)
        self._show()

    @property
    def filters(self) -> Filters:
        """What is chosen."""
        return self._filters

    def _chosen(self) -> Filters:
        return self._filters

    def choose(self, filters: Filters) -> None:
        """Have these filters hold."""
        if filters == self._filters:
            return
        self._filters = filters
        if self.text.text() != filters.text:
            self.text.setText(filters.text)
        self._show()
        self.changed.emit(filters)

    @Slot()
    def clear(self) -> None:
        """No filter holds."""
        self.choose(Filters())

    def forget(self) -> None:
        """No filter holds, not even for who undoes, and the menus hold no word of the chart that was open."""
        self.clear()
        self.text.setText("")  # also where it is empty already: what was typed and taken out could be brought back
        for button in (self.statuses, self.years, self.systems):
            empty_menu(button.menu())

    @Slot(str)
    def _text_changed(self, text: str) -> None:
        self.choose(replace(self._filters, text=text))

    def _button(self, name: str, menu: QMenu) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # Qt's tool buttons can't be reached by Tab otherwise
        return button

    def _show(self) -> None:
        chosen = self._filters
        years = sum(year is not None for year in (chosen.first_year, chosen.last_year)) + chosen.undated
        for button, name, spoken, count in (
            (self.statuses, self.tr("Status"), self.tr("Filter by status"), len(chosen.statuses)),
            (self.years, self.tr("Years"), self.tr("Filter by years"), years),
            (self.systems, self.tr("System"), self.tr("Filter by code system"), len(chosen.systems)),
        ):
            button.setText(self.tr("{filter} ({count})").format(filter=name, count=count) if count else name)
            chosen_text = self.tr("{filter}, {count} chosen").format(filter=spoken, count=count)
            button.setAccessibleName(chosen_text if count else spoken)
            button.setToolTip(spoken)
