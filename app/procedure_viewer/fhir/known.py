"""What was found out about a record from other records of the server, as values that the summary takes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec


class ProvenanceNote(msgspec.Struct, frozen=True, gc=False):
    """Who had a hand in a record, as one agent of a Provenance tells; all for plain text, "" where it isn't said."""

    who: str
    """The agent's name."""
    role: str = ""
    """What the agent did: "Author"."""
    organisation: str = ""
    """On whose behalf."""
    recorded: str = ""
    """When that was recorded: a FHIR instant, as it stands; see `fhir.when.date_text`."""
    activity: str = ""
    """What was done to the record: "create"."""


class Known(msgspec.Struct, frozen=True):
    """What is known beyond a record's own words. There may be nothing, and there may be more later."""

    names: Mapping[str, str] = MappingProxyType({})
    """The words for a reference, by the text of its `reference` exactly as it stands in the record."""
    provenance: tuple[ProvenanceNote, ...] = ()
    """Who recorded this one record; () where no Provenance tells."""


NOTHING: Final = Known()
