"""The selected procedure three times: what is read first, every element, the exact JSON."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTabWidget, QToolButton, QVBoxLayout, QWidget

from procedure_viewer.fhir.elements import Element, read_elements
from procedure_viewer.fhir.known import NOTHING, Known
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.ui.advice import Remedy, advice_for
from procedure_viewer.ui.announcing import announce
from procedure_viewer.ui.element_view import ElementView
from procedure_viewer.ui.find_bar import FindBar
from procedure_viewer.ui.finding import Finder
from procedure_viewer.ui.json_view import JsonView
from procedure_viewer.ui.kept_place import kept_place
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.pane import Pane
from procedure_viewer.ui.same_element import SameElement
from procedure_viewer.ui.session import Session
from procedure_viewer.ui.summary_view import SummaryView


class DetailPane(QWidget):
    """Each tab is filled when it is first looked at: most readers stay in the summary."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("detailPane")
        self._session = session
        self._procedure: Procedure | None = None
        self.known_of: Callable[[Procedure], Known] = lambda _: NOTHING
        """What other records tell about a procedure."""
        self._filled: set[QWidget] = set()
        self.summary = SummaryView()
        self.tree = ElementView()
        self.elements = self.tree.elements
        self.json = JsonView()
        self._root: Element | None = None
        self.same = SameElement(self.summary, self.tree, self.json, self._read_root, self)
        self.find_bar = FindBar()
        self.finder = Finder(self.find_bar, self)
        self.find_bar.left.connect(self._leave_find)
        self.tabs = QTabWidget()
        self.tabs.setObjectName("detailTabs")
        self.tabs.setAccessibleName(self.tr("Procedure"))
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.summary, self.tr("Summary"))
        self.tabs.addTab(self.tree, self.tr("Everything"))
        self.tabs.addTab(self.json, self.tr("JSON"))
        self.tabs.currentChanged.connect(self._turn)
        self.reading = PlainLabel("detailReading")
        self.reading.setWordWrap(False)
        self._cancel = QToolButton()
        self._cancel.setObjectName("detailCancel")
        self._cancel.setText(self.tr("Cancel"))
        self._cancel.clicked.connect(session.cancel)
        self.tabs.setCornerWidget(self._new_corner())
        self.notice = PlainLabel("detailNotice")
        self.notice.warn()
        self._retry = QPushButton()
        self._retry.setObjectName("detailRetry")
        self._retry.clicked.connect(self._pane_button)
        self.pane = Pane("detail", self._new_content())
        self.pane.button_clicked.connect(self._pane_button)
        self.gone = PlainLabel("detailGone", selectable=True)
        self.gone.warn()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.gone)
        layout.addWidget(self.pane, 1)
        for signal in (session.chart_changed, session.search_changed, session.procedure_reread):
            signal.connect(self._show_state)
        self.show_procedure(None)

    @property
    def procedure(self) -> Procedure | None:
        """The procedure that is shown."""
        return self._procedure

    @Slot(object)
    def show_procedure(self, procedure: Procedure | None) -> None:
        """Show a procedure, or none; nothing of the one before stays."""
        if procedure is self._procedure and procedure is not None:
            return
        self._procedure = procedure
        self._filled.clear()
        self._root = None
        self.finder.search_in(None)
        self.same.clear()
        self.summary.clear()
        self.tree.clear()
        self.json.clear()
        self._show_state()
        self._turn()

    @Slot()
    def show_known(self) -> None:
        """More is known of the procedure: the reader's place in the summary stays."""
        if self._procedure is not None and self.summary in self._filled:
            with kept_place(self.summary):
                self.summary.show_procedure(self._procedure, self.known_of(self._procedure))

    def clear(self) -> None:
        """Show nothing of the chart that was open, nor what was looked for in it."""
        self.find_bar.forget()
        self.show_procedure(None)

    def follow_theme(self) -> None:
        """Take the colours for light or dark."""
        self.json.follow_theme()
        self._filled.discard(self.summary)
        self._fill()

    @property
    def actions_by_tab(self) -> dict[str, list[QAction]]:
        """What can be done in each tab, by the tab's title."""
        tabs = (self.summary, self.tree, self.json)
        return {self.tabs.tabText(self.tabs.indexOf(tab)): tab.actions() for tab in tabs}

    @Slot()
    def find_within(self) -> None:
        """To the search field; from the summary, which has none, to the elements."""
        if self._procedure is None:
            return
        if self.tabs.currentWidget() is self.summary:
            self.tabs.setCurrentWidget(self.tree)
        self.find_bar.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.find_bar.field.selectAll()

    @Slot()
    def _leave_find(self) -> None:
        self.tabs.currentWidget().setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _turn(self) -> None:
        """Another tab comes into sight, or another procedure."""
        if not hasattr(self, "tabs"):
            return  # the collector has taken this pane apart, and Qt tells of the tabs that go with it
        self._fill()
        tab = self.tabs.currentWidget()
        self.find_bar.setVisible(tab is not self.summary)
        if self._procedure is None:
            self.finder.search_in(None)
            return
        self.same.turn_to(tab)
        self.finder.search_in(tab if isinstance(tab, ElementView | JsonView) else None)

    def _fill(self) -> None:
        tab = self.tabs.currentWidget()
        if self._procedure is None or tab in self._filled:
            return
        self._filled.add(tab)
        if tab is self.summary:
            self.summary.show_procedure(self._procedure, self.known_of(self._procedure))
        elif tab is self.tree:
            self.tree.show_root(self._read_root())
        else:
            self.json.show_record(self._procedure.raw)

    def _read_root(self) -> Element:
        if self._root is None:
            self._root = read_elements(self._procedure.raw if self._procedure is not None else b"")
        return self._root

    def _new_corner(self) -> QWidget:
        """Beside the tabs, where coming and going moves nothing that is being read."""
        corner = QWidget()
        layout = QHBoxLayout(corner)
        layout.setContentsMargins(0, 0, 4, 0)
        layout.addWidget(self.reading)
        layout.addWidget(self._cancel)
        return corner

    def _new_content(self) -> QWidget:
        content = QWidget()
        said = QHBoxLayout()
        said.addWidget(self.notice, 1)
        said.addWidget(self._retry)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(said)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.find_bar)
        return content

    @Slot()
    def _show_state(self) -> None:
        """What is shown stays in view while it is read again, with a word about that; else say why there is nothing."""
        self._show_whether_gone()
        if self._procedure is None:
            self._show_why_empty()
            return
        reading = self._session.reading_procedure
        self._say(
            self.reading,
            self.tr("Reading it again…") if self._session.reads_again else self.tr("Reading another one…"),
            seen=reading,
        )
        self._cancel.setVisible(reading)
        text, button, warns = ("", "", False) if reading else self._news(self._procedure)
        self.notice.warn(warns)
        self._say(self.notice, text, seen=bool(text))
        self._retry.setText(button)
        self._retry.setVisible(bool(button))
        self.pane.show_content()

    def _say(self, label: PlainLabel, text: str, *, seen: bool) -> None:
        """Show a label with its text, or not; a screen reader is told when it comes or changes."""
        text = text if seen else ""
        changes = text != label.text()
        label.setText(text)
        label.setVisible(seen)
        if changes:
            announce(label, text)

    def _news(self, shown: Procedure) -> tuple[str, str, bool]:
        """What came of reading a procedure: words, a button's words, and whether it is a warning."""
        session = self._session
        if session.procedure_trouble is not None and not session.reads_again:
            return self.tr("The other procedure could not be read"), self._remedy(), True
        if not self.gone.isHidden():
            return "", "", False
        if session.procedure_trouble is not None:
            return self.tr("Not read again: this is from before"), self._remedy(), True
        reread = session.reread
        if reread is None or reread.fresh is not shown:
            return "", "", False
        changed, unchanged = self.tr("Read again {time}: changed"), self.tr("Read again {time}: unchanged")
        return (changed if reread.changed else unchanged).format(time=f"{reread.at:%H:%M:%S}"), "", False

    def _show_whether_gone(self) -> None:
        """A record that the server no longer has says so as long as it is looked at."""
        shown, chart = self._procedure, self._session.chart
        since = chart.gone.get(shown.id) if shown is not None and chart is not None else None
        text = self.tr("No longer on the server ({time}). What is shown here was read before.")
        said = text.format(time=f"{since:%H:%M:%S}") if since is not None else ""
        self._say(self.gone, said, seen=bool(said))

    def _show_why_empty(self) -> None:
        session, chart = self._session, self._session.chart
        if session.reading_procedure:
            self.pane.show_message("loading", self.tr("Reading the procedure…"), "", self.tr("Cancel"))
        elif session.procedure_trouble is not None:
            title = advice_for(session.procedure_trouble.problem).title
            self.pane.show_message("failed", title, self.tr("The procedure could not be read."), self._remedy())
        elif chart is not None and chart.procedures:
            self.pane.show_message("procedure", self.tr("Select a procedure"), self.tr("Its details are shown here."))
        else:
            self.pane.show_message("procedure", self.tr("No procedure to show"))

    def _remedy(self) -> str:
        """What the button says that goes with a failure; "" where there is nothing to be done."""
        trouble = self._session.procedure_trouble
        if trouble is None or trouble.action is None:
            return ""
        if advice_for(trouble.problem).remedy is Remedy.SIGN_IN:
            return self.tr("Sign in again")
        return self.tr("Retry")

    @Slot()
    def _pane_button(self) -> None:
        """Cancel while something is read, and what mends it after a failure."""
        trouble = self._session.procedure_trouble
        if self._session.reading_procedure:
            self._session.cancel()
        elif trouble is not None and trouble.action is not None:
            trouble.action()
