"""What the references of the looked-at procedure are called: asked for in the background, kept for the open patient.

What can't be found out is quietly absent: no dialog, nobody signed out, nothing said of it in the chart's completeness.
"""

from collections import defaultdict

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from procedure_viewer.background.gateway import Gateway, Reply
from procedure_viewer.background.requests import FindNames, ForgetNames, NamesFound, ReadProvenance, Scope
from procedure_viewer.fhir.datatypes import Resource, ResourceKey, as_object
from procedure_viewer.fhir.json_text import NotJson, decode_value
from procedure_viewer.fhir.known import NOTHING, Known
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.provenance import MOST_ABOUT_ONE, Provenance, notes_on, references_of
from procedure_viewer.fhir.record_names import record_name
from procedure_viewer.fhir.referring import askable, references_in, words_by_reference
from procedure_viewer.ui.session import Session
from procedure_viewer.ui.waiting import Waiting

REST = 120
"""Milliseconds that a reader rests on a procedure before anything is asked: going through a list asks for nothing."""
TOGETHER = 40
"""Milliseconds in which several answers are shown at once: each makes a new summary."""
LARGEST_LOOKED_INTO = 512 * 1024
"""Bytes of a record whose references are looked for: more would take the window too long."""


class Naming(QObject):
    """Names for one window. Only what is looked at is asked for, each thing once."""

    changed = Signal()
    """More is known of the procedure that is looked at."""

    def __init__(self, gateway: Gateway, session: Session) -> None:
        super().__init__(session)
        self._gateway = gateway
        self._session = session
        self._waiting = Waiting(gateway)
        self._names: dict[ResourceKey, str] = {}
        """Answered: "" where there is no name."""
        self._provenances: defaultdict[str, list[Provenance]] = defaultdict(list)
        self._patient = ""
        """Whose names these are; "" before anything was asked."""
        self._looked_at: Procedure | None = None
        self._references: dict[str, ResourceKey] = {}
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self._ask)
        self._news = QTimer(self)
        self._news.setSingleShot(True)
        self._news.setInterval(TOGETHER)
        self._news.timeout.connect(self.changed)
        for signal in (session.chart_cleared, session.server_left, session.forgotten):
            signal.connect(self._forget)
        gateway.page.connect(self._on_page)
        gateway.succeeded.connect(self._on_succeeded)
        gateway.failed.connect(self._on_ended)
        gateway.cancelled.connect(self._on_ended)

    @Slot(object)
    def look_at(self, procedure: Procedure | None) -> None:
        """The reader turned to a procedure, or to none."""
        chart = self._session.chart
        self._looked_at = procedure if chart is not None and not chart.is_unstated else None
        self._references = self._references_of(self._looked_at)
        self._name_from_chart()
        if self._looked_at is None:
            self._rest.stop()
        else:
            self._rest.start()

    def known(self, procedure: Procedure | None) -> Known:
        """What is known of the procedure, if it is the one that is looked at."""
        if procedure is None or procedure is not self._looked_at:
            return NOTHING
        names = words_by_reference(self._references, self._names)
        if not names and not self._provenances:
            return NOTHING
        return Known(names, notes_on(self._provenances.get(procedure.id, ()), Known(names)))

    @property
    def is_idle(self) -> bool:
        """Whether nothing is asked for, and nothing about to be."""
        resting = self._rest.isActive() or self._news.isActive()
        return not (resting or Scope.NAMES in self._waiting or Scope.PROVENANCE in self._waiting)

    def _references_of(self, procedure: Procedure | None) -> dict[str, ResourceKey]:
        if procedure is None or not procedure.readable:
            return {}
        base_url = self._session.base_url
        agents = askable(references_of(self._provenances.get(procedure.id, ())), base_url)
        return references_in(_decoded(procedure), base_url) | agents

    def _name_from_chart(self) -> None:
        """Nobody has to be asked for a procedure that is shown in the same chart."""
        chart = self._session.chart
        for key in self._references.values():
            if key.type == "Procedure" and key not in self._names and chart is not None:
                found = chart.find(key.id)
                if found is not None:
                    self._names[key] = record_name(_decoded(found))

    @Slot()
    def _ask(self) -> None:
        """Ask for what is not known yet of the procedure on which the reader rests."""
        chart = self._session.chart
        if chart is None or self._looked_at is None:
            return
        patient = chart.patient.id
        if self._patient != patient:
            self._patient = patient
            self._waiting.submit(ReadProvenance(patient=patient))
        wanted = tuple(dict.fromkeys(key for key in self._references.values() if key not in self._names))
        if wanted:
            self._waiting.submit(FindNames(patient=patient, keys=wanted))

    @Slot(object)
    def _on_page(self, reply: Reply) -> None:
        if self._waiting.expects(reply, self._open_patient) and isinstance(reply.payload, NamesFound):
            self._names.update(reply.payload.names)
            shown = {key for key, name in reply.payload.names.items() if name} & set(self._references.values())
            if shown and not self._news.isActive():
                self._news.start()

    @Slot(object)
    def _on_succeeded(self, reply: Reply) -> None:
        request = self._waiting.settle(reply, self._open_patient)
        if isinstance(request, ReadProvenance) and isinstance(reply.payload, tuple):
            for provenance in reply.payload:
                for procedure_id in provenance.procedures:
                    about_one = self._provenances[procedure_id]
                    if len(about_one) < MOST_ABOUT_ONE:
                        about_one.append(provenance)
            if self._looked_at is not None and self._looked_at.id in self._provenances:
                self.look_at(self._looked_at)
                self._news.start()

    @Slot(object)
    def _on_ended(self, reply: Reply) -> None:
        self._waiting.settle(reply, self._open_patient)

    @property
    def _open_patient(self) -> str | None:
        return self._session.chart.patient.id if self._session.chart is not None else None

    @Slot()
    def _forget(self) -> None:
        """Nothing that was found out for one patient is kept for another."""
        self._rest.stop()
        self._news.stop()
        asked, self._patient = bool(self._patient), ""
        for scope in (Scope.NAMES, Scope.PROVENANCE):
            self._waiting.drop(scope)
        self._names.clear()
        self._provenances.clear()
        self._looked_at, self._references = None, {}
        if asked:
            self._gateway.submit(ForgetNames())


def _decoded(procedure: Procedure) -> Resource:
    if procedure.size > LARGEST_LOOKED_INTO:
        return {}
    try:
        return as_object(decode_value(procedure.raw))
    except NotJson:
        return {}
