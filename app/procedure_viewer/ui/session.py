"""What one window is doing: which server, which search, which chart. Panes show it; the gateway works for it.

Every answer is checked against the ticket that is current in its scope, and against the patient whose chart is open:
what comes late, or belongs to another patient, is dropped.
"""

from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from procedure_viewer.background.gateway import Gateway, Reply
from procedure_viewer.background.requests import (
    Connected,
    FindPatients,
    LoadProcedures,
    LockUp,
    PatientsFound,
    ReadPatient,
    ReadProcedure,
    Request,
    Scope,
    UseServer,
    WriteFile,
)
from procedure_viewer.chart.open_chart import ChartPage, OpenChart, Reread, Standing
from procedure_viewer.fhir.outcome import Kind, Problem
from procedure_viewer.fhir.patient import Patient
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.query import Reading, patients_of
from procedure_viewer.ui.advice import Asked
from procedure_viewer.ui.remedies import asked_by, remedy_for
from procedure_viewer.ui.resembling import Resembling
from procedure_viewer.ui.states import Link, Progress, RereadProcedure, Server, Trouble
from procedure_viewer.ui.waiting import Waiting

_LOADING = (Scope.CONNECTION, Scope.PATIENTS, Scope.CHART, Scope.PROCEDURE)
"""What Cancel stops."""
MOST_RECENT = 12
"""Patients opened in this run that are offered again; they are kept in memory only."""


@dataclass(frozen=True, slots=True)
class _Resume:
    """What was open when the reader had to sign in again at the same server."""

    asked: Reading | None
    patient_id: str
    selected: Procedure | None


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
    """RereadProcedure."""
    selection_wanted = Signal(object)
    """Procedure: a shown one that is to be selected."""
    server_left = Signal()
    """Another server is turned to: nothing that the old one said may be acted on."""
    forgotten = Signal()
    """Whoever comes next may be somebody else: nothing stays that was read or typed."""
    sign_in_wanted = Signal()
    exported = Signal(object)
    """WriteFile: the request whose file was written."""
    export_failed = Signal(object, object)
    """WriteFile and the Problem that kept its file from being written."""
    exports_ended = Signal()
    """Every file that was to be written was, or was not, and each has been said."""
    troubled = Signal(object)
    """Trouble."""

    def __init__(self, gateway: Gateway, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting = Waiting(gateway)
        self.server: Server | None = None
        self.base_url = ""
        self.link = Link.NONE
        self.progress = Progress.NOTHING
        self.asked: Reading | None = None
        """How the reader's own words were understood that led to what `found` and `progress` say."""
        self.reading: Reading | None = None
        """What is being looked for, or was: `asked`, or what followed from it."""
        self.found = PatientsFound((), 0, None, more=False)
        self.search_problem: Problem | None = None
        self.recent: list[Patient] = []
        self.resembling = Resembling()
        self.chart: OpenChart | None = None
        self.selected: Procedure | None = None
        self.procedure_trouble: Trouble | None = None
        """Why the procedure that was asked for last could not be read; None once the reader turns elsewhere."""
        self.reads_again = False
        """Whether the procedure that was asked for last is the shown one, read again."""
        self._wanted: Procedure | None = None
        self._moved_on = False
        """Whether the reader selected a row since `_wanted` was asked for: it gets its row, but not the selection."""
        self._resume: _Resume | None = None
        self._exports: deque[WriteFile] = deque()
        self._reread_target: Procedure | None = None
        self.reread: RereadProcedure | None = None
        """What came of the last time that a shown procedure of this chart was read again."""
        gateway.page.connect(self._on_page)
        gateway.succeeded.connect(self._on_succeeded)
        gateway.failed.connect(self._on_failed)
        gateway.cancelled.connect(self._on_cancelled)

    # What the window asks

    def use(self, server: Server, *, anew: bool = False) -> None:
        """Turn to another server: whatever was shown of the old one goes first.

        With `anew` a sign-in that is kept is not taken up.
        """
        self._resume = self._what_is_open() if self._is_same_server(server) else None
        for scope in (Scope.PATIENTS, Scope.PROCEDURE):
            self._waiting.drop(scope)
        self.server_left.emit()
        self.close_chart()
        self.recent.clear()
        self.resembling.forget()
        self.clear_search()
        self.server, self.base_url, self.link = server, "", Link.CONNECTING
        self._waiting.submit(
            UseServer(
                connection=server.connection,
                address=server.address,
                token=server.token,
                memory_only=server.memory_only,
                anew=anew,
            )
        )
        self.server_changed.emit()

    def connect_again(self) -> None:
        """Turn to the same server once more, after that failed or was cancelled."""
        if self.server is not None:
            self.use(self.server)

    def leave(self) -> None:
        """Turn away from the server in use, to none."""
        self.lock_up()
        self.server = None
        self.server_changed.emit()

    def lock_up(self) -> None:
        """Show nothing and remember nothing; what was granted is forgotten, except in the keyring."""
        self.server_left.emit()
        self.forget()
        self.base_url, self.link = "", Link.NONE
        if self.server is not None and not self.server.is_demo:
            self.server = replace(self.server, token=None)  # whoever comes back has it, or asks for another
        self.server_changed.emit()
        self._waiting.submit(LockUp())

    def remember(self) -> None:
        """Note what is open, to go on there after another sign-in at the same server."""
        self._resume = self._what_is_open()

    def take_up_again(self) -> None:
        """Go on where it was before signing in again; everything is asked for anew, with the new sign-in."""
        resume, self._resume = self._resume, None
        if resume is not None and resume.asked is not None and resume.asked.ok:
            self.find(resume.asked)
        if resume is not None and resume.patient_id:
            self.open_patient(ReadPatient(patient_id=resume.patient_id, wanted=resume.selected))

    def find(self, reading: Reading, *, asked: Reading | None = None) -> None:
        """Search for patients, or open a procedure by its id if that is what was typed.

        `asked` is how the reader's own words were understood, where `reading` follows from them.
        """
        if self.server is None:
            self.sign_in_wanted.emit()
            return
        self._forget_search()
        self.asked = asked or reading
        if not reading.procedure_id:
            self._find(reading)
            return
        self.reading = reading
        self.open_procedure(reading.procedure_id, or_patient=reading.or_patient)

    def find_again(self) -> None:
        """Search once more for what was looked for."""
        if self.reading is not None:
            self.find(self.reading, asked=self.asked)

    def _find(self, reading: Reading, otherwise: Problem | None = None) -> None:
        self.procedure_trouble = None
        self.reading = reading
        self.found = PatientsFound((), 0, None, more=False)
        self.search_problem = None
        self.progress = Progress.LOADING
        self._waiting.submit(FindPatients(reading=reading, otherwise=otherwise))
        self.search_changed.emit()

    def ask_back(self, reading: Reading) -> None:
        """What was typed can't be searched for as it is; no list of an older search stays under its reading."""
        self._forget_search()
        self.asked, self.progress = reading, Progress.UNCLEAR
        self.search_changed.emit()

    def clear_search(self) -> None:
        """Back to where nothing was searched yet."""
        self._forget_search()
        self.search_changed.emit()

    def _forget_search(self) -> None:
        """Nothing that hangs on an older question may happen any more."""
        self._waiting.drop(Scope.PATIENTS)
        self._forget_opening()
        self.asked = self.reading = self.search_problem = None
        self.found = PatientsFound((), 0, None, more=False)
        self.progress = Progress.NOTHING

    def _forget_opening(self) -> None:
        """What is being opened by its id is no longer wanted; a shown record that is read again still is."""
        if self._opening:
            self._waiting.drop(Scope.PROCEDURE)
            self._end_opening(Progress.STOPPED)

    @property
    def _opening(self) -> bool:
        request = self._waiting.request(Scope.PROCEDURE)
        return request is not None and request.patient is None

    def _begin_opening(self) -> None:
        """Say in the search's place that what was asked for there is being opened by its id."""
        if self.reading is not None and self.reading.procedure_id:
            self.found = PatientsFound((), 0, None, more=False)
            self.search_problem = None
            self.progress = Progress.LOADING

    def _end_opening(self, progress: Progress, patients: tuple[Patient, ...] = ()) -> None:
        """Say there how it ended, and whose record it was."""
        if self.reading is not None and self.reading.procedure_id and self.progress is Progress.LOADING:
            self.found = PatientsFound(patients, len(patients), None, more=False)
            self.progress = progress

    def open(self, patient: Patient) -> None:
        """Open a patient's chart. What was shown of another patient is gone before the new banner is there."""
        self._forget_opening()
        self._waiting.drop(Scope.PROCEDURE)
        self._open(patient, wanted=None)

    def reload_chart(self) -> None:
        """Read the open chart again from its first page."""
        if self.chart is not None and not self.chart.is_unstated:
            wanted = self.selected if self._moved_on or self._wanted is None else self._wanted
            self._forget_opening()
            self._waiting.drop(Scope.PROCEDURE)
            self._open(self.chart.patient, wanted)

    def close_chart(self) -> None:
        """Show no patient."""
        self._waiting.drop(Scope.CHART)
        self._wanted = None
        self.chart = None
        self.selected = None
        self.procedure_trouble = None
        self.reread = None
        self.chart_cleared.emit()

    def abandon(self) -> None:
        """Show no patient, and nothing of anybody's that is still under way."""
        self._otherwise = self._resume = None
        self._waiting.drop(Scope.PROCEDURE)
        self.close_chart()
        self.clear_search()

    def forget(self) -> None:
        """The same, and nothing stays in memory either of what was read or typed: somebody else may be next."""
        self.recent.clear()
        self.resembling.forget()
        self.abandon()
        self.forgotten.emit()

    def open_procedure(self, procedure_id: str, *, or_patient: bool = False) -> None:
        """Read a procedure by its id, open its patient and select it; `or_patient` looks for a patient next."""
        self._begin_opening()
        self._read(ReadProcedure(procedure_id=procedure_id, or_patient=or_patient))

    def open_patient(self, request: ReadPatient) -> None:
        """Read a patient by id and open the chart."""
        if request.wanted is not None:
            self._begin_opening()
        self._read(request)

    def select(self, procedure: Procedure | None) -> None:
        """The reader turned to another row."""
        if procedure is not self.selected:
            self.procedure_trouble = None
        self._moved_on = self._moved_on or procedure is not None
        self.selected = procedure

    def refresh(self) -> None:
        """Read the selected procedure again; without a selection, the whole chart."""
        if self.chart is None:
            return
        if self.selected is not None and self.selected.id:
            self._forget_opening()
            self._reread_target = self.selected
            self._read(ReadProcedure(procedure_id=self.selected.id, patient=self.chart.patient.id))
        else:
            self.reload_chart()
            self.chart_changed.emit()

    def export(self, path: Path, content: bytes, *, replace: bool) -> WriteFile:
        """Write a file in the background, after those asked for before: each has an end, and each end is told."""
        request = WriteFile(path=path, content=content, replace=replace)
        self._exports.append(request)
        self._write_next()
        return request

    def _write_next(self) -> None:
        if self._exports and Scope.EXPORT not in self._waiting:
            self._waiting.submit(self._exports.popleft())

    def _after_export(self) -> None:
        self._write_next()
        if not self.exporting:
            self.exports_ended.emit()

    def cancel(self) -> None:
        """Stop what is being loaded."""
        self._waiting.cancel(_LOADING)

    @property
    def exporting(self) -> bool:
        """Whether a file is being written."""
        return Scope.EXPORT in self._waiting or bool(self._exports)

    @property
    def busy(self) -> bool:
        """Whether something is being loaded that Cancel would stop."""
        return any(scope in self._waiting for scope in _LOADING)

    @property
    def reading_procedure(self) -> bool:
        """Whether one procedure is being read by its id."""
        return Scope.PROCEDURE in self._waiting

    # What the gateway answers

    @Slot(object)
    def _on_page(self, reply: Reply) -> None:
        if not self._is_expected(reply):
            return
        match reply.payload:
            case PatientsFound() as found:
                self.found = found
                self.resembling.learn(found.alike)
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
            case UseServer(), Connected() as connected:
                self.base_url, self.link = connected.base_url, Link.READY
                self.server_changed.emit()
                self.connected.emit(connected)
                if not connected.needs_sign_in:
                    self.take_up_again()
            case FindPatients(), PatientsFound() as found:
                self.found = found
                self.resembling.learn(found.alike)
                self.progress = Progress.DONE
                self.search_changed.emit()
                if request.otherwise is not None and not found.patients:
                    self.troubled.emit(Trouble(request.otherwise, None, Asked.TYPED_ID))
            case LoadProcedures(), _ if self.chart is not None:
                self.chart.finish(datetime.now().astimezone())
                self._select_wanted()
                self.chart_changed.emit()
            case ReadProcedure(), Procedure() as procedure:
                self._on_procedure(procedure, opened_by_id=request.patient is None)
            case ReadPatient(patient_id=patient_id, wanted=wanted), Patient() as patient:
                if patient.id == patient_id:
                    self._end_opening(Progress.DONE, (patient,))
                    self._open(patient, wanted)
                    self.search_changed.emit()
                else:
                    self._fail_opening(Problem(Kind.NOT_FHIR, technical="another patient than the one asked for"))
            case WriteFile(), _:
                self.exported.emit(request)
                self._after_export()

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
                self._select_wanted()
                self.chart_changed.emit()
            case ReadProcedure(patient=str()) if problem.kind is Kind.NOT_FOUND:
                if self.chart is not None and self._reread_target is not None:
                    self.chart.lose(self._reread_target, datetime.now().astimezone())
            case ReadProcedure(patient=None, or_patient=True) if problem.kind is Kind.NOT_FOUND:
                self._find(patients_of(request.procedure_id), otherwise=problem)
                return
            case ReadProcedure(patient=None) | ReadPatient():
                self.search_problem = problem
                self._end_opening(Progress.FAILED)
            case WriteFile():
                self.export_failed.emit(request, problem)
                self._after_export()
                return
        trouble = Trouble(problem, remedy_for(self, request, problem), asked_by(request))
        if request.scope is Scope.PROCEDURE:
            self.procedure_trouble = trouble
            self.search_changed.emit()
            self.chart_changed.emit()
        self.troubled.emit(trouble)

    @Slot(object)
    def _on_cancelled(self, reply: Reply) -> None:
        request = self._settle(reply)
        match request:
            case UseServer():
                self.link = Link.FAILED
                self.server_changed.emit()
            case FindPatients():
                self.progress = Progress.STOPPED
            case ReadProcedure(patient=None) | ReadPatient():
                self._end_opening(Progress.STOPPED)
            case LoadProcedures():
                if self.chart is not None:
                    self.chart.cancel()
                self._select_wanted()
            case None:
                return
        self.search_changed.emit()
        self.chart_changed.emit()

    # Inside

    def _read(self, request: ReadProcedure | ReadPatient) -> None:
        self.procedure_trouble = None
        self.reads_again = request.patient is not None
        self._waiting.submit(request)
        self.search_changed.emit()
        self.chart_changed.emit()

    def _is_expected(self, reply: Reply) -> bool:
        return self._waiting.expects(reply, self.chart.patient.id if self.chart is not None else None)

    def _settle(self, reply: Reply) -> Request | None:
        """The request that a terminal reply answers; None if nobody waits for it any more."""
        return self._waiting.settle(reply, self.chart.patient.id if self.chart is not None else None)

    def _open(self, patient: Patient, wanted: Procedure | None) -> None:
        if not patient.id:
            self._refuse("a patient's record without an id")
            return
        if patient.ambiguous:
            self._refuse("a patient's record that says twice who this is")
            return
        self.close_chart()
        self._want(wanted)
        self._remember(patient)
        self.chart = OpenChart(patient, self.base_url)
        self.chart_opened.emit()
        self._waiting.submit(LoadProcedures(patient=patient.id))
        self.chart_changed.emit()

    def _fail_opening(self, problem: Problem) -> None:
        self.search_problem = problem
        self._end_opening(Progress.FAILED)
        self.search_changed.emit()
        self.troubled.emit(Trouble(problem, None))

    def _refuse(self, reason: str, asked: Asked = Asked.OTHER) -> None:
        self.search_changed.emit()
        self.chart_changed.emit()
        self.troubled.emit(Trouble(Problem(Kind.NOT_FHIR, technical=reason), None, asked))

    def _remember(self, patient: Patient) -> None:
        self.recent = [patient, *(other for other in self.recent if other.id != patient.id)][:MOST_RECENT]
        self.resembling.compare(self.recent)

    def _is_same_server(self, server: Server) -> bool:
        return self.server is not None and server.connection == self.server.connection

    def _what_is_open(self) -> _Resume:
        patient_id = self.chart.patient.id if self.chart is not None else ""
        return _Resume(self.asked, patient_id, self._wanted or self.selected)

    def _on_procedure(self, procedure: Procedure, *, opened_by_id: bool) -> None:
        key = procedure.subject.key(self.base_url)
        if not opened_by_id:
            self._on_reread(procedure)
        elif key is None or key.type != "Patient":
            self._end_opening(Progress.DONE)
            self._open_unstated(procedure)
        elif self.chart is not None and self.chart.patient.id == key.id:
            self._end_opening(Progress.DONE, (self.chart.patient,))
            self._select_in_open_chart(procedure)
        else:
            self.open_patient(ReadPatient(patient_id=key.id, wanted=procedure))
        self.search_changed.emit()
        self.chart_changed.emit()

    def _select_in_open_chart(self, procedure: Procedure) -> None:
        if self.chart is None:
            return
        older = self.chart.find(procedure.id)
        if older is not None:
            self._take_fresh(older, procedure)
        elif self.chart.standing is not Standing.LOADING:
            self._open(self.chart.patient, procedure)  # the list was read before this record was there
            return
        self._want(procedure)
        self._select_wanted()

    def _want(self, procedure: Procedure | None) -> None:
        self._wanted, self._moved_on = procedure, False

    def _on_reread(self, procedure: Procedure) -> None:
        if self._reread_target is not None:
            self._take_fresh(self._reread_target, procedure)

    def _take_fresh(self, older: Procedure, procedure: Procedure) -> None:
        """The shown record `older` was read again and is now `procedure`."""
        if self.chart is None:
            return
        match self.chart.replace(older, procedure):
            case Reread.REPLACED:
                if self.selected is older:
                    self.selected = procedure
                self._say_reread(RereadProcedure(older, procedure, datetime.now().astimezone()))
            case Reread.LEFT:
                self._say_reread(RereadProcedure(older, None, datetime.now().astimezone()))
                self.troubled.emit(Trouble(Problem(Kind.MOVED), None, Asked.REFRESH))
            case Reread.STATED:
                self._open_stated(procedure)
            case Reread.STRANGER:
                self._refuse("another procedure than the one asked for", Asked.REFRESH)

    def _open_stated(self, procedure: Procedure) -> None:
        """The record that stood alone now names a patient: no banner may go on saying that it doesn't."""
        key = procedure.subject.key(self.base_url)
        if key is not None:
            self.close_chart()
            self.open_patient(ReadPatient(patient_id=key.id, wanted=procedure))

    def _say_reread(self, reread: RereadProcedure) -> None:
        self.reread = reread
        self.procedure_reread.emit(reread)

    def _open_unstated(self, procedure: Procedure) -> None:
        """A record that names no patient is shown alone, under a banner that says so."""
        self.close_chart()
        self.chart = OpenChart(None, self.base_url)
        self.chart_opened.emit()
        self.rows_added.emit(self.chart.show_alone(procedure, datetime.now().astimezone()))
        self.chart_changed.emit()
        self.selection_wanted.emit(procedure)

    def _select_wanted(self) -> None:
        """Select what was opened by its id, once its row is there; at the end of the list it gets one of its own."""
        chart, wanted = self.chart, self._wanted
        if chart is None or wanted is None:
            return
        found = chart.find(wanted.id) if wanted.id else None
        if found is None and chart.standing is not Standing.LOADING and chart.admit(wanted):
            found = wanted
            self.rows_added.emit((wanted,))
        if found is not None:
            pulls, self._wanted = not self._moved_on, None
            if pulls:
                self.selection_wanted.emit(found)
