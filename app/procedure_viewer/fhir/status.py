"""The state of a procedure. http://hl7.org/fhir/R4/valueset-event-status.html"""

from enum import StrEnum

from procedure_viewer.fhir.words import translate


class Status(StrEnum):
    """R4's eight statuses, one for any other code, and one for a record that states none."""

    PREPARATION = "preparation"
    IN_PROGRESS = "in-progress"
    NOT_DONE = "not-done"
    ON_HOLD = "on-hold"
    STOPPED = "stopped"
    COMPLETED = "completed"
    ENTERED_IN_ERROR = "entered-in-error"
    UNKNOWN = "unknown"
    UNLISTED = "unlisted"
    NOT_STATED = "not-stated"


_OURS = frozenset({Status.UNLISTED, Status.NOT_STATED})
"""What a server's own code may spell the same way, and does not mean."""
_BY_CODE = {status.value: status for status in Status if status not in _OURS}


def read_status(code: str) -> Status:
    """The status that `code` stands for. Codes are case-sensitive: "Completed" is unlisted, and not taken for done."""
    return _BY_CODE.get(code, Status.UNLISTED) if code else Status.NOT_STATED


def status_text(status: Status, code: str) -> str:
    """The status in words; one that R4 doesn't list is shown as the server's own `code`, and as such."""
    match status:
        case Status.PREPARATION:
            return translate("fhir", "In preparation")
        case Status.IN_PROGRESS:
            return translate("fhir", "In progress")
        case Status.NOT_DONE:
            return translate("fhir", "Not done")
        case Status.ON_HOLD:
            return translate("fhir", "On hold")
        case Status.STOPPED:
            return translate("fhir", "Stopped")
        case Status.COMPLETED:
            return translate("fhir", "Completed")
        case Status.ENTERED_IN_ERROR:
            return translate("fhir", "Entered in error")
        case Status.UNKNOWN:
            return translate("fhir", "Unknown")
        case Status.UNLISTED:
            return translate("fhir", "Unlisted: “{code}”").format(code=code)
        case Status.NOT_STATED:
            return translate("fhir", "Status not stated")
