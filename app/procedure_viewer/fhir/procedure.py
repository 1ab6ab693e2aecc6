"""A tolerant view of a Procedure: what a row of the table needs.

http://hl7.org/fhir/R4/procedure.html, and R5's names for the same (http://hl7.org/fhir/R5/procedure.html).
"""

import msgspec

from procedure_viewer.fhir.concepts import LONGEST_SEARCHED, for_search, read_coded, unreadable
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
from procedure_viewer.fhir.packing import Packed, fingerprint_of
from procedure_viewer.fhir.placing import Place, place_of
from procedure_viewer.fhir.prepared import BEFORE_ALL, Prepared, day_of, years_of
from procedure_viewer.fhir.repeating import UNKNOWN_PATH, repeated_paths, root_of
from procedure_viewer.fhir.status import Status, read_status, status_text
from procedure_viewer.fhir.when import When, read_when, when_of
from procedure_viewer.fhir.words import remembered, translate

__all__ = ["Procedure", "Status", "read_procedure", "status_text", "status_with_reason"]

_TYPE = "Procedure"
_SUBJECT = "subject"
LARGEST_KEPT = 8_000
"""Bytes of a record from which something is kept to be had in common with others; absurd ones would fill the memory."""


class Procedure(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One procedure, every text ready for a label."""

    kept: bytes | Packed
    """What the server sent, or what that is packed in."""
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
    dated: When | str
    """When it was done; only the FHIR date where that says all."""
    subject: Reference = Reference()
    readable: bool = True
    repeated: tuple[str, ...] = ()
    """Elements that the record has twice, "code.text": only the last of each is shown."""
    prepared: Prepared
    """What lists ask of it."""
    place: Place | None = None
    """Where it stands on a timeline; None where it names no date."""

    @property
    def raw(self) -> bytes:
        """What the server sent, byte for byte."""
        kept = self.kept
        return kept if isinstance(kept, bytes) else kept.raw

    @property
    def size(self) -> int:
        """How many bytes that is."""
        kept = self.kept
        return len(kept) if isinstance(kept, bytes) else kept.size

    @property
    def fingerprint(self) -> bytes:
        """The same of what is the same to the byte, and of nothing else."""
        kept = self.kept
        return fingerprint_of(kept) if isinstance(kept, bytes) else kept.fingerprint

    @property
    def when(self) -> When:
        """When it was done."""
        dated = self.dated
        return when_of(dated) if isinstance(dated, str) else dated

    @property
    def entered_in_error(self) -> bool:
        """Whether the record was withdrawn."""
        return self.status is Status.ENTERED_IN_ERROR


def read_procedure(raw: bytes, packed: Packed | None = None) -> Procedure:
    """Read a Procedure; never raises. Bytes that are none give a row that says so and is not `readable`.

    Where they are `packed` in something, that is kept of them.
    """
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
    keep = len(raw) <= LARGEST_KEPT
    coded = read_coded(procedure.get("code"), keep=keep) if readable else unreadable()
    status, status_code, status_words = (_kept_status if keep else _read_status)(text_of(procedure, "status"))
    reason = read_concept(procedure["statusReason"]).label if "statusReason" in procedure else ""
    when = read_when(procedure)
    first, last = years_of(when)
    return Procedure(
        kept=packed or raw,
        id=text_of(procedure, "id"),
        status=status,
        status_code=status_code,
        status_text=status_words,
        status_reason=reason,
        title=coded.title,
        code=coded.code,
        code_text=coded.code_text,
        system_text=coded.system_text,
        dated=when.written or when,
        subject=_subject(procedure.get(_SUBJECT), keep=keep) if says_whose else Reference(),
        readable=readable,
        repeated=repeated,
        prepared=Prepared(
            (_kept_said if keep else _said)(coded.said, status_words, reason),
            for_search(when.text[:LONGEST_SEARCHED]),
            status,
            coded.systems,
            first,
            last,
            last if first == BEFORE_ALL else first,
            coded.concept,
            when.sort_key,
            day_of(when),
        ),
        place=place_of(when),
    )


def status_with_reason(procedure: Procedure) -> str:
    """The status in words; why it was not done stands beside it, where that is given."""
    return _with_reason(procedure.status_text, procedure.status_reason)


def _with_reason(status: str, reason: str) -> str:
    return translate("fhir", "{status}: {reason}").format(status=status, reason=reason) if reason else status


def _read_status(code: str) -> tuple[Status, str, str]:
    """What a code stands for, the code itself, and words for it."""
    status = read_status(code)
    return status, code, status_text(status, code)


def _said(coded: str, status: str, reason: str) -> str:
    return f"{coded}\n{for_search(_with_reason(status, reason)[:LONGEST_SEARCHED])}"


_kept_status = remembered(256)(_read_status)
_kept_said = remembered(4_096)(_said)


def _subject(value: object, *, keep: bool) -> Reference:
    """With `keep` the same object for what says the same: most records of an answer name one patient."""
    subject = as_object(value)
    if not keep:
        return read_reference(value)
    try:
        return _reference(subject.get("reference"), subject.get("type"), subject.get("display"))
    except TypeError:
        return read_reference(value)


@remembered(256)
def _reference(reference: object, kind: object, display: object) -> Reference:
    return read_reference({"reference": reference, "type": kind, "display": display})
