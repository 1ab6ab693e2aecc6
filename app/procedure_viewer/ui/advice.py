"""What a failure means to a clinician and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from procedure_viewer.fhir.outcome import Kind, Problem


class Remedy(StrEnum):
    """The one button that a failure deserves beside Copy details and Close."""

    SIGN_IN = "sign-in"
    RETRY = "retry"
    CHOOSE_PLACE = "choose-place"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Advice:
    """A plain title, what it means, and the remedy."""

    title: str
    meaning: str
    remedy: Remedy


def _tr(text: str) -> str:
    return QCoreApplication.translate("Advice", text)


def advice_for(problem: Problem) -> Advice:
    """The words and the remedy for a problem."""
    advice = _advice()[problem.kind]
    if problem.kind is Kind.THROTTLED and problem.retry_after:
        waiting = _tr("It asks to wait {seconds} seconds.").format(seconds=round(problem.retry_after))
        return Advice(advice.title, f"{advice.meaning} {waiting}", advice.remedy)
    return advice


def _advice() -> dict[Kind, Advice]:
    return {
        Kind.SIGNED_OUT: Advice(
            _tr("Signed out by the server"),
            _tr("The server no longer accepts this sign-in. Sign in again to go on where you were."),
            Remedy.SIGN_IN,
        ),
        Kind.FORBIDDEN: Advice(
            _tr("The server does not allow this"),
            _tr("You are signed in, but this account may not read these records. Ask whoever runs the server."),
            Remedy.NONE,
        ),
        Kind.NOT_FOUND: Advice(
            _tr("Not found on the server"),
            _tr("The server has no such record, or no longer has it. An id that was typed may be mistyped."),
            Remedy.NONE,
        ),
        Kind.BAD_REQUEST: Advice(
            _tr("The server did not understand the request"),
            _tr("Try other words. If it stays like this, copy the details for support."),
            Remedy.NONE,
        ),
        Kind.THROTTLED: Advice(
            _tr("The server asks for patience"),
            _tr("It is answering too many requests at the moment."),
            Remedy.RETRY,
        ),
        Kind.SERVER: Advice(
            _tr("The server failed"),
            _tr("The fault lies with the server, not with what you did. Try again in a moment."),
            Remedy.RETRY,
        ),
        Kind.OFFLINE: Advice(
            _tr("No connection to the server"),
            _tr("It can't be reached, or the connection was lost on the way. Check the network, then try again."),
            Remedy.RETRY,
        ),
        Kind.TIMEOUT: Advice(
            _tr("The server did not answer in time"),
            _tr("It may be busy, or the network slow. Try again."),
            Remedy.RETRY,
        ),
        Kind.TLS: Advice(
            _tr("The server could not prove who it is"),
            _tr("Its certificate was not accepted, so nothing was sent to it. Ask your IT department to look at it."),
            Remedy.RETRY,
        ),
        Kind.NOT_FHIR: Advice(
            _tr("The answer could not be read"),
            _tr("It is not what a FHIR server should send. A proxy or a sign-in page may stand in between."),
            Remedy.RETRY,
        ),
        Kind.FOREIGN: Advice(
            _tr("The server pointed elsewhere"),
            _tr("It sent a link to another address. Your sign-in is not sent there, so the rest was not loaded."),
            Remedy.NONE,
        ),
        Kind.KEYCHAIN: Advice(
            _tr("The keyring can't be used"),
            _tr("The operating system's store for secrets did not help, so a sign-in lasts for this run only."),
            Remedy.SIGN_IN,
        ),
        Kind.FILE: Advice(
            _tr("The file could not be written"),
            _tr("Nothing was changed on the disk. Choose another place, or make room, and export again."),
            Remedy.CHOOSE_PLACE,
        ),
        Kind.FILE_EXISTS: Advice(
            _tr("There is a file of that name already"),
            _tr("It was left as it is. Choose another name, or replace it."),
            Remedy.CHOOSE_PLACE,
        ),
        Kind.MOVED: Advice(
            _tr("This record is no longer in this patient's chart"),
            _tr("Read again, it names another patient, or none. It was taken out of the list."),
            Remedy.NONE,
        ),
        Kind.SETTINGS: Advice(
            _tr("The settings could not be read or saved"),
            _tr("What you enter holds for this run. Ask your IT department about the folder of the settings."),
            Remedy.NONE,
        ),
        Kind.INTERNAL: Advice(
            _tr("Something went wrong in this program"),
            _tr("This is a fault of Procedure Viewer. Please copy the details for support."),
            Remedy.NONE,
        ),
    }
