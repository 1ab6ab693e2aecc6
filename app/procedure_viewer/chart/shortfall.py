"""Why a chart is incomplete, in words that stand in its place for as long as it is open."""

from enum import StrEnum

from procedure_viewer.fhir.outcome import Kind, Problem
from procedure_viewer.fhir.words import translate


class Shortfall(StrEnum):
    """Why a chart is incomplete."""

    FAILED = "failed"
    CANCELLED = "cancelled"
    SERVER_SAID = "server-said"
    TOTAL_CHANGED = "total-changed"
    RECORD_CHANGED = "record-changed"
    PAGES_SHIFTED = "pages-shifted"
    TOTAL_UNREADABLE = "total-unreadable"
    COUNT_DIFFERS = "count-differs"


DRIFT = frozenset({Shortfall.TOTAL_CHANGED, Shortfall.RECORD_CHANGED, Shortfall.PAGES_SHIFTED, Shortfall.COUNT_DIFFERS})
"""What tells that the list changed between two pages: reading it again from the first page may mend that."""


def reason(shortfall: Shortfall, problem: Problem | None) -> str:
    """The reason in words; `problem` is what kept a page from coming."""
    match shortfall:
        case Shortfall.FAILED if problem is not None:
            return _why_no_page(problem.kind)
        case Shortfall.FAILED:
            return translate("chart", "a page could not be loaded")
        case Shortfall.CANCELLED:
            return translate("chart", "loading was stopped")
        case Shortfall.SERVER_SAID:
            return translate("chart", "the server reported a failure inside its answer")
        case Shortfall.TOTAL_CHANGED | Shortfall.RECORD_CHANGED:
            return translate("chart", "the record changed while it was being read")
        case Shortfall.PAGES_SHIFTED:
            return translate("chart", "the same record came on two pages, so another may be missing")
        case Shortfall.TOTAL_UNREADABLE:
            return translate("chart", "the server's total can't be read")
        case Shortfall.COUNT_DIFFERS:
            return translate("chart", "the server announced another number of records")


def _why_no_page(kind: Kind) -> str:
    match kind:
        case Kind.CIRCLES:
            return translate("chart", "the server's pages lead in circles")
        case Kind.FOREIGN:
            return translate("chart", "the next page lies outside this server's address; nothing was sent there")
        case Kind.SIGNED_OUT:
            return translate("chart", "the server ended the sign-in before the next page")
        case Kind.FORBIDDEN:
            return translate("chart", "the server does not allow the next page")
        case Kind.NOT_FOUND:
            return translate("chart", "the server does not have the next page")
        case Kind.BAD_REQUEST:
            return translate("chart", "the server did not understand its own link to the next page")
        case Kind.THROTTLED:
            return translate("chart", "the server asks to wait before the next page")
        case Kind.SERVER:
            return translate("chart", "the server failed at the next page")
        case Kind.OFFLINE:
            return translate("chart", "the connection was lost before the next page had come")
        case Kind.TIMEOUT:
            return translate("chart", "the next page did not come in time")
        case Kind.TLS:
            return translate("chart", "the server could not prove who it is")
        case Kind.NOT_FHIR:
            return translate("chart", "the next page can't be read")
        case _:
            return translate("chart", "a page could not be loaded")
