"""Failures as values: OperationOutcome and its kin become a `Problem`.

http://hl7.org/fhir/R4/operationoutcome.html. A server's words are found in `details.text`, `details.coding.display` or
`diagnostics`, in that order; a bare code is better than nothing. FastAPI-like servers answer `{"detail": ...}` instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from procedure_viewer.fhir.datatypes import (
    Resource,
    as_object,
    object_of,
    objects_of,
    paragraphs,
    read_concept,
    text_of,
    texts_of,
)
from procedure_viewer.fhir.hindrance import Hindrance
from procedure_viewer.fhir.json_text import NotJson, decode_value

_OPERATION_OUTCOME = "OperationOutcome"
_ERROR = "error"
_UNKNOWN = "unknown"


class Kind(StrEnum):
    """What went wrong, as the clinician would sort it; the window's advice hangs on it."""

    SIGNED_OUT = "signed-out"
    SIGN_IN = "sign-in"  # a sign-in did not come through
    SECRET_WANTED = "secret-wanted"  # noqa: S105 - the program's client secret is not known, a person has to enter it
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    BAD_REQUEST = "bad-request"
    THROTTLED = "throttled"
    NOT_OFFERED = "not-offered"  # the server itself says that it can't be asked for this
    SERVER = "server"
    OFFLINE = "offline"
    TIMEOUT = "timeout"
    TLS = "tls"
    PROXY = "proxy"  # the proxy that this computer's settings name stands in the way
    NETWORK_FILE = "network-file"  # a file of certificates or keys that a connection names
    NOT_FHIR = "not-fhir"
    FOREIGN = "foreign"  # the answer pointed to another server, where no token may go
    CIRCLES = "circles"  # the pages of an answer lead back to one that came before, or bring nothing new
    KEYCHAIN = "keychain"
    NOT_FORGOTTEN = "not-forgotten"  # the keyring still holds what it was to forget
    FILE = "file"
    FILE_EXISTS = "file-exists"
    SETTINGS = "settings"
    NOT_ALLOWED = "not-allowed"  # by what IT has laid down for this computer
    POLICY = "policy"  # what IT has laid down can't be understood
    MOVED = "moved"  # a record that was read again is no longer this patient's
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue of an OperationOutcome, in the server's own words."""

    severity: str
    code: str
    text: str
    expression: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One failure, whole: what kind, what the server said, and what helps the one who is asked to look into it.

    It holds no token, no name and no query string: everything in it may be copied into a support ticket, except that
    `issues` are the server's words, which nobody can vouch for.
    """

    kind: Kind
    issues: tuple[Issue, ...] = ()
    status: int | None = None
    request_id: str | None = None
    retry_after: float | None = None
    """Seconds that the server asked to wait."""
    technical: str = ""
    """The program's own words for the Details of a dialog, such as "ConnectError" or "redirect refused".

    They are for support and stay in English, in whatever language the window speaks.
    """
    hindrance: Hindrance | None = None
    """What stood in the way, where more is known of it than the kind."""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


class Failure(Exception):
    """How a `Problem` travels inside the worker. Its text names kind and status only."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.kind}, status {problem.status}")
        self.problem = problem


def issues_from(body: bytes) -> tuple[Issue, ...]:
    """The issues in the body of an answer; () when it says nothing that FHIR or its kin would. Never raises.

    The kin are `{"detail": "..."}`, `{"detail": [{"msg": "..."}]}` and OAuth's `{"error": "...", "error_description":
    "..."}`.
    """
    try:
        value = decode_value(body)
    except NotJson:
        return ()
    return issues_of(value) or tuple(Issue(_ERROR, _UNKNOWN, text) for text in _kin(as_object(value)))


def issues_of(resource: object) -> tuple[Issue, ...]:
    """The issues of a decoded OperationOutcome; () when it is something else."""
    outcome = as_object(resource)
    if outcome.get("resourceType") != _OPERATION_OUTCOME:
        return ()
    return tuple(map(_issue, objects_of(outcome, "issue")))


def _issue(issue: Resource) -> Issue:
    details, diagnostics = read_concept(issue.get("details")), issue.get("diagnostics")
    return Issue(
        severity=text_of(issue, "severity") or _ERROR,
        code=text_of(issue, "code") or _UNKNOWN,
        text=details.words
        or (paragraphs(diagnostics).strip() if isinstance(diagnostics, str) else "")
        or details.label,
        expression=texts_of(issue, "expression") or texts_of(issue, "location"),
    )


def _kin(answer: Resource) -> Iterator[str]:
    if "resourceType" in answer:
        return
    yield from texts_of(answer, "detail")
    for detail in objects_of(answer, "detail"):
        yield from texts_of(detail, "msg")
    yield from texts_of(answer, "error_description") or texts_of(answer, "error")
    yield from texts_of(object_of(answer, "error"), "message")
