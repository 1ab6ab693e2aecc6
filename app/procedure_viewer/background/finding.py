"""A search for patients: several searches of the server, united, with an account of what isn't among the results."""

import asyncio
from collections.abc import Callable, Generator, Sequence
from contextlib import aclosing
from time import perf_counter
from typing import TYPE_CHECKING

from procedure_viewer.chart.search import PatientsFound
from procedure_viewer.fhir.asking import Parameters
from procedure_viewer.fhir.bundle import Page, Relation
from procedure_viewer.fhir.datatypes import as_object
from procedure_viewer.fhir.json_text import decode_value
from procedure_viewer.fhir.lookalike import NONE_ALIKE, LookAlikes, compare
from procedure_viewer.fhir.outcome import Issue
from procedure_viewer.fhir.patient import Patient, read_patient
from procedure_viewer.fhir.query import Reading, matches
from procedure_viewer.fhir.words import translate

if TYPE_CHECKING:
    from procedure_viewer.remote.client import FhirClient

MOST_PATIENTS = 100
"""Matches after which a patient search stops: nobody reads further, a birth date helps more."""
MOST_CANDIDATES = 1000
"""Records after which a patient search stops, matching or not; of a larger page the rest is not looked at."""
BITE = 0.005
"""Seconds of comparing between two pauses."""
BREATH = 0.005
"""Seconds of a pause: the window shares the interpreter, and other requests the loop."""


class Finding:
    """What a search has found so far. `left_out` are words about searches that the server does not offer."""

    def __init__(self, reading: Reading, left_out: Sequence[str] = ()) -> None:
        self._reading = reading
        self._found: dict[str, Patient] = {}
        self._conflicting: dict[bytes, Patient] = {}
        self._passed_over: set[str] = set()
        self._warnings: dict[Issue, None] = dict.fromkeys(Issue("warning", "not-supported", text) for text in left_out)
        self._candidates = 0
        self._unreadable = 0
        self._more = False
        self._compared: tuple[Patient, ...] = ()
        self._alike = NONE_ALIKE
        """Who of `_compared` looks like whom: with a thousand namesakes it takes a second to find that out."""

    async def run(
        self, client: "FhirClient", searches: Sequence[Parameters], report: Callable[[object], None]
    ) -> PatientsFound:
        """Ask for one search after the other; each page is reported as it comes. Raises `Failure`."""
        totals: list[int | None] = []
        for parameters in searches:
            total: int | None = None
            async with aclosing(client.search("Patient", parameters)) as pages:
                async for page in pages:
                    total = page.total
                    stopped = self._take(page)
                    report(await self._so_far(None))
                    if stopped:
                        break
            totals.append(total)
        known = [total for total in totals if total is not None]
        return await self._so_far(sum(known) if len(known) == len(totals) else None)

    def _take(self, page: Page) -> bool:
        """Sort the records of a page; whether enough were seen although the server has further ones."""
        looked_at = page.matches[: max(0, MOST_CANDIDATES - self._candidates)]
        self._candidates += len(looked_at)
        patients = [patient for patient in map(read_patient, looked_at) if _can_be_opened(patient)]
        self._unreadable += page.unreadable + len(looked_at) - len(patients)
        self._warnings.update(dict.fromkeys(page.warnings))
        for patient in patients:
            if matches(self._reading, patient):
                self._add(patient)
            else:
                self._passed_over.add(patient.id)
        enough = len(self._found) >= MOST_PATIENTS or self._candidates >= MOST_CANDIDATES
        stopped = enough and (Relation.NEXT in page.links or len(looked_at) < len(page.matches))
        self._more = self._more or stopped
        return stopped

    def _add(self, patient: Patient) -> None:
        first = self._found.setdefault(patient.id, patient)
        if first.raw != patient.raw:
            self._conflicting[patient.raw] = patient
            text = translate("background", "Records that differ came under one id; each of them is listed")
            self._warnings[Issue("warning", "conflict", text)] = None

    async def _so_far(self, total: int | None) -> PatientsFound:
        patients = (*self._found.values(), *self._conflicting.values())
        if len(patients) != len(self._compared):  # a search only ever finds more
            self._alike = await _in_bites(compare(patients))
            self._compared = patients
        return PatientsFound(
            patients,
            self._candidates,
            total,
            more=self._more,
            warnings=tuple(self._warnings),
            unreadable=self._unreadable,
            passed_over=len(self._passed_over - self._found.keys()),
            alike=self._alike,
        )


async def _in_bites(comparing: Generator[None, None, LookAlikes]) -> LookAlikes:
    """What comparing comes to, with pauses: neither the window nor another request waits for its end."""
    while True:
        until = perf_counter() + BITE
        try:
            next(comparing)
            while perf_counter() < until:
                next(comparing)
        except StopIteration as end:
            found: LookAlikes = end.value
            return found
        await asyncio.sleep(BREATH)


def _can_be_opened(patient: Patient) -> bool:
    """Whether it is a Patient with an id, and one that a label shows as it is: otherwise two could be taken for one."""
    if patient.ambiguous:
        return False
    return patient.readable and bool(patient.id) and as_object(decode_value(patient.raw)).get("id") == patient.id
