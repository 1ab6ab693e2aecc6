"""What a failure means to a clinician and what to do about it."""

import math
from dataclasses import dataclass
from enum import StrEnum

from procedure_viewer.fhir.outcome import Kind, Problem
from procedure_viewer.fhir.words import translate
from procedure_viewer.ui.hindrances import meaning_of, title_of

LONGEST_IN_SECONDS = 120
"""A longer wait is told in minutes."""


class Remedy(StrEnum):
    """The one button that a failure deserves beside Copy details and Close."""

    SIGN_IN = "sign-in"
    RETRY = "retry"
    CHOOSE_PLACE = "choose-place"
    MEMORY_ONLY = "memory-only"
    NONE = "none"


class Asked(StrEnum):
    """What was asked for when it failed: what to do about it depends on that."""

    SEARCH = "search"
    TYPED_ID = "typed-id"
    PATIENT = "patient"  # the patient whom a record names
    CHART = "chart"
    REFRESH = "refresh"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Advice:
    """A plain title, what it means, and the remedy."""

    title: str
    meaning: str
    remedy: Remedy


def advice_for(problem: Problem, asked: Asked = Asked.OTHER) -> Advice:
    """The words and the remedy for a problem with what was asked for."""
    advice = _advice()[problem.kind]
    if problem.hindrance is not None:
        title, meaning = title_of(problem.hindrance), meaning_of(problem.hindrance)
        return Advice(title or advice.title, meaning or advice.meaning, advice.remedy)
    if problem.kind is Kind.NOT_ALLOWED and problem.technical:
        return Advice(advice.title, f"{problem.technical}.", advice.remedy)
    sentences = [advice.meaning, _more(problem.kind, asked)]
    if problem.retry_after:
        sentences.append(_wait(problem.retry_after))
    return Advice(advice.title, " ".join(filter(None, sentences)), advice.remedy)


def _more(kind: Kind, asked: Asked) -> str:
    """What is to be known or done besides."""
    match kind, asked:
        case Kind.NOT_FOUND, Asked.TYPED_ID:
            return translate("Advice", "The id may be mistyped.")
        case Kind.NOT_FOUND, Asked.REFRESH:
            return translate("Advice", "The record stays in the list as it was read before, and is marked there.")
        case Kind.NOT_FOUND, Asked.PATIENT:
            return translate("Advice", "It is the patient whom the procedure names.")
        case Kind.NOT_FOUND, Asked.SEARCH:
            return translate("Advice", "If no search works, the address in the connection may be wrong.")
        case Kind.BAD_REQUEST, Asked.SEARCH:
            return translate("Advice", "Try other words. If it stays like this, copy the details for support.")
        case Kind.BAD_REQUEST, Asked.TYPED_ID:
            return translate("Advice", "The id may be mistyped. If it stays like this, copy the details for support.")
        case Kind.BAD_REQUEST, _:
            return translate("Advice", "Copy the details for support.")
        case _:
            return ""


def _wait(seconds: float) -> str:
    """How long the server asks to be left alone (`Retry-After`), never shorter than it said."""
    if seconds <= LONGEST_IN_SECONDS:
        return translate("Advice", "It asks to wait {seconds} seconds.").format(seconds=math.ceil(seconds))
    return translate("Advice", "It asks to wait {minutes} minutes.").format(minutes=math.ceil(seconds / 60))


def _advice() -> dict[Kind, Advice]:
    return {
        Kind.SIGNED_OUT: Advice(
            translate("Advice", "Signed out by the server"),
            translate("Advice", "The server no longer accepts this sign-in. Sign in again to go on where you were."),
            Remedy.SIGN_IN,
        ),
        Kind.SIGN_IN: Advice(
            translate("Advice", "The sign-in did not come through"),
            translate(
                "Advice",
                "Nobody was signed in. Try again; if it stays like this, copy the details for your IT department.",
            ),
            Remedy.SIGN_IN,
        ),
        Kind.SECRET_WANTED: Advice(
            translate("Advice", "The client secret is missing"),
            translate(
                "Advice",
                "The server knows this program by a secret that is not in the keyring. Sign in again to enter it.",
            ),
            Remedy.SIGN_IN,
        ),
        Kind.FORBIDDEN: Advice(
            translate("Advice", "The server does not allow this"),
            translate(
                "Advice", "You are signed in, but this account may not read these records. Ask whoever runs the server."
            ),
            Remedy.NONE,
        ),
        Kind.NOT_FOUND: Advice(
            translate("Advice", "Not found on the server"),
            translate("Advice", "The server has no such record, or no longer has it."),
            Remedy.NONE,
        ),
        Kind.BAD_REQUEST: Advice(
            translate("Advice", "The server did not understand the request"),
            translate("Advice", "It refused the request as this program made it."),
            Remedy.NONE,
        ),
        Kind.NOT_OFFERED: Advice(
            translate("Advice", "The server does not offer this"),
            translate("Advice", "It says so itself, so it was not asked. Look for the patient in another way."),
            Remedy.NONE,
        ),
        Kind.THROTTLED: Advice(
            translate("Advice", "The server asks for patience"),
            translate("Advice", "It is answering too many requests at the moment."),
            Remedy.RETRY,
        ),
        Kind.SERVER: Advice(
            translate("Advice", "The server failed"),
            translate("Advice", "The fault lies with the server, not with what you did. Try again in a moment."),
            Remedy.RETRY,
        ),
        Kind.OFFLINE: Advice(
            translate("Advice", "No connection to the server"),
            translate(
                "Advice",
                "It can't be reached, or the connection was lost on the way. Check the network, then try again.",
            ),
            Remedy.RETRY,
        ),
        Kind.TIMEOUT: Advice(
            translate("Advice", "The server did not answer in time"),
            translate("Advice", "It may be busy, or the network slow. Try again."),
            Remedy.RETRY,
        ),
        Kind.TLS: Advice(
            translate("Advice", "The server could not prove who it is"),
            translate(
                "Advice",
                "No secure connection came about, so nothing was sent to it. The address may be of another kind of "
                "server, or it may ask for a certificate of this computer. Ask your IT department to look at it.",
            ),
            Remedy.RETRY,
        ),
        Kind.PROXY: Advice(
            translate("Advice", "The proxy stands in the way"),
            translate(
                "Advice",
                "The proxy that this computer's settings name did not help. Ask your IT department to look at it.",
            ),
            Remedy.RETRY,
        ),
        Kind.NETWORK_FILE: Advice(
            translate("Advice", "A certificate file of this connection can't be used"),
            translate("Advice", "Nothing was sent to the server. Ask your IT department for the right file."),
            Remedy.RETRY,
        ),
        Kind.NOT_FHIR: Advice(
            translate("Advice", "The answer could not be read"),
            translate(
                "Advice", "It is not what a FHIR server should send. A proxy or a sign-in page may stand in between."
            ),
            Remedy.RETRY,
        ),
        Kind.FOREIGN: Advice(
            translate("Advice", "The server pointed elsewhere"),
            translate(
                "Advice",
                "It sent a link to another address. Your sign-in is not sent there, so the rest was not loaded.",
            ),
            Remedy.NONE,
        ),
        Kind.CIRCLES: Advice(
            translate("Advice", "The server's pages lead in circles"),
            translate(
                "Advice",
                "Its link to the next page leads back to one that was read already, so what may come after it can't be "
                "read. Please tell whoever runs the server.",
            ),
            Remedy.NONE,
        ),
        Kind.KEYCHAIN: Advice(
            translate("Advice", "The keyring can't be used"),
            translate(
                "Advice",
                "The operating system's store for secrets did not help. You can work without it: the sign-in is then "
                "kept in memory and lasts for this run only.",
            ),
            Remedy.MEMORY_ONLY,
        ),
        Kind.NOT_FORGOTTEN: Advice(
            translate("Advice", "The keyring could not be cleared"),
            translate(
                "Advice",
                "In this window the sign-in is forgotten. What the keyring held of it may still be there: unlock the "
                "keyring and sign out again, or remove the entry “Procedure Viewer” from it.",
            ),
            Remedy.NONE,
        ),
        Kind.FILE: Advice(
            translate("Advice", "The file could not be written"),
            translate(
                "Advice", "Nothing was changed on the disk. Choose another place, or make room, and export again."
            ),
            Remedy.CHOOSE_PLACE,
        ),
        Kind.FILE_EXISTS: Advice(
            translate("Advice", "There is a file of that name already"),
            translate("Advice", "It was left as it is. Choose another name, or replace it."),
            Remedy.CHOOSE_PLACE,
        ),
        Kind.MOVED: Advice(
            translate("Advice", "This record is no longer in this patient's chart"),
            translate("Advice", "Read again, it names another patient, or none. It was taken out of the list."),
            Remedy.NONE,
        ),
        Kind.SETTINGS: Advice(
            translate("Advice", "The settings could not be read or saved"),
            translate(
                "Advice", "What you enter holds for this run. Ask your IT department about the folder of the settings."
            ),
            Remedy.NONE,
        ),
        Kind.NOT_ALLOWED: Advice(
            translate("Advice", "Not allowed on this computer"),
            translate("Advice", "Your IT department has laid down what this program may be used with."),
            Remedy.NONE,
        ),
        Kind.POLICY: Advice(
            translate("Advice", "The rules of your IT department can't be understood"),
            translate("Advice", "Where that is so, the strictest hold. Please show your IT department these words:"),
            Remedy.NONE,
        ),
        Kind.INTERNAL: Advice(
            translate("Advice", "Something went wrong in this program"),
            translate("Advice", "This is a fault of Procedure Viewer. Please copy the details for support."),
            Remedy.NONE,
        ),
    }
