"""Reading everything that a person, or a screen reader, could read in a window, and telling whose it is."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from PySide6.QtCore import QAbstractEventDispatcher, QAbstractItemModel, QEvent, QModelIndex, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog, QFileDialog, QTabWidget, QWidget

from procedure_viewer.chart.open_chart import OpenChart
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.ui.error_dialog import ErrorDialog
from procedure_viewer.ui.main_window import MainWindow
from tests.listed import procedure_in
from tests.safety.machine.clinic import PEOPLE, names_others, whose

_NAMED = ("accessibleName", "accessibleDescription", "toolTip")
"""What every widget has."""
_OWN = ("text", "title", "toPlainText", "currentText", "placeholderText")
"""What some widgets have."""
_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
Getter = Callable[[], object]


class Mixed(AssertionError):
    """Something of one patient could be seen where another's was, or nobody's."""


def texts_of(widget: QWidget) -> Iterator[str]:
    """Every text of one widget, whether it is visible or not; of a view all that its model has."""
    for getter in _getters(widget):
        text = getter()
        if text and isinstance(text, str):
            yield text


def _getters(widget: QWidget) -> Iterator[Getter]:
    """What tells the texts of a widget."""
    for name in _NAMED:
        yield getattr(widget, name)
    for name in _OWN:
        getter = getattr(widget, name, None)
        if callable(getter):
            yield getter
    if isinstance(widget, QTabWidget):
        yield partial(_tab_texts, widget)
    elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
        yield ModelTexts(widget.model())


def _tab_texts(widget: QTabWidget) -> str:
    return "\n".join(f"{widget.tabText(number)} {widget.tabToolTip(number)}" for number in range(widget.count()))


class ModelTexts:
    """All texts of a model, which are read again only where it has told of a change: whoever looks is told no other."""

    def __init__(self, model: QAbstractItemModel) -> None:
        self._model = model
        self._texts: str | None = None
        for change in (
            model.modelReset,
            model.dataChanged,
            model.layoutChanged,
            model.rowsInserted,
            model.rowsRemoved,
            model.rowsMoved,
        ):
            change.connect(self._forget)

    def _forget(self, *_: object) -> None:
        self._texts = None

    def __call__(self) -> str:
        if self._texts is None:
            self._texts = "\n".join(texts_in(self._model, QModelIndex()))
        return self._texts


def texts_in(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[str]:
    """Every text of every row, as deep as they go."""
    columns = range(model.columnCount(parent))
    for row in range(model.rowCount(parent)):
        for column in columns:
            index = model.index(row, column, parent)
            for role in _ROLES:
                text = model.data(index, role)
                if text and isinstance(text, str):
                    yield text
        yield from texts_in(model, model.index(row, 0, parent))


def owner(procedure: Procedure) -> str:
    """The word of whoever a record says it is about; empty where it says nobody."""
    return next((one.word for one in PEOPLE if one.id in procedure.subject.reference), "")


class Looker(QObject):
    """Looks at a window: after each step at everything, and whenever a part of the chart is painted if it has changed.

    It notes what it finds wrong in `wrong`; nothing may be raised from within Qt.
    """

    def __init__(self, window: MainWindow, patients_asked: list[str]) -> None:
        super().__init__()
        self.window = window
        self.meant = ""
        """The id of the patient to whose row the reader has turned last."""
        self._asked = patients_asked
        """The ids of those who were asked for since."""
        self._last = ""
        """Whose chart was open last, and had rows."""
        self.switches = 0
        """How often one patient's chart was opened where another's had been: with nothing else to be mixed up."""
        self._questions: dict[QDialog, str] = {}
        """In whose chart the questions about a file were put."""
        self.by_id = False
        """Whether a record was asked for by its id since a chart was opened: it may be of anybody, or have moved."""
        self.wrong: list[str] = []
        self.looks = 0
        self.full = 0
        """How many looks found a chart with rows and a record in the detail."""
        self._before: tuple[object, ...] = ()
        self._widgets: list[QWidget] = []
        self._actions: list[QAction] = []
        self._getters: list[Getter] = []
        """What tells all texts of these widgets and actions."""
        self._known: dict[QWidget, tuple[Getter, ...]] = {}
        """What tells the texts of each of them."""
        for widget in (
            window.banner,
            window.procedures.view.viewport(),
            window.detail.tree.viewport(),
            window.detail.json.viewport(),
            window.detail.summary.viewport(),
            window.statusBar(),
            window.timeline.canvas,
        ):
            widget.installEventFilter(self)
        window.session.chart_opened.connect(self._opened)
        dispatcher = QAbstractEventDispatcher.instance()
        assert dispatcher is not None
        self._dispatcher = dispatcher
        dispatcher.awake.connect(self._awake)

    def stop(self) -> None:
        """Look no more: the window goes."""
        self._dispatcher.awake.disconnect(self._awake)

    def begin_anew(self) -> None:
        """Forget what the reader has done."""
        self.by_id = False
        self._last = ""
        self.turn_to("")

    def turn_to(self, patient_id: str) -> None:
        """The reader turns to a row of the list of patients."""
        self.meant = patient_id
        self._asked.clear()

    def _opened(self) -> None:
        chart = self.window.session.chart
        # What is said of a record that was asked for by its id may wait behind a dialog while the chart is read again.
        self.by_id = self.by_id and chart is not None and chart.patient.id == self._last
        if chart is None or chart.is_unstated:
            return
        if chart.patient.id not in (self.meant, self._last, *self._asked):
            self.wrong.append(f"{chart.patient.id} is opened, but asked for were {self.meant!r} and {self._asked}")
        self.switches += bool(self._last) and self._last != chart.patient.id
        self._last = chart.patient.id

    def _awake(self) -> None:
        """The event loop comes round: now things could be painted."""
        if not self.window.updatesEnabled():
            self.look_if_changed("a turn of the event loop")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A part of the chart is about to be painted: what is on the screen from then on must be of one patient."""
        if event.type() == QEvent.Type.Paint:
            self.look_if_changed("a repaint")
        return False

    def _stamp(self) -> tuple[object, ...]:
        """What changes when the chart does; reading it costs next to nothing."""
        window = self.window
        return (
            window.banner.name.text(),
            window.banner.isVisible(),
            id(window.session.chart),
            id(window.session.selected),
            id(window.detail.procedure),
            id(window.detail.summary.widget()),
            window.detail.elements.rowCount(),
            window.detail.json.document().characterCount(),
            window.procedures.table.rowCount(),
            len(window.timeline.shown),
            id(window.errors.current),
            window.foot.note.whole_text,
        )

    def look_if_changed(self, when: str) -> None:
        """Look only where the chart is another than at the last look."""
        if self._stamp() != self._before:
            self.look(when)

    def look(self, when: str) -> None:
        """Note what is wrong with all that can be read now."""
        self._before = self._stamp()
        self.looks += 1
        try:
            self._look()
        except Mixed as error:
            self.wrong.append(f"{error} (at {when})")
        except Exception as error:  # noqa: BLE001 - it would be lost in Qt
            self.wrong.append(f"looking failed: {error!r} (at {when})")

    def _look(self) -> None:
        window, chart = self.window, self.window.session.chart
        open_now = _whose_chart(chart) if chart is not None else frozenset()
        self._check_values(_word(chart.patient.id) if chart is not None else "")
        self._only(self._texts(), open_now, "in the window")
        dialogs = [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]
        self._questions = {dialog: word for dialog, word in self._questions.items() if dialog in dialogs}
        for dialog in dialogs:
            self._check_dialog(dialog, open_now)
        for tip in QApplication.topLevelWidgets():
            if tip.windowType() is Qt.WindowType.ToolTip and tip.isVisible():
                self._only(texts_of(tip), open_now, "in a tooltip")
        self._only((window.windowTitle(),), frozenset(), "in the window's title")

    def _texts(self) -> list[str]:
        """Every text of the window but the list of patients, in which all of them may stand, and dialogs and tooltips.

        What is hidden counts, too: nothing of a patient has to be kept in a label that may be shown again.
        """
        window = self.window
        widgets, actions = window.findChildren(QWidget), window.findChildren(QAction)
        if widgets != self._widgets or actions != self._actions:
            self._widgets, self._actions = widgets, actions
            self._getters = [getter for widget in self._outside_the_search() for getter in self._known[widget]]
            self._getters += [getter for action in actions for getter in (action.text, action.toolTip)]
        texts = (getter() for getter in self._getters)
        return [text for text in texts if text.__class__ is str]

    def _outside_the_search(self) -> Iterator[QWidget]:
        known, self._known = self._known, {}
        aside: set[int] = set()
        for widget in self._widgets:  # parents come before what is in them
            if widget is self.window.search or widget.isWindow() or id(widget.parentWidget()) in aside:
                aside.add(id(widget))
            else:
                # The widget itself is the key: another one may come to have its number once it is gone.
                self._known[widget] = known.get(widget) or tuple(_getters(widget))
                yield widget

    def _check_dialog(self, dialog: QDialog, open_now: frozenset[str]) -> None:
        self._only((dialog.windowTitle(),), frozenset(), "in a dialog's title")
        texts = list(dialog.selectedFiles() if isinstance(dialog, QFileDialog) else _visible_texts(dialog))
        allowed = open_now
        if dialog.objectName() in ("exportDialog", "replaceDialog", "printDialog"):
            word = min(open_now, default="")
            if self._questions.setdefault(dialog, word) != word:
                raise Mixed(f"a question about a file of {self._questions[dialog]} while {word or 'nobody'} is open")
        if isinstance(dialog, ErrorDialog):
            # It may say why a record did not come that was asked for by its id, whoever is open; of one patient only.
            named = whose("\n".join(texts))
            if len(named) == 1 and (self.by_id or not (open_now or dialog.is_about_chart)):
                allowed = named
        self._only(texts, allowed, f"in {dialog.objectName()}")

    def _check_values(self, word: str) -> None:
        """What banner, list, detail, timeline and export are made of."""
        window, session = self.window, self.window.session
        table, detail = window.procedures.table, window.detail.procedure
        listed = [procedure_in(table, row) for row in range(table.rowCount()) if table.group_at(row) is None]
        drawn = window.timeline.shown
        for place, procedures in (
            ("the list", listed),
            ("the detail", [detail] if detail is not None else []),
            ("what would be exported", [session.selected] if session.selected is not None else []),
            ("the timeline", drawn),
            ("the chart", session.chart.procedures if session.chart is not None else []),
        ):
            owners = {owner(procedure) for procedure in procedures}
            if owners - {word}:
                raise Mixed(f"{place} has records of {sorted(owners)} while {word or 'nobody'} is open")
        banner = window.banner.name.text()
        if session.chart is None and (banner or not window.banner.isHidden()):
            raise Mixed(f"a banner without a chart: {banner}")
        if (listed or detail is not None or drawn) and word and whose(banner) != {word}:
            raise Mixed(f"records of {word} under the banner {banner!r}")
        self.full += bool(listed) and detail is not None

    def _only(self, texts: Iterable[str], allowed: frozenset[str], where: str) -> None:
        text = "\n".join(texts)
        if names_others(text, allowed):
            found = [line for line in text.splitlines() if names_others(line, allowed)]
            raise Mixed(f"somebody else {where} while {sorted(allowed) or 'nobody'} may be there: {found[:3]}")


def _whose_chart(chart: OpenChart) -> frozenset[str]:
    """Whose texts may be there; a record that names no patient stands alone, and its texts may say what they like."""
    if chart.is_unstated:
        return frozenset().union(*(whose(procedure.title) for procedure in chart.procedures))
    return frozenset({_word(chart.patient.id)}) - {""}


def _word(patient_id: str) -> str:
    return next((one.word for one in PEOPLE if one.id == patient_id), "")


def _visible_texts(dialog: QDialog) -> Iterator[str]:
    for widget in dialog.findChildren(QWidget):
        if widget.isVisible():
            yield from texts_of(widget)
