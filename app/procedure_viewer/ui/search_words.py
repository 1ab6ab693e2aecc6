"""The words of a search: what stands in the list's place while it is empty, and how complete a list is."""

from dataclasses import dataclass

from procedure_viewer.chart.search import Progress
from procedure_viewer.fhir.words import translate
from procedure_viewer.ui.advice import Asked, Remedy, advice_for
from procedure_viewer.ui.session import Session
from procedure_viewer.ui.states import Link


@dataclass(frozen=True, slots=True)
class Message:
    """What stands in the list's place."""

    icon: str
    title: str
    text: str = ""
    button: str = ""


def message_for(session: Session) -> Message:
    """Why there is nobody in the list, and what may be done about it."""
    server = session.server.name if session.server else ""
    if session.progress is Progress.NOTHING and session.link is Link.CONNECTING:
        return Message("loading", translate("Search", "Connecting…"), server, translate("Search", "Cancel"))
    if session.progress is Progress.LOADING:
        title = translate("Search", "Searching…")
        return Message("loading", title, what_was_asked(session), translate("Search", "Cancel"))
    if session.link is Link.FAILED:
        return Message("failed", translate("Search", "Not connected"), server, translate("Search", "Connect again"))
    return _message_of_end(session)


def _message_of_end(session: Session) -> Message:
    what = what_was_asked(session)
    match session.progress:
        case Progress.UNCLEAR:
            text = session.asked.text if session.asked is not None else ""
            return Message("search", translate("Search", "Nothing was searched"), text)
        case Progress.DONE if session.reading is not None and session.reading.procedure_id:
            return Message("procedure", translate("Search", "Opened by its id"), what)
        case Progress.STOPPED:
            return Message("empty", translate("Search", "Search stopped"), what, translate("Search", "Search again"))
        case Progress.FAILED:
            title = advice_for(session.search_problem).title if session.search_problem else ""
            return Message("failed", title, what, _button_for(remedy_of_search(session)))
        case Progress.DONE:
            return _nobody(session, what)
    return Message(
        "patient",
        translate("Search", "No patient looked up yet"),
        translate("Search", "Type a name, a date of birth, an MRN, a phone number or an e-mail, and press Enter."),
    )


def _nobody(session: Session, what: str) -> Message:
    """The search is done, and nobody is in the list."""
    found = session.found
    if found.passed_over:
        title = translate("Search", "Nobody has all of this name")
        if found.more:
            title = translate("Search", "None of the first {count} has all of this name").format(count=found.candidates)
        return Message("empty", title, f"{what}\n{passed_over_text(session)}", translate("Search", "Show them"))
    if found.warnings or found.unreadable:
        return Message("warning", translate("Search", "Nobody can be shown"), what, translate("Search", "Search again"))
    hint = translate("Search", "Try fewer letters, another spelling, or the date of birth alone.")
    return Message("empty", translate("Search", "Nobody found"), f"{what}\n{hint}")


def remedy_of_search(session: Session) -> Remedy:
    """What may help after a search failed: searching again, signing in again, or neither."""
    if session.search_problem is None:
        return Remedy.RETRY
    return advice_for(session.search_problem, Asked.SEARCH).remedy


def _button_for(remedy: Remedy) -> str:
    match remedy:
        case Remedy.RETRY:
            return translate("Search", "Retry")
        case Remedy.SIGN_IN:
            return translate("Search", "Sign in again")
    return ""


def what_was_asked(session: Session) -> str:
    """How the words were understood that led to the list."""
    return session.reading.text if session.reading else ""


def passed_over_text(session: Session) -> str:
    """How many the server found who are not in the list."""
    found = session.found
    count = found.passed_over
    if found.patients:
        only = translate("Search", "1 more patient matched only part of the name")
        several = translate("Search", "{count} more patients matched only part of the name")
    else:
        only = translate("Search", "1 patient matched only part of it")
        several = translate("Search", "{count} patients matched only part of it")
    return only if count == 1 else several.format(count=count)


def count_text(session: Session, *, of_now: bool) -> str:
    """Whose list it is if it isn't of what is typed now, how many were found, and whether that is all."""
    counted = _counted(session)
    if not counted or of_now:
        return counted
    if session.asked is None:
        return translate("Search", "{list}. Press Enter to search for what is typed.").format(list=counted)
    older = translate("Search", "Results for: {what} ({count}). Press Enter to search for what is typed now.")
    return older.format(what=what_was_asked(session), count=counted)


def _counted(session: Session) -> str:
    found = session.found
    shown = len(found.patients)
    if session.progress is Progress.NOTHING:
        return translate("Search", "Opened in this run") if session.recent else ""
    aside = ""
    if found.unreadable:
        aside = " " + translate("Search", "({count} entries could not be read)").format(count=found.unreadable)
    if found.alike.unmarked:
        text = translate("Search", "{count} have namesakes born at other times, who are not marked: check birth dates.")
        aside += ". " + text.format(count=found.alike.unmarked)
    return _shown_text(session, shown) + aside if shown or aside else ""


def _shown_text(session: Session, shown: int) -> str:
    found = session.found
    if session.progress is Progress.LOADING:
        return translate("Search", "{count} so far…").format(count=shown)
    if session.progress is Progress.FAILED:
        return translate("Search", "Incomplete: {count} found before the search failed").format(count=shown)
    if session.progress is Progress.STOPPED:
        return translate("Search", "Incomplete: {count} found before the search was stopped").format(count=shown)
    if found.more and found.total is not None:
        text = translate("Search", "Showing {count} of {total}: add a birth date")
        return text.format(count=shown, total=found.total)
    if found.more:
        return translate("Search", "Showing the first {count}: add a birth date").format(count=shown)
    if found.passed_over:
        text = translate("Search", "Showing {count} of {total}")
        return text.format(count=shown, total=shown + found.passed_over)
    return (
        translate("Search", "1 patient") if shown == 1 else translate("Search", "{count} patients").format(count=shown)
    )
