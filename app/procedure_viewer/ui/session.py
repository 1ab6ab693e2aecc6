"""What one window is doing: which server, which search, which chart. Panes show it; the gateway works for it.

Every answer is checked against the ticket that is current in its scope, and against the patient whose chart is open:
what comes late, or belongs to another patient, is dropped.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from procedure_viewer.background.gateway import Gateway, Reply, Ticket
from procedure_viewer.background.requests import (
    FindPatients,
    LoadProcedures,
    PatientsFound,
    ReadPatient,
    ReadProcedure,
    Request,
    Scope,
    StoreToken,
    UseServer,
    WriteFile,
)
from procedure_viewer.chart.open_chart import ChartPage, OpenChart
from procedure_viewer.fhir.outcome import Kind, Problem
from procedure_viewer.fhir.patient import Patient, unstated_patient
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.query import Reading

MOST_RECENT = 12
"""Patients opened in this run that are offered again; they are kept in memory only."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server to talk to. The address may be known only later (the demo server's): then it is a blocking function."""

    name: str
    base_url: str | Callable[[], str]
    token: str | None = field(default=None, repr=False)
    account: str | None = None
    """Where the keyring keeps the token, if it does."""
    is_demo: bool = False


class Link(StrEnum):
    """How the connection to the server stands."""

    NONE = "none"
    CONNECTING = "connecting"
    READY = "ready"
    FAILED = "failed"


class Progress(StrEnum):
    """How a search stands."""

    NOTHING = "nothing"
    LOADING = "loading"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A failure and what would mend it."""

    problem: Problem
    action: Callable[[], None] | None


class Session(QObject):
    """The state behind one window; signals say what changed, properties say what is."""

    server_changed = Signal()
    search_changed = Signal()
    chart_cleared = Signal()
    chart_opened = Signal()
    chart_changed = Signal()
    rows_added = Signal(object)
    """tuple[Procedure, ...]: new rows of the open chart."""
    procedure_reread = Signal(object)
    """Procedure: the newest version of one in the open chart."""
    selection_wanted = Signal(str)
    """The id of a procedure that is to be selected."""
    sign_in_wanted = Signal()
    exported = Signal(object)
    """Path of a file that was written."""
    file_exists = Signal(object)
    """WriteFile: the request that found a file in its place."""
    troubled = Signal(object)
    """Trouble."""

    def __init__(self, gateway: Gateway, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gateway = gateway
        self._tickets: dict[Scope, Ticket] = {}
        self._requests: dict[Scope, Request] = {}
        self.server: Server | None = None
        self.base_url = ""
        self.link = Link.NONE
        self.progress = Progress.NOTHING
        self.reading: Reading | None = None
        self.found = PatientsFound((), 0, None, more=False)
        self.search_problem: Problem | None = None
        self.recent: list[Patient] = []
        self.chart: OpenChart | None = None
        self.selected: Procedure | None = None
        self._wanted = ""
        gateway.page.connect(self._on_page)
        gateway.succeeded.connect(self._on_succeeded)
        gateway.failed.connect(self._on_failed)
        gateway.cancelled.connect(self._on_cancelled)

    # What the window asks

    def use(self, server: Server) -> None:
        """Turn to another server: whatever was shown of the old one goes first."""
        for scope in (Scope.PATIENTS, Scope.PROCEDURE):
            self._drop(scope)
        self.close_chart()
        self.recent.clear()
        self.clear_search()
        self.server, self.base_url, self.link = server, "", Link.CONNECTING
        self.server_changed.emit()
        self._submit(UseServer(base_url=server.base_url, token=server.token, account=server.account))

    def store_token(self, account: str, token: str) -> None:
        """Put a token into the keyring; a failure is said, and the token stays in memory for this run."""
        self._submit(StoreToken(account=account, token=token))

    def find(self, reading: Reading) -> None:
        """Search for patients, or open a procedure by its id if that is what was typed."""
        if self.server is None:
            self.sign_in_wanted.emit()
            return
        if reading.procedure_id:
            self.open_procedure(reading.procedure_id)
            return
        self.reading = reading
        self.found = PatientsFound((), 0, None, more=False)
        self.search_problem = None
        self.progress = Progress.LOADING
        self._submit(FindPatients(reading=reading))
        self.search_changed.emit()

    def clear_search(self) -> None:
        """Back to where nothing was searched yet."""
        self._drop(Scope.PATIENTS)
        self.reading = None
        self.found = PatientsFound((), 0, None, more=False)
        self.progress = Progress.NOTHING
        self.search_changed.emit()

    def open(self, patient: Patient) -> None:
        """Open a patient's chart. What was shown of another patient is gone before the new banner is there."""
        self._drop(Scope.PROCEDURE)
        self._open(patient)

    def reload_chart(self) -> None:
        """Read the open chart again from its first page."""
        if self.chart is not None and self.chart.patient.id:
            selected = self.selected.id if self.selected else ""
            self._open(self.chart.patient, wanted=selected)

    def close_chart(self) -> None:
        """Show no patient."""
        self._drop(Scope.CHART)
        self._wanted = ""
        self.chart = None
        self.selected = None
        self.chart_cleared.emit()

    def open_procedure(self, procedure_id: str) -> None:
        """Read a procedure by its id, open its patient and select it."""
        self._submit(ReadProcedure(procedure_id=procedure_id))
        self.search_changed.emit()

    def select(self, procedure: Procedure | None) -> None:
        """The reader turned to another row."""
        self.selected = procedure

    def refresh(self) -> None:
        """Read the selected procedure again; without a selection, the whole chart."""
        if self.chart is None:
            return
        if self.selected is not None and self.selected.id:
            self._submit(ReadProcedure(procedure_id=self.selected.id, patient=self.chart.patient.id))
        else:
            self.reload_chart()
        self.chart_changed.emit()

    def export(self, path: Path, content: bytes, *, replace: bool) -> None:
        """Write a file in the background."""
        self._submit(WriteFile(path=path, content=content, replace=replace))

    def cancel(self) -> None:
        """Stop what is being loaded."""
        for scope in (Scope.PATIENTS, Scope.CHART, Scope.PROCEDURE):
            if scope in self._tickets:
                self._tickets[scope].cancel()

    @property
    def busy(self) -> bool:
        """Whether something is being loaded that Cancel would stop."""
        return any(scope in self._tickets for scope in (Scope.PATIENTS, Scope.CHART, Scope.PROCEDURE))

    @property
    def reading_procedure(self) -> bool:
        """Whether one procedure is being read by its id."""
        return Scope.PROCEDURE in self._tickets

    # What the gateway answers

    @Slot(object)
    def _on_page(self, reply: Reply) -> None:
        if not self._is_current(reply):
            return
        match reply.payload:
            case PatientsFound() as found:
                self.found = found
                self.search_changed.emit()
            case ChartPage() as page if self.chart is not None:
                rows = self.chart.add_page(page)
                self.rows_added.emit(rows)
                self.chart_changed.emit()
                self._select_wanted()

    @Slot(object)
    def _on_succeeded(self, reply: Reply) -> None:
        request = self._settle(reply)
        if request is None:
            return
        match request, reply.payload:
            case UseServer(), str() as base_url:
                self.base_url, self.link = base_url, Link.READY
                self.server_changed.emit()
            case FindPatients(), PatientsFound() as found:
                self.found = found
                self.progress = Progress.DONE
                self.search_changed.emit()
            case LoadProcedures(), _ if self.chart is not None:
                self.chart.finish(datetime.now().astimezone())
                self.chart_changed.emit()
                self._select_wanted()
            case ReadProcedure(), Procedure() as procedure:
                self._on_procedure(procedure, opened_by_id=request.patient is None)
            case ReadPatient(), Patient() as patient:
                wanted = self._wanted
                self._open(patient, wanted=wanted)
            case WriteFile(), path:
                self.exported.emit(path)

    @Slot(object)
    def _on_failed(self, reply: Reply) -> None:
        request = self._settle(reply)
        if request is None or not isinstance(reply.payload, Problem):
            return
        problem = reply.payload
        match request:
            case UseServer():
                self.link = Link.FAILED
                self.server_changed.emit()
            case FindPatients():
                self.progress, self.search_problem = Progress.FAILED, problem
                self.search_changed.emit()
            case LoadProcedures():
                if self.chart is not None:
                    self.chart.fail(problem)
                self.chart_changed.emit()
            case ReadProcedure() | ReadPatient():
                self._wanted = ""
                self.search_changed.emit()
                self.chart_changed.emit()
            case WriteFile():
                if problem.kind is Kind.FILE_EXISTS:
                    self.file_exists.emit(request)
                    return
        self.troubled.emit(Trouble(problem, self._remedy(request, problem)))

    @Slot(object)
    def _on_cancelled(self, reply: Reply) -> None:
        request = self._settle(reply)
        match request:
            case FindPatients():
                self.progress = Progress.STOPPED
            case LoadProcedures():
                if self.chart is not None:
                    self.chart.cancel()
            case None:
                return
        self.search_changed.emit()
        self.chart_changed.emit()

    # Inside

    def _submit(self, request: Request) -> None:
        self._requests[request.scope] = request
        self._tickets[request.scope] = self._gateway.submit(request)

    def _drop(self, scope: Scope) -> None:
        """Cancel what runs in the scope and forget it: its late answers belong to nobody."""
        ticket = self._tickets.pop(scope, None)
        self._requests.pop(scope, None)
        if ticket is not None:
            ticket.cancel()

    def _is_current(self, reply: Reply) -> bool:
        ticket = self._tickets.get(reply.scope)
        if ticket is None or ticket.id != reply.ticket:
            return False
        return reply.patient is None or (self.chart is not None and self.chart.patient.id == reply.patient)

    def _settle(self, reply: Reply) -> Request | None:
        """The request that a terminal reply answers, taken off the list; None if nobody waits for it any more."""
        if not self._is_current(reply):
            return None
        del self._tickets[reply.scope]
        return self._requests.pop(reply.scope)

    def _open(self, patient: Patient, wanted: str = "") -> None:
        self.close_chart()
        self._wanted = wanted
        self._remember(patient)
        self.chart = OpenChart(patient, self.base_url)
        self.chart_opened.emit()
        self._submit(LoadProcedures(patient=patient.id))
        self.chart_changed.emit()

    def _remember(self, patient: Patient) -> None:
        self.recent = [patient, *(other for other in self.recent if other.id != patient.id)][:MOST_RECENT]

    def _on_procedure(self, procedure: Procedure, *, opened_by_id: bool) -> None:
        key = procedure.subject.key(self.base_url)
        if not opened_by_id:
            self._on_reread(procedure)
        elif key is None or key.type != "Patient":
            self._open_unstated(procedure)
        elif self.chart is not None and self.chart.patient.id == key.id:
            self._wanted = procedure.id
            self._select_wanted()
            if self._wanted:  # the list was read before this record was there
                self._open(self.chart.patient, wanted=procedure.id)
        else:
            self._wanted = procedure.id
            self._submit(ReadPatient(patient_id=key.id))
        self.search_changed.emit()
        self.chart_changed.emit()

    def _on_reread(self, procedure: Procedure) -> None:
        if self.chart is None:
            return
        if self.chart.replace(procedure):
            self.procedure_reread.emit(procedure)
            return
        self.troubled.emit(Trouble(Problem(Kind.NOT_FHIR, technical="the record now belongs to another patient"), None))

    def _open_unstated(self, procedure: Procedure) -> None:
        """A record that names no patient is shown alone, under a banner that says so."""
        self.close_chart()
        self.chart = OpenChart(unstated_patient(), self.base_url)
        self.chart_opened.emit()
        self.rows_added.emit(self.chart.show_alone(procedure, datetime.now().astimezone()))
        self.chart_changed.emit()
        self.selection_wanted.emit(procedure.id)

    def _select_wanted(self) -> None:
        if self._wanted and self.chart is not None and self.chart.shows(self._wanted):
            wanted, self._wanted = self._wanted, ""
            self.selection_wanted.emit(wanted)

    def _remedy(self, request: Request, problem: Problem) -> Callable[[], None] | None:
        if problem.kind is Kind.SIGNED_OUT or (problem.kind is Kind.KEYCHAIN and isinstance(request, UseServer)):
            return self.sign_in_wanted.emit
        if self.link is Link.FAILED and self.server is not None:
            return partial(self.use, self.server)
        match request:
            case UseServer() if self.server is not None:
                return partial(self.use, self.server)
            case FindPatients(reading=reading):
                return partial(self.find, reading)
            case LoadProcedures():
                return self.reload_chart
            case ReadProcedure(procedure_id=procedure_id, patient=None):
                return partial(self.open_procedure, procedure_id)
            case ReadProcedure():
                return self.refresh
            case ReadPatient(patient_id=patient_id):
                return partial(self._submit, ReadPatient(patient_id=patient_id))
        return None
