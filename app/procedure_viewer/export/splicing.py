"""Whether a resource can stand among others byte for byte, in a Bundle or as a line."""

import msgspec

from procedure_viewer.fhir.procedure import Procedure


def can_be_spliced(procedure: Procedure) -> bool:
    """Whether its bytes are one JSON object of type Procedure in valid UTF-8, and nothing else: no byte-order mark, no
    number that JSON doesn't know, no nesting that readers give up at. Such a one is exported by itself, as it came."""
    if not procedure.readable:
        return False
    try:
        procedure.raw.decode()
        msgspec.json.decode(procedure.raw, type=dict[str, msgspec.Raw])
    except (UnicodeDecodeError, msgspec.MsgspecError, RecursionError):
        return False
    return True
