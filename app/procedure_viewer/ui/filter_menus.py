"""The menus of the list's filters: what there is to choose from in the open chart, with counts, several at once."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget

from procedure_viewer.fhir.status import Status
from procedure_viewer.fhir.words import translate
from procedure_viewer.tables.filters import Choices, Filters, status_name, system_label
from procedure_viewer.tables.texts import plain_tooltip
from procedure_viewer.ui.floating import empty_menu

MOST_SYSTEMS = 40
"""Code systems that the menu offers, the most frequent; the words of the others can be typed."""
MOST_YEARS = 120
"""Years that a menu offers; of more, each second or third."""


class StayingMenu(QMenu):
    """A menu that stays open while choices in it are ticked, with mouse or space bar; Enter ticks one and closes it."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._tick():
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Space or not self._tick():
            super().keyPressEvent(event)

    def _tick(self) -> bool:
        action = self.activeAction()
        if action not in self.actions() or not action.isCheckable() or not action.isEnabled():
            return False
        action.trigger()
        return True


class FilterMenu(StayingMenu):
    """A menu that is filled each time it opens: it asks for what is chosen and what there is."""

    def __init__(
        self,
        name: str,
        chosen: Callable[[], Filters],
        choices: Callable[[], Choices],
        choose: Callable[[Filters], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._chosen, self._choices, self._choose = chosen, choices, choose
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Offer what there is now."""
        empty_menu(self)
        self._offer(self._choices(), self._chosen())
        if self.isEmpty():
            nothing = self.addAction(self.tr("Nothing to choose from"))
            nothing.setObjectName(f"{self.objectName()}_nothing")
            nothing.setEnabled(False)

    def _offer(self, choices: Choices, chosen: Filters) -> None:
        raise NotImplementedError

    def _add(self, menu: QMenu, name: str, label: str, checked: bool, chosen: Callable[[bool], Filters]) -> QAction:
        action = menu.addAction(label.replace("&", "&&"))
        action.setObjectName(f"{self.objectName()}_{name}")
        action.setToolTip(plain_tooltip(label))  # else it is the label, and Qt would guess whether that is rich text
        action.setCheckable(True)
        action.setChecked(checked)
        action.toggled.connect(lambda ticked: self._choose(chosen(ticked)))
        return action


class StatusMenu(FilterMenu):
    """Which statuses are to be seen."""

    def _offer(self, choices: Choices, chosen: Filters) -> None:
        for status in Status:
            if status in choices.statuses or status in chosen.statuses:
                label = counted(status_name(status), choices.statuses.get(status, 0))
                checked = status in chosen.statuses
                # Without its shape: several styles draw that in the place of the tick.
                self._add(self, status.value, label, checked, partial(self._with, status))

    def _with(self, status: Status, ticked: bool) -> Filters:
        chosen = self._chosen()
        return replace(chosen, statuses=chosen.statuses | {status} if ticked else chosen.statuses - {status})


class SystemMenu(FilterMenu):
    """Which code systems are to be seen."""

    def _offer(self, choices: Choices, chosen: Filters) -> None:
        frequent = sorted(choices.systems, key=lambda name: -choices.systems[name])[:MOST_SYSTEMS]
        names = [name for name in choices.systems if name in frequent or name in chosen.systems]
        for number, name in enumerate([*names, *sorted(chosen.systems - choices.systems.keys())]):
            label = counted(system_label(name), choices.systems.get(name, 0))
            self._add(self, str(number), label, name in chosen.systems, partial(self._with, name))
        if len(choices.systems) > len(names):
            more = self.tr("{count} rare ones: type their names").format(count=len(choices.systems) - len(names))
            action = self.addAction(more)
            action.setObjectName(f"{self.objectName()}_more")
            action.setEnabled(False)

    def _with(self, name: str, ticked: bool) -> Filters:
        chosen = self._chosen()
        return replace(chosen, systems=chosen.systems | {name} if ticked else chosen.systems - {name})


class YearMenu(FilterMenu):
    """From which year to which, and what is not dated."""

    def _offer(self, choices: Choices, chosen: Filters) -> None:
        years = list(choices.years)
        if len(years) > MOST_YEARS:
            years = [*years[: -1 : len(years) // MOST_YEARS + 1], years[-1]]
        if years:
            self._add_years(self.tr("From"), "from", years, choices, chosen.first_year, self._from)
            self._add_years(self.tr("To"), "to", years, choices, chosen.last_year, self._to)
        if choices.undated or chosen.undated:
            label = counted(self.tr("Not dated"), choices.undated)
            self._add(self, "undated", label, chosen.undated, self._undated)

    def _add_years(
        self,
        title: str,
        name: str,
        years: list[int],
        choices: Choices,
        chosen: int | None,
        with_year: Callable[[int | None, bool], Filters],
    ) -> None:
        menu = StayingMenu(title, self)
        menu.setObjectName(f"{self.objectName()}_{name}")
        menu.menuAction().setObjectName(f"{self.objectName()}_{name}_menu")
        group = QActionGroup(menu)
        self.addMenu(menu)
        offers = [(None, self.tr("Any year")), *((year, counted(str(year), choices.years[year])) for year in years)]
        if chosen is not None and chosen not in years:
            offers.append((chosen, counted(str(chosen), choices.years.get(chosen, 0))))
        for year, label in offers:
            known = "any" if year is None else str(year)
            group.addAction(self._add(menu, f"{name}_{known}", label, year == chosen, partial(with_year, year)))

    def _from(self, year: int | None, ticked: bool) -> Filters:
        chosen = self._chosen()
        if not ticked:
            return chosen
        last = chosen.last_year
        return replace(chosen, first_year=year, last_year=None if year and last and last < year else last)

    def _to(self, year: int | None, ticked: bool) -> Filters:
        chosen = self._chosen()
        if not ticked:
            return chosen
        first = chosen.first_year
        return replace(chosen, last_year=year, first_year=None if year and first and first > year else first)

    def _undated(self, ticked: bool) -> Filters:
        return replace(self._chosen(), undated=ticked)


def counted(name: str, count: int) -> str:
    """A choice and how many records it has."""
    return translate("tables", "{name} ({count})").format(name=name, count=count)
