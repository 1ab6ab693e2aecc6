"""A tolerant view of a Procedure: what a row of the table needs.

http://hl7.org/fhir/R4/procedure.html, and R5's names for the same (http://hl7.org/fhir/R5/procedure.html).
"""

from collections.abc import Iterable

import msgspec

from procedure_viewer.fhir.datatypes import (
    CodeableConcept,
    Reference,
    as_object,
    printable,
    read_concept,
    read_reference,
    text_of,
)
from procedure_viewer.fhir.json_text import NotJson, decode_value
from procedure_viewer.fhir.repeating import UNKNOWN_PATH, repeated_paths, root_of
from procedure_viewer.fhir.status import Status, read_status, status_text
from procedure_viewer.fhir.when import When, read_when
from procedure_viewer.fhir.words import translate

__all__ = ["Procedure", "Status", "read_procedure", "status_text"]

_TYPE = "Procedure"
_SUBJECT = "subject"


class Procedure(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One procedure, every text ready for a label. `raw` is what the server sent."""

    raw: bytes
    id: str = ""
    status: Status = Status.NOT_STATED
    status_code: str = ""
    """As the server wrote it."""
    status_text: str
    status_reason: str = ""
    """Why it was not done, or stopped, in words."""
    title: str
    code: CodeableConcept = CodeableConcept()
    code_text: str = ""
    """The codes alone, "23066"."""
    system_text: str = ""
    """The code systems' names, each once: "CPT"."""
    when: When
    subject: Reference = Reference()
    readable: bool = True
    repeated: tuple[str, ...] = ()
    """Elements that the record has twice, "code.text": only the last of each is shown."""

    @property
    def entered_in_error(self) -> bool:
        """Whether the record was withdrawn."""
        return self.status is Status.ENTERED_IN_ERROR


def read_procedure(raw: bytes) -> Procedure:
    """Read a Procedure; never raises. Bytes that are none give a row that says so and is not `readable`."""
    try:
        value = decode_value(raw)
    except NotJson:
        value = None
    procedure = as_object(value)
    readable = procedure.get("resourceType") == _TYPE
    if not readable:
        # The id may still tell it from others, but nothing else in it may be taken for a procedure's.
        procedure = {"id": procedure.get("id")}
    repeated = tuple(map(printable, repeated_paths(raw, value))) if readable else ()
    # Of two subjects nobody can tell which counts: that is as good as none.
    says_whose = not any(root_of(path) in (_SUBJECT, UNKNOWN_PATH) for path in repeated)
    code = read_concept(procedure.get("code"))
    status_code = text_of(procedure, "status")
    status = read_status(status_code)
    return Procedure(
        raw=raw,
        id=text_of(procedure, "id"),
        status=status,
        status_code=status_code,
        status_text=status_text(status, status_code),
        status_reason=read_concept(procedure["statusReason"]).label if "statusReason" in procedure else "",
        title=_title(code, readable),
        code=code,
        code_text=_once(coding.code for coding in code.codings) if code.codings else "",
        system_text=_once(coding.system_name for coding in code.codings) if code.codings else "",
        when=read_when(procedure),
        subject=read_reference(procedure.get(_SUBJECT)) if says_whose else Reference(),
        readable=readable,
        repeated=repeated,
    )


def _title(code: CodeableConcept, readable: bool) -> str:
    if not readable:
        return translate("fhir", "Unreadable record")
    return code.label or translate("fhir", "Unspecified procedure")


def _once(texts: Iterable[str]) -> str:
    """The texts in their order, each once, with commas."""
    return ", ".join(dict.fromkeys(filter(None, texts)))
