"""Three patients whose every text names them, and the answers that a server may give about them.

Each has a word of their own, which stands in their id, names, numbers, records and in what the server says of them;
the years of their birth and of their procedures are theirs alone, too. So whoever reads a text knows whose it is.
"""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from urllib.parse import parse_qs, urlsplit

from tests.servers import bundle, outcome


@dataclass(frozen=True, slots=True)
class Person:
    """A patient: the word that marks everything of theirs, and their years."""

    word: str
    born: str
    year: str

    @property
    def id(self) -> str:
        """The id of the Patient."""
        return f"{self.word}-p"

    def procedure_id(self, number: int) -> str:
        """The id of one of their procedures. It names nobody: a record keeps it when it is moved to another patient."""
        return f"r{PEOPLE.index(self)}-{number}"


PEOPLE = (Person("kestrel", "1931", "2001"), Person("osprey", "1942", "2002"), Person("merlin", "1953", "2003"))
PROCEDURES = 5
"""How many each of them has."""
PAGE = 2
"""How many of them a page has where a chart comes in several."""
STATUSES = ("completed", "not-done", "entered-in-error", "in-progress", "completed")
DATES: tuple[str | None, ...] = ("-03-05", "-02", "-07-09T23:30:00-07:00", "", None)
"""What follows the year, as precisely as it is known; None where no date is stated."""
_MARKS = re.compile("|".join(rf"({one.word}|\b{one.born}\b|\b{one.year}\b)" for one in PEOPLE))


def whose(text: str) -> frozenset[str]:
    """The words of those whom a text is about."""
    return frozenset(PEOPLE[match.lastindex - 1].word for match in _MARKS.finditer(text.casefold()) if match.lastindex)


@cache
def _marks_of_others(allowed: frozenset[str]) -> re.Pattern[str]:
    others = [one for one in PEOPLE if one.word not in allowed]
    return re.compile("|".join(rf"{one.word}|\b{one.born}\b|\b{one.year}\b" for one in others) or r"(?!)")


def names_others(text: str, allowed: frozenset[str]) -> bool:
    """Whether a text is about anybody else than these."""
    text = text.casefold()
    marks = (mark for one in PEOPLE if one.word not in allowed for mark in (one.word, one.born, one.year))
    return any(mark in text for mark in marks) and _marks_of_others(allowed).search(text) is not None


class Way(StrEnum):
    """How a request is answered."""

    FINE = "fine"
    PAGED = "paged"
    EMPTY = "empty"
    MIXED = "mixed"  # others' records among this patient's
    STRANGERS = "strangers"  # others' records only
    UNSTATED = "unstated"  # another's record that names no patient
    REPEATED = "repeated"  # a page that was sent before comes again
    TOTAL_CHANGES = "total-changes"
    TOTAL_WRONG = "total-wrong"
    CHANGED = "changed"  # other content than before
    REFUSED = "401"
    FORBIDDEN = "403"
    MISSING = "404"
    BROKEN = "500"
    BUSY = "503"
    HTML = "html"
    NO_JSON = "no-json"
    CUT = "cut"  # the connection ends in the middle of the body
    RESET = "reset"  # the connection ends before anything was said


FAILURES = {Way.REFUSED: 401, Way.FORBIDDEN: 403, Way.MISSING: 404, Way.BROKEN: 500, Way.BUSY: 503}


def patient(person: Person) -> dict[str, object]:
    """The Patient resource."""
    return {
        "resourceType": "Patient",
        "id": person.id,
        "name": [{"family": "Common", "given": [person.word.title(), "Ann"]}],
        "identifier": [{"type": {"coding": [{"code": "MR"}]}, "value": f"{person.word}-mrn"}],
        "birthDate": f"{person.born}-04-06",
        "gender": "female",
    }


def procedure(person: Person, number: int, version: int = 0) -> dict[str, object]:
    """One of the Procedures of a patient; each `version` has another text."""
    word, date = person.word, DATES[number - 1]
    record: dict[str, object] = {
        "resourceType": "Procedure",
        "id": person.procedure_id(number),
        "status": STATUSES[number - 1],
        "code": {"text": f"{word.title()} biopsy {number}" + (f", version {version}" if version else "")},
        "subject": {"reference": f"Patient/{person.id}", "display": f"Common, {word.title()}"},
        "performer": [{"actor": {"reference": f"Practitioner/{word}-dr", "display": f"Dr. {word.title()}"}}],
        "reasonCode": [{"text": f"{word} complained"}],
        "note": [{"text": f"seen with {word}"}],
        # All have this in common: what it is called may be told in one chart, and in no other.
        "partOf": [{"reference": f"Procedure/{PEOPLE[0].procedure_id(1)}"}],
        "recorder": {"reference": f"Practitioner/{word}-dr"},
    }
    if date is not None:
        record["performedDateTime"] = person.year + date
    return record


def person_of(target: str) -> Person | None:
    """Whose record or chart an address asks for."""
    return next((one for one in PEOPLE if one.word in target or one.procedure_id(0)[:-1] in target), None)


KINDS = ("search", "chart", "record", "more")


def kind_of(target: str) -> str:
    """What is asked for: patients, a patient's procedures, one Patient or Procedure, or whatever is read besides."""
    path, query, _ = target.partition("?")
    if path == "/Patient":
        return KINDS[0]
    if path == "/Procedure" and query:
        return KINDS[1]
    return KINDS[2] if path.startswith(("/Patient/", "/Procedure/")) else KINDS[3]


def said(way: Way, target: str, *, reassigned: bool = False) -> dict[str, object]:
    """What the server says of a failure; it names whom it is about, as servers do.

    Of a record that was moved to another patient (`reassigned`) it names nobody.
    """
    person = None if reassigned else person_of(target)
    return outcome("exception", f"{way} for {person.word.upper()}" if person else f"{way} for this search")


def body_of(target: str, way: Way, version: int) -> dict[str, object] | None:
    """The resource that answers a GET of `target`; None where the server has nothing of that address."""
    parts = urlsplit(target)
    kind, _, resource_id = parts.path.strip("/").partition("/")
    person = person_of(target)
    if kind == "Patient" and not resource_id:
        return bundle([] if way is Way.EMPTY else [patient(one) for one in PEOPLE])
    if person is None:
        return None
    if kind == "Patient":
        return patient(_another(person) if way is Way.STRANGERS else person)
    if kind == "Procedure" and resource_id:
        return _one_procedure(person, int(resource_id.rpartition("-")[2]), way, version)
    if kind == "Procedure":
        return _page(person, way, version, parse_qs(parts.query))
    if kind == "Practitioner":
        name = {"family": person.word.title(), "prefix": ["Dr."]}
        return {"resourceType": "Practitioner", "id": resource_id, "name": [name]}
    return None


def _another(person: Person) -> Person:
    return PEOPLE[PEOPLE.index(person) - 1]


def _one_procedure(person: Person, number: int, way: Way, version: int) -> dict[str, object]:
    match way:
        case Way.STRANGERS:
            return procedure(_another(person), number)
        case Way.MIXED:  # it was moved to another patient's chart
            return procedure(_another(person), number) | {"id": person.procedure_id(number)}
        case Way.UNSTATED:
            record = procedure(person, number)
            del record["subject"]
            return record
        case Way.CHANGED:
            return procedure(person, number, version)
    return procedure(person, number)


def _page(person: Person, way: Way, version: int, query: dict[str, list[str]]) -> dict[str, object]:
    """A page of a chart; the link to the next one says in which way the pages come."""
    if "_way" in query:
        way = Way(query["_way"][0])
    other = _another(person)
    own: list[object] = [procedure(person, number) for number in range(1, PROCEDURES + 1)]
    strangers: list[object] = [procedure(other, number) for number in (1, 3)]
    match way:
        case Way.PAGED | Way.REPEATED | Way.TOTAL_CHANGES:
            return _one_of_several(person, way, own, int(query.get("_page", ["0"])[0]))
        case Way.EMPTY:
            return bundle([], total=0)
        case Way.MIXED:
            return bundle([strangers[0], *own, strangers[1]], total=len(own) + 2)
        case Way.STRANGERS:
            return bundle(strangers, total=2)
        case Way.UNSTATED:
            return bundle([*own, {key: value for key, value in procedure(other, 2).items() if key != "subject"}])
        case Way.TOTAL_WRONG:
            return bundle(own, total=len(own) + 2)
        case Way.CHANGED:
            return bundle([procedure(person, number, version) for number in range(1, PROCEDURES)], total=PROCEDURES - 1)
    return bundle(own, total=len(own))


def _one_of_several(person: Person, way: Way, own: list[object], number: int) -> dict[str, object]:
    start = number * PAGE
    records = own[start : start + PAGE]
    if way is Way.REPEATED and number:
        records = [*own[start - PAGE : start], *records]
    link = f"Procedure?patient=Patient/{person.id}&_page={number + 1}&_way={way}" if start + PAGE < len(own) else None
    total = len(own) + (number if way is Way.TOTAL_CHANGES else 0)
    return bundle(records, next_link=link, total=total)


def answer(target: str, way: Way, version: int, *, reassigned: bool = False) -> tuple[bytes, bool]:
    """The bytes that go over the wire, and whether the connection ends after them.

    `reassigned`: the record that is asked for was another patient's when it was read before.
    """
    if way is Way.RESET:
        return b"", True
    if way in FAILURES:
        return _response(FAILURES[way], json.dumps(said(way, target, reassigned=reassigned)).encode()), False
    if way is Way.HTML:
        return _response(200, b"<html><body>Sign in to the network</body></html>", "text/html"), False
    if way is Way.NO_JSON:
        return _response(200, b'{"resourceType": "Bundle", "entry": ['), False
    body = body_of(target, way, version)
    if body is None:
        return _response(404, json.dumps(said(Way.MISSING, target)).encode()), False
    whole = _response(200, json.dumps(body).encode())
    return (whole[: len(whole) * 2 // 3], True) if way is Way.CUT else (whole, False)


def _response(status: int, body: bytes, content_type: str = "application/fhir+json") -> bytes:
    head = f"HTTP/1.1 {status} Scripted\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode("latin-1") + body
