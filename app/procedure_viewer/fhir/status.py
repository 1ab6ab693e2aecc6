"""The statuses of a Procedure in words. http://hl7.org/fhir/R4/valueset-event-status.html"""

from enum import StrEnum

from procedure_viewer.fhir.words import translate


class Status(StrEnum):
    """R4's eight, and one for whatever else a server may send."""

    PREPARATION = "preparation"
    IN_PROGRESS = "in-progress"
    NOT_DONE = "not-done"
    ON_HOLD = "on-hold"
    STOPPED = "stopped"
    COMPLETED = "completed"
    ENTERED_IN_ERROR = "entered-in-error"
    UNKNOWN = "unknown"
    UNLISTED = "unlisted"


def read_status(code: str) -> Status:
    """The status of a code; UNLISTED for one that R4 doesn't know, or none."""
    try:
        return Status(code)
    except ValueError:
        return Status.UNLISTED


def status_text(status: Status, code: str) -> str:
    """The words for a status; an unlisted one is quoted as the server sent it."""
    if status is Status.UNLISTED:
        return translate("fhir", "Other: {code}").format(code=code) if code else translate("fhir", "Status not stated")
    return {
        Status.PREPARATION: translate("fhir", "In preparation"),
        Status.IN_PROGRESS: translate("fhir", "In progress"),
        Status.NOT_DONE: translate("fhir", "Not done"),
        Status.ON_HOLD: translate("fhir", "On hold"),
        Status.STOPPED: translate("fhir", "Stopped"),
        Status.COMPLETED: translate("fhir", "Completed"),
        Status.ENTERED_IN_ERROR: translate("fhir", "Entered in error"),
        Status.UNKNOWN: translate("fhir", "Unknown"),
    }[status]
