"""What goes wrong when certain patients are opened, so that the viewer can be seen to stand it.

The trouble comes with the search for the patient's procedures; all else about these patients works.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec
from starlette.responses import Response, StreamingResponse

from procedure_viewer.demo.answers import (
    FHIR_JSON,
    Forbidden,
    Parameters,
    Unauthorized,
    Window,
    issue,
    outcome,
    page_url,
    searchset,
)

HTML = "text/html; charset=utf-8"

_SLOW_SECONDS = 3.0
_SILENT_SECONDS = 600.0
_PROXY_PAGE = (
    "<html><head><title>502 Bad Gateway</title></head>"
    "<body><center><h1>502 Bad Gateway</h1></center><hr><center>proxy</center></body></html>"
)
_PORTAL_PAGE = (
    "<!DOCTYPE html><html><head><title>Clinic guest network</title></head>"
    "<body><h1>Please accept the terms of use to continue</h1><form><button>Accept</button></form></body></html>"
)


class Trouble(StrEnum):
    """What happens when the patient's procedures are asked for; the value stands in the patient's family name."""

    FORBIDDEN = "Forbidden"
    SIGNED_OUT = "Signedout"
    GONE = "Gone"
    SERVER_ERROR = "Error"
    BUSY = "Busy"
    THROTTLED = "Throttled"
    SLOW = "Slow"
    SILENT = "Silent"
    PROXY = "Proxy"
    PORTAL = "Portal"
    BROKEN = "Broken"
    DROPPED = "Dropped"
    HALFWAY = "Halfway"
    LOOP = "Loop"
    ELSEWHERE = "Elsewhere"
    SHORT = "Short"
    SHIFTED = "Shifted"
    MIXED = "Mixed"
    WARNING = "Warning"
    UNREADABLE = "Unreadable"


@dataclass(frozen=True, slots=True)
class Visit:
    """One search, understood: the parameters that were known, the page, and the bytes of all that was found."""

    resource_type: str
    asked: Parameters
    window: Window
    found: Sequence[bytes]

    def page(self, *, more_links: Parameters = ()) -> bytes:
        """The page as it would be without trouble, but for `more_links`."""
        return searchset(self.resource_type, self.asked, self.found, self.window, more_links=more_links)


Act = Callable[[Visit], Awaitable[Response]]


class Troubles:
    """Knows who is in trouble, and what was already done to whom."""

    def __init__(self, troubled: Mapping[str, Trouble], stranger: bytes) -> None:
        """`troubled` is by patient id; `stranger` is another patient's procedure, for a server that mixes charts."""
        self._troubled = troubled
        self._stranger = stranger
        self._refused_once: set[str] = set()
        self._acts: Mapping[Trouble, Act] = {
            Trouble.FORBIDDEN: _raise(Forbidden),
            Trouble.SIGNED_OUT: _raise(Unauthorized),
            Trouble.GONE: _say(410, outcome("deleted", "The record has been removed")),
            Trouble.SERVER_ERROR: _say(500, outcome("exception", "Internal server error")),
            Trouble.BUSY: self._busy,
            Trouble.THROTTLED: _say(429, outcome("throttled", "Too many requests"), retry_after=60),
            Trouble.SLOW: _slow,
            Trouble.SILENT: _silent,
            Trouble.PROXY: _say(502, _PROXY_PAGE.encode(), media_type=HTML),
            Trouble.PORTAL: _say(200, _PORTAL_PAGE.encode(), media_type=HTML),
            Trouble.BROKEN: _broken,
            Trouble.DROPPED: _dropped,
            Trouble.HALFWAY: _halfway,
            Trouble.LOOP: _loop,
            Trouble.ELSEWHERE: _elsewhere,
            Trouble.SHORT: _short,
            Trouble.SHIFTED: _shifted,
            Trouble.MIXED: self._mixed,
            Trouble.WARNING: _warning,
            Trouble.UNREADABLE: _unreadable,
        }

    def in_search(self, visit: Visit) -> Awaitable[Response] | None:
        """The answer to the search for a troubled patient's procedures, or None where the usual one is due."""
        if visit.resource_type != "Procedure":
            return None
        trouble = self._troubled.get(dict(visit.asked).get("patient", "").removeprefix("Patient/"))
        return self._acts[trouble](visit) if trouble else None

    async def _busy(self, visit: Visit) -> Response:
        """Every other time: not now, but soon."""
        page = visit.page()
        key = str((visit.asked, visit.window))
        if key in self._refused_once:
            self._refused_once.remove(key)
            return _fhir(page)
        self._refused_once.add(key)
        return _fhir(outcome("transient", "Service unavailable"), 503, retry_after=1)

    async def _mixed(self, visit: Visit) -> Response:
        """The first page holds a procedure that is another patient's; `total` counts it."""
        middle = len(visit.found) // 2
        found = [*visit.found[:middle], self._stranger, *visit.found[middle:]]
        return _fhir(searchset(visit.resource_type, visit.asked, found, visit.window))


def _fhir(body: bytes, status: int = 200, *, retry_after: int | None = None, media_type: str = FHIR_JSON) -> Response:
    headers = None if retry_after is None else {"Retry-After": str(retry_after)}
    return Response(body, status, headers, media_type=media_type)


def _say(status: int, body: bytes, *, retry_after: int | None = None, media_type: str = FHIR_JSON) -> Act:
    async def say(_visit: Visit) -> Response:
        return _fhir(body, status, retry_after=retry_after, media_type=media_type)

    return say


def _raise(refusal: type[Forbidden] | type[Unauthorized]) -> Act:
    async def refuse(_visit: Visit) -> Response:
        raise refusal

    return refuse


async def _slow(visit: Visit) -> Response:
    """Each page comes in the end, but takes its time."""
    await asyncio.sleep(_SLOW_SECONDS)
    return _fhir(visit.page())


async def _silent(_visit: Visit) -> Response:
    """Longer than any client would wait."""
    await asyncio.sleep(_SILENT_SECONDS)
    return _fhir(outcome("timeout", "Gateway timeout"), 504)


async def _broken(visit: Visit) -> Response:
    """JSON that ends in the middle, with a head that says nothing of it."""
    page = visit.page()
    return _fhir(page[: len(page) // 2])


async def _dropped(visit: Visit) -> Response:
    """The connection ends before the body does."""
    page = visit.page()

    async def first_half() -> AsyncIterator[bytes]:
        yield page[: len(page) // 2]
        # Let it arrive before the end does: a client must stand a body that stops after it has begun.
        await asyncio.sleep(0.05)

    return StreamingResponse(first_half(), headers={"Content-Length": str(len(page))}, media_type=FHIR_JSON)


async def _halfway(visit: Visit) -> Response:
    """Every page but the first fails."""
    if visit.window.offset:
        return _fhir(outcome("exception", "Internal server error"), 500)
    return _fhir(visit.page())


async def _loop(visit: Visit) -> Response:
    """Each page says that it is its own successor."""
    here = page_url(visit.resource_type, visit.asked, visit.window)
    return _fhir(visit.page(more_links=[("next", here)]))


async def _elsewhere(visit: Visit) -> Response:
    """The next page is said to be on another server, which the token is none of the business of."""
    there = "https://records.example.org" + page_url(visit.resource_type, visit.asked, visit.window)
    return _fhir(visit.page(more_links=[("next", there)]))


async def _short(visit: Visit) -> Response:
    """Of the last page's records two are missing, which only `total` tells."""
    bundle = msgspec.json.decode(visit.page(), type=dict[str, msgspec.Raw])
    last = visit.window.offset + visit.window.count >= len(visit.found)
    if last and "entry" in bundle:
        entries = msgspec.json.decode(bundle["entry"], type=list[msgspec.Raw])
        bundle["entry"] = msgspec.Raw(msgspec.json.encode(entries[:-2]))
    return _fhir(msgspec.json.encode(bundle))


async def _shifted(visit: Visit) -> Response:
    """A record was added between two pages: each later page begins with the last record of the one before."""
    newest = visit.found[-1:]
    found = [*newest, *visit.found[:-1]] if visit.window.offset else visit.found[:-1]
    return _fhir(searchset(visit.resource_type, visit.asked, found, visit.window))


async def _warning(visit: Visit) -> Response:
    """The answer holds a word about itself, as `search.mode` outcome."""
    warning = {
        "resource": {
            "resourceType": "OperationOutcome",
            "issue": [issue("warning", "incomplete", "Procedures before 2015 are in the paper archive")],
        },
        "search": {"mode": "outcome"},
    }
    bundle = msgspec.json.decode(visit.page(), type=dict[str, msgspec.Raw])
    entries: list[object] = list(msgspec.json.decode(bundle.get("entry", b"[]"), type=list[msgspec.Raw]))
    bundle["entry"] = msgspec.Raw(msgspec.json.encode([*entries, warning]))
    return _fhir(msgspec.json.encode(bundle))


async def _unreadable(visit: Visit) -> Response:
    """Among good entries some that hold no Procedure."""
    odd = [
        b"null",
        b'"Procedure"',
        b'{"resourceType":"Procedure","id":7,"status":["completed"],"code":"knee","subject":{}}',
    ]
    return _fhir(searchset(visit.resource_type, visit.asked, [*visit.found, *odd], visit.window))
