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
    says to be another patient's (R5 names the patient). Never raises.
    """
    try:
        value = decode_value(raw)
    except NotJson:
        return None
    resource = as_object(value)
    if resource.get("resourceType") != "Provenance" or repeated_paths(raw, value):
        return None
    patient = resource.get("patient")
    if patient is not None and read_reference(patient).key(base_url) != ResourceKey("Patient", patient_id):
        return None
    keys = [read_reference(target).key(base_url) for target in objects_of(resource, "target")]
    procedures = tuple(key.id for key in keys[:MOST_TARGETS] if key is not None and key.type == "Procedure")
    if not procedures:
        return None
    pointers = Pointers(resource)
    agents = tuple(_agent(agent, pointers) for agent in islice(objects_of(resource, "agent"), MOST_AGENTS))
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


def _agent(agent: Resource, pointers: Pointers) -> Agent:
    kinds = [agent.get("type"), *objects_of(agent, "role")]
    role = next((label for kind in kinds if (label := read_concept(kind).label)), "")
    return Agent(_reference(agent, "who", pointers), role, _reference(agent, "onBehalfOf", pointers))


def _reference(agent: Resource, element: str, pointers: Pointers) -> Resource:
    """A reference without what surrounds it: where it points inside the Provenance, its words take its place."""
    reference = object_of(agent, element)
    target = text_of(reference, "reference")
    if target.startswith("#"):
        return {"display": pointers.text(reference)}
    return (
        {"reference": target, "display": text_of(reference, "display")}
        if target
        else {"display": pointers.text(reference)}
    )
