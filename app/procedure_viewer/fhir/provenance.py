"""Who recorded what, as Provenances tell it: http://hl7.org/fhir/R4/provenance.html

Some servers, Canvas's among them, name nobody in a Procedure and everybody in a Provenance of it.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

import msgspec

from procedure_viewer.fhir.datatypes import (
    Resource,
    ResourceKey,
    as_object,
    object_of,
    objects_of,
    read_concept,
    read_reference,
    text_of,
)
from procedure_viewer.fhir.json_text import NotJson, decode_value
from procedure_viewer.fhir.known import Known, ProvenanceNote
from procedure_viewer.fhir.phrases import dated
from procedure_viewer.fhir.pointing import Pointers
from procedure_viewer.fhir.repeating import repeated_paths
from procedure_viewer.fhir.words import translate

MOST_AGENTS: Final = 20
"""Agents of one Provenance, and notes about one record, that are kept."""
MOST_TARGETS: Final = 1_000
MOST_ABOUT_ONE: Final = 100
"""Provenances of one record that its notes are made of; real ones have a few."""


class Agent(msgspec.Struct, frozen=True, gc=False):
    """Who took part, and how. The two references are kept as they stand: their names may be known later."""

    who: Resource
    role: str = ""
    on_behalf_of: Resource = msgspec.field(default_factory=dict)


class Provenance(msgspec.Struct, frozen=True, gc=False):
    """One Provenance, as far as it is about procedures."""

    procedures: tuple[str, ...]
    """The ids of those that it is about."""
    recorded: str = ""
    activity: str = ""
    agents: tuple[Agent, ...] = ()


def read_provenance(raw: bytes, patient_id: str, base_url: str) -> Provenance | None:
    """The Provenance in `raw`; None for anything else, for one about no procedure of this server, and for one that
    says to be another patient's (R5 names the patient, R4 has it among the targets). Never raises.
    """
    try:
        value = decode_value(raw)
    except NotJson:
        return None
    resource = as_object(value)
    if resource.get("resourceType") != "Provenance" or repeated_paths(raw, value):
        return None
    own = ResourceKey("Patient", patient_id)
    patient = resource.get("patient")
    if patient is not None and read_reference(patient).key(base_url) != own:
        return None
    targets = list(objects_of(resource, "target"))
    if any(_is_another_patient(target, own, base_url) for target in targets):
        return None
    keys = [read_reference(target).key(base_url) for target in targets[:MOST_TARGETS]]
    procedures = tuple(dict.fromkeys(key.id for key in keys if key is not None and key.type == "Procedure"))
    if not procedures:
        return None
    pointers = Pointers(resource)

    def named(agent: Resource, element: str) -> Resource:
        """Whom an agent names; nobody where that is another patient, who has no place in this chart."""
        reference = object_of(agent, element)
        return {} if _is_another_patient(reference, own, base_url) else _reference(reference, pointers)

    agents = tuple(
        Agent(named(agent, "who"), _role(agent), named(agent, "onBehalfOf"))
        for agent in islice(objects_of(resource, "agent"), MOST_AGENTS)
    )
    activity = read_concept(resource.get("activity")).label
    return Provenance(procedures, text_of(resource, "recorded"), activity, agents)


def notes_on(provenances: Iterable[Provenance], known: Known) -> tuple[ProvenanceNote, ...]:
    """What they say of one record, the oldest first; an agent of whom nothing is known is left out."""
    pointers = Pointers({}, known)
    notes = [
        ProvenanceNote(who, agent.role, pointers.text(agent.on_behalf_of), provenance.recorded, provenance.activity)
        for provenance in sorted(provenances, key=lambda each: each.recorded)
        for agent in provenance.agents
        if (who := pointers.text(agent.who))
    ]
    return tuple(dict.fromkeys(notes))[:MOST_AGENTS]


def history_text(note: ProvenanceNote) -> str:
    """ "Author: Dr Amina Gray, on behalf of St Mary, 20 Sep 2023, 21:18 UTC; create", as much of it as is known."""
    who = translate("fhir", "{role}: {who}").format(role=note.role, who=note.who) if note.role else note.who
    if note.organisation:
        who = translate("fhir", "{who}, on behalf of {organisation}").format(who=who, organisation=note.organisation)
    text = ", ".join(filter(None, (who, dated(note.recorded))))
    return f"{text}; {note.activity}" if note.activity else text


def references_of(provenances: Iterable[Provenance]) -> Iterator[Resource]:
    """Everybody whom they name."""
    for provenance in provenances:
        for agent in provenance.agents:
            yield agent.who
            yield agent.on_behalf_of


def _is_another_patient(reference: Resource, own: ResourceKey, base_url: str) -> bool:
    """Whether it points at a patient, here or on another server, and not at the one whose chart is open."""
    read = read_reference(reference)
    anywhere = read.key()
    is_patient = anywhere.type == own.type if anywhere is not None else read.type == own.type
    return is_patient and read.key(base_url) != own


def _role(agent: Resource) -> str:
    kinds = [agent.get("type"), *objects_of(agent, "role")]
    return next((label for kind in kinds if (label := read_concept(kind).label)), "")


def _reference(reference: Resource, pointers: Pointers) -> Resource:
    """A reference without what surrounds it: where it points inside the Provenance, its words take its place."""
    target = text_of(reference, "reference")
    if target.startswith("#"):
        return {"display": pointers.text(reference)}
    return (
        {"reference": target, "display": text_of(reference, "display")}
        if target
        else {"display": pointers.text(reference)}
    )
