"""Finds out what a record's references are called, once each for the open patient; in the loop thread.

A question goes on when the window turns to another record: the answer is kept for when it is looked at again. What is
read of a reference is its name and no more, and it is forgotten with the patient.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence

from procedure_viewer.background.requests import NamesFound
from procedure_viewer.fhir.datatypes import Resource, ResourceKey, as_object
from procedure_viewer.fhir.json_text import NotJson, decode_value
from procedure_viewer.fhir.offer import ServerOffer
from procedure_viewer.fhir.provenance import Provenance, read_provenance
from procedure_viewer.fhir.record_names import record_name
from procedure_viewer.fhir.referring import askable, inner_references, is_about_another
from procedure_viewer.fhir.repeating import repeated_paths
from procedure_viewer.remote.lookups import Lookups, NotAsked

_log = logging.getLogger("procedure_viewer.background")

LARGEST_NAMED = 1024 * 1024
"""Bytes of a record that is read for its name."""
MOST_PROVENANCES = 20_000
"""Of one patient, each counted once a procedure that it is about: the window files them in one go."""


class Naming:
    """Names for one server's references. `offer` is what the server says that it offers, None where it doesn't."""

    def __init__(self, lookups: Lookups, offer: Callable[[], Awaitable[ServerOffer | None]], base_url: str) -> None:
        self._lookups = lookups
        self._offer = offer
        self._base_url = base_url
        self._patient = ""
        self._tasks: dict[ResourceKey, asyncio.Task[str | None]] = {}

    async def find(self, patient: str, keys: Sequence[ResourceKey], report: Callable[[object], None]) -> None:
        """Report a `NamesFound` whenever some names are there, until each of `keys` has one or will have none."""
        if patient != self._patient:
            self.forget()
            self._patient = patient
        offer = await self._offer()
        if patient != self._patient:
            return
        asked = {key: self._asking(key, offer) for key in keys}
        waiting = set(asked.values())
        while waiting:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            names = {key: name for key, task in asked.items() if task in done and (name := _result(task)) is not None}
            if names:
                report(NamesFound(names))

    async def provenance(self, patient: str) -> tuple[Provenance, ...]:
        """What the server's Provenances say of the patient's procedures; () where it offers none."""
        try:
            pages = await self._lookups.pages("Provenance", (("patient", f"Patient/{patient}"),), await self._offer())
        except NotAsked:
            return ()
        return tuple(_provenances((raw for page in pages or () for raw in page.matches), patient, self._base_url))

    def forget(self) -> None:
        """Forget all names, and whatever is still asked for."""
        self._patient = ""
        for task in self._tasks.values():
            task.cancel()
        self._tasks.clear()

    async def close(self) -> None:
        """The same, and wait until nothing is asked any more."""
        tasks = tuple(self._tasks.values())
        self.forget()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _asking(self, key: ResourceKey, offer: ServerOffer | None) -> "asyncio.Task[str | None]":
        task = self._tasks.get(key)
        if task is None:
            task = asyncio.create_task(self._name(key, self._patient, offer), name="name")
            task.add_done_callback(lambda done: self._ended(key, done))
            self._tasks[key] = task
        return task

    def _ended(self, key: ResourceKey, task: "asyncio.Task[str | None]") -> None:
        """What was not asked may be asked the next time."""
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a name could not be found out: %s", type(error).__name__)
        if self._tasks.get(key) is task and _result(task) is None:
            del self._tasks[key]

    async def _name(self, key: ResourceKey, patient: str, offer: ServerOffer | None) -> str | None:
        """The name; "" where the server has none for us or what it sent can't be it, None where it was not asked."""
        try:
            raw = await self._lookups.read(key, offer)
        except NotAsked:
            return None
        resource = _resource(raw) if raw is not None else None
        if resource is None or is_about_another(resource, patient, self._base_url):
            return ""
        inner = askable(inner_references(resource), self._base_url)
        tasks = {text: self._asking(other, offer) for text, other in inner.items() if other.type != key.type}
        names = await asyncio.gather(*tasks.values())
        return record_name(resource, {text: name for text, name in zip(tasks, names, strict=True) if name})


def _result(task: "asyncio.Task[str | None]") -> str | None:
    """What came of it; nothing where it was cancelled or failed."""
    return task.result() if task.done() and not task.cancelled() and task.exception() is None else None


def _resource(raw: bytes) -> Resource | None:
    """What can be named: no record that is huge, or that says something twice."""
    if len(raw) > LARGEST_NAMED:
        return None
    try:
        value = decode_value(raw)
    except NotJson:
        return None
    return None if repeated_paths(raw, value) else as_object(value)


def _provenances(found: Iterable[bytes], patient: str, base_url: str) -> Iterable[Provenance]:
    room = MOST_PROVENANCES
    for raw in found:
        provenance = read_provenance(raw, patient, base_url) if len(raw) <= LARGEST_NAMED else None
        if provenance is None:
            continue
        room -= len(provenance.procedures)
        if room < 0:
            return
        yield provenance
