"""Whether a resource can stand among others byte for byte, in a Bundle or as a line."""

from procedure_viewer.export.wellformed import is_object
from procedure_viewer.fhir.procedure import Procedure


def can_be_spliced(procedure: Procedure) -> bool:
    """Whether its bytes are one JSON object of type Procedure in valid UTF-8, and nothing else: no byte-order mark, no
    number that JSON doesn't know. Such a one is exported by itself, as it came."""
    return procedure.readable and is_object(procedure.raw)
