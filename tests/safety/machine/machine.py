"""The moves of a hurried reader and of a moody server; after each of them everything is of one patient."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget

from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.tables.columns import Column
from procedure_viewer.tables.grouping import Grouping
from procedure_viewer.ui.cover import Cover
from procedure_viewer.ui.export_dialog import ExportDialog
from procedure_viewer.ui.floating import hide_what_floats
from procedure_viewer.ui.secret_dialogs import TokenDialog
from procedure_viewer.ui.states import Link
from tests.desk import chosen_for, server_at
from tests.safety.machine.clinic import PEOPLE, PROCEDURES, Person, Way, whose
from tests.safety.machine.desk import MachineDesk
from tests.safety.machine.looking import owner
from tests.safety.machine.server import Plan

SIZES = (QSize(900, 560), QSize(1000, 640), QSize(1400, 900))
_WEIGHTED = (*(Way.FINE, Way.PAGED, Way.MIXED) * 6, *Way)
_AT_ONCE = tuple(map(Plan, _WEIGHTED))
_ANYHOW = tuple(Plan(way, held=held) for held in (False, True) for way in _WEIGHTED)
WAYS = st.sampled_from(_WEIGHTED)
WHO_IT_IS = st.sampled_from((Way.FINE, Way.FINE, Way.STRANGERS, *Way))
"""How it is answered whose record was asked for by its id: often with another patient."""


def _lists_of(plans: tuple[Plan, ...]) -> st.SearchStrategy[list[Plan]]:
    """None, one, or two of them; one number is drawn for all, which is much faster than drawing each."""
    count = len(plans)

    def read(number: int) -> list[Plan]:
        which, how_many = divmod(number, 4)
        return [plans[which % count], plans[which // count]][:how_many]

    return st.integers(0, 4 * count**2 - 1).map(read)


BEGINNINGS = _lists_of(_AT_ONCE)
PLANS = _lists_of(_ANYHOW)
NUMBERS = st.integers(0, PROCEDURES - 1)
PERSONS = st.sampled_from(PEOPLE)
BUTTONS = ("errorRemedyButton", "errorCloseButton", "replaceYes", "replaceElsewhere", "replaceCancel")
WORDS = ("", "biopsy", "1", "nothing has this", "")
MENDING = (
    "procedureRetry",
    "procedureMessageButton",
    "detailRetry",
    "detailMessageButton",
    "searchMessageButton",
    "searchWiden",
)
FIDDLING = (
    "tab",
    "filter",
    "tick entered in error",
    "hover",
    "cancel",
    "type",
    "empty the field",
    "sort",
    "resize",
    "light or dark",
    "find",
    "group",
    "rest",
    "open a menu",
)
STANDING = (
    "tooltip",
    "trouble",
    "question of place",
    "pages",
    "question of replacing",
    "menu",
    "find",
    "filter",
    "group",
    "note",
)
"""What may stand there of a chart when another one is opened."""


_LETTERS = str.maketrans("0123456789", "abcdefghij")


def in_letters(number: int) -> str:
    """A number that nobody takes for a year: those are somebody's."""
    return str(number).translate(_LETTERS)


class Figures:
    """What a series of runs came to."""

    def __init__(self) -> None:
        self.failures: list[str] = []
        """What was found wrong, with the steps that led there and what the server did."""
        self.runs = 0
        self.steps = 0
        self.exports = 0
        """Files that were written, read back, and found to be what was shown."""
        self.looks = 0
        self.full_looks = 0
        """Looks that found rows and a record in the detail."""
        self.switches = 0
        """How often a chart was opened where another patient's had been: so often something could be mixed up."""
        self.milliseconds = 0
        """Of processor time."""


class WindowMachine(RuleBasedStateMachine):
    """One run; the desk is the same for all runs of a test."""

    desk: ClassVar[MachineDesk]
    figures: ClassVar[Figures]

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[str] = []
        self.exported: dict[str, bytes] = {}
        self.figures.runs += 1
        self.desk.server.begin_account()
        self.desk.session.exports.exported.connect(self._note)

    def teardown(self) -> None:
        """Leave all as it was; nothing of this run may stay for the next."""
        self.desk.session.exports.exported.disconnect(self._note)
        self.desk.begin_anew()
        self._raise_what_is_wrong()

    # What follows every move

    def _did(self, step: str) -> None:
        self.steps.append(step)
        self.figures.steps += 1
        desk = self.desk
        try:
            desk.looker.look_if_changed("once it is done")
            desk.settle()
            desk.looker.look("rest")
            self._check()
        except AssertionError as error:
            desk.looker.wrong.append(str(error))
        self._raise_what_is_wrong()

    def _raise_what_is_wrong(self) -> None:
        desk = self.desk
        wrong = list(desk.looker.wrong)
        if wrong:
            desk.looker.wrong.clear()
            self.figures.failures.append(
                "\n".join(
                    (f"in run {self.figures.runs}:", *wrong, "steps:", *self.steps, "server:", *desk.server.account)
                )
            )
            raise AssertionError(self.figures.failures[-1])

    def _check(self) -> None:
        """What holds at rest besides: what is selected, shown, and would be written is one record of the chart."""
        session, window = self.desk.session, self.desk.window
        chosen = window.procedures.view.chosen
        assert session.selected is window.detail.procedure, "the detail is not of what would be exported"
        assert chosen is session.selected, "the highlighted row is not of what would be exported"
        chosen_all = window.procedures.view.chosen_all
        assert len(chosen_all) == window.procedures.view.chosen_count
        listed = {id(one) for one in window.procedures.table.visible()}
        assert all(id(one) in listed for one in chosen_all), "selected outside of the list"
        assert chosen is None or any(one is chosen for one in chosen_all), "the detail shows what is not selected"
        if session.selected is not None:
            assert session.chart is not None
            assert any(one is session.selected for one in session.chart.procedures), "selected outside of the chart"

    def _note(self, job: Any) -> None:
        self.exported[str(job.path)] = job.order.extract.procedures[0].raw

    @property
    def dialog(self) -> QDialog | None:
        """The dialog that stands before the window."""
        modal = QApplication.activeModalWidget()
        return modal if isinstance(modal, QDialog) else None

    def _press(self, widget: QWidget, key: Qt.Key) -> None:
        QTest.keyClick(widget, key)

    # What a move needs; where it isn't there, the move is another one or none: which moves there are never hangs on it,
    # for Hypothesis could not go back to a run whose choices depended on how soon something came

    def _free(self) -> bool:
        """Have the window take keys and clicks, with neither a dialog nor a cover nor a welcome in their way."""
        hide_what_floats()
        for _ in range(5):
            dialog = self.dialog
            if dialog is None:
                break
            dialog.reject()
            self._did(f"close {dialog.objectName()}")
        if not self._connected:
            self._come_back()
        return self.dialog is None and self._connected

    def _chart(self) -> bool:
        """The same, with a chart that is open."""
        if self._free() and self.desk.session.chart is None:
            self._search("co", [])
            self._open(0, [], click=False)
        return self._free() and self.desk.session.chart is not None

    def _rows(self) -> bool:
        """The same, with rows."""
        return self._chart() and self.desk.window.procedures.table.rowCount() > 0

    @property
    def _connected(self) -> bool:
        desk = self.desk
        return desk.session.link is Link.READY and desk.access.grant is not None and not desk.window.locking.locked

    # Finding and opening

    @initialize(person=PERSONS, plans=BEGINNINGS, tab=st.integers(0, 2), chosen=st.booleans())
    def begin(self, person: Person, plans: list[Plan], tab: int, chosen: bool) -> None:
        """Most runs begin with a chart that is open, or opens, and a record that is looked at."""
        self.desk.window.detail.tabs.setCurrentIndex(tab)
        self._search("co", [])
        self._open(PEOPLE.index(person), plans, click=True)
        if chosen and self.dialog is None and self.desk.window.procedures.table.rowCount():
            self.select(0, click=False)

    @rule(line=st.sampled_from(("co", "ann", "co 1931")), plans=PLANS)
    def search(self, line: str, plans: list[Plan]) -> None:
        if not self._free():
            return
        self._search(line, plans)

    def _search(self, line: str, plans: list[Plan]) -> None:
        self.desk.server.plan(plans)
        field = self.desk.window.search.field
        field.setText(line[:-1])
        QTest.keyClicks(field, line[-1])
        self._press(field, Qt.Key.Key_Return)
        self._did(f"search {line!r}, {plans}")

    @rule(row=st.integers(0, 2), plans=PLANS, click=st.booleans())
    def open(self, row: int, plans: list[Plan], click: bool) -> None:
        if not self._free():
            return
        self._open(row, plans, click=click)

    def _open(self, row: int, plans: list[Plan], *, click: bool) -> None:
        self.desk.server.plan(plans)
        search = self.desk.window.search
        view = search.results
        if click and view.isVisible() and view.isEnabled():
            index = view.model().index(row, 0)
            place = view.visualRect(index).center()
            self._turn_to(index)
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
            QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        elif not click:
            self._press(search.field, Qt.Key.Key_Down)
            for _ in range(row):
                self._press(view, Qt.Key.Key_Down)
            self._turn_to(view.currentIndex())
            self._press(view, Qt.Key.Key_Return)
        self._did(f"open row {row} {'by click' if click else 'by key'}, {plans}")

    def _turn_to(self, index: QModelIndex | QPersistentModelIndex) -> None:
        """What stands in the row is who is meant."""
        words = whose(str(index.data()))
        self.desk.looker.turn_to(next((one.id for one in PEOPLE if one.word in words), ""))

    @rule(person=PERSONS, number=NUMBERS, plans=PLANS)
    def open_by_id(self, person: Person, number: int, plans: list[Plan]) -> None:
        if not self._free():
            return
        self.desk.server.plan(plans)
        self.desk.looker.by_id = True
        self.desk.window.search.search_for(f"Procedure/{person.procedure_id(number + 1)}")
        self._did(f"open {person.procedure_id(number + 1)} by its id, {plans}")

    @rule(
        row=st.integers(0, 2),
        person=PERSONS,
        number=NUMBERS,
        ways=st.tuples(WAYS, WHO_IT_IS),
        chart_first=st.booleans(),
    )
    def race(self, row: int, person: Person, number: int, ways: tuple[Way, Way], chart_first: bool) -> None:
        """A chart is on its way when a record is asked for by its id; a dialog may stand there by then."""
        self.open(row, [Plan(Way.FINE, held=True)], click=False)
        self.open_by_id(person, number, [Plan(Way.FINE, held=True), Plan(ways[1])])
        for way in ways:
            self.let_go(-1 if chart_first else 0, way)

    @rule(what=st.sampled_from(STANDING), other=st.integers(1, 2), number=NUMBERS, way=WHO_IT_IS)
    def overtake(self, what: str, other: int, number: int, way: Way) -> None:
        """Another patient's chart comes when nobody thinks of it any more, and something of this one still stands."""
        if not self._rows():
            return
        if what == "trouble":
            self.read_again([Plan(Way.FINE, held=True)], "reload")
        elif self.desk.session.selected is None:
            self.select(number, click=False)
        open_now = whose(self.desk.window.banner.name.text())
        place = next((place for place, one in enumerate(PEOPLE) if one.word in open_now), 0)
        asked_for = PEOPLE[(place + other) % len(PEOPLE)]
        self.open_by_id(asked_for, number, [Plan(Way.FINE, held=True), Plan(way)])
        if what == "trouble":
            self.let_go(-1, Way.BROKEN)
        else:
            self._put_up(what, number)
        self.let_go(0, Way.FINE)

    def _put_up(self, what: str, number: int) -> None:
        """Have something stand there that tells of the chart."""
        window, shown = self.desk.window, self.desk.window.detail.procedure
        match what:
            case "tooltip":
                self._hover(number)
            case "question of place":
                window.actions_by_name["export"].trigger()
            case "pages":
                window.actions_by_name["print"].trigger()
            case "question of replacing" | "note" if shown is not None:
                folder = self.desk.folder / "there"
                folder.mkdir(exist_ok=True)
                path = folder / f"{owner(shown)}-{'old' if what != 'note' else in_letters(self.figures.steps)}.json"
                if what != "note":
                    path.touch()
                window.exporter.write(chosen_for(self.desk.session, shown, path))
            case "menu":
                self._open_a_menu(number)
            case "find":
                self._find(number)
            case "filter":
                window.procedures.filter.setText(min(whose(window.banner.name.text()), default=""))
            case "group":
                window.procedures.group_by(list(Grouping)[number % len(Grouping)])
        self._did(f"put up a {what} {number}")

    def _find(self, number: int) -> None:
        """Look for the patient's own word."""
        detail = self.desk.window.detail
        detail.tabs.setCurrentIndex(1 + number % 2)
        detail.find_bar.field.setText(min(whose(self.desk.window.banner.name.text()), default=""))

    def _open_a_menu(self, number: int) -> None:
        filters = self.desk.window.procedures.filters
        button = (filters.years, filters.statuses, filters.systems, filters.view)[number % 4]
        if button.isVisible():
            button.menu().popup(button.mapToGlobal(button.rect().bottomLeft()))

    # In the chart

    @rule(row=NUMBERS, click=st.booleans())
    def select(self, row: int, click: bool) -> None:
        if not self._rows():
            return
        view = self.desk.window.procedures.view
        row %= view.model().rowCount()
        if click:
            place = view.visualRect(view.model().index(row, 1)).center()
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        else:
            for _ in range(row + 1):
                self._press(view, Qt.Key.Key_Down)
        self._did(f"select row {row} {'by click' if click else 'by key'}")

    @rule(row=NUMBERS, how=st.sampled_from(("shift", "ctrl", "all", "heading")))
    def select_several(self, row: int, how: str) -> None:
        """More than one, with mouse or keys; or a heading that stands for what is below it."""
        if not self._rows():
            return
        view = self.desk.window.procedures.view
        row %= view.model().rowCount()
        keys = Qt.KeyboardModifier.ControlModifier if how == "ctrl" else Qt.KeyboardModifier.ShiftModifier
        if how == "all":
            QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        elif how == "heading":
            self.desk.window.procedures.group_by(Grouping.CODE)
            view.selectRow(0)
            self._press(view, Qt.Key.Key_Left)
        else:
            place = view.visualRect(view.model().index(row, 1)).center()
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, keys, place)
        self._did(f"select several, {how} {row}")

    @rule(plans=PLANS, name=st.sampled_from(("refresh", "reload")))
    def read_again(self, plans: list[Plan], name: str) -> None:
        if not self._chart():
            return
        self.desk.server.plan(plans)
        self.desk.window.actions_by_name[name].trigger()
        self._did(f"{name}, {plans}")

    @rule(what=st.sampled_from(FIDDLING), number=NUMBERS)
    def fiddle(self, what: str, number: int) -> None:
        """What a reader does in between, and what asks nothing of the server."""
        if not self._free():
            return
        window = self.desk.window
        match what:
            case "type":
                QTest.keyClicks(window.search.field, "axnoc"[number])
            case "empty the field":
                window.search.field.clear()
            case "filter":
                window.procedures.filter.setText(WORDS[number])
            case "tick entered in error" if window.procedures.errors.isVisible():
                window.procedures.errors.click()
            case "sort":
                window.procedures.sort_by(Column(number))
            case "cancel":
                window.actions_by_name["cancel"].trigger()
            case "tab":
                window.detail.tabs.setCurrentIndex(number % window.detail.tabs.count())
            case "resize":
                window.resize(SIZES[number % len(SIZES)])
            case "hover":
                self._hover(number)
            case "find":
                self._find(number)
            case "group":
                window.procedures.group_by(list(Grouping)[number % len(Grouping)])
            case "rest":
                self.desk.rest()
            case "open a menu":
                self._open_a_menu(number)
            case "light or dark":
                QApplication.sendEvent(window, QEvent(QEvent.Type.PaletteChange))
        self._did(f"{what} {number}")

    def _hover(self, row: int) -> None:
        """Rest the mouse on a row until its tooltip comes."""
        view = self.desk.window.procedures.view
        if view.isVisible() and view.model().rowCount():
            place = view.visualRect(view.model().index(row % view.model().rowCount(), 1)).center()
            event = QHelpEvent(QEvent.Type.ToolTip, place, view.viewport().mapToGlobal(place))
            QApplication.sendEvent(view.viewport(), event)

    @rule(plans=PLANS, number=st.integers(0, 5))
    def press_a_button(self, plans: list[Plan], number: int) -> None:
        """Retry, Cancel, Clear filter, Show what was entered in error: whatever the buttons say at the moment."""
        if not self._free():
            return
        buttons = self.desk.window.findChildren(QPushButton)
        seen = [button for button in buttons if button.objectName() in MENDING and button.isVisible()]
        if not seen:
            return
        self.desk.server.plan(plans)
        button = seen[number % len(seen)]
        said = f"press {button.objectName()} ({button.text()}), {plans}"
        button.click()
        self._did(said)

    # The server

    @rule(number=st.integers(0, 3), way=WAYS)
    def let_go(self, number: int, way: Way) -> None:
        if not self.desk.server.held:
            return
        self.desk.server.let_go(number, way)
        self._did(f"let go of answer {number}: {way}")

    # Dialogs

    @rule(plans=PLANS, button=st.sampled_from(BUTTONS))
    def answer_the_dialog(self, plans: list[Plan], button: str) -> None:
        """Press one of its buttons, or close it where it has no such one."""
        dialog = self.dialog
        if dialog is None:
            return
        self.desk.server.plan(plans)
        found = dialog.findChild(QPushButton, button)
        if isinstance(dialog, TokenDialog):
            dialog.field.setText("another-token")
            found = dialog.sign_in if button == BUTTONS[0] else dialog.cancel
        if found is not None and found.isVisible():
            found.click()
        else:
            dialog.reject()
        self._did(f"{button} in {dialog.objectName()}, {plans}")

    @rule(
        row=NUMBERS,
        folder=st.sampled_from(("there", "there", "there", "missing")),
        known=st.sampled_from((False, False, True)),
        dialog=st.integers(0, 7),
    )
    def export(self, row: int, folder: str, known: bool, dialog: int) -> None:
        """Write what is selected; every eighth time the dialog is asked for the place, half of these for all that is
        listed."""
        if row or self.desk.session.selected is None:
            self.select(row, click=True)
        window, shown = self.desk.window, self.desk.window.detail.procedure
        if shown is None or not self._free():
            return
        shown, named = window.detail.procedure, whose(window.banner.name.text())
        if shown is None:
            return
        place = self.desk.folder / folder
        if folder == "there":
            place.mkdir(exist_ok=True)
        name = f"{owner(shown)}-{shown.id}"  # what is said of the file then says whose it is
        path = place / (f"{name}.json" if known else f"{name}-{in_letters(self.figures.steps)}.json")
        self.exported.pop(str(path), None)  # what was written there before says nothing of what is to be written now
        records: tuple[Procedure, ...] = (shown,)
        if dialog:
            window.exporter.write(chosen_for(self.desk.session, shown, path))
        else:
            window.actions_by_name["export"].trigger()
            asking = self.dialog
            assert isinstance(asking, ExportDialog)
            self.desk.looker.look("an export dialog")
            asking.which.setCurrentIndex(row % asking.which.count())
            records = asking.extract.procedures
            self.desk.looker.look("an export dialog on other records")
            asking.choose_path(path)
            asking.accept() if folder == "there" else asking.reject()
        self._did(f"export {shown.id} to {path.relative_to(self.desk.folder)}")
        if str(path) in self.exported:
            self._check_file(path, records, named)

    def _check_file(self, path: Path, records: Sequence[Procedure], named: frozenset[str]) -> None:
        """The file is of what was shown when it was asked for, under that banner: another chart may be open by now."""
        content = path.read_bytes()
        if content != records[0].raw and json.loads(content)["resourceType"] != "Bundle":
            self.desk.looker.wrong.append("the file is not what was shown")
        for record in records:
            if record.raw not in content:
                self.desk.looker.wrong.append("the file lacks what was shown")
            if record.subject.reference and whose(record.raw.decode()) != named:
                self.desk.looker.wrong.append(f"the file is not of {sorted(named)}")
        if whose(content.decode()) - named and all(record.subject.reference for record in records):
            self.desk.looker.wrong.append(f"the file holds more than {sorted(named)}")
        self._raise_what_is_wrong()
        self.figures.exports += 1

    # Leaving, and coming back

    @rule(how=st.sampled_from(("sign out", "lock", "fail", "another server")), again=st.booleans())
    def leave(self, how: str, again: bool) -> None:
        """Sign out, be locked after idleness, have the program itself fail, or turn to the server anew.

        Some of it comes about by itself, whatever dialog stands there.
        """
        if not (how in ("lock", "fail") and self._connected) and not self._free():
            return
        desk = self.desk
        match how:
            case "sign out":
                desk.access.sign_out()
            case "lock":
                desk.window.locking.lock()
            case "fail":
                desk.window.clear_chart()
            case _:
                desk.session.use(server_at(desk.server.url, "a-token"))
        self._did(how)

        if again:
            self._come_back(below_the_cover=True)

    def _come_back(self, *, below_the_cover: bool = False) -> None:
        """Continue below the cover, or connect anew."""
        cover = self.desk.window.findChild(Cover)
        if below_the_cover and cover is not None and cover.is_on:
            cover.again.click()
            self.desk.settle()
        else:
            self.desk.window.locking.covers.take_off()
            self.desk.window.signing_in.give_up()
            self.desk.connect()
        self._did("come back")
