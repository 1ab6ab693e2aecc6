"""One reader with one patient at a time: what is looked for, whose chart is open, which record is selected.

What the reader does and what the server answers goes in; state, questions and news come out. Every answer is checked
against the question that is current in its place, and against the patient whose chart is open: what comes late, or
belongs to another patient, is dropped. It is pure, so that every order of events can be tried.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from procedure_viewer.chart.merging import merging_of
from procedure_viewer.chart.news import Changed, News, ToBeSelected, Troubled
from procedure_viewer.chart.open_chart import OpenChart, Reread, Standing
from procedure_viewer.chart.questions import (
    Ask,
    OnePatient,
    OneProcedure,
    OpenQuestions,
    Place,
    Question,
    WhichPatients,
    WhichProcedures,
    Withdraw,
)
from procedure_viewer.chart.reading import ChartPage
from procedure_viewer.chart.search import PatientsFound, Progress, Search
from procedure_viewer.chart.shown import Shown
from procedure_viewer.fhir.outcome import Kind, Problem
from procedure_viewer.fhir.patient import Patient
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.query import Reading, patients_of

MOST_RECENT = 12
"""Patients opened in this run that are offered again; they are kept in memory only."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """What was open when the reader had to sign in again at the same server."""

    asked: Reading | None
    patient_id: str
    selected: Procedure | None


class Consultation:
    """The state behind one window's search and chart."""

    def __init__(
        self, ask: Ask, withdraw: Withdraw, tell: Callable[[News], None], clock: Callable[[], datetime]
    ) -> None:
        """`tell` gets each piece of news while the state is as the news says; `clock` gives the local time."""
        self._tell = tell
        self._clock = clock
        self._questions = OpenQuestions(ask, withdraw)
        self.base_url = ""
        """The server that is asked."""
        self.search = Search()
        self.recent: list[Patient] = []
        self.shown = Shown(tell, clock)
        self.trouble: Troubled | None = None
        """Why the procedure that was asked for last could not be read; None once the reader turns elsewhere."""
        self.reads_again = False
        """Whether the procedure that was asked for last is the shown one, read again."""

    @property
    def chart(self) -> OpenChart | None:
        """The open chart."""
        return self.shown.chart

    @property
    def selected(self) -> Procedure | None:
        """The one record that the detail shows and that can be exported."""
        return self.shown.selected

    # What the reader does

    def find(self, reading: Reading, *, asked: Reading | None = None) -> None:
        """Search for patients, or open a procedure by its id if that is what was typed.

        `asked` is how the reader's own words were understood, where `reading` follows from them.
        """
        self._forget_search()
        self.search.asked = asked or reading
        if not reading.procedure_id:
            self._find(reading)
            return
        self.search.reading = reading
        self.open_procedure(reading.procedure_id, or_patient=reading.or_patient)

    def ask_back(self, reading: Reading) -> None:
        """What was typed can't be searched for as it is; no list of an older search stays under its reading."""
        self._forget_search()
        self.search.asked, self.search.progress = reading, Progress.UNCLEAR
        self._tell(Changed.SEARCH)

    def clear_search(self) -> None:
        """Back to where nothing was searched yet."""
        self._forget_search()
        self._tell(Changed.SEARCH)

    def open(self, patient: Patient) -> None:
        """Open a patient's chart. What was shown of another patient is gone before the new one is there."""
        self._forget_opening()
        self._questions.drop(Place.RECORD)
        self._open(patient, wanted=None)

    def open_procedure(self, procedure_id: str, *, or_patient: bool = False) -> None:
        """Read a procedure by its id, open its patient and select it; `or_patient` looks for a patient next."""
        self.search.begin_opening()
        self._read(OneProcedure(procedure_id=procedure_id, or_patient=or_patient))

    def open_patient(self, patient_id: str, wanted: Procedure | None = None) -> None:
        """Read a patient by id and open the chart."""
        if wanted is not None:
            self.search.begin_opening()
        self._read(OnePatient(patient_id=patient_id, wanted=wanted))

    def reload_chart(self) -> None:
        """Read the open chart again from its first page."""
        if self.chart is not None and not self.chart.is_unstated:
            wanted = self.shown.to_be_kept
            self._forget_opening()
            self._questions.drop(Place.RECORD)
            self._open(self.chart.patient, wanted)

    def refresh(self) -> None:
        """Read the selected procedure again; without a selection, the whole chart."""
        if self.chart is None:
            return
        if self.selected is not None and self.selected.id:
            self._forget_opening()
            self.shown.reread_target = self.selected
            self._read(OneProcedure(procedure_id=self.selected.id, patient=self.chart.patient.id))
        else:
            self.reload_chart()
            self._tell(Changed.CHART)

    def select(self, procedure: Procedure | None) -> None:
        """The reader turned to another row; what is not in the open chart can't be selected."""
        if self.shown.select(procedure):
            self.trouble = None

    def close_chart(self) -> None:
        """Show no patient."""
        self._questions.drop(Place.CHART)
        self._drop_reread()
        self.trouble = None
        self.shown.close()

    def leave(self) -> None:
        """Show no patient, and nothing of anybody's that is still under way."""
        self._questions.drop(Place.RECORD)
        self.close_chart()
        self.clear_search()

    def cancel(self) -> None:
        """Stop what is being read; that it has stopped is answered."""
        self._questions.cancel(Place)

    def waits_in(self, place: Place) -> bool:
        """Whether an answer is waited for there."""
        return place in self._questions

    @property
    def busy(self) -> bool:
        """Whether any answer is waited for."""
        return any(place in self._questions for place in Place)

    def bookmark(self) -> Bookmark:
        """What is open, to be taken up after another sign-in; everything is asked for anew then."""
        patient_id = self.chart.patient.id if self.chart is not None else ""
        return Bookmark(self.search.asked, patient_id, self.shown.wanted or self.selected)

    # What the server answers

    def page(self, number: int, payload: object) -> None:
        """A part of an answer came."""
        match self._questions.expected(number, self._patient_id), payload:
            case WhichPatients(), PatientsFound() as found:
                self.search.found = found
                self._tell(Changed.SEARCH)
            case WhichProcedures(), ChartPage() as page if self.chart is not None:
                self.shown.add(self.chart.add_page(page))
                self._tell(Changed.CHART)
                self.shown.select_wanted()

    def succeeded(self, number: int, payload: object) -> None:
        """An answer came, or its end."""
        match self._questions.settle(number, self._patient_id), payload:
            case WhichPatients(otherwise=otherwise, reading=reading), PatientsFound() as found:
                self.search.found, self.search.progress = found, Progress.DONE
                self._tell(Changed.SEARCH)
                if otherwise is not None and not found.patients:
                    self._tell(Troubled(otherwise, OneProcedure(procedure_id=reading.procedure_id)))
            case WhichProcedures(), _ if self.chart is not None:
                self._end_list(self.chart)
            case OneProcedure() as question, Procedure() as procedure:
                self._on_procedure(question, procedure)
            case OnePatient(patient_id=patient_id, wanted=wanted), Patient() as patient:
                if patient.id == patient_id:
                    self.search.end_opening(Progress.DONE, (patient,))
                    self._open(patient, wanted)
                    self._tell(Changed.SEARCH)
                else:
                    self._fail_opening(Problem(Kind.NOT_FHIR, technical="another patient than the one asked for"))

    def failed(self, number: int, problem: Problem) -> None:
        """There is no answer, or no more of it."""
        question = self._questions.settle(number, self._patient_id)
        if question is None:
            return
        match question:
            case WhichPatients():
                self.search.progress, self.search.problem = Progress.FAILED, problem
                self._tell(Changed.SEARCH)
            case WhichProcedures():
                if self.chart is not None:
                    self.chart.fail(problem, self._clock())
                self.shown.select_wanted()
                self._tell(Changed.CHART)
            case OneProcedure(patient=str()) if problem.kind is Kind.NOT_FOUND:
                if self.chart is not None and self.shown.reread_target is not None:
                    self.chart.lose(self.shown.reread_target, self._clock())
            case OneProcedure(patient=None, or_patient=True) if problem.kind is Kind.NOT_FOUND:
                self._find(patients_of(question.procedure_id), otherwise=problem)
                return
            case OneProcedure(patient=None) | OnePatient():
                self.search.problem = problem
                self.search.end_opening(Progress.FAILED)
        trouble = Troubled(problem, question, mendable=True)
        if question.place is Place.RECORD:
            self.trouble = trouble
            self._tell(Changed.SEARCH)
            self._tell(Changed.CHART)
        self._tell(trouble)

    def cancelled(self, number: int) -> None:
        """The question was taken back; nothing more comes."""
        match self._questions.settle(number, self._patient_id):
            case WhichPatients():
                self.search.progress = Progress.STOPPED
            case OneProcedure(patient=None) | OnePatient():
                self.search.end_opening(Progress.STOPPED)
            case WhichProcedures():
                if self.chart is not None:
                    self.chart.cancel(self._clock())
                self.shown.select_wanted()
            case None:
                return
        self._tell(Changed.SEARCH)
        self._tell(Changed.CHART)

    # Searching and opening

    @property
    def _patient_id(self) -> str | None:
        return self.chart.patient.id if self.chart is not None else None

    def _find(self, reading: Reading, otherwise: Problem | None = None) -> None:
        self.trouble = None
        self.search.begin(reading)
        self._questions.ask(WhichPatients(reading=reading, otherwise=otherwise))
        self._tell(Changed.SEARCH)

    def _forget_search(self) -> None:
        """Nothing that hangs on an older question may happen any more."""
        self._questions.drop(Place.SEARCH)
        self._forget_opening()
        self.search.forget()

    def _forget_opening(self) -> None:
        """What is being opened by its id is no longer wanted; a shown record that is read again still is."""
        question = self._questions.question(Place.RECORD)
        if question is not None and question.patient is None:
            self._questions.drop(Place.RECORD)
            self.search.end_opening(Progress.STOPPED)

    def _read(self, question: OneProcedure | OnePatient) -> None:
        self.trouble = None
        self.reads_again = question.patient is not None
        self._questions.ask(question)
        self._tell(Changed.SEARCH)
        self._tell(Changed.CHART)

    def _open(self, patient: Patient, wanted: Procedure | None) -> None:
        if not patient.id:
            self._refuse("a patient's record without an id")
            return
        if patient.ambiguous:
            self._refuse("a patient's record that says twice who this is")
            return
        self.close_chart()
        known = (*self.search.found.patients, *self.recent)
        self.recent = [patient, *(other for other in self.recent if other.id != patient.id)][:MOST_RECENT]
        self.shown.open(OpenChart(patient, self.base_url, merging_of(patient, self.base_url, known)), wanted)
        self._questions.ask(WhichProcedures(patient=patient.id))
        self._tell(Changed.CHART)

    def _fail_opening(self, problem: Problem) -> None:
        self.search.problem = problem
        self.search.end_opening(Progress.FAILED)
        self._tell(Changed.SEARCH)
        self._tell(Troubled(problem))

    def _refuse(self, reason: str, question: Question | None = None) -> None:
        self._tell(Changed.SEARCH)
        self._tell(Changed.CHART)
        self._tell(Troubled(Problem(Kind.NOT_FHIR, technical=reason), question))

    # The list

    def _end_list(self, chart: OpenChart) -> None:
        """The last page came. A list that changed meanwhile is read once more, by itself; then it stays as it is."""
        reads = self.shown.reread_target is not None
        self.shown.take_over(chart, chart.finish(self._clock()))
        if reads and self.shown.reread_target is None:
            self._drop_reread()
        if chart.may_be_read_again:
            chart.read_again()
            self._questions.ask(WhichProcedures(patient=chart.patient.id, again=True))
        self.shown.select_wanted()
        self._tell(Changed.CHART)

    def show_more(self) -> None:
        """The window had its breath: show the next rows of a list that comes in parts."""
        self.shown.show_more()

    def _drop_reread(self) -> None:
        """The record that is being read again is no longer shown."""
        question = self._questions.question(Place.RECORD)
        if question is not None and question.patient is not None:
            self._questions.drop(Place.RECORD)

    # Single records

    def _on_procedure(self, question: OneProcedure, procedure: Procedure) -> None:
        self.shown.show_all()
        key = procedure.subject.key(self.base_url)
        if question.patient is not None:
            if self.chart is not None and self.shown.reread_target is not None:
                self._take_fresh(self.chart, self.shown.reread_target, procedure)
        elif procedure.id != question.procedure_id:
            self._fail_opening(Problem(Kind.NOT_FHIR, technical="another procedure than the one asked for"))
        elif key is None or key.type != "Patient":
            self.search.end_opening(Progress.DONE)
            self._open_unstated(procedure)
        elif self.chart is not None and self.chart.patient.id == key.id:
            self.search.end_opening(Progress.DONE, (self.chart.patient,))
            self._select_in_open_chart(self.chart, procedure)
        else:
            self.open_patient(key.id, procedure)
        self._tell(Changed.SEARCH)
        self._tell(Changed.CHART)

    def _select_in_open_chart(self, chart: OpenChart, procedure: Procedure) -> None:
        older = chart.find(procedure.id)
        if older is not None:
            self._take_fresh(chart, older, procedure)
        elif chart.standing is not Standing.LOADING:
            self._open(chart.patient, procedure)  # the list was read before this record was there
            return
        self.shown.want(procedure)
        self.shown.select_wanted()

    def _take_fresh(self, chart: OpenChart, older: Procedure, procedure: Procedure) -> None:
        """The shown record `older` was read again and is now `procedure`."""
        asked = OneProcedure(procedure_id=older.id, patient=chart.patient.id)
        match self.shown.take_fresh(older, procedure):
            case Reread.LEFT:
                self._tell(Troubled(Problem(Kind.MOVED), asked))
            case Reread.STATED:
                self._open_stated(procedure)
            case Reread.STRANGER:
                self._refuse("another procedure than the one asked for", asked)

    def _open_stated(self, procedure: Procedure) -> None:
        """The record that stood alone now names a patient: no banner may go on saying that it doesn't."""
        key = procedure.subject.key(self.base_url)
        if key is not None:
            self.close_chart()
            self.open_patient(key.id, procedure)

    def _open_unstated(self, procedure: Procedure) -> None:
        """A record that names no patient is shown alone, under a banner that says so."""
        self.close_chart()
        chart = OpenChart(None, self.base_url)
        self.shown.open(chart)
        self.shown.add(chart.show_alone(procedure, self._clock()))
        self._tell(Changed.CHART)
        self._tell(ToBeSelected(procedure))
