"""What one window is doing: which server, which search, which chart. Panes show it; the gateway works for it.

What is decided about the open patient is decided in `chart.consultation`: here its questions go to the gateway, the
gateway's answers to it, and its news to the panes.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from procedure_viewer.background.gateway import Gateway, Reply, Ticket
from procedure_viewer.background.requests import Connected, Request
from procedure_viewer.chart.consultation import Bookmark, Consultation
from procedure_viewer.chart.news import Changed, NewRows, News, RereadProcedure, ToBeSelected, Troubled
from procedure_viewer.chart.open_chart import OpenChart
from procedure_viewer.chart.questions import Place, Question
from procedure_viewer.chart.reading import ChartPage
from procedure_viewer.chart.search import PatientsFound, Progress
from procedure_viewer.chart.together import Together
from procedure_viewer.fhir.outcome import Problem
from procedure_viewer.fhir.patient import Patient
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.query import Reading
from procedure_viewer.fhir.words import forget_remembered
from procedure_viewer.ui.advice import Asked
from procedure_viewer.ui.arrivals import Arrivals
from procedure_viewer.ui.asking import request_for
from procedure_viewer.ui.exports import Exports
from procedure_viewer.ui.remedies import asked_by, remedy_for
from procedure_viewer.ui.resembling import Resembling
from procedure_viewer.ui.server_in_use import ServerInUse
from procedure_viewer.ui.states import Link, Server, Trouble

BREATH = 10
"""Milliseconds that the window gets between two parts of a list that is built anew."""


def local_time() -> datetime:
    """The time of now with this computer's offset."""
    return datetime.now().astimezone()


class Session(QObject):
    """The state behind one window; signals say what changed, properties say what is."""

    server_changed = Signal()
    connected = Signal(object)
    """Connected: a server can be asked from now on, or waits for a sign-in."""
    search_changed = Signal()
    chart_cleared = Signal()
    chart_opened = Signal()
    chart_changed = Signal()
    rows_added = Signal(object)
    """tuple[Procedure, ...]: new rows of the open chart."""
    procedure_reread = Signal(object)
    """RereadProcedure: a shown one has other content now, or is to be taken out."""
    selection_wanted = Signal(object)
    """Procedure: a shown one that is to be selected."""
    server_left = Signal()
    """Another server is turned to: nothing that the old one said may be acted on."""
    forgotten = Signal()
    """Whoever comes next may be somebody else: nothing stays that was read or typed."""
    sign_in_wanted = Signal()
    troubled = Signal(object)
    """Trouble."""

    def __init__(
        self, gateway: Gateway, parent: QObject | None = None, clock: Callable[[], datetime] = local_time
    ) -> None:
        super().__init__(parent)
        self.clock = clock
        """The local time."""
        self._gateway = gateway
        self._tickets: dict[int, Ticket] = {}
        together = Together(self._tell)
        self._consultation = Consultation(self._ask, self._withdraw, together, lambda: self.clock())
        self._arrivals = Arrivals(together.gathering, gateway.turn, self)
        self._breath = QTimer(self)
        self._breath.setSingleShot(True)
        self._breath.setInterval(BREATH)
        self._breath.timeout.connect(self._show_more)
        self._told: tuple[Troubled, Trouble] | None = None
        self._resume: Bookmark | None = None
        self.resembling = Resembling()
        self._use = ServerInUse(gateway, self)
        self._use.changed.connect(self._on_server_changed)
        self._use.connected.connect(self._on_connected)
        self._use.failed.connect(self._on_no_server)
        self.exports = Exports(gateway, self)
        gateway.page.connect(self._on_page)
        gateway.succeeded.connect(self._on_succeeded)
        gateway.failed.connect(self._on_failed)
        gateway.cancelled.connect(self._on_cancelled)

    # What is

    @property
    def turn(self) -> AbstractContextManager[None]:
        """What the window does in it, the worker does not compete with."""
        return self._gateway.turn

    @property
    def server(self) -> Server | None:
        """The server in use."""
        return self._use.server

    @property
    def base_url(self) -> str:
        """Its address; "" until it can be asked."""
        return self._use.base_url

    @property
    def link(self) -> Link:
        """How the connection to it stands."""
        return self._use.link

    def warm_up(self) -> bool:
        """Have a connection to the server ready; whether there is a server in use."""
        return self._use.warm_up()

    @property
    def progress(self) -> Progress:
        """How the search stands."""
        return self._consultation.search.progress

    @property
    def asked(self) -> Reading | None:
        """How the reader's own words were understood that led to what `found` and `progress` say."""
        return self._consultation.search.asked

    @property
    def reading(self) -> Reading | None:
        """What is being looked for, or was: `asked`, or what followed from it."""
        return self._consultation.search.reading

    @property
    def found(self) -> PatientsFound:
        """The patients found so far."""
        return self._consultation.search.found

    @property
    def search_problem(self) -> Problem | None:
        """Why the search failed."""
        return self._consultation.search.problem

    @property
    def recent(self) -> list[Patient]:
        """Patients opened in this run."""
        return self._consultation.recent

    @property
    def chart(self) -> OpenChart | None:
        """The open chart."""
        return self._consultation.chart

    @property
    def selected(self) -> Procedure | None:
        """The one procedure that the detail shows and that can be exported."""
        return self._consultation.selected

    @property
    def reread(self) -> RereadProcedure | None:
        """What came of the last time that a shown procedure of this chart was read again."""
        return self._consultation.shown.reread

    @property
    def rows_to_come(self) -> int:
        """How many records of the open chart have no row yet, because a window takes in so many at once."""
        return len(self._consultation.shown.unshown)

    @property
    def reads_again(self) -> bool:
        """Whether the procedure that was asked for last is the shown one, read again."""
        return self._consultation.reads_again

    @property
    def procedure_trouble(self) -> Trouble | None:
        """Why the procedure that was asked for last could not be read; None once the reader turns elsewhere."""
        trouble = self._consultation.trouble
        return self._trouble(trouble) if trouble is not None else None

    @property
    def exporting(self) -> bool:
        """Whether a file is being written."""
        return self.exports.busy

    @property
    def busy(self) -> bool:
        """Whether something is being loaded that Cancel would stop."""
        return self._use.busy or self._consultation.busy

    @property
    def reading_procedure(self) -> bool:
        """Whether one procedure is being read by its id."""
        return self._consultation.waits_in(Place.RECORD)

    # The server

    def use(self, server: Server, *, anew: bool = False) -> None:
        """Turn to another server: whatever was shown of the old one goes first.

        With `anew` a sign-in that is kept is not taken up.
        """
        self._resume = self._consultation.bookmark() if self._use.is_same(server) else None
        self.server_left.emit()
        self.recent.clear()
        self._consultation.leave()
        self.resembling.forget()
        self._use.connect_to(server, anew=anew)

    def connect_again(self) -> None:
        """Turn to the same server once more, after that failed or was cancelled."""
        if self.server is not None:
            self.use(self.server)

    def leave(self) -> None:
        """Turn away from the server in use, to none."""
        self.lock_up()
        self._use.forget()

    def lock_up(self) -> None:
        """Show nothing and remember nothing; what was granted is forgotten, except in the keyring."""
        self.server_left.emit()
        self.forget()
        self._use.lock_up()

    def remember(self) -> None:
        """Note what is open, to go on there after another sign-in at the same server."""
        self._resume = self._consultation.bookmark()

    def take_up_again(self) -> None:
        """Go on where it was before signing in again; everything is asked for anew, with the new sign-in."""
        resume, self._resume = self._resume, None
        if resume is not None and resume.asked is not None and resume.asked.ok:
            self.find(resume.asked)
        if resume is not None and resume.patient_id:
            self._consultation.open_patient(resume.patient_id, resume.selected)

    # The search and the chart

    def find(self, reading: Reading, *, asked: Reading | None = None) -> None:
        """Search for patients, or open a procedure by its id if that is what was typed.

        `asked` is how the reader's own words were understood, where `reading` follows from them.
        """
        if self.server is None:
            self.sign_in_wanted.emit()
        else:
            self._consultation.find(reading, asked=asked)

    def find_again(self) -> None:
        """Search once more for what was looked for."""
        if self.reading is not None:
            self.find(self.reading, asked=self.asked)

    def ask_back(self, reading: Reading) -> None:
        """What was typed can't be searched for as it is; no list of an older search stays under its reading."""
        self._consultation.ask_back(reading)

    def clear_search(self) -> None:
        """Back to where nothing was searched yet."""
        self._consultation.clear_search()

    def open(self, patient: Patient) -> None:
        """Open a patient's chart. What was shown of another patient is gone before the new banner is there."""
        self._consultation.open(patient)

    def open_procedure(self, procedure_id: str, *, or_patient: bool = False) -> None:
        """Read a procedure by its id, open its patient and select it; `or_patient` looks for a patient next."""
        self._consultation.open_procedure(procedure_id, or_patient=or_patient)

    def open_patient(self, patient_id: str, wanted: Procedure | None = None) -> None:
        """Read a patient by id and open the chart; `wanted` is to be selected there."""
        self._consultation.open_patient(patient_id, wanted)

    def reload_chart(self) -> None:
        """Read the open chart again from its first page."""
        self._consultation.reload_chart()

    def refresh(self) -> None:
        """Read the selected procedure again; without a selection, the whole chart."""
        self._consultation.refresh()

    def select(self, procedure: Procedure | None) -> None:
        """The reader turned to another row."""
        self._consultation.select(procedure)

    def close_chart(self) -> None:
        """Show no patient."""
        self._consultation.close_chart()

    def abandon(self) -> None:
        """Show no patient, and nothing of anybody's that is still under way."""
        self._resume = None
        self._consultation.leave()

    def forget(self) -> None:
        """The same, and nothing stays in memory either of what was read or typed: somebody else may be next."""
        self.recent.clear()
        self.abandon()
        self.resembling.forget()
        forget_remembered()
        self.forgotten.emit()

    def cancel(self) -> None:
        """Stop what is being loaded."""
        self._use.cancel()
        self._consultation.cancel()

    # Between the consultation and the gateway

    def _ask(self, question: Question) -> int:
        ticket = self._gateway.submit(request_for(question))
        self._tickets[ticket.id] = ticket
        return ticket.id

    def _withdraw(self, number: int) -> None:
        ticket = self._tickets.get(number)
        if ticket is not None:
            ticket.cancel()

    def _tell(self, news: News) -> None:
        match news:
            case Changed.SEARCH:
                self.resembling.learn(self.found.alike)
                self.search_changed.emit()
            case Changed.CLEARED:
                self.chart_cleared.emit()
            case Changed.OPENED:
                self.resembling.compare(self.recent)
                self.chart_opened.emit()
            case Changed.CHART:
                self.chart_changed.emit()
            case Changed.MORE:
                self._breath.start()
            case NewRows(procedures=procedures):
                self.rows_added.emit(procedures)
            case ToBeSelected(procedure=procedure):
                self.selection_wanted.emit(procedure)
            case RereadProcedure():
                self.procedure_reread.emit(news)
            case Troubled():
                self.troubled.emit(self._trouble(news))

    def _trouble(self, told: Troubled) -> Trouble:
        """The same in the window's terms, with what would mend it."""
        if self._told is None or self._told[0] is not told:
            self._told = (told, self._new_trouble(told))
        return self._told[1]

    def _new_trouble(self, told: Troubled) -> Trouble:
        if told.question is None:
            return Trouble(told.problem, None, Asked.OTHER)
        action = remedy_for(self, told.question, told.problem) if told.mendable else None
        return Trouble(told.problem, action, asked_by(told.question))

    @Slot()
    def _show_more(self) -> None:
        self._consultation.show_more()

    @Slot()
    def _on_server_changed(self) -> None:
        self._consultation.base_url = self._use.base_url
        self.server_changed.emit()

    @Slot(object)
    def _on_connected(self, connected: Connected) -> None:
        self.connected.emit(connected)
        if not connected.needs_sign_in:
            self.take_up_again()

    @Slot(object, object)
    def _on_no_server(self, request: Request, problem: Problem) -> None:
        self.troubled.emit(Trouble(problem, remedy_for(self, request, problem), asked_by(request)))

    @Slot(object)
    def _on_page(self, reply: Reply) -> None:
        if reply.ticket not in self._tickets:
            return

        def take() -> None:
            self._consultation.page(reply.ticket, reply.payload)

        if isinstance(reply.payload, ChartPage):
            self._arrivals.rows(reply.ticket, len(reply.payload.procedures), take)
        else:
            self._arrivals.other(reply.ticket, take)

    @Slot(object)
    def _on_succeeded(self, reply: Reply) -> None:
        self._end(reply, lambda: self._consultation.succeeded(reply.ticket, reply.payload))

    @Slot(object)
    def _on_failed(self, reply: Reply) -> None:
        if isinstance(problem := reply.payload, Problem):
            self._end(reply, lambda: self._consultation.failed(reply.ticket, problem))

    @Slot(object)
    def _on_cancelled(self, reply: Reply) -> None:
        self._end(reply, lambda: self._consultation.cancelled(reply.ticket))

    def _end(self, reply: Reply, take: Callable[[], None]) -> None:
        """The last answer to a ticket: it counts after those before it."""

        def end() -> None:
            if self._tickets.pop(reply.ticket, None) is not None:
                take()

        if reply.ticket in self._tickets:
            self._arrivals.other(reply.ticket, end)
