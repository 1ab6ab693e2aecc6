"""What a clinician typed, understood: search parameters for Patient, and words to say how it was understood.

http://hl7.org/fhir/R4/patient.html#search. Nothing is guessed in silence: every reading is a sentence, what may mean
two things is asked about or searched both ways, and what isn't understood is said.
"""

import re
import unicodedata
from datetime import date
from typing import Final
from urllib.parse import SplitResult, urlsplit

from procedure_viewer.fhir.asking import Asked, Choice, Reading
from procedure_viewer.fhir.datatypes import printable
from procedure_viewer.fhir.folding import folded, forms_of
from procedure_viewer.fhir.patient import Patient
from procedure_viewer.fhir.typed_date import typed_dates
from procedure_viewer.fhir.words import translate

__all__ = ["Choice", "Reading", "matches", "read_fields", "read_query"]

_ID: Final = r"[A-Za-z0-9\-.]{1,64}"
_PROCEDURE: Final = re.compile(rf"Procedure/({_ID})(?:/_history/({_ID}))?")
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_PATIENT: Final = re.compile(rf"Patient/({_ID})(?:/_history/{_ID})?|([0-9a-f]{{32}})", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"(https?://[^\s/?#|]+[^\s?#|]*?)/?(?:[?#]\S*)?", re.IGNORECASE)
"""Everything before the query is the first group."""
_EMAIL: Final = re.compile(r"[^\s@,;<>|]+@[^\s@,;<>|]+\.[^\s@,;<>|]+")
_IDENTIFIER_IN_SYSTEM: Final = re.compile(r"([^\s|]*)\|([^\s|]*)")
_LABELLED_MRN: Final = re.compile(
    r"\b(?:mrn|medical record(?: number| no\.?)?|identifier)(?: *[:#=] *| +)([^\s,;]+)", re.I
)
_LABELLED_PHONE: Final = re.compile(r"\b(?:phone|telephone|tel|mobile|cell)\.?(?: *[:=] *| +)(?=[+(\d])", re.I)
_BIRTH_LABEL: Final = re.compile(
    r"\b(?:dob|d\.o\.b\.|born(?: on)?|birth ?date|date of birth)(?: *: *| +)(?=\w*[ .]?\d)", re.I
)
_NUMBER: Final = re.compile(r"(?<![\w|.-])\+?\(?\d[\d ().-]{4,}\d(?![\w|])")
_NAME_MARKS: Final = frozenset("’'ʼ`´.-‐‑\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}")
_NAME_WITH_DIGITS: Final = re.compile(r"[^\W\d_]{3,}\d{1,3}")
_TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof"})
_HALF_CHARACTERS: Final = re.compile("[\ud800-\udfff]")
_SEPARATORS: Final = re.compile(r"[\s,;・]+")
_ANYWHERE: Final = 3
"""Letters from which on a word is looked for inside a name, too."""


def matches(reading: Reading, patient: Patient) -> bool:
    """Whether every word that the server was not sent stands in some part of the patient's names.

    Accents and case don't count. A short word, such as an initial, stands at the start of a part; a longer one anywhere
    in it, as servers search. A record that can't be read is never sorted out: it has to be seen.
    """
    if not reading.words or not patient.readable:
        return True
    forms = forms_of(patient.names)
    return all(
        any(form.startswith(word) or (len(word) >= _ANYWHERE and word in form) for form in forms)
        for word in reading.words
    )


def read_query(line: str, today: date, base_url: str | None) -> Reading:
    """Understand one line: names in either order, dates of birth, numbers, e-mail, ids, in any combination.

    An address that was pasted counts if it is of the server at `base_url`, which is None while it isn't known: what
    another server holds must not be looked up here.
    """
    line = _tidied(line)
    if not line:
        return Reading(translate("fhir", "Type a name, date of birth, MRN, phone number or e-mail"))
    address = _ADDRESS.fullmatch(line)
    if address:
        return _read_address(address[1], base_url)
    procedure = _PROCEDURE.fullmatch(line)
    if procedure:
        return _read_procedure_id(procedure)
    if _UUID.fullmatch(line):
        text = translate("fhir", "The procedure with the id {id}, or else the patient with this id or number")
        return Reading(text.format(id=line.lower()), procedure_id=line.lower(), or_patient=True)
    return _Line(line, today).reading()


def _read_address(address: str, base_url: str | None) -> Reading:
    """An address and nothing else: of a Procedure or a Patient on this server, or else it is said what is wrong."""
    if base_url is None:
        return Reading(translate("fhir", "An address is understood once the server is connected"))
    under_base = _under(address, base_url)
    if under_base is None:
        text = translate("fhir", "This address is on another server: {server}")
        return Reading(text.format(server=printable(_place(address, base_url))))
    procedure = _PROCEDURE.fullmatch(under_base)
    if procedure:
        return _read_procedure_id(procedure)
    patient = _PATIENT.fullmatch(under_base)
    asked = Asked()
    if patient and patient[1]:
        asked.patient(patient[1])
    else:
        asked.not_understood(address)
    return asked.reading()


def _under(address: str, base_url: str) -> str | None:
    """What stands in `address` behind the base URL; None where it is elsewhere."""
    try:
        parts, base = urlsplit(address), urlsplit(base_url)
        same_origin = parts.username is None and _origin(parts) == _origin(base)
    except ValueError:
        return None
    path, base_path = parts.path + "/", base.path.rstrip("/") + "/"
    return path.removeprefix(base_path).rstrip("/") if same_origin and path.startswith(base_path) else None


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _place(address: str, base_url: str) -> str:
    """Where an address is, for a person: its host; more of it where that alone is this server's too."""
    place = address.partition("://")[2]
    host = place.partition("/")[0].rpartition("@")[2]
    here = base_url.partition("://")[2].partition("/")[0]
    return host if host.lower() != here else address


def _read_procedure_id(found: re.Match[str]) -> Reading:
    if found[2]:
        text = translate(
            "fhir", "The procedure with the id {id}, as it is now (the address is of its version {version})"
        )
    else:
        text = translate("fhir", "The procedure with the id {id}")
    return Reading(text.format(id=found[1], version=found[2]), procedure_id=found[1])


def patients_of(identifier: str) -> Reading:
    """The patients whom an id may mean that no procedure has: by their id, or by a number of theirs."""
    text = translate("fhir", "No procedure has the id {id}; patients with this id or number").format(id=identifier)
    return Reading(text, ((("_id", identifier),), (("identifier", identifier),)))


def read_fields(given: str, family: str, birth_date: str, mrn: str, phone: str, today: date) -> Reading:
    """Understand the form with separate fields. The line of a `Choice` says all of the form in one line."""
    asked = Asked()
    given, family, birth_date, mrn, phone = map(_tidied, (given, family, birth_date, mrn, phone))
    if given:
        words = _name_words(given)
        longest = max(words, key=len, default=given)
        asked.name("given", words, longest, _without(longest, words))
    if family:
        asked.name("family", _name_words(family), family)
    if birth_date:
        dates = list(typed_dates(birth_date, today))
        if len(dates) == 1 and dates[0].text == birth_date:
            numbers = f"MRN {mrn}" if mrn else "", f"phone {phone}" if phone else ""
            asked.date(dates[0], f"{given} {family}".strip(), " ".join(filter(None, numbers)))
        else:
            asked.not_understood(birth_date)
    if mrn:
        asked.identifier(mrn)
    if phone:
        asked.phone(phone)
    return asked.reading()


def _tidied(typed: str) -> str:
    """One form of each character, single spaces, and nothing that no address could carry: half a character is none."""
    whole = _HALF_CHARACTERS.sub("\N{REPLACEMENT CHARACTER}", typed)
    return " ".join(unicodedata.normalize("NFKC", whole).split())


def _name_words(text: str) -> list[str]:
    return [word for word in _SEPARATORS.split(text) if folded(word)]


def _without(sent: str, words: list[str]) -> list[str]:
    return [word for word in words if word != sent]


class _Line:
    """Takes out of a line what has a form of its own; what is left are words."""

    def __init__(self, line: str, today: date) -> None:
        self._typed = line
        self._line = line
        self._today = today
        self._asked = Asked()

    def reading(self) -> Reading:
        """Understand the line, from its most explicit parts to its least."""
        asked = self._asked
        for match in self._taken(_EMAIL):
            asked.email(match[0])
        for match in self._taken(_IDENTIFIER_IN_SYSTEM):
            if match[2]:
                asked.identifier(match[0])
            else:
                asked.not_understood(match[0])
        for match in self._taken(_LABELLED_MRN):
            asked.identifier(match[1])
        for label in self._taken(_LABELLED_PHONE):
            number = _NUMBER.match(self._line, label.end())
            if number:
                self._take(number)
                asked.phone(number[0])
        self._taken(_BIRTH_LABEL)
        self._take_dates()
        for match in self._taken(_NUMBER):
            asked.number(match[0])
        self._take_words()
        return asked.reading()

    def _taken(self, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        found = list(pattern.finditer(self._line))
        for match in found:
            self._take(match)
        return found

    def _take(self, match: re.Match[str]) -> None:
        self._blank(match.start(), match.end())

    def _blank(self, start: int, end: int) -> None:
        # A line break, which the line itself can't have, keeps apart what stood apart; every place stays where it is.
        self._line = self._line[:start] + "\n" * (end - start) + self._line[end:]

    def _take_dates(self) -> None:
        for typed in typed_dates(self._line, self._today):
            self._blank(typed.start, typed.end)
            self._asked.date(typed, self._typed[: typed.start].strip(), self._typed[typed.end :].strip())

    def _take_words(self) -> None:
        names: list[str] = []
        for word in filter(None, _SEPARATORS.split(self._line)):
            patient = _PATIENT.fullmatch(word)
            if patient:
                self._asked.patient(patient[1] or patient[2].lower())
            elif _ADDRESS.fullmatch(word):
                self._asked.not_understood(word)
            elif _is_name(word):
                names.append(word)
            elif _has_digit(word):
                self._asked.identifier(word)
            else:
                self._asked.not_understood(word)
        names = [name for name in names if folded(name) not in _TITLES] or names
        if names:
            longest = max(names, key=len)
            self._asked.name("name", names, longest, _without(longest, names))


def _is_name(word: str) -> bool:
    """Letters of any script with their signs and accents; digits only at the end, as in sample data."""
    if _has_digit(word):
        return _NAME_WITH_DIGITS.fullmatch(word) is not None
    return word[0].isalpha() and all(
        character.isalpha() or character in _NAME_MARKS or unicodedata.category(character).startswith("M")
        for character in word
    )


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))
