"""Which other records of this server were merged with a patient's. http://hl7.org/fhir/R4/patient.html#links"""

from collections.abc import Iterable
from dataclasses import dataclass

from procedure_viewer.fhir.datatypes import ResourceKey
from procedure_viewer.fhir.patient import Patient

_REPLACES = "replaces"
_REPLACED_BY = "replaced-by"


@dataclass(frozen=True, slots=True)
class Merging:
    """The other records of merges, each in the order in which it is said."""

    replaced_by: tuple[ResourceKey, ...] = ()
    """Records that took this one's place: the ones to read."""
    replaces: tuple[ResourceKey, ...] = ()
    """Records whose place this one took."""

    @property
    def keys(self) -> frozenset[ResourceKey]:
        """All of them."""
        return frozenset((*self.replaced_by, *self.replaces))


def merging_of(patient: Patient, base_url: str, known: Iterable[Patient] = ()) -> Merging:
    """What `Patient.link` says, the patient's own and that of `known` others about this one.

    A link to a patient of another server than `base_url` names nobody here: an id alone would lead to a stranger.
    """
    own = ResourceKey("Patient", patient.id)
    replaced_by = _linked(patient, _REPLACED_BY, base_url)
    replaces = _linked(patient, _REPLACES, base_url)
    for other in known:
        key = ResourceKey("Patient", other.id)
        if not other.id or key == own:
            continue
        if own in _linked(other, _REPLACED_BY, base_url):
            replaces.append(key)
        if own in _linked(other, _REPLACES, base_url):
            replaced_by.append(key)
    return Merging(_others(replaced_by, own), _others(replaces, own))


def _linked(patient: Patient, link_type: str, base_url: str) -> list[ResourceKey]:
    keys = (link.other.key(base_url) for link in patient.links if link.type == link_type)
    return [key for key in keys if key is not None and key.type == "Patient"]


def _others(keys: Iterable[ResourceKey], own: ResourceKey) -> tuple[ResourceKey, ...]:
    return tuple(key for key in dict.fromkeys(keys) if key != own)
